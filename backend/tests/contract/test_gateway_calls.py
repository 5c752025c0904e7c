"""What reaches the gateway: reads alone, and nothing at all for days that are settled and known."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests.adapters

from tests.contract.dashboard import ENDPOINTS, RANGE_ENDPOINTS, Dashboard
from tests.contract.period import Period, today
from tests.contract.proof import Proof

NewDashboard = Callable[..., Dashboard]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the calls to the gateway, as they are made: "GET /team/list"."""
    made: list[str] = []
    send = requests.adapters.HTTPAdapter.send

    def record(
        adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        made.append(f"{request.method} {request.path_url}")
        return send(adapter, request, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", record)
    return made


def settled(period: Period) -> Period:
    """Return the days of a range that ended long ago enough not to change any more."""
    return Period(min(period.start, today() - timedelta(days=2)), min(period.end, today() - timedelta(days=2)))


def test_the_gateway_is_only_read(new_dashboard: NewDashboard, everything: Period, calls: list[str]) -> None:
    dashboard = new_dashboard()
    for path in ENDPOINTS:
        dashboard.get(path, everything)
    assert calls
    assert {call.split()[0] for call in calls} == {"GET"}


def test_a_settled_range_is_fetched_once(
    new_dashboard: NewDashboard, everything: Period, right: Proof, calls: list[str]
) -> None:
    dashboard = new_dashboard(live_ttl_seconds=0)
    period = settled(everything)
    dashboard.get("/tokens", period)
    assert calls
    calls.clear()
    right(dashboard, period)
    assert calls == []


def test_all_pages_share_what_was_fetched_for_one(
    new_dashboard: NewDashboard, everything: Period, calls: list[str]
) -> None:
    dashboard = new_dashboard(live_ttl_seconds=0)
    period = settled(everything)
    dashboard.get("/tokens", period)
    calls.clear()
    for path in RANGE_ENDPOINTS:
        dashboard.get(path, period)
    assert [call for call in calls if "/daily/activity" in call] == []
