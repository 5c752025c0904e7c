"""Keeps what was last seen of a gateway's database, for all processes that share the store."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from src.core.database.engines import insert_into
from src.store.database import facts
from src.store.sighting import Sighting
from src.store.times import to_moment, to_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

logger = logging.getLogger(__name__)

NAME = "database"
ATTEMPTS = 10


class SqlSightingStore:
    """The sighting of one address and key. A database that fails is logged and passed over."""

    def __init__(self, engine: Engine, view: str) -> None:
        self._engine = engine
        self._key = {"view": view, "name": NAME}

    def update(self, change: Callable[[Sighting | None], Sighting]) -> Sighting:
        """Replace what is kept by what `change` makes of it, in one step, and return it.

        `change` is called again when another process was faster, and with None when nothing is kept.
        """
        try:
            for _ in range(ATTEMPTS):
                known = self._load()
                changed = change(_decode(known))
                if self._replace(known, changed):
                    return changed
        except SQLAlchemyError as error:
            logger.warning("the store cannot be used (%s)", type(error).__name__)
        return change(None)

    def _load(self) -> str | None:
        query = select(facts.c.value).where(*self._match())
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def _replace(self, known: str | None, changed: Sighting) -> bool:
        row = {"value": _encode(changed), "read_at": 0 if changed.seen_at is None else to_number(changed.seen_at)}
        if known is None:
            statement = insert_into(self._engine, facts).values({**self._key, **row}).on_conflict_do_nothing()
        else:
            statement = update(facts).where(*self._match(), facts.c.value == known).values(row)
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def _match(self) -> list:
        return [facts.c[name] == value for name, value in self._key.items()]


def all_sightings(engine: Engine) -> dict[str, Sighting]:
    """Return the sighting of each address and key, but for damaged ones. Raises `SQLAlchemyError`."""
    with engine.connect() as connection:
        rows = connection.execute(select(facts.c.view, facts.c.value).where(facts.c.name == NAME)).all()
    found = {row.view: _decode(row.value) for row in rows}
    return {view: sighting for view, sighting in found.items() if sighting is not None}


def _encode(sighting: Sighting) -> str:
    teams = None if sighting.teams is None else {team: to_number(at) for team, at in sighting.teams.items()}
    seen_at = None if sighting.seen_at is None else to_number(sighting.seen_at)
    return json.dumps({"epoch": sighting.epoch, "teams": teams, "seen_at": seen_at})


def _decode(text: str | None) -> Sighting | None:
    """Return the sighting, None where there is none or it is damaged."""
    try:
        kept = json.loads(text or "")
        teams, seen_at = kept["teams"], kept["seen_at"]
        return Sighting(
            str(kept["epoch"]),
            None if teams is None else {team: to_moment(at) for team, at in teams.items()},
            None if seen_at is None else to_moment(seen_at),
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
