"""`/metrics` counts what happened, tells how things are, and names nobody; Grafana asks for what is there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE, REPORTS
from tests.api.test_history import SYNC_DAYS, wait_for_history
from tests.conftest import SettableClock
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")

DASHBOARD = Path(__file__).resolve().parents[2] / "grafana" / "leaderboard.json"
# Brought by Prometheus or by the dashboard itself.
GIVEN_LABELS = {"job", "instance", "le"}
Sample = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture
def make_api(make_app: MakeApp, gateway: FakeGateway) -> Any:
    """Return a maker of clients of an app that is configured."""

    def make(**changes: Any) -> TestClient:
        address = {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.knows.api_key}
        return TestClient(
            make_app(**{**address, "sync_days": SYNC_DAYS, **changes}), raise_server_exceptions=False
        )

    return make


@pytest.fixture
def running(make_api: Any) -> Iterator[TestClient]:
    """Return a client of an app that has fetched its history."""
    with make_api() as client:
        wait_for_history(client)
        yield client


def samples(client: TestClient, **headers: str) -> dict[Sample, float]:
    text = client.get("/metrics", headers=headers).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse_text(text)
        for sample in family.samples
    }


def value(found: dict[Sample, float], name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def test_requests_are_counted_by_route_method_and_status(make_api: Any) -> None:
    api = make_api()
    for query in (RANGE, RANGE, {"start_date": "x"}):
        api.get("/tokens", params=query)
    found = samples(api)
    counted = "leaderboard_http_requests_total"
    assert value(found, counted, route="/tokens", method="GET", status="200") == 2
    assert value(found, counted, route="/tokens", method="GET", status="400") == 1
    took = "leaderboard_http_request_duration_seconds"
    assert value(found, f"{took}_count", route="/tokens", method="GET") == 3
    assert value(found, f"{took}_bucket", route="/tokens", method="GET", le="+Inf") == 3
    assert 0 < (value(found, f"{took}_sum", route="/tokens", method="GET") or 0) < 60


def test_answers_are_counted_by_where_they_came_from(make_api: Any) -> None:
    api = make_api()
    api.get("/tokens", params=RANGE)
    api.get("/tokens", params=RANGE)
    api.get("/tokens/timeseries", params=RANGE)
    found = samples(api)
    counts = {
        cache: value(found, "leaderboard_answers_total", cache=cache) for cache in ("fetched", "kept", "known")
    }
    assert counts == {"fetched": 1, "kept": 1, "known": 1}


def test_calls_to_the_gateway_are_counted_by_how_they_ended(make_api: Any, gateway: FakeGateway) -> None:
    api = make_api()
    gateway.fail(401, path="/team/daily/activity")
    api.get("/tokens", params=RANGE)
    gateway.recover()
    gateway.fail(503, path="/team/daily/activity")
    api.get("/tokens", params=RANGE)
    found = samples(api)
    counted, activity = "leaderboard_gateway_calls_total", "/team/daily/activity"
    assert value(found, counted, endpoint=activity, outcome="gateway_rejected_key") == 1
    assert value(found, counted, endpoint=activity, outcome="gateway_unavailable") == 1  # with its retries
    assert value(found, counted, endpoint="/team/list", outcome="ok") == 1
    took = "leaderboard_gateway_call_duration_seconds_count"
    assert value(found, took, endpoint=activity) == 2


def test_the_breaker_is_told(make_api: Any, gateway: FakeGateway) -> None:
    api = make_api()
    api.get("/tokens", params=RANGE)
    assert value(samples(api), "leaderboard_gateway_breaker_open") == 0
    gateway.fail(503)
    api.get("/tokens", params={"start_date": "2025-03-01", "end_date": "2025-03-02"})
    assert value(samples(api), "leaderboard_gateway_breaker_open") == 1


def test_history_store_and_ages_are_told(running: TestClient, clock: SettableClock) -> None:
    clock.move(seconds=7)
    found = samples(running)
    assert (
        value(found, "leaderboard_sync_loaded_days") == value(found, "leaderboard_sync_wanted_days") == SYNC_DAYS
    )
    assert value(found, "leaderboard_sync_lag_seconds") == 7
    assert value(found, "leaderboard_data_age_seconds") == 7
    for place in ("memory", "database"):
        assert value(found, "leaderboard_store_days", place=place, kind="usage") == SYNC_DAYS
        assert (value(found, "leaderboard_store_bytes", place=place, kind="usage") or 0) > 100


def test_a_store_that_fails_leaves_out_what_it_would_tell(running: TestClient) -> None:
    backend: Any = running.app
    with backend.state.leaderboard._database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE leaderboard_days")
    found = samples(running)
    assert value(found, "leaderboard_store_days", place="memory", kind="usage") == SYNC_DAYS
    assert not any("database" in str(labels) and number for (_, labels), number in found.items())


def test_before_the_first_request_there_is_something_to_tell(make_api: Any) -> None:
    found = samples(make_api())
    assert any(name == "leaderboard_build_info" for name, _ in found)
    assert not any("nan" in str(number) for number in found.values())


def test_it_is_behind_the_token(make_api: Any) -> None:
    api = make_api(server_basic_auth_token="t")
    assert api.get("/metrics").status_code == 401
    assert value(samples(api, Authorization="Bearer t"), "leaderboard_gateway_breaker_open") is None


def test_it_speaks_openmetrics_to_whoever_asks_for_it(running: TestClient) -> None:
    answer = running.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert any(family.name == "leaderboard_http_requests" for family in parse_openmetrics(answer.text))
    plain = running.get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=")


def test_nobody_is_named(running: TestClient, gateway: FakeGateway) -> None:
    for path in (*REPORTS, "/tokens/hourly", "/tokens/planted", "/planted", "/assets/planted.js"):
        running.get(path, params={**RANGE, "team": "red"}, headers={"X-Request-ID": "planted"})
    running.request("PLANTED", "/tokens")
    told = {text for _, pairs in samples(running) for _, text in pairs}
    assert "/tokens/hourly" in told
    for name in ("red", "Red", "blue", "k-red", "laptop", "gpt", "planted", "PLANTED", gateway.address, "sk-"):
        assert not [text for text in told if name in text]


def test_names_follow_prometheus_habits(running: TestClient) -> None:
    for family in parse_text(running.get("/metrics").text):
        if family.name.startswith("leaderboard_"):
            assert family.documentation.endswith(".")
            assert (
                family.name.endswith(("_seconds", "_bytes", "_days", "_open", "_info")) or family.type == "counter"
            )


def queries() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def test_every_metric_and_label_that_the_dashboard_asks_for_is_there(running: TestClient) -> None:
    running.get("/tokens", params=RANGE)
    found = samples(running)
    names = {name for name, _ in found}
    labels = {label for _, pairs in found for label, _ in pairs} | GIVEN_LABELS
    ours = [query for query in queries() if "studio_" not in query]  # there, where Studio is: its tests look
    assert len(ours) > 20
    for query in ours:
        asked = set(re.findall(r"\b(?:leaderboard|process)_\w+", query))
        assert asked, query
        assert asked <= names, query
        grouped = re.findall(r"\bby \(([^)]*)\)", query)
        used = {label.strip() for group in grouped for label in group.split(",")} | set(
            re.findall(r"(\w+)\s*=~?", query)
        )
        assert used <= labels, query


def test_the_dashboard_shows_all_that_is_counted_of_the_service(running: TestClient) -> None:
    running.get("/tokens", params=RANGE)
    told = {
        re.sub(r"_(bucket|sum|count)$", "", name) for name, _ in samples(running) if name.startswith("leaderb")
    }
    asked = " ".join(queries())
    assert [name for name in told if name not in asked] == []
