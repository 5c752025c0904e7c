"""Puts many requests on a generator, and many streams, and fails where it grows: in memory, or in descriptors.

backend/.venv/bin/python backend/benchmarks/engine_soak.py [--requests 100000] [--seconds 60]

Needs the model server beside the repository. Exit status: 0 when nothing grew, 1 when something did, 2 where there
is no model server. Three hours of a usual load are 100,000 requests.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.bench import say  # noqa: E402 - found only now
from benchmarks.soak_weight import Weight, weigh  # noqa: E402
from benchmarks.studio_server import LLM_MOCK, model_server  # noqa: E402
from src.studio.engine.events import Finished, Report, Started  # noqa: E402
from src.studio.engine.generator import Generator  # noqa: E402
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.asking import Peer

# Two of four are whole answers, one breaks off, one is an error in the stream
SHORT = (
    "mock:ttft=2,itl=0,tokens=3",
    "mock:ttft=2,itl=0,tokens=9,close_after=3",
    "mock:ttft=2,itl=0,tokens=3,per_chunk=3",
    "mock:ttft=2,itl=0,tokens=9,error_after=3",
)
STREAM = "mock:ttft=500,itl=51.2,tokens=100"
PLACES, STREAMS = 32, 256
SAMPLES = 20
MOST_GROWTH_MB, MOST_DESCRIPTORS = 3.0, 8
GREW, MISSING = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both loads, print what they weighed, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--requests", type=int, default=100_000, help="short requests, one after another in 32 places"
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long 256 streams are kept up")
    options = parser.parse_args(arguments)
    if not LLM_MOCK.is_file():
        say("There is no ../shared/llm-mock beside the repository.")
        return MISSING
    with tempfile.TemporaryDirectory(prefix="leaderboard-soak-") as folder, model_server(Path(folder)) as server:
        short = _block(PLACES, SHORT, most=options.requests)
        streams = _block(STREAMS, [STREAM], duration_ms=options.seconds * 1000)
        results = [
            _soak(server, short, f"{options.requests:,} requests in {PLACES} places"),
            _soak(server, streams, f"{STREAMS} streams for {options.seconds:g} s"),
        ]
    return 0 if all(results) else GREW


def _block(
    places: int, models: Sequence[str], *, most: int | None = None, duration_ms: float | None = None
) -> Block:
    templates = [Planned("", model, "hello") for model in models]
    return Block(places, templates, repeat=True, key_prefix="k", most=most, duration_ms=duration_ms)


def _soak(server: Peer, block: Block, what: str) -> bool:
    """Carry out a block, and return whether the second half of it added nothing."""
    models = dict.fromkeys(planned.target for planned in block.requests)
    targets = [Target(model, "mock", model, f"{server.base_url}/v1", "none") for model in models]
    prompts = {"hello": [{"role": "user", "content": "Say hello."}]}
    began = time.monotonic()
    weights, report, ended = asyncio.run(_weighed(Plan(targets, prompts, [Lane("mock", [block])]), block))
    half = weights[len(weights) // 2 :]
    growth, files = half[-1].megabytes - half[0].megabytes, half[-1].descriptors - half[0].descriptors
    megabytes = " ".join(f"{weight.megabytes:.1f}" for weight in weights)
    say(f"{what}: {ended:,} ended in {time.monotonic() - began:.0f} s, with {report.cpu_share:.0%} of a core.")
    say(f"Memory {megabytes} MB, {half[0].descriptors} to {half[-1].descriptors} descriptors.")
    say(f"Lag of the loop {report.lag_p99_ms:.1f} ms (p99).")
    flat = growth <= MOST_GROWTH_MB and files <= MOST_DESCRIPTORS
    say("Nothing grew." if flat else f"It grew by {growth:.1f} MB and {files} descriptors in the second half.")
    return flat


async def _weighed(plan: Plan, block: Block) -> tuple[list[Weight], Report, int]:
    """Return what the generator weighed as requests went, its report, and how many ended."""
    weights, ended, report = list[Weight](), 0, Report(0, 0, 0, 0, 0)
    began = time.monotonic()
    async with Generator(plan) as generator:
        async for event in generator:
            ended += isinstance(event, Finished)
            share = (
                ended / block.most if block.most else (time.monotonic() - began) * 1000 / (block.duration_ms or 1)
            )
            # the last ones end one by one, and connections with them
            if isinstance(event, Started | Finished) and (len(weights) + 1) / (SAMPLES + 1) <= share <= 1:
                weights += filter(None, [weigh(generator.pid)])
            if isinstance(event, Report):
                report = event
    return weights, report, ended


if __name__ == "__main__":
    sys.exit(main())
