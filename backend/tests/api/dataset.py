"""A small data set: three teams, one of them idle, a deleted one, usage without a team and without a model."""

from typing import Any

from src.api import reports
from src.api.usage_report import UsageReport
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.rows import LogRow

TEAMS = {"red": "Red", "blue": "Blue", "idle": None}
ROWS = [
    used(
        "red",
        "k-red",
        "gpt",
        100,
        completion=50,
        spend=0.03125,
        requests=3,
        failed=1,
        cache_read=10,
        key_alias="laptop",
    ),
    used("red", "k-red", "Acme/claude", 10, completion=5, spend=0.25, key_alias="laptop", cache_creation=4),
    used("red", "k-two", "gpt", 7, completion=3, date=TUESDAY),
    used("blue", "k-blue", "gpt", 400, completion=100, spend=0.125, requests=5),
    used("blue", "k-blue", None, 0, requests=2, failed=2, date=TUESDAY),
    used("gone", "k-gone", "gpt", 20, spend=0.5),
    used(None, "", "gpt", 1, completion=1, spend=0.0625, date=TUESDAY),
]
LOGS = [
    LogRow("a", f"{MONDAY}T09:15:00", "red", prompt=100, completion=50, spend=0.03125),
    LogRow("b", f"{MONDAY}T23:45:00", "blue", prompt=400, completion=100, spend=0.125),
    LogRow("c", f"{TUESDAY}T09:00:00", None, prompt=1, completion=1, spend=0.0625, status="failure"),
]
RANGE = {"start_date": MONDAY, "end_date": TUESDAY}
TOTALS = {
    "tokens": 697,
    "prompt_tokens": 538,
    "completion_tokens": 159,
    "spend": 0.96875,
    "api_requests": 14,
    "successful_requests": 11,
    "failed_requests": 3,
}
# By path: a report that is declared is held to all that is promised of reports.
DECLARED = {f"/tokens{declared.path_below}": declared for declared in reports.REPORTS}
ENDPOINTS = tuple(DECLARED)
REPORTS = tuple(path for path, declared in DECLARED.items() if isinstance(declared, UsageReport))


def meta(**changes: Any) -> dict[str, Any]:
    """Return what every answer says of itself."""
    whole = {
        "as_of": "2025-03-20T12:00:00Z",
        "stale": False,
        "complete": True,
        "missing_days": [],
        "source": "gateway",
        "scope": "all",
        "totals": TOTALS,
    }
    return whole | changes


def metrics(prompt: int, completion: int, spend: float, requests: int, failed: int = 0) -> dict[str, Any]:
    """Return counters without cached tokens."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        "spend": spend,
        "api_requests": requests,
        "successful_requests": requests - failed,
        "failed_requests": failed,
    }
