"""What of a wish can be measured, and what is said of the rest."""

import datetime as dt
from typing import Any

import orjson
import pytest

from src.studio.benchmarks.schemas import BenchmarkIn
from src.studio.benchmarks.targets import RunTarget, refusal, resolve
from src.studio.providers.catalog import OfferedModel
from tests.studio.benchmarks.made import provider, wish

FAST = OfferedModel("fast", context_window=8_000, max_output_tokens=1_000, input_cost_per_mtok=1.0)


def test_models_that_are_there_are_kept_with_what_is_known_of_them() -> None:
    (target,) = resolve(wish("fast"), "Hello", [provider(FAST)]).targets
    assert (target.provider, target.display_name, target.through) == ("Gateway", "fast", "gateway")
    assert (target.context_window, target.input_cost_per_mtok, target.has_price) == (8_000, 1.0, False)


def test_the_demos_models_are_called_directly() -> None:
    demo = provider(FAST, provider_key="demo", source="demo")
    request = BenchmarkIn.model_validate({"targets": [{"provider_key": "demo", "model_id": "fast"}]})
    assert resolve(request, "Hello", [demo]).targets[0].through == "direct"


def test_models_that_are_not_there_are_named_and_the_others_run() -> None:
    resolved = resolve(wish("fast", "gone", "lost"), "Hello", [provider(FAST)])
    assert [target.model_id for target in resolved.targets] == ["fast"]
    assert [(item.model_id, item.context_tokens) for item in resolved.skipped] == [("gone", None), ("lost", None)]
    assert refusal(resolved.skipped) == "gone, lost: There is no such model."


def test_a_long_list_of_names_has_an_end() -> None:
    resolved = resolve(wish(*(f"m{n}" for n in range(100))), "Hello", [provider(FAST)])
    assert refusal(resolved.skipped) == "m0, m1, m2, m3, m4 and 95 more: There is no such model."


def test_a_provider_that_is_away_says_why() -> None:
    away = provider(status="unavailable", detail="The gateway cannot be reached.")
    assert refusal(resolve(wish("fast"), "Hello", [away]).skipped) == "fast: The gateway cannot be reached."
    assert refusal(resolve(wish("fast"), "Hello", []).skipped) == "fast: No provider of models is set up here."


def test_models_that_a_provider_offered_last_can_be_measured_while_it_does_not_tell_them() -> None:
    away = provider(FAST, status="unavailable", detail="The gateway cannot be reached.")
    assert len(resolve(wish("fast"), "Hello", [away]).targets) == 1


def test_ids_alone_are_looked_for_at_every_provider_and_each_model_is_measured_once() -> None:
    demo = provider(OfferedModel("made-up"), provider_key="demo", source="demo")
    request = BenchmarkIn(models=["made-up", "fast", "fast", "gone"])
    resolved = resolve(request, "Hello", [provider(FAST), demo])
    assert [(target.provider_key, target.model_id) for target in resolved.targets] == [
        ("demo", "made-up"),
        ("gateway", "fast"),
    ]
    assert refusal(resolved.skipped) == "gone: There is no provider that has this model."


@pytest.mark.parametrize(("tier", "fits"), [(0, True), (6_000, True), (6_999, True), (7_000, False)])
def test_a_context_that_does_not_fit_the_window_is_left_out_with_the_reason(tier: int, fits: bool) -> None:
    resolved = resolve(wish("fast", context_tiers=[tier], max_tokens=1_000), "four", [provider(FAST)])
    assert [target.tiers for target in resolved.targets] == ([[tier]] if fits else [])
    told = [(item.context_tokens, "its window of 8,000 tokens" in item.reason) for item in resolved.skipped]
    assert told == ([] if fits else [(tier, True)])


def test_without_a_known_window_every_context_is_tried() -> None:
    tiers = [150_000, 0, 0]
    (target,) = resolve(wish("x", context_tiers=tiers), "Hello", [provider(OfferedModel("x"))]).targets
    assert target.tiers == [0, 150_000]


def test_more_output_than_a_model_writes_is_asked_for_and_noticed() -> None:
    assert resolve(wish("fast", max_tokens=1_000), "Hello", [provider(FAST)]).adjustments == []
    (noticed,) = resolve(wish("fast", max_tokens=1_001), "Hello", [provider(FAST)]).adjustments
    assert (noticed["model_id"], noticed["adjustments"][0]["action"]) == ("fast", "warn")


OWN = OfferedModel(
    "org/fast",
    context_window=1_000,
    display_name="Fast one",
    sent_as="fast",
    input_cost_per_mtok=1.0,
    output_cost_per_mtok=2.0,
    system_prompt="x" * 400,
    custom_fields={"temperature": 0.1, "top_k": 5},
    skip_params=("max_tokens", "seed"),
    price_source="user",
    price_at=dt.date(2026, 11, 20),
)


def own_wish(**settings: Any) -> BenchmarkIn:
    return BenchmarkIn.model_validate({"targets": [{"provider_key": "mine", "model_id": "org/fast"}], **settings})


def test_models_of_ones_own_keep_their_names_prices_and_settings_in_the_run() -> None:
    mine = provider(OWN, provider_key="mine", display_name="Mine", source="own", has_key=True)
    (target,) = resolve(own_wish(), "Hello", [mine]).targets
    assert (target.model_id, target.sent_as, target.display_name) == ("org/fast", "fast", "Fast one")
    assert (target.through, target.with_key) == ("direct", True)
    assert (target.price_source, target.price_at) == ("user", "2026-11-20")
    assert target == RunTarget(**orjson.loads(orjson.dumps(target.to_dict())))


def test_what_a_models_settings_change_of_what_is_sent_is_told() -> None:
    mine = provider(OWN, provider_key="mine", source="own")
    (told,) = resolve(own_wish(max_tokens=9), "Hello", [mine]).adjustments
    assert [
        (change["param"], change["original"], change["adjusted"], change["action"])
        for change in told["adjustments"]
    ] == [
        ("temperature", 0.7, 0.1, "passthrough"),
        ("max_tokens", 9, None, "drop"),
    ]


def test_a_system_prompt_takes_its_part_of_the_window() -> None:
    mine = provider(OWN, provider_key="mine", source="own")
    resolved = resolve(own_wish(max_tokens=100, context_tiers=[700, 800]), "Hi", [mine])
    assert resolved.targets[0].tiers == [700]


def test_a_provider_that_cannot_be_called_from_here_says_why() -> None:
    mine = provider(OWN, provider_key="mine", source="own", detail="It needs the pack.", can_be_called=False)
    resolved = resolve(own_wish(), "Hello", [mine])
    assert (resolved.targets, refusal(resolved.skipped)) == ([], "org/fast: It needs the pack.")
