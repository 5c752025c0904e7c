"""What is said over one socket: what somebody has under way, what happens to it, and what they want of it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import anyio
import orjson
from starlette.websockets import WebSocketDisconnect, WebSocketState

from src.core.errors import KnownError, UnauthorizedError
from src.core.request_notes import current_request
from src.studio.errors import StorageError
from src.studio.events.hub import TooManySocketsError
from src.studio.jobs import journal
from src.studio.jobs.schemas import told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.websockets import WebSocket

    from src.studio.accounts.user import SignedIn
    from src.studio.events.hub import EventHub, Listener
    from src.studio.jobs.job import Job
    from src.studio.services import Services

UNAUTHORIZED, SILENT, TOO_MANY, TOO_SLOW = 4001, 4002, 4008, 4010
UNSUPPORTED = 1003
# Clients ping every 30 seconds.
SILENCE_SECONDS = 90.0
# How soon a socket is closed whose session has been ended elsewhere.
SESSION_SECONDS = 5.0
# How long a client may take to hear that it is closed: a slow one has to take first what is on its way.
CLOSE_SECONDS = 30.0
RECENT = 10


class _Closing(Exception):  # noqa: N818 - it ends a conversation, and is no error
    """The socket is to be closed with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def talk(socket: WebSocket, studio: Services, hub: EventHub, ticket: str | None, token: str | None) -> None:
    """Accept a socket, and talk over it until it closes: browsers are told why only of what was open."""
    await socket.accept()
    try:
        signed_in = await asyncio.to_thread(_who, studio, ticket, token)
        current_request().user_id = signed_in.user.id
        heads, sync = await asyncio.to_thread(_greeting, studio, signed_in.user.id)
        listener = hub.join(signed_in.user.id, heads)
    except UnauthorizedError:
        await _close(socket, UNAUTHORIZED)
        return
    except TooManySocketsError:
        await _close(socket, TOO_MANY)
        return
    try:
        listener.put(sync)
        code = await _until_closed(_Conversation(socket, studio, hub, signed_in, listener))
    finally:
        hub.leave(listener)
    if code is not None:
        await _close(socket, code)


def _who(studio: Services, ticket: str | None, token: str | None) -> SignedIn:
    """Return whose ticket, or token, it is. Raises `UnauthorizedError`."""
    if ticket is not None:
        return studio.accounts.redeem_ticket(ticket)
    if token is not None:
        return studio.accounts.user_of_token(token)
    raise UnauthorizedError("Not authenticated")


def _greeting(studio: Services, user_id: str) -> tuple[Mapping[str, int], Mapping[str, Any]]:
    """Return the newest event of each job that is not new to a socket, and the first message."""
    moving = studio.jobs.moving()
    active, recent = studio.jobs.active_of(user_id), studio.jobs.list(user_id, limit=RECENT).jobs
    heads = {job_id: head.seq for job_id, head in moving.items() if head.owner_id == user_id}
    # what is told of a job goes on where its row ends
    heads |= {job.id: job.last_event for job in (*active, *recent)}
    sync = {"type": "sync", "active_jobs": list(map(told, active)), "recent_jobs": list(map(told, recent))}
    return heads, sync


class _Conversation:
    """One open socket. Each of its parts goes on until it raises."""

    def __init__(
        self, socket: WebSocket, studio: Services, hub: EventHub, signed_in: SignedIn, listener: Listener
    ) -> None:
        self._socket, self._studio, self._hub = socket, studio, hub
        self._signed_in, self._listener = signed_in, listener

    async def send(self) -> None:
        """Send what there is to say."""
        while True:
            message = await self._listener.take()
            await self._socket.send_text(orjson.dumps(message).decode())

    async def be_quick(self) -> None:
        """Wait until the client turns out to be too slow."""
        await self._listener.too_slow.wait()
        raise _Closing(TOO_SLOW)

    async def stay_signed_in(self) -> None:
        """Wait until the session has ended, or what was shown for it does not hold any more."""
        while True:
            left = (self._signed_in.expires_at - self._studio.clock()).total_seconds()
            await asyncio.sleep(max(0.0, min(SESSION_SECONDS, left)))
            is_alive = await asyncio.to_thread(self._is_session_alive)
            if not is_alive or self._signed_in.expires_at <= self._studio.clock():
                raise _Closing(UNAUTHORIZED)

    def _is_session_alive(self) -> bool:
        """Tell whether the session goes on; while the database is away, nothing says that it does not."""
        try:
            return self._studio.accounts.is_session_alive(self._signed_in.session_id)
        except StorageError:
            return True

    async def hear(self) -> None:
        """Do what the client says."""
        while True:
            try:
                async with asyncio.timeout(SILENCE_SECONDS):
                    said = await self._socket.receive_text()
            except TimeoutError:
                raise _Closing(SILENT) from None
            except KeyError:  # it came in bytes
                raise _Closing(UNSUPPORTED) from None
            await self._answer(_parsed(said))

    async def _answer(self, message: Mapping[str, Any]) -> None:
        kind, job_id = message.get("type"), message.get("job_id")
        if kind == "ping":
            self._listener.put({"type": "pong"})
        elif kind in {"subscribe", "cancel"} and isinstance(job_id, str):
            try:
                if kind == "subscribe":
                    await self._subscribe(job_id, message.get("after"))
                else:
                    await asyncio.to_thread(self._studio.jobs.cancel, self._signed_in.user.id, job_id)
            except KnownError as error:
                self._listener.put({"type": "error", "job_id": job_id, "detail": str(error)})
        else:
            self._listener.put({"type": "error", "detail": "A message is a ping, a subscribe or a cancel."})

    async def _subscribe(self, job_id: str, after: object) -> None:
        """Replay what came after; where that is not kept any more, tell how the job is."""
        job, first = await asyncio.to_thread(self._find, job_id)
        known = after if isinstance(after, int) and 0 <= after <= job.last_event else 0
        if known < job.last_event and (first is None or first > known + 1):
            snapshot = {"type": "snapshot", "job_id": job_id, "seq": job.last_event, "job": told(job)}
            self._listener.put(snapshot)
            known = job.last_event
        self._listener.go_on(job_id, known, job.last_event)
        self._hub.wake()

    def _find(self, job_id: str) -> tuple[Job, int | None]:
        """Return a job, and its oldest event that is kept. Raises `NotFoundError`."""
        job = self._studio.jobs.get(self._signed_in.user.id, job_id)
        with self._studio.database.reading() as connection:
            return job, journal.first_kept(connection, job_id)


async def _until_closed(conversation: _Conversation) -> int | None:
    """Let all parts of a conversation go on until one ends, and return what the socket is to be closed with."""
    code: int | None = None
    parts = (conversation.send, conversation.hear, conversation.be_quick, conversation.stay_signed_in)

    async def go_on(part: Callable[[], Awaitable[None]]) -> None:
        nonlocal code
        try:
            await part()
        except _Closing as closing:
            code = closing.code
        except WebSocketDisconnect:
            pass  # the client has gone
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for part in parts:
            group.start_soon(go_on, part)
    return code


async def _close(socket: WebSocket, code: int) -> None:
    """Close a socket; a client that takes nothing is not waited for."""
    if socket.client_state is WebSocketState.DISCONNECTED:
        return
    with contextlib.suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(code)


def _parsed(said: str) -> Mapping[str, Any]:
    """Return what a client says, an empty message where that is no JSON object."""
    try:
        message = orjson.loads(said)
    except orjson.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}
