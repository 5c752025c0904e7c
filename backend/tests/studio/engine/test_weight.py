"""A generator weighs the same after many requests as after few: in memory, and in open files."""

import asyncio
from pathlib import Path

import pytest

from src.studio.engine.events import Finished
from src.studio.engine.generator import Generator
from src.studio.engine.plan import Block, Lane, Planned
from tests.studio.engine.records import plan
from tests.studio.llm_mock import LlmMock

MODELS = (
    "mock:ttft=2,itl=0,tokens=3",
    "mock:ttft=2,itl=0,tokens=9,close_after=3",
    "mock:ttft=2,itl=0,error_after=1",
)


def weight(pid: int) -> tuple[int, int]:
    """Return a process's memory in kB, and how many files it has open."""
    process = Path(f"/proc/{pid}")
    lines = (process / "status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return resident, len(list((process / "fd").iterdir()))


# What breaks leaves circles of objects behind, which are collected when there are many
@pytest.mark.parametrize(("models", "most_kb"), [(MODELS[:1], 1000), (MODELS, 16_000)])
def test_memory_and_open_files_stay_as_they_are(mock: LlmMock, models: tuple[str, ...], most_kb: int) -> None:
    """Also where two of three streams break, and connections with them."""
    given = plan(mock.api_url, models)
    loop = Block(16, [Planned("", model, "hello") for model in models], repeat=True, most=1500, key_prefix="k")
    given.lanes[:] = [Lane("p", [loop])]

    async def run() -> list[tuple[int, int]]:
        weights, ended = [], 0
        async with Generator(given) as generator:
            async for event in generator:
                ended += isinstance(event, Finished)
                if isinstance(event, Finished) and ended in {300, 1480}:
                    weights.append(weight(generator.pid))
        assert ended == 1500
        return weights

    (before_kb, before_files), (after_kb, after_files) = asyncio.run(run())
    assert after_files <= before_files + 20  # as many as connections may be opening and closing
    assert after_kb - before_kb < most_kb
