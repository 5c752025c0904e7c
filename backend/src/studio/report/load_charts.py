"""What happens as the load grows: latencies, throughput and goodput, and what either costs of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.report import blocks, scales
from src.studio.report.blocks import Column
from src.studio.report.limits import knee_points
from src.studio.report.looks import line_sample
from src.studio.report.plot import Axis, Plot, facets
from src.studio.report.points import PERCENTILES, curves, load_text
from src.studio.report.values import known
from src.studio.report.words import Durations, esc, name_tag, percent, rate, short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from src.studio.report.limits import Knee
    from src.studio.report.looks import Look
    from src.studio.report.points import Point

LOAD_TITLES = {"concurrency": "requests at once", "rate": "requests sent per second"}
SPLIT = {"p50": "", "p95": "7 4", "p99": "2 3"}
"""The dashes of percentiles, where one chart has all of them."""
SMOOTH = 24
RARE = "A p99 needs 100 answers: where there are fewer, it is not drawn."
KNEE = line_sample("knee", ring="knee")
HOLLOW = '<span class="hollow" aria-hidden="true"></span>too few answers to be sure of'


@dataclass(frozen=True, slots=True)
class Loaded:
    """The points of one mode and size, and how their models look."""

    mode: str
    points: list[Point]
    knees: list[Knee]
    looks: Mapping[str, Look]
    limits: Mapping[str, float]

    @property
    def curves(self) -> dict[str, list[Point]]:
        """The points of the models that are drawn, by rising load."""
        found = curves(self.points)
        names = blocks.drawn_first({key: of[0].name for key, of in found.items()}, _best(found))
        return {key: found[key] for key in names}

    @property
    def note(self) -> str:
        """What is to be said where not all are drawn."""
        return blocks.left_out(len(self.curves), len({point.key for point in self.points}))

    @property
    def x(self) -> Axis:
        """The axis of loads."""
        return Axis(LOAD_TITLES[self.mode], scales.loads(point.load or 0 for point in self.points), short)

    def legend(self, *extra: str) -> str:
        """Return who has which look."""
        has_few = any(not point.is_sure for of in self.curves.values() for point in of)
        shown = [*([KNEE] if knee_points(self.knees, self.points) else []), *([HOLLOW] if has_few else []), *extra]
        return blocks.legend({key: of[0].name for key, of in self.curves.items()}, self.looks, shown)


def latency_card(loaded: Loaded, metric: str, title: str, limit: str) -> str:
    """Return how long requests take at each load: p50, p95, p99. Empty where nobody measured it.

    One model has its three lines in one chart; several have a chart for each percentile, of one height.
    """
    columns = {name: _values(loaded, f"{metric}", name) for name in PERCENTILES}
    values = [value for found in columns.values() for value in found]
    if not values:
        return ""
    most = loaded.limits.get(limit)
    unit = Durations.of(values)
    near = [most] if most is not None and most <= 2 * max(values) else []
    y = Axis(unit.unit, scales.latencies([*values, *near]), unit.short)
    shown = [name for name in PERCENTILES if columns[name]]
    draw = _all_in_one if len(loaded.curves) == 1 else _each_apart
    plots = draw(loaded, metric, title, y, shown)
    if most is not None:
        for plot in plots:
            plot.limit(most, f"limit {short(most / (1000 if unit.unit == 's' else 1))} {unit.unit}")
    rare = RARE if len(columns["p99"]) < len(columns["p50"]) else ""
    above = f"The limit of {short(most)} ms lies above the chart." if most is not None and not near else ""
    extra = [line_sample(name, dash=SPLIT[name]) for name in shown] if draw is _all_in_one else []
    return blocks.card(
        title,
        loaded.legend(*extra) + facets(plots),
        note=" ".join(filter(None, (loaded.note, above, rare))),
        figures=_table(
            loaded, title, [(name, unit.unit, lambda p, n=name: unit(p.stat(metric, n))) for name in shown]
        ),
        kind="wide" if len(plots) > 1 else "",
    )


def goodput_card(loaded: Loaded, slo: str) -> str:
    """Return how many requests a second were answered, and with limits: how many of them within these."""
    has_goodput = bool(slo) and any(point.figure("goodput") is not None for point in loaded.points)
    main = "goodput" if has_goodput else "request_rate"
    values = known(point.figure(name) for point in loaded.points for name in {main, "request_rate"})
    if not values:
        return ""
    title = "Requests within the limits" if has_goodput else "Requests answered"
    y = Axis("per second", scales.from_zero(values), short)
    plot = Plot(f"{title} per second, by {LOAD_TITLES[loaded.mode]}", loaded.x, y)
    for key, of in loaded.curves.items():
        look = loaded.looks[key]
        if has_goodput:
            plot.line(_line(of, "request_rate"), look, dash="1 4", kind="faint")
        plot.line(_line(of, main), look)
        _mark(plot, of, look, lambda point: point.figure(main), lambda value: f"{rate(value)} per second")
    if loaded.mode == "rate":
        plot.front(_as_sent(loaded.x.scale, y.scale.high))
    _ring(plot, loaded, lambda point: point.figure(main))
    notes = [loaded.note]
    extra = []
    if has_goodput:
        notes.insert(0, f"Limits: <code>{esc(slo)}</code>.")
        extra.append(line_sample("all that were answered", dash="1 4"))
    if loaded.mode == "rate":
        extra.append(line_sample("as many as were sent", kind="front"))
    figures: list[_Figure] = [
        ("within the limits", "per s", lambda point: rate(point.figure("goodput"))),
        ("of all", "", lambda point: percent(point.figure("goodput_share"))),
    ] if has_goodput else []  # fmt: skip
    figures.append(("answered", "per s", lambda point: rate(point.figure("request_rate"))))
    figures.append(("tokens out", "per s", lambda point: rate(point.figure("output_tps"))))
    return blocks.card(
        f"{title} per second",
        loaded.legend(*extra) + facets([plot]),
        note=" ".join(filter(None, notes)),
        figures=_table(loaded, title, figures),
    )


_Figure = tuple[str, str, "Callable[[Point], str]"]


def _as_sent(x: scales.Scale, most: float) -> list[tuple[float, float]]:
    """Return the line of as many answers as were sent, as far as the chart goes; a log axis bends it."""
    last = min(x.high, most)
    steps = [x.low * (last / x.low) ** (at / SMOOTH) for at in range(SMOOTH + 1)] if x.low < last else []
    return [(rate_, rate_) for rate_ in steps]


def _all_in_one(loaded: Loaded, metric: str, title: str, y: Axis, shown: Sequence[str]) -> list[Plot]:
    (key, of), *_ = loaded.curves.items()
    plot = Plot(f"{title}: {', '.join(shown)}, by {LOAD_TITLES[loaded.mode]}", loaded.x, y)
    for name in shown:
        plot.line(_stats(of, metric, name), loaded.looks[key], dash=SPLIT[name])
        _mark(plot, of, loaded.looks[key], lambda p, n=name: p.stat(metric, n), lambda v, n=name: f"{n} {_ms(v)}")
    _ring(plot, loaded, lambda point: point.stat(metric, shown[0]))
    return [plot]


def _each_apart(loaded: Loaded, metric: str, title: str, y: Axis, shown: Sequence[str]) -> list[Plot]:
    plots = []
    for name in shown:
        plot = Plot(f"{title}, {name}, by {LOAD_TITLES[loaded.mode]}", loaded.x, y, heading=name)
        for key, of in loaded.curves.items():
            plot.line(_stats(of, metric, name), loaded.looks[key])
            _mark(
                plot, of, loaded.looks[key], lambda p, n=name: p.stat(metric, n), lambda v, n=name: f"{n} {_ms(v)}"
            )
        _ring(plot, loaded, lambda point, name=name: point.stat(metric, name))
        plots.append(plot)
    return plots


def _mark(
    plot: Plot,
    points: Sequence[Point],
    look: Look,
    value_of: Callable[[Point], float | None],
    words: Callable[[float], str],
) -> None:
    for point in points:
        value = value_of(point)
        if value is not None and point.load is not None:
            note = f"{point.name}, {load_text(point)}: {words(value)}, n = {point.successes:,}"
            plot.marks([(point.load, value, note)], look, kind="" if point.is_sure else "open")


def _ring(plot: Plot, loaded: Loaded, value_of: Callable[[Point], float | None]) -> None:
    for point in knee_points(loaded.knees, [point for of in loaded.curves.values() for point in of]):
        value = value_of(point)
        if value is not None and point.load is not None:
            plot.ring(point.load, value, f"knee of {point.name}: {load_text(point)}")


def _line(points: Sequence[Point], name: str) -> list[tuple[float, float]]:
    return [(point.load or 0, value) for point in points if (value := point.figure(name)) is not None]


def _stats(points: Sequence[Point], metric: str, name: str) -> list[tuple[float, float]]:
    return [(point.load or 0, value) for point in points if (value := point.stat(metric, name)) is not None]


def _values(loaded: Loaded, metric: str, name: str) -> list[float]:
    return known(point.stat(metric, name) for of in loaded.curves.values() for point in of)


def _table(loaded: Loaded, caption: str, figures: Sequence[_Figure]) -> str:
    heads = [Column("Model", is_figure=False), Column(LOAD_TITLES[loaded.mode].capitalize()), Column("n")]
    heads += [Column(f"{head}{f', {unit}' if unit else ''}") for head, unit, _ in figures]
    rows = [
        [
            name_tag(point.name),
            short(point.load or 0),
            f"{point.successes:,}",
            *(cell(point) for *_, cell in figures),
        ]
        for of in curves(loaded.points).values()
        for point in of
    ]
    return blocks.table(caption, heads, rows)


def _best(found: Mapping[str, list[Point]]) -> list[str]:
    """Return the models, those that answer soonest at their smallest load first."""
    return sorted(found, key=lambda key: found[key][0].stat("ttft_ms", "p50") or float("inf"))


def _ms(value: float) -> str:
    unit = Durations.of([value])
    return f"{unit(value)} {unit.unit}"
