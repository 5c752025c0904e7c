"""What all tables stand on: one `metadata`, ids that sort by time, exact times, and JSON."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import BigInteger, Dialect, MetaData, String, Text, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable

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
NANOSECONDS = 1_000_000
RANDOM_BITS, STEP_BITS = 74, 32
"""Of an id, and how far it grows at most within a millisecond: two billion of them fit into one at least."""


class Ids:
    """Makes UUIDv7s as 32 hex digits, each later than all that it made before, whatever the clock does.

    Within a millisecond, and while the clock is behind itself, the random part of the last one grows by a random
    step: RFC 9562, section 6.2, method 2. The first of a millisecond leaves half of the numbers above it free.
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        self._clock, self._lock = clock, Lock()
        self._milliseconds, self._random, self._last = 0, 0, ""

    def new(self, after: str | None = None) -> str:
        """Return an id that is later than `after`, too, which another process may have made."""
        with self._lock:
            now = self._clock() // NANOSECONDS
            if after is not None and after >= self._last:
                now = max(now, (int(after, 16) >> 80) + 1)
            if now > self._milliseconds:
                self._milliseconds, self._random = now, secrets.randbits(RANDOM_BITS - 1)
            else:
                self._random += 1 + secrets.randbits(STEP_BITS)
            high, low = self._random >> 62, self._random & ((1 << 62) - 1)
            self._last = f"{(self._milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low:032x}"
            return self._last


_ids = Ids()  # of this process: two of these would not know of each other which of their ids is the later one


def new_id(after: str | None = None) -> str:
    """Return a UUIDv7 as 32 hex digits: those that this process makes sort as they were made.

    Those of several processes sort to the millisecond, as far as their clocks agree. It sorts after the id `after`
    too, which was made before it, by a clock that was perhaps ahead of this.
    """
    return _ids.new(after)


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
