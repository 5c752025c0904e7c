"""A process that is killed while it writes loses at most what it was writing, and damages nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from src.store.database import open_database
from src.store.sql import SqlUsageStore
from tests.days import day
from tests.store.samples import record

BACKEND = Path(__file__).resolve().parents[2]
SPAN = ["2025-03-10", "2025-03-11", "2025-03-12"]
WRITER = """
import datetime as dt, itertools, sys
from src.store.database import open_database
from src.store.sql import SqlUsageStore
from tests.store.samples import MORNING, record

store = SqlUsageStore(open_database(sys.argv[1]), "view", "usage")
for number in itertools.count(1):
    fetched_at = MORNING + dt.timedelta(seconds=number)
    store.put([record(date, fetched_at, tokens=number) for date in sys.argv[2:]])
    print(number, flush=True)
"""


def write_until_killed(url: str, spans: int) -> int:
    """Kill a process that puts the same days again and again; return the number of the last ones it told of."""
    command = [sys.executable, "-c", WRITER, url, *SPAN]
    with subprocess.Popen(command, cwd=BACKEND, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603
        assert writer.stdout is not None
        for _ in range(spans):
            assert writer.stdout.readline()
        time.sleep(0.0005 * spans)  # somewhere in the middle of the next ones
        os.kill(writer.pid, signal.SIGKILL)
        told = [spans, *map(int, writer.stdout.read().split("\n")[:-1])]
    assert writer.returncode == -signal.SIGKILL
    return told[-1]


def test_after_a_kill_every_day_is_whole_and_nothing_is_lost(store_url: str) -> None:
    for spans in (1, 9):
        told = write_until_killed(store_url, spans)
        engine = open_database(store_url)
        found = SqlUsageStore(engine, "view", "usage").get([day(date) for date in SPAN])
        assert sorted(map(str, found)) == SPAN
        assert len({one.fetched_at for one in found.values()}) == 1
        seconds = next(iter(found.values())).fetched_at.second
        assert seconds in {told, told + 1}
        for one in found.values():
            assert one.frame.equals(record(tokens=seconds).frame)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM leaderboard_days"))
        engine.dispose()
