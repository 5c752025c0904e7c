"""What the gateway's own database says: the figures that every answer has to equal."""

from datetime import date
from typing import LiteralString

import psycopg
from psycopg import sql

from tests.contract.period import Period

Figures = dict[str, int | float | None]
Table = dict[tuple[str | None, ...], Figures]

MEASURES = (
    "tokens",
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
)

# numeric adds up without rounding, so that the order of the rows does not matter
USAGE: LiteralString = """
    WITH usage AS (
        SELECT *, COALESCE(NULLIF(model_group, ''), NULLIF(model, ''), '(unknown)') AS model_name
        FROM "LiteLLM_DailyTeamSpend" WHERE date BETWEEN %(start_date)s AND %(end_date)s
    )
    SELECT COALESCE(sum(prompt_tokens + completion_tokens), 0)::bigint,
        COALESCE(sum(prompt_tokens), 0)::bigint, COALESCE(sum(completion_tokens), 0)::bigint,
        COALESCE(sum(cache_read_input_tokens), 0)::bigint,
        COALESCE(sum(cache_creation_input_tokens), 0)::bigint,
        COALESCE(sum(spend::numeric), 0)::double precision, COALESCE(sum(api_requests), 0)::bigint,
        COALESCE(sum(successful_requests), 0)::bigint, COALESCE(sum(failed_requests), 0)::bigint{columns}
    FROM usage GROUP BY ({group})
"""
HOURS: LiteralString = """
    SELECT extract(hour FROM "startTime" AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::int,
        sum(prompt_tokens + completion_tokens)::bigint
    FROM "LiteLLM_SpendLogs"
    WHERE "startTime"::date BETWEEN %(start_date)s::date AND %(end_date)s::date
        AND (%(every)s OR team_id IS NOT DISTINCT FROM %(team)s)
    GROUP BY 1
"""
LOGGED: LiteralString = """
    SELECT to_char("startTime", 'YYYY-MM-DD'), team_id, count(*)
    FROM "LiteLLM_SpendLogs"
    WHERE "startTime"::date BETWEEN %(start_date)s::date AND %(end_date)s::date
    GROUP BY 1, 2
"""
ALIASES: LiteralString = """
    SELECT token, key_alias FROM "LiteLLM_DeletedVerificationToken"
    UNION ALL SELECT token, key_alias FROM "LiteLLM_VerificationToken"
"""
EVERY_TEAM = object()


class Truth:
    """Asks the gateway's PostgreSQL; every table it returns is keyed by the columns it was grouped by."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def data(self) -> Period | None:
        """Return the first and the last day with usage, or None."""
        (row,) = self._rows('SELECT min(date), max(date) FROM "LiteLLM_DailyTeamSpend"')
        return Period(*map(date.fromisoformat, row)) if row[0] else None

    def teams(self) -> dict[str, str | None]:
        """Return the alias of every team that exists, by id."""
        return dict(self._rows('SELECT team_id, team_alias FROM "LiteLLM_TeamTable"'))

    def key_aliases(self) -> dict[str, str | None]:
        """Return the alias of every key that the gateway still knows, by hash."""
        return dict(self._rows(ALIASES))

    def usage(self, period: Period, *by: str) -> Table:
        """Return all measures of a range, grouped by any of date, team_id, api_key, model_name."""
        columns = sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name in by)
        group = sql.SQL(", ").join(map(sql.Identifier, by))
        rows = self._rows(sql.SQL(USAGE).format(columns=columns, group=group), period.params)
        size = len(MEASURES)
        return {row[size:]: dict(zip(MEASURES, row[:size], strict=True)) for row in rows}

    def total(self, period: Period) -> Figures:
        """Return all measures of a range in one row."""
        return self.usage(period)[()]

    def hours(self, period: Period, zone: str, team: object = EVERY_TEAM) -> dict[int, int]:
        """Return the tokens of each hour of day in `zone`, of one team (None: of none) or of every one."""
        every = team is EVERY_TEAM
        params = {"zone": zone, "every": every, "team": None if every else team}
        return dict.fromkeys(range(24), 0) | dict(self._rows(HOURS, {**period.params, **params}))

    def logged_requests(self, period: Period) -> dict[tuple[str, str | None], int]:
        """Return how many requests of each day and team the spend logs have."""
        return {(date, team_id): count for date, team_id, count in self._rows(LOGGED, period.params)}

    def rows_per_day(self) -> dict[str, int]:
        """Return the number of the gateway's rows for each day with usage: what its pages are made of."""
        return dict(self._rows('SELECT date, count(*) FROM "LiteLLM_DailyTeamSpend" GROUP BY 1 ORDER BY 1'))

    def _rows(self, query: LiteralString | sql.Composed, params: dict | None = None) -> list[tuple]:
        return self._connection.execute(query, params).fetchall()
