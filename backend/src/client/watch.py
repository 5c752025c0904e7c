"""What may watch calls to the gateway: how long they take, and how they end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


class WatchedCall(Protocol):
    """One call, retries included, from its start until its answer is checked, or an error is raised."""

    @property
    def headers(self) -> dict[str, str]:
        """Headers to send along."""
        ...

    def answered(self) -> None:
        """Tell that the answer is there; what is left is to be read and checked."""
        ...


# Stands around each call to an endpoint of the gateway, which is a path without parameters.
Watch = Callable[[str], AbstractContextManager[WatchedCall]]


@dataclass(frozen=True, slots=True)
class _Unwatched:
    headers: dict[str, str] = field(default_factory=dict)

    def answered(self) -> None:
        """Nobody wants to know."""


def unwatched(_endpoint: str) -> AbstractContextManager[WatchedCall]:
    """Watch nothing."""
    return contextlib.nullcontext(_Unwatched())
