"""The points of a summary, as charts and tables need them: by model, by load, by size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.report.values import Dict, as_dict, dicts, figure, positive, text, whole
from src.studio.report.words import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

PERCENTILES = ("p50", "p95", "p99")
# Between which percentiles a distribution is known where it is not known as a whole
KNOTS = {"min": 0, "p1": 1, "p5": 5, "p10": 10, "p25": 25, "p50": 50, "p75": 75, "p90": 90, "p95": 95, "p99": 99}
FEWEST_QUANTILES = 2
LOADED = ("concurrency", "rate")


@dataclass(frozen=True, slots=True)
class Point:
    """A model at one load and size. `key` tells models apart, `name` is what people call it in this run."""

    key: str
    name: str
    load_mode: str
    load: float | None
    context_tokens: int
    output_tier: int | None
    figures: Dict
    statistics: Dict

    @property
    def size(self) -> tuple[int, int]:
        """Tokens of context, and of the answer (0: as many as the settings say)."""
        return self.context_tokens, self.output_tier or 0

    @property
    def n(self) -> int:
        """Requests that were measured."""
        return whole(self.statistics.get("n", self.figures.get("runs")))

    @property
    def successes(self) -> int:
        """Requests that were answered in full."""
        return whole(self.figures.get("success_count", as_dict(self.statistics.get("statuses")).get("success")))

    @property
    def failures(self) -> int:
        """Requests that failed; those that the end of the run cancelled left out."""
        statuses = as_dict(self.statistics.get("statuses"))
        counted = sum(whole(count) for status, count in statuses.items() if status not in {"success", "cancelled"})
        return whole(self.figures.get("error_count", counted))

    @property
    def is_sure(self) -> bool:
        """Whether there are answers enough to believe in its percentiles."""
        return self.statistics.get("confidence", self.figures.get("confidence_level")) != "low"

    def figure(self, name: str) -> float | None:
        """Return a figure of the row; of the statistics, where the row has none."""
        found = figure(self.figures.get(name))
        return figure(self.statistics.get(name)) if found is None else found

    def stat(self, metric: str, name: str) -> float | None:
        """Return a percentile (or n, mean, …) of a metric."""
        found = figure(as_dict(self.statistics.get(metric)).get(name))
        return self.figure(f"{metric}_{name}") if found is None else found

    def interval(self, metric: str, name: str) -> tuple[float, float] | None:
        """Return the 95 % interval of a percentile."""
        found = as_dict(self.statistics.get(metric)).get(f"{name}_interval")
        if not isinstance(found, list) or len(found) != len(("low", "high")):
            return None
        low, high = figure(found[0]), figure(found[1])
        return None if low is None or high is None else (low, high)

    def quantiles(self, metric: str) -> list[tuple[float, float]]:
        """Return (percent, value) of a distribution, as finely as it is known; empty where it is not."""
        whole_ = as_dict(self.statistics.get("distributions")).get(metric)
        if isinstance(whole_, list) and len(whole_) >= FEWEST_QUANTILES:
            step = 100 / (len(whole_) - 1)
            found = [(at * step, value) for at, item in enumerate(whole_) if (value := figure(item)) is not None]
        else:
            of = as_dict(self.statistics.get(metric))
            knots = {**KNOTS, "max": 100}
            found = [
                (float(at), value) for name, at in knots.items() if (value := figure(of.get(name))) is not None
            ]
        return found if len(found) >= FEWEST_QUANTILES else []


def points_of(summary: Dict) -> list[Point]:
    """Return the points in the order in which they are told."""
    rows = dicts(summary.get("points"))
    names = _names(rows)
    return [_point(row, names) for row in rows]


def model_key(provider_key: object, model_id: object) -> str:
    """Return what tells a model from others, as Studio's page has it."""
    return f"{text(provider_key)}::{text(model_id)}"


def models_of(points: Iterable[Point]) -> list[str]:
    """Return the keys of models, each once, in the order in which they appear."""
    return list(dict.fromkeys(point.key for point in points))


def by_size(points: Iterable[Point]) -> list[tuple[str, list[Point]]]:
    """Return the points of each size with what it is called, smaller ones first; empty where there is but one."""
    groups: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        groups.setdefault(point.size, []).append(point)
    contexts, tiers = {size[0] for size in groups}, {size[1] for size in groups}
    return [
        (size_text(size, with_context=len(contexts) > 1, with_tier=len(tiers) > 1), groups[size])
        for size in sorted(groups)
    ]


def size_text(size: tuple[int, int], *, with_context: bool = True, with_tier: bool = True) -> str:
    """Return a size in words: "5K of context, 200 tokens out"."""
    context, tier = size
    parts = []
    if with_context:
        parts.append(f"{tokens(context)} of context" if context else "no context")
    if with_tier and tier:
        parts.append(f"{tokens(tier)} tokens out")
    return ", ".join(parts)


def curves(points: Iterable[Point]) -> dict[str, list[Point]]:
    """Return the points of each model, by rising load."""
    found: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda point: point.load or 0):
        found.setdefault(point.key, []).append(point)
    return found


def load_text(point: Point) -> str:
    """Return a load in words: "8 at once", "2.5/s"; empty where requests went one after another."""
    if point.load is None:
        return ""
    return f"{point.load:g}/s" if point.load_mode == "rate" else f"{point.load:g} at once"


def _point(row: Dict, names: dict[tuple[str, str], str]) -> Point:
    mode = text(row.get("load_mode")) or "single"
    context, tier = whole(row.get("context_tokens")), whole(row.get("output_tier"))
    return Point(
        key=model_key(row.get("provider_key"), row.get("model_id")),
        name=names[text(row.get("provider_key")), text(row.get("model_id"))],
        load_mode=mode,
        load=positive(row.get("load")) if mode in LOADED else None,
        context_tokens=context,
        output_tier=tier or None,
        figures=row,
        statistics=as_dict(row.get("statistics")),
    )


def _names(rows: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return what each model is called: with its provider where two are called alike."""
    called = {
        (text(row.get("provider_key")), text(row.get("model_id"))): (
            text(row.get("display_name")) or text(row.get("model")) or text(row.get("model_id")) or "a model",
            text(row.get("provider")) or text(row.get("provider_key")),
        )
        for row in rows
    }
    counts = Counter(name for name, _ in called.values())
    return {
        key: name if counts[name] == 1 or not provider else f"{name} ({provider})"
        for key, (name, provider) in called.items()
    }
