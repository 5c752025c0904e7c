"""`Services`: what Studio's parts share, made once for a process, be it one that answers or one that works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.accounts.directory import Directory
from src.studio.accounts.invitations import Invitations
from src.studio.accounts.mail import Mailer
from src.studio.accounts.service import AccountService
from src.studio.administration.service import AdministrationService
from src.studio.benchmarks.handler import BenchmarkHandler
from src.studio.benchmarks.service import BenchmarkService
from src.studio.database.changes import Changes
from src.studio.database.database import Database
from src.studio.jobs.service import JobService
from src.studio.providers.service import ProviderService

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from src.studio.settings import StudioSettings
    from src.telemetry.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Services:
    """All services, on one database."""

    settings: StudioSettings
    clock: Callable[[], dt.datetime]
    telemetry: Telemetry
    database: Database
    mailer: Mailer
    accounts: AccountService
    changes: Changes
    providers: ProviderService
    jobs: JobService
    benchmarks: BenchmarkService
    directory: Directory
    invitations: Invitations
    administration: AdministrationService

    def close(self) -> None:
        """Let go of the database, and of whoever was asked for models or was to send mails."""
        self.providers.close()
        self.mailer.close()
        self.database.close()


def open_services(settings: StudioSettings, clock: Callable[[], dt.datetime], telemetry: Telemetry) -> Services:
    """Make the services. Nothing is read or written yet. Raises `ConfigurationError`."""
    database = Database(settings.studio_database_url.get_secret_value())
    mailer = Mailer(settings)
    accounts = AccountService(settings, clock, database, mailer)
    changes = Changes(database)
    jobs = JobService(database, changes, clock, settings.studio_job_timeout_seconds)
    providers = ProviderService(settings, database, clock)
    benchmarks = BenchmarkService(database, clock, providers, jobs)
    jobs.register(BenchmarkHandler(database, providers, clock))
    directory, invitations = Directory(database, clock), Invitations(database, clock, mailer)
    administration = AdministrationService(database, clock, directory, jobs)
    return Services(
        settings=settings,
        clock=clock,
        telemetry=telemetry,
        database=database,
        mailer=mailer,
        accounts=accounts,
        changes=changes,
        providers=providers,
        jobs=jobs,
        benchmarks=benchmarks,
        directory=directory,
        invitations=invitations,
        administration=administration,
    )
