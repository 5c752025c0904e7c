"""What every request gets: an id, an answer that other origins may or may not read."""

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE
from tests.api.failing_client import FailingClient
from tests.fake_gateway.server import FakeGateway

VITE = ("http://localhost:5173", "http://127.0.0.1:5173")
WORKSHOP = "https://ada-leaderboard-frontend.workshop.example"
ELSEWHERE = "https://board.example.com"


@pytest.mark.parametrize("path", ["/tokens", "/health", "/config", "/nothing.js", "/tokens/nothing"])
def test_every_answer_has_an_id_of_its_own(api: TestClient, path: str) -> None:
    ids = {api.get(path).headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize("given", ["abc", "0af1e0b9-2e2b", "trace:1.2_3", "x" * 128])
def test_a_well_formed_id_is_taken(api: TestClient, given: str) -> None:
    response = api.get("/tokens", params={"start_date": "x"}, headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == response.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "<script>", "é", "a\tb", "a;b", 'a"b'])
def test_a_malformed_id_is_replaced(api: TestClient, given: str) -> None:
    headers = {b"X-Request-ID": given.encode()}
    response = api.get("/tokens", params={"start_date": "x"}, headers=headers)
    assert response.headers["X-Request-ID"] == response.json()["request_id"] != given
    assert len(response.headers["X-Request-ID"]) == 32


@pytest.fixture
def workshop(make_app: MakeApp, gateway: FakeGateway) -> TestClient:
    app = make_app(
        gateway.client(),
        vite_workshop_user="ada",
        vite_workshop_domain="workshop.example",
        cors_origins=(ELSEWHERE,),
    )
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("origin", [WORKSHOP, ELSEWHERE])
def test_the_page_may_read_answers_from_its_own_origins(workshop: TestClient, origin: str) -> None:
    response = workshop.get("/tokens", params=RANGE, headers={"Origin": origin})
    assert response.headers["access-control-allow-origin"] == origin
    exposed = {name.strip().lower() for name in response.headers["access-control-expose-headers"].split(",")}
    assert {"x-request-id", "content-disposition", "retry-after"} <= exposed


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        *VITE,
        "http://localhost:8081",
        "https://localhost:5173",
        "null",
        f"{WORKSHOP}.evil.example",
        f"{ELSEWHERE}.evil.example",
        "http://board.example.com",
        "https://other.board.example.com",
        "http://ada-leaderboard-frontend.workshop.example",
    ],
)
def test_other_origins_may_not(workshop: TestClient, origin: str) -> None:
    response = workshop.get("/tokens", params=RANGE, headers={"Origin": origin})
    assert "access-control-allow-origin" not in response.headers
    assert preflight(workshop, origin) == 400


@pytest.mark.parametrize("origin", [*VITE, ELSEWHERE])
def test_in_development_that_is_vites_server_too(make_app: MakeApp, gateway: FakeGateway, origin: str) -> None:
    api = TestClient(make_app(gateway.client(), development=True, cors_origins=(ELSEWHERE,)))
    response = api.get("/tokens", params=RANGE, headers={"Origin": origin})
    assert response.headers["access-control-allow-origin"] == origin
    assert preflight(api, origin) == 200


def preflight(client: TestClient, origin: str, method: str = "GET") -> int:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,x-request-id",
    }
    return client.options("/tokens", headers=headers).status_code


def test_a_preflight_is_answered_without_a_token(make_app: MakeApp) -> None:
    guarded = TestClient(make_app(server_basic_auth_token="t", cors_origins=(ELSEWHERE,)))
    assert preflight(guarded, ELSEWHERE) == 200
    assert preflight(guarded, "https://evil.example") == 400
    assert preflight(guarded, ELSEWHERE, "DELETE") == 400


@pytest.mark.parametrize("error", [RuntimeError("x"), ValueError("x")])
def test_the_page_may_read_errors_too(make_app: MakeApp, error: Exception) -> None:
    app = make_app(FailingClient(error), cors_origins=(ELSEWHERE,))
    client = TestClient(app, raise_server_exceptions=False)
    response = client.get("/tokens", params=RANGE, headers={"Origin": ELSEWHERE})
    assert response.headers["access-control-allow-origin"] == ELSEWHERE


@pytest.mark.parametrize("path", ["/tokens", "/tokens/hourly", "/config", "/health", "/metrics", "/openapi.json"])
def test_a_head_is_a_get_without_its_body(api: TestClient, path: str) -> None:
    for _ in range(2):  # the second one finds what is kept
        whole, head = api.get(path, params=RANGE), api.head(path, params=RANGE)
        assert (head.status_code, head.content) == (200, b"")
        changing = {"x-request-id", "content-length"} if path == "/metrics" else {"x-request-id"}
        assert {name: value for name, value in head.headers.items() if name not in changing} == {
            name: value for name, value in whole.headers.items() if name not in changing
        }


def test_a_head_of_what_is_not_there_or_is_refused_says_so(make_app: MakeApp) -> None:
    guarded = TestClient(make_app(server_basic_auth_token="t"))
    assert [guarded.head(path).status_code for path in ("/tokens", "/metrics", "/nothing.js")] == [401, 401, 404]


def test_long_answers_are_compressed_for_clients_that_can_read_that(api: TestClient) -> None:
    plain = api.get("/tokens", params=RANGE, headers={"Accept-Encoding": "identity"})
    small = api.get("/tokens", params=RANGE, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in small.headers["vary"].lower()
    assert small.text == plain.text


def test_short_answers_are_not_compressed(api: TestClient) -> None:
    assert "content-encoding" not in api.get("/health", headers={"Accept-Encoding": "gzip"}).headers
