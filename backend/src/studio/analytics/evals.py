"""The leaderboard of tool calls: models on one version of one suite, by all runs on it together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.scoring.statistics import accuracy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Values = dict[str, Any]
ModelKey = tuple[str, str]
"""`provider_key` and `model_id`."""

COLUMNS = (
    *("rank", "model", "model_id", "avg_tool_pct", "avg_param_pct", "avg_overall_pct", "total_evals", "last_eval"),
    *("provider_key", "provider", "accuracy", "accuracy_low", "accuracy_high", "n", "cases", "suite_name"),
    *("version", "latency_ms_p50", "cost_per_case"),
)
PERCENTAGES = {
    "avg_tool_pct": "tool_selection_score",
    "avg_param_pct": "param_accuracy_score",
    "avg_overall_pct": "overall_score",
}


def ranked(runs: Sequence[Mapping[str, Any]], counts: Iterable[tuple[Any, ...]]) -> list[Values]:
    """Return models, the highest pass rate first. `runs` are rows, the newest first; `counts` the repository's.

    A rate is of all scored answers of all runs, with cases as clusters: asking the same once more does not make it
    as much surer as another case does. Percentages are means over runs.
    """
    summaries: defaultdict[ModelKey, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = defaultdict(list)
    models: dict[tuple[str, int], ModelKey] = {}
    for run in runs:
        for at, target in enumerate(run["targets"]):
            models[run["id"], at] = (target["provider_key"], target["model_id"])
        for summary in run["summaries"] or ():
            summaries[summary["provider_key"], summary["model_id"]].append((run, summary))
    cases: defaultdict[ModelKey, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for run_id, target, case, passed, scored in counts:
        model = models.get((run_id, target))
        if model is not None:  # else it was deleted this moment
            counted = cases[model][case]
            counted[0] += passed
            counted[1] += scored
    told = [_told(own, [(p, n) for p, n in cases[model].values()]) for model, own in summaries.items()]
    told.sort(key=lambda one: -1.0 if one["accuracy"] is None else one["accuracy"]["rate"], reverse=True)
    for place, one in enumerate(told, 1):
        one["rank"] = None if one["accuracy"] is None else place
    return told


def _told(own: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], counts: list[tuple[int, int]]) -> Values:
    run, newest = own[0]
    rate = accuracy(counts)
    return {
        **{name: newest[name] for name in ("provider_key", "provider", "model_id")},
        "model": newest["display_name"],
        **{name: _mean_percent(summary[score] for _, summary in own) for name, score in PERCENTAGES.items()},
        "total_evals": len(own),
        "last_eval": iso(run["created_at"]),
        "last_run_id": run["id"],
        "accuracy": rate and rate.to_dict(),
        "cases": len(counts),
        "latency_ms_p50": (newest["latency_ms"] or {}).get("p50"),
        "cost_per_case": newest["cost_per_case"],
    }


def _mean_percent(shares: Iterable[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return 100 * sum(known) / len(known) if known else None


def public_board(rows: Iterable[Mapping[str, Any]]) -> list[Values]:
    """Return models, those first whose tools are right most often; `rows` are runs, the newest first.

    Percentages are means over runs, weighted by their scored answers: of suites of their owners', all mixed.
    """
    models: defaultdict[tuple[str, str], list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = defaultdict(list)
    for row in rows:
        for summary in row["summaries"]:
            if summary["accuracy"]:
                models[summary["model_id"], summary["provider"]].append((row, summary))
    told = [
        {
            "model_name": own[0][1]["display_name"],
            "provider": provider,
            "tool_accuracy_pct": _weighted(own, "tool_selection_score", 100),
            "param_accuracy_pct": _weighted(own, "param_accuracy_score", 100),
            "irrel_accuracy_pct": _weighted(own, "irrelevance_accuracy_pct", 1),
            "throughput_tps": None,
            "ttft_ms": None,
            "sample_count": sum(summary["accuracy"]["n"] for _, summary in own),
            "last_updated": iso(own[0][0]["created_at"]),
        }
        for (_, provider), own in models.items()
    ]
    return sorted(told, key=lambda one: -(one["tool_accuracy_pct"] or 0.0))


def _weighted(own: Iterable[tuple[Any, Mapping[str, Any]]], name: str, scale: float) -> float | None:
    known = [(summary[name], summary["accuracy"]["n"]) for _, summary in own if summary[name] is not None]
    return scale * sum(value * n for value, n in known) / sum(n for _, n in known) if known else None


def csv_rows(board: Values) -> list[Values]:
    """Return the lines of a file: a leaderboard as it is told."""
    suite = board["suite"] or {}
    return [
        {
            **model,
            "accuracy": rate.get("rate"),
            "accuracy_low": rate.get("low"),
            "accuracy_high": rate.get("high"),
            "n": rate.get("n"),
            "suite_name": suite.get("suite_name"),
            "version": suite.get("version"),
        }
        for model in board["models"]
        for rate in [model["accuracy"] or {}]
    ]
