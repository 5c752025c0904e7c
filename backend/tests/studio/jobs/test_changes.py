"""Who waits is woken up by what others write."""

import asyncio
import time

from src.studio.database.changes import Changes
from src.studio.database.database import Database
from tests.studio.jobs.people import add_user


def test_what_is_written_is_told_of_soon_and_once(database: Database) -> None:
    changes, writer = Changes(database), Database(database.engine.url.render_as_string(hide_password=False))

    async def watched() -> list[float]:
        told: list[float] = []

        async def watch() -> None:
            async for _ in changes.watch(60):
                note()

        def note() -> None:
            told.append(time.monotonic())

        task = asyncio.create_task(watch())
        await asyncio.sleep(0.6)
        told.clear()
        written_at = time.monotonic()
        await asyncio.to_thread(write)
        await asyncio.sleep(0.4)
        task.cancel()
        return [at - written_at for at in told]

    def write() -> None:
        add_user(writer)
        with writer.writing() as connection:
            changes.notify(connection)

    delays = asyncio.run(watched())
    writer.close()
    assert 1 <= len(delays) <= 2
    assert max(delays) < 0.3


def test_who_is_told_of_nothing_looks_now_and_then(database: Database) -> None:
    async def count() -> int:
        seen, started = 0, time.monotonic()
        async for _ in Changes(database).watch(0.1):
            seen += 1
            if time.monotonic() > started + 0.55:
                return seen
        return 0

    assert 4 <= asyncio.run(count()) <= 8
