"""What can go wrong between the dashboard and the gateway, a class for each kind.

Every message is a sentence of ours for a person: LiteLLM's own messages can quote keys and
addresses, so none of them is passed on.
"""

from src.core.errors import KnownError, Problem


class GatewayError(KnownError, RuntimeError):
    """The gateway could not be read. Carries the gateway's HTTP status where there was one."""

    problem = Problem(502, "gateway_unavailable")

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class GatewayRejectedKeyError(GatewayError):
    """The gateway does not know the dashboard's key, or the key has expired or is blocked."""

    problem = Problem(502, "gateway_rejected_key")


class GatewayForbiddenError(GatewayError):
    """The key is valid but may not see what was asked for."""

    problem = Problem(502, "gateway_forbidden")


class GatewayUnavailableError(GatewayError):
    """No connection, a connection that broke, or an error of the gateway's own."""


class GatewayTimeoutError(GatewayError):
    """No connection or no answer in time."""

    problem = Problem(504, "gateway_timeout")


class GatewayInvalidResponseError(GatewayError):
    """The answer is not what a LiteLLM gateway gives."""

    problem = Problem(502, "gateway_invalid_response")


class GatewayRateLimitedError(GatewayError):
    """The gateway asked for a pause that is longer than a request may wait."""

    problem = Problem(502, "gateway_rate_limited")

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message, status=429)
        self.retry_after = retry_after


class GatewayUnstablePagesError(GatewayError):
    """The number of pages went on changing while they were read: the figures cannot be trusted."""


class GatewayUsageChangedError(GatewayUnstablePagesError):
    """Usage came in between two questions whose answers have to fit together."""


class SpendLogsUnavailableError(GatewayError):
    """The gateway keeps no spend logs, or is too old to serve them, although it has usage."""

    problem = Problem(502, "spend_logs_unavailable")


class DatabaseReplacedError(GatewayError):
    """Another database stands behind the gateway than the one that was being read."""
