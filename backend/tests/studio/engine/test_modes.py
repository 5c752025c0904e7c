"""A load becomes blocks, whose requests are numbered; what is done already is left out."""

from typing import Any

import pytest

from src.studio.engine.modes import LoadPoint, blocks_of
from src.studio.engine.plan import Block, Planned
from src.studio.engine.schedule import send_times

ONE = [Planned("0-0-c8-", "t", "hello", point="m@0 c8", output_tokens=5)]
TWO = [Planned("k", "t", "a"), Planned("other", "t", "b")]


def keys(block: Block) -> list[str]:
    return [planned.key for planned in block.planned()]


def test_so_many_at_once_take_templates_by_turns() -> None:
    [block] = blocks_of(LoadPoint("concurrency", 8, requests=3, ramp_s=2), TWO)
    assert (block.concurrency, block.places, block.ramp_ms, block.grace_ms) == (8, 3, 2000, 30_000)
    assert [(planned.key, planned.prompt, planned.run) for planned in block.planned()] == [
        ("k1", "a", 1), ("k2", "b", 2), ("k3", "a", 3),
    ]  # fmt: skip
    assert not block.is_open


def test_one_after_another_is_one_at_once() -> None:
    [block] = blocks_of(LoadPoint("single", requests=2), ONE)
    assert (block.concurrency, keys(block)) == (1, ["0-0-c8-1", "0-0-c8-2"])
    assert [planned.output_tokens for planned in block.planned()] == [5, 5]


def test_for_a_time_there_is_no_end_of_requests() -> None:
    [block] = blocks_of(LoadPoint("concurrency", 8, duration_s=60, grace_s=None), ONE)
    assert (block.count, block.places, block.duration_ms, block.grace_ms) == (None, 8, 60_000, None)
    many = block.planned()
    assert [next(many).key for _ in range(1000)][-1] == "0-0-c8-1000"


def test_a_rate_has_the_times_of_its_schedule() -> None:
    point = LoadPoint("rate", 5, requests=10, duration_s=1, arrival="constant", cap=7)
    [block] = blocks_of(point, ONE)
    assert (block.concurrency, block.is_open, block.count) == (7, True, 5)
    assert block.times_ms == [0, 200, 400, 600, 800]
    assert block.duration_ms == 800
    assert [planned.send_at_ms for planned in block.planned()] == block.times_ms
    [drawn] = blocks_of(LoadPoint("rate", 5, requests=10, burstiness=2), ONE, seed=3)
    assert drawn.times_ms == send_times(5, "poisson", burstiness=2, count=10, seed=3)
    assert drawn.concurrency == 1000


def test_what_is_done_is_left_out() -> None:
    [block] = blocks_of(LoadPoint("concurrency", 2, requests=5), TWO, done={1, 3, 99})
    assert keys(block) == ["k2", "k4", "k5"]
    assert blocks_of(LoadPoint("concurrency", 2, requests=5), TWO, done=range(1, 6)) == []
    rate = LoadPoint("rate", 10, requests=5, arrival="constant")
    [block] = blocks_of(rate, TWO, done={1, 2, 4})
    assert (keys(block), block.times_ms) == (["k3", "k5"], [0, 200])
    assert blocks_of(rate, TWO, done=range(1, 6)) == []


@pytest.mark.parametrize(
    ("point", "suffix"),
    [
        (LoadPoint("single", requests=1), ""),
        (LoadPoint("concurrency", 8, requests=1), " c8"),
        (LoadPoint("rate", 2.5, requests=1), " r2.5"),
    ],
)
def test_a_load_names_its_point(point: LoadPoint, suffix: str) -> None:
    assert point.suffix == suffix


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "concurrency", "value": 8},
        {"mode": "concurrency", "value": 8, "requests": 0},
        {"mode": "concurrency", "value": 8, "duration_s": 0},
        {"mode": "concurrency", "value": 2.5, "requests": 1},
        {"mode": "concurrency", "requests": 1},
        {"mode": "rate", "value": 0, "requests": 1},
        {"mode": "rate", "requests": 1},
        {"mode": "rate", "value": 1, "requests": 1, "cap": 0},
        {"mode": "rate", "value": 1, "requests": 1, "burstiness": 0},
    ],
)
def test_a_load_without_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        LoadPoint(**wrong)
