"""Tables are as wide as they need to be, leave out what nobody has, and let nothing act on a terminal."""

from typing import Any

from src.studio.eval.results import Result
from src.studio.eval.summary import summaries_of
from src.studio.eval.tables import MOST_ROWS, category_lines, failure_lines, matrix_lines, summary_lines
from src.studio.scoring.summary import CaseResult


def result(model: str, case: str, status: str = "pass", **more: Any) -> Result:
    """Return a result."""
    problems = more.pop("problems", ())
    told: dict[str, Any] = {"category": None, "repeat": 1, "status": status, **more}
    return Result(CaseResult(model, case, **told), problems)


def test_the_matrix_has_a_line_for_each_case_and_a_column_for_each_model() -> None:
    results = [
        result("a", "one"),
        result("b", "one", "fail"),
        result("a", "two", "unscored"),
        result("b", "two", "fail", disputed=True),
    ]
    assert matrix_lines(["one", "two", "three"], ["a", "b"], results) == [
        "case     a       b",
        "one   pass    FAIL",
        "two      \N{EN DASH}  (FAIL)",
    ]


def test_repeats_are_counted_of_those_that_could_be_scored() -> None:
    results = [result("a", "one", status, repeat=at) for at, status in enumerate(("pass", "fail", "unscored"), 1)]
    assert matrix_lines(["one"], ["a"], results)[1].split() == ["one", "1/2"]


def test_of_many_cases_those_are_shown_that_did_not_pass_everywhere() -> None:
    cases = [f"c{at}" for at in range(10_000)]
    results = [result("a", case, "fail" if at % 10 == 3 else "pass") for at, case in enumerate(cases)]
    lines = matrix_lines(cases, ["a"], results)
    assert len(lines) == MOST_ROWS + 3
    assert all("FAIL" in line for line in lines[1 : MOST_ROWS + 1])
    assert lines[-2:] == ["… 900 more that did not pass everywhere", "… 9,000 that passed everywhere"]


def test_failures_are_told_with_all_that_is_wrong_as_many_as_are_wanted() -> None:
    problems = [{"sentence": "to is Rome; expected is Oslo."}, {"sentence": "date is missing."}]
    results = [
        result("a", "one", "fail", reason="wrong_arguments", problems=problems),
        result("a", "two"),
        result("a", "odd", "fail", disputed=True),
        result("a", "three", "fail", repeat=2, reason="missing_call"),
    ]
    assert list(failure_lines(results, 1)) == [
        "FAIL  a: one: wrong arguments",
        "      to is Rome; expected is Oslo.",
        "      date is missing.",
        "… 1 more failures: --failures prints them, and results.jsonl has all.",
    ]
    assert list(failure_lines(results, 5))[-1] == "FAIL  a: three #2: missing call"
    assert list(failure_lines(results, 0)) == []


def test_nothing_acts_on_a_terminal_and_long_names_are_cut() -> None:
    hostile = "\x1b[2J\nx" + "y" * 200
    lines = [
        *matrix_lines([hostile], ["a"], [result("a", hostile, "fail")]),
        *failure_lines([result("a", hostile, "fail", problems=[{"sentence": "\x1b]0;x\x07\r\n"}])], 5),
        *category_lines(summaries_of([result("a", "c", category=hostile), result("a", "d", category="e")])),
    ]
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) < 100


def test_columns_that_no_model_has_a_figure_for_are_left_out() -> None:
    plain = summary_lines(summaries_of([result("a", "c"), result("b", "c", "fail")]))
    assert plain[0].split() == ["model", "accuracy", "95", "%", "passed"]
    assert plain[1].split() == ["a", "100", "%", "21\N{EN DASH}100", "%", "1", "of", "1"]
    full = summary_lines(
        summaries_of(
            [
                result("a", "c", latency_ms=120.0, cost=0.00012345),
                result("a", "c", "fail", repeat=2, wants_call=False),
                result("a", "d", "unscored"),
            ]
        )
    )
    for title in ("unscored", "no call wanted", "latency p50", "USD", "all 2 pass", "flaky"):
        assert title in full[0]
    assert "0.00012345" in full[1]


def test_categories_are_told_where_there_are_several() -> None:
    results = [result("a", "x", category="dates"), result("a", "y", "fail", category="money"), result("b", "x")]
    assert category_lines(summaries_of(results)) == [
        "category  cases      a  b",
        "dates         1  100 %  \N{EN DASH}",
        "money         1    0 %  \N{EN DASH}",
    ]
    assert category_lines(summaries_of(results[:1])) == []
