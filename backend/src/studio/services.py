"""`Services`: what Studio's parts share, made once for a process, be it one that answers or one that works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.accounts.directory import Directory
from src.studio.accounts.invitations import Invitations
from src.studio.accounts.mail import Mailer
from src.studio.accounts.service import AccountService
from src.studio.administration.service import AdministrationService
from src.studio.analytics.service import AnalyticsService
from src.studio.benchmarks.handler import BenchmarkHandler
from src.studio.benchmarks.sending import SendingRules
from src.studio.benchmarks.service import BenchmarkService
from src.studio.database.changes import Changes
from src.studio.database.database import Database
from src.studio.jobs.service import JobService
from src.studio.llm.egress import policy_of
from src.studio.mcp.service import McpService
from src.studio.parameters.service import ParameterService
from src.studio.preferences.service import PreferenceService
from src.studio.profiles.service import ProfileService
from src.studio.prompts.service import PromptService
from src.studio.providers.checks import ProviderChecks
from src.studio.providers.service import ProviderService
from src.studio.tool_eval.handler import ToolEvalHandler
from src.studio.tool_eval.requests import ToolEvalRequests
from src.studio.tool_eval.service import ToolEvalService
from src.studio.tool_suites.service import ToolSuiteService
from src.studio.vault.service import VaultService

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from src.core.usage import UsageOf
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
    vault: VaultService
    providers: ProviderService
    checks: ProviderChecks
    parameters: ParameterService
    prompts: PromptService
    profiles: ProfileService
    preferences: PreferenceService
    jobs: JobService
    benchmarks: BenchmarkService
    mcp: McpService
    tool_suites: ToolSuiteService
    tool_evals: ToolEvalService
    tool_eval_requests: ToolEvalRequests
    analytics: AnalyticsService
    directory: Directory
    invitations: Invitations
    administration: AdministrationService

    def close(self) -> None:
        """Let go of the database, and of whoever was asked for models or was to send mails."""
        self.providers.close()
        self.mailer.close()
        self.database.close()


def open_services(
    settings: StudioSettings,
    clock: Callable[[], dt.datetime],
    telemetry: Telemetry,
    usage_of: UsageOf | None = None,
) -> Services:
    """Make the services. Nothing is read or written yet. Raises `ConfigurationError`."""
    database = Database(settings.studio_database_url.get_secret_value())
    mailer = Mailer(settings)
    accounts = AccountService(settings, clock, database, mailer)
    changes = Changes(database)
    jobs = JobService(database, changes, clock, settings.studio_job_timeout_seconds)
    vault = VaultService(settings, database, clock)
    providers = ProviderService(settings, database, clock, accounts, vault)
    parameters = ParameterService(database, clock)
    prompts = PromptService(database, clock)
    profiles = ProfileService(database, clock, prompts)
    rules = SendingRules(parameters, profiles)
    benchmarks = BenchmarkService(database, clock, providers, jobs, rules)
    jobs.register(BenchmarkHandler(database, providers, clock, policy_of(settings)))
    suites = ToolSuiteService(database, clock)
    jobs.register(ToolEvalHandler(database, providers, suites, clock, policy_of(settings)))
    directory = Directory(database, clock)
    return Services(
        settings=settings,
        clock=clock,
        telemetry=telemetry,
        database=database,
        mailer=mailer,
        accounts=accounts,
        changes=changes,
        vault=vault,
        providers=providers,
        checks=ProviderChecks(providers, policy_of(settings)),
        parameters=parameters,
        prompts=prompts,
        profiles=profiles,
        preferences=PreferenceService(database, clock, parameters),
        jobs=jobs,
        benchmarks=benchmarks,
        mcp=McpService(policy_of(settings)),
        tool_suites=suites,
        tool_evals=ToolEvalService(database, suites),
        tool_eval_requests=ToolEvalRequests(database, providers, jobs, rules, suites),
        analytics=AnalyticsService(database, clock, providers, profiles, usage_of),
        directory=directory,
        invitations=Invitations(database, clock, mailer),
        administration=AdministrationService(database, clock, directory, jobs),
    )
