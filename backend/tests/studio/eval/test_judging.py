"""Conditions fail a build where they hold or cannot be judged, and against a baseline only where that is shown."""

from dataclasses import replace
from typing import Any

import pytest

from src.studio.eval.baseline import Baseline
from src.studio.eval.conditions import read_conditions
from src.studio.eval.judging import Finding, judge
from src.studio.scoring.statistics import compare_paired
from src.studio.scoring.summary import CaseResult


def results(model: str, passed: int, failed: int, category: str | None = None, **more: Any) -> list[CaseResult]:
    """Return a result for each of so many cases, the first of which passed."""
    return [
        CaseResult(model, f"{category or 'c'}-{at}", category, 1, "pass" if at < passed else "fail", **more)
        for at in range(passed + failed)
    ]


def baseline_of(there: list[CaseResult], **more: Any) -> Baseline:
    """Return a baseline that had these results."""
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for one in there:
        counts.setdefault(one.target, {})[one.case] = (int(one.status == "pass"), 1)
    digests = {case: "same" for of in counts.values() for case in of}
    return replace(Baseline(counts, digests, {}, None), **more)


def judged(text: str, here: list[CaseResult], baseline: Baseline | None = None) -> list[Finding]:
    """Return what becomes of conditions."""
    models = list(dict.fromkeys(one.target for one in here))
    digests = {one.case: "same" for one in here}
    return judge(read_conditions(text) if text else (), models, here, baseline, digests)


def test_each_model_is_judged_unless_one_is_named() -> None:
    here = [*results("good", 10, 0), *results("bad", 5, 5)]
    assert [(one.model, one.fails) for one in judged("accuracy<0.9", here)] == [("good", False), ("bad", True)]
    assert [(one.model, one.fails) for one in judged("accuracy[model=good]<0.9", here)] == [("good", False)]


def test_a_category_is_judged_by_its_own_cases() -> None:
    here = [*results("m", 10, 0, "easy"), *results("m", 1, 3, "dates")]
    (easy, dates) = judged("accuracy[category=easy]<0.9,accuracy[category=dates]<0.9", here)
    assert (easy.fails, dates.fails) == (False, True)
    assert dates.sentence == "m: accuracy on dates is 25 %, so accuracy[category=dates]<0.9 holds."


def test_what_cannot_be_judged_fails() -> None:
    (finding,) = judged("irrelevance<0.9", results("m", 5, 0))
    assert finding.fails
    assert finding.sentence == "m: irrelevance<0.9 cannot be judged: there is no such figure."
    (unscored,) = judged("accuracy<0.9", [CaseResult("m", "a", None, 1, "unscored")])
    assert unscored.fails


def test_a_model_that_was_not_asked_fails_each_condition_that_is_about_it() -> None:
    here = results("m", 10, 0)
    found = judge(read_conditions("accuracy<0.9,accuracy[model=m]<0.9"), ["m", "gone"], here)
    assert [(one.model, one.fails) for one in found] == [("m", False), ("gone", True), ("m", False)]
    assert found[1].sentence == "gone: accuracy<0.9 cannot be judged: the model was not asked."
    there = baseline_of([*here, *results("gone", 10, 0)])
    relative = judge(read_conditions("accuracy<baseline"), ["m", "gone"], here, there, dict(there.digests))
    assert {one.model: one.fails for one in relative} == {"m": False, "gone": True}


@pytest.mark.parametrize(("lost", "fails"), [(1, False), (5, False), (6, True), (12, True)])
def test_worse_than_the_baseline_fails_where_chance_does_not_explain_it(lost: int, *, fails: bool) -> None:
    baseline = baseline_of(results("m", 30, 0))
    (finding,) = judged("accuracy<baseline", results("m", 30 - lost, lost), baseline)
    assert finding.fails is fails
    assert ("it may be chance" in finding.sentence) is not fails


def test_several_changes_are_judged_together_by_holm() -> None:
    here, there = results("a", 24, 6), results("a", 30, 0)
    assert judged("accuracy<baseline", here, baseline_of(there))[0].fails
    both = [*here, *results("b", 29, 1)]
    alone = compare_paired(*({one.case: (int(one.status == "pass"), 1) for one in side} for side in (there, here)))
    assert alone.p is not None
    assert 0.025 < alone.p < 0.05
    told = judged("accuracy<baseline", both, baseline_of([*there, *results("b", 30, 0)]))
    assert [one.fails for one in told] == [False, False]


def test_a_margin_is_allowed() -> None:
    baseline = baseline_of(results("m", 100, 0))
    here = results("m", 92, 8)
    assert judged("accuracy<baseline", here, baseline)[0].fails
    (finding,) = judged("accuracy<baseline-10%", here, baseline)
    assert not finding.fails
    assert finding.sentence.endswith("so accuracy<baseline-10% does not hold.")


def test_better_than_the_baseline_never_fails() -> None:
    assert not judged("accuracy<baseline", results("m", 30, 0), baseline_of(results("m", 10, 20)))[0].fails


def test_irrelevance_is_compared_on_the_cases_that_want_no_call() -> None:
    plain = results("m", 20, 0)
    there = [*plain, *results("m", 10, 0, "none", wants_call=False)]
    here = [*plain, *results("m", 2, 8, "none", wants_call=False)]
    (finding,) = judged("irrelevance<baseline", here, baseline_of(there))
    assert finding.fails
    assert "irrelevance is 20 %, 80.0 points below the baseline's 100 % on the same 10 cases" in finding.sentence


def test_too_few_cases_in_common_fail_and_a_model_that_is_not_there_does() -> None:
    (few,) = judged("accuracy<baseline", results("m", 0, 5), baseline_of(results("m", 5, 0)))
    assert few.fails
    assert "too few to tell from chance, so accuracy<baseline cannot be judged" in few.sentence
    (other,) = judged("accuracy<baseline", results("m", 5, 0), baseline_of(results("n", 5, 0)))
    assert other.fails
    assert other.sentence == "m is not in the baseline, so it was not compared."
    (changed,) = judged("accuracy<baseline", results("m", 9, 0), baseline_of(results("m", 9, 0), digests={}))
    assert changed.fails
    assert changed.sentence == "m: no case was scored both here and in the baseline, so nothing was compared."


def test_one_model_of_the_baseline_may_be_what_all_are_compared_with() -> None:
    baseline = baseline_of([*results("old", 30, 0), *results("other", 0, 30)], only="old")
    (finding,) = judged("accuracy<baseline", results("new", 15, 15), baseline)
    assert finding.fails
    assert "50.0 points below" in finding.sentence


def test_a_change_that_is_not_shown_beside_others_is_told_with_an_interval_that_holds_none() -> None:
    models = ("m", "n")
    baseline = baseline_of([result for model in models for result in results(model, 30, 0)])
    now = [*results("m", 24, 6), *results("n", 30, 0)]
    alone, _ = judged("accuracy<baseline", now, baseline)
    assert "to +0.0, p = 0.062)" in alone.sentence
    assert "no difference is shown" in alone.sentence


def test_a_baseline_alone_informs_and_fails_nothing() -> None:
    (finding,) = judged("", results("m", 15, 15), baseline_of(results("m", 30, 0)))
    assert not finding.fails
    assert finding.sentence.endswith("a difference that is shown.")
    (gone,) = judged("accuracy<0.1", results("m", 15, 15), baseline_of(results("n", 30, 0)))[1:]
    assert not gone.fails
    assert judged("", results("m", 30, 0), baseline_of(results("m", 30, 0)))[0].sentence == (
        "m: accuracy is 100 %, as is the baseline's 100 % on the same 30 cases (-8.7 to +8.7, p = 1); "
        "no difference is shown."
    )
