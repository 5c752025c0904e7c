"""A Studio, asked from a terminal: with a token, and with patience where it is away for a moment."""

from __future__ import annotations

import asyncio
import contextlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, Self

import aiohttp
import orjson

from src import VERSION
from src.core.redaction import redact_secrets
from src.studio.bench.errors import StudioError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
"""How long a server may be away before it is given up; the run goes on there."""
REQUEST = aiohttp.ClientTimeout(total=60)
ENDED = {"done", "failed", "cancelled", "interrupted"}
AWAY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class Says(Protocol):
    """What lines are told through."""

    def say(self, sentence: str) -> None:
        """Write a line."""
        ...


class AwayError(StudioError):
    """It cannot be reached for the moment."""


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
        """Ask, and return what is answered."""
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
                return self._read(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise AwayError("The Studio cannot be reached.") from None

    async def follow(self, job_id: str, address: str, live: Says, stopped: asyncio.Event) -> bool:
        """Tell how a job goes until it has ended; return whether it has, or whoever watched went away.

        `address` is where its page is. A server that goes away is waited for, for some time.
        """
        told, away = "", 0.0
        while not stopped.is_set():
            try:
                job = await self.ask("GET", f"/api/jobs/{job_id}")
                away = 0.0
            except AwayError:
                away += POLL_SECONDS
                if away > PATIENCE_SECONDS:
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
            raise StudioError(f"What answers is no Studio (HTTP {status}).")
        raise StudioError(redact_secrets(f"The Studio refuses (HTTP {status}): {said}", [self._token]))
