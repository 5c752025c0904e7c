"""The dashboard's own token, and what those who send it and those who do not may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from src.api.audience import Audience, Audiences
from src.core.errors import UnauthorizedError
from src.core.request import current_request

TOLD_WITHOUT = "This dashboard asks for a token. Send it as 'Authorization: Bearer' followed by the token."
TOLD_WITH_ANOTHER = "This is not the dashboard's token. Send the right one, or none to see what is for everybody."

Authorization = Annotated[str | None, Header()]


async def get_audiences(request: Request) -> Audiences:
    """Return how the app tells its audiences apart."""
    return request.app.state.audiences


AudiencesDep = Annotated[Audiences, Depends(get_audiences)]


async def require_token(audiences: AudiencesDep, authorization: Authorization = None) -> None:
    """Raise `UnauthorizedError` where a token is set and the request does not carry it, in public mode, too."""
    if not audiences.has_token(authorization):
        raise UnauthorizedError(TOLD_WITHOUT)


async def get_audience(audiences: AudiencesDep, authorization: Authorization = None) -> Audience:
    """Return who asks. Raises `UnauthorizedError` for those who may see nothing."""
    audience = audiences.of(authorization)
    if audience is None:
        raise UnauthorizedError(TOLD_WITH_ANOTHER if audiences.has_public else TOLD_WITHOUT)
    current_request().gives_way = audiences.gives_way(audience)
    return audience


AudienceDep = Annotated[Audience, Depends(get_audience)]
