"""The egress guard: what a user can name an address of is called at the internet's addresses alone.

A name is resolved once, each address of the answer is looked at, and one of these very addresses is connected to:
a name that leads elsewhere a moment later changes nothing. See docs/decisions/0020-keys-and-addresses.md.
Here is what urllib3 needs; `guarded` has the same for aiohttp, which only those load who call models.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection

from src.core.errors import KnownError, Problem
from src.studio.llm.addresses import LOOPBACK, PRIVATE, Address, carried_by, kind_of, names, network, unwrapped
from src.studio.llm.failures import EGRESS_REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_HOST = 253
LONGEST_TOLD = 80
HIGHEST_PORT = 65_535
DEFAULT_PORTS = {"http": 80, "https": 443}
# Of an operator's own address: users may name it, and it has keys, budgets and people behind other paths.
TRUSTED_PATHS = tuple(f"{version}{path}" for version in ("", "/v1") for path in ("/models", "/chat/completions"))

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{1,5}))?")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.IGNORECASE)
# What a resolver may take for an IPv4 address: 127.1, 2130706433, 0x7f.1
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$", re.IGNORECASE)
_UNSEEN = re.compile(r"[^\x21-\x7e]")


class EgressRefusedError(KnownError):
    """An address may not be called from here. The message is a sentence with the host as it was written."""

    problem = Problem(400, EGRESS_REFUSED)


@dataclass(frozen=True, slots=True)
class Place:
    """What an address names. `host` is in lower case, without the brackets of IPv6."""

    scheme: str
    host: str
    port: int


class EgressSettings(Protocol):
    """What the policy of a server follows from."""

    @property
    def studio_allowed_networks(self) -> tuple[str, ...]:
        """Networks that are opened, in CIDR notation."""
        ...

    @property
    def litellm_base_url(self) -> object | None:
        """The gateway's address."""
        ...

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach the server."""
        ...


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Which addresses may be called: the internet's, and what is opened here.

    `allowed_networks` are in CIDR notation; `allow_private` opens this machine and private networks; `trusted` are
    the operator's own addresses, each open by its exact scheme, host and port, wherever it leads, for its list of
    models and for chat completions alone; `whole` are the same for every path.
    """

    allowed_networks: tuple[str, ...] = ()
    allow_private: bool = False
    trusted: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the policy for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the policy that `to_dict` gave, also after JSON has made lists of its tuples."""
        whole = tuple(data.get("whole", ()))
        return cls(tuple(data["allowed_networks"]), data["allow_private"], tuple(data["trusted"]), whole)

    def check(self, url: str) -> None:
        """Raise `EgressRefusedError` for what can be seen of an address before its name is resolved."""
        _check(self, url)

    def trusts(self, url: str) -> bool:
        """Tell whether an address is one of the operator's own, which may be spelt as they like."""
        return _trusts(self, url)

    def check_addresses(self, host: str, addresses: Iterable[str]) -> None:
        """Raise `EgressRefusedError` where any address that a host was resolved to may not be called."""
        for address in addresses:
            reason = self.refusal(ipaddress.ip_address(address))
            if reason is not None:
                raise EgressRefusedError(
                    f"The address {_told(host)} leads to {reason}, which is not open here. "
                    "An administrator can open a network by STUDIO_ALLOWED_NETWORKS."
                )

    def refusal(self, address: Address) -> str | None:
        """Say what an address is that may not be called; None where it may."""
        address = unwrapped(address)
        kind = kind_of(address)
        if kind is None or (self.allow_private and kind in {LOOPBACK, PRIVATE}):
            return None
        if not any(names(network(text), address, kind) for text in self.allowed_networks):
            return kind
        carried = carried_by(address)
        return None if carried is None else self.refusal(carried)


def policy_of(settings: EgressSettings) -> EgressPolicy:
    """Return a server's policy.

    One that this machine alone can reach may call what is on it, and private networks. The gateway is trusted.
    """
    gateway = settings.litellm_base_url
    return EgressPolicy(
        allowed_networks=tuple(settings.studio_allowed_networks),
        allow_private=not settings.is_public,
        trusted=(str(gateway),) if gateway is not None else (),
    )


# Each request asks, and nearly always of the same few addresses.
@lru_cache(maxsize=1024)
def _check(policy: EgressPolicy, url: str) -> None:
    if policy.trusts(url):
        if not _is_of(policy.whole, url) and not _is_what_models_are_called_at(policy, url):
            raise EgressRefusedError(
                "Of this server's own gateway, the list of models and chat completions are called, and nothing "
                "else. Enter its address with /v1 at the end."
            )
        return
    place = place_of(url)
    if _literal(place.host) is not None:
        policy.check_addresses(place.host, [place.host])


@lru_cache(maxsize=1024)
def _trusts(policy: EgressPolicy, url: str) -> bool:
    return _is_of((*policy.trusted, *policy.whole), url)


def _is_of(addresses: Iterable[str], url: str) -> bool:
    origin = _origin_of(url)
    return origin is not None and any(origin == _origin_of(address) for address in addresses)


def _is_what_models_are_called_at(policy: EgressPolicy, url: str) -> bool:
    below = [_path_of(trusted) for trusted in policy.trusted if _is_of([trusted], url)]
    return _path_of(url) in {base + path for base in below for path in TRUSTED_PATHS}


def place_of(url: str) -> Place:
    """Return what an address names. Raises `EgressRefusedError` for all that has more than one meaning."""
    found = _URL.fullmatch(url)
    if found is None or found["scheme"].lower() not in DEFAULT_PORTS:
        raise EgressRefusedError(
            f"{_told(url)} is no address that can be called: it must begin with http or https."
        )
    scheme, authority = found["scheme"].lower(), found["authority"]
    if "@" in authority:
        raise EgressRefusedError("The address has a name or a password before its host. Enter it without.")
    if _UNSEEN.search(url) or "\\" in url:
        raise EgressRefusedError(f"{_told(authority)} has characters that no address has. Write names as xn--….")
    parts = _AUTHORITY.fullmatch(authority)
    port = int((parts and parts["port"]) or DEFAULT_PORTS[scheme])
    if parts is None or not 1 <= port <= HIGHEST_PORT:
        raise EgressRefusedError(f"{_told(authority)} has no port that can be called: 1 to {HIGHEST_PORT:,}.")
    return Place(scheme, _host_of(parts["host"]), port)


def _host_of(written: str) -> str:
    if written.startswith("["):
        address = _literal(written[1:-1])
        if address is None or address.version == 4 or "%" in written:  # noqa: PLR2004 - IPv4's own number
            raise EgressRefusedError(f"{_told(written)} is no IPv6 address that can be called.")
        return written[1:-1].lower()
    if _ENDS_IN_A_NUMBER.search(written.rstrip(".")) and _literal(written) is None:
        raise EgressRefusedError(
            f"{_told(written)} is no host. Write an IPv4 address as four numbers, such as 192.0.2.1."
        )
    if len(written) > LONGEST_HOST or not _NAME.fullmatch(written):
        raise EgressRefusedError(f"{_told(written) or 'The address'} is no host that can be called.")
    return written.lower()


def _origin_of(url: str) -> tuple[str, str] | None:
    """Return scheme and authority as they are written, but for letters' case and the usual port."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, authority = found["scheme"].lower(), found["authority"].lower()
    return scheme, authority.removesuffix(f":{DEFAULT_PORTS.get(scheme)}")


def _path_of(url: str) -> str:
    """Return the path as it is written, without a slash at its end; with the query, which no address here has."""
    found = _URL.fullmatch(url)
    return found["rest"].rstrip("/") if found else ""


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _told(written: str) -> str:
    """Return what was written as far as it can be shown in a sentence."""
    shown = _UNSEEN.sub("?", written)
    return shown if len(shown) <= LONGEST_TOLD else shown[: LONGEST_TOLD - 1] + "…"


class _Guarded(HTTPConnection):
    """A connection of urllib3 that resolves once and looks at each address."""

    policy: ClassVar[EgressPolicy]
    scheme: ClassVar[str] = "http"

    def _new_conn(self) -> socket.socket:
        host = self._dns_host.strip("[]")
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise urllib3.exceptions.NameResolutionError(host, self, socket.gaierror(str(error))) from None
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        written = f"[{host}]" if ":" in host else host
        if not self.policy.trusts(f"{self.scheme}://{written}:{self.port}"):
            self.policy.check_addresses(host, addresses)
        return self._connected(addresses)

    def _connected(self, addresses: list[str]) -> socket.socket:
        """Connect to the first address that answers; they are numbers, for which nobody is asked."""
        refused: Exception = OSError("no address")
        for address in addresses:
            try:
                return create_connection(
                    (address, self.port), self.timeout, self.source_address, self.socket_options
                )
            except TimeoutError:
                refused = urllib3.exceptions.ConnectTimeoutError(self, "connecting took too long")
            except OSError as error:
                refused = urllib3.exceptions.NewConnectionError(self, f"no connection: {error.strerror}")
        raise refused from None


class _GuardedTls(_Guarded, HTTPSConnection):
    scheme = "https"


class GuardedPool(urllib3.PoolManager):
    """urllib3's pools, for what a policy allows: no redirects, no proxies, and no retries unless asked for."""

    def __init__(self, policy: EgressPolicy, **options: Any) -> None:  # noqa: ANN401 - urllib3's own
        options.setdefault("ssl_context", ssl.create_default_context())
        super().__init__(**options)
        self._policy = policy
        self.pool_classes_by_scheme = {
            "http": _pool_of(urllib3.HTTPConnectionPool, _Guarded, policy),
            "https": _pool_of(urllib3.HTTPSConnectionPool, _GuardedTls, policy),
        }

    def urlopen(  # noqa: D102 - urllib3's own
        self,
        method: str,
        url: str,
        redirect: bool = False,  # noqa: ARG002 - never
        **options: Any,  # noqa: ANN401
    ) -> urllib3.BaseHTTPResponse:
        self._policy.check(url)
        return super().urlopen(method, url, redirect=False, **{"retries": False, **options})


def _pool_of(
    pool: type[urllib3.HTTPConnectionPool], connection: type[_Guarded], policy: EgressPolicy
) -> type[urllib3.HTTPConnectionPool]:
    """Return a kind of pool whose connections follow a policy."""
    made = type(connection.__name__, (connection,), {"policy": policy})
    return type(pool.__name__, (pool,), {"ConnectionCls": made})


def guarded_pool(policy: EgressPolicy, **options: Any) -> GuardedPool:  # noqa: ANN401 - those of `PoolManager`
    """Return pools for synchronous use, with the options of `urllib3.PoolManager`."""
    return GuardedPool(policy, **options)
