"""Which models of which runs are compared, as somebody named them: `RUN`, or `RUN:0` for one of its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from src.studio.errors import InvalidRequestError
from src.studio.tool_eval.runs import targets_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Place = tuple[str, int]
"""A run's id, and the position of a model in it."""

NOTHING_IN_COMMON = (
    "The runs have no model in common. Say which model of each is meant: a=RUN:0, where 0 is its place in the run."
)


class Named(NamedTuple):
    """A run as it was named; `target` None: whichever fits."""

    run_id: str
    target: int | None

    @classmethod
    def of(cls, text: str) -> Named:
        """Read `RUN` or `RUN:0`. Raises `InvalidRequestError`."""
        run_id, colon, target = text.strip().partition(":")
        if colon and not (target.isascii() and target.isdigit() and len(target) < 4):  # noqa: PLR2004 - digits
            raise InvalidRequestError(f"{text[:80]!r} names no model of a run: write RUN:0 for its first one.")
        return cls(run_id, int(target) if colon else None)


def pairs_of(runs: Mapping[str, Mapping[str, Any]], named: Sequence[Named]) -> list[tuple[Place, Place]]:
    """Return what is compared with what: all with the first. `runs` are rows by id.

    Where no model is named, each is compared with itself in the other run; in runs of one model, these are.
    Raises `InvalidRequestError` where nothing fits.
    """
    first, *others = named
    pairs = [pair for other in others for pair in _pairs(runs, first, other)]
    if not pairs:
        raise InvalidRequestError(NOTHING_IN_COMMON)
    return pairs


def _pairs(runs: Mapping[str, Mapping[str, Any]], a: Named, b: Named) -> list[tuple[Place, Place]]:
    ours, theirs = _models(runs, a), _models(runs, b)
    if len(ours) == len(theirs) == 1:
        return [((a.run_id, at), (b.run_id, other)) for at in ours for other in theirs]
    if a.run_id == b.run_id and a.target is None and b.target is None:
        at, *rest = ours  # the models of one run: all with its first one
        return [((a.run_id, at), (a.run_id, other)) for other in rest]
    return [
        ((a.run_id, at), (b.run_id, other))
        for at, model in ours.items()
        for other, other_model in theirs.items()
        if model == other_model
    ]


def _models(runs: Mapping[str, Mapping[str, Any]], named: Named) -> dict[int, tuple[str, str]]:
    """Return the models that a name may mean, by their positions. Raises `InvalidRequestError`."""
    models = {
        at: (target.provider_key, target.model_id) for at, target in enumerate(targets_of(runs[named.run_id]))
    }
    if named.target is None:
        return models
    if named.target not in models:
        raise InvalidRequestError(f"The run {named.run_id} has no model {named.target}: it has {len(models)}.")
    return {named.target: models[named.target]}
