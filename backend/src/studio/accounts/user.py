"""`User`: whoever is signed in, as the other parts know them, and `Caller`: from where they ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

Role = Literal["admin", "user"]
Kind = Literal["browser", "cli"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one user may have at once, and in an hour."""

    benchmarks_per_hour: int = 20
    max_concurrent: int = 1
    max_runs_per_benchmark: int = 10


@dataclass(frozen=True, slots=True)
class User:
    """An account. Role and limits are read from the database with each request, so that a change holds at once."""

    id: str
    email: str
    role: Role
    limits: Limits
    is_demo: bool = False
    onboarding_completed: bool = False

    @property
    def is_admin(self) -> bool:
        """Whether they may administrate."""
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from, as far as anybody can tell."""

    address: str
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user, the session that they asked by, and until when what they showed holds."""

    user: User
    session_id: str
    expires_at: dt.datetime
