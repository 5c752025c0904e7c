"""How times are spread: the share of requests that took at most so long."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from src.studio.report import blocks, scales
from src.studio.report.blocks import Column
from src.studio.report.limits import knee_points
from src.studio.report.looks import DASHES, MARKERS, MOST_LOOKS, Look, sample
from src.studio.report.plot import Axis, Plot, facets
from src.studio.report.points import load_text, models_of, size_text
from src.studio.report.words import UNKNOWN, Durations, esc, milliseconds, name_tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.report.limits import Knee
    from src.studio.report.points import Point

SHARES = scales.Scale(0, 100, (0, 25, 50, 75, 95))
MARKED = (50.0, 95.0)
NAMED = (5, 25, 50, 75, 90, 95, 99)
SMALLEST_MS = 0.1
"""For logarithms: what one read of the socket brought has no time between its parts."""
MOST_LOADS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """A distribution to be drawn: of a model among others, or of one load of the only model."""

    name: str
    point: Point
    look: Look


def chosen_curves(
    points: Sequence[Point], knees: list[Knee], looks: Mapping[str, Look]
) -> tuple[list[Curve], str]:
    """Return what to compare, and where that is, in words: models at one load and size, never mixed.

    Of several loads it is the smallest one that is a knee, else the largest, of those that most models have. A
    single model is shown at its first load, its knee, and its last.
    """
    if not points:
        return [], ""
    size = min(point.size for point in points)
    of_size = [point for point in points if point.size == size]
    several_sizes = len({point.size for point in points}) > 1
    where = [size_text(size)] if several_sizes and size_text(size) else []
    if len(models_of(of_size)) == 1:
        return _loads_of_one(of_size, knees, looks), ", ".join(where)
    counts = Counter((point.load_mode, point.load) for point in of_size)
    most = max(counts.values())
    usual = [point for point in of_size if counts[point.load_mode, point.load] == most]
    at_knee = sorted(knee_points(knees, usual), key=lambda point: point.load or 0)
    chosen = at_knee[0] if at_knee else max(usual, key=lambda point: point.load or 0)
    alike = [point for point in usual if (point.load_mode, point.load) == (chosen.load_mode, chosen.load)]
    if len(counts) > 1 and load_text(chosen):
        where.insert(0, load_text(chosen))
    return [Curve(point.name, point, looks[point.key]) for point in alike], ", ".join(where)


def cdf_card(curves: Sequence[Curve], metric: str, title: str, where: str) -> str:
    """Return the distribution of a metric. Empty where none is known."""
    spreads = [(curve, spread) for curve in curves if (spread := curve.point.quantiles(metric))]
    if not spreads:
        return ""
    drawn = spreads[:MOST_LOOKS]
    inner = [value for _, spread in drawn for at, value in spread if 0 < at < 100]  # noqa: PLR2004
    unit = Durations.of(inner)
    x = Axis(unit.unit, scales.latencies(max(value, SMALLEST_MS) for value in inner), unit.short)
    plot = Plot(f"{title}: share of them that took at most so long", x, Axis("share, %", SHARES, "{:g}".format))
    for curve, spread in drawn:
        plot.line([(value, at) for at, value in spread], curve.look)
        plot.marks([_mark(curve, spread, at) for at in MARKED], curve.look)
    entries = "".join(f"<li>{sample(curve.look)}{name_tag(curve.name)}</li>" for curve, _ in drawn)
    told = [f"{esc(where[0].upper() + where[1:])}." if where else "", blocks.left_out(len(drawn), len(spreads))]
    return blocks.card(
        title,
        f'<ul class="legend">{entries}</ul>{facets([plot])}',
        note=" ".join(filter(None, told)),
        figures=_table(title, spreads, unit),
    )


Spread = list[tuple[float, float]]


def _loads_of_one(points: list[Point], knees: list[Knee], looks: Mapping[str, Look]) -> list[Curve]:
    """Return the curves of a model's first and last load, its knee, and one between: one colour, other lines."""
    ordered = sorted(points, key=lambda point: point.load or 0)
    wanted = [ordered[0], *knee_points(knees, ordered), ordered[len(ordered) // 2], ordered[-1]]
    chosen = sorted(
        {id(point): point for point in wanted[:MOST_LOADS]}.values(), key=lambda point: point.load or 0
    )
    return [
        Curve(
            load_text(point) or point.name,
            point,
            replace(looks[point.key], dash=DASHES[at % len(DASHES)], marker=at % len(MARKERS)),
        )
        for at, point in enumerate(chosen)
    ]


def _mark(curve: Curve, spread: Spread, at: float) -> tuple[float, float, str]:
    value = _value_at(spread, at) or 0.0
    return value, at, f"{curve.name}: {at:g} % took at most {milliseconds(value)}"


def _value_at(spread: Spread, percent: float) -> float | None:
    """Return a percentile, between those that are known; None beyond them."""
    for (before, low), (after, high) in pairwise(spread):
        if before <= percent <= after:
            share = (percent - before) / (after - before) if after > before else 0.0
            return low + (high - low) * share
    return None


def _table(title: str, spreads: Sequence[tuple[Curve, Spread]], unit: Durations) -> str:
    heads = [Column("Of", is_figure=False), Column("n")]
    heads += [Column(f"p{at}, {unit.unit}") for at in NAMED]
    rows = [
        [name_tag(curve.name), _n(curve), *(unit(_value_at(spread, at)) for at in NAMED)]
        for curve, spread in spreads
    ]
    return blocks.table(title, heads, rows)


def _n(curve: Curve) -> str:
    n = curve.point.stat("ttft_ms", "n")
    return UNKNOWN if n is None else f"{n:,.0f}"
