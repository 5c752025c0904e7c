"""What happened to jobs, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, insert, select

from src.studio.jobs.tables import job_events

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a job; `seq` counts from 1, without gaps."""

    job_id: str
    seq: int
    type: str
    fields: Mapping[str, Any]

    def message(self) -> dict[str, Any]:
        """Return it as sockets send it."""
        return {**self.fields, "type": self.type, "job_id": self.job_id, "seq": self.seq}


class Head(NamedTuple):
    """Where a job is: whose it is, the number of its newest event, and whether it has not ended."""

    owner_id: str
    seq: int
    is_active: bool


def append(connection: Connection, event: Event, at: dt.datetime) -> None:
    """Keep an event."""
    row = {"job_id": event.job_id, "seq": event.seq, "type": event.type, "fields": dict(event.fields)}
    connection.execute(insert(job_events).values(**row, created_at=at))


def after(connection: Connection, job_id: str, seq: int, limit: int) -> Sequence[Event]:
    """Return the first events that came after the one with number `seq`, in order."""
    columns = (job_events.c.job_id, job_events.c.seq, job_events.c.type, job_events.c.fields)
    chosen = select(*columns).where(job_events.c.job_id == job_id, job_events.c.seq > seq)
    return [Event(*row) for row in connection.execute(chosen.order_by(job_events.c.seq).limit(limit))]


def first_kept(connection: Connection, job_id: str) -> int | None:
    """Return the number of the oldest event that is kept, None where none is."""
    return connection.execute(select(func.min(job_events.c.seq)).where(job_events.c.job_id == job_id)).scalar()


def forget(connection: Connection, job_ids: Sequence[str]) -> int:
    """Delete the events of jobs, and return how many there were."""
    return connection.execute(delete(job_events).where(job_events.c.job_id.in_(job_ids))).rowcount
