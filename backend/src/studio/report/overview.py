"""The main table: a row for each point, with its median, how sure it is, and how far the slow end lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.report import blocks, scales
from src.studio.report.blocks import Column
from src.studio.report.points import load_text, size_text
from src.studio.report.values import known
from src.studio.report.words import Durations, count, esc, money, name_tag, rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.report.looks import Look
    from src.studio.report.points import Point
    from src.studio.report.scales import Scale

TOO_FEW = '<span class="few" title="The p99 needs 100 answers.">n too small</span>'
FEW = '<span class="few" title="Few answers that differ much: not sure.">{}</span>'
FEWEST_FOR_P99 = 100


def overview(points: Sequence[Point], looks: Mapping[str, Look], *, has_slo: bool) -> str:
    """Return the table of all points."""
    ttft = Durations.of(value for point in points for value in _whisker(point))
    latency = Durations.of(point.stat("request_latency_ms", name) for point in points for name in ("p50", "p95"))
    itl = Durations.of(point.stat("itl_ms", "p50") for point in points)
    scale = scales.latencies(value for point in points for value in known(_whisker(point)))
    has_cost = any(point.figure("cost") is not None for point in points)
    has_schedule = any(map(_from_schedule, points))
    with_size = len({point.size for point in points}) > 1
    groups = [
        ("", 1),
        (f"Time to first token, {ttft.unit}", 5 if has_schedule else 4),
        ("Each reader", 2),
        (f"Whole answer, {latency.unit}", 2),
        ("All together, per second", 3 if has_slo else 2),
        ("", 3 if has_cost else 2),
    ]
    heads = [
        Column("Model", is_figure=False),
        *(Column(name) for name in ("p50", "p95", "p99")),
        *([Column("p95 from schedule")] if has_schedule else []),
        Column(_scale_head(scale, ttft), is_figure=False, kind="spread"),
        Column(f"{itl.unit} a token"),
        Column("tok/s"),
        *(Column(name) for name in ("p50", "p95")),
        Column("requests"),
        Column("tokens"),
        *([Column("in limits")] if has_slo else []),
        Column("n"),
        Column("failed"),
        *([Column("USD")] if has_cost else []),
    ]

    def row(point: Point) -> list[str]:
        return [
            _name(point, looks[point.key], with_size=with_size),
            ttft(point.stat("ttft_ms", "p50")),
            ttft(point.stat("ttft_ms", "p95")),
            p99(point, ttft),
            *([ttft(_from_schedule(point))] if has_schedule else []),
            whisker(point, scale, ttft, looks[point.key]),
            itl(point.stat("itl_ms", "p50")),
            rate(point.stat("output_tps_user", "p50")),
            latency(point.stat("request_latency_ms", "p50")),
            latency(point.stat("request_latency_ms", "p95")),
            rate(point.figure("request_rate")),
            rate(point.figure("output_tps")),
            *([rate(point.figure("goodput"))] if has_slo else []),
            f"{point.successes:,}" if point.is_sure else FEW.format(f"{point.successes:,}"),
            f'<span class="bad">{point.failures:,}</span>' if point.failures else "0",
            *([money(point.figure("cost"))] if has_cost else []),
        ]

    return blocks.table("All points", heads, (row(point) for point in points), groups)


def _from_schedule(point: Point) -> float | None:
    """Return the p95 since requests of a rate were due, None in a closed loop, where they never are late."""
    return point.stat("scheduled_ttft_ms", "p95") if point.load_mode == "rate" else None


def _name(point: Point, look: Look, *, with_size: bool) -> str:
    """Return the model's name, and below it where it was measured."""
    where = ", ".join(filter(None, (load_text(point), size_text(point.size) if with_size else "")))
    below = f"<small>{esc(where)}</small>" if where else ""
    return f'<span class="model" style="--c:{look.color}">{name_tag(point.name)}{below}</span>'


def p99(point: Point, unit: Durations) -> str:
    """Return the p99 of the TTFT, or that there are too few answers for one."""
    found = point.stat("ttft_ms", "p99")
    n = point.stat("ttft_ms", "n")
    return TOO_FEW if found is None and n is not None and n < FEWEST_FOR_P99 else unit(found)


def whisker(point: Point, scale: Scale, unit: Durations, look: Look) -> str:
    """Return the median as a mark in its interval, and a line to the p95."""
    p50, p95 = point.stat("ttft_ms", "p50"), point.stat("ttft_ms", "p95")
    if p50 is None:
        return '<span class="few">no answer</span>'
    at = scale.percent(p50)
    to = at if p95 is None else scale.percent(p95)
    interval = point.interval("ttft_ms", "p50")
    box, told = "", ""
    if interval:
        low, high = (scale.percent(end) for end in interval)
        box = f'<rect class="interval" x="{low:g}%" width="{max(high - low, 0.4):g}%" y="5" height="10" rx="3"/>'
        told = f" (95 % interval {unit(interval[0])} to {unit(interval[1])})"
    label = f"p50 {unit(p50)}{told}, p95 {unit(p95)} {unit.unit}, n = {count(point.successes)}"
    return (
        f'<svg class="whisker" role="img" aria-label="{esc(label)}" style="color:{look.color}">'
        f"<title>{esc(label)}</title>{box}"
        f'<line class="reach" x1="{at:g}%" x2="{to:g}%" y1="10" y2="10"/>'
        f'<line class="foot" x1="{to:g}%" x2="{to:g}%" y1="6" y2="14"/>'
        f'<use class="mark" href="#mark-{look.marker}" x="{at:g}%" y="10"/></svg>'
    )


def _whisker(point: Point) -> list[float | None]:
    return [point.stat("ttft_ms", "p50"), point.stat("ttft_ms", "p95")]


def _scale_head(scale: Scale, unit: Durations) -> str:
    ends = [scale.ticks[0], scale.ticks[-1]] if scale.ticks else []
    if len(set(ends)) < len(("low", "high")):
        return ""
    marks = "".join(
        f'<span style="inset-inline-start:{scale.percent(end):g}%">{unit.short(end)}</span>' for end in ends
    )
    return f'<span class="scale" aria-hidden="true">{marks}</span>'
