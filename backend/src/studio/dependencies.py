"""What Studio's endpoints are given: the services, who asks, and from where.

What does not wait is `async`: else it would be sent to a thread, and back, with each request.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from src.core.errors import UnauthorizedError
from src.core.request_notes import current_request
from src.studio.accounts.service import Caller
from src.studio.accounts.user import SignedIn, User
from src.studio.errors import ForbiddenError
from src.studio.services import Services

_bearer = HTTPBearer(
    scheme_name="account", description="The access token of somebody who is signed in.", auto_error=False
)


async def services_of(connection: HTTPConnection) -> Services:
    """Return the services of the app that a request, or a socket, came to."""
    return connection.app.state.studio


Provided = Annotated[Services, Depends(services_of)]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def get_session(services: Provided, given: Credentials) -> SignedIn:
    """Return who asks, and by which session. Raises `UnauthorizedError`.

    As a dependency it takes a thread of its own before the endpoint's: what is asked most calls it instead.
    """
    if given is None:
        raise UnauthorizedError("Not authenticated")
    session = services.accounts.user_of_token(given.credentials)
    current_request().user_id = session.user.id
    return session


CurrentSession = Annotated[SignedIn, Depends(get_session)]


async def get_user(session: CurrentSession) -> User:
    """Return who asks. Raises `UnauthorizedError`."""
    return session.user


CurrentUser = Annotated[User, Depends(get_user)]


async def get_admin(user: CurrentUser) -> User:
    """Return the administrator who asks. Raises `UnauthorizedError` and `ForbiddenError`."""
    if not user.is_admin:
        raise ForbiddenError("Admin access required")
    return user


AdminUser = Annotated[User, Depends(get_admin)]


async def get_address(connection: HTTPConnection) -> str:
    """Return the client's address: what the server makes of it, which believes the proxies that it is told of."""
    return connection.client.host if connection.client is not None else "unknown"


ClientAddress = Annotated[str, Depends(get_address)]


async def get_caller(address: ClientAddress, user_agent: Annotated[str | None, Header()] = None) -> Caller:
    """Return where the request comes from."""
    return Caller(address, user_agent)


CallerDep = Annotated[Caller, Depends(get_caller)]
