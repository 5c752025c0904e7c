"""Figures in columns, for a terminal; unknown ones are a dash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.core.csv import to_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNKNOWN = "\N{EN DASH}"
GAP = "  "
MINUTE, HOUR = 60, 3600
DIGITS = 3
LONG_MS = 10_000
TIMES = ("ttft_ms", "itl_ms", "request_latency_ms", "scheduled_ttft_ms", "scheduled_latency_ms")
PERCENTILES = ("p50", "p95", "p99")
DISPENSABLE = (
    *("ITL p99", "latency p99", "ITL p95", "TTFT p99", "latency p50", "requests/s", "USD", "good", "ITL p50"),
    *("latency p95", "tokens/s"),
)
COLUMNS = (
    *("point", "state", "model_id", "provider", "context_tokens", "output_tier", "load_mode", "load", "runs"),
    *("success_count", "error_count", "error"),
    *(f"{time}_{percentile}" for time in TIMES for percentile in PERCENTILES),
    *("output_tps_user_p50", "dispatch_delay_ms_p99", "avg_tokens_per_second", "request_rate", "output_tps"),
    *("offered_rate", "goodput", "goodput_share", "input_tokens", "output_tokens", "reasoning_tokens"),
    *("cached_tokens", "tokens_source", "cost", "confidence_level"),
)
"""Of `summary.csv`."""


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines whose columns stand below each other: the first to the left, figures to the right."""
    lines = [head, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return [
        GAP.join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]


def result_lines(points: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """Return the table of results: a line for each point.

    Columns that no point has a figure for are left out, and where it is wider than a terminal, so are the first of
    `DISPENSABLE`.
    """
    shown = {title: cells for title, cells in _columns(points).items() if set(cells) != {UNKNOWN}}
    for title in DISPENSABLE:
        lines = aligned(list(shown), list(zip(*shown.values(), strict=True)))
        if width is None or len(lines[0]) <= width:
            break
        shown.pop(title, None)
    return aligned(list(shown), list(zip(*shown.values(), strict=True)))


def _columns(points: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {
        "point": [point["point"] for point in points],
        "requests": [f"{point['runs']:,}" for point in points],
        "failed": [f"{point['error_count']:,}" for point in points],
    }
    for title, name in (("TTFT", "ttft_ms"), ("ITL", "itl_ms"), ("latency", "request_latency_ms")):
        for percentile in PERCENTILES:
            columns[f"{title} {percentile}"] = _times([_statistic(point, name, percentile) for point in points])
    if any(point["offered_rate"] is not None for point in points):
        scheduled = [_statistic(point, "scheduled_ttft_ms", "p95") for point in points]
        columns["TTFT p95 from schedule"] = _times(scheduled)
    for title, name in (("requests/s", "request_rate"), ("tokens/s", "output_tps"), ("goodput/s", "goodput")):
        columns[title] = _alike([point[name] for point in points], 2)
    columns["good"] = [_share(point["goodput_share"]) for point in points]
    columns["USD"] = [UNKNOWN if point["cost"] is None else f"{point['cost']:.6g}" for point in points]
    return columns


def csv_text(summary: Mapping[str, Any]) -> str:
    """Return the points of a summary as CSV, in full figures."""
    return to_csv(COLUMNS, (_csv_row(point, summary["state"]) for point in summary["points"]))


def duration(seconds: float) -> str:
    """Write a duration: "42 s", "3 min 10 s", "1 h 5 min"."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def _csv_row(point: Mapping[str, Any], state: str) -> dict[str, Any]:
    statistics = point["statistics"]
    times = {f"{time}_{at}": _statistic(point, time, at) for time in TIMES for at in PERCENTILES}
    counts = ("reasoning_tokens", "cached_tokens", "tokens_source")
    own = {
        "state": state,
        "output_tps_user_p50": _statistic(point, "output_tps_user", "p50"),
        "dispatch_delay_ms_p99": _statistic(point, "dispatch_delay_ms", "p99"),
    }
    return {**point, **times, **{name: statistics.get(name) for name in counts}, **own}


def _statistic(point: Mapping[str, Any], name: str, statistic: str) -> float | None:
    figures = point["statistics"].get(name)
    return None if figures is None else figures[statistic]


def _times(values: Sequence[float | None]) -> list[str]:
    """Write times in one unit: seconds where one is long."""
    in_seconds = max((value for value in values if value is not None), default=0.0) >= LONG_MS
    unit, size, most = ("s", 1000, 2) if in_seconds else ("ms", 1, 1)
    figures = _alike([None if value is None else value / size for value in values], most)
    return [figure if figure == UNKNOWN else f"{figure} {unit}" for figure in figures]


def _alike(values: Sequence[float | None], most: int) -> list[str]:
    """Write figures with as many decimals each as the smallest one needs to have three digits, `most` at most."""
    least = min((value for value in values if value), default=0.0)
    digits = len(f"{least:.0f}")
    decimals = min(most, max(0, DIGITS - digits))
    return [UNKNOWN if value is None else f"{value:,.{decimals}f}" for value in values]


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.1f}%"
