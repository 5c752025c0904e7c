"""How many requests came through in a second: of a closed loop, and of requests with times of their own."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from src.studio.engine.record import Record

Window = list[tuple[int, int]]
"""Stretches of time, in ns."""
ENOUGH_ROUNDS = 3
"""Requests in each place of a closed loop, of which the first may be left out."""


def window_of(records: Sequence[Record]) -> Window:
    """Return the time for which rates hold."""
    if any(record.open_loop for record in records):
        return open_window(records)
    return steady_window(records)


def seconds_of(window: Window) -> float:
    """Return how long it is."""
    return sum(end - start for start, end in window) / 1e9


def per_second(records: Sequence[Record], window: Window, weight: Callable[[Record], float]) -> float | None:
    """Return what requests come to per second of the window, None where it has no length.

    In a closed loop a request counts as far as it lies in the window. One with a time of its own counts where it
    ended in it: how many are under way at once is up to the server there.
    """
    seconds = seconds_of(window)
    if not seconds:
        return None
    start, end = window[0][0], window[-1][1]
    return sum(weight(record) * _share(record, start, end) for record in records) / seconds


def offered_rate(records: Iterable[Record], window: Window) -> float | None:
    """Return how many requests a second were to be sent, by their times; None of a closed loop.

    Of as many as ended in the window, from the first one on: chance in times that were drawn is then the same in
    what was sent and in what came back, so that few requests are enough to compare them.
    """
    scheduled = sorted(record.scheduled_ns for record in records if record.open_loop)
    ended = (
        sum(_share(record, *window[0]) > 0 for record in records if record.status != "cancelled") if window else 0
    )
    count = min(ended, len(scheduled) - 1)
    length = scheduled[count] - scheduled[0] if count > 0 else 0
    return count / length * 1e9 if length else None


def max_in_flight(records: Iterable[Record]) -> int:
    """Return how many were under way at once at most."""
    spans = [(record.sent_ns, record.end_ns) for record in records if record.sent_ns is not None]
    return max(accumulate(change for _, change in _changes(spans)), default=0)


def open_window(records: Iterable[Record]) -> Window:
    """Return the time from the first answer's end to the last one's before nothing was asked any more.

    In it, as much comes back as is sent, if the server keeps up, and as much as it can, if not. Where all were to
    be sent before a second one had ended, it is the time from the first one's schedule to the last one's end.
    """
    times = [record.scheduled_ns for record in records]
    ends = [record.end_ns for record in records if record.status != "cancelled"]
    if not ends:
        return []
    start, last = min(ends), max(times)
    end = max((end for end in ends if end <= last), default=start)
    return [(start, end)] if start < end else [(min(times), max(ends))]


def steady_window(records: Iterable[Record]) -> Window:
    """Return the stretches of time that the closed loop was fully at work on these requests.

    From when all its places were taken, which is the first one's schedule where there is no ramp, to the first end
    after the last one's: from then on a place stands empty. Of several places that have enough to do, what they
    began with is left out, too: it found nobody waiting, and would count as quicker than the server is. Times in
    which none of them was under way, as other models had their turn, are left out.
    """
    spans = sorted((record.scheduled_ns, record.end_ns) for record in records)
    if not spans:
        return []
    since, until = _fully_at_work(spans)
    stretches: Window = []
    for start, end in spans:
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((start, end))
    cut = [(max(start, since), min(end, until)) for start, end in stretches]
    return [(start, end) for start, end in cut if start <= end]


def _fully_at_work(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return when all places of the loop were first taken, and when one first had nothing more to send.

    `spans` are sorted.
    """
    last, changes = spans[-1][0], _changes(spans)
    under_way = list(accumulate(change for _, change in changes))
    places = max(under_way)
    since = changes[under_way.index(places)][0]
    if places > 1 and len(spans) >= ENOUGH_ROUNDS * places:
        since = max(since, sorted(end for _, end in spans)[places - 1])
    if sum(end > last for _, end in spans) < places and last > since:
        return since, last
    return since, min((end for _, end in spans if end > last), default=spans[-1][1])


def _changes(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return when one more or one less was under way; an end comes before what begins at the same time."""
    spans = list(spans)
    return sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])


def _share(record: Record, start: int, end: int) -> float:
    if record.open_loop:
        return 1.0 if start < record.end_ns <= end else 0.0
    length = record.end_ns - record.scheduled_ns
    if not length:
        return 1.0
    return max(min(record.end_ns, end) - max(record.scheduled_ns, start), 0) / length
