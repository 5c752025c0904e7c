"""Each request leaves one line in the log: what it was, how it ended, what it cost, and no more than that."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from src.telemetry.logs import JsonLines
from tests.api.dataset import RANGE, REPORTS
from tests.conftest import SettableClock
from tests.fake_gateway.server import FakeGateway

TOKEN = "dashboard-token"


@pytest.fixture(autouse=True)
def _at_info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """Return what returns the lines so far."""
    return lambda: [record.msg for record in caplog.records if record.name == "leaderboard.access"]


def test_a_request_is_told_with_what_it_cost(configured: Any, lines: Any) -> None:
    answer = configured().get("/tokens", params=RANGE, headers={"X-Request-ID": "abc", "Accept-Encoding": "br"})
    (line,) = lines()
    assert line.pop("duration_ms") > 0
    assert line == {
        "event": "request",
        "request_id": "abc",
        "method": "GET",
        "route": "/tokens",
        "status": 200,
        "gateway_calls": 3,  # teams, days, models
        "cache": "fetched",
        "bytes": int(answer.headers["content-length"]),
    }


@pytest.mark.parametrize("path", [*REPORTS, "/tokens/hourly"])
def test_it_is_told_where_an_answer_came_from(configured: Any, lines: Any, path: str) -> None:
    api = configured()
    for form in ("br", "br", "gzip"):  # kept bytes are sent again in the form that they have
        api.get(path, params=RANGE, headers={"Accept-Encoding": form})
    kept = "known" if path == "/tokens/hourly" else "kept"
    first, second, third = lines()
    assert (first["cache"], second["cache"]) == ("fetched", kept)
    assert third["cache"] in {"known", "kept"}
    assert first["gateway_calls"] >= 2
    assert second["gateway_calls"] == third["gateway_calls"] == 0


def test_whoever_waits_for_what_another_asked_for_has_caused_no_call(
    configured: Any, lines: Any, gateway: FakeGateway
) -> None:
    api = configured(usage_store_url="memory")
    api.get("/tokens/timeseries", params={"start_date": "2025-03-01", "end_date": "2025-03-01"})
    hold = gateway.hold("/team/daily/activity")
    with ThreadPoolExecutor() as threads:
        one = threads.submit(api.get, "/tokens/timeseries", params=RANGE)
        assert hold.arrived.wait(60)
        other = threads.submit(api.get, "/tokens/success-rate", params=RANGE)
        time.sleep(0.1)  # so that it waits, too
        hold.release()
        assert one.result().status_code == other.result().status_code == 200
    told = {line["route"]: (line["cache"], line["gateway_calls"]) for line in lines()[1:]}
    assert told["/tokens/timeseries"] == ("fetched", 1)
    assert told["/tokens/success-rate"][1] == 0


def test_a_refresh_that_nobody_waits_for_is_counted_where_it_was_started(
    configured: Any, lines: Any, clock: SettableClock
) -> None:
    api = configured(team_ttl_seconds=5, live_ttl_seconds=3600)
    api.get("/tokens/timeseries", params=RANGE)
    clock.move(seconds=6)
    api.get("/tokens/timeseries", params=RANGE)
    assert lines()[-1]["gateway_calls"] == 1


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/health", "/health", 200),
        ("HEAD", "/health", "/health", 200),
        ("GET", "/tokens/hourly?team=Nobody", "/tokens/hourly", 400),
        ("GET", "/tokens/sk-secret", "page", 404),
        ("GET", "/chart", "page", 200),
        ("POST", "/tokens", "page", 405),
        ("PROPFIND", "/health", "page", 405),
    ],
)
def test_the_route_is_told_and_not_what_stood_in_its_place(  # noqa: PLR0913, PLR0917 - a row of the table each
    configured: Any, lines: Any, tmp_path: Path, method: str, path: str, route: str, status: int
) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<!doctype html>")
    configured().request(method, path)
    (line,) = lines()
    assert (line["route"], line["status"]) == (route, status)
    assert line["method"] == (method if method != "PROPFIND" else "other")
    assert line["cache"] is None


def test_without_a_page_an_address_that_is_none_is_told_as_such(configured: Any, lines: Any) -> None:
    configured().get("/sk-secret")
    assert lines()[0]["route"] == "unmatched"


def test_what_broke_and_what_is_refused_is_told_too(configured: Any, lines: Any, gateway: FakeGateway) -> None:
    api = configured(server_basic_auth_token=TOKEN)
    gateway.fail(401)
    api.get("/tokens", params=RANGE)
    api.get("/tokens", params=RANGE, headers={"Authorization": f"Bearer {TOKEN}"})
    api.get("/tokens?" + "x" * 9000)
    api.options("/tokens", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "GET"})
    assert [line["status"] for line in lines()] == [401, 502, 414, 400]
    assert all(line["request_id"] for line in lines())


def test_what_goes_wrong_is_logged_with_the_id_of_the_request(
    configured: Any, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines())
    gateway.fail(401)
    configured().get("/tokens", params=RANGE, headers={"X-Request-ID": "abc"})
    told = [json.loads(line) for line in caplog.text.splitlines()]
    events = [line["event"] for line in told if line.get("request_id") == "abc"]
    assert [event.partition(" in ")[0] for event in events[-2:]] == [
        "gateway_rejected_key: GatewayRejectedKeyError",
        "request",
    ]


def test_no_line_tells_a_key_a_token_an_address_a_team_or_a_query(
    configured: Any, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    api = configured(server_basic_auth_token=TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Request-ID": gateway.knows.api_key, "User-Agent": "planted"}
    for path in (*REPORTS, "/tokens/hourly", "/tokens/planted", "/planted", "/ready", "/metrics"):
        api.get(path, params={**RANGE, "team": "red", "planted": "planted"}, headers=headers)
    gateway.fail(500, "planted")
    api.get("/tokens", params={"start_date": "2025-01-01", "end_date": "2025-01-02"}, headers=headers)
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]  # which is the client's
    said = "\n".join(f"{record.getMessage()} {record.exc_info}" for record in ours)
    for secret in (TOKEN, gateway.knows.api_key, gateway.address, "Red", "'red'", "planted", "k-red", "laptop"):
        assert secret not in said


def test_nothing_is_told_where_nobody_listens(
    configured: Any, lines: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    configured().get("/health")
    assert lines() == []
