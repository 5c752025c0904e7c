"""What a generator tells while it works: one JSON line each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from src.studio.engine.record import Record

MOST_LAG_MS = 5.0
MOST_CPU_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Ready:
    """The plan was read and the first requests go. `start_ns`: the run's start by `time.perf_counter_ns`."""

    start_ns: int


@dataclass(frozen=True, slots=True)
class Held:
    """A block of a lane, by their positions, waits to be told when to begin. `overheads`: see `Report`."""

    lane: int
    block: int
    overheads: dict[str, int]


@dataclass(frozen=True, slots=True)
class Started:
    """A request was sent."""

    key: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A request has ended, however it did."""

    record: Record


@dataclass(frozen=True, slots=True)
class Report:
    """The generator of itself, at the end: how late its loop was, its share of a core, its peak memory.

    `dispatch_p99_ms` is how late requests went that had times of their own and a place at once, without what
    opening a connection took; None where there were none. Of several `processes`, it is the latest one's lag and
    delay, the busiest one's share of a core, the sum of their memory. `notes` are sentences about what was done
    otherwise than planned. `overheads` are what servers counted beside synthetic words in warm-ups, by target.
    """

    lag_p50_ms: float
    lag_p99_ms: float
    cpu_share: float
    max_rss_mb: float
    chunks: int
    dispatch_p99_ms: float | None = None
    processes: int = 1
    notes: list[str] = field(default_factory=list)
    overheads: dict[str, int] = field(default_factory=dict)

    @property
    def client_limited(self) -> bool:
        """Tell whether it may have been what was slow: lag or dispatch over 5 ms (p99), a core over 80 %."""
        latest = max(self.lag_p99_ms, self.dispatch_p99_ms or 0.0)
        return latest > MOST_LAG_MS or self.cpu_share > MOST_CPU_SHARE

    def to_dict(self) -> dict[str, Any]:
        """Return all figures and the verdict, for JSON."""
        return asdict(self) | {"client_limited": self.client_limited}


Event = Ready | Held | Started | Finished | Report
_KINDS: dict[str, type[Ready | Held | Started | Report]] = {
    "ready": Ready,
    "held": Held,
    "started": Started,
    "report": Report,
}


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return an event for JSON."""
    if isinstance(event, Finished):
        return {"type": "finished", "record": event.record.to_dict()}
    name = next(name for name, kind in _KINDS.items() if isinstance(event, kind))
    return {"type": name, **asdict(event)}


def event_from_dict(data: dict[str, Any]) -> Event:
    """Return the event that `event_to_dict` gave. Raises `KeyError` or `TypeError` where it is none."""
    if data["type"] == "finished":
        return Finished(Record.from_dict(data["record"]))
    return _KINDS[data["type"]](**{name: value for name, value in data.items() if name != "type"})
