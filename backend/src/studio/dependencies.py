"""What Studio's endpoints are given: the services, and who asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from src.studio.services import Services


def services_of(connection: HTTPConnection) -> Services:
    """Return the services of the app that a request, or a socket, came to."""
    return connection.app.state.studio


Provided = Annotated[Services, Depends(services_of)]
