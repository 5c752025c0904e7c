"""What a layer asks of the one below, as small protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from src.client.models import (
        ModelInfoResponse,
        SpendAnalyticsPaginatedResponse,
        SpendLog,
        TeamResponse,
    )
    from src.client.usage_rows import UsageRows
    from src.services.team_directory import TeamDirectory
    from src.services.usage import Usage
    from src.store.durable import Sighting
    from src.store.records import DayRecord


class APIClientProtocol(Protocol):
    """A gateway. Every method may raise a kind of `GatewayError`."""

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
class UsageRowsClient(Protocol):
    """A gateway that gives usage as columns, too, which takes far less memory."""

    def fetch_usage_rows(  # noqa: PLR0913 - what a question is made of
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int,
        *,
        model: str | None = None,
        settled: bool = False,
    ) -> UsageRows:
        """Return the usage of a range of UTC days, on which nothing more is booked where they are `settled`.

        May raise a kind of `GatewayError`.
        """
        ...


@runtime_checkable
class DeletedTeamsClient(Protocol):
    """A gateway that may still know teams that were deleted."""

    def fetch_deleted_teams(self) -> Sequence[TeamResponse]:
        """Return them, the last ones where there are very many. May raise a kind of `GatewayError`."""
        ...


class UsageStore(Protocol):
    """Where days are kept, for one gateway as seen with one key. Used from several threads at once."""

    def get(self, dates: Iterable[dt.date]) -> Mapping[dt.date, DayRecord]:
        """Return what is kept of `dates`."""
        ...

    def put(self, records: Iterable[DayRecord]) -> None:
        """Keep `records`, each in place of an older one of its day."""
        ...


class FactStore(Protocol):
    """Where one thing that was read from the gateway outlives the process. It is made of what JSON has."""

    def load(self) -> tuple[Any, dt.datetime] | None:
        """Return it, and when (UTC) it was read."""
        ...

    def save(self, value: Any, read_at: dt.datetime) -> None:  # noqa: ANN401 - whatever JSON has
        """Keep it."""
        ...


class SightingStore(Protocol):
    """Where processes agree on which database a gateway has."""

    def update(self, change: Callable[[Sighting | None], Sighting]) -> Sighting:
        """Replace what is kept (None: nothing) by what `change` makes of it, in one step, and return it."""
        ...


class Origin(Protocol):
    """The database that days come from."""

    @property
    def is_recognised(self) -> bool:
        """Whether the gateway has shown that kept days are its own."""
        ...

    @property
    def is_silent(self) -> bool:
        """Whether the gateway, which answers otherwise, could have shown that for a while and has not."""
        ...

    async def look(self) -> None:
        """Give the gateway a moment to show its database, where it has not done so for a while."""
        ...

    def check(self) -> None:
        """Raise `DatabaseReplacedError` where the gateway is known to have another database."""
        ...

    def vouch(self, outages: int) -> bool:
        """Tell whether what the gateway told after so many outages is of this database, as far as that is known.

        Gives the gateway a moment to show it. Raises `DatabaseReplacedError` as `check` does.
        """
        ...

    def has_vouched(self, outages: int) -> bool:
        """Tell whether the gateway has shown its database between that outage and the next one."""
        ...


class SharedDays(Protocol):
    """Days that outlive the process and that other processes may fetch and read too."""

    def get(self, dates: Iterable[dt.date]) -> Mapping[dt.date, DayRecord]:
        """Return what is kept of `dates`."""
        ...

    def newer_than(self, records: Iterable[DayRecord]) -> Mapping[dt.date, DayRecord]:
        """Return what another process has fetched in place of `records`."""
        ...

    def put(self, records: Sequence[DayRecord]) -> None:
        """Keep `records`, each in place of an older one of its day."""
        ...

    def obtain(
        self,
        dates: Sequence[dt.date],
        is_good: Callable[[DayRecord], bool],
        load: Callable[[Sequence[dt.date]], list[DayRecord]],
    ) -> list[DayRecord]:
        """Return what is kept of `dates` and is good, and what `load` gives of the rest, which is kept."""
        ...


class TeamServiceProtocol(Protocol):
    """Names of teams."""

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) they have to be read again."""
        ...

    async def get_directory(self, usage: Usage) -> TeamDirectory:
        """Return the names of all teams, those included that appear in `usage` alone."""
        ...


class TeamDailyActivityServiceProtocol(Protocol):
    """The usage repository."""

    async def fetch_daily_activity(self, start_date: dt.date, end_date: dt.date) -> Usage:
        """Return the usage frame of a range of UTC days."""
        ...


class ModelMappingServiceProtocol(Protocol):
    """Labels of models."""

    @property
    def expires_at(self) -> dt.datetime | None:
        """When (UTC) they have to be read again."""
        ...

    async def get_display_names(self) -> Mapping[str, str]:
        """Return the label of each model whose label is not its name."""
        ...
