"""Carries out a plan: lanes beside each other, their blocks one after another."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from src.studio.engine.bodies import Bodies, Body
from src.studio.engine.events import Event, Finished, Held, Ready, Report, Started
from src.studio.engine.lag import LagMeter, Sample, max_rss_mb
from src.studio.engine.measuring import add_schedule, add_tokens, milliseconds, record_of
from src.studio.engine.ways import capped, ways_of
from src.studio.llm.answer import Answer
from src.studio.llm.request import ChatRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from src.studio.engine.plan import Block, Lane, Plan, Planned
    from src.studio.engine.record import Record
    from src.studio.llm.client import ChatClient

# A sleep may end so much too late: the rest is waited for by looking at the clock.
CLOSE_NS = 1_500_000
OVER = "The run's time was over."
FIRST_MS = 1000
"""Connections for what has times of its own are opened for so long a time before it begins."""
PAUSE_NS = 100_000_000
"""In a loop without a number of requests, a place whose request failed is free so long after it was free before: a
server that refuses at once would be asked thousands of times a second."""


class _Time(NamedTuple):
    """A block's time: when it began, when nothing is sent any more, and whether all of it is over."""

    start: int
    until: float
    timer: asyncio.Timeout


class Run:
    """One plan under way. `emit` is told each event, in the loop's thread, and must not take long."""

    def __init__(self, plan: Plan, client: ChatClient, emit: Callable[[Event], None]) -> None:
        self._plan, self._notes = capped(plan)
        self._client, self._emit = client, emit
        self._ways = ways_of(plan, client)
        self._bodies = Bodies(self._plan)
        self._meter = LagMeter()
        self._chunks = 0
        self._delays = Sample()
        self._gates: dict[tuple[int, int], asyncio.Future[int]] = {}
        self._start_ns = time.perf_counter_ns()

    async def __call__(self) -> None:
        """Send everything, and report. Cancelled, it closes all connections and tells what was in flight."""
        try:
            async with self._meter, asyncio.TaskGroup() as lanes:
                self._start_ns = time.perf_counter_ns()
                self._emit(Ready(self._start_ns))
                for at, lane in enumerate(self._plan.lanes):
                    lanes.create_task(self._lane(at, lane))
        finally:
            self._emit(self._report())

    def go(self, lane: int, block: int, at_ns: int, overheads: Mapping[str, int]) -> None:
        """Let a block that is held begin at a time; `overheads` are those that other processes have found."""
        self._bodies.overheads.update(overheads)
        gate = self._gates.get((lane, block))
        if gate is not None and not gate.done():
            gate.set_result(at_ns)

    def _report(self) -> Report:
        meter = self._meter
        return Report(
            lag_p50_ms=meter.lag_ms(50),
            lag_p99_ms=meter.lag_ms(99),
            cpu_share=meter.cpu_share(),
            max_rss_mb=max_rss_mb(),
            chunks=self._chunks,
            dispatch_p99_ms=self._delays.percentile(99),
            notes=self._notes,
            overheads=self._bodies.overheads,
        )

    async def _lane(self, at: int, lane: Lane) -> None:
        for number, block in enumerate(lane.blocks):
            await self._prepare(block)
            await self._carry_out(block, await self._beginning(at, number, block))

    async def _beginning(self, at: int, number: int, block: Block) -> int:
        """Return when a block begins, once it does: where it is held, when all processes are as far."""
        if not self._plan.held:
            return time.perf_counter_ns()
        gate = self._gates[at, number] = asyncio.get_running_loop().create_future()
        self._emit(Held(at, number, dict(self._bodies.overheads)))
        start = await gate
        for planned in block.requests:
            self._bodies.prepare(planned)  # others may have found how many words it takes
        await _until(start)
        return start

    async def _carry_out(self, block: Block, start: int) -> None:
        """Send a block's requests within its time."""
        over_ms = block.over_ms
        until = math.inf if over_ms is None else start + over_ms * 1e6
        left = None
        if over_ms is not None and block.grace_ms is not None:
            left = (until - time.perf_counter_ns()) / 1e9 + block.grace_ms / 1000
        try:
            async with asyncio.timeout(left) as timer:
                send = self._on_schedule if block.is_open else self._in_places
                await send(block, _Time(start, until, timer))
        except TimeoutError:
            if not timer.expired():
                raise

    async def _in_places(self, block: Block, its: _Time) -> None:
        """Send each request as soon as there is a place for it."""
        waiting, places = block.planned(), block.places
        async with asyncio.TaskGroup() as group:
            for place in range(places):
                opens = its.start + round(block.ramp_ms * 1e6 * place / places)
                await _until(opens)
                first = next(waiting, None) if opens < its.until else None
                if first is None:
                    break
                group.create_task(self._place(first, waiting, opens, its, endless=block.count is None))
                await asyncio.sleep(0)  # the loop goes on meanwhile: what arrives on other lanes is stamped

    async def _place(
        self, planned: Planned | None, waiting: Iterator[Planned], scheduled: int, its: _Time, *, endless: bool
    ) -> None:
        """Send one request after another, of those that no other place has taken."""
        while planned is not None:
            answer = await self._send(planned, scheduled, its)
            free = answer.end_ns or time.perf_counter_ns()
            if endless and answer.status != "success":
                free = max(free, scheduled + PAUSE_NS)
                await _until(min(free, its.until))
            scheduled = free
            planned = next(waiting, None) if scheduled < its.until else None

    async def _on_schedule(self, block: Block, its: _Time) -> None:
        """Send each request at its time, or as soon after it as a place is free."""
        places = asyncio.Semaphore(block.concurrency)
        due: dict[str, tuple[Planned, int]] = {}
        try:
            async with asyncio.TaskGroup() as group:
                for planned in block.planned():
                    at = its.start + round((planned.send_at_ms or 0) * 1e6)
                    if at > its.until:
                        break
                    # whoever has to wait makes its body when its turn comes: many may be waiting
                    body = None if places.locked() else self._bodies.body(planned)
                    await _until(at)
                    due[planned.key] = planned, at
                    group.create_task(self._at_its_time(due, planned.key, body, places, its))
                    await asyncio.sleep(0)
        finally:
            for planned, at in due.values():  # their time had come, and there was no place until the end
                target, unsent = self._bodies.target(planned), Answer(end_ns=time.perf_counter_ns())
                record = record_of(planned, target, unsent, request_id="", start_ns=self._start_ns)
                self._tell(record, at, its)

    async def _at_its_time(
        self,
        due: dict[str, tuple[Planned, int]],
        key: str,
        body: Body | None,
        places: asyncio.Semaphore,
        its: _Time,
    ) -> None:
        has_to_wait = places.locked()
        async with places:
            planned, at = due.pop(key)
            begun = time.perf_counter_ns()
            answer = await self._send(planned, at, its, body)
        if not has_to_wait and answer.sent_ns is not None and answer.connected_ns is not None:
            # what opening a connection took is the network's
            self._delays.add(milliseconds(begun - at + answer.sent_ns - answer.connected_ns))

    async def _prepare(self, block: Block) -> None:
        """Make bodies, and open connections, before the first is sent."""
        endpoints = {}
        counts = Counter[str]()
        for planned in block.requests:
            self._bodies.prepare(planned)
            if self._bodies.target(planned).route == "sdk":
                continue  # it makes its own connections, when it needs them
            endpoint = self._bodies.endpoint(planned)
            endpoints[endpoint.base_url] = endpoint
            counts[endpoint.base_url] += 1
        places = block.places
        if block.is_open:
            due = (planned.send_at_ms or 0 for planned in block.planned())
            places = min(places, sum(1 for _ in itertools.takewhile(lambda at: at < FIRST_MS, due)))
        for base_url, endpoint in endpoints.items():
            most = places if block.repeat else counts[base_url]
            await self._client.open_connections(endpoint, min(places, most))

    async def _send(self, planned: Planned, scheduled: int, its: _Time, body: Body | None = None) -> Answer:
        """Send a request, tell its record, and return what came of it."""
        body = body or self._bodies.body(planned)
        request_id, answer, target = uuid.uuid4().hex, Answer(), self._bodies.target(planned)
        request = ChatRequest(
            endpoint=self._bodies.endpoint(planned),
            request_id=request_id,
            body=body.pieces,
            timeout_seconds=min(self._plan.timeout_seconds, target.timeout_seconds or math.inf),
            on_sent=lambda: self._emit(Started(planned.key)),
        )
        try:
            await self._ways[target.route].ask(request, answer)
        finally:
            record = record_of(planned, target, answer, request_id=request_id, start_ns=self._start_ns)
            record.prompt_chars = body.chars
            add_tokens(record, answer, target, body.estimated_tokens)
            self._bodies.calibrate(planned, record, body)
            self._tell(record, scheduled, its)
        return answer

    def _tell(self, record: Record, scheduled: int, its: _Time) -> None:
        add_schedule(record, scheduled, self._start_ns)
        if record.status == "cancelled" and its.timer.expired():
            record.error = OVER
        self._chunks += record.chunks
        self._emit(Finished(record))


async def _until(at: float) -> None:
    """Wait until a time of the monotonic clock, in ns."""
    while (left := at - time.perf_counter_ns()) > 0:  # noqa: ASYNC110 - it waits for a time, not for an event
        await asyncio.sleep(max(0, left - CLOSE_NS) / 1e9)
