"""`app.py resync`: fetches days anew into the durable store, for when the gateway's past was corrected."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from src.client.errors import DatabaseReplacedError
from src.core.clock import date_range, utc_now
from src.core.errors import ConfigurationError
from src.telemetry.telemetry import Telemetry
from src.utils.date_utils import parse_date_range
from src.utils.dependency_config import AppState, Gateway

if TYPE_CHECKING:
    import datetime as dt

    from src.utils.common import LeaderboardSettings


class Resynced(NamedTuple):
    """The days that were asked for: those that were fetched anew, and those that could not be read whole."""

    fetched: list[dt.date]
    missing: list[dt.date]


def resync(settings: LeaderboardSettings, first: str, last: str) -> Resynced:
    """Fetch the days from `first` to `last` (`YYYY-MM-DD`) anew. Those that cannot be read whole stay as they are.

    Raises `InvalidRangeError`, `ConfigurationError` without a usable store or gateway, and a `GatewayError`.
    """
    dates = parse_date_range(first, last)
    telemetry = Telemetry()
    state = AppState(settings, utc_now, telemetry)
    state.open_store()
    try:
        if not state.has_store:
            raise ConfigurationError(
                "USAGE_STORE_URL: there is no store that can be used, so there is nothing to fetch into."
            )
        days = date_range(dates.start, dates.end)
        flights = _gateway(state).activity.days.start(days, again=True)
        whole = {record.date for flight in flights for part in flight.result() for record in part}
        return Resynced([day for day in days if day in whole], [day for day in days if day not in whole])
    finally:
        state.close()
        telemetry.close()


def _gateway(state: AppState) -> Gateway:
    """Return the services for the database that the gateway has now."""
    gateway = state.gateway(state.client())
    try:
        asyncio.run(gateway.database.look_closely())
    except DatabaseReplacedError:
        gateway = state.gateway(state.client())
    return gateway
