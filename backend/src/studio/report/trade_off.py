"""Throughput against latency: what nothing else beats in both lies on the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.report import blocks, scales
from src.studio.report.blocks import Column
from src.studio.report.looks import line_sample
from src.studio.report.plot import Axis, Plot, facets
from src.studio.report.points import curves, load_text
from src.studio.report.words import Durations, milliseconds, name_tag, rate, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.report.looks import Look
    from src.studio.report.points import Point

FRONT = line_sample("front: nothing is better in both", kind="front", ring="front")

Placed = tuple["Point", float, float]
"""A point, its latency in ms, its throughput in tokens per second."""


def front_of(placed: Iterable[Placed]) -> list[Placed]:
    """Return those that no other one beats in latency and throughput alike, by rising latency."""
    best: list[Placed] = []
    for item in sorted(placed, key=lambda item: (item[1], -item[2])):
        if not best or item[2] > best[-1][2]:
            best.append(item)
    return best


def trade_off_card(points: Sequence[Point], looks: Mapping[str, Look]) -> str:
    """Return throughput against latency, for each model along its loads. Empty where that is one point."""
    placed = _placed(points)
    if len(placed) < 2:  # noqa: PLR2004 - one alone is better than nothing
        return ""
    unit = Durations.of(latency for _, latency, _ in placed)
    x = Axis(f"whole answer, p95, {unit.unit}", scales.latencies(latency for _, latency, _ in placed), unit.short)
    y = Axis("tokens out per second, all together", scales.from_zero(tps for *_, tps in placed), short)
    plot = Plot("Throughput against latency", x, y)
    front = front_of(placed)
    found = {key: _placed(of) for key, of in curves(points).items()}
    there = {key: of for key, of in found.items() if of}
    names = {key: of[0][0].name for key, of in there.items()}
    drawn = blocks.drawn_first(names, [point.key for point, *_ in front] + list(names))
    drawn = {key: names[key] for key in dict.fromkeys(drawn)}
    if len(front) > 1:
        plot.front([(latency, tps) for _, latency, tps in front])
    for key in drawn:
        plot.line([(latency, tps) for _, latency, tps in there[key]], looks[key])
        plot.marks([(latency, tps, _note(point, latency, tps)) for point, latency, tps in there[key]], looks[key])
    for point, latency, tps in front:
        plot.ring(latency, tps, _note(point, latency, tps), kind="front")
    heads = [
        Column("Model", is_figure=False),
        Column("Load", is_figure=False),
        Column(f"Whole answer, p95, {unit.unit}"),
        Column("Tokens out per s"),
        Column("Front", is_figure=False),
    ]
    on_front = {id(point) for point, *_ in front}
    rows = [
        [name_tag(point.name), load_text(point), unit(latency), rate(tps), "yes" if id(point) in on_front else ""]
        for point, latency, tps in placed
    ]
    return blocks.card(
        "Throughput against latency",
        blocks.legend(drawn, looks, [FRONT]) + facets([plot]),
        note=" ".join(filter(None, ("Up and to the left is better.", blocks.left_out(len(drawn), len(names))))),
        figures=blocks.table("Throughput against latency", heads, rows),
    )


def _placed(points: Iterable[Point]) -> list[Placed]:
    found = []
    for point in points:
        latency, tps = point.stat("request_latency_ms", "p95"), point.figure("output_tps")
        if latency is not None and tps is not None:
            found.append((point, latency, tps))
    return found


def _note(point: Point, latency: float, tps: float) -> str:
    load = f", {load_text(point)}" if load_text(point) else ""
    return f"{point.name}{load}: p95 {milliseconds(latency)}, {rate(tps)} tokens per second"
