"""The models' leaderboard: all requests of a model at one load, as if they were of one run."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.engine.statistics import bootstrap_interval, percentile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.analytics.repository import ModelKey

Values = dict[str, Any]

COLUMNS = (
    *("rank", "model_id", "avg_tps", "avg_ttft_ms", "avg_cost", "total_runs", "last_run", "provider_key"),
    *("provider", "model", "load_mode", "load", "context_tokens", "output_tier", "n", "success_count"),
    *("error_count", "ttft_ms_p50", "ttft_ms_p50_low", "ttft_ms_p50_high", "ttft_ms_p95", "ttft_ms_p95_low"),
    *("ttft_ms_p95_high", "output_tps_user_p50", "output_tps_user_p50_low", "output_tps_user_p50_high"),
    *("output_tps", "goodput", "goodput_share", "goodput_runs", "slo", "cost_per_1k_output_tokens"),
    *("avg_output_speed_tps", "avg_itl_ms", "client_limited_runs", "through", "route"),
)
# What is best comes first: the smallest time or cost, the greatest speed or number of good answers.
ORDERS: dict[str, tuple[str, int]] = {
    "ttft": ("ttft_ms_p50", 1),
    "speed": ("output_tps_user_p50", -1),
    "cost": ("cost_per_1k_output_tokens", 1),
    "goodput": ("goodput", -1),
}


@dataclass
class Entry:
    """What there is of a model at one load: its results, with their runs, and its successful requests' times."""

    results: list[Any] = field(default_factory=list)
    ttft_ms: list[float] = field(default_factory=list)
    itl_ms: list[float] = field(default_factory=list)
    runs: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def newest(self) -> Any:  # noqa: ANN401 - a row
        """The run that was asked for last."""
        return max(self.runs.values(), key=lambda run: (run.created_at, run.id))


def entries_of(results: Iterable[Any], values: Iterable[Any], runs: Mapping[str, Any]) -> dict[ModelKey, Entry]:
    """Return what there is of each model."""
    found: defaultdict[ModelKey, Entry] = defaultdict(Entry)
    for result in results:
        run_id = result.run_id
        if (run := runs.get(run_id)) is not None:
            entry = found[result.provider_key, result.model_id]
            entry.results.append(result)
            entry.runs[run_id] = run
    for provider_key, model_id, ttft_ms, itl_ms in values:
        entry = found[provider_key, model_id]
        if ttft_ms is not None:
            entry.ttft_ms.append(ttft_ms)
        if itl_ms:
            entry.itl_ms.append(itl_ms)
    return found


def slos_of(entries: Iterable[Entry]) -> list[str]:
    """Return which limits goodput was judged by, those of the newest run first."""
    judged = {
        (run.created_at, run.slo)
        for entry in entries
        for result in entry.results
        if result.goodput is not None and (run := entry.runs[result.run_id]).slo
    }
    return list(dict.fromkeys(slo for _, slo in sorted(judged, reverse=True)))


def figures_of(entry: Entry, slo: str | None) -> Values:
    """Return a model's figures; what nothing is known of is null."""
    results, runs = entry.results, entry.runs
    judged = [result for result in results if result.goodput is not None and runs[result.run_id].slo == slo]
    priced = [result for result in results if result.cost is not None]
    cost, requests = math.fsum(result.cost for result in priced), sum(map(_requests, priced))
    tokens = sum(result.output_tokens or 0 for result in priced)
    medians = [result.ttft_ms_p50 for result in results if result.ttft_ms_p50 is not None]
    speeds = [1000 / itl for itl in entry.itl_ms]
    return {
        "n": len(entry.ttft_ms),
        "success_count": sum(result.success_count for result in results),
        "error_count": sum(result.error_count for result in results),
        **_percentiles("ttft_ms", entry.ttft_ms, 50, 95),
        "ttft_ms_p50_of_runs": (min(medians), max(medians)) if medians else None,
        **_percentiles("output_tps_user", speeds, 50),
        "output_tps": _mean(result.output_tps for result in results),
        "goodput": _mean(result.goodput for result in judged),
        "goodput_share": _mean(result.goodput_share for result in judged),
        "goodput_runs": len({result.run_id for result in judged}),
        "cost_per_1k_output_tokens": 1000 * cost / tokens if tokens else None,
        "avg_tps": _weighted(results),
        "avg_ttft_ms": _mean(entry.ttft_ms),
        "avg_cost": cost / requests if requests else None,
        "avg_output_speed_tps": _mean(speeds),
        "avg_itl_ms": _mean(entry.itl_ms),
        "total_runs": len(runs),
        "client_limited_runs": sum(bool(run.client_limited) for run in runs.values()),
        "last_run": iso(entry.newest.created_at),
        "last_run_id": entry.newest.id,
    }


def ranked(models: Sequence[Values], sort: str) -> list[Values]:
    """Return models, the best first, with their ranks; those whose figure is not known come last, without one."""
    name, sign = ORDERS[sort]
    known = sorted(
        (model for model in models if model[name] is not None),
        key=lambda model: (sign * model[name], model["model_id"], model["provider_key"]),
    )
    unknown = sorted(
        (model for model in models if model[name] is None),
        key=lambda model: (model["model_id"], model["provider_key"]),
    )
    ranks = [{"rank": rank, **model} for rank, model in enumerate(known, 1)]
    return ranks + [{"rank": None, **model} for model in unknown]


def csv_rows(board: Values) -> Iterable[Values]:
    """Yield the lines of a file: an interval is two columns."""
    for model in board["models"]:
        intervals = {name.removesuffix("_interval"): ends for name, ends in model.items() if "_interval" in name}
        bounds = {
            f"{name}_{end}": ends and ends[at]
            for name, ends in intervals.items()
            for at, end in enumerate(("low", "high"))
        }
        yield {**model, **bounds, "slo": board["slo"]}


def _requests(result: Any) -> int:  # noqa: ANN401 - a row
    return result.success_count + result.error_count


def _percentiles(name: str, values: Iterable[float], *percents: int) -> Values:
    """Return percentiles of values, each with its interval; null where there are none."""
    ordered, told = sorted(values), {}
    for percent in percents:
        told[f"{name}_p{percent}"] = percentile(ordered, percent) if ordered else None
        told[f"{name}_p{percent}_interval"] = bootstrap_interval(ordered, percent) if ordered else None
    return told


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _weighted(results: Iterable[Any]) -> float | None:
    """Return output tokens per second of whole answers: the mean of all successes, by those of each run."""
    known = [result for result in results if result.tokens_per_second is not None and result.success_count]
    total = sum(result.success_count for result in known)
    return (
        math.fsum(result.tokens_per_second * result.success_count for result in known) / total if total else None
    )
