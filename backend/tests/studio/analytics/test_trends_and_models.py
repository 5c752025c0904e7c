"""Models over time, and what is known of each, also when it is gone."""

import datetime as dt
import statistics
from typing import Any

import pytest

from tests.studio.analytics.conftest import Lab, answers
from tests.studio.benchmarks.made import failed, target
from tests.studio.conftest import NOW

TRENDS = "/api/analytics/trends"


def day(number: int) -> dict[str, Any]:
    return {"created_at": NOW - dt.timedelta(days=number)}


def test_a_trend_has_a_point_a_run_oldest_first(lab: Lab) -> None:
    new = lab.run(answers([30.0, 40.0, 80.0]), values=day(1) | {"measured": {"client_limited": True}})
    old = lab.run(answers([10.0, 20.0]), values=day(3))
    lab.run(answers([900.0], tier=1000), values=day(2))
    lab.run([failed(0, 0, 1)], values=day(2))
    told = lab.ada.ask("GET", f"{TRENDS}?models=fast&metric=ttft")
    assert (told["metric"], told["unit"], told["context_tokens"]) == ("ttft", "ms", 0)
    (series,) = told["series"]
    assert (series["model_id"], series["model"], series["provider_key"]) == ("fast", "fast", "gateway")
    points = [(point["run_id"], point["value"], point["n"], point["client_limited"]) for point in series["points"]]
    assert points == [(old, 15.0, 2, False), (new, 40.0, 3, True)]
    assert series["points"][0]["timestamp"] == "2026-11-17T12:00:00.000Z"
    assert series["points"][1]["interval"] == [30.0, 80.0]
    recent = lab.ada.ask("GET", f"{TRENDS}?models=fast&period=7d&context_tokens=1000")["series"]
    assert [point["value"] for point in recent[0]["points"]] == [900.0]


def test_a_trend_is_of_what_is_asked_for(lab: Lab) -> None:
    lab.run(answers([10.0, 20.0, 30.0]), results={"goodput": 1.5}, mode="concurrency", concurrency=2)
    at = "models=fast&load_mode=concurrency&load=2"
    found = {
        metric: lab.ada.ask("GET", f"{TRENDS}?{at}&metric={metric}")["series"][0]["points"][0]
        for metric in ("ttft", "latency", "tps", "goodput")
    }
    assert {metric: point["value"] for metric, point in found.items()} == {
        "ttft": 20.0,
        "latency": 58.0,
        "tps": 500.0,
        "goodput": 1.5,
    }
    assert found["goodput"]["interval"] is None
    assert lab.ada.ask("GET", f"{TRENDS}?models=fast")["series"] == []


def test_models_of_one_name_are_told_apart_by_their_provider(lab: Lab) -> None:
    lab.run(
        [*answers([10.0]), *answers([90.0], at=1)],
        targets=[target("fast"), target("fast", provider_key="mine", provider="Mine")],
    )
    keys = {
        models: [series["provider_key"] for series in lab.ada.ask("GET", f"{TRENDS}?models={models}")["series"]]
        for models in ("fast", "mine::fast", "fast,mine::fast", "other::fast", "gateway::fast, nothing")
    }
    assert list(keys.values()) == [["gateway", "mine"], ["mine"], ["gateway", "mine"], [], ["gateway"]]


@pytest.mark.parametrize(
    "query", ["", "?models=", "?models=,", "?models=a&metric=cost", "?models=" + ",".join(map(str, range(21)))]
)
def test_a_trend_of_nothing_is_a_bad_request(lab: Lab, query: str) -> None:
    assert lab.ada.refused("GET", f"{TRENDS}{query}", None, 400)


def test_others_see_what_is_shared_alone(lab: Lab) -> None:
    run = lab.run(answers([10.0]))
    for who in (lab.bob, lab.root):
        assert who.ask("GET", f"{TRENDS}?models=fast")["series"] == []
        assert who.ask("GET", "/api/analytics/models")["models"] == []
        sentence = who.refused("GET", "/api/analytics/model?provider_key=gateway&model_id=fast", None, 404)
        assert sentence == "There is no such model."
    lab.change(run, shared=True)
    model = lab.bob.ask("GET", "/api/analytics/model?provider_key=gateway&model_id=fast")
    assert [listed["is_owner"] for listed in model["run_list"]] == [False]
    assert len(model["series"]) == len(lab.bob.ask("GET", f"{TRENDS}?models=fast")["series"]) == 1


def test_models_that_are_offered_and_those_that_are_gone_are_listed(lab: Lab) -> None:
    lab.ada.ask("POST", "/api/config/provider", {"provider_key": "mine", "display_name": "Mine"})
    price = {"input_cost_per_mtok": 1.5, "output_cost_per_mtok": 6.0, "context_window": 8000}
    lab.ada.ask("POST", "/api/config/model", {"provider_key": "mine", "id": "fast"})
    lab.ada.ask("PUT", "/api/config/model", {"provider_key": "mine", "model_id": "fast", **price})
    lab.ada.ask("POST", "/api/config/model", {"provider_key": "mine", "id": "unmeasured"})
    mine = target("fast", provider_key="mine", provider="Mine")
    lab.run(answers([10.0]), targets=[mine], values=day(9))
    last = lab.run(answers([30.0, 50.0]), targets=[mine])
    silent = lab.run([failed(0, 0, 1)], targets=[mine])
    lab.run(answers([70.0], "old"))
    lab.run(answers([1.0]), targets=[mine], values={"source": "client"})
    fast, unmeasured, old = lab.ada.ask("GET", "/api/analytics/models")["models"]
    assert (fast["provider_key"], fast["model_id"], fast["window"], fast["runs"]) == ("mine", "fast", 8000, 4)
    assert fast["health"]["status"] != "gone"
    told = fast["price"]
    assert (told["input_cost_per_mtok"], told["output_cost_per_mtok"], told["source"]) == (1.5, 6.0, "user")
    assert (fast["last"]["ttft_ms_p50"], fast["last"]["run_id"]) == (40.0, last)
    assert fast["last"]["output_tps_p50"] == 500.0
    assert (unmeasured["last"], unmeasured["runs"], unmeasured["price"]) == (None, 0, None)
    assert (old["model_id"], old["provider"], old["price"], old["window"]) == ("old", "Gateway", None, None)
    assert old["health"] == {"status": "gone", "detail": "It was measured, and is not offered any more."}
    lab.ada.ask("DELETE", "/api/config/provider", {"provider_key": "mine"})
    (gone,) = [m for m in lab.ada.ask("GET", "/api/analytics/models")["models"] if m["model_id"] == "fast"]
    assert (gone["health"]["status"], gone["last"]["run_id"], gone["runs"]) == ("gone", last, 4)
    assert silent in {
        run["id"] for run in lab.ada.ask("GET", "/api/analytics/model?provider_key=mine&model_id=fast")["run_list"]
    }


def test_a_model_has_a_series_for_each_point_its_profiles_and_runs(lab: Lab) -> None:
    profile = {"model_id": "fast", "name": "Careful", "params_json": {"temperature": 0}}
    lab.ada.ask("POST", "/api/profiles", profile)
    lab.bob.ask("POST", "/api/profiles", profile | {"name": "Bob's"})
    first = lab.run([*answers([10.0, 20.0, 60.0]), failed(0, 0, 4)], values=day(5), label="Before")
    second = lab.run([*answers([30.0]), *answers([90.0], tier=1000)], values=day(1))
    lab.run(answers([1.0]), values={"source": "client"})
    model = lab.ada.ask("GET", "/api/analytics/model?provider_key=gateway&model_id=fast")
    longest, other = model["series"]
    assert (longest["context_tokens"], other["context_tokens"]) == (0, 1000)
    assert [point["run_id"] for point in longest["points"]] == [first, second]
    point = longest["points"][0]
    assert (point["ttft_ms_p50"], point["n"]) == (statistics.median([10.0, 20.0, 60.0]), 3)
    assert (point["success_count"], point["error_count"]) == (3, 1)
    assert point["ttft_ms_p50_interval"] == [10.0, 60.0]
    assert point["output_tps_user_p50"] == 500.0
    assert [found["name"] for found in model["profiles"]] == ["Careful"]
    listed = [(run["id"], run["source"], run["label"]) for run in model["run_list"][1:]]
    assert listed == [(second, "server", None), (first, "server", "Before")]
    assert model["run_list"][0]["source"] == "client"


@pytest.mark.parametrize("query", ["", "?provider_key=gateway", "?model_id=x", "?provider_key=&model_id=x"])
def test_a_model_is_named_by_both(lab: Lab, query: str) -> None:
    assert lab.ada.refused("GET", f"/api/analytics/model{query}", None, 422)
