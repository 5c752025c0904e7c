"""When requests are sent at a rate: drawn before the first one, and the same for the same seed."""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Arrival = Literal["constant", "poisson"]


def send_times(  # noqa: PLR0913 - what a schedule consists of
    rate: float,
    arrival: Arrival,
    *,
    burstiness: float = 1.0,
    count: int | None = None,
    duration_s: float | None = None,
    ramp_s: float = 0,
    seed: int = 0,
) -> list[float]:
    """Return when each request is to be sent, in milliseconds after the start, rising.

    `rate` is requests a second. `constant`: one every 1/rate s, the first one at once. `poisson`: what is between
    them is drawn from a gamma distribution of mean 1/rate and shape `burstiness`, as vLLM has it: 1 is a Poisson
    process, less comes in bursts, more is more even. Over `ramp_s` seconds the rate rises from 0, evenly. `count`
    of them are sent at most, all before `duration_s`. Raises `ValueError` without an end, or for a wrong figure.
    """
    if not 0 < rate < math.inf or not 0 < burstiness < math.inf or not 0 <= ramp_s < math.inf:
        raise ValueError("rate and burstiness are above 0, a ramp takes 0 seconds or more")
    if count is None and duration_s is None:
        raise ValueError("a schedule ends after a number of requests, or after a time")
    until = math.inf if duration_s is None else duration_s
    steady = _constant(rate) if arrival == "constant" else _drawn(rate, burstiness, seed)
    times = itertools.takewhile(lambda at: at < until, (_ramped(at, ramp_s) for at in steady))
    return [1000 * at for at in itertools.islice(times, count)]


def _constant(rate: float) -> Iterator[float]:
    return (number / rate for number in itertools.count())


def _drawn(rate: float, burstiness: float, seed: int) -> Iterator[float]:
    draws = random.Random(seed)  # noqa: S311 - not a secret
    return itertools.accumulate(draws.gammavariate(burstiness, 1 / (rate * burstiness)) for _ in itertools.count())


def _ramped(at: float, ramp: float) -> float:
    """Return when as many have been sent as at the full rate by `at`: half as many are during the ramp."""
    return math.sqrt(2 * ramp * at) if 2 * at < ramp else at + ramp / 2
