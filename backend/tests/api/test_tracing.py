"""Where OpenTelemetry's variables name a collector, it gets spans of requests and of calls to the gateway."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.telemetry import tracing
from tests.api.conftest import MakeApp
from tests.api.dataset import RANGE
from tests.fake_gateway.server import FakeGateway
from tests.telemetry.otlp import Collector, attributes

BACKEND = Path(__file__).resolve().parents[2]
TRACE = "0af7651916cd43dd8448eb211c80319c"
SERVER, CLIENT, FAILED = 2, 3, 2


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Return a collector that the environment names."""
    with Collector() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        yield collector


@pytest.fixture
def ask(make_app: MakeApp, gateway: FakeGateway, collector: Collector) -> Any:
    """Return what runs an app for some requests: it sends its spans when it stops."""

    def ask_for(*paths: str, **changes: Any) -> None:
        address = {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.knows.api_key}
        app = make_app(**{**address, "usage_store_url": "memory", **changes})
        with TestClient(app, raise_server_exceptions=False) as client:
            for path in paths:
                client.get(path, params=RANGE, headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})

    return ask_for


def test_a_request_and_its_calls_are_one_trace(ask: Any, collector: Collector, gateway: FakeGateway) -> None:
    ask("/tokens")
    (request,) = collector.named("GET /tokens")
    (call,) = collector.named("GET /team/daily/activity")
    assert (request.kind, call.kind) == (SERVER, CLIENT)
    assert call.parent_span_id == request.span_id
    unwaited_for = collector.named("GET /v2/team/list")
    assert {span.trace_id.hex() for span in collector.spans if span not in unwaited_for} == {TRACE}
    told = attributes(request)
    assert (told["http.route"], told["http.response.status_code"]) == ("/tokens", 200)
    assert (told["leaderboard.cache"], told["leaderboard.gateway_calls"]) == ("fetched", 3)
    assert gateway.usage_requests[0].headers["traceparent"] == f"00-{TRACE}-{call.span_id.hex()}-01"


def test_a_kept_answer_is_told_as_such(ask: Any, collector: Collector) -> None:
    ask("/tokens", "/tokens")
    assert [attributes(span)["leaderboard.cache"] for span in collector.named("GET /tokens")] == [
        "fetched",
        "kept",
    ]


def test_a_call_that_fails_is_told_with_its_code_and_nothing_else(
    ask: Any, collector: Collector, gateway: FakeGateway
) -> None:
    gateway.fail(401, f"{gateway.knows.api_key} is unknown at {gateway.base_url}")
    ask("/tokens")
    (call,) = collector.named("GET /team/daily/activity")
    assert call.status.code == FAILED
    assert attributes(call)["error.type"] == "gateway_rejected_key"
    assert list(call.events) == []


def test_nothing_is_told_that_is_nobodys_business(ask: Any, collector: Collector, gateway: FakeGateway) -> None:
    ask(
        "/tokens",
        "/tokens/hourly?team=red",
        "/sk-planted?planted=planted",
        server_basic_auth_token="dashboard-token",
    )
    ask("/tokens", "/tokens/hourly?team=Red&planted=planted")
    for secret in ("planted", "red", "Red", "dashboard-token", gateway.knows.api_key, gateway.address, "2025-03"):
        assert secret not in collector.text.replace("REDACTED", "")


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "leaderboard"),
        ({"OTEL_SERVICE_NAME": "tokens"}, "tokens"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=usage,deployment.environment.name=test"}, "usage"),
    ],
)
def test_the_service_is_named(
    ask: Any, collector: Collector, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], name: str
) -> None:
    for variable, text in variables.items():
        monkeypatch.setenv(variable, text)
    ask("/health")
    assert collector.resources[0]["service.name"] == name


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
)
def test_nothing_is_sent_where_it_is_not_wanted_or_cannot_be(
    ask: Any, collector: Collector, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for variable, text in variables.items():
        monkeypatch.setenv(variable, text)
    ask("/health")
    assert collector.spans == []


def test_a_collector_that_is_gone_harms_nobody(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with TestClient(make_app(usage_store_url="memory")) as client:
        assert client.get("/health").status_code == 200


def test_packages_that_are_missing_cost_a_line_and_no_more(
    make_app: MakeApp, collector: Collector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert tracing.open_tracing() is None
    assert "requirements-tracing.lock" in caplog.text


def test_without_a_collector_nothing_of_it_is_imported() -> None:
    script = (
        "import sys; from src.api.server import create_backend; create_backend();"
        "sys.exit(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    )
    environment = {"PATH": "", "USAGE_STORE_URL": "memory"}
    command = [sys.executable, "-c", script]
    assert subprocess.run(command, cwd=BACKEND, env=environment, check=False).returncode == 0  # noqa: S603
