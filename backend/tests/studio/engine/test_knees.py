"""A sweep finds the knee of a real server whose knee is known: the model server's presets.

Where a generator says that this machine was at its limit, another load may be found, but never more answers a
second than the server can give.
"""

import asyncio
from dataclasses import dataclass

import pytest

from src.studio.engine.events import Event, Finished, Report
from src.studio.engine.fleet import Fleet
from src.studio.engine.modes import LoadPoint, blocks_of
from src.studio.engine.plan import Lane, Plan, Planned, Target
from src.studio.engine.slo import Slo
from src.studio.engine.statistics import summarise_records
from src.studio.engine.sweep import Knee, Outcome, Sweep, knee
from tests.studio.llm_mock import LlmMock

SECONDS = 2.5


@dataclass
class Found:
    """The knee that a sweep found, what it came by, and whether some generator was at its limit meanwhile."""

    knee: Knee
    outcomes: list[Outcome]
    is_limited: bool

    def assert_near(self, load: float) -> None:
        """Fail where it is another knee, unless this machine was at its limit."""
        if not self.is_limited:
            assert self.knee.is_bound is None, self
            assert self.knee.load == pytest.approx(load, rel=0.1), self


def told(mock: LlmMock, model: str, point: LoadPoint) -> list[Event]:
    async def run() -> list[Event]:
        template = Planned("k", model, "hello", point=model + point.suffix)
        lanes = [Lane("mock", blocks_of(point, [template]))]
        prompts = {"hello": [{"role": "user", "content": "Say hello."}]}
        async with Fleet(Plan([Target(model, "mock", model, mock.api_url)], prompts, lanes)) as fleet:
            return [event async for event in fleet]

    return asyncio.run(run())


def found(mock: LlmMock, model: str, sweep: Sweep, slo: str = "") -> Found:
    """Return what a sweep finds."""
    limits = Slo.parse(slo) if slo else None
    outcomes: list[Outcome] = []
    is_limited = False
    while (load := sweep.next(outcomes)) is not None:
        ramp = 0.4 if sweep.over == "concurrency" else 0
        point = LoadPoint(sweep.over, load, duration_s=SECONDS, ramp_s=ramp, arrival="constant")
        events = told(mock, model, point)
        records = [event.record for event in events if isinstance(event, Finished)]
        is_limited |= any(isinstance(event, Report) and event.client_limited for event in events)
        outcomes.append(Outcome.of(load, summarise_records(records, limits)))
    at = knee(outcomes, sweep.over)
    assert at is not None
    return Found(at, outcomes, is_limited)


def test_the_rate_that_a_queue_keeps_up_with(mock: LlmMock) -> None:
    at = found(mock, "queueing", Sweep("rate", 5, 64))
    assert (at.knee.goodput or 0) <= 22
    at.assert_near(20)


def test_the_rate_at_which_a_queue_meets_its_limits(mock: LlmMock) -> None:
    """Beyond 20 a second the line grows all the time, and with it TTFT, although nearly as much comes back."""
    at = found(mock, "queueing", Sweep("rate", 15, 30), "scheduled_ttft<200")
    assert (at.knee.goodput or 0) <= 22
    at.assert_near(20)


def test_the_number_at_once_that_fills_a_server(mock: LlmMock) -> None:
    at = found(mock, "queueing", Sweep("concurrency", 1, 16))
    assert (at.knee.goodput or 0) <= 22
    at.assert_near(4)
    if not at.is_limited:
        assert at.knee.goodput == pytest.approx(20, rel=0.1)


def test_the_number_at_once_beyond_which_a_server_slows_down(mock: LlmMock) -> None:
    at = found(mock, "knee", Sweep("concurrency", 2, 32))
    assert (at.knee.goodput or 0) <= 44
    at.assert_near(8)
    if not at.is_limited:
        assert at.knee.goodput == pytest.approx(40, rel=0.1)
