"""Runs side by side: what is shown to differ, what is not, and what they were asked for."""

import random
from typing import Any

import pytest

from src.studio.engine.compare import difference
from tests.studio.analytics.conftest import Lab, answers
from tests.studio.benchmarks.made import PRICED, failed, target
from tests.studio.settings_client import SettingsClient

COMPARE = "/api/analytics/compare"


def drawn(middle: float, count: int = 40, seed: int = 1) -> list[float]:
    source = random.Random(seed)  # noqa: S311 - the same each time
    return [source.gauss(middle, middle / 20) for _ in range(count)]


def compared(who: SettingsClient, *runs: str) -> Any:
    return who.ask("GET", f"{COMPARE}?runs={','.join(runs)}")


def metric(point: Any, name: str) -> Any:
    return next(found for found in point["metrics"] if found["name"] == name)


def test_a_difference_is_of_raw_values_with_its_interval(lab: Lab) -> None:
    before, after = drawn(100), drawn(150, seed=2)
    told = compared(lab.ada, lab.run(answers(before)), lab.run(answers(after)))
    (point,) = told["points"]
    first, second = metric(point, "ttft_ms")["values"]
    expected = difference(before, after)
    assert (first["value"], second["value"]) == (expected.a, expected.b)
    assert first["interval"][0] < first["value"] < first["interval"][1]
    assert (first["difference"], first["verdict"], first["p_value"]) == (None, None, None)
    assert expected.interval is not None
    assert second["difference"] == expected.difference
    assert second["ratio"] == expected.ratio
    assert second["difference_interval"] == list(expected.interval)
    assert (second["verdict"], second["n"]) == ("higher", 40)
    assert metric(point, "itl_ms")["values"][1]["verdict"] == "none_shown"
    assert metric(point, "output_tps_user")["values"][0]["value"] == 500.0
    assert told["comparisons"] == 5
    assert told["sentence"].startswith(
        "A difference is shown in 2 of 5 comparisons; the largest is the time to the"
    )
    assert told["alike"]


def test_the_more_is_compared_the_more_it_takes(lab: Lab) -> None:
    """Alone, the second run differs; beside many others, that is what chance brings."""
    before, after = drawn(100), [ttft + 3.4 for ttft in drawn(100, seed=5)]
    first, second = lab.run(answers(before)), lab.run(answers(after))
    p_value = difference(before, after).p_value
    assert p_value is not None
    assert 0.01 < p_value < 0.05
    others = [lab.run(answers(drawn(100, seed=seed))) for seed in (11, 12, 13)]
    found = compared(lab.ada, first, second, *others)
    value = metric(found["points"][0], "ttft_ms")["values"][1]
    assert (value["verdict"], value["p_value"]) == ("none_shown", p_value)
    assert found["sentence"] == "No difference is shown in 20 comparisons."


def test_points_are_aligned_by_model_provider_context_and_load(lab: Lab) -> None:
    same = [*answers(drawn(100)), *answers(drawn(300), tier=1000)]
    first = lab.run([*same, *answers(drawn(50), "other", at=1)])
    elsewhere = lab.run(answers(drawn(100)), targets=[target("fast", provider_key="mine", provider="Mine")])
    loaded = lab.run(answers(drawn(100)), mode="concurrency", concurrency=8)
    again = lab.run(same)
    points = compared(lab.ada, first, elsewhere, loaded, again)["points"]
    there = {
        (point["provider_key"], point["model_id"], point["load_mode"], point["load"], point["context_tokens"]): [
            value["n"] for value in metric(point, "ttft_ms")["values"]
        ]
        for point in points
    }
    assert there == {
        ("gateway", "fast", "single", None, 0): [40, 0, 0, 40],
        ("gateway", "fast", "single", None, 1000): [40, 0, 0, 40],
        ("gateway", "fast", "concurrency", 8.0, 0): [0, 0, 40, 0],
        ("gateway", "other", "single", None, 0): [40, 0, 0, 0],
        ("mine", "fast", "single", None, 0): [0, 40, 0, 0],
    }
    lonely = metric(points[-1], "ttft_ms")["values"]
    assert lonely[0]["value"] is None
    assert {value["difference"] for value in lonely} == {value["verdict"] for value in lonely} == {None}
    assert [point["context_tokens"] for point in points[:2]] == [0, 1000]


def test_shares_of_success_are_compared(lab: Lab) -> None:
    good = lab.run(answers(drawn(100)))
    bad = lab.run([*answers(drawn(100, 25)), *(failed(0, 0, number) for number in range(26, 41))])
    told = compared(lab.ada, good, bad)
    first, second = metric(told["points"][0], "success_share")["values"]
    assert (first["value"], first["n"], second["value"], second["n"]) == (1.0, 40, 0.625, 40)
    assert second["verdict"] == "lower"
    assert second["difference"] == -0.375
    low, high = second["difference_interval"]
    assert -1 < low < -0.375 < high < 0
    assert "the share of answers of fast, 62.5 % after 100.0 %" in told["sentence"]


def test_few_values_are_too_few(lab: Lab) -> None:
    told = compared(lab.ada, lab.run(answers([10.0] * 3)), lab.run(answers([900.0] * 3)))
    value = metric(told["points"][0], "ttft_ms")["values"][1]
    assert (value["verdict"], value["difference"], value["difference_interval"]) == ("too_few", 890.0, None)


def test_runs_without_a_common_point_say_so(lab: Lab) -> None:
    told = compared(lab.ada, lab.run(answers(drawn(100), "a")), lab.run(answers(drawn(100), "b")))
    assert told["comparisons"] == 0
    assert told["sentence"].startswith("The runs have too little in common to compare")


def test_settings_that_differ_are_named(lab: Lab) -> None:
    records = answers(drawn(100))
    first = lab.run(records, max_tokens=100)
    second = lab.run(records, max_tokens=200, runs=5)
    told = compared(lab.ada, first, second)
    settings = {setting["name"]: setting for setting in told["settings"]}
    assert settings["max_tokens"] == {"name": "max_tokens", "values": [100, 200], "differs": True}
    assert settings["temperature"] == {"name": "temperature", "values": [0.7, 0.7], "differs": False}
    assert settings["models"]["values"] == [["gateway::fast"]] * 2
    assert not told["alike"]
    assert told["sentence"].endswith(" The runs were not asked for alike: max_tokens, runs.")


def test_of_long_prompts_the_end_is_looked_at_too(lab: Lab) -> None:
    records, start = answers(drawn(100)), "Once upon a time. " * 20
    one, other = (lab.run(records, values={"prompt": start + end}) for end in ("a", "b"))
    prompt = next(setting for setting in compared(lab.ada, one, other)["settings"] if setting["name"] == "prompt")
    assert prompt == {"name": "prompt", "values": [start[:200]] * 2, "differs": True}


def test_a_run_of_before_has_defaults_for_what_it_could_not_be_asked(lab: Lab) -> None:
    records = answers(drawn(100))
    first, second = lab.run(records), lab.run(records)
    lab.change(second, settings={"max_tokens": 512, "context_tiers": [0, 1000, 5000]})
    told = compared(lab.ada, first, second)
    assert told["alike"], [setting for setting in told["settings"] if setting["differs"]]


def test_runs_have_what_lists_have_of_them(lab: Lab) -> None:
    run = lab.run(answers([10.0, 30.0], cost=0.1), targets=[target("fast", **PRICED)], label="Monday")
    other = lab.run(answers([20.0], cost=None), values={"measured": {"client_limited": True}})
    first, second = compared(lab.ada, run, other)["runs"]
    assert (first["id"], first["label"], first["timestamp"]) == (run, "Monday", "2026-11-20T12:00:00.000Z")
    assert (first["prompt"], first["is_owner"], first["through"]) == ("Say hello.", True, "gateway")
    assert (first["client_limited"], second["client_limited"]) == (False, True)
    (model,) = first["models"]
    assert (model["model_id"], model["model"], model["context_tokens"]) == ("fast", "fast", 0)
    assert (model["avg_ttft_ms"], model["avg_itl_ms"], model["avg_output_speed_tps"]) == (20.0, 2.0, 500.0)
    assert (model["avg_cost"], second["models"][0]["avg_cost"]) == (0.1, None)


def test_two_to_six_different_runs_are_compared(lab: Lab) -> None:
    runs = [lab.run(answers([10.0])) for _ in range(7)]
    sentence = "runs: name 2 to 6 different runs by their ids, with commas between them."
    for asked in ([runs[0]], [runs[0], runs[0]], runs, ["", runs[0]]):
        assert lab.ada.refused("GET", f"{COMPARE}?runs={','.join(asked)}", None, 400) == sentence
    assert lab.ada.refused("GET", COMPARE, None, 400).startswith("runs")
    assert len(compared(lab.ada, *runs[:6])["runs"]) == 6


def test_runs_of_others_are_not_there_until_they_are_shared(lab: Lab) -> None:
    own, theirs = lab.run(answers([10.0]), of="bob"), lab.run(answers([20.0]))
    for runs in (f"{own},{theirs}", f"{theirs},{own}", f"{own},{'f' * 32}"):
        assert lab.bob.refused("GET", f"{COMPARE}?runs={runs}", None, 404) == "There is no such run."
    lab.change(theirs, shared=True)
    assert [run["is_owner"] for run in compared(lab.bob, own, theirs)["runs"]] == [True, False]


@pytest.mark.parametrize("seed", range(3))
def test_a_run_beside_itself_does_not_differ(lab: Lab, seed: int) -> None:
    values = drawn(100, 60, seed)
    told = compared(lab.ada, lab.run(answers(values)), lab.run(answers(values)))
    assert {value["verdict"] for m in told["points"][0]["metrics"] for value in m["values"][1:]} == {"none_shown"}
