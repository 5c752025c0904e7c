"""`Changes`: wakes up who waits for what others write: PostgreSQL tells of it, SQLite counts it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import sqlite3
import threading
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from src.core.database.engines import reason_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from sqlalchemy import Connection

    from src.studio.database.database import Database

logger = logging.getLogger(__name__)

CHANNEL = "studio"
# How often SQLite's counter is read: it takes some ten microseconds.
LOOK_SECONDS = 0.05
PAUSE_AFTER_ERROR_SECONDS = 0.5
# How long is waited for the thread, which may be waiting for a server that does not answer.
JOIN_SECONDS = 1.0


class Changes:
    """Tells that something has been written, by any process; not what: whoever is woken up looks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def notify(self, connection: Connection) -> None:
        """Wake up everybody when this transaction is kept. SQLite counts what is written by itself."""
        if self._database.is_postgres:
            connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    async def watch(self, at_least_every: float, hold: str | None = None) -> AsyncGenerator[None]:
        """Yield at once, then whenever something may have been written, and every so many seconds anyway.

        Whoever is slow is told once of all that came meanwhile. One thread waits; it ends with the generator.
        `hold` is the SQL of a lock that PostgreSQL keeps for the session that waits, thus as long as it lives.
        """
        loop, changed = asyncio.get_running_loop(), asyncio.Event()
        stop, stopped = os.pipe()[::-1]

        def tell() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone already
                loop.call_soon_threadsafe(changed.set)

        thread = threading.Thread(
            target=self._wait, args=(tell, stopped, hold), name="studio-changes", daemon=True
        )
        thread.start()
        try:
            while True:
                yield
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(at_least_every):  # `wait_for` can lose a cancellation
                        await changed.wait()
                changed.clear()
        finally:
            os.close(stop)
            thread.join(JOIN_SECONDS)

    def _wait(self, tell: Callable[[], None], stopped: int, hold: str | None) -> None:
        """Tell of changes until the pipe `stopped` is closed at its other end."""
        listen = functools.partial(self._listen, hold=hold)
        wait_for_change = listen if self._database.is_postgres else self._look
        is_stopped, heard = False, True
        while not is_stopped:
            try:
                with contextlib.closing(self._database.engine.raw_connection()) as connection:
                    driver, heard = connection.driver_connection, True
                    connection.detach()  # it is nobody else's, and is closed when it has done its work
                    wait_for_change(driver, tell, stopped)
                is_stopped = True
            except (SQLAlchemyError, psycopg.Error, sqlite3.Error, OSError) as error:
                if heard:
                    logger.warning("Studio's database is not heard: %s", reason_of(error))
                heard = False
                is_stopped = bool(wait([stopped], PAUSE_AFTER_ERROR_SECONDS))
                tell()  # something may have been written that was not heard
        os.close(stopped)

    @staticmethod
    def _listen(driver: Any, tell: Callable[[], None], stopped: int, hold: str | None) -> None:  # noqa: ANN401
        driver.autocommit = True
        if hold is not None:
            driver.execute(hold)
        driver.execute(f"LISTEN {CHANNEL}")
        tell()
        while stopped not in wait([driver.fileno(), stopped]):
            for _ in driver.notifies(timeout=0):
                tell()

    @staticmethod
    def _look(driver: Any, tell: Callable[[], None], stopped: int) -> None:  # noqa: ANN401
        seen = None
        while not wait([stopped], LOOK_SECONDS):
            (counter,) = driver.execute("PRAGMA data_version").fetchone()
            if counter != seen:
                tell()
            seen = counter
