"""What a run would come to is never told too low, and what is not known is not told."""

from src.studio.benchmarks.estimate import estimate
from src.studio.benchmarks.progress import duration
from src.studio.benchmarks.runs import dataset_of
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


def test_points_by_time_take_their_time_and_as_many_requests_as_fit() -> None:
    request = wish("a", mode="concurrency", concurrencies=[2, 4], duration_seconds=10, max_tokens=50)
    targets, known = Resolved([target("a", **PRICED)]), {("gateway", "a"): 1_000.0}
    told = estimate(request, PROMPT, targets, known)
    assert (told.points, told.requests, told.is_at_most) == (2, 2 * 10 + 2 + 4 * 10 + 4, True)
    assert told.seconds == 10 + 10 + 2 * 0.6 + 1
    assert (
        "As many requests are taken to fit into the time as when you last measured the models." in told.assumptions
    )
    unknown = estimate(request, PROMPT, targets, {})
    assert unknown.seconds == 20 + 2 * 0.6
    assert unknown.requests > told.requests
    assert any("its" in sentence.lower() and "0.5 s" in sentence for sentence in unknown.assumptions)


def test_a_rate_is_reckoned_from_its_schedule() -> None:
    rates = wish("a", mode="rate", rates=[5, 10], duration_seconds=20, warmup=False)
    told = estimate(rates, PROMPT, Resolved([target("a")]), {})
    assert (told.requests, told.is_at_most, told.seconds) == (300, False, 40 + 2 * 0.6)
    counted = wish("a", mode="rate", rates=[5], requests=50, warmup=False)
    assert estimate(counted, PROMPT, Resolved([target("a")]), {}).seconds == 10 + 0.6
    usual = wish("a", mode="rate", rates=[5], warmup=False)
    assert estimate(usual, PROMPT, Resolved([target("a")]), {}).requests == 150


def test_a_search_is_reckoned_at_most() -> None:
    request = wish("a", mode="sweep", sweep={"most": 4}, requests=10, warmup=False)
    told = estimate(request, PROMPT, Resolved([target("a")]), {})
    assert (told.requests, told.is_at_most) == (10 * told.points, True)
    assert any("taken to try" in sentence and "from 1 to 4 at once" in sentence for sentence in told.assumptions)


def test_a_dataset_says_how_much_is_read_and_written_and_which_lines_are_left_out() -> None:
    lines = [
        f'{{"prompt": "{"x" * 400}", "output_tokens": 10}}',
        f'{{"prompt": "{"x" * 800}", "output_tokens": 30}}',
    ]
    request = wish("a", dataset="\n".join([*lines, "?"]), dataset_on_error="skip", requests=4, warmup=False)
    told = estimate(request, "", Resolved([target("a")]), {}, dataset_of(request))
    assert (told.requests, told.input_tokens, told.output_tokens_max) == (4, 4 * 150, 4 * 20)
    assert any(sentence.startswith("Line 3 was left out") for sentence in told.assumptions)


def test_a_guess_of_what_is_left_is_no_more_exact_than_that() -> None:
    assert [duration(seconds) for seconds in (0.4, 59.4, 59.6, 190)] == ["0 s", "59 s", "1 min", "3 min"]
