"""Gateways that can be made to fail, for the soak: LiteLLM's own from the harness, or a fake one."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from benchmarks.sources import Source, harness, has_harness, today
from tests.fake_gateway.routes import Knowledge
from tests.fake_gateway.rows import LogRow, UsageRow
from tests.fake_gateway.server import FakeGateway

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

DAYS = 30
HTML = "<html><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """What the gateway does, as the harness's `/_control` takes it, and the codes that it may cause."""

    name: str
    rule: dict[str, Any]
    codes: frozenset[str]


FAULTS = (
    Fault("503", {"status": 503}, frozenset({"gateway_unavailable"})),
    Fault("html", {"status": 200, "body": HTML}, frozenset({"gateway_invalid_response"})),
    Fault("slow", {"latency_ms": 3000}, frozenset({"gateway_timeout", "busy"})),
    Fault("429", {"status": 429, "retry_after": 1}, frozenset({"gateway_rate_limited"})),
    Fault("401", {"status": 401}, frozenset({"gateway_rejected_key"})),
    Fault("every other one", {"status": 500, "every": 2}, frozenset({"gateway_unavailable"})),
)


class Faulty(Protocol):
    """A gateway whose faults are switched on and off."""

    @property
    def source(self) -> Source:
        """How it is read."""
        ...

    def switch(self, fault: Fault | None) -> None:
        """Fail in this way from now on, None for not at all."""
        ...


@dataclass(frozen=True, slots=True)
class LiteLLM:
    """LiteLLM's own proxy."""

    source: Source

    def switch(self, fault: Fault | None) -> None:
        """Fail in this way from now on, None for not at all."""
        rule = {} if fault is None else fault.rule
        self.source.peer.request("/_control", method="POST", body=json.dumps(rule).encode())


class Fake:
    """A gateway in this process."""

    def __init__(self, gateway: FakeGateway) -> None:
        self._gateway, self._asked = gateway, itertools.count(1)
        self._rule: dict[str, Any] = {}
        first = today() - dt.timedelta(days=DAYS - 1)
        self.source = Source("fake", gateway.base_url, gateway.knows.api_key, first, today(), is_litellm=False)
        gateway.on_request = lambda _: self._begin()

    def switch(self, fault: Fault | None) -> None:
        """Fail in this way from now on, None for not at all."""
        self._gateway.recover()
        self._rule = {} if fault is None else fault.rule

    def _begin(self) -> None:
        """Decide on the answer to the request that has come."""
        rule = self._rule
        self._gateway.requests.clear()  # they would grow, and hold memory that is not the dashboard's
        time.sleep(rule.get("latency_ms", 0) / 1000)
        if "status" in rule and next(self._asked) % rule.get("every", 1) == 0:
            headers = {"Retry-After": str(rule["retry_after"])} if "retry_after" in rule else {}
            self._gateway.fail(rule["status"], rule.get("body", ""), headers=headers, times=1)


@contextlib.contextmanager
def faulty_gateway(work: Path, *, fake: bool) -> Generator[Faulty]:
    """Start LiteLLM's own gateway where its harness is there, a fake one otherwise, or where that is wanted."""
    if has_harness() and not fake:
        with harness("awkward", DAYS, today(), work / "gateway") as source:
            yield LiteLLM(source)
        return
    with FakeGateway(_knowledge()) as gateway:
        yield Fake(gateway)


def _knowledge() -> Knowledge:
    dates = [today() - dt.timedelta(days=n) for n in range(DAYS)]
    teams: dict[str, str | None] = {f"team-{n}": f"Team {n}" for n in range(12)}
    models = [f"model-{n}" for n in range(4)]
    rows = [
        UsageRow(str(date), team, f"key-{team}", model, prompt=100, completion=20, spend=0.01, requests=3)
        for date in dates
        for team in teams
        for model in models
    ]
    logs = [LogRow(f"{date}-{team}", f"{date}T09:00:00", team, prompt=100) for date in dates for team in teams]
    return Knowledge(
        rows=rows, logs=logs, teams=teams, deployments=[(model, f"openai/{model}") for model in models]
    )
