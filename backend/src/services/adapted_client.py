"""Makes a client that has the least, days as LiteLLM nests them, into one that services can ask for rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.client.activity import rows_of_all_models
from src.client.usage_rows import flatten
from src.services.protocols import GatewayClientProtocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from src.client.models import ModelInfoResponse, SpendLog, TeamResponse
    from src.client.usage_rows import UsageRows
    from src.services.protocols import APIClientProtocol


def adapted(client: APIClientProtocol) -> GatewayClientProtocol:
    """Return the client itself where it has all that services ask for, else one that makes rows of its days."""
    return client if isinstance(client, GatewayClientProtocol) else _AdaptedClient(client)


class _AdaptedClient:
    """What the client below cannot tell is not known: no identity, no sign of life, no deleted teams."""

    identity = None
    is_alive = None

    def __init__(self, client: APIClientProtocol) -> None:
        self._client = client

    def fetch_teams(self) -> Sequence[TeamResponse]:
        return self._client.fetch_teams()

    def fetch_deleted_teams(self) -> Sequence[TeamResponse]:
        return ()

    def fetch_usage_rows(
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int,
        *,
        settled: bool = False,  # noqa: ARG002 - it reads all days in one way
    ) -> UsageRows:
        def ask(start: dt.date, end: dt.date, *, model: str | None = None) -> UsageRows:
            days = self._client.fetch_team_daily_activity(team_ids, start, end, page_size, model=model)
            return flatten(days.results)

        return rows_of_all_models(ask, start_date, end_date)

    def fetch_model_info(self) -> ModelInfoResponse:
        return self._client.fetch_model_info()

    def fetch_spend_logs(self, start: dt.datetime, end: dt.datetime) -> Iterator[list[SpendLog]]:
        return self._client.fetch_spend_logs(start, end)

    def count_log_pages(self, requests: int) -> int:
        return self._client.count_log_pages(requests)
