"""What would have been dialled, for what names and servers answer: beyond this machine, nothing is.

The resolver answers as it is told, and sockets note where they are to lead before any of them is made. Each way is
tried with aiohttp, which models are called by, and with urllib3.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import urllib3

from src.studio.llm.answer import Answer
from src.studio.llm.client import ChatClient
from src.studio.llm.egress import EgressPolicy, EgressRefusedError, guarded_pool
from src.studio.llm.guarded import guarded_connector
from src.studio.llm.request import ChatRequest, Endpoint
from tests.studio.llm.calling import KEY, sentence_of
from tests.studio.llm.raw_server import CHUNKED, DONE, END, FINISH, HELLO, USAGE, chunk, raw_server, response

CLOSED, PRIVATE = EgressPolicy(), EgressPolicy(allow_private=True)
OK = response("200 OK", b"{}")
WHOLE = CHUNKED + chunk(HELLO + FINISH + USAGE + DONE) + END
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass
class Network:
    """A resolver that answers with one list after another, and what was asked of it, and dialled."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)

    def resolve(self, host: str, port: int | None, *_: Any, **__: Any) -> list[Any]:
        if host.replace(".", "").isdigit() or ":" in host:  # numbers are nobody's name
            return [_info(host, port)]
        self.asked.append(host)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return [_info(address, port) for address in answer]

    def dial(self, address: tuple[Any, ...]) -> None:
        """Note a connection, and let those to this machine pass."""
        self.dialled.append((address[0], address[1]))
        if address[0] not in {"127.0.0.1", "::1"}:
            raise ConnectionRefusedError("beyond this machine")


def _info(address: str, port: int | None) -> tuple[Any, ...]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    place = (address, port, 0, 0) if family == socket.AF_INET6 else (address, port)
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Return a network in the place of the machine's own."""
    made = Network([["127.0.0.1"]])
    connect = socket.socket.connect

    def dial(sock: socket.socket, address: Any) -> None:
        made.dial(address)
        connect(sock, address)

    async def sock_connect(loop: Any, sock: socket.socket, address: Any) -> None:
        made.dial(address)
        sock.setblocking(True)
        connect(sock, address)
        sock.setblocking(False)

    monkeypatch.setattr(socket, "getaddrinfo", made.resolve)
    monkeypatch.setattr(socket.socket, "connect", dial)
    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", sock_connect)
    return made


def by_aiohttp(policy: EgressPolicy, url: str, times: int = 1) -> int:
    """Ask by the connector, and return the last status."""

    async def ask() -> int:
        async with aiohttp.ClientSession(connector=guarded_connector(policy)) as session:
            for _ in range(times):
                async with session.get(url, allow_redirects=False) as answer:
                    await answer.read()
        return answer.status

    return asyncio.run(ask())


def by_urllib3(policy: EgressPolicy, url: str, times: int = 1) -> int:
    """Ask by the pool, and return the last status."""
    with guarded_pool(policy) as pool:
        for _ in range(times):
            answer = pool.request("GET", url, timeout=5)
        return answer.status


Ask = Callable[..., int]
WAYS = pytest.mark.parametrize("ask", [by_aiohttp, by_urllib3])


@pytest.fixture
def server() -> Iterator[Any]:
    with raw_server(OK) as running:
        yield running


@WAYS
@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::1"],
        ["0.0.0.0"],  # noqa: S104 - an answer
        ["8.8.8.8", "10.0.0.1"],
        ["10.0.0.1", "8.8.8.8"],
        ["2606:4700::1111", "8.8.8.8", "fd00::1"],
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_to_something_nearer_is_resolved_once_and_nothing_is_dialled(
    network: Network, ask: Ask, answer: list[str], scheme: str
) -> None:
    network.answers = [answer, ["8.8.8.8"]]
    with pytest.raises(EgressRefusedError, match=r"^The address models\.example\.com leads to ") as refused:
        ask(CLOSED, f"{scheme}://models.example.com:8443/v1")
    assert (network.asked, network.dialled) == (["models.example.com"], [])
    assert not any(address in str(refused.value) for address in answer)


@WAYS
def test_a_name_that_leads_elsewhere_a_moment_later_is_dialled_where_it_was_looked_at(
    network: Network, ask: Ask
) -> None:
    network.answers = [["8.8.8.8", "2606:4700::1111"], ["127.0.0.1"]]
    with pytest.raises((aiohttp.ClientConnectorError, urllib3.exceptions.NewConnectionError)):
        ask(CLOSED, "http://rebinding.example:8080/v1")
    assert network.asked == ["rebinding.example"]
    assert sorted(network.dialled) == [("2606:4700::1111", 8080), ("8.8.8.8", 8080)]


@WAYS
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"])
def test_nobody_is_asked_about_numbers_and_nothing_is_dialled(network: Network, ask: Ask, host: str) -> None:
    with pytest.raises(EgressRefusedError):
        ask(CLOSED, f"http://{host}:8080/v1")
    assert (network.asked, network.dialled) == ([], [])


ODD = [
    "http://2130706433:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://localhost.:{port}/",
    "http://[::1%25lo]:{port}/",
    "http://\uff11\uff12\uff17.0.0.1:{port}/",
    "http://127\u30020\u30020\u30021:{port}/",
    "http://\u24dbocalhost:{port}/",
]


@WAYS
@pytest.mark.parametrize("url", ODD)
def test_odd_spellings_of_this_machine_are_not_dialled(network: Network, ask: Ask, url: str) -> None:
    with pytest.raises((EgressRefusedError, aiohttp.InvalidURL, ValueError)):
        ask(CLOSED, url.format(port=5301))
    assert network.dialled == []


@WAYS
def test_what_is_open_is_called(network: Network, ask: Ask, server: Any) -> None:
    url = server.base_url.replace("127.0.0.1", "ollama.example") + "/x"
    assert ask(PRIVATE, url) == 200
    assert ask(EgressPolicy(("127.0.0.0/8",)), url) == 200
    assert {host for host, _ in network.dialled} == {"127.0.0.1"}
    assert network.asked == ["ollama.example"] * 2
    assert [request.headers["host"].partition(":")[0] for request in server.requests] == ["ollama.example"] * 2


@WAYS
def test_the_operators_own_address_is_called_wherever_it_leads_and_no_other_port_is(
    network: Network, ask: Ask, server: Any
) -> None:
    port = urlsplit(server.base_url).port or 0
    policy = EgressPolicy(trusted=(f"http://gateway.internal:{port}",))
    assert ask(policy, f"http://gateway.internal:{port}/v1/models") == 200
    network.dialled.clear()
    for other in (
        f"http://gateway.internal:{port + 1}/",
        f"https://gateway.internal:{port}/",
        f"http://other.internal:{port}/",
    ):
        with pytest.raises(EgressRefusedError):
            ask(policy, other)
    assert network.dialled == []


def test_one_connector_keeps_what_is_trusted_apart_from_what_is_not(network: Network, server: Any) -> None:
    port = urlsplit(server.base_url).port or 0
    trusted, same_name = (f"http://gateway.internal:{number}/v1/models" for number in (port, port + 1))

    async def ask() -> list[Any]:
        policy = EgressPolicy(trusted=(f"http://gateway.internal:{port}",))
        async with aiohttp.ClientSession(connector=guarded_connector(policy)) as session:
            return await asyncio.gather(
                *(session.get(url) for url in (trusted, same_name) * 4), return_exceptions=True
            )

    answers = asyncio.run(ask())
    assert [getattr(answer, "status", type(answer)) for answer in answers] == [200, EgressRefusedError] * 4
    assert {port for _, port in network.dialled} == {port}


@WAYS
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(network: Network, ask: Ask, status: int) -> None:
    with raw_server(OK) as inner:
        with raw_server(response(f"{status} Elsewhere", b"", f"Location: {inner.base_url}")) as outer:
            assert ask(PRIVATE, outer.base_url) == status
        assert inner.connections == 0


def test_a_pool_that_is_told_to_follow_does_not(network: Network) -> None:
    said = response("302 Found", b"", "Location: http://169.254.169.254/latest")
    with raw_server(said) as outer, guarded_pool(PRIVATE) as pool:
        assert pool.request("GET", outer.base_url, redirect=True, retries=3).status == 302
    assert {host for host, _ in network.dialled} == {"127.0.0.1"}


@WAYS
def test_neither_proxies_nor_netrc_of_the_environment_are_used(
    network: Network, ask: Ask, server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    with raw_server(OK) as proxy:
        for name in PROXIES:
            monkeypatch.setenv(name, proxy.base_url)
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login eve password planted")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        assert ask(PRIVATE, server.base_url) == 200
        assert proxy.connections == 0
    assert "authorization" not in server.requests[0].headers


@WAYS
def test_a_name_that_does_not_exist_is_told_as_such(
    network: Network, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises((aiohttp.ClientConnectorDNSError, urllib3.exceptions.NameResolutionError)):
        ask(CLOSED, "http://nobody.example/")


def test_the_socket_sees_what_the_resolver_was_not_asked_about(network: Network, monkeypatch: Any) -> None:
    """Should nothing else stand in the way, the last one to see an address refuses it."""
    monkeypatch.setattr(EgressPolicy, "check_addresses", lambda *_: None)
    network.answers = [["10.0.0.1", "fd00::1"]]
    with pytest.raises(aiohttp.ClientConnectorError):
        by_aiohttp(CLOSED, "http://models.example.com/")
    assert network.dialled == []


def call(policy: EgressPolicy, base_url: str) -> Answer:
    """Call a model."""

    async def ask() -> Answer:
        answer = Answer()
        async with ChatClient(guarded_connector(policy)) as client:
            endpoint = Endpoint(base_url, "m", KEY)
            await client.open_connections(endpoint, 2)
            await client.ask(ChatRequest(endpoint, "r", [endpoint.head() + b"[]}"], 5), answer)
        return answer

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "base_url", ["http://models.example.com/v1", "http://10.0.0.1/v1", "http://127.1/v1", "http://a:b@8.8.8.8/v1"]
)
def test_a_call_of_an_address_that_is_not_open_fails_with_a_sentence(network: Network, base_url: str) -> None:
    network.answers = [["10.0.0.1"]]
    answer = call(CLOSED, base_url)
    assert answer.status == "error"
    assert answer.failure is not None
    assert answer.failure.kind == "egress_refused"
    assert answer.sent_ns is None
    assert "10.0.0.1" not in sentence_of(answer)
    assert KEY not in sentence_of(answer)
    assert network.dialled == []


def test_a_call_of_an_address_that_is_open_succeeds(network: Network) -> None:
    with raw_server(WHOLE) as server:
        assert call(PRIVATE, f"{server.base_url}").status == "success"


def test_tls_is_asked_for_by_the_name_and_not_by_the_address(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that knows no TLS is told the name, in clear, before it hangs up."""
    heard = bytearray()

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                heard.extend(connection.recv(4096))
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        for ask in (by_aiohttp, by_urllib3):
            heard.clear()
            with pytest.raises((aiohttp.ClientError, urllib3.exceptions.HTTPError)):
                ask(PRIVATE, f"https://models.example.com:{listening.getsockname()[1]}/")
            assert b"models.example.com" in heard
