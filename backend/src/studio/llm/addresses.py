"""What an address is by IANA's registries of special purposes: the internet's, or something nearer."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK = "this machine itself"
PRIVATE = "a private network"
LINK_LOCAL = "a link-local address"
METADATA = "a cloud's own service for its machines"
SHARED = "a carrier's own network"
MULTICAST = "a multicast address"
UNSPECIFIED = "no machine in particular"
BROADCAST = "the broadcast address"
TRANSLATED = "an IPv4 address in another form"
RESERVED = "a reserved address"

# The first that holds. Metadata services hand out a machine's rights to whoever asks from it; those of most
# clouds are link-local, and these are the others: Alibaba's, Oracle's, Azure's, and AWS's and Google's by IPv6.
_SPECIAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    (METADATA, ("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254")),
    (UNSPECIFIED, ("0.0.0.0/8", "::/128")),
    (LOOPBACK, ("127.0.0.0/8", "::1/128")),
    (PRIVATE, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
    (LINK_LOCAL, ("169.254.0.0/16", "fe80::/10")),
    (SHARED, ("100.64.0.0/10",)),
    (MULTICAST, ("224.0.0.0/4", "ff00::/8")),
    (BROADCAST, ("255.255.255.255/32",)),
    # NAT64 (RFC 6052, RFC 8215), Teredo, 6to4 and its relays
    (TRANSLATED, ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24")),
    (RESERVED, ("192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24")),
    (RESERVED, ("240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20")),
)
# All that is given to anybody of IPv6; whatever else there may be one day is none of it yet.
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF


@lru_cache(maxsize=256)
def network(text: str) -> Network:
    """Return a network in CIDR notation; an address is a network of one. Raises `ValueError`."""
    return ipaddress.ip_network(text)


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address that is written as IPv6 (`::ffff:127.0.0.1`), else the address itself."""
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def kind_of(address: Address) -> str | None:
    """Say what an address is that is not the internet's; None where it is. It is unwrapped already."""
    for kind, networks in _SPECIAL:
        if any(address in network(text) for text in networks):
            return kind
    return RESERVED if address.version == _GLOBAL_IPV6.version and address not in _GLOBAL_IPV6 else None


def carried_by(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a translated one leads to, None where it carries none that is known."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & _IPV4_BITS)
    return address.sixtofour or (address.teredo[1] if address.teredo else None)


def names(opened: Network, address: Address, kind: str) -> bool:
    """Tell whether a network has been opened for what an address is, and not for what lies around it.

    Link-local addresses and metadata services are too much to be opened along with a whole `10.0.0.0/8`.
    """
    if address not in opened:
        return False
    if kind not in {LINK_LOCAL, METADATA}:
        return True
    ranges = (network(text) for special, texts in _SPECIAL if special == kind for text in texts)
    return any(address in own and opened.prefixlen >= own.prefixlen for own in ranges)
