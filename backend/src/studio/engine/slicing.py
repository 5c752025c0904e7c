"""One plan for several processes: how many it needs, and what each of them does of it."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from src.studio.engine.plan import Block

if TYPE_CHECKING:
    from src.studio.engine.plan import Lane, Plan, Planned

STREAMS, CHUNKS = 400, 15_000
"""Under way at once, and in a second: what one process takes without being late."""
USUAL_SECONDS, USUAL_TOKENS = 4, 100
"""An answer's, where a plan does not say: with a rate, so many are under way, and so many chunks come of it."""


def processes_for(plan: Plan) -> int:
    """Return how many processes the load needs, at most one for each core that may be used."""
    streams, chunks = 0.0, 0.0
    for lane in plan.lanes:
        streams += max(map(_streams, lane.blocks), default=0.0)
        chunks += max((_rate(block) * _tokens(plan, block) for block in lane.blocks), default=0.0)
    needed = math.ceil(max(streams / STREAMS, chunks / CHUNKS, 1))
    return min(needed, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def slices(plan: Plan, processes: int) -> list[Plan]:
    """Return a plan for each process: together they send what the plan has, each block beginning at one time.

    Requests go round, and places with them. What is called through the SDK is the first one's alone, for as few at
    once as there may be; so are warm-ups, which others learn from.
    """
    sdk = {target.id for target in plan.targets if target.route == "sdk"}
    return [
        replace(plan, lanes=[_lane(lane, sdk, at, processes) for lane in plan.lanes], held=True)
        for at in range(processes)
    ]


def _lane(lane: Lane, sdk: set[str], at: int, processes: int) -> Lane:
    return replace(lane, blocks=[_slice(block, sdk, at, processes) for block in lane.blocks])


def _slice(block: Block, sdk: set[str], at: int, processes: int) -> Block:
    alone = any(request.target in sdk or request.phase == "warmup" for request in block.requests)
    parts = 1 if alone else min(processes, block.places)
    if at >= parts:
        return Block(1, [])
    if parts == 1:
        return block
    places = block.places // parts + (at < block.places % parts)
    mine = replace(block, concurrency=places, duration_ms=block.over_ms)
    if not block.repeat or (block.skip and block.count is not None):
        return replace(mine, requests=list(block.planned())[at::parts], **_ONCE)
    templates = block.requests
    return replace(
        mine,
        requests=[templates[(at + turn * parts) % len(templates)] for turn in range(len(templates))],
        first_number=block.first_number + at * block.step,
        step=block.step * parts,
        most=None if block.most is None else len(range(at, block.most, parts)),
        times_ms=None if block.times_ms is None else block.times_ms[at::parts],
    )


_ONCE = {"repeat": False, "most": None, "skip": [], "times_ms": None}


def _streams(block: Block) -> float:
    """Return how many are under way at once, as far as the plan tells."""
    return min(block.places, _rate(block) * USUAL_SECONDS) if block.is_open else block.places


def _rate(block: Block) -> float:
    """Return how many are sent in a second; 0 of a closed loop, where that is up to the server."""
    if not block.is_open or not block.count:
        return 0.0
    return block.count / max((block.over_ms or 0) / 1000, 1)


def _tokens(plan: Plan, block: Block) -> float:
    limits = {target.id: target.params.get("max_tokens") for target in plan.targets}
    return max((_limit(request, limits) for request in block.requests), default=0.0)


def _limit(request: Planned, limits: dict[str, object]) -> float:
    limit = request.output_tokens or limits[request.target]
    return limit if isinstance(limit, int) else USUAL_TOKENS
