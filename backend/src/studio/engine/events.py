"""What a generator tells while it works: one JSON line each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from src.studio.engine.record import Record

MOST_LAG_MS = 5.0
MOST_CPU_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Ready:
    """The plan was read and the first requests go. `start_ns`: the run's start by `time.perf_counter_ns`."""

    start_ns: int


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
    """The generator of itself, at the end: how late its loop was, its share of a core, its peak memory."""

    lag_p50_ms: float
    lag_p99_ms: float
    cpu_share: float
    max_rss_mb: float
    chunks: int

    @property
    def client_limited(self) -> bool:
        """Tell whether the generator itself may have been what was slow: lag p99 over 5 ms, a core over 80 %."""
        return self.lag_p99_ms > MOST_LAG_MS or self.cpu_share > MOST_CPU_SHARE

    def to_dict(self) -> dict[str, Any]:
        """Return all figures and the verdict, for JSON."""
        return asdict(self) | {"client_limited": self.client_limited}


Event = Ready | Started | Finished | Report
_KINDS: dict[str, type[Ready | Started | Report]] = {"ready": Ready, "started": Started, "report": Report}


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
