"""Keeps what is known of a gateway beside its usage, across restarts."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from src.core.database.engines import insert_into
from src.store.database import facts
from src.store.times import to_moment, to_number

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Engine

logger = logging.getLogger(__name__)


class SqlFactStore:
    """One fact of one view, as JSON. A database that fails is logged and passed over."""

    def __init__(self, engine: Engine, view: str, name: str) -> None:
        self._engine, self._view, self._name = engine, view, name

    def load(self) -> tuple[Any, dt.datetime] | None:
        """Return the fact and when (UTC) it was read from the gateway, None where it never was."""
        query = select(facts.c.value, facts.c.read_at).where(
            facts.c.view == self._view, facts.c.name == self._name
        )
        try:
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
            return None if row is None else (json.loads(row.value)["fact"], to_moment(row.read_at))
        except (SQLAlchemyError, ValueError, TypeError, KeyError) as error:
            logger.warning("the store cannot be read (%s)", type(error).__name__)
            return None

    def save(self, value: Any, read_at: dt.datetime) -> None:  # noqa: ANN401 - whatever JSON has
        """Keep the fact in place of an older one."""
        row = {
            "view": self._view,
            "name": self._name,
            "value": json.dumps({"fact": value}),
            "read_at": to_number(read_at),
        }
        statement = insert_into(self._engine, facts).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=list(facts.primary_key), set_={"value": row["value"], "read_at": row["read_at"]}
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            logger.warning("the store cannot be written (%s)", type(error).__name__)
