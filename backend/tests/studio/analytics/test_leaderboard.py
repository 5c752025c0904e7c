"""The models' leaderboard: percentiles of all requests, one load at a time, and nothing of others."""

import csv
import dataclasses
import datetime as dt
import io
import math
import statistics
from typing import Any

import pytest

from src.studio.benchmarks.points import Load, Point
from tests.studio.analytics.conftest import Lab, answers
from tests.studio.benchmarks.made import PRICED, failed, record, target
from tests.studio.conftest import NOW
from tests.studio.settings_client import SettingsClient

BOARD = "/api/analytics/leaderboard"
FEW, MANY = [10.0, 20.0, 30.0], [40.0, 50.0, 60.0, 70.0, 80.0, 90.0]


def models(who: SettingsClient, query: str = "") -> list[Any]:
    return who.ask("GET", f"{BOARD}{query}")["models"]


def test_percentiles_are_of_all_requests_of_all_runs(lab: Lab) -> None:
    lab.run(answers(FEW))
    newest = lab.run(answers(MANY))
    (fast,) = models(lab.ada)
    assert fast["ttft_ms_p50"] == statistics.median(FEW + MANY) == 50.0
    assert fast["ttft_ms_p95"] == pytest.approx(86.0)
    low, high = fast["ttft_ms_p50_interval"]
    assert 10 <= low < 50 < high <= 90
    assert fast["ttft_ms_p50_of_runs"] == [20.0, 65.0]
    assert fast["avg_ttft_ms"] == pytest.approx(50.0)
    assert (fast["n"], fast["total_runs"], fast["last_run_id"]) == (9, 2, newest)
    assert fast["output_tps_user_p50"] == fast["avg_output_speed_tps"] == 500.0
    assert fast["avg_tps"] == pytest.approx(statistics.fmean(20_000 / (ttft + 38) for ttft in FEW + MANY))
    assert (fast["rank"], fast["last_run"]) == (1, "2026-11-20T12:00:00.000Z")


def test_only_answers_that_count_are_in_percentiles(lab: Lab) -> None:
    warmup = record(0, 0, 0, ttft_ms=9000.0)
    late = record(0, 0, 7, ttft_ms=8000.0, status="truncated", error_kind="truncated", error="Cut off.")
    lab.run([warmup, *answers(FEW), late, failed(0, 0, 8)])
    (fast,) = models(lab.ada)
    assert (fast["ttft_ms_p50"], fast["n"]) == (20.0, 3)
    assert (fast["success_count"], fast["error_count"]) == (3, 2)


def test_loads_and_context_sizes_are_never_mixed(lab: Lab) -> None:
    lab.run([*answers([10.0]), *answers([1000.0], tier=1000)])
    lab.run(answers([400.0]), mode="concurrency", concurrency=8)
    lab.run(answers([500.0]), mode="concurrency", concurrency=4)
    found = {
        query: [model["ttft_ms_p50"] for model in models(lab.ada, query)]
        for query in (
            *("", "?context_tokens=1000", "?load_mode=concurrency&load=8", "?load_mode=concurrency&load=4"),
            *(
                "?load_mode=concurrency&load=2",
                "?load_mode=rate&load=8",
                "?output_tier=200",
                "?context_tokens=5000",
            ),
        )
    }
    assert list(found.values()) == [[10.0], [1000.0], [400.0], [500.0], [], [], [], []]
    board = lab.ada.ask("GET", f"{BOARD}?load_mode=concurrency&load=8")
    assert (board["load_mode"], board["load"], board["context_tokens"]) == ("concurrency", 8.0, 0)
    loads = {(at["load_mode"], at["load"], at["context_tokens"], at["models"]) for at in board["available"]}
    assert loads == {
        *{("single", None, 0, 1), ("single", None, 1000, 1)},
        *{("concurrency", 8.0, 0, 1), ("concurrency", 4.0, 0, 1)},
    }


def test_a_point_that_names_its_load_and_its_length_is_found(lab: Lab) -> None:
    slow, quick = Point(0, 0, 200, Load("rate", 2.5)), Point(0, 0, 200, Load("rate", 5.0))
    records = [
        dataclasses.replace(one, key=point.cell(number).key, point=point.name("fast"))
        for point, ttfts in ((slow, FEW), (quick, MANY))
        for number, one in enumerate(answers(ttfts), 1)
    ]
    lab.run(records, mode="rate", rates=[2.5, 5], output_tiers=[200])
    medians = [models(lab.ada, f"?load_mode=rate&load={load}&output_tier=200")[0] for load in (2.5, 5)]
    assert [(fast["ttft_ms_p50"], fast["n"]) for fast in medians] == [(20.0, 3), (65.0, 6)]
    assert models(lab.ada, "?load_mode=rate&load=5") == []


def test_one_model_of_two_providers_is_two(lab: Lab) -> None:
    both = [target("fast"), target("fast", provider_key="mine", provider="Mine")]
    lab.run([*answers([10.0]), *answers([90.0], at=1)], targets=both)
    told = [(model["provider_key"], model["provider"], model["ttft_ms_p50"]) for model in models(lab.ada)]
    assert told == [("gateway", "Gateway", 10.0), ("mine", "Mine", 90.0)]


def test_what_browsers_measured_and_what_was_imported_is_asked_for(lab: Lab) -> None:
    lab.run(answers([10.0], "ours"))
    lab.run(answers([10.0], "browser"), values={"source": "client"})
    lab.run(answers([10.0], "theirs"), values={"source": "import", "tool": "aiperf"})
    for include, names in {
        "": {"ours"},
        "client": {"ours", "browser"},
        "import,client": {"ours", "browser", "theirs"},
    }.items():
        assert {model["model_id"] for model in models(lab.ada, f"?include={include}")} == names
    assert lab.ada.ask("GET", f"{BOARD}?include=import,client")["include"] == ["client", "import"]


def test_runs_of_others_count_once_they_are_shared(lab: Lab) -> None:
    run = lab.run(answers(FEW))
    lab.run(answers(MANY, "slow"), of="bob")
    assert [model["model_id"] for model in models(lab.bob)] == ["slow"]
    assert models(lab.root) == []
    assert lab.root.ask("GET", BOARD)["available"] == []
    lab.ada.ask("PUT", f"/api/history/{run}", {"shared": True})
    assert [model["model_id"] for model in models(lab.bob)] == ["fast", "slow"]
    assert [model["n"] for model in models(lab.root)] == [3]
    lab.ada.ask("DELETE", f"/api/history/{run}")
    assert models(lab.root) == models(lab.ada) == []


def test_a_period_leaves_out_what_is_older(lab: Lab) -> None:
    for days in (1, 8, 31, 91):
        lab.run(answers([10.0]), values={"created_at": NOW - dt.timedelta(days=days)})
    counts = {period: models(lab.ada, f"?period={period}")[0]["n"] for period in ("7d", "30d", "90d", "all")}
    assert counts == {"7d": 1, "30d": 2, "90d": 3, "all": 4}
    assert lab.ada.ask("GET", f"{BOARD}?period=7d&context_tokens=1000")["available"][0]["models"] == 1


def test_money_is_exact_and_null_where_no_price_is_known(lab: Lab) -> None:
    costs = [0.1, 0.2, 0.3]
    priced = [
        one
        for number, cost in enumerate(costs, 1)
        for one in answers([10.0], "priced", cost=cost, key=f"0-0-{number}", request_id=f"r-{number}")
    ]
    lab.run(priced, targets=[target("priced", **PRICED)])
    lab.run([*answers([20.0], "free", cost=None), failed(0, 0, 2, model="free")])
    by_cost = models(lab.ada, "?sort=cost")
    assert [model["model_id"] for model in by_cost] == ["priced", "free"]
    first, second = by_cost
    assert first["avg_cost"] == math.fsum(costs) / 3
    assert first["cost_per_1k_output_tokens"] == 1000 * math.fsum(costs) / 60
    assert (second["rank"], second["avg_cost"], second["cost_per_1k_output_tokens"]) == (None, None, None)


def test_the_best_comes_first_whatever_is_sorted_by(lab: Lab) -> None:
    lab.run(
        [
            *answers(FEW, "early", itl_ms=10.0),
            *answers(MANY, "quick", at=1, itl_ms=1.0),
            failed(2, 0, 1, model="mute"),
        ]
    )
    names = {sort: [m["model_id"] for m in models(lab.ada, f"?sort={sort}")] for sort in ("ttft", "speed")}
    assert names == {"ttft": ["early", "quick", "mute"], "speed": ["quick", "early", "mute"]}
    mute = models(lab.ada)[-1]
    assert (mute["rank"], mute["n"], mute["error_count"]) == (None, 0, 1)
    unknown = (
        "ttft_ms_p50",
        "ttft_ms_p50_interval",
        "ttft_ms_p95",
        "avg_ttft_ms",
        "avg_tps",
        "output_tps_user_p50",
    )
    assert {mute[name] for name in unknown} == {None}


def test_goodput_is_by_one_set_of_limits(lab: Lab) -> None:
    judged = [(9, "ttft<100", 2.0, 0.5), (10, "ttft<100", 4.0, 1.0), (8, "ttft<900", 90.0, 1.0)]
    for hour, slo, goodput, share in judged:
        own = {"slo": slo, "created_at": NOW.replace(hour=hour)}
        lab.run(answers(FEW), values=own, results={"goodput": goodput, "goodput_share": share})
    lab.run(answers(FEW))
    board = lab.ada.ask("GET", f"{BOARD}?sort=goodput")
    assert (board["slo"], board["slos"]) == ("ttft<100", ["ttft<100", "ttft<900"])
    (fast,) = board["models"]
    assert (fast["goodput"], fast["goodput_share"], fast["goodput_runs"]) == (3.0, 0.75, 2)
    assert models(lab.ada, "?slo=ttft%3C900")[0]["goodput"] == 90.0
    assert models(lab.ada, "?slo=ttft+%3C+900")[0]["goodput"] == 90.0
    assert models(lab.ada, "?slo=itl%3C1")[0]["goodput"] is None


def test_runs_that_the_client_slowed_down_are_counted(lab: Lab) -> None:
    lab.run(answers(FEW), values={"measured": {"client_limited": True, "lag": 9}})
    lab.run(answers(FEW), values={"measured": {"client_limited": False}})
    assert models(lab.ada)[0]["client_limited_runs"] == 1


def test_the_file_has_the_columns_of_before_first_and_no_formulas(lab: Lab) -> None:
    lab.run(answers(FEW, "=1+1"), targets=[target("=1+1", **PRICED)])
    answer = lab.client.get("/api/export/leaderboard", headers=lab.headers["ada"])
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="leaderboard.csv"'
    head, line = csv.reader(io.StringIO(answer.text))
    assert head[:7] == ["rank", "model_id", "avg_tps", "avg_ttft_ms", "avg_cost", "total_runs", "last_run"]
    row = dict(zip(head, line, strict=True))
    assert (row["rank"], row["model_id"], row["avg_ttft_ms"], row["total_runs"]) == ("1", "'=1+1", "20", "1")
    board = models(lab.ada)[0]
    assert float(row["ttft_ms_p50_low"]) == board["ttft_ms_p50_interval"][0]
    assert float(row["ttft_ms_p50_high"]) == board["ttft_ms_p50_interval"][1]
    assert (row["load"], row["goodput"], row["slo"]) == ("", "", "")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("load_mode=concurrency", "load: say at which one"),
        ("load=4", "load: there is none where load_mode is single"),
        ("load_mode=rate&load=0", "load"),
        ("load_mode=sweep", "load_mode"),
        ("period=1d", "period"),
        ("sort=name", "sort"),
        ("type=judge", "type"),
        ("include=others", "include: may be client, import"),
        ("context_tokens=-1", "context_tokens"),
        ("slo=%00", "slo"),
        ("slo=ttft%3C", "slo"),
        ("slo=speed%3C9", "slo"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(lab: Lab, query: str, told: str) -> None:
    for path in (BOARD, "/api/export/leaderboard"):
        assert told in lab.ada.refused("GET", f"{path}?{query}", None, 422)
