"""What no seed has, put into the gateway's own database: refunds, cost alone, provisioned capacity, tools, NaN."""

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self

import psycopg
import pytest

from src.client.api_client import LiteLLMAPI
from tests.contract.answers import keys_of, models_of
from tests.contract.comparison import Comparison, keyed
from tests.contract.dashboard import Dashboard, Gateway
from tests.contract.odd_rows import OddRows
from tests.contract.period import Period, today

NewDashboard = Callable[..., Dashboard]

FIGURES = ("tokens", "spend", "api_requests")
FLAT_KEY = "__ptu_flat_cost__"
PAGE = 300
BASE_ROWS, BASE_TOKENS = 1000, 1000


@pytest.fixture(autouse=True)
def _may_disturb(gateway: Gateway) -> None:
    if not gateway.may_disturb:
        pytest.skip("this gateway's database may not be changed")


@pytest.fixture
def rows(gateway: Gateway) -> Iterator[OddRows]:
    with psycopg.connect(gateway.database_url, autocommit=True) as connection:
        odd = OddRows(connection)
        yield odd
        odd.take_away()


@pytest.fixture
def quiet(everything: Period) -> Period:
    """Return a day long ago that has no other usage."""
    date = everything.start - dt.timedelta(days=50)
    return Period(date, date)


def model(name: str, tokens: int = 0, spend: float | None = 0.0, requests: int = 0) -> dict[str, Any]:
    return {"model": name, "tokens": tokens, "spend": spend, "api_requests": requests}


def test_refunds_are_in_every_figure_with_their_sign(
    rows: OddRows, quiet: Period, new_dashboard: NewDashboard, same: Comparison
) -> None:
    rows.put(
        quiet.start,
        [
            {"team_id": "t1", "api_key": "k1", "spend": -3.0},
            {"team_id": "t2", "api_key": "k2", "spend": -2.0, "endpoint": "/refund"},
            {"team_id": "t1", "api_key": "k1", "model": "openai/gpt", "model_group": "gpt", "spend": -5.0},
            {"team_id": "t2", "api_key": "k2", "model": "openai/gpt", "model_group": "gpt", "spend": 10.0},
            {"team_id": "t2", "api_key": "k3", "model": "anthropic/c", "model_group": "c", "spend": 7.0},
            {"team_id": "t2", "api_key": "k3", "prompt_tokens": -40, "api_requests": -1},
        ],
    )
    dashboard = new_dashboard()
    answer = dashboard.get("/tokens", quiet)
    assert (answer["meta"]["totals"]["spend"], answer["meta"]["totals"]["tokens"]) == (7.0, -40)
    spend = {team["team_id"]: team["spend"] for team in answer["teams"] if team["team_id"] in ("t1", "t2")}
    assert spend == {"t1": -8.0, "t2": 15.0}
    models = dashboard.get("/tokens/models", quiet)["models"]
    expected = [model("gpt", spend=5.0), model("c", spend=7.0), model("(unknown)", -40, -5.0, -1)]
    same(keyed(expected, "model", figures=FIGURES), keyed(models, "model", figures=FIGURES), "models")


def test_models_without_tokens_are_there(
    rows: OddRows, quiet: Period, new_dashboard: NewDashboard, same: Comparison
) -> None:
    image = {"api_key": "k1", "model": "openai/image", "endpoint": "/images", "spend": 4.0, "api_requests": 100}
    rows.put(
        quiet.start,
        [
            {"team_id": "t1", **image},
            {"team_id": "t1", **image, "model": "openai/fee", "spend": 0.5, "api_requests": 0},
            {"team_id": "t1", **image, "model": "openai/down", "spend": 0.0, "failed_requests": 100},
            {
                "team_id": "t1",
                **image,
                "model": "openai/gpt",
                "model_group": "gpt",
                "prompt_tokens": 9,
                "spend": 1.0,
            },
        ],
    )
    models = new_dashboard().get("/tokens/models", quiet)["models"]
    expected = [
        model("openai/image", 0, 4.0, 100),
        model("openai/fee", 0, 0.5, 0),
        model("openai/down", 0, 0.0, 100),
        model("gpt", 9, 1.0, 100),
    ]
    same(keyed(expected, "model", figures=FIGURES), keyed(models, "model", figures=FIGURES), "models")


def test_tools_are_named(rows: OddRows, quiet: Period, new_dashboard: NewDashboard) -> None:
    if not rows.has("mcp_namespaced_tool_name"):
        pytest.skip("this release keeps no tools")
    tool = {"team_id": "t1", "api_key": "k1", "mcp_namespaced_tool_name": "github-search", "endpoint": "/mcp"}
    rows.put(
        quiet.start, [{**tool, "api_requests": 3, "spend": 0.25}, {"team_id": "t1", "api_key": "k1", "spend": 1}]
    )
    models = new_dashboard().get("/tokens/models", quiet)["models"]
    assert {(row["model"], row["spend"]) for row in models} == {("MCP: github-search", 0.25), ("(unknown)", 1.0)}


def attributes_flat_cost(gateway: Gateway, period: Period) -> bool:
    client = LiteLLMAPI(gateway.base_url, gateway.api_key)
    (found,) = client.fetch_team_daily_activity(None, period.start, period.end).results
    client.close()
    return bool(found.metrics and found.metrics.flat_cost)


def test_provisioned_capacity_is_cost_and_is_named(
    gateway: Gateway, rows: OddRows, quiet: Period, new_dashboard: NewDashboard
) -> None:
    if not rows.has("ptu_flat_cost"):
        pytest.skip("this release knows no provisioned capacity")
    flat = {"api_key": FLAT_KEY, "custom_llm_provider": "", "endpoint": ""}
    rows.put(
        quiet.start,
        [
            {"team_id": "t1", "model": "deployment-1", "model_group": "gpt", "ptu_flat_cost": 240.0, **flat},
            {"team_id": "t2", "model": "deployment-2", "model_group": "gpt", "ptu_flat_cost": 60.0, **flat},
            {"team_id": "t1", "api_key": "k1", "model": "openai/gpt", "model_group": "gpt", "spend": 1.0},
        ],
    )
    if not attributes_flat_cost(gateway, quiet):
        pytest.skip("this gateway does not attribute it (LITELLM_ENABLE_PTU_COST_ATTRIBUTION)")
    answer = new_dashboard().get("/tokens", quiet)
    assert answer["meta"]["totals"]["spend"] == 301.0
    keys = [key for key in keys_of(answer["teams"]) if key["api_key"] == FLAT_KEY]
    assert {key["key_alias"] for key in keys} == {"Provisioned capacity"}
    found = {(part["team_id"], part["model_name"]): part["spend"] for part in models_of(keys)}
    assert found == {("t1", "gpt"): 240.0, ("t2", "gpt"): 60.0}


def test_money_that_is_no_number_is_unknown(rows: OddRows, quiet: Period, new_dashboard: NewDashboard) -> None:
    gpt = {"model": "openai/gpt", "model_group": "gpt", "prompt_tokens": 5, "api_requests": 1}
    rows.put(
        quiet.start,
        [
            {"team_id": "t1", "api_key": "k1", **gpt, "spend": float("nan")},
            {"team_id": "t2", "api_key": "k2", **gpt, "spend": 2.0},
        ],
    )
    answer = new_dashboard().get("/tokens", quiet)
    assert answer["meta"]["totals"]["spend"] is None
    spend = {team["team_id"]: team["spend"] for team in answer["teams"] if team["team_id"] in ("t1", "t2")}
    assert spend == {"t1": None, "t2": 2.0}


class _Writer:
    """Adds rows of one token each, from a thread of its own, until it is stopped."""

    def __init__(self, gateway: Gateway, date: dt.date, pause_seconds: float) -> None:
        self._gateway, self._date, self._pause_seconds = gateway, date, pause_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.written = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _write(self) -> None:
        with psycopg.connect(self._gateway.database_url, autocommit=True) as connection:
            odd = OddRows(connection)
            for number in itertools.count():
                odd.put(self._date, [{"team_id": "late", "api_key": f"late {number}", "prompt_tokens": 1}])
                self.written = number + 1
                if self._stopped.wait(self._pause_seconds):
                    break
            odd.take_away()


@pytest.mark.parametrize("when", ["live", "settled"])
def test_rows_that_come_in_while_pages_are_read_move_no_figure(
    gateway: Gateway, rows: OddRows, quiet: Period, new_dashboard: NewDashboard, when: str
) -> None:
    date = today() if when == "live" else quiet.start
    others = new_dashboard().get("/tokens", Period(date, date))["meta"]["totals"]["tokens"]
    base = {"team_id": "base", "prompt_tokens": BASE_TOKENS}
    rows.put(date, [{**base, "api_key": f"base {number}"} for number in range(BASE_ROWS)])
    whole = 0
    with _Writer(gateway, date, 0.4) as writer:
        for _ in range(8):
            before = writer.written
            response = new_dashboard(litellm_page_size=PAGE).ask("/tokens", Period(date, date), breakdown="false")
            meta = response.json()["meta"]
            late = meta["totals"]["tokens"] - others - BASE_ROWS * BASE_TOKENS
            if meta["complete"]:
                whole += 1
                assert before <= late <= writer.written + 1
    assert whole > 0
