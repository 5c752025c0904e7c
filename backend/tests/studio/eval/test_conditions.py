"""Conditions are read as they are written, or refused with a sentence."""

import pytest

from src.studio.eval.conditions import METRICS, ConditionError, read_conditions
from src.studio.scoring.summary import CaseResult, summarise


@pytest.mark.parametrize(
    ("text", "metric", "operator", "limit"),
    [
        ("accuracy<0.9", "accuracy", "<", 0.9),
        ("accuracy < 90%", "accuracy", "<", 0.9),
        ("ACCURACY_LOW<=.8", "accuracy_low", "<=", 0.8),
        ("pass_hat_3<0.5", "pass_hat_3", "<", 0.5),
        ("latency_p95>2s", "latency_p95", ">", 2000),
        ("latency_p50>300", "latency_p50", ">", 300),
        ("cost>1.5usd", "cost", ">", 1.5),
        ("unscored>=5%", "unscored", ">=", 0.05),
    ],
)
def test_a_condition_has_a_metric_a_limit_and_a_unit(text: str, metric: str, operator: str, limit: float) -> None:
    (condition,) = read_conditions(text)
    assert (condition.metric, condition.operator, condition.limit) == (metric, operator, pytest.approx(limit))
    assert (condition.relative, condition.text) == (False, text)


def test_it_may_be_about_a_model_a_category_or_both_and_commas_join_several() -> None:
    several = read_conditions(
        "accuracy[model=openai/gpt-5:x, v2][category=near miss]<1,unscored[category=a]>0, flaky>.1"
    )
    assert [(one.metric, one.model, one.category) for one in several] == [
        ("accuracy", "openai/gpt-5:x, v2", "near miss"),
        ("unscored", None, "a"),
        ("flaky", None, None),
    ]


def test_a_baseline_may_have_a_margin() -> None:
    plain, share, percent = read_conditions("accuracy<baseline,irrelevance<baseline-0.05,accuracy<baseline - 5%")
    assert (plain.relative, plain.limit) == (True, 0)
    assert share.limit == percent.limit == pytest.approx(0.05)
    assert share.holds(0.84, 0.9)
    assert not share.holds(0.86, 0.9)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("accuracy", "is no condition such as"),
        ("accuracy<", "is no condition such as"),
        ("accuracy==1", "is no condition such as"),
        ("accuracy<-1", "is no condition such as"),
        ("speed>1", f"'speed' is not measured; there are {', '.join(METRICS)}"),
        ("pass_hat_0<1", "'pass_hat_0' is not measured"),
        ("accuracy<90", "accuracy is a share, from 0 to 1 or in %"),
        ("accuracy<1s", "accuracy is not in s"),
        ("latency_p50>1%", "latency_p50 is not in %"),
        ("accuracy[x=y]<1", "[x=y] is not [model=NAME] or [category=NAME]"),
        ("accuracy[model=]<1", "[model=] is not"),
        ("accuracy[model=a][model=b]<1", "model is there twice"),
        ("latency_p50<baseline", "accuracy and irrelevance are compared with a baseline, latency_p50 is not"),
        ("accuracy>baseline", "what is worse than the baseline is <baseline"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConditionError) as error:
        read_conditions(text)
    assert told in str(error.value)
    assert not str(error.value).endswith(".")


def test_each_metric_has_its_value_and_its_words() -> None:
    results = [
        CaseResult("m", "a", None, 1, "pass", latency_ms=100.0, cost=0.5, scores={"tool_selection": 1.0}),
        CaseResult("m", "a", None, 2, "fail", latency_ms=300.0, cost=0.25, scores={"tool_selection": 0.0}),
        CaseResult("m", "b", None, 1, "pass", wants_call=False, scores={"param_accuracy": 0.25}),
        CaseResult("m", "c", None, 1, "unscored"),
    ]
    summary = summarise(results)["m"]
    told = {
        "accuracy": "67 %",
        "irrelevance": "100 %",
        "unscored": "25 %",
        "flaky": "50 %",
        "tool_selection": "50 %",
        "param_accuracy": "25 %",
        "pass_hat_2": "0 %",
        "pass_at_2": "100 %",
        "latency_p50": "200 ms",
        "latency_p95": "290 ms",
        "cost": "0.75 USD",
        "cost_per_case": "0.375 USD",
    }
    for name, words in told.items():
        (condition,) = read_conditions(f"{name}>0")
        assert condition.shown(condition.value_of(summary)) == words, name
    (low,) = read_conditions("accuracy_low<1")
    assert summary.accuracy is not None
    assert low.value_of(summary) == summary.accuracy.low


def test_nothing_scored_has_no_value() -> None:
    summary = summarise([CaseResult("m", "a", None, 1, "unscored")])["m"]
    for condition in read_conditions(
        "accuracy<1,accuracy_low<1,irrelevance<1,flaky>0,latency_p50>1,cost>1,pass_at_1<1"
    ):
        assert condition.value_of(summary) is None
        assert condition.shown(None) == "\N{EN DASH}"
