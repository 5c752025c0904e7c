"""A Studio, asked from a terminal: with a token, and with patience where it is away for a moment."""

from __future__ import annotations

import asyncio
import contextlib
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, Self

import aiohttp
import orjson

from src import VERSION
from src.core.redaction import redact_secrets
from src.studio.bench.errors import StudioError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping
    from types import TracebackType

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
"""How long a server may be away before it is given up; the run goes on there."""
REQUEST = aiohttp.ClientTimeout(total=None, connect=60, sock_read=60)
"""For the first byte, and between any two: an answer as a whole may be long."""
ENDED = {"done", "failed", "cancelled", "interrupted"}
NO_STUDIO = "What answers is no Studio (HTTP {})."
AWAY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class Says(Protocol):
    """What lines are told through."""

    def say(self, sentence: str) -> None:
        """Write a line."""
        ...


class AwayError(StudioError):
    """It cannot be reached for the moment."""


class Patience:
    """How long a Studio is waited for, from when it is first missed."""

    def __init__(self) -> None:
        self._missed: float | None = None

    def is_over(self) -> bool:
        """Note that it is missed, and tell whether it has been for too long."""
        now = time.monotonic()
        self._missed = self._missed or now
        return now + POLL_SECONDS > self._missed + PATIENCE_SECONDS


class Studio:
    """A Studio as somebody with a token asks it. Raises `StudioError`."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": f"leaderboard-bench/{VERSION}"}
        self._session = aiohttp.ClientSession(headers=headers, timeout=REQUEST)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Ask once, and return what is answered. Raises `AwayError` where nothing is, for the moment."""
        async with self._answer(method, path, body) as answer:
            return self._read(answer.status, await answer.read())

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return what is there. A server that goes away is waited for, for some time."""
        patience = Patience()
        while True:
            try:
                return await self.ask("GET", path)
            except AwayError:
                if patience.is_over():
                    raise
            await asyncio.sleep(POLL_SECONDS)

    async def lines(self, path: str, key: str) -> AsyncIterator[dict[str, Any]]:
        """Yield the objects of a file of JSON lines as they come, each once, told from each other by `key`.

        Where the connection breaks off, they are asked for again, as long as there come new ones.
        """
        patience, known = Patience(), set[Any]()
        while True:
            try:
                async for line in self._lines(path):
                    if line[key] not in known:
                        known.add(line[key])
                        patience = Patience()
                        yield line
            except AwayError:
                if patience.is_over():
                    raise
            else:
                return
            await asyncio.sleep(POLL_SECONDS)

    async def follow(self, job_id: str, address: str, live: Says, stopped: asyncio.Event) -> bool:
        """Tell how a job goes until it has ended; return whether it has, or whoever watched went away.

        `address` is where its page is. A server that goes away is waited for, for some time.
        """
        told, patience = "", Patience()
        while not stopped.is_set():
            try:
                job = await self.ask("GET", f"/api/jobs/{job_id}")
                patience = Patience()
            except AwayError:
                if patience.is_over():
                    raise StudioError(
                        f"The Studio went away; the run goes on without being watched: {address}"
                    ) from None
            else:
                if job["progress_detail"] != told:
                    told = job["progress_detail"]
                    live.say(told)
                if job["status"] in ENDED:
                    return True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await stopped.wait()
        return False

    @contextlib.asynccontextmanager
    async def _answer(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        assert self._session is not None  # noqa: S101 - it was entered
        data = None if body is None else orjson.dumps(body)
        try:
            async with self._session.request(
                method,
                self._url + path,
                data=data,
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as answer:
                yield answer
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise AwayError("The Studio cannot be reached.") from None

    async def _lines(self, path: str) -> AsyncIterator[dict[str, Any]]:
        async with self._answer("GET", path) as answer:
            if answer.status != HTTPStatus.OK:
                self._read(answer.status, await answer.read())
            begun = bytearray()
            async for chunk in answer.content.iter_any():
                whole, newline, rest = chunk.rpartition(b"\n")
                begun += whole
                if newline:
                    for line in begun.split(b"\n"):
                        yield _object(line)
                    begun = bytearray()
                begun += rest
            if begun:
                raise AwayError("The Studio's answer broke off.")

    def _read(self, status: int, body: bytes) -> Any:  # noqa: ANN401
        try:
            answer = orjson.loads(body)
        except ValueError:
            answer = None
        if status == HTTPStatus.OK and answer is not None:
            return answer
        if status in AWAY:
            raise AwayError(f"The Studio is not there (HTTP {status}).")
        said = answer.get("detail") if isinstance(answer, dict) else None
        if not isinstance(said, str):
            raise StudioError(NO_STUDIO.format(status))
        raise StudioError(redact_secrets(f"The Studio refuses (HTTP {status}): {said}", [self._token]))


def _object(line: bytes | bytearray) -> dict[str, Any]:
    try:
        return orjson.loads(line)
    except ValueError:
        raise StudioError(NO_STUDIO.format(HTTPStatus.OK)) from None
