"""One chart as SVG whose text stays as large as it is however wide the page: all places are percentages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.report.words import esc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from src.studio.report.looks import Look
    from src.studio.report.scales import Scale

XY = tuple[float, float]
Marked = tuple[float, float, str]
"""Where a marker stands, and what it says when it is pointed at."""


@dataclass(frozen=True, slots=True)
class Axis:
    """`title` has the unit; `label` writes a value of the scale."""

    title: str
    scale: Scale
    label: Callable[[float], str]

    @property
    def heading(self) -> str:
        """The title; a logarithmic axis says that it is one."""
        return f"{self.title} (log)" if self.scale.is_log else self.title


class Plot:
    """Axes, and what is drawn between them. `name` is what it is called where it cannot be seen."""

    def __init__(self, name: str, x: Axis, y: Axis, *, heading: str = "") -> None:
        self._name, self._heading = name, heading
        self._x, self._y = x, y
        self._lines: list[str] = []
        self._marks: list[str] = []

    def line(self, points: Iterable[XY], look: Look, *, dash: str | None = None, kind: str = "") -> None:
        """Draw a line through points in their order."""
        places = [self._place(x, y) for x, y in points]
        if len(places) > 1:
            at = " ".join(f"{x:g},{y:g}" for x, y in places)
            style = f'style="color:{look.color}" stroke-dasharray="{look.dash if dash is None else dash}"'
            self._lines.append(f'<polyline class="line {kind}" points="{at}" {style}/>')

    def marks(self, points: Iterable[Marked], look: Look, *, kind: str = "") -> None:
        """Draw a marker at each point, with its note."""
        for x, y, note in points:
            left, top = self._place(x, y)
            self._marks.append(
                f'<use class="mark {kind}" href="#mark-{look.marker}" x="{left:g}%" y="{top:g}%" '
                f'style="color:{look.color}"><title>{esc(note)}</title></use>'
            )

    def ring(self, x: float, y: float, note: str, *, kind: str = "knee") -> None:
        """Draw a ring around a point."""
        left, top = self._place(x, y)
        self._marks.append(
            f'<use class="ring {kind}" href="#ring" x="{left:g}%" y="{top:g}%"><title>{esc(note)}</title></use>'
        )

    def front(self, points: Iterable[XY]) -> None:
        """Draw the line through what nothing else is better than."""
        at = " ".join(f"{x:g},{y:g}" for x, y in (self._place(*point) for point in points))
        self._lines.append(f'<polyline class="line front" points="{at}"/>')

    def limit(self, y: float, label: str) -> None:
        """Draw a line across, where a limit lies; above the chart it is left to the note."""
        if not self._y.scale.low <= y <= self._y.scale.high:
            return
        top = 100 - self._y.scale.percent(y)
        shift = 13 if top < 12 else -5  # noqa: PLR2004 - no room for words above it
        self._marks.append(
            f'<line class="limit" x1="0" x2="100%" y1="{top:g}%" y2="{top:g}%"/>'
            f'<text class="limit-label" x="100%" y="{top:g}%" dx="-2" dy="{shift}" text-anchor="end">'
            f"{esc(label)}</text>"
        )

    def render(self) -> str:
        """Return the chart."""
        heading = f'<p class="plot-heading">{esc(self._heading)}</p>' if self._heading else ""
        lines = "".join(self._lines)
        return (
            f'<div class="plot">{heading}<div class="canvas">'
            f'<svg role="img" aria-label="{esc(self._name)}">{self._axes()}'
            f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">{lines}</svg>'
            f"{''.join(self._marks)}</svg></div></div>"
        )

    def _place(self, x: float, y: float) -> XY:
        return self._x.scale.percent(x), round(100 - self._y.scale.percent(y), 2)

    def _axes(self) -> str:
        parts = [f'<text class="axis-title" x="0" y="0" dx="-44" dy="-14">{esc(self._y.heading)}</text>']
        for value in self._y.scale.ticks:
            top = round(100 - self._y.scale.percent(value), 2)
            parts.append(
                f'<line class="grid" x1="0" x2="100%" y1="{top:g}%" y2="{top:g}%"/>'
                f'<text x="0" y="{top:g}%" dx="-8" dy="4" text-anchor="end">{esc(self._y.label(value))}</text>'
            )
        for value in self._x.scale.ticks:
            left = self._x.scale.percent(value)
            parts.append(
                f'<text x="{left:g}%" y="100%" dy="18" text-anchor="middle">{esc(self._x.label(value))}</text>'
            )
        parts.append('<line class="axis" x1="0" x2="100%" y1="100%" y2="100%"/>')
        title = esc(self._x.heading)
        parts.append(f'<text class="axis-title" x="100%" y="100%" dy="36" text-anchor="end">{title}</text>')
        return "".join(parts)


def facets(plots: Sequence[Plot]) -> str:
    """Return charts side by side, as many as there is room for."""
    return f'<div class="facets facets-{min(len(plots), 3)}">{"".join(plot.render() for plot in plots)}</div>'
