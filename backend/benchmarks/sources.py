"""Gateways to read from: LiteLLM's own from the harness, one that is given, or a generated one."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.asking import Peer
from benchmarks.processes import GATEWAYS, REPOSITORY, running, script

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

HARNESS = REPOSITORY.parent / "shared" / "litellm-gateway"
HARNESS_KEY = "sk-test-master-key"
GENERATED_KEY = "sk-fake-gateway-key"
SETTLE = dt.timedelta(hours=6)
DAY = dt.timedelta(days=1)
ACTIVITY = "/team/daily/activity"
LARGE_DAYS, WORKSHOP_DAYS = 90, 14


@dataclass(frozen=True, slots=True)
class Source:
    """A gateway, and the UTC days from `first` to `last` of which it has usage."""

    name: str
    base_url: str
    key: str
    first: dt.date
    last: dt.date
    is_litellm: bool

    @property
    def peer(self) -> Peer:
        """The gateway, to be asked without the dashboard."""
        return Peer(self.base_url, {"Authorization": f"Bearer {self.key}"})

    @property
    def days(self) -> list[dt.date]:
        """All days, oldest first."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @property
    def title(self) -> str:
        """What it is, and its days."""
        return f"{self.name}, {self.first} to {self.last}"

    def forget_calls(self) -> None:
        """Let the gateway forget which requests it saw, where it keeps a list."""
        self.peer.request("/_control", method="POST", body=b"{}")

    def activity_calls(self) -> list[tuple[str, str]] | None:
        """Return the first and last day of each question about usage, or None where the gateway does not tell."""
        answer = self.peer.request("/_control")
        if answer.status != 200:  # noqa: PLR2004 - no harness
            return None
        calls = [urlsplit(target) for target in json.loads(answer.body)["requests"]]
        queries = [parse_qs(call.query) for call in calls if call.path.startswith(ACTIVITY)]
        return [(query["start_date"][0], query["end_date"][0]) for query in queries]


def between(start: dt.date, end: dt.date) -> dict[str, str]:
    """Return the query of a range of UTC days, both included."""
    return {"start_date": start.isoformat(), "end_date": end.isoformat()}


def last_settled_day() -> dt.date:
    """Return the newest UTC day that is over for so long that the dashboard takes it as final."""
    return (dt.datetime.now(dt.UTC) - SETTLE).date() - DAY


def today() -> dt.date:
    """Return the UTC day."""
    return dt.datetime.now(dt.UTC).date()


def has_harness() -> bool:
    """Tell whether LiteLLM's own gateway can be started."""
    return (HARNESS / "gateway").is_file()


def harness_version() -> str:
    """Return the version of LiteLLM that the harness starts."""
    found = re.search(r"LITELLM_VERSION:-([\d.]+)", (HARNESS / "gateway").read_text())
    return os.environ.get("LITELLM_VERSION") or (found[1] if found else "?")


@contextlib.contextmanager
def harness(profile: str, days: int, last: dt.date, work: Path) -> Generator[Source]:
    """Start LiteLLM's own gateway with a profile of the harness whose last day is `last`."""
    work.mkdir()
    seed = ["--profile", profile, *([] if last == today() else ["--today", last.isoformat()])]
    release = {name: os.environ[name] for name in ("LITELLM_VERSION", "LITELLM_WITH") if name in os.environ}
    with GATEWAYS.gateway(HARNESS, seed, release, work) as port:
        first = last - (days - 1) * DAY
        name = f"`{profile}` of LiteLLM {harness_version()}"
        yield Source(name, f"http://127.0.0.1:{port}", HARNESS_KEY, first, last, is_litellm=True)


@contextlib.contextmanager
def generated(teams: int, days: int, last: dt.date, work: Path) -> Generator[Source]:
    """Start a gateway with generated usage."""
    work.mkdir()
    log = work / "gateway.log"
    sizes = {"--teams": teams, "--days": days, "--last": last}
    options = [str(word) for option in sizes.items() for word in option]
    with running([*script("generated_gateway.py"), *options], log, lambda: "ready " in log.read_text()):
        base_url = log.read_text().split()[-1]
        first = last - (days - 1) * DAY
        yield Source(f"generated, {teams} teams", base_url, GENERATED_KEY, first, last, is_litellm=False)


@contextlib.contextmanager
def given(base_url: str, key: str, database: str | None) -> Generator[Source]:
    """Give a gateway that runs; its database tells which days have usage, otherwise the last 90 are taken."""
    last = last_settled_day()
    first = last - (LARGE_DAYS - 1) * DAY
    if database:
        import psycopg  # noqa: PLC0415 - needed here alone

        with psycopg.connect(database) as connection:
            sql = 'SELECT min(date), max(date) FROM "LiteLLM_DailyTeamSpend"'
            found: tuple[Any, ...] = connection.execute(sql).fetchone() or (None, None)
        if found[0]:
            first, last = (dt.date.fromisoformat(date) for date in found)
            last = max(min(last, last_settled_day()), first)
            first = max(first, last - (LARGE_DAYS - 1) * DAY)
    yield Source("the given gateway", base_url, key, first, last, is_litellm=True)
