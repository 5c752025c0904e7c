"""What came of an evaluation in columns, for a terminal and as CSV; unknown figures are a dash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.core.csv import to_csv
from src.studio.bench.tables import UNKNOWN, aligned
from src.studio.benchmarks.sentence import milliseconds
from src.studio.eval.results import FAIL, PASS, UNSCORED
from src.studio.scoring.sentence import interval, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from src.studio.eval.results import Result
    from src.studio.scoring.statistics import Proportion
    from src.studio.scoring.summary import EvalSummary

MOST_ROWS = 100
"""Of the matrix: where there are more cases, those that all models pass are left out, and then the last ones."""
LONGEST_NAME = 48
MARKS = {PASS: "pass", FAIL: "FAIL", UNSCORED: UNKNOWN}
COLUMNS = (
    *("model", "category", "state", "cases", "cases_passed", "passed", "scored", "unscored", "disputed"),
    *("accuracy", "accuracy_low", "accuracy_high", "pass_hat_k", "flaky", "irrelevance_accuracy_pct"),
    *("tool_selection_score", "param_accuracy_score", "latency_ms_p50", "latency_ms_p95", "cost", "cost_per_case"),
    *("input_tokens", "output_tokens", "reasons"),
)
"""Of `summary.csv`: a line for each model, and one for each of its categories."""


def summary_lines(summaries: Sequence[EvalSummary]) -> list[str]:
    """Return the table of models. Columns that no model has a figure for are left out."""
    repeats = max((max(one.pass_hat_k, default=1) for one in summaries), default=1)
    columns: dict[str, list[str]] = {
        "model": [one.target for one in summaries],
        "accuracy": [_rate(one.accuracy) for one in summaries],
        "95 %": [UNKNOWN if one.accuracy is None else interval(one.accuracy) for one in summaries],
        "passed": [f"{one.passed:,} of {one.passed + one.failed:,}" for one in summaries],
        "unscored": [_count(one.unscored) for one in summaries],
        "disputed": [_count(one.disputed) for one in summaries],
        "no call wanted": [_rate(one.irrelevance) for one in summaries],
        "latency p50": [_time(one, "p50") for one in summaries],
        "p95": [_time(one, "p95") for one in summaries],
        "USD": [UNKNOWN if one.cost is None else f"{one.cost:.6g}" for one in summaries],
    }
    if repeats > 1:
        of = [one.pass_hat_k.get(repeats) for one in summaries]
        columns[f"all {repeats} pass"] = [UNKNOWN if rate is None else f"{percent(rate)} %" for rate in of]
        columns["flaky"] = [_count(len(one.flaky)) for one in summaries]
    shown = {title: cells for title, cells in columns.items() if set(cells) != {UNKNOWN}}
    return aligned(list(shown), list(zip(*shown.values(), strict=True)))


def category_lines(summaries: Sequence[EvalSummary]) -> list[str]:
    """Return the accuracy of each model in each category; nothing where there are fewer than two."""
    categories = list(dict.fromkeys(name for one in summaries for name in one.by_category))
    if len(categories) < 2:  # noqa: PLR2004 - of one, the table of models tells
        return []
    rows = []
    for name in categories:
        cells = [one.by_category.get(name) for one in summaries]
        cases = max(cell.cases for cell in cells if cell is not None)
        rates = (_rate(None if cell is None else cell.accuracy) for cell in cells)
        rows.append((_short(name), f"{cases:,}", *rates))
    return aligned(("category", "cases", *(one.target for one in summaries)), rows)


def matrix_lines(cases: Sequence[str], models: Sequence[str], results: Sequence[Result]) -> list[str]:
    """Return a line for each case with what came of it by model: of several repeats, how many passed."""
    by_cell: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        by_cell.setdefault((result.figures.case, result.model), []).append(result)
    shown = [case for case in cases if any((case, model) in by_cell for model in models)]
    passed = 0
    if len(shown) > MOST_ROWS:
        told = [case for case in shown if not all(_passed(by_cell.get((case, model))) for model in models)]
        passed = len(shown) - len(told)
        shown = told
    rows = [(_short(case), *(_mark(by_cell.get((case, model))) for model in models)) for case in shown[:MOST_ROWS]]
    lines = aligned(("case", *models), rows) if rows else []
    if hidden := len(shown) - len(rows):
        lines.append(f"… {hidden:,} more that did not pass everywhere")
    if passed:
        lines.append(f"… {passed:,} that passed everywhere")
    return lines


def failure_lines(results: Sequence[Result], most: int) -> Iterator[str]:
    """Yield what is wrong with each failure, as many as are wanted: a line for each argument that differs."""
    failed = [result for result in results if result.figures.status == FAIL and not result.figures.disputed]
    for result in failed[:most]:
        figures = result.figures
        again = f" #{figures.repeat}" if figures.repeat > 1 else ""
        yield f"FAIL  {figures.target}: {_short(figures.case)}{again}: {_words(figures.reason)}"
        for problem in result.problems:
            yield f"      {plain(problem['sentence'])}"
    if most and len(failed) > most:
        yield f"… {len(failed) - most:,} more failures: --failures prints them, and results.jsonl has all."


def csv_text(summaries: Sequence[EvalSummary], state: str) -> str:
    """Return the figures of all models as CSV, in full."""
    return to_csv(COLUMNS, (row for summary in summaries for row in _csv_rows(summary, state)))


def _csv_rows(summary: EvalSummary, state: str) -> Iterator[dict[str, Any]]:
    whole = summary.to_dict()
    most = max(summary.pass_hat_k, default=None)
    yield {
        **whole,
        **_of_accuracy(summary.accuracy),
        "model": summary.target,
        "category": None,
        "state": state,
        "cases": summary.cases,
        "pass_hat_k": None if most is None else summary.pass_hat_k[most],
        "flaky": len(summary.flaky),
        "latency_ms_p50": summary.latency_ms and summary.latency_ms["p50"],
        "latency_ms_p95": summary.latency_ms and summary.latency_ms["p95"],
        "reasons": _reasons(summary.reasons),
    }
    for name, of in summary.by_category.items():
        yield {
            **of.to_dict(),
            **_of_accuracy(of.accuracy),
            "model": summary.target,
            "category": name,
            "state": state,
            "reasons": _reasons(of.reasons),
        }


def _of_accuracy(proportion: Proportion | None) -> dict[str, Any]:
    told = {"passed": None, "scored": 0, "accuracy": None, "accuracy_low": None, "accuracy_high": None}
    if proportion is None:
        return told
    figures = (proportion.successes, proportion.n, proportion.rate, proportion.low, proportion.high)
    return dict(zip(told, figures, strict=True))


def _reasons(reasons: Mapping[str, int]) -> str:
    return " ".join(f"{reason}:{count}" for reason, count in reasons.items())


def _mark(results: Sequence[Result] | None) -> str:
    if not results:
        return UNKNOWN
    scored = [result for result in results if result.figures.status != UNSCORED]
    if len(results) == 1 or not scored:
        mark = MARKS[results[0].figures.status]
    else:
        mark = f"{sum(result.figures.status == PASS for result in scored)}/{len(scored)}"
    return f"({mark})" if results[0].figures.disputed else mark


def _passed(results: Sequence[Result] | None) -> bool:
    return bool(results) and all(result.figures.status == PASS for result in results or ())


def _rate(proportion: Proportion | None) -> str:
    return UNKNOWN if proportion is None else f"{percent(proportion.rate)} %"


def _count(number: int) -> str:
    return f"{number:,}" if number else UNKNOWN


def _time(summary: EvalSummary, at: str) -> str:
    return UNKNOWN if summary.latency_ms is None else milliseconds(summary.latency_ms[at])


def _words(reason: str | None) -> str:
    return (reason or "failed").replace("_", " ")


def _short(name: str) -> str:
    shown = plain(name)
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"


def plain(text: str) -> str:
    """Return a text on one line, of which nothing acts on a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
