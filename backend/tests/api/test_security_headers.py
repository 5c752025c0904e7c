"""Security headers: the same strict ones on every answer, whoever gives it."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.core.http.responses import security_headers
from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.fake_gateway.server import FakeGateway

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def app(make_app: MakeApp, gateway: FakeGateway, tmp_path: Path) -> FastAPI:
    """Return an app with a page, which no dependency is overridden of: its answers are kept."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html>")
    (dist / "assets" / "x-1.js").write_text("1")
    return make_app(
        litellm_base_url=gateway.base_url,
        litellm_api_key=gateway.knows.api_key,
        cors_origins=("https://board.example",),
        dist=dist,
    )


def assert_protected(response: Any) -> None:
    for name, value in security_headers().items():
        assert response.headers.get_list(name) == [value], name
    assert response.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("path", [*ENDPOINTS, "/config", "/health", "/ready", "/openapi.json", "/docs"])
def test_the_api_is_protected(api: TestClient, path: str) -> None:
    response = api.get(path, params=RANGE)
    assert response.status_code == 200
    assert_protected(response)


@pytest.mark.parametrize("path", ["/", "/leaderboard", "/chart?range=today", "/assets/x-1.js"])
def test_the_page_and_its_files_are_protected(api: TestClient, path: str) -> None:
    response = api.get(path)
    assert response.status_code == 200
    assert_protected(response)


def test_kept_answers_and_those_that_say_that_nothing_changed_are_protected(api: TestClient) -> None:
    first = api.get("/tokens", params=RANGE)
    assert_protected(first)
    for sent, status in (({}, 200), ({"If-None-Match": first.headers["etag"]}, 304)):
        again = api.get("/tokens", params=RANGE, headers=sent)
        assert again.status_code == status
        assert_protected(again)


def test_files_for_spreadsheets_are_protected(api: TestClient) -> None:
    assert_protected(api.get("/tokens", params={**RANGE, "format": "csv"}))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/tokens?start_date=x", 400),
        ("GET", "/tokens?" + 9000 * "x", 414),
        ("GET", "/tokens/nothing", 404),
        ("GET", "/nothing.js", 404),
        ("POST", "/tokens", 405),
        ("POST", "/leaderboard", 405),
    ],
)
def test_refusals_are_protected(api: TestClient, method: str, path: str, status: int) -> None:
    response = api.request(method, path)
    assert response.status_code == status
    assert_protected(response)


@pytest.mark.parametrize("failing", ["gateway", "dashboard"])
def test_failures_are_protected(
    api: TestClient, app: FastAPI, gateway: FakeGateway, pauses: list[float], failing: str
) -> None:
    if failing == "gateway":
        gateway.fail(503)
    else:
        del app.state.answers
    response = api.get("/tokens", params=RANGE)
    assert response.status_code == (502 if failing == "gateway" else 500)
    assert_protected(response)


@pytest.mark.parametrize(("origin", "status"), [("https://board.example", 200), ("https://evil.example", 400)])
def test_preflights_are_protected(api: TestClient, origin: str, status: int) -> None:
    response = api.options("/tokens", headers={"Origin": origin, "Access-Control-Request-Method": "GET"})
    assert response.status_code == status
    assert_protected(response)


def test_only_over_https_is_the_browser_told_to_come_by_https(app: FastAPI) -> None:
    assert "strict-transport-security" not in TestClient(app).get("/health").headers
    over_https = TestClient(app, base_url="https://board.example").get("/health")
    assert over_https.headers["strict-transport-security"] == "max-age=31536000"
    assert_protected(over_https)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://API.example:443/leaderboard/", "'self' https://api.example"),
        ("http://10.0.0.1:8000", "'self' http://10.0.0.1:8000"),
        ("/behind/a/proxy", "'self'"),
        (None, "'self'"),
    ],
)
def test_the_page_may_read_from_the_back_end_that_it_was_built_for(
    make_app: MakeApp, address: str | None, allowed: str
) -> None:
    policy = TestClient(make_app(vite_backend_url=address)).get("/health").headers["content-security-policy"]
    assert f"; connect-src {allowed};" in policy


def test_nothing_within_a_page_and_nothing_from_elsewhere_is_ever_run() -> None:
    policy = security_headers("https://api.example")["content-security-policy"]
    for source in ("unsafe", "data:", "*", "http:", "https: ", "blob:"):
        assert source not in policy
