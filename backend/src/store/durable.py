"""What a database keeps of one gateway, as it shows itself to one key: days, facts, and which database it has."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from src.core.database.engines import insert_into
from src.store.database import facts, to_moment, to_number
from src.store.sql import SqlUsageStore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

    Teams = Mapping[str, dt.datetime] | None

logger = logging.getLogger(__name__)

# Rows are kept under the view, which tells gateways and keys apart, and the epoch, which tells apart the
# databases that one gateway had: 32 characters of each.
VIEW_LENGTH = 32
NAME = "database"
ATTEMPTS = 10


class DurableStore:
    """The stores of one gateway and key (`view`). Days and facts belong to one of its databases (`epoch`)."""

    def __init__(self, engine: Engine, view: str) -> None:
        self._engine, self._view = engine, view

    def fingerprints(self) -> SqlFingerprintStore:
        """Return where it is kept which database the gateway has."""
        return SqlFingerprintStore(self._engine, self._view)

    def facts(self, epoch: str, name: str) -> SqlFactStore:
        """Return where the fact `name` is kept."""
        return SqlFactStore(self._engine, self._view[:VIEW_LENGTH] + epoch, name)

    def days(self, epoch: str, kind: str) -> SqlUsageStore:
        """Return where days of `kind` are kept."""
        return SqlUsageStore(self._engine, self._view[:VIEW_LENGTH] + epoch, kind)


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


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What was last seen of a database, when (UTC), and the name that its days are kept under.

    `teams` has when each team was created (UTC), former teams included; it is None where the key may not list
    teams. Such keys are random and live in the database, so they prove it themselves.
    """

    epoch: str
    teams: Teams = None
    seen_at: dt.datetime | None = None


class SqlFingerprintStore:
    """The fingerprint of one address and key. A database that fails is logged and passed over."""

    def __init__(self, engine: Engine, view: str) -> None:
        self._engine = engine
        self._key = {"view": view, "name": NAME}
        self._is_mine = (facts.c.view == view) & (facts.c.name == NAME)

    def update(self, change: Callable[[Fingerprint | None], Fingerprint]) -> Fingerprint:
        """Replace what is kept by what `change` makes of it, in one step, and return it.

        `change` is called again when another process was faster, and with None when nothing is kept.
        """
        try:
            for _ in range(ATTEMPTS):
                with self._engine.connect() as connection:
                    known = connection.execute(select(facts.c.value).where(self._is_mine)).scalar()
                changed = change(_decode(known))
                if self._replace(known, changed):
                    return changed
        except SQLAlchemyError as error:
            logger.warning("the store cannot be used (%s)", type(error).__name__)
        return change(None)

    def _replace(self, known: str | None, changed: Fingerprint) -> bool:
        """Keep `changed` where there is still what was `known`, and tell whether there was."""
        teams = None if changed.teams is None else {team: to_number(at) for team, at in changed.teams.items()}
        seen_at = None if changed.seen_at is None else to_number(changed.seen_at)
        value = json.dumps({"epoch": changed.epoch, "teams": teams, "seen_at": seen_at})
        row = {"value": value, "read_at": seen_at or 0}
        if known is None:
            statement = insert_into(self._engine, facts).values({**self._key, **row}).on_conflict_do_nothing()
        else:
            statement = update(facts).where(self._is_mine, facts.c.value == known).values(row)
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount == 1


def all_fingerprints(engine: Engine) -> dict[str, Fingerprint]:
    """Return the fingerprint of each address and key, but for damaged ones. Raises `SQLAlchemyError`."""
    with engine.connect() as connection:
        rows = connection.execute(select(facts.c.view, facts.c.value).where(facts.c.name == NAME)).all()
    found = {row.view: _decode(row.value) for row in rows}
    return {view: fingerprint for view, fingerprint in found.items() if fingerprint is not None}


def _decode(text: str | None) -> Fingerprint | None:
    """Return the fingerprint, None where there is none or it is damaged."""
    try:
        kept = json.loads(text or "")
        teams, seen_at = kept["teams"], kept["seen_at"]
        return Fingerprint(
            str(kept["epoch"]),
            None if teams is None else {team: to_moment(at) for team, at in teams.items()},
            None if seen_at is None else to_moment(seen_at),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
