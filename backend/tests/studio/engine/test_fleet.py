"""Several processes carry out one plan as one would: nothing twice, nothing missing, all of it from one start."""

import asyncio
import os
import signal
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.studio.engine.events import Event, Finished, Ready, Report, Started
from src.studio.engine.fleet import Fleet, merged
from src.studio.engine.generator import GeneratorError
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target
from src.studio.engine.record import Record
from src.studio.engine.slicing import processes_for, slices
from src.studio.engine.ways import capped
from tests.studio.engine.records import plan
from tests.studio.engine.test_generator import alive, records
from tests.studio.llm.raw_server import CHUNKED, DONE, END, FINISH, HELLO, chunk, raw_server
from tests.studio.llm_mock import LlmMock

WHOLE = CHUNKED + chunk(HELLO + HELLO + FINISH + DONE) + END
SLOW = (CHUNKED, 0.2, chunk(HELLO + FINISH + DONE) + END)
MS = 1_000_000
TEMPLATES = [Planned("", "m", "hello"), Planned("", "m", "hello", output_tokens=5)]


def of(base_url: str, *blocks: Block, model: str = "m", **options: Any) -> Plan:
    return replace(plan(base_url, [model], **options), lanes=[Lane("p", list(blocks))])


def told(given: Plan, processes: int = 2) -> list[Event]:
    async def run() -> list[Event]:
        async with Fleet(given, processes) as fleet:
            return [event async for event in fleet]

    return asyncio.run(run())


def test_nothing_is_sent_twice_and_nothing_is_missing() -> None:
    blocks = [
        Block(1, [Planned("w", "m", "hello", "warmup")]),
        Block(5, [Planned(f"a{n}", "m", "hello") for n in range(11)]),
        Block(3, TEMPLATES, repeat=True, most=9, key_prefix="b"),
        Block(8, TEMPLATES, repeat=True, times_ms=[20.0 * n for n in range(9)], key_prefix="c"),
        Block(1, TEMPLATES, repeat=True, most=2, key_prefix="d"),
    ]
    with raw_server(WHOLE) as server:
        events = told(of(server.base_url, *blocks))
    found = records(events)
    expected = [
        "w", *(f"a{n}" for n in range(11)), *(f"{block}{n}" for block in "bc" for n in range(1, 10)), "d1", "d2",
    ]  # fmt: skip
    assert sorted(record.key for record in found) == sorted(expected)
    assert sorted(event.key for event in events if isinstance(event, Started)) == sorted(expected)
    assert [type(event) for event in (events[0], events[-1])] == [Ready, Report]
    assert sum(isinstance(event, Ready | Report) for event in events) == 2
    assert isinstance(events[-1], Report)
    assert (events[-1].processes, events[-1].chunks) == (2, sum(record.chunks for record in found))
    # blocks follow one another in both
    ends = {name: max(record.end_ns for record in found if record.key.startswith(name)) for name in "wabc"}
    starts = {name: min(record.scheduled_ns for record in found if record.key.startswith(name)) for name in "abcd"}
    assert (
        ends["w"]
        <= starts["a"]
        <= ends["a"]
        <= starts["b"]
        <= ends["b"]
        <= starts["c"]
        <= ends["c"]
        <= starts["d"]
    )


def test_times_of_both_are_those_of_one_schedule_and_one_start() -> None:
    times = [50.0 * n for n in range(8)]
    with raw_server(*SLOW) as server:
        found = records(
            told(of(server.base_url, Block(8, TEMPLATES[:1], repeat=True, times_ms=times, key_prefix="k")))
        )
    found.sort(key=lambda record: record.scheduled_ns)
    assert [record.key for record in found] == [f"k{n}" for n in range(1, 9)]
    start = found[0].scheduled_ns
    assert [(record.scheduled_ns - start) / MS for record in found] == times
    assert start >= 0
    assert all((record.sent_ns or 0) - record.scheduled_ns >= 0 for record in found)


def test_times_are_those_of_the_server_whichever_process_sent_it(mock: LlmMock) -> None:
    events = told(of(mock.api_url, Block(6, [Planned("", "fast", "hello")], repeat=True, most=12, key_prefix="k"),
                     model="fast"))  # fmt: skip
    truth = {entry["request_id"]: entry for entry in mock.log()}
    assert isinstance(events[0], Ready)
    for record in records(events):
        entry = truth[record.request_id]
        assert (record.sent_ns or 0) + events[0].start_ns <= entry["recv_ns"] <= record.end_ns + events[0].start_ns


def test_a_cancel_tells_what_was_under_way_in_all() -> None:
    async def run(given: Plan) -> tuple[list[Event], list[int]]:
        events: list[Event] = []
        async with Fleet(given, 2) as fleet:
            async for event in fleet:
                events.append(event)
                if sum(isinstance(one, Started) for one in events) == 4:
                    fleet.cancel()
            return events, fleet.pids

    with raw_server(CHUNKED, 60.0) as server:
        events, pids = asyncio.run(
            run(of(server.base_url, Block(4, TEMPLATES, repeat=True, most=99, key_prefix="k")))
        )
    assert Counter(record.status for record in records(events)) == {"cancelled": 4}
    assert isinstance(events[-1], Report)
    assert not any(map(alive, pids))


def test_one_that_dies_is_told_after_what_the_others_had_under_way() -> None:
    async def run(given: Plan, found: list[Record]) -> None:
        async with Fleet(given, 2) as fleet:
            started = 0
            async for event in fleet:
                started += isinstance(event, Started)
                if isinstance(event, Started) and started == 4:
                    os.kill(fleet.pids[0], signal.SIGKILL)
                if isinstance(event, Finished):
                    found.append(event.record)

    found: list[Record] = []
    with raw_server(CHUNKED, 60.0) as server, pytest.raises(GeneratorError, match=r"ended before its work did"):
        asyncio.run(run(of(server.base_url, Block(4, TEMPLATES, repeat=True, most=9, key_prefix="k")), found))
    assert [record.status for record in found] == ["cancelled"] * 2


def test_leaving_the_block_ends_all_processes() -> None:
    async def run(given: Plan) -> list[int]:
        async with Fleet(given, 3) as fleet:
            async for event in fleet:
                if isinstance(event, Started):
                    return fleet.pids
        return []

    with raw_server(CHUNKED, 60.0) as server:
        pids = asyncio.run(run(of(server.base_url, Block(6, TEMPLATES, repeat=True, most=9, key_prefix="k"))))
    assert len(pids) == 3
    assert not any(map(alive, pids))


def test_one_process_is_a_generator_as_before() -> None:
    with raw_server(WHOLE) as server:
        events = told(plan(server.base_url, ["m"], times=3), processes=1)
    assert [record.key for record in records(events)] == ["m/0", "m/1", "m/2"]
    assert isinstance(events[-1], Report)
    assert events[-1].processes == 1


def test_what_a_warm_up_counted_is_known_to_all(mock: LlmMock) -> None:
    warmup = Block(1, [Planned("w", "fast", "hello", "warmup", input_tokens=100)])
    measured = Block(4, [Planned("", "fast", "hello", input_tokens=100)], repeat=True, most=8, key_prefix="k")
    events = told(replace(of(mock.api_url, warmup, measured, model="fast"), exact_input=True))
    assert Counter(record.input_tokens for record in records(events)) == {102: 1, 100: 8}


@settings(deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 9),
    st.tuples(st.integers(0, 30), st.integers(1, 4)),
    st.sets(st.integers(1, 30)),
    st.sampled_from(["list", "loop", "rate"]),
)
def test_slices_have_all_of_a_block_once(
    processes: int, places: int, numbers: tuple[int, int], skip: set[int], kind: str
) -> None:
    count, templates = numbers
    given_templates = [Planned("", "m", "hello", output_tokens=n + 1) for n in range(templates)]
    options: dict[str, Any] = {"repeat": True, "key_prefix": "k", "skip": sorted(skip)}
    block = {
        "list": Block(places, [replace(one, key=f"k{n}") for n in range(count) for one in given_templates[:1]]),
        "loop": Block(places, given_templates, most=count, **options),
        "rate": Block(places, given_templates, times_ms=[5.0 * n for n in range(count)], **options),
    }[kind]
    parts = [part.lanes[0].blocks[0] for part in slices(of("http://h", block), processes)]
    sent = [planned for part in parts for planned in part.planned()]
    assert sorted(sent, key=lambda one: one.key) == sorted(block.planned(), key=lambda one: one.key)
    assert sum(part.concurrency for part in parts if part.requests) <= max(places, 1)
    assert {part.over_ms for part in parts if part.count} <= {block.over_ms}


def test_a_plan_gets_as_many_processes_as_its_load_needs() -> None:
    cores = len(os.sched_getaffinity(0))
    loop = lambda places, **more: of("http://h", Block(places, TEMPLATES, repeat=True, duration_ms=9, **more))  # noqa: E731
    assert processes_for(loop(400)) == 1
    assert processes_for(loop(401)) == min(2, cores)
    assert processes_for(loop(1000)) == min(3, cores)
    rate = lambda a_second, cap=1000, tokens=None: of(  # noqa: E731
        "http://h",
        Block(cap, [replace(TEMPLATES[0], output_tokens=tokens)], repeat=True, key_prefix="k",
              times_ms=[1000 * n / a_second for n in range(10 * a_second)]),
    )  # fmt: skip
    assert processes_for(rate(20)) == 1
    assert processes_for(rate(99, tokens=1000)) == min(7, cores)
    assert processes_for(rate(200, tokens=1)) == min(2, cores)
    assert processes_for(rate(200, tokens=1, cap=50)) == 1
    assert processes_for(Plan([], {}, [])) == 1


def test_calls_through_the_sdk_are_one_process_s_and_few() -> None:
    targets = [Target("s", "p", "anthropic/a", "", route="sdk"), Target("t", "q", "gemini/b", "", route="sdk")]
    targets += [Target("n", "r", "m", "http://h")]
    lanes = []
    for target in targets:
        template = Planned("", target.id, "hello", point=f"{target.id} c16")
        lanes.append(Lane(target.id, [Block(16, [template], repeat=True, most=99, key_prefix=target.id)]))
    given_plan = Plan(targets, {"hello": []}, lanes)
    first, second = slices(given_plan, 2)
    assert [lane.blocks[0].concurrency for lane in first.lanes] == [16, 16, 8]
    assert [len(lane.blocks[0].requests) for lane in second.lanes] == [0, 0, 1]
    few, notes = capped(first)
    assert [lane.blocks[0].concurrency for lane in few.lanes] == [2, 2, 8]
    assert notes[0].startswith("s c16: 2 at once in place of 16. ")
    assert len(notes) == 2
    assert capped(second) == (second, [])
    alone, notes = capped(replace(given_plan, lanes=lanes[:1]))
    assert (alone.lanes[0].blocks[0].concurrency, len(notes)) == (4, 1)


def test_a_report_of_all_is_that_of_the_worst() -> None:
    one = Report(1, 2, 0.3, 60, 9, dispatch_p99_ms=None, notes=["a"], overheads={"t": 4})
    other = Report(2, 1, 0.9, 50, 8, dispatch_p99_ms=3.0, notes=["a", "b"])
    assert merged([one, other]) == Report(2, 2, 0.9, 110, 17, 3.0, 2, ["a", "b"], {"t": 4})
    assert merged([one, other]).client_limited
