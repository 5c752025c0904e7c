"""The errors that Leaderboard knows, and the way every endpoint with a date range goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from src.client import errors as gateway
from src.core.errors import CORE_ERRORS, ConfigurationError, ErrorTable, Problem
from src.core.request_notes import current_request
from src.services.gateway_calls import GatewayBusyError
from src.utils.date_utils import parse_date_range

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

LEADERBOARD_ERRORS = ErrorTable(
    [
        gateway.GatewayRejectedKeyError,
        gateway.GatewayForbiddenError,
        gateway.GatewayInvalidResponseError,
        gateway.GatewayRateLimitedError,
        gateway.SpendLogsUnavailableError,
        GatewayBusyError,
        gateway.GatewayTimeoutError,
        gateway.GatewayError,
    ],
    {
        TimeoutError: Problem(504, "gateway_timeout", "The gateway did not answer in time. Try again."),
        ConfigurationError: Problem(502, "gateway_unavailable"),
        RuntimeError: Problem(502, "gateway_unavailable", "The gateway could not be read. Try again."),
    },
)
ERRORS = CORE_ERRORS + LEADERBOARD_ERRORS


async def execute_date_range_endpoint(
    start_date: str | None,
    end_date: str | None,
    service_method: Callable[[dt.date, dt.date], Awaitable[T]],
    *,
    now: dt.datetime | None = None,
) -> T:
    """Check the range, call `service_method` with it, and return what it returns.

    `now` (UTC) decides what today is, and is the real time by default.
    Raises `EndpointError`, and nothing else, for whatever goes wrong.
    """
    try:
        dates = parse_date_range(start_date, end_date, now)
        answer = await service_method(dates.start, dates.end)
    except Exception as error:
        raise ERRORS.answer_to(error) from error
    noted = current_request()
    noted.source = "fetched" if noted.has_waited else "known"
    return answer
