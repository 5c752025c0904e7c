"""What is sent to, and answered by, the endpoints of administration."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from src.studio.accounts.schemas import OkOut
from src.studio.accounts.user import Role
from src.studio.schemas import Instant, Text
from src.telemetry.tail import ROOM

MAX_PAGE = 200
LEVELS = ("debug", "info", "warning", "error", "critical")
CURSOR = Field(None, pattern="^[0-9a-f]{32}$", description="`next_cursor` of an earlier answer.")


class UsersQuery(BaseModel):
    """What of `GET /api/admin/users` is wanted."""

    search: str = Field("", max_length=256, description="Part of an e-mail.")
    limit: int = Field(MAX_PAGE, ge=1, le=MAX_PAGE)
    cursor: str | None = CURSOR


class AdminUserOut(BaseModel):
    """An account, as administrators see it."""

    id: str
    email: str
    role: Role
    created_at: Instant
    last_login: Instant | None
    benchmark_count: int
    eval_count: int = Field(description="Runs of suites of tools.")
    key_count: int
    benchmarks_per_hour: int
    max_concurrent: int
    max_runs_per_benchmark: int
    is_demo: bool = Field(description="A guest of the demo, who has no password.")
    active_sessions: int = Field(description="Sessions and tokens that have not ended.")


class UsersOut(BaseModel):
    """`GET /api/admin/users`."""

    users: list[AdminUserOut]
    total: int = Field(description="How many there are of what is searched.")
    next_cursor: str | None


class RoleIn(BaseModel):
    """`PUT /api/admin/users/{id}/role`."""

    role: Role


class RoleOut(OkOut, RoleIn):
    """What somebody is now."""


class ResetLinkOut(BaseModel):
    """`POST /api/admin/users/{id}/reset-link`: the one time that the link is told."""

    url: str = Field(repr=False)
    expires_at: Instant


class PasswordResetOut(BaseModel):
    """Somebody who has forgotten their password."""

    user_id: str
    email: str
    asked_at: Instant


class PasswordResetsOut(BaseModel):
    """`GET /api/admin/password-resets`."""

    resets: list[PasswordResetOut]


class InvitationsQuery(BaseModel):
    """What of `GET /api/admin/invitations` is wanted."""

    limit: int = Field(MAX_PAGE, ge=1, le=MAX_PAGE)
    cursor: str | None = CURSOR


class InvitationIn(BaseModel):
    """`POST /api/admin/invitations`."""

    email: Text | None = Field(None, description="Whose it is alone; none: whoever has the link may use it.")
    role: Role = "user"
    expires_in_days: int = Field(7, ge=1, le=30, strict=True)

    @field_validator("email")
    @classmethod
    def _or_none(cls, email: str | None) -> str | None:
        return email if email and email.strip() else None


class InvitedOut(OkOut):
    """The one time that an invitation's link is told."""

    id: str
    url: str = Field(repr=False)
    token: str = Field(repr=False)
    expires_at: Instant
    mailed: bool = Field(description="Whether the mail server is given it, too; if it takes it, the log tells.")


class InvitationOut(BaseModel):
    """An invitation, without its link."""

    id: str
    email: str | None
    role: Role
    created_by: str = Field(description="The e-mail of the administrator.")
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None
    used_by: str | None = Field(description="The e-mail of the account, while it is there.")


class InvitationsOut(BaseModel):
    """`GET /api/admin/invitations`."""

    invitations: list[InvitationOut]
    next_cursor: str | None


class AuditQuery(BaseModel):
    """What of `GET /api/admin/audit` is wanted."""

    user: Text = Field("", max_length=256, description="Who did it: an e-mail, or an id.")
    action: Text = Field("", max_length=64)
    since: dt.datetime | None = Field(None, description="ISO; in UTC where it does not say.")
    limit: int = Field(100, ge=1, le=MAX_PAGE)
    offset: int = Field(0, ge=0, le=10_000_000)

    @field_validator("since")
    @classmethod
    def _in_utc(cls, since: dt.datetime | None) -> dt.datetime | None:
        return since if since is None or since.tzinfo is not None else since.replace(tzinfo=dt.UTC)


class EntryOut(BaseModel):
    """Something that was done."""

    id: str
    at: Instant
    user_id: str | None
    email: str | None = Field(description="As it was then.")
    action: str
    subject: str | None = Field(description="The id of what it was done to.")
    detail: dict[str, Any] | None
    address: str | None


class AuditOut(BaseModel):
    """`GET /api/admin/audit`."""

    entries: list[EntryOut]
    total: int = Field(description="How many there are of what is looked for.")


class LogsQuery(BaseModel):
    """What of `GET /api/admin/logs` is wanted."""

    lines: int = Field(100, ge=1, le=ROOM)
    level: str = Field("", description="Levels, separated by commas; any where it is empty.")
    search: str = Field("", max_length=256, description="What a line has in it, whatever its case.")

    @field_validator("level")
    @classmethod
    def _is_known(cls, level: str) -> str:
        if unknown := sorted(set(_parts(level)) - set(LEVELS)):
            raise PydanticCustomError(
                "level", "{name} is none of {levels}", {"name": repr(unknown[0]), "levels": ", ".join(LEVELS)}
            )
        return level

    @property
    def levels(self) -> list[str]:
        """The levels that are wanted."""
        return _parts(self.level)


class LogsOut(BaseModel):
    """`GET /api/admin/logs`."""

    count: int
    logs: list[str] = Field(description="Lines of JSON, the oldest first.")


class BusyUserOut(BaseModel):
    """Somebody, and how many benchmarks they have started in 30 days."""

    id: str
    email: str
    benchmark_count: int


class KeysOut(BaseModel):
    """How many users keep a key for a provider."""

    provider_key: str
    count: int


class StatsOut(BaseModel):
    """`GET /api/admin/stats`."""

    benchmarks_24h: int
    benchmarks_7d: int
    benchmarks_30d: int
    top_users: list[BusyUserOut]
    keys_by_provider: list[KeysOut]
    total_users: int


class RunningJobOut(BaseModel):
    """A job that runs."""

    id: str
    job_type: str
    user_email: str
    progress_pct: float
    progress_detail: str
    created_at: Instant
    started_at: Instant | None


class WorkerOut(BaseModel):
    """A worker that is there."""

    id: str
    host: str
    pid: int
    started_at: Instant
    age_s: float
    heartbeat_age_s: float = Field(description="Since when it has not been heard.")


class SystemOut(BaseModel):
    """`GET /api/admin/system`."""

    version: str
    database: Literal["sqlite", "postgresql"]
    db_size_mb: float
    results_size_mb: float = Field(description="On SQLite estimated from the newest requests.")
    results_count: int = Field(description="Runs that are kept.")
    benchmark_active: bool
    active_jobs: list[RunningJobOut]
    total_active: int = Field(description="Jobs that run.")
    total_queued: int = Field(description="Jobs that wait, for a worker or for their owner's others.")
    connected_ws_clients: int = Field(description="Sockets of the process that answers.")
    process_uptime_s: float
    workers: list[WorkerOut]


def _parts(text: str) -> list[str]:
    return [part.strip().lower() for part in text.split(",") if part.strip()]
