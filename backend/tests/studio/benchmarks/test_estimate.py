"""What a run would come to is never told too low, and what is not known is not told."""

from src.studio.benchmarks.estimate import estimate
from src.studio.benchmarks.targets import Resolved
from tests.studio.benchmarks.made import PRICED, target, wish

PROMPT = "x" * 400
"""A hundred tokens."""


def test_requests_tokens_and_cost_are_added_up_with_warm_up() -> None:
    request = wish("a", "b", runs=2, max_tokens=50, context_tiers=[0, 1000])
    resolved = Resolved([target("a", tiers=[0, 1000], **PRICED), target("b", **PRICED)])
    told = estimate(request, PROMPT, resolved, {})
    assert (told.requests, told.warmup_requests) == (6, 2)
    assert told.input_tokens == 2 * 1000 + 8 * 100
    assert told.output_tokens_max == 8 * 50
    assert told.cost_max == (2_800 * 1 + 400 * 2) / 1e6


def test_one_model_without_a_price_leaves_the_cost_unknown() -> None:
    told = estimate(wish("a", "b"), PROMPT, Resolved([target("a", **PRICED), target("b")]), {})
    assert told.cost_max is None
    assert "The cost is not known: a model has no price." in told.assumptions


def test_time_is_that_of_the_busiest_provider_by_what_was_measured_before() -> None:
    request = wish("a", "b", "c", runs=4, warmup=False)
    targets = [target("a"), target("b"), target("c", provider_key="demo")]
    latencies = {("gateway", "a"): 1_000.0, ("gateway", "b"): 500.0, ("demo", "c"): 5_000.0}
    assert estimate(request, PROMPT, Resolved(targets), latencies).seconds == 20
    assert estimate(request, PROMPT, Resolved(targets[:2]), latencies).seconds == 6
    several = wish("a", runs=4, mode="concurrency", concurrency=10)
    told = estimate(several, PROMPT, Resolved(targets[:1]), latencies)
    assert (told.requests, told.seconds) == (40, 5)


def test_a_model_that_was_never_measured_leaves_the_time_unknown() -> None:
    told = estimate(wish("a", "b"), PROMPT, Resolved([target("a"), target("b")]), {("gateway", "a"): 1.0})
    assert told.seconds is None
    assert "The time is not known: a model was not measured before." in told.assumptions


def test_an_answers_length_is_what_its_parameters_say() -> None:
    targets = [
        target("a", params={"max_completion_tokens": 7}),
        target("b", params={"max_tokens": 20}),
        target("c"),
    ]
    told = estimate(wish("a", "b", "c", warmup=False, max_tokens=10), PROMPT, Resolved(targets), {})
    assert told.output_tokens_max == 7 + 20 + 10
    assert "Every answer is taken to be as long as it may be, 20 tokens." in told.assumptions


def test_nothing_to_measure_comes_to_nothing() -> None:
    told = estimate(wish("a"), PROMPT, Resolved(), {})
    assert (told.requests, told.warmup_requests, told.cost_max, told.seconds) == (0, 0, None, None)
