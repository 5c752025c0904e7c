"""A sweep finds the knee of a real server whose knee is known: the model server's presets."""

import asyncio

import pytest

from src.studio.engine.events import Finished
from src.studio.engine.fleet import Fleet
from src.studio.engine.modes import LoadPoint, blocks_of
from src.studio.engine.plan import Lane, Plan, Planned, Target
from src.studio.engine.record import Record
from src.studio.engine.slo import Slo
from src.studio.engine.statistics import summarise_records
from src.studio.engine.sweep import Knee, Outcome, Sweep, knee
from tests.studio.llm_mock import LlmMock

SECONDS = 2.5


def measured(mock: LlmMock, model: str, point: LoadPoint) -> list[Record]:
    async def run() -> list[Record]:
        template = Planned("k", model, "hello", point=model + point.suffix)
        lanes = [Lane("mock", blocks_of(point, [template]))]
        prompts = {"hello": [{"role": "user", "content": "Say hello."}]}
        async with Fleet(Plan([Target(model, "mock", model, mock.api_url)], prompts, lanes)) as fleet:
            return [event.record async for event in fleet if isinstance(event, Finished)]

    return asyncio.run(run())


def found(mock: LlmMock, model: str, sweep: Sweep, slo: str = "") -> tuple[Knee, list[Outcome]]:
    """Return the knee that a sweep finds, and what it came by."""
    limits = Slo.parse(slo) if slo else None
    outcomes: list[Outcome] = []
    while (load := sweep.next(outcomes)) is not None:
        ramp = 0.4 if sweep.over == "concurrency" else 0
        point = LoadPoint(sweep.over, load, duration_s=SECONDS, ramp_s=ramp, arrival="constant")
        outcomes.append(Outcome.of(load, summarise_records(measured(mock, model, point), limits)))
    at = knee(outcomes, sweep.over)
    assert at is not None
    return at, outcomes


def test_the_rate_that_a_queue_keeps_up_with(mock: LlmMock) -> None:
    at, outcomes = found(mock, "queueing", Sweep("rate", 5, 64))
    assert at.is_bound is None
    assert at.load == pytest.approx(20, rel=0.1), outcomes


def test_the_rate_at_which_a_queue_meets_its_limits(mock: LlmMock) -> None:
    """Beyond 20 a second the line grows all the time, and with it TTFT, although nearly as much comes back."""
    at, outcomes = found(mock, "queueing", Sweep("rate", 15, 30), "scheduled_ttft<200")
    assert at.is_bound is None
    assert at.load == pytest.approx(20, rel=0.1), outcomes


def test_the_number_at_once_that_fills_a_server(mock: LlmMock) -> None:
    at, outcomes = found(mock, "queueing", Sweep("concurrency", 1, 16))
    assert (at.load, at.is_bound) == (4, None), outcomes
    assert at.goodput == pytest.approx(20, rel=0.1)


def test_the_number_at_once_beyond_which_a_server_slows_down(mock: LlmMock) -> None:
    at, outcomes = found(mock, "knee", Sweep("concurrency", 2, 32))
    assert at.is_bound is None
    assert at.load == pytest.approx(8, rel=0.1), outcomes
    assert at.goodput == pytest.approx(40, rel=0.1)
