"""Puts rows of usage into the gateway's database, and takes them away again."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

TABLE = "LiteLLM_DailyTeamSpend"
USED: dict[str, Any] = {
    "team_id": None,
    "api_key": "",
    "model": "",
    "model_group": "",
    "custom_llm_provider": "openai",
    "endpoint": "/chat/completions",
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "spend": 0.0,
    "api_requests": 0,
    "successful_requests": 0,
    "failed_requests": 0,
}


@dataclass
class OddRows:
    """Rows of its own in a gateway's table of daily usage per team."""

    connection: psycopg.Connection
    _ids: list[str] = field(default_factory=list)

    def put(self, date: dt.date, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows of a day, each with what differs from `USED`, at random places among the others."""
        with self.connection.transaction():
            for row in rows:
                self._insert({**USED, "date": date.isoformat(), "id": str(uuid.uuid4()), **row})

    def has(self, column: str) -> bool:
        """Tell whether this release's table has a column."""
        found = self.connection.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s", (TABLE, column)
        )
        return found.fetchone() is not None

    def take_away(self) -> None:
        """Delete what was added."""
        statement = sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(sql.Identifier(TABLE))
        self.connection.execute(statement, (self._ids,))

    def _insert(self, values: dict[str, Any]) -> None:
        self._ids.append(values["id"])
        statement = sql.SQL("INSERT INTO {} ({}, updated_at) VALUES ({}, now())").format(
            sql.Identifier(TABLE),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        )
        self.connection.execute(statement, list(values.values()))
