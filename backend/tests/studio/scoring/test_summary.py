"""Results are summed up by model and category; what was not scored or is disputed is in no rate, and shown."""

from typing import Any

import orjson
import pytest

from src.studio.scoring.sentence import eval_sentence, percent, power_sentence
from src.studio.scoring.statistics import wilson
from src.studio.scoring.summary import CaseResult, summarise


def result(case: str, status: str = "pass", target: str = "fast", **more: Any) -> CaseResult:
    """Return a result, of the first repeat unless said."""
    told: dict[str, Any] = {"category": None, "repeat": 1, "status": status, **more}
    return CaseResult(target, case, **told)


def many(target: str, passed: int, failed: int, **more: Any) -> list[CaseResult]:
    """Return one result for each of cases 0 and following, the first of which passed."""
    return [result(f"c{at}", "pass" if at < passed else "fail", target, **more) for at in range(passed + failed)]


def test_rates_are_of_what_was_scored_by_model() -> None:
    summaries = summarise(
        [*many("fast", 28, 2), *many("slow", 3, 1), result("c4", "unscored", "slow", reason=None, cost=0.5)]
    )
    fast, slow = summaries["fast"], summaries["slow"]
    assert list(summaries) == ["fast", "slow"]
    assert fast.accuracy is not None
    assert (fast.accuracy.low, fast.accuracy.high) == pytest.approx(wilson(28 / 30, 30))
    assert slow.accuracy is not None
    assert (slow.accuracy.rate, slow.accuracy.n) == (0.75, 4)
    assert (slow.results, slow.passed, slow.failed, slow.unscored, slow.cases) == (5, 3, 1, 1, 4)
    assert slow.counts["c4"] == (0, 0)
    assert slow.cost == 0.5  # what was spent on it was spent


def test_disputed_cases_are_counted_and_in_no_rate() -> None:
    summary = summarise(
        [result("a"), result("b", "fail", disputed=True, reason="wrong_tool", category="odd", latency_ms=9.0)]
    )["fast"]
    assert summary.accuracy is not None
    assert (summary.accuracy.rate, summary.disputed, summary.cases) == (1, 1, 1)
    assert (summary.reasons, summary.by_category, summary.latency_ms) == ({}, {}, None)


def test_repeats_tell_how_often_all_of_several_pass_and_what_is_flaky() -> None:
    results = [
        result(case, "pass" if passes else "fail", repeat=repeat)
        for case, outcomes in {"a": (1, 1, 1, 1), "b": (1, 0, 1, 0), "c": (0, 0, 0, 0)}.items()
        for repeat, passes in enumerate(outcomes, 1)
    ]
    summary = summarise(results)["fast"]
    assert (summary.cases, summary.cases_passed, summary.flaky) == (3, 1, ["b"])
    assert summary.pass_hat_k == pytest.approx({1: 0.5, 2: (1 + 1 / 6) / 3, 3: 1 / 3, 4: 1 / 3})
    assert summary.pass_at_k == pytest.approx({1: 0.5, 2: (1 + 5 / 6) / 3, 3: 2 / 3, 4: 2 / 3})
    assert summary.to_dict()["flaky"] == [{"case": "b", "passed": 2, "scored": 4}]


def test_categories_have_rates_of_their_own_and_reasons_are_counted() -> None:
    summary = summarise(
        [
            *[result(f"d{at}", "fail", category="dates", reason="wrong_arguments") for at in range(3)],
            result("d3", category="dates"),
            result("d4", "unscored", category="dates"),
            result("m1", "fail", category="money", reason="wrong_tool"),
            result("x", "fail", reason="wrong_arguments"),
        ]
    )["fast"]
    dates = summary.by_category["dates"]
    assert dates.accuracy is not None
    assert (dates.accuracy.rate, dates.cases, dates.unscored) == (0.25, 4, 1)
    assert list(summary.by_category) == ["dates", "money"]
    assert list(summary.reasons.items()) == [("wrong_arguments", 4), ("wrong_tool", 1)]
    assert summary.to_dict()["category_breakdown"]["dates"] == {"total": 4, "passed": 1, "accuracy_pct": 25}


def test_scores_are_means_of_what_has_them_and_unknown_ones_are_none() -> None:
    summary = summarise(
        [
            result("a", scores={"tool_selection": 1.0, "param_accuracy": None, "schema_score": 0.5}),
            result("b", "fail", scores={"tool_selection": 0.0, "param_accuracy": None}),
            result("c", "unscored", scores={"tool_selection": 0.0}),
        ]
    )["fast"]
    told = summary.to_dict()
    assert told["tool_selection_score"] == 0.5
    assert told["param_accuracy_score"] is None
    assert told["schema_score_pct"] == 50
    assert told["type_correct_pct"] is None
    assert told["irrelevance_accuracy_pct"] is None
    assert orjson.dumps(told)


def test_cases_that_want_no_call_have_a_rate_of_their_own() -> None:
    told = summarise([result("a", wants_call=False), result("b", "fail", wants_call=False), result("c", "fail")])[
        "fast"
    ].to_dict()
    assert told["irrelevance_accuracy_pct"] == 50


def test_time_and_money_are_of_what_is_known() -> None:
    costs = [0.1, 0.2, None]
    summary = summarise(
        [result(f"c{at}", cost=cost, latency_ms=at * 100.0 or None) for at, cost in enumerate(costs)]
    )["fast"]
    assert summary.cost == pytest.approx(0.3)
    assert summary.cost_per_case == pytest.approx(0.15)
    assert summary.latency_ms == {"p50": 150, "p95": 195}
    assert summary.avg_latency_ms == 150
    assert (summary.input_tokens, summary.output_tokens) == (None, None)


def test_nothing_scored_is_no_rate() -> None:
    told = summarise([result("a", "unscored")])["fast"].to_dict()
    assert told["accuracy"] is None
    assert (told["total_cases"], told["unscored"], told["pass_at_k"], told["cost"]) == (0, 1, {}, None)


def sentence(results: list[CaseResult]) -> str | None:
    """Return what is said of results."""
    return eval_sentence(list(summarise(results).values()))


def test_one_model_is_told_with_its_interval_and_where_it_fails() -> None:
    results = [
        result(f"c{at}", "fail" if at < 2 else "pass", category="dates" if at < 10 else "money", reason=None)
        for at in range(30)
    ]
    failed = [result(one.case, one.status, category=one.category, reason="wrong_arguments") for one in results[:2]]
    assert sentence([*failed, *results[2:]]) == (
        "fast calls rightly in 93 % of 30 cases (79\N{EN DASH}98 %) and fails most on dates."
    )
    assert sentence([result("a"), result("b", "fail", reason="wrong_tool")]) == (
        "fast calls rightly in 50 % of 2 cases (9\N{EN DASH}91 %) and fails most by wrong tool."
    )


@pytest.mark.parametrize(("without", "told"), [(18, "by wrong tool"), (2, "by wrong tool"), (1, "on A")])
def test_failures_without_a_category_that_are_the_most_are_told_by_their_reason(without: int, told: str) -> None:
    failed = [result(f"c{at}", "fail", reason="wrong_tool") for at in range(without)]
    failed.append(result("a", "fail", category="A", reason="wrong_tool"))
    assert f" and fails most {told}." in str(sentence([*failed, result("b", category="B")]))


def test_models_are_ranked_where_that_is_shown_and_not_else() -> None:
    told = sentence([*many("weak", 10, 20), *many("good", 29, 1), *many("fine", 28, 2)])
    assert told == (
        "good calls rightly in 97 % of 30 cases (83\N{EN DASH}99 %), more often than weak (33 %). "
        "No difference is shown to fine (93 %)."
    )


def test_a_model_that_is_ahead_on_the_cases_that_both_answered_is_not_ranked_by_its_other_rate() -> None:
    good = [result(f"c{at}", "fail" if at < 10 else "pass", "good") for at in range(40)]
    cut_off = [
        result(f"c{at}", "unscored" if at >= 10 else "pass" if at < 7 else "fail", "cut") for at in range(40)
    ]
    told = sentence([*good, *cut_off])
    assert told == (
        "good calls rightly in 75 % of 40 cases (60\N{EN DASH}86 %). 30 of 80 answers could not be scored."
    )


def test_many_models_are_counted_not_listed() -> None:
    told = sentence([one for at in range(6) for one in many(f"m{at}", 30 - at, at)])
    assert told is not None
    assert "No difference is shown to 4 others (87 to 97 %)." in told or "No difference is shown to 5" in told


def test_what_could_not_be_scored_is_said() -> None:
    assert sentence([]) is None
    assert sentence([result("a", "unscored")]) == "No answer could be scored."
    told = sentence([result("a", repeat=1), result("a", repeat=2), result("a", "unscored", repeat=3)])
    assert told == (
        "fast calls rightly in 100 % of 2 answers to 1 case (21\N{EN DASH}100 %). "
        "1 of 3 answers could not be scored."
    )


@pytest.mark.parametrize(
    ("rate", "told"), [(0, "0"), (1, "100"), (0.999, "99.9"), (0.9999, "99.9"), (0.0001, "0.1"), (0.944, "94")]
)
def test_a_rate_is_never_all_or_nothing_where_it_is_not(rate: float, told: str) -> None:
    assert percent(rate) == told


def test_what_so_many_cases_can_show_is_said() -> None:
    few, many_more = (list(summarise(many("fast", 9 * of, of)).values()) for of in (3, 100))
    assert power_sentence(few) == (
        "Enough cases? Beside fast, 30 cases show a difference of 37 points four times of five; "
        "smaller ones take more."
    )
    assert "1,000 cases show a difference of 5 points" in (power_sentence(many_more) or "")
    assert power_sentence(list(summarise(many("fast", 3, 0)).values())) == (
        "Enough cases? 3 cases can show no difference at all."
    )
    assert power_sentence(list(summarise([result("a", "unscored")]).values())) is None
