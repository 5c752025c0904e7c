"""What a longer context costs: TTFT and speed by its length, where several were tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.report import blocks, scales
from src.studio.report.blocks import Column
from src.studio.report.plot import Axis, Plot, facets
from src.studio.report.values import known
from src.studio.report.words import Durations, milliseconds, name_tag, rate, short, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from src.studio.report.looks import Look
    from src.studio.report.points import Point

FEWEST_SIZES = 3


def size_cards(points: Sequence[Point], looks: Mapping[str, Look]) -> list[str]:
    """Return TTFT and speed by length of context, for points of one load. None where there are few lengths."""
    found: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda point: point.context_tokens):
        found.setdefault(point.key, []).append(point)
    if len({point.context_tokens for point in points}) < FEWEST_SIZES:
        return []
    names = blocks.drawn_first({key: of[0].name for key, of in found.items()}, list(found))
    curves = {key: found[key] for key in names}
    unit = Durations.of(point.stat("ttft_ms", name) for point in points for name in ("p50", "p95"))
    return [
        _card("Time to first token by length of context", curves, looks, {
            name: (lambda p, n=name: p.stat("ttft_ms", n)) for name in ("p50", "p95")
        }, (unit.unit, unit.short, unit, milliseconds)),
        _card("Tokens per second by length of context", curves, looks, {
            "p50": lambda p: p.stat("output_tps_user", "p50"),
        }, ("tokens per second, each", short, rate, rate)),
    ]  # fmt: skip


Words = tuple[str, "Callable[[float], str]", "Callable[[float | None], str]", "Callable[[float], str]"]
"""An axis's title and labels, a table's cells, and a note's figure."""


def _card(
    title: str,
    curves: Mapping[str, Sequence[Point]],
    looks: Mapping[str, Look],
    values: Mapping[str, Callable[[Point], float | None]],
    words: Words,
) -> str:
    unit, label, cell, note = words
    there = known(value(point) for of in curves.values() for point in of for value in values.values())
    if not there:
        return ""
    sizes = [point.context_tokens for of in curves.values() for point in of]
    x = Axis("tokens of context", scales.loads(sizes), lambda value: tokens(int(value)))
    y = Axis(unit, scales.from_zero(there), label)
    plots = []
    for name, value_of in values.items():
        plot = Plot(f"{title}, {name}", x, y, heading=name if len(values) > 1 else "")
        for key, of in curves.items():
            line = [(point.context_tokens, value, point) for point in of if (value := value_of(point)) is not None]
            plot.line([(size, value) for size, value, _ in line], looks[key])
            for size, value, point in line:
                told = f"{point.name}, {tokens(int(size))}: {name} {note(value)}, n = {point.successes:,}"
                plot.marks([(size, value, told)], looks[key], kind="" if point.is_sure else "open")
        plots.append(plot)
    heads = [Column("Model", is_figure=False), Column("Context, tokens"), Column("n")]
    heads += [Column(f"{name}, {unit}") for name in values]
    rows = [
        [name_tag(p.name), f"{p.context_tokens:,}", f"{p.successes:,}", *(cell(of(p)) for of in values.values())]
        for line in curves.values()
        for p in line
    ]
    legend = blocks.legend({key: of[0].name for key, of in curves.items()}, looks)
    return blocks.card(title, legend + facets(plots), figures=blocks.table(title, heads, rows), kind="wide")
