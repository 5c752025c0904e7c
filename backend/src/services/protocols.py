"""What services ask of a gateway's client, as small protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from src.client.models import (
        ModelInfoResponse,
        SpendAnalyticsPaginatedResponse,
        SpendLog,
        TeamResponse,
    )
    from src.client.usage_rows import UsageRows


class APIClientProtocol(Protocol):
    """The least that a gateway's client has; `adapted` makes the other protocol's of it.

    Every method may raise a kind of `GatewayError`.
    """

    def fetch_teams(self) -> Sequence[TeamResponse]:
        """Return all teams."""
        ...

    def fetch_team_daily_activity(
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int,
        *,
        model: str | None = None,
    ) -> SpendAnalyticsPaginatedResponse:
        """Return the usage of a range of UTC days, one entry per day."""
        ...

    def fetch_model_info(self) -> ModelInfoResponse:
        """Return the gateway's deployments."""
        ...

    def fetch_spend_logs(self, start: dt.datetime, end: dt.datetime) -> Iterator[list[SpendLog]]:
        """Yield the requests that started in [`start`, `end`), in batches."""
        ...

    def count_log_pages(self, requests: int) -> int:
        """Return how many of the gateway's pages that takes for a span with so many requests."""
        ...


@runtime_checkable
class GatewayClientProtocol(Protocol):
    """A gateway, as services ask it. Every method may raise a kind of `GatewayError`."""

    @property
    def identity(self) -> str | None:
        """What tells this gateway and key from others; None where nothing does: then no day is stored."""
        ...

    @property
    def is_alive(self) -> Callable[[], bool] | None:
        """What tells, within a moment, whether anything answers for the gateway; None where nothing does."""
        ...

    def fetch_teams(self) -> Sequence[TeamResponse]:
        """Return all teams."""
        ...

    def fetch_deleted_teams(self) -> Sequence[TeamResponse]:
        """Return what is still known of teams that were deleted, the last ones where there are very many."""
        ...

    def fetch_usage_rows(
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int,
        *,
        settled: bool = False,
    ) -> UsageRows:
        """Return the usage of a range of UTC days, on which nothing more is booked where they are `settled`."""
        ...

    def fetch_model_info(self) -> ModelInfoResponse:
        """Return the gateway's deployments."""
        ...

    def fetch_spend_logs(self, start: dt.datetime, end: dt.datetime) -> Iterator[list[SpendLog]]:
        """Yield the requests that started in [`start`, `end`), in batches."""
        ...

    def count_log_pages(self, requests: int) -> int:
        """Return how many of the gateway's pages that takes for a span with so many requests."""
        ...
