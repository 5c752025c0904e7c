"""Results are made of the records alone; and a sentence of the results, no surer than they are."""

from typing import Any

import pytest

from src.studio.benchmarks.results import commonest_error, results_of, total_cost
from src.studio.benchmarks.sentence import milliseconds, sentence_of
from src.studio.engine.record import Record
from tests.studio.benchmarks.made import PRICED, failed, record, target


def series(at: int, ttft: float, n: int = 30, tier: int = 0, **changes: Any) -> list[Record]:
    """Return successes whose first token comes within 5 % of a time."""
    return [
        record(at, tier, number, ttft_ms=ttft * (1 + 0.05 * (number % 3 - 1)), **changes)
        for number in range(1, n + 1)
    ]


def test_a_row_is_an_average_of_successes_beside_the_whole_distribution() -> None:
    records = [record(0, 0, 1), record(0, 0, 2, request_latency_ms=116.0, ttft_ms=40.0), failed(0, 0, 3)]
    (result,) = results_of([target(**PRICED)], [record(0, 0, 0), *records])
    figures = result.figures()
    assert (figures["runs"], figures["success_count"], figures["error_count"]) == (3, 2, 1)
    assert figures["avg_ttft_ms"] == 30
    assert figures["avg_total_time_s"] == pytest.approx(0.087)
    assert figures["avg_tokens_per_second"] == pytest.approx((20 / 0.058 + 20 / 0.116) / 2)
    assert figures["std_dev_tps"] == pytest.approx((20 / 0.058 - 20 / 0.116) / 2**0.5)
    assert figures["avg_output_speed_tps"] == 500
    assert figures["avg_input_tokens_per_second"] == pytest.approx((10 / 0.02 + 10 / 0.04) / 2)
    assert (figures["error"], figures["confidence_level"]) == ("It failed: http_500.", "low")
    assert (figures["input_tokens"], figures["output_tokens"]) == (30, 40)
    assert figures["cost"] == pytest.approx(0.0001)


def test_rows_stand_in_the_order_of_the_targets_and_models_called_alike_are_told_apart() -> None:
    targets = [target("x", provider="Gateway"), target("x", provider="Demo", provider_key="demo"), target("y")]
    records = [record(2, 0, 1), record(0, 1000, 1), record(1, 0, 1), record(0, 0, 1)]
    found = results_of(targets, records)
    assert [(result.name, result.context_tokens) for result in found] == [
        ("x (Gateway)", 0),
        ("x (Gateway)", 1000),
        ("x (Demo)", 0),
        ("y", 0),
    ]


def test_nothing_that_succeeded_is_null_and_not_0() -> None:
    (result,) = results_of([target()], [failed(0, 0, 1)])
    figures = result.figures()
    assert {name: figures[name] for name in figures if name.startswith("avg_")} == dict.fromkeys(
        (name for name in figures if name.startswith("avg_")), None
    )
    assert (figures["std_dev_tps"], figures["cost"]) == (None, None)


def test_who_cancelled_made_no_errors() -> None:
    (result,) = results_of([target()], [record(0, 0, 1), failed(0, 0, 2, status="cancelled", error_kind=None)])
    assert (result.success_count, result.error_count) == (1, 0)


def test_a_run_costs_what_its_models_do_and_without_all_prices_nobody_knows() -> None:
    targets = [target("a", **PRICED), target("b", **PRICED)]
    found = results_of(targets, [record(0, 0, 1), record(1, 0, 1), failed(1, 0, 2)])
    assert total_cost(found) == pytest.approx(0.0001)
    assert total_cost(results_of([*targets, target("c")], [record(0, 0, 1), record(2, 0, 1, cost=None)])) is None
    assert total_cost(results_of(targets, [failed(0, 0, 1)])) == 0
    assert total_cost([]) is None


def test_the_commonest_error_is_that_of_all_models_together() -> None:
    errors = [failed(0, 0, 1, "timeout"), failed(0, 0, 2, "http_429"), failed(1, 0, 1, "http_429")]
    assert commonest_error(results_of([target("a"), target("b")], errors)) == "It failed: http_429."
    assert commonest_error(results_of([target("a")], [record(0, 0, 1)])) is None


def told(targets: list[str], records: list[Record]) -> str | None:
    return sentence_of(results_of([target(name) for name in targets], records))


def test_one_model_is_told_with_its_speed() -> None:
    assert told(["fast"], series(0, 20)) == (
        "fast answers after 20 ms, p95 21 ms and then writes 500.0 tokens a second; n = 30."
    )


def test_the_first_is_told_with_the_last() -> None:
    records = series(0, 800) + series(1, 21) + series(2, 100)
    assert told(["slow", "fast", "middle"], records) == (
        "fast answers first: 21 ms, p95 22 ms; slow takes 38 times as long; n = 30 each."
    )


def test_models_whose_medians_may_be_equal_are_not_ranked() -> None:
    assert told(["a", "b"], series(0, 100) + series(1, 101)) == (
        "No difference shown between a (100 ms) and b (101 ms); n = 30 each."
    )
    records = series(0, 100) + series(1, 101) + series(2, 102) + series(3, 150, n=20)
    assert told(["a", "b", "c", "d"], records) == (
        "No difference shown between the 3 quickest, a (100 ms) and 2 others; "
        "d takes 1.5 times as long; n = 20 to 30."
    )


def test_few_answers_and_failures_are_said() -> None:
    records = [*series(0, 20, n=3), failed(0, 0, 9), failed(1, 0, 1), failed(1, 0, 2)]
    assert told(["fast", "broken"], records) == (
        "fast answers after 20 ms, p95 21 ms and then writes 500.0 tokens a second; n = 3, too few to be sure of. "
        "broken never answered."
    )
    assert str(told(["a", "b"], [*series(0, 20), *series(1, 900), failed(1, 0, 99)])).endswith(
        "n = 30 each. 1 of 61 requests failed."
    )


def test_of_several_contexts_the_smallest_is_spoken_of() -> None:
    records = series(0, 20) + series(1, 40) + series(0, 400, tier=5000) + series(1, 30, tier=5000)
    assert told(["a", "b"], records) == (
        "a answers first: 20 ms, p95 21 ms; b takes 2.0 times as long; n = 30 each with no context."
    )


def rate(at: int, ttft: float, waited: float, **changes: Any) -> list[Record]:
    """Return successes that had been due some milliseconds before they were sent."""
    told = series(at, ttft, **changes)
    for one in told:
        one.open_loop = True
        one.scheduled_ttft_ms = (one.ttft_ms or 0) + waited
    return told


def test_of_a_rate_that_is_not_kept_up_with_it_is_said_what_somebody_would_have_waited() -> None:
    late = [*rate(0, 100, 5000), failed(0, 0, 31, status="cancelled", error_kind=None, open_loop=True)]
    assert told(["a"], late) == (
        "a answers after 5.10 s, p95 5.11 s and then writes 500.0 tokens a second; n = 30. "
        "Times count from when each request was due. 1 more had no answer when it ended."
    )
    assert told(["a", "b"], rate(0, 100, 5000) + rate(1, 500, 1)) == (
        "b answers first: 501 ms, p95 526 ms; a takes 10 times as long; n = 30 each. "
        "Times count from when each request was due."
    )
    assert told(["a"], rate(0, 100, 1)) == (
        "a answers after 100 ms, p95 105 ms and then writes 500.0 tokens a second; n = 30."
    )


def test_answers_with_nothing_in_them_are_said() -> None:
    empty = [
        record(0, 0, n, ttft_ms=None, ttfo_ms=None, itl_ms=None, request_latency_ms=None, output_tokens=0)
        for n in (1, 2)
    ]
    assert told(["mute"], empty) == "mute answered without a single token; n = 2."


def test_what_never_answered_has_no_sentence() -> None:
    assert told(["a"], [failed(0, 0, 1)]) is None
    assert sentence_of([]) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.234, "1.2 ms"),
        (21.4, "21 ms"),
        (999.4, "999 ms"),
        (999.6, "1.00 s"),
        (1420, "1.42 s"),
        (12_345, "12.3 s"),
    ],
)
def test_durations_have_one_unit(value: float, text: str) -> None:
    assert milliseconds(value) == text
