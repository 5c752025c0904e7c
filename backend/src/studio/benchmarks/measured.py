"""What the generator said of itself: at each point, and of a run of several the worst of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POINTS = "points"
SUMMED = "chunks"


def merged(before: Mapping[str, Any] | None, report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report with another one in it: of each figure the larger one, of chunks the sum, and all notes."""
    if before is None:
        return dict(report)
    return {**before, **{name: _both(name, before.get(name), value) for name, value in report.items()}}


def with_point(
    before: Mapping[str, Any] | None, report: Mapping[str, Any], point: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a run's row has of its generators once a point has ended; `point` says which it was."""
    points: Sequence[Any] = (before or {}).get(POINTS, ())
    return merged(before, report) | {POINTS: [*points, {**point, **report}]}


def _both(name: str, old: Any, new: Any) -> Any:  # noqa: ANN401 - as JSON has it
    if old is None or new is None:
        return new if old is None else old
    if isinstance(new, dict):
        return {**old, **new}
    if isinstance(new, list):
        return list(dict.fromkeys([*old, *new]))
    return old + new if name == SUMMED else max(old, new)
