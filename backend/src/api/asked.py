"""What the routes of usage are asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from src.api.auth import AudienceDep
from src.utils.dependency_config import AppStateDep


@dataclass(slots=True)
class Asked:
    """A request, who sent it, and what the app shares; `at` is when (UTC) it came, which tells what today is."""

    request: Request
    audience: AudienceDep
    state: AppStateDep
    at: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        """Look at the clock, once for all."""
        self.at = self.state.clock()


AskedDep = Annotated[Asked, Depends()]
