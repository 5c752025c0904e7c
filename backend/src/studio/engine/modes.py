"""From a load to the blocks that make it: one request after another, so many at once, or so many a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from src.studio.engine.plan import Block
from src.studio.engine.schedule import Arrival, send_times

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from src.studio.engine.plan import Planned

LoadMode = Literal["single", "concurrency", "rate"]
DEFAULT_CAP = 1000
MARKS = {"concurrency": "c", "rate": "r"}


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """A load on one point of the matrix: `value` is how many at once, or requests a second; None for `single`.

    It ends after `requests`, or after `duration_s`, or whichever comes first; one of them has to be there. A rate
    has `cap` requests under way at most (None: 1,000): who has to wait for a place has been late since its time.
    Raises `ValueError` with a sentence where the figures make no load.
    """

    mode: LoadMode
    value: float | None = None
    requests: int | None = None
    duration_s: float | None = None
    ramp_s: float = 0
    grace_s: float | None = 30
    arrival: Arrival = "poisson"
    burstiness: float = 1.0
    cap: int | None = None

    def __post_init__(self) -> None:
        if self.requests is None and self.duration_s is None:
            raise ValueError("A load needs a number of requests or a duration.")
        if self.requests is not None and self.requests < 1:
            raise ValueError("A load has at least 1 request.")
        if self.duration_s is not None and self.duration_s <= 0:
            raise ValueError("A load's duration is more than 0 seconds.")
        if self.mode == "rate" and not (self.value and self.value > 0):
            raise ValueError("A rate is more than 0 requests a second.")
        if self.mode == "concurrency" and not (self.value and self.value >= 1 and self.value == int(self.value)):
            raise ValueError("How many are at once is a whole number from 1 on.")
        if self.burstiness <= 0 or (self.cap is not None and self.cap < 1):
            raise ValueError("Burstiness is more than 0, a cap at least 1.")

    @property
    def suffix(self) -> str:
        """What names the load in a point's name: ` c8`, ` r2.5`, nothing for `single`."""
        return "" if self.mode == "single" else f" {MARKS[self.mode]}{self.value:g}"


def blocks_of(
    point: LoadPoint, templates: Sequence[Planned], seed: int = 0, *, done: Collection[int] = ()
) -> list[Block]:
    """Return the blocks that put a load on a point; none where nothing is left to do.

    `templates` are taken by turns; the key of the first is what the keys of all begin with, before their numbers.
    `seed` draws the times of a rate. Numbers that are `done` are left out; what is left of a rate begins at once.
    """
    prefix, skip = templates[0].key, sorted(done)
    grace_ms = None if point.grace_s is None else point.grace_s * 1000
    duration_ms = None if point.duration_s is None else point.duration_s * 1000
    if point.mode == "rate":
        times = _times_left(point, seed, done)
        if not times:
            return []
        return [
            Block(
                point.cap or DEFAULT_CAP, list(templates), duration_ms=times[-1], grace_ms=grace_ms, repeat=True,
                key_prefix=prefix, skip=skip, times_ms=times,
            )
        ]  # fmt: skip
    most = None if point.requests is None else point.requests - sum(0 < n <= point.requests for n in skip)
    if most == 0:
        return []
    places = 1 if point.mode == "single" else int(point.value or 1)
    return [
        Block(
            places, list(templates), duration_ms=duration_ms, grace_ms=grace_ms, ramp_ms=point.ramp_s * 1000,
            repeat=True, most=most, key_prefix=prefix, skip=skip,
        )
    ]  # fmt: skip


def _times_left(point: LoadPoint, seed: int, done: Collection[int]) -> list[float]:
    """Return the times of a rate whose numbers are not done, from the first of them on."""
    times = send_times(
        point.value or 0,
        point.arrival,
        burstiness=point.burstiness,
        count=point.requests,
        duration_s=point.duration_s,
        ramp_s=point.ramp_s,
        seed=seed,
    )
    if not done:
        return times
    left = [at for number, at in enumerate(times, 1) if number not in done]
    return [at - left[0] for at in left]
