"""A dashboard that is killed in the middle of its first sync: the next one loses nothing and doubles nothing."""

import datetime as dt
import signal
import subprocess
import sys
import threading
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from src.core.clock import date_range
from tests.api.conftest import NOW, MakeApp
from tests.api.dataset import RANGE, meta
from tests.api.test_history import SYNC_DAYS, wait_for_history
from tests.days import day
from tests.fake_gateway.faults import Hold, Request
from tests.fake_gateway.server import FakeGateway

BACKEND = Path(__file__).resolve().parents[2]
DASHBOARD = """
import datetime as dt, sys, time
from fastapi.testclient import TestClient
from src.api.server import create_backend
from src.store import sql
from tests.api.conftest import NOW
from tests.settings import settings

sql.LEASE = dt.timedelta(seconds=1)
names = ("litellm_base_url", "litellm_api_key", "usage_store_url", "sync_days")
app = create_backend(settings(**dict(zip(names, sys.argv[1:]))), clock=lambda: NOW)
with TestClient(app):
    time.sleep(60)
"""


def kill_in_the_middle(gateway: FakeGateway, store_url: str) -> None:
    """Start a dashboard, and kill it when some days are kept and others are on their way."""
    middle = threading.Event()

    def stop_after_some(request: Request) -> None:
        if len(gateway.usage_requests) > 3:
            middle.set()
            hold.wait(request)

    hold = Hold(None)  # of what is asked from the middle on
    gateway.on_request = stop_after_some
    arguments = [gateway.base_url, gateway.knows.api_key, store_url, str(SYNC_DAYS)]
    with subprocess.Popen([sys.executable, "-c", DASHBOARD, *arguments], cwd=BACKEND) as dashboard:  # noqa: S603
        assert middle.wait(30)
        dashboard.kill()
    hold.release()
    assert dashboard.returncode == -signal.SIGKILL
    gateway.on_request = lambda request: None


def kept_days(engine: Engine) -> set[dt.date]:
    with engine.connect() as connection:
        dates = connection.execute(text("SELECT date FROM leaderboard_days")).scalars().all()
    assert len(dates) == len(set(dates))
    return {day(str(date)) for date in dates}


def test_after_a_kill_in_the_middle_of_a_sync_the_rest_is_fetched_and_all_is_right(
    gateway: FakeGateway, make_app: MakeApp, store_url: str, engine: Engine
) -> None:
    kill_in_the_middle(gateway, store_url)
    kept = kept_days(engine)
    assert 0 < len(kept) < SYNC_DAYS
    gateway.requests.clear()
    configured = {
        "litellm_base_url": gateway.base_url,
        "litellm_api_key": gateway.knows.api_key,
        "usage_store_url": store_url,
    }
    with TestClient(make_app(**configured, sync_days=SYNC_DAYS)) as client:
        wait_for_history(client)
        assert client.get("/tokens", params=RANGE).json()["meta"] == meta()
    asked = [
        date
        for request in gateway.usage_requests
        if "team_ids" not in request.query
        for date in date_range(day(request.query["start_date"]), day(request.query["end_date"]))
    ]
    newest = NOW.date()
    everything = set(date_range(newest - dt.timedelta(days=SYNC_DAYS - 1), newest))
    assert kept_days(engine) == everything
    assert sorted(asked) == sorted(everything - kept)
