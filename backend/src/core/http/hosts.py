"""Tells the names that a server goes by from all others, by what stands in `Host`."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from typing import TYPE_CHECKING

from src.core.http.origins import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

# What allows every name, so that nothing is checked.
EVERY_HOST = "*"
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared only
# Names that no DNS is asked for.
LOOPBACK_NAMES = ("localhost", "*.localhost")
REMEMBERED = 256

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_HOST = re.compile(
    rf"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*)\.?)(?::[0-9]{{0,5}})?", re.IGNORECASE
)


class KnownHosts:
    """The names that are known, `*.example.com` being all below `example.com`.

    Addresses in numbers and names of a single label always are: nobody else can have such a name lead here. See
    docs/decisions/0014-names-of-the-server.md.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = {name.lower().rstrip(".") for name in (*names, *LOOPBACK_NAMES)}
        self._names = frozenset(known)
        self._endings = tuple(name.removeprefix("*") for name in known if name.startswith("*."))
        # many requests, few names: each is looked at once
        self.include = lru_cache(REMEMBERED)(self._include)

    def _include(self, host: str) -> bool:
        """Tell whether this is a well-formed `Host`, with or without a port, of one of the names."""
        parts = _HOST.fullmatch(host)
        if parts is None:
            return False
        if parts["v6"] is not None:
            return _is_address(parts["v6"], ipaddress.IPv6Address)
        name = parts["name"].lower()
        return (
            "." not in name
            or name in self._names
            or name.endswith(self._endings)
            or _is_address(name, ipaddress.IPv4Address)
        )


def parse_host(text: str) -> str:
    """Return a host, `*.` and a host, or `*` as it is compared: in lower case, names in ASCII.

    Raises ValueError for everything else, ports and addresses with a scheme included.
    """
    otherwise = "must be names such as board.example.com or *.example.com, or *, separated by commas"
    text = text.strip()
    if text == EVERY_HOST:
        return text
    wildcard, name = ("*.", text[2:]) if text.startswith("*.") else ("", text)
    bracketed = f"[{name}]" if ":" in name and not name.startswith("[") else name
    url = parse_address(f"http://{bracketed}", otherwise)
    host = (url.host or "").rstrip(".")
    if str(url).rstrip("/") != f"http://{url.host}" or bracketed.endswith("/") or "*" in name:
        raise ValueError(otherwise)
    if not _HOST.fullmatch(host) or (wildcard and _is_address(host, ipaddress.IPv4Address)):
        raise ValueError(otherwise)
    return f"{wildcard}{host}"


def own_names() -> list[str]:
    """Return what this machine calls itself, and what it is called without a DNS in its own network."""
    name = socket.gethostname()
    return [name, f"{name.partition('.')[0]}.local"] if name else []


def _is_address(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
