"""Every error has one status, one code, a sentence, and the request's id; and tells nothing else."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.client import errors
from src.core.errors import ConfigurationError
from src.services.gateway_calls import GatewayBusyError
from src.utils.endpoint_utils import ERRORS
from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.api.failing_client import FailingClient
from tests.days import MONDAY, TUESDAY
from tests.fake_gateway.server import FakeGateway

SECRET = "sk-secret-1234"
ADDRESS = "http://gateway.internal:4000"
SAID = f"key {SECRET} at {ADDRESS}/team/list"
REDACTED = "key [key] at [address]"
OURS = "Something went wrong in the dashboard. Quote the request id when you report it."

FROM_BELOW: list[tuple[Exception, int, str, str]] = [
    (errors.GatewayRejectedKeyError(SAID), 502, "gateway_rejected_key", REDACTED),
    (errors.GatewayForbiddenError(SAID), 502, "gateway_forbidden", REDACTED),
    (errors.GatewayUnavailableError(SAID), 502, "gateway_unavailable", REDACTED),
    (errors.GatewayInvalidResponseError(SAID), 502, "gateway_invalid_response", REDACTED),
    (errors.GatewayRateLimitedError(SAID), 502, "gateway_rate_limited", REDACTED),
    (errors.SpendLogsUnavailableError(SAID), 502, "spend_logs_unavailable", REDACTED),
    (
        GatewayBusyError(),
        503,
        "busy",
        "Many other days are being fetched from the gateway. Try again in a moment.",
    ),
    (errors.GatewayError(SAID), 502, "gateway_unavailable", REDACTED),
    (errors.GatewayTimeoutError(SAID), 504, "gateway_timeout", REDACTED),
    (ConfigurationError(SAID), 502, "gateway_unavailable", REDACTED),
    (TimeoutError(SAID), 504, "gateway_timeout", "The gateway did not answer in time. Try again."),
    (RuntimeError(SAID), 502, "gateway_unavailable", "The gateway could not be read. Try again."),
    (RecursionError(SAID), 502, "gateway_unavailable", "The gateway could not be read. Try again."),
    (ValueError(SAID), 500, "internal_error", OURS),
    (KeyError(SAID), 500, "internal_error", OURS),
    (OSError(SAID), 500, "internal_error", OURS),
    (Exception(SAID), 500, "internal_error", OURS),
]


def assert_error(response: Any, status: int, code: str, detail: str) -> None:
    request_id = response.headers["X-Request-ID"]
    assert request_id
    told = {"detail": detail, "code": code, "request_id": request_id}
    again = {"error": detail} if response.request.url.path.startswith("/api/") else {}
    assert response.json() == told | again
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/tokens", "/tokens/hourly"])
@pytest.mark.parametrize(("error", "status", "code", "detail"), FROM_BELOW)
def test_an_error_from_below_is_answered_by_the_table(  # noqa: PLR0913, PLR0917 - the table's columns
    make_app: MakeApp,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
    detail: str,
    path: str,
) -> None:
    caplog.set_level("DEBUG")
    client = TestClient(make_app(FailingClient(error)), raise_server_exceptions=False)
    response = client.get(path, params=RANGE)
    assert_error(response, status, code, detail)
    everything = response.text + str(response.headers) + caplog.text
    for secret in (SECRET, "gateway.internal", "Traceback", __file__):
        assert secret not in everything
    assert code in caplog.text


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    ("error", "status"), [(errors.GatewayTimeoutError("Late."), 504), (RuntimeError(), 502), (ValueError(), 500)]
)
def test_every_report_answers_by_the_table(make_app: MakeApp, error: Exception, status: int, path: str) -> None:
    client = TestClient(make_app(FailingClient(error)), raise_server_exceptions=False)
    assert client.get(path, params=RANGE).status_code == status


FUTURE = "is in the future"
REQUESTS: list[tuple[str, dict[str, str], str, str]] = [
    ("/tokens", {"start_date": "today"}, "invalid_range", "start_date is not a date. Write it as YYYY-MM-DD"),
    ("/tokens", {"end_date": ""}, "invalid_range", "end_date is not a date. Write it as YYYY-MM-DD"),
    ("/tokens", {"start_date": TUESDAY, "end_date": MONDAY}, "invalid_range", "is after end_date"),
    ("/tokens", {"end_date": "2999-01-01"}, "invalid_range", FUTURE),
    (
        "/tokens",
        {"start_date": "2022-12-31", "end_date": "2023-01-01"},
        "invalid_range",
        "The range begins on 2022",
    ),
    ("/tokens", {"end_date": "2022-12-31"}, "invalid_range", "There is no usage before 2023-01-01: begin there."),
    ("/tokens", {"start_date": "2024-01-01", "end_date": "2025-02-04"}, "invalid_range", "The range has 401 days"),
    ("/tokens", {"format": "xml"}, "invalid_parameter", "format: Input should be 'json' or 'csv'"),
    ("/tokens", {"breakdown": "perhaps"}, "invalid_parameter", "breakdown: "),
    ("/tokens/hourly", {**RANGE, "timezone": "Mars"}, "invalid_parameter", "timezone is not an IANA name"),
    ("/tokens/hourly", {**RANGE, "team": "Nobody"}, "invalid_parameter", "No team has this id or name."),
]


@pytest.mark.parametrize(("path", "params", "code", "detail"), REQUESTS)
def test_a_bad_request_is_told_what_is_wrong_with_it(
    api: TestClient, path: str, params: dict[str, str], code: str, detail: str
) -> None:
    response = api.get(path, params=params)
    told = response.json()["detail"]
    assert_error(response, 400, code, told)
    assert detail in told
    assert told.endswith(".")


@pytest.mark.parametrize("path", ENDPOINTS)
def test_every_report_refuses_a_bad_range(api: TestClient, gateway: Any, path: str) -> None:
    response = api.get(path, params={"start_date": TUESDAY, "end_date": MONDAY})
    told = f"start_date {TUESDAY} is after end_date {MONDAY}. Swap them."
    assert_error(response, 400, "invalid_range", told)
    assert gateway.usage_requests == []


def test_hours_of_a_range_with_too_many_requests_are_refused(make_app: MakeApp, gateway: FakeGateway) -> None:
    api = TestClient(make_app(gateway.client(), hourly_max_pages=1))
    response = api.get("/tokens/hourly", params=RANGE)
    assert_error(response, 400, "invalid_range", response.json()["detail"])
    assert "take 2 pages" in response.json()["detail"]
    assert api.get("/tokens", params=RANGE).status_code == 200


def test_a_request_that_quotes_html_is_not_quoted(api: TestClient) -> None:
    for name in ("start_date", "end_date", "format", "breakdown"):
        response = api.get("/tokens", params={name: "<script>alert(1)</script>"})
        assert response.status_code == 400
        assert "script" not in response.text


@pytest.mark.parametrize("path", ENDPOINTS)
def test_without_a_gateway_the_missing_setting_is_named(make_app: MakeApp, path: str) -> None:
    response = TestClient(make_app()).get(path, params=RANGE)
    told = "LITELLM_BASE_URL is missing: set it to the address of the LiteLLM gateway."
    assert_error(response, 502, "gateway_unavailable", told)


def test_a_gateway_that_asks_for_a_pause_is_passed_on(make_app: MakeApp) -> None:
    error = errors.GatewayRateLimitedError("Wait.", retry_after=12.3)
    response = TestClient(make_app(FailingClient(error))).get("/tokens", params=RANGE)
    assert_error(response, 502, "gateway_rate_limited", "Wait.")
    assert response.headers["retry-after"] == "13"


@pytest.mark.parametrize("path", ["/tokens/nothing", "/tokens/models/x", "/tokens/x.js", "/tokens/%2e%2e/y"])
def test_what_is_not_there_below_tokens_is_a_json_404(api: TestClient, path: str) -> None:
    assert_error(api.get(path), 404, "not_found", "There is nothing at this address.")


@pytest.mark.parametrize("path", [*ENDPOINTS, "/config", "/health", "/ready"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_a_json_405(api: TestClient, method: str, path: str) -> None:
    response = api.request(method, path)
    assert_error(response, 405, "method_not_allowed", "This address does not take this method.")


def test_every_class_of_the_table_is_tested() -> None:
    tested = {type(error) for error, *_ in FROM_BELOW}
    the_clients_own = {kind for kind, problem in ERRORS if problem.status < 500}
    assert {kind for kind, _ in ERRORS} <= tested | the_clients_own
