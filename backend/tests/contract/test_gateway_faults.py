"""A gateway that fails: what passes is waited for, what lasts is said in a sentence, nothing is lost."""

import json
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest

from tests.contract.dashboard import ENDPOINTS, Gateway
from tests.contract.faulty import FaultyGateway
from tests.contract.period import Period
from tests.contract.proof import Proof
from tests.contract.test_fetching import newest_days
from tests.contract.truth import Truth

PASSING = {
    "rate limit": {"status": 429, "retry_after": 1, "times": 1},
    "unavailable twice": {"status": 503, "times": 2},
    "every fifth call": {"status": 502, "every": 5},
    "every fourth call dropped": {"drop": True, "every": 4},
}
LASTING = {
    "key unknown": ({"status": 401}, "gateway_rejected_key"),
    "key may not": ({"status": 403}, "gateway_forbidden"),
    "internal error": ({"status": 500}, "gateway_unavailable"),
    "unavailable": ({"status": 503}, "gateway_unavailable"),
    "page instead of JSON": ({"status": 200, "body": "<html><h1>Sign in</h1>"}, "gateway_invalid_response"),
    "truncated": ({"status": 200, "body": '{"results": [{"date": "2026-'}, "gateway_invalid_response"),
    "list instead of object": ({"status": 200, "body": '["x"]'}, "gateway_invalid_response"),
    "nothing": ({"status": 200, "body": ""}, "gateway_invalid_response"),
    "dropped": ({"drop": True}, "gateway_unavailable"),
}


@pytest.fixture
def faulty(gateway: Gateway, busiest: Period) -> Iterator[FaultyGateway]:
    if not gateway.may_disturb:
        pytest.skip("set CONTRACT_MAY_DISTURB=1 where the gateway may be made to fail")
    found = FaultyGateway(gateway, busiest)
    try:
        found.inject()
    except HTTPError:
        pytest.skip("this gateway cannot be made to fail")
    yield found
    found.inject()


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_costs_nothing_but_time(
    faulty: FaultyGateway, truth: Truth, everything: Period, right: Proof, fault: str
) -> None:
    dashboard = faulty.dashboard(litellm_page_size=50)
    faulty.inject(**PASSING[fault])
    right(dashboard, newest_days(truth, everything, 500))


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("fault", LASTING)
def test_a_lasting_fault_is_an_error_and_then_all_is_right(
    faulty: FaultyGateway, right: Proof, caplog: pytest.LogCaptureFixture, fault: str, path: str
) -> None:
    rule, code = LASTING[fault]
    dashboard = faulty.dashboard()
    faulty.inject(**rule)
    faulty.assert_error(dashboard, path, 502, code)
    assert faulty.gateway.api_key not in caplog.text
    faulty.inject()
    right(dashboard, faulty.day)


def test_a_long_rate_limit_is_told_and_kept(faulty: FaultyGateway, right: Proof) -> None:
    dashboard = faulty.dashboard()
    faulty.inject(status=429, retry_after=3600)
    faulty.assert_error(dashboard, "/tokens", 502, "gateway_rate_limited")
    faulty.inject()
    faulty.assert_error(dashboard, "/tokens", 502, "gateway_rate_limited")
    right(faulty.dashboard(), faulty.day)


@pytest.mark.parametrize(("status", "code"), [(404, "spend_logs_unavailable"), (500, "gateway_unavailable")])
def test_without_spend_logs_only_the_hours_are_missing(
    faulty: FaultyGateway, right: Proof, status: int, code: str
) -> None:
    dashboard = faulty.dashboard()
    faulty.inject(path="/spend/logs", status=status)
    faulty.assert_error(dashboard, "/tokens/hourly", 502, code)
    right(dashboard, faulty.day)


def test_without_model_names_the_figures_are_right(faulty: FaultyGateway, right: Proof) -> None:
    dashboard = faulty.dashboard()
    faulty.inject(path="/model/info", status=500)
    right(dashboard, faulty.day)


def test_a_gateway_that_quotes_the_key_and_its_address_is_not_quoted(faulty: FaultyGateway) -> None:
    said = f"Authentication Error: {faulty.gateway.api_key} at {faulty.gateway.base_url}. Traceback …"
    faulty.inject(status=401, body=json.dumps({"error": {"message": said, "code": "401"}}))
    faulty.assert_error(faulty.dashboard(), "/tokens", 502, "gateway_rejected_key")


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_gateway_that_does_not_answer_in_time_is_a_timeout(
    faulty: FaultyGateway, right: Proof, path: str
) -> None:
    dashboard = faulty.dashboard(litellm_read_timeout_seconds=1)
    faulty.inject(latency_ms=2500)
    faulty.assert_error(dashboard, path, 504, "gateway_timeout")
    faulty.inject()
    right(dashboard, faulty.day)


def test_known_days_are_served_while_the_gateway_is_down(
    faulty: FaultyGateway, everything: Period, right: Proof
) -> None:
    dashboard = faulty.dashboard()
    right(dashboard, everything)
    faulty.inject(status=503)
    right(dashboard, everything)
