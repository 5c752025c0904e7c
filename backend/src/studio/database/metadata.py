"""What all tables stand on: one `metadata`, ids that sort by time, exact times, and JSON."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from typing import Any

import orjson
from sqlalchemy import BigInteger, Dialect, MetaData, String, Text, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MILLISECOND = dt.timedelta(milliseconds=1)


def new_id(after: str | None = None) -> str:
    """Return a UUIDv7 as 32 hex digits: later ones sort later, to the millisecond.

    It sorts after the id `after`, too, which was made before it, when the clock was perhaps ahead of this.
    """
    milliseconds = time.time_ns() // 1_000_000
    if after is not None:
        milliseconds = max(milliseconds, (int(after, 16) >> 80) + 1)
    random = secrets.randbits(74)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return f"{(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low:032x}"


class Id(TypeDecorator[str]):
    """A `new_id`."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return an id. Nothing goes by one with a zero byte, which PostgreSQL would not even be asked about."""
        return None if value is None or "\0" in value else value


class Instant(TypeDecorator[dt.datetime]):
    """A time in UTC, kept as whole milliseconds since 1970: exact, and in order, on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return milliseconds."""
        return None if value is None else (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ANN401, ARG002
        """Return an aware time."""
        return None if value is None else EPOCH + int(value) * MILLISECOND


class Json(TypeDecorator[Any]):
    """Whatever JSON can say, as text: PostgreSQL's own type refuses a zero byte, which prompts may have."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002
        """Return text."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:  # noqa: ANN401, ARG002
        """Return what was kept."""
        return None if value is None else orjson.loads(value)
