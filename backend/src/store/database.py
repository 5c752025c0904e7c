"""The durable store's tables, in SQLite or PostgreSQL, and what is kept there beside days: one row each."""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from src.core.database import engines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Teams = Mapping[str, dt.datetime] | None

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 1
MIGRATION_ATTEMPTS = 5
MIGRATION_PAUSE_SECONDS = 0.1
# Times are written as microseconds since 1970, UTC: exact in every database.
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
# Rows are kept under the view, which tells gateways and keys apart, and the epoch, which tells apart the
# databases that one gateway had: 32 characters of each.
VIEW_LENGTH = 32
NAME = "database"
ATTEMPTS = 10

metadata = MetaData()

versions = Table("leaderboard_schema", metadata, Column("version", Integer, primary_key=True))

# A day as one gateway shows it to one key (`view`), of usage or of spend logs (`kind`). The frame is Arrow
# IPC, compressed; times are microseconds since 1970, UTC.
days = Table(
    "leaderboard_days",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("fetched_at", BigInteger, nullable=False),
    Column("frame", LargeBinary, nullable=False),
    Column("team_aliases", Text, nullable=False),  # JSON
    Column("digest", String(64), nullable=False),  # of all the others: Arrow has no checksum
)

# What is known of the gateway beside usage (teams' names, models' labels), so that it is there after a restart.
facts = Table(
    "leaderboard_facts",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("read_at", BigInteger, nullable=False),
    Column("value", Text, nullable=False),  # JSON
)

# Who is fetching a day right now, and until when the others believe it.
leases = Table(
    "leaderboard_leases",
    metadata,
    Column("view", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("date", Date, primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)


class StoreUnavailableError(Exception):
    """The durable store cannot be used. The message is one line without its address."""


def open_database(url: str) -> Engine:
    """Return an engine on a database that has this version's tables; they are created where there are none.

    Raises `StoreUnavailableError` when the database cannot be opened or written, is damaged, or was made by
    a newer version; it is left as it is.
    """
    try:
        engine = engines.open_engine(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError("USAGE_STORE_URL is not the address of a database.") from None
    except (OSError, ImportError) as error:
        raise StoreUnavailableError(f"The store cannot be used ({engines.reason_of(error)}).") from None
    try:
        _refuse_newer(engine)
        engine.dispose()  # connections without the settings that follow
        engines.prepare(engine)
        _migrate(engine)
    except (SQLAlchemyError, OSError, ValueError, StoreUnavailableError) as error:
        engine.dispose()
        if isinstance(error, StoreUnavailableError):
            raise
        raise StoreUnavailableError(f"The store cannot be used ({engines.reason_of(error)}).") from None
    return engine


def to_number(moment: dt.datetime) -> int:
    """Return the microseconds since 1970 of a time with a time zone."""
    return (moment - EPOCH) // MICROSECOND


def to_moment(number: int) -> dt.datetime:
    """Return the time, in UTC."""
    return EPOCH + number * MICROSECOND


def _refuse_newer(engine: Engine) -> None:
    """Look before anything is changed."""
    if not inspect(engine).has_table(versions.name):
        return
    with engine.connect() as connection:
        found = connection.execute(select(versions.c.version)).scalars().all()
    if max(found, default=0) > SCHEMA_VERSION:
        raise StoreUnavailableError(
            f"The store was made by a newer version (schema {max(found)}, this one knows {SCHEMA_VERSION})."
        )


def _migrate(engine: Engine) -> None:
    """Create what is not there. Processes that start at once get into each other's way, once.

    A database that is locked has been waited for already, and holds the start up for no longer than that.
    """
    started = time.monotonic()
    for attempt in range(MIGRATION_ATTEMPTS):
        try:
            with engine.begin() as connection:
                metadata.create_all(connection)
                if not connection.execute(select(versions.c.version)).first():
                    connection.execute(insert(versions).values(version=SCHEMA_VERSION))
        except SQLAlchemyError:
            if attempt == MIGRATION_ATTEMPTS - 1 or time.monotonic() - started >= engines.BUSY_SECONDS:
                raise
            time.sleep(MIGRATION_PAUSE_SECONDS)
        else:
            return


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
        statement = engines.insert_into(self._engine, facts).values(row)
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
            statement = engines.insert_into(self._engine, facts).values({**self._key, **row})
            statement = statement.on_conflict_do_nothing()
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
