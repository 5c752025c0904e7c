"""The one table from errors to HTTP, and the way every endpoint with a date range goes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from src.client.errors import (
    GatewayError,
    GatewayForbiddenError,
    GatewayInvalidResponseError,
    GatewayRateLimitedError,
    GatewayRejectedKeyError,
    GatewayTimeoutError,
    SpendLogsUnavailableError,
)
from src.core.errors import (
    AddressTooLongError,
    ConfigurationError,
    HeadersTooLongError,
    InvalidParameterError,
    InvalidRangeError,
    MisdirectedError,
    UnauthorizedError,
)
from src.core.redaction import place_of, redact
from src.core.request import current_request
from src.services.gateway_calls import GatewayBusyError
from src.services.hourly_usage_service import TooManyPagesError
from src.services.team_directory import UnknownTeamError
from src.utils.date_utils import parse_date_range

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """How an error is answered. `detail` None: the error's own message, which is written for people."""

    status: int
    code: str
    detail: str | None = None


# The first row whose class fits counts.
ERRORS: tuple[tuple[type[Exception], Problem], ...] = (
    (InvalidRangeError, Problem(400, "invalid_range")),
    (TooManyPagesError, Problem(400, "invalid_range")),
    (InvalidParameterError, Problem(400, "invalid_parameter")),
    (UnknownTeamError, Problem(400, "invalid_parameter")),
    (UnauthorizedError, Problem(401, "unauthorized")),
    (AddressTooLongError, Problem(414, "address_too_long")),
    (MisdirectedError, Problem(421, "misdirected")),
    (HeadersTooLongError, Problem(431, "headers_too_long")),
    (GatewayRejectedKeyError, Problem(502, "gateway_rejected_key")),
    (GatewayForbiddenError, Problem(502, "gateway_forbidden")),
    (GatewayInvalidResponseError, Problem(502, "gateway_invalid_response")),
    (GatewayRateLimitedError, Problem(502, "gateway_rate_limited")),
    (SpendLogsUnavailableError, Problem(502, "spend_logs_unavailable")),
    (GatewayBusyError, Problem(503, "busy")),
    (GatewayTimeoutError, Problem(504, "gateway_timeout")),
    (TimeoutError, Problem(504, "gateway_timeout", "The gateway did not answer in time. Try again.")),
    (GatewayError, Problem(502, "gateway_unavailable")),
    (ConfigurationError, Problem(502, "gateway_unavailable")),
    (RuntimeError, Problem(502, "gateway_unavailable", "The gateway could not be read. Try again.")),
    (
        Exception,
        Problem(
            500,
            "internal_error",
            "Something went wrong in the dashboard. Quote the request id when you report it.",
        ),
    ),
)


class EndpointError(Exception):
    """An error on its way to the client, already looked up in the table."""

    def __init__(self, problem: Problem, *, retry_after: float | None = None) -> None:
        super().__init__(problem.detail)
        self.problem, self.retry_after = problem, retry_after


def problem_of(error: Exception) -> Problem:
    """Look `error` up in the table."""
    return next(problem for kind, problem in ERRORS if isinstance(error, kind))


def to_endpoint_error(error: Exception) -> EndpointError:
    """Return what the client is told of `error`, and log it where it is not the client's own."""
    if isinstance(error, EndpointError):
        return error
    problem = problem_of(error)
    detail = problem.detail or redact(str(error))
    if problem.status >= 500:  # noqa: PLR2004 - the server's side of HTTP's statuses
        logger.warning("%s: %s", problem.code, place_of(error))
    return EndpointError(
        Problem(problem.status, problem.code, detail), retry_after=getattr(error, "retry_after", None)
    )


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
        raise to_endpoint_error(error) from error
    current_request().note_answer()
    return answer
