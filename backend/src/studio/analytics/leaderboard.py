"""The models' leaderboard: all requests of a model at one load, as if they were of one run."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.analytics.repository import RESULT
from src.studio.engine.statistics import bootstrap_interval, percentile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.analytics.repository import ModelKey, RunSeen

Values = dict[str, Any]

MS_PER_SECOND = 1000
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
    """What there is of a model at one load: results (`RESULT`), their runs, and times of successful requests."""

    results: list[Sequence[Any]] = field(default_factory=list)
    runs: dict[str, RunSeen] = field(default_factory=dict)
    ttft_ms: list[float] = field(default_factory=list)
    itl_ms: list[float] = field(default_factory=list)

    @cached_property
    def newest(self) -> RunSeen:
        """The run that was asked for last."""
        return max(self.runs.values())

    @cached_property
    def columns(self) -> dict[str, Sequence[Any]]:
        """Its results by column: there are hundreds of them, and rows are slow to look into."""
        return dict(zip(RESULT, zip(*self.results, strict=True), strict=True))

    def judged(self, slo: str | None) -> list[tuple[str, float, float | None]]:
        """Return run, goodput and its share of results that were judged by some limits; by any where None."""
        rows = zip(*(self.columns[name] for name in ("run_id", "goodput", "goodput_share")), strict=True)
        return [row for row in rows if row[1] is not None and slo in {None, self.runs[row[0]].slo}]


def entries_of(
    results: Iterable[Sequence[Any]], values: Iterable[Sequence[Any]], runs: Mapping[str, RunSeen]
) -> dict[ModelKey, Entry]:
    """Return what there is of each model. A run that ended between two questions is in the next answer."""
    found: defaultdict[ModelKey, Entry] = defaultdict(Entry)
    for result in results:
        provider_key, model_id, run_id, *_ = result
        if (run := runs.get(run_id)) is not None:
            entry = found[provider_key, model_id]
            entry.results.append(result)
            entry.runs[run_id] = run
    for provider_key, model_id, ttft_ms, itl_ms in values:
        entry = found.get((provider_key, model_id))
        if entry is None:
            continue
        if ttft_ms is not None:
            entry.ttft_ms.append(ttft_ms)
        if itl_ms:
            entry.itl_ms.append(itl_ms)
    return found


def slos_of(entries: Iterable[Entry]) -> list[str]:
    """Return which limits goodput was judged by, those of the newest run first."""
    runs = [entry.runs[run_id] for entry in entries for run_id, *_ in entry.judged(None)]
    judged = {(run.created_ms, run.slo) for run in runs if run.slo}
    return list(dict.fromkeys(slo for _, slo in sorted(judged, reverse=True)))


def figures_of(entry: Entry, slo: str | None) -> Values:
    """Return a model's figures; what nothing is known of is null."""
    of = entry.columns
    judged = [] if slo is None else entry.judged(slo)
    speeds = [MS_PER_SECOND / itl for itl in entry.itl_ms]
    medians = [median for median in of["ttft_ms_p50"] if median is not None]
    return {
        "n": len(entry.ttft_ms),
        "success_count": sum(of["success_count"]),
        "error_count": sum(of["error_count"]),
        **_percentiles("ttft_ms", entry.ttft_ms, 50, 95),
        "ttft_ms_p50_of_runs": (min(medians), max(medians)) if medians else None,
        **_percentiles("output_tps_user", speeds, 50),
        "output_tps": _mean(of["output_tps"]),
        "goodput": _mean(goodput for _, goodput, _ in judged),
        "goodput_share": _mean(share for _, _, share in judged),
        "goodput_runs": len({run_id for run_id, _, _ in judged}),
        **_costs(of),
        "avg_tps": _weighted(of["tokens_per_second"], of["success_count"]),
        "avg_ttft_ms": _mean(entry.ttft_ms),
        "avg_output_speed_tps": _mean(speeds),
        "avg_itl_ms": _mean(entry.itl_ms),
        "total_runs": len(entry.runs),
        "client_limited_runs": sum(bool(run.client_limited) for run in entry.runs.values()),
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


def _costs(of: Mapping[str, Sequence[Any]]) -> Values:
    """Return USD per thousand output tokens, and per request, of results whose cost is known."""
    counted = zip(*(of[name] for name in ("cost", "output_tokens", "success_count", "error_count")), strict=True)
    known = [row for row in counted if row[0] is not None]
    cost = math.fsum(usd for usd, *_ in known)
    tokens = sum(count or 0 for _, count, *_ in known)
    requests = sum(successes + errors for *_, successes, errors in known)
    return {
        "cost_per_1k_output_tokens": 1000 * cost / tokens if tokens else None,
        "avg_cost": cost / requests if requests else None,
    }


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


def _weighted(means: Iterable[float | None], counts: Iterable[int]) -> float | None:
    """Return the mean of all that several means are of, by how many that are."""
    known = [(mean, count) for mean, count in zip(means, counts, strict=True) if mean is not None and count]
    total = sum(count for _, count in known)
    return math.fsum(mean * count for mean, count in known) / total if total else None
