"""Which addresses are called: tables of spellings and answers, with what would have been dialled; nothing is."""

import json
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.llm.egress import EgressPolicy, EgressRefusedError, place_of, policy_of
from tests.settings import settings

CLOSED, PRIVATE = EgressPolicy(), EgressPolicy(allow_private=True)
GLOBAL = """
1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 11.0.0.1 223.255.255.1 169.253.0.1 169.255.0.1
192.167.1.1 192.169.1.1 198.17.0.1 198.20.0.1 2606:4700::1111 2a00:1450:4001:80b::200e 2003::1 2400:cb00::1
"""
NEAR = {
    "this machine itself": "127.0.0.1 127.0.0.2 127.255.255.255 ::1",
    "a private network": "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 fc00::1 fd12::1 fdff::1",
    "a link-local address": "169.254.0.1 169.254.169.254 169.254.170.2 fe80::1 febf::1 fe80::1%eth0",
    "a cloud's own service for its machines": "100.100.100.200 "
    "192.0.0.192 168.63.129.16 fd00:ec2::254 fd20:ce::254",
    "a carrier's own network": "100.64.0.1 100.127.255.255",
    "a multicast address": "224.0.0.1 239.255.255.250 ff02::1 ff0e::1",
    "no machine in particular": "0.0.0.0 0.1.2.3 ::",
    "the broadcast address": "255.255.255.255",
    "an IPv4 address in another form": "64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 2002:7f00:1::1 "
    "2002:808:808::1 2001:0:4136:e378:8000:63bf:80ff:fffe 192.88.99.1",
    "a reserved address": "192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 240.0.0.1 "
    "255.255.255.254 2001:db8::1 2001:10::1 2001:20::1 3fff::1 fec0::1 ::2 ::7f00:1 100::1 4000::1 5f00::1 "
    "::ffff:0:7f00:1",
}
MAPPED = [("::ffff:127.0.0.1", "this machine itself"), ("::ffff:a00:1", "a private network"),
          ("::ffff:169.254.169.254", "a link-local address"), ("::ffff:0.0.0.0", "no machine in particular"),
          ("0:0:0:0:0:ffff:7f00:0001", "this machine itself"), ("::ffff:8.8.8.8", None)]  # fmt: skip


@pytest.mark.parametrize("address", GLOBAL.split())
def test_the_internet_is_open(address: str) -> None:
    assert CLOSED.refusal(ip_address(address)) is None


@pytest.mark.parametrize(
    ("reason", "address"), [(reason, one) for reason, many in NEAR.items() for one in many.split()]
)
def test_what_is_nearer_is_not(reason: str, address: str) -> None:
    assert CLOSED.refusal(ip_address(address)) == reason
    opened = reason in {"this machine itself", "a private network"}
    assert PRIVATE.refusal(ip_address(address)) == (None if opened else reason)


@pytest.mark.parametrize(("address", "reason"), MAPPED)
def test_ipv4_written_as_ipv6_is_what_it_is(address: str, reason: str | None) -> None:
    assert CLOSED.refusal(ip_address(address)) == reason


@given(st.ip_addresses(v=4))
def test_whatever_python_calls_not_global_is_not_open(address: Any) -> None:
    if not address.is_global or address.is_multicast:
        assert CLOSED.refusal(address) is not None
    mapped = ip_address(f"::ffff:{address}")
    assert CLOSED.refusal(mapped) == CLOSED.refusal(address)
    assert CLOSED.refusal(ip_address(int(ip_address("64:ff9b::")) + int(address))) is not None


@given(st.ip_addresses(v=6))
def test_whatever_python_calls_not_global_is_not_open_by_ipv6(address: Any) -> None:
    if address.ipv4_mapped is None and (not address.is_global or address.is_multicast):
        assert CLOSED.refusal(address) is not None


@pytest.mark.parametrize(
    ("opened", "address", "is_open"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("10.0.0.0/8", "172.16.0.1", False),
        ("127.0.0.1/32", "127.0.0.1", True),
        ("127.0.0.1/32", "127.0.0.2", False),
        ("100.64.0.0/10", "100.64.1.1", True),
        ("100.64.0.0/10", "100.100.100.200", False),
        ("100.100.100.200/32", "100.100.100.200", True),
        ("0.0.0.0/0", "10.0.0.1", True),
        ("0.0.0.0/0", "169.254.169.254", False),
        ("::/0", "fd00:ec2::254", False),
        ("::/0", "fd00::1", True),
        ("::/0", "fe80::1", False),
        ("fd00::/8", "fd00:ec2::254", False),
        ("fd00:ec2::254/128", "fd00:ec2::254", True),
        ("169.254.0.0/16", "169.254.169.254", True),
        ("169.254.169.254/32", "169.254.169.254", True),
        ("169.254.169.254/32", "169.254.169.253", False),
        ("fe80::/10", "fe80::1", True),
        ("64:ff9b::/96", "64:ff9b::808:808", True),
        ("64:ff9b::/96", "64:ff9b::a9fe:a9fe", False),
        ("64:ff9b::/96", "64:ff9b::7f00:1", False),
        ("2002::/16", "2002:7f00:1::1", False),
        ("2001::/32", "2001:0:4136:e378:8000:63bf:80ff:fffe", False),
    ],
)
def test_a_network_opens_what_it_names(opened: str, address: str, is_open: bool) -> None:
    assert (EgressPolicy((opened,)).refusal(ip_address(address)) is None) == is_open


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://api.example.com/v1", ("https", "api.example.com", 443)),
        ("HTTP://API.Example.COM:8080", ("http", "api.example.com", 8080)),
        ("http://8.8.8.8/v1?x=1", ("http", "8.8.8.8", 80)),
        ("https://[2606:4700::1111]:8443/", ("https", "2606:4700::1111", 8443)),
        ("http://my_host/", ("http", "my_host", 80)),
        ("http://xn--mller-kva.example/", ("http", "xn--mller-kva.example", 80)),
        ("http://1password.com/", ("http", "1password.com", 80)),
        ("http://a.0xyz/", ("http", "a.0xyz", 80)),
    ],
)
def test_an_address_names_a_place(url: str, place: tuple[str, str, int]) -> None:
    found = place_of(url)
    assert (found.scheme, found.host, found.port) == place


ODD = r"""
http://2130706433/ http://0x7f000001/ http://017700000001/ http://0177.0.0.1/ http://0x7f.0.0.1/ http://127.1/
http://127.0.1/ http://127.0.0.01/ http://0/ http://0x/ http://1/ http://127.0.0.1./ http://localhost./
http://example.com./ http://example.com../ http://.example.com/ http://a..b/ http://127.0.0.1.1/
http://256.0.0.1/ http://127.0.0.0x1/ http://a.b.127/ http://4294967296/ http://[::1%25lo]/
http://[fe80::1%eth0]/ http://[fe80::1%25eth0]/ http://[127.0.0.1]/ http://[::1/ http://[]/ http://[::1]x/
http://[::g]/ http://[v1.x]/ http://::1/ http://2606:4700::1111/ http://user@example.com/
http://user:pw@example.com/ http://example.com@127.0.0.1/ http://@example.com/ http://a@b@example.com/
http://example.com\@127.0.0.1/ http://example.com\.evil/ http:\\example.com/ http://%31%32%37.0.0.1/
http://127.0.0.1%00.example.com/ http://example.com:0/ http://example.com:/ http://example.com:65536/
http://example.com:80:80/ http://example.com:8o/ http://example.com:-1/ http://example.com:080000/
http://example.com:+80/ ftp://example.com/ file:///etc/passwd gopher://example.com/ //example.com/ example.com
http:/example.com http:example.com http:// http:///x https://?x javascript:alert(1) ws://example.com/
unix:///var/run/docker.sock data:text/plain,x http://-a.example/ http://a-.example/ http://a,b/ http://a;b/
http://a$b/
"""
NOT_ASCII = [
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://\u24dbocalhost/",
    "http://m\xfcller.example/",
    "http://\uff41.example/",
    "http://exa\xadmple.com/",
    "http://example.com\u2044x/",
    "http://\u202eexample.com/",
]
NOT_PRINTABLE = [
    "http://exa mple.com/",
    "http:// example.com/",
    " http://example.com/",
    "http://example.com/ x",
    "http://exa\tmple.com/",
    "http://example.com\r\nHost: x/",
    "http://example.com/\n",
    "http://exam\x00ple.com/",
    "",
]
TOO_LONG = [f"http://{'a' * 64}.example/", f"http://{'a.' * 127}b/"]


@pytest.mark.parametrize("url", ODD.split() + NOT_ASCII + NOT_PRINTABLE + TOO_LONG)
@pytest.mark.parametrize("policy", [CLOSED, PRIVATE, EgressPolicy(("0.0.0.0/0", "::/0"), allow_private=True)])
def test_what_has_more_than_one_meaning_or_none_is_refused(url: str, policy: EgressPolicy) -> None:
    with pytest.raises(EgressRefusedError) as refused:
        policy.check(url)
    told = str(refused.value)
    assert told.endswith(".")
    assert told.isascii() or "…" in told
    assert len(told) < 250
    assert "pw" not in told


def test_what_is_written_in_numbers_is_refused_before_anybody_is_asked() -> None:
    for host in (
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "[64:ff9b::7f00:1]",
        "[::FFFF:7f00:1]",
    ):
        with pytest.raises(EgressRefusedError, match="which is not open here"):
            CLOSED.check(f"http://{host}:8080/v1")
    PRIVATE.check("http://127.0.0.1:11434/v1")
    PRIVATE.check("http://[::ffff:127.0.0.1]/v1")


def test_the_sentence_names_the_host_and_no_other_address() -> None:
    with pytest.raises(EgressRefusedError) as refused:
        CLOSED.check_addresses("models.example.com", ["8.8.8.8", "10.1.2.3"])
    assert str(refused.value) == (
        "The address models.example.com leads to a private network, which is not open here. "
        "An administrator can open a network by STUDIO_ALLOWED_NETWORKS."
    )


TRUSTED = EgressPolicy(trusted=("http://gateway.internal:4000/", "https://Gateway.example"))


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("http://gateway.internal:4000/v1/chat/completions", True),
        ("http://GATEWAY.internal:4000", True),
        ("https://gateway.example:443/v1", True),
        ("https://gateway.internal:4000/v1", False),
        ("http://gateway.internal:4001/v1", False),
        ("http://gateway.internal/v1", False),
        ("http://gateway.internal.evil.example:4000/v1", False),
        ("http://x.gateway.internal:4000/v1", False),
        ("http://gateway.internal:4000@evil.example/v1", False),
        ("http://evil.example/http://gateway.internal:4000/", False),
        ("http://gateway.example/v1", False),
        ("", False),
    ],
)
def test_the_operators_addresses_are_trusted_by_scheme_host_and_port(url: str, trusted: bool) -> None:
    assert TRUSTED.trusts(url) == trusted


def test_a_policy_goes_through_json() -> None:
    policy = EgressPolicy(("10.0.0.0/8", "fd00::/8"), allow_private=True, trusted=("http://gateway:4000",))
    assert EgressPolicy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


@pytest.mark.parametrize(
    ("host", "opens"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.7", False)],  # noqa: S104 - compared only
)
def test_a_server_that_this_machine_alone_can_reach_opens_what_is_private(host: str, opens: bool) -> None:
    policy = policy_of(
        settings(host=host, litellm_base_url="http://10.0.0.5:4000", studio_allowed_networks="10.9.0.0/16")
    )
    assert policy.allow_private == opens
    assert policy.allowed_networks == ("10.9.0.0/16",)
    assert policy.trusts("http://10.0.0.5:4000/v1")
    assert policy_of(settings()).trusted == ()
