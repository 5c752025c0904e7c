"""`Job`: a row of the table of jobs, and the states that it goes through."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

# `pending` waits for a worker alone, `queued` for jobs of its owner, too.
State = Literal["pending", "queued", "running", "done", "failed", "cancelled", "interrupted"]
STATES: tuple[State, ...] = get_args(State)
WAITING: tuple[State, ...] = ("pending", "queued")
ACTIVE: tuple[State, ...] = (*WAITING, "running")
FINISHED: tuple[State, ...] = ("done", "failed", "cancelled", "interrupted")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is kept; see `tables.jobs`, whose columns are named and ordered like its fields here."""

    id: str
    seq: int
    user_id: str
    kind: str
    state: State
    params: Mapping[str, Any]
    progress_pct: float
    progress_detail: str
    result_ref: str | None
    result_type: str | None
    error: str | None
    created_at: dt.datetime
    started_at: dt.datetime | None
    completed_at: dt.datetime | None
    timeout_seconds: int
    deadline: dt.datetime | None
    attempt: int
    crashes: int
    cancel_requested_at: dt.datetime | None
    worker_id: str | None
    last_event: int

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED


NAMES = tuple(field.name for field in fields(Job))
