"""`PlainSession`: how all that is called through aiohttp is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import aiohttp

if TYPE_CHECKING:
    from types import TracebackType


class PlainSession:
    """A session, for an `async with`. It reads no proxy settings, keeps no cookies, and ends nothing by itself.

    Whoever sends a request says `allow_redirects=False`, and how long it may take.
    """

    def __init__(self, connector: aiohttp.BaseConnector, **options: Any) -> None:  # noqa: ANN401 - aiohttp's own
        self.session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
            **options,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()
