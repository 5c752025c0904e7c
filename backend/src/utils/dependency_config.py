"""`Depends` factories: what an endpoint asks for, wired from the client up.

A test that overrides `get_api_client` alone gets everything above it built on its own client.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from src.client.api_client import LiteLLMAPI
from src.services.adapted_client import adapted
from src.services.cost_efficiency_service import CostEfficiencyService
from src.services.day_repository import Keeping
from src.services.gateway_calls import URGENT_WORKERS, GatewayCalls
from src.services.gateway_database import DatabaseIdentity, GatewayDatabase
from src.services.history_sync import HistorySync
from src.services.hourly_usage_service import HourlyUsageService
from src.services.model_mapping_service import ModelMappingService
from src.services.model_usage_service import ModelUsageService
from src.services.protocols import APIClientProtocol
from src.services.refreshed import Lifetime
from src.services.success_rate_service import SuccessRateService
from src.services.team_daily_activity_service import TeamDailyActivityService
from src.services.team_service import FormerTeams, TeamService
from src.services.time_series_service import TimeSeriesService
from src.services.token_aggregation_service import TokenAggregationService
from src.store.database import StoreUnavailableError, open_database
from src.store.pruning import Pruner
from src.store.records import Freshness, MemoryUsageStore, Size
from src.store.sql import DurableStore, stored_sizes
from src.telemetry.telemetry import Telemetry
from src.utils.common import LeaderboardSettings, get_api_key, get_base_url
from src.utils.date_utils import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

logger = logging.getLogger(__name__)


class Gateway:
    """The services that remember something of one gateway: teams, models, days of usage, days of logs.

    All of it is of one database. When the gateway has another one, a successor starts from nothing, but for the
    connections of its `predecessor`.
    """

    def __init__(
        self,
        client: APIClientProtocol,
        settings: LeaderboardSettings,
        clock: Callable[[], dt.datetime],
        durable: DurableStore | None = None,
        predecessor: Gateway | None = None,
    ) -> None:
        self.client, self._clock, self._durable = client, clock, durable
        asked = adapted(client)
        if predecessor is None:
            self.calls = GatewayCalls(
                settings.litellm_concurrency,
                clock,
                asked.is_alive,
                queue_limit=settings.litellm_queue_limit,
            )
            self.identity = DatabaseIdentity(durable.fingerprints() if durable else None)
        else:
            self.calls, self.identity = predecessor.calls, predecessor.identity
        self._memory: dict[str, MemoryUsageStore] = {}
        self._epoch = self.identity.epoch
        self._team_ttl = dt.timedelta(seconds=settings.team_ttl_seconds)
        self._freshness = Freshness(
            settle=dt.timedelta(hours=settings.settle_hours),
            live_ttl=dt.timedelta(seconds=settings.live_ttl_seconds),
            clock=clock,
        )
        former = FormerTeams(asked, self.calls, self._lifetime("former teams"))
        self.database = GatewayDatabase(asked, self.calls, self.identity, self._lifetime("teams"), former.remember)
        self.teams = TeamService(self.database, former)
        self.models = ModelMappingService(asked, self.calls, self._lifetime("models"))
        self.activity = TeamDailyActivityService(asked, self._keeping("usage"), settings.litellm_page_size)
        self.hourly = HourlyUsageService(
            asked, self._keeping("hourly"), self.activity, self.teams, settings.hourly_max_pages
        )
        self.sync = HistorySync(
            self.activity.days,
            clock,
            days=settings.sync_days,
            concurrency=settings.sync_concurrency,
            interval=self._freshness.live_ttl,
        )

    def is_of(self, client: APIClientProtocol) -> bool:
        """Tell whether these are the services for the database that the client's gateway has now."""
        return self.client == client and not self.database.is_replaced

    def kept_in_memory(self) -> Mapping[str, Size]:
        """Return how much each kind of days takes in this process."""
        return {kind: store.size() for kind, store in self._memory.items()}

    def _lifetime(self, name: str) -> Lifetime:
        facts = self._durable.facts(self._epoch, name) if self._durable else None
        return Lifetime(self._team_ttl, self._clock, facts)

    def _keeping(self, kind: str) -> Keeping:
        durable = self._durable.days(self._epoch, kind) if self._durable else None
        self._memory[kind] = store = MemoryUsageStore()
        return Keeping(store, self.calls, self._freshness, durable, self.database)


class AppState:
    """What one app shares between its requests. Nothing is opened before it is asked for."""

    def __init__(
        self,
        settings: LeaderboardSettings,
        clock: Callable[[], dt.datetime],
        telemetry: Telemetry | None = None,
    ) -> None:
        self.settings, self.clock = settings, clock
        self.telemetry = telemetry or Telemetry()
        self._lock = threading.Lock()
        # its own: the event loop asks for the client, and must not wait for a thread that reads the store
        self._client_lock = threading.Lock()
        self._client: LiteLLMAPI | None = None
        self._gateway: Gateway | None = None
        self._database: Engine | None = None
        self._pruner: Pruner | None = None

    def client(self) -> LiteLLMAPI:
        """Return the app's own client. Raises `ConfigurationError` when the gateway is not configured."""
        with self._client_lock:
            if self._client is None:
                self._client = LiteLLMAPI(
                    get_base_url(self.settings, ask=False),
                    get_api_key(self.settings, ask=False),
                    connect_timeout=self.settings.litellm_connect_timeout_seconds,
                    read_timeout=self.settings.litellm_read_timeout_seconds,
                    pool_size=self.settings.litellm_concurrency + URGENT_WORKERS,
                    watch=self.telemetry.gateway_call,
                )
            return self._client

    def gateway(self, client: APIClientProtocol) -> Gateway:
        """Return the services on top of `client`; another client or database starts from nothing.

        May read the store.
        """
        with self._lock:
            last = self._gateway
            if last is not None and last.is_of(client):
                return last
            if last is not None and last.client != client:
                last.calls.close()
                last = None
            self._gateway = Gateway(client, self.settings, self.clock, self._durable_of(client), last)
            if last is not None and self._pruner is not None:
                self._pruner.start()  # what is kept of the database before
            return self._gateway

    async def recognised_gateway(self, client: APIClientProtocol) -> Gateway:
        """Return the services for the database that the gateway has, as far as it shows itself in a moment."""
        for _ in range(2):  # when it shows another one, that one's may have to be looked for, too
            gateway = self._gateway
            if gateway is None or not gateway.is_of(client):
                gateway = await asyncio.to_thread(self.gateway, client)
            await gateway.database.look()
            if not gateway.database.is_replaced:
                break
        return gateway

    @property
    def generation(self) -> tuple[str, int] | None:
        """The gateway's database, and the outages that there were: each may have brought another database."""
        return None if self._gateway is None else (self._gateway.identity.epoch, self._gateway.calls.outages)

    async def keep_history(self) -> None:
        """Have the gateway show its database as soon as there is an app; fetch history ahead until cancelled."""
        gateway = await self.recognised_gateway(self.client())
        while self.settings.sync_days > 0:
            await gateway.sync.run()
            gateway = await self.recognised_gateway(self.client())

    def _durable_of(self, client: APIClientProtocol) -> DurableStore | None:
        view = adapted(client).identity
        return None if self._database is None or view is None else DurableStore(self._database, view)

    def open_store(self) -> None:
        """Open the durable store, where there is one, for what is asked from now on. Demo data is never stored.

        A store that cannot be used is left alone, and days are kept in memory only.
        """
        url = self.settings.durable_store_url
        if url is None:
            return
        try:
            self._database = open_database(url)
        except StoreUnavailableError as error:
            logger.warning("%s Days are kept in memory only.", error)
            return
        self._pruner = Pruner(self._database, FIRST_DAY, self.clock)
        self._pruner.start()

    @property
    def current_gateway(self) -> Gateway | None:
        """The services that were asked last, None where nobody has asked yet."""
        return self._gateway

    def sizes(self) -> Mapping[str, Mapping[str, Size]]:
        """Return how much is kept in each place, by kind; of usage, also where there is none. Reads the store."""
        none = {"usage": Size()}
        places = {"memory": none | dict({} if self._gateway is None else self._gateway.kept_in_memory())}
        if self._database is not None:
            places["database"] = none | dict(stored_sizes(self._database))
        return places

    @property
    def has_store(self) -> bool:
        """Whether days outlive the process."""
        return self._database is not None

    def close(self) -> None:
        """Close connections, threads and the store."""
        if self._gateway is not None:
            self._gateway.calls.close()
        if self._client is not None:
            self._client.close()
        if self._pruner is not None:
            self._pruner.close()
        if self._database is not None:
            self._database.dispose()


# The factories are async so that FastAPI calls them in place instead of on a worker thread.


async def get_app_state(request: Request) -> AppState:
    """Return what the app shares."""
    return request.app.state.leaderboard


AppStateDep = Annotated[AppState, Depends(get_app_state)]


async def get_settings(state: AppStateDep) -> LeaderboardSettings:
    """Return the settings."""
    return state.settings


SettingsDep = Annotated[LeaderboardSettings, Depends(get_settings)]


async def get_api_client(state: AppStateDep) -> APIClientProtocol:
    """Return the client of the configured gateway."""
    return state.client()


APIClientDep = Annotated[APIClientProtocol, Depends(get_api_client)]


async def get_gateway(state: AppStateDep, client: APIClientDep) -> Gateway:
    """Return what the app remembers of the client's gateway."""
    return await state.recognised_gateway(client)


GatewayDep = Annotated[Gateway, Depends(get_gateway)]


async def get_team_service(gateway: GatewayDep) -> TeamService:
    """Return the teams' names."""
    return gateway.teams


async def get_team_daily_activity_service(gateway: GatewayDep) -> TeamDailyActivityService:
    """Return the usage repository."""
    return gateway.activity


async def get_model_mapping_service(gateway: GatewayDep) -> ModelMappingService:
    """Return the models' labels."""
    return gateway.models


TeamServiceDep = Annotated[TeamService, Depends(get_team_service)]
TeamDailyActivityServiceDep = Annotated[TeamDailyActivityService, Depends(get_team_daily_activity_service)]
ModelMappingServiceDep = Annotated[ModelMappingService, Depends(get_model_mapping_service)]

# Reports by the name of their service, for whoever wants to call one. Routes need none of these: they are made of
# what `src/api/reports` declares.


async def get_token_aggregation_service(
    activity: TeamDailyActivityServiceDep, teams: TeamServiceDep, models: ModelMappingServiceDep
) -> TokenAggregationService:
    """Return tokens per team."""
    return TokenAggregationService(activity, teams, models)


async def get_time_series_service(
    activity: TeamDailyActivityServiceDep, teams: TeamServiceDep
) -> TimeSeriesService:
    """Return usage per day."""
    return TimeSeriesService(activity, teams)


async def get_model_usage_service(
    activity: TeamDailyActivityServiceDep, teams: TeamServiceDep, models: ModelMappingServiceDep
) -> ModelUsageService:
    """Return tokens per model."""
    return ModelUsageService(activity, teams, models)


async def get_success_rate_service(
    activity: TeamDailyActivityServiceDep, teams: TeamServiceDep
) -> SuccessRateService:
    """Return success rates."""
    return SuccessRateService(activity, teams)


async def get_cost_efficiency_service(
    activity: TeamDailyActivityServiceDep, teams: TeamServiceDep
) -> CostEfficiencyService:
    """Return costs per model."""
    return CostEfficiencyService(activity, teams)


async def get_hourly_usage_service(gateway: GatewayDep) -> HourlyUsageService:
    """Return usage per hour of the day."""
    return gateway.hourly
