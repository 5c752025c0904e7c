"""`AdministrationService`: what administrators ask of everybody, and the end of an account."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from src.studio.accounts import emails
from src.studio.administration import repository
from src.studio.administration import trail as trails

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from src.studio.accounts.directory import AccountsPage, Directory
    from src.studio.accounts.user import Caller, User
    from src.studio.database.database import Database
    from src.studio.jobs.service import JobService

DAY = dt.timedelta(days=1)
# How long is waited for the jobs of somebody who is deleted: a kind may write what it has for five seconds.
JOBS_END_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class UsersPage:
    """Some accounts, and how many runs of either kind and keys each has, by its id, where it has any."""

    page: AccountsPage
    benchmarks: Mapping[str, int]
    evals: Mapping[str, int]
    keys: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stats:
    """How much Studio is used. `top_users` are those of 30 days."""

    benchmarks_24h: int
    benchmarks_7d: int
    benchmarks_30d: int
    top_users: Sequence[repository.BusyUser]
    keys_by_provider: Mapping[str, int]
    total_users: int


@dataclass(frozen=True, slots=True)
class System:
    """How the server is, at `at`. Sizes are in bytes; `silences` has the seconds since workers were heard."""

    at: dt.datetime
    database: Literal["sqlite", "postgresql"]
    database_bytes: int
    results_bytes: int
    results_count: int
    running: Sequence[repository.RunningJob]
    waiting: int
    workers: Sequence[repository.Worker]
    silences: Mapping[str, float]


class AdministrationService:
    """What administrators see. Whether somebody is one, those ask who call it."""

    def __init__(
        self, database: Database, clock: Callable[[], dt.datetime], directory: Directory, jobs: JobService
    ) -> None:
        self._database, self._clock = database, clock
        self._directory, self._jobs = directory, jobs
        self._started = time.monotonic()

    @property
    def uptime_seconds(self) -> float:
        """How long this process has been there."""
        return time.monotonic() - self._started

    def users(self, search: str, limit: int, cursor: str | None) -> UsersPage:
        """Return accounts with what each has, in a number of statements that does not depend on how many."""
        page = self._directory.page(search, limit, cursor)
        ids = [account.id for account in page.accounts]
        with self._database.reading() as connection:
            benchmarks, evals = repository.benchmarks_of(connection, ids), repository.evals_of(connection, ids)
            keys = repository.keys_of(connection, ids)
        return UsersPage(page, benchmarks, evals, keys)

    def delete_user(self, admin: User, user_id: str, caller: Caller) -> None:
        """Sign somebody out, end their jobs, and delete them with all that is theirs.

        Raises `InvalidRequestError` for oneself, `NotFoundError`, and `ForbiddenError` for somebody who is no
        administrator any more.
        """
        user = self._directory.sign_out(admin, user_id)
        ended = self._jobs.end_all_of(user_id, JOBS_END_SECONDS)
        self._directory.delete(admin, user, caller, ended)
        self.finish_deletion(user_id)

    def finish_deletion(self, user_id: str) -> None:
        """Delete all that is somebody's whose deletion has begun, and then them; each piece for itself.

        What an end of the process interrupts, `finish_deletions` does later.
        """
        is_more = True
        while is_more:
            with self._database.writing() as connection:
                is_more = repository.delete_some(connection, user_id)
        self._directory.end(user_id)

    def finish_deletions(self) -> None:
        """Delete what is left of everybody whose deletion was interrupted."""
        for user_id in self._directory.leaving():
            self.finish_deletion(user_id)

    def trail(self, wanted: trails.Wanted) -> tuple[Sequence[trails.Entry], int]:
        """Return what was written down, the newest first, and how much there is of what was looked for."""
        with self._database.reading() as connection:
            return trails.read(connection, replace(wanted, user=emails.normalised(wanted.user)))

    def stats(self) -> Stats:
        """Return how much Studio is used."""
        now = self._clock()
        month = now - 30 * DAY
        with self._database.reading() as connection:
            return Stats(
                repository.benchmarks_since(connection, now - DAY),
                repository.benchmarks_since(connection, now - 7 * DAY),
                repository.benchmarks_since(connection, month),
                repository.busiest(connection, month),
                repository.keys_by_provider(connection),
                repository.users_count(connection),
            )

    def system(self) -> System:
        """Return how the server is."""
        now, silences = self._clock(), self._jobs.silences()
        with self._database.reading() as connection:
            return System(
                now,
                "postgresql" if self._database.is_postgres else "sqlite",
                repository.database_bytes(connection),
                repository.results_bytes(connection),
                repository.runs_count(connection),
                repository.running(connection),
                repository.waiting_count(connection),
                repository.workers_of(connection, silences),
                silences,
            )
