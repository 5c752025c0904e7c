"""`LiteLLMAPI` reads teams, usage, models and spend logs from a LiteLLM gateway over HTTP."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from pydantic import TypeAdapter

from src.client.activity import ActivityPages, rows_of_all_models
from src.client.activity_days import days_of
from src.client.errors import GatewayError
from src.client.http import Connection, Watch, parse_items, unwatched
from src.client.models import (
    DeletedTeamsResponse,
    ModelInfoResponse,
    SpendAnalyticsPaginatedResponse,
    SpendLog,
    TeamResponse,
)
from src.client.spend_logs import LogPages, SpendLogReader
from src.client.usage_rows import add_up
from src.core.memory import HEAVY_WORK, give_back_memory

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from src.client.usage_rows import UsageRows

TEAM = TypeAdapter(TeamResponse)
DELETED_TEAMS = TypeAdapter(DeletedTeamsResponse)
MODELS = TypeAdapter(ModelInfoResponse)

DELETED_TEAMS_PATH = "/v2/team/list"

DEFAULT_PAGE_SIZE = 5000
PROBE, PROBE_SECONDS = "/health/liveliness", 1
SERVER_ERRORS = 500
# No figure waits for the list of teams, and it takes a minute where there are thousands with all their keys.
TEAMS_TIMEOUT_FACTOR = 2
# LiteLLM allows no more on a page; nobody waits for the names of deleted teams, and few of them are ever needed.
DELETED_TEAMS_PAGE_SIZE, MAX_DELETED_TEAMS_PAGES, DELETED_TEAMS_SECONDS = 100, 50, 10
# Servers commonly reject request lines above 8 KiB, some above 4.
MAX_TEAM_IDS_BYTES = 3000


class LiteLLMAPI:
    """A client for one gateway and one key. Safe to use from several threads.

    Every method sends GET requests only and raises a kind of `GatewayError` when the gateway cannot
    be read. Clients of the same gateway and key are equal.
    """

    def __init__(  # noqa: PLR0913 - all but two have a default
        self,
        base_url: str,
        api_key: str,
        *,
        connect_timeout: float = 5,
        read_timeout: float = 60,
        pool_size: int = 8,
        watch: Watch = unwatched,
    ) -> None:
        base_url = base_url.rstrip("/")
        self._teams_timeout = (connect_timeout, TEAMS_TIMEOUT_FACTOR * read_timeout)
        connection = partial(
            Connection,
            base_url,
            api_key,
            timeout=(connect_timeout, read_timeout),
            pool_size=pool_size,
            watch=watch,
        )
        self._gateway, self._once = connection(), connection(retried=False)
        self._activity_pages = ActivityPages(self._gateway)
        self._log_pages = LogPages()
        self.identity = hashlib.sha256(f"{base_url}\n{api_key}".encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LiteLLMAPI) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"LiteLLMAPI(identity={self.identity[:8]})"

    def close(self) -> None:
        """Close the connections."""
        self._gateway.close()
        self._once.close()

    def is_alive(self) -> bool:
        """Ask, without retries and for a second at most, whether anything answers for the gateway."""
        headers = {"Connection": "close"}  # on a new one: a kept one may be dead, which would tell nothing
        try:
            with self._once.get(PROBE, headers=headers, timeout=PROBE_SECONDS, checked=False) as response:
                return response.status_code < SERVER_ERRORS
        except GatewayError:
            return False

    def fetch_teams(self) -> list[TeamResponse]:
        """Return every team of the gateway. Needs an admin's or an admin viewer's key."""
        with self._gateway.get("/team/list", timeout=self._teams_timeout) as response:
            return parse_items(response.content, TEAM)

    def fetch_deleted_teams(self) -> list[TeamResponse]:
        """Return teams that were deleted, the newest ones where there are more than some thousand.

        Needs an admin's or an admin viewer's key. Asks once, without retries: what it tells is good to have.
        """
        teams: list[TeamResponse] = []
        query = {"status": "deleted", "page_size": str(DELETED_TEAMS_PAGE_SIZE)}
        for number in range(1, MAX_DELETED_TEAMS_PAGES + 1):
            asked = {**query, "page": str(number)}
            page = self._once.read(DELETED_TEAMS_PATH, asked, DELETED_TEAMS, timeout=DELETED_TEAMS_SECONDS)
            teams += page.teams
            if not page.teams or number >= (page.total_pages or 0):
                break
        return teams

    def fetch_model_info(self) -> ModelInfoResponse:
        """Return the deployments that the key may see."""
        return self._gateway.read("/model/info", {}, MODELS)

    def fetch_team_daily_activity(
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int = DEFAULT_PAGE_SIZE,
        *,
        model: str | None = None,
    ) -> SpendAnalyticsPaginatedResponse:
        """Return the usage of UTC days `start_date` to `end_date`, both included, one entry per day.

        `team_ids` None means all that the key may see, usage without a team and of deleted teams included;
        `model` is a provider's model id, None means all. Raises `GatewayUnstablePagesError` when the pages
        change while they are read, and again each time it starts over.
        """
        rows = self._read_rows(team_ids, page_size, start_date, end_date, settled=False, model=model)
        return SpendAnalyticsPaginatedResponse(results=days_of(rows))

    def fetch_usage_rows(
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int = DEFAULT_PAGE_SIZE,
        *,
        settled: bool = False,
    ) -> UsageRows:
        """Return the usage of the same days as columns, each part of it with its model as far as LiteLLM tells it.

        On `settled` days nothing more is booked: that their pages fit together takes less to make sure of.
        """
        ask = partial(self._read_rows, team_ids, page_size, settled=settled)
        return rows_of_all_models(ask, start_date, end_date)

    def fetch_spend_logs(self, start: dt.datetime, end: dt.datetime) -> Iterator[list[SpendLog]]:
        """Yield every request that started in [`start`, `end`), whole UTC seconds, once each, in batches.

        Raises `SpendLogsUnavailableError` on gateways without this endpoint.
        """
        return SpendLogReader(self._gateway.read, self._log_pages).read(start, end)

    def count_log_pages(self, requests: int) -> int:
        """Return how many pages of the gateway `fetch_spend_logs` reads for a span with so many requests."""
        return self._log_pages.count(requests)

    def _read_rows(  # noqa: PLR0913 - what a question is made of
        self,
        team_ids: Sequence[str] | None,
        page_size: int,
        start: dt.date,
        end: dt.date,
        *,
        settled: bool,
        model: str | None = None,
    ) -> UsageRows:
        """Return what LiteLLM tells, read a page at a time: no more than one is ever there as objects.

        A week of a large gateway would be hundreds of thousands of them, whose memory is not all given back.
        """
        try:
            pages = [
                page
                for query in _questions(team_ids, start, end, model)
                for page in self._activity_pages.read(query, page_size, settled=settled)
            ]
            with HEAVY_WORK:
                return add_up(pages)
        finally:
            give_back_memory()


def _questions(
    team_ids: Sequence[str] | None, start: dt.date, end: dt.date, model: str | None
) -> Iterator[dict[str, str]]:
    """Yield the query parameters of each question: lists of teams stay short enough for a URL."""
    query = {"start_date": start.isoformat(), "end_date": end.isoformat()}
    if model is not None:
        query["model"] = model
    if team_ids is None:
        yield query
        return
    batch: list[str] = []
    length = 0
    for team_id in team_ids:
        added = len(quote_plus("," + team_id))
        if batch and length + added > MAX_TEAM_IDS_BYTES:
            yield {**query, "team_ids": ",".join(batch)}
            batch, length = [], 0
        batch.append(team_id)
        length += added
    if batch:
        yield {**query, "team_ids": ",".join(batch)}
