"""Carries out a plan: lanes beside each other, their blocks one after another, each a closed loop."""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING

from src.studio.engine.bodies import Bodies, Body
from src.studio.engine.events import Event, Finished, Ready, Report, Started
from src.studio.engine.lag import LagMeter, max_rss_mb
from src.studio.engine.measuring import add_schedule, add_tokens, record_of
from src.studio.engine.ways import ways_of
from src.studio.llm.answer import Answer
from src.studio.llm.request import ChatRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from src.studio.engine.plan import Block, Lane, Plan, Planned
    from src.studio.llm.client import ChatClient

# A sleep may end so much too late: the rest is waited for by looking at the clock.
CLOSE_NS = 1_500_000


class Run:
    """One plan under way. `emit` is told each event, in the loop's thread, and must not take long."""

    def __init__(self, plan: Plan, client: ChatClient, emit: Callable[[Event], None]) -> None:
        self._plan, self._client, self._emit = plan, client, emit
        self._ways = ways_of(plan, client)
        self._bodies = Bodies(plan)
        self._meter = LagMeter()
        self._chunks = 0
        self._start_ns = time.perf_counter_ns()

    async def __call__(self) -> None:
        """Send everything, and report. Cancelled, it closes all connections and tells what was in flight."""
        try:
            async with self._meter, asyncio.TaskGroup() as lanes:
                self._start_ns = time.perf_counter_ns()
                self._emit(Ready(self._start_ns))
                for lane in self._plan.lanes:
                    lanes.create_task(self._lane(lane))
        finally:
            self._emit(self._report())

    def _report(self) -> Report:
        meter = self._meter
        return Report(meter.lag_ms(50), meter.lag_ms(99), meter.cpu_share(), max_rss_mb(), self._chunks)

    async def _lane(self, lane: Lane) -> None:
        for block in lane.blocks:
            await self._block(block)

    async def _block(self, block: Block) -> None:
        """Send a block's requests, `concurrency` at a time; bodies and connections are made before the first."""
        places = min(block.concurrency, len(block.requests))
        await self._prepare(block, places)
        if block.requests and block.requests[0].send_at_ms is not None:
            await self._on_schedule(block)
            return
        waiting = iter(block.requests)
        scheduled = time.perf_counter_ns()
        async with asyncio.TaskGroup() as group:
            for _ in range(places):
                group.create_task(self._place(waiting, scheduled))
                await asyncio.sleep(0)  # the loop goes on meanwhile: what arrives on other lanes is stamped

    async def _on_schedule(self, block: Block) -> None:
        """Send each request at its time, or as soon after it as a place is free."""
        start, places = time.perf_counter_ns(), asyncio.Semaphore(block.concurrency)

        async def at_its_time(planned: Planned, at: int, body: Body) -> None:
            async with places:
                await self._send(planned, at, body)

        async with asyncio.TaskGroup() as group:
            for planned in block.requests:
                at, body = start + round((planned.send_at_ms or 0) * 1e6), self._bodies.body(planned)
                await _until(at)
                group.create_task(at_its_time(planned, at, body))

    async def _prepare(self, block: Block, places: int) -> None:
        endpoints = {}
        counts = Counter[str]()
        for planned in block.requests:
            self._bodies.prepare(planned)
            if self._bodies.target(planned).route == "sdk":
                continue  # it makes its own connections, when it needs them
            endpoint = self._bodies.endpoint(planned)
            endpoints[endpoint.base_url] = endpoint
            counts[endpoint.base_url] += 1
        for base_url, endpoint in endpoints.items():
            await self._client.open_connections(endpoint, min(places, counts[base_url]))

    async def _place(self, waiting: Iterator[Planned], scheduled: int) -> None:
        """Send one request after another, of those that no other place has taken."""
        for planned in waiting:
            scheduled = await self._send(planned, scheduled)

    async def _send(self, planned: Planned, scheduled: int, body: Body | None = None) -> int:
        """Send a request, tell its record, and return when it ended."""
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
            add_schedule(record, scheduled, self._start_ns)
            add_tokens(record, answer, target, body.estimated_tokens)
            self._chunks += record.chunks
            self._emit(Finished(record))
        return answer.end_ns or time.perf_counter_ns()


async def _until(at: int) -> None:
    """Wait until a time of the monotonic clock, in ns."""
    while (left := at - time.perf_counter_ns()) > 0:  # noqa: ASYNC110 - it waits for a time, not for an event
        await asyncio.sleep(max(0, left - CLOSE_NS) / 1e9)
