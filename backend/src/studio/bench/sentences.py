"""The answer of a run in words, no surer than its statistics are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.benchmarks.sentence import sentence_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.bench.measuring import FoundKnee
    from src.studio.bench.points import Point


def sentence_of_run(points: Sequence[Point], knees: Sequence[FoundKnee]) -> str | None:
    """Say how much load models bear, where that was looked for, and who answers first under the lightest.

    None where nothing answered. Loads are not mixed: the sentence is about the lightest one, and says so.
    """
    if not points:
        return None
    lightest = min(points, key=lambda point: point.cell.load.value or 0)
    alike = [
        point
        for point in points
        if point.cell.load == lightest.cell.load and point.cell.place.out == lightest.cell.place.out
    ]
    sentence = sentence_of(alike)
    if sentence is None:
        return None
    several = len({(point.cell.load, point.cell.place.out) for point in points}) > 1
    under = f"With {_load_in_words(lightest)}: " if several else ""
    return " ".join([*map(knee_sentence, knees), under + sentence])


def knee_sentence(found: FoundKnee) -> str:
    """Say where a model's knee is."""
    place = found.place
    context = f" with a context of {place.input_tokens:,} tokens" if place.input_tokens else ""
    answers = f" and answers of up to {place.out:,}" if place.out is not None else ""
    caveat = f" {found.knee.caveat}" if found.knee.caveat else ""
    return f"{place.model}{context}{answers}: {found.knee.reason}{caveat}"


def _load_in_words(point: Point) -> str:
    load, out = point.cell.load, point.cell.place.out
    value = load.value or 1
    requests = "request" if value == 1 else "requests"
    words = f"{value:g} {f'{requests} a second' if load.mode == 'rate' else 'at a time'}"
    return words if out is None else f"{words} and answers of up to {out:,} tokens"
