"""The egress guard for aiohttp: a connector that follows a policy, at the socket."""

from __future__ import annotations

import contextvars
import ipaddress
import socket
from typing import TYPE_CHECKING

from src.studio.llm.stamping import StampingConnector

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aiohttp
    from aiohappyeyeballs import AddrInfoType
    from aiohttp.abc import AbstractResolver, ResolveResult
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace

    from src.studio.llm.egress import EgressPolicy

# Whether the connection that is being made is to one of the operator's addresses
_is_trusted = contextvars.ContextVar("_is_trusted", default=False)


class GuardedConnector(StampingConnector):
    """Connections to what a policy allows. Raises `EgressRefusedError` where it does not.

    Whoever makes a session of it says `allow_redirects=False` with each request: where a redirect leads is
    guarded, too, but nobody has named it.
    """

    def __init__(self, policy: EgressPolicy, *, resolver: AbstractResolver | None = None) -> None:
        super().__init__(resolver=resolver, socket_factory=self._socket)
        self._policy = policy

    def check(self, url: str) -> None:
        """Raise `EgressRefusedError` for an address that cannot be called."""
        self._policy.check(url)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's
    ) -> aiohttp.connector.Connection:
        """Give a connection for a request."""
        url = str(req.url)
        self._policy.check(url)
        before = _is_trusted.set(self._policy.trusts(url))
        try:
            return await super().connect(req, traces, timeout)
        finally:
            _is_trusted.reset(before)

    async def _resolve_host(
        self, host: str, port: int, traces: Sequence[Trace] | None = None
    ) -> list[ResolveResult]:
        """Look at the whole answer before anything of it is called: it is kept for a moment, and shared."""
        found = await super()._resolve_host(host, port, traces)
        if not _is_trusted.get():
            self._policy.check_addresses(host, (result["host"] for result in found))
        return found

    def _socket(self, found: AddrInfoType) -> socket.socket:
        """Make a socket: the last one to see the address, whichever way it came."""
        family, kind, protocol, _, address = found
        if not _is_trusted.get() and self._policy.refusal(ipaddress.ip_address(address[0])) is not None:
            raise PermissionError("not open")  # of a kind that those who race for a connection pass on
        return socket.socket(family, kind, protocol)


def guarded_connector(policy: EgressPolicy, *, resolver: AbstractResolver | None = None) -> GuardedConnector:
    """Return a connector for aiohttp, which reads no proxy settings unless its session is told to."""
    return GuardedConnector(policy, resolver=resolver)
