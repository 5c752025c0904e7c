"""The limits and the knees of a summary, where charts draw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.engine.slo import Slo
from src.studio.report.points import LOADED, model_key
from src.studio.report.values import as_dict, dicts, positive, text, whole

if TYPE_CHECKING:
    from src.studio.report.points import Point
    from src.studio.report.values import Dict


@dataclass(frozen=True, slots=True)
class Knee:
    """Up to where a model keeps up, at one size."""

    key: str
    size: tuple[int, int]
    over: str
    load: float | None
    sentence: str


def slo_of(summary: Dict) -> str:
    """Return the limits as they were given; empty where there were none."""
    return text(as_dict(summary.get("settings")).get("slo")).strip()


def limits_of(slo: str) -> dict[str, float]:
    """Return the milliseconds that each metric may take, by its name; none where it cannot be read."""
    try:
        return {str(limit.metric): limit.most_ms for limit in Slo.parse(slo).limits} if slo else {}
    except ValueError:
        return {}


def knees_of(summary: Dict) -> list[Knee]:
    """Return what a sweep found."""
    return [
        Knee(
            key=model_key(knee.get("provider_key"), knee.get("model_id")),
            size=(whole(knee.get("context_tokens")), whole(knee.get("output_tier"))),
            over=text(knee.get("over")),
            load=positive(knee.get("load")),
            sentence=text(knee.get("sentence")),
        )
        for knee in dicts(summary.get("knees"))
    ]


def knee_points(knees: list[Knee], points: list[Point]) -> list[Point]:
    """Return the points at which there is a knee."""
    at = {(knee.key, knee.size, knee.over, knee.load) for knee in knees if knee.load is not None}
    return [point for point in points if (point.key, point.size, point.load_mode, point.load) in at]


def loaded_groups(points: list[Point]) -> list[tuple[str, list[Point]]]:
    """Return the points of each mode that was tried at more than one load."""
    found = []
    for mode in LOADED:
        of = [point for point in points if point.load_mode == mode and point.load is not None]
        if len({point.load for point in of}) > 1:
            found.append((mode, of))
    return found
