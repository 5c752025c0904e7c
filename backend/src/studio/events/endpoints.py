"""`/ws`: one socket of somebody who is signed in, that tells of their jobs as they go on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, WebSocket

from src.studio.dependencies import Provided
from src.studio.events.hub import EventHub
from src.studio.events.socket import talk

router = APIRouter()

Credential = Annotated[str | None, Query()]


@router.websocket("/ws")
async def open_socket(
    socket: WebSocket, studio: Provided, ticket: Credential = None, token: Credential = None
) -> None:
    """Tell of jobs until either side closes."""
    hub: EventHub = socket.app.state.studio_events
    await talk(socket, studio, hub, ticket, token)
