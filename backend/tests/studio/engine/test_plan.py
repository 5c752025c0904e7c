"""Plans, records and events survive JSON, and a plan that contradicts itself is refused."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from src.studio.engine.events import Event, Finished, Ready, Report, Started, event_from_dict, event_to_dict
from src.studio.engine.plan import Block, Lane, Plan, Planned, Price, Target
from src.studio.engine.record import Record
from src.studio.llm.egress import EgressPolicy
from tests.studio.engine.records import KEY, plan, record

PLAN = Plan(
    [
        Target(
            "t",
            "p",
            "a/b c 🦙",
            "http://host/v1",
            KEY,
            {"max_tokens": 5},
            Price(1, 2, 0.5),
            send_tags=True,
            guarded=True,
        )
    ],
    {"hello": [{"role": "user", "content": "Say hello."}]},
    [
        Lane("p", [Block(2, [Planned("k", "t", "hello", "warmup", "0", 3, 100, output_tokens=7)])]),
        Lane(
            "q",
            [
                Block(
                    2,
                    [Planned("", "t", "hello")],
                    duration_ms=5,
                    grace_ms=6,
                    ramp_ms=7,
                    repeat=True,
                    most=8,
                    key_prefix="q-",
                    first_number=2,
                    step=3,
                    skip=[5],
                    times_ms=[0, 1.5],
                )
            ],
        ),
    ],
    timeout_seconds=7,
    tags=("a", "b"),
    nonce=False,
    egress=EgressPolicy(("10.0.0.0/8",), allow_private=True, trusted=("http://gateway",)),
)


def test_a_plan_survives_json() -> None:
    assert Plan.from_dict(orjson.loads(orjson.dumps(PLAN.to_dict()))) == PLAN


def test_a_plan_is_shown_without_its_keys() -> None:
    assert KEY not in repr(PLAN)


@pytest.mark.parametrize(
    "event", [Ready(5), Started("k"), Finished(record(icl_ms=[1.5])), Report(1, 2, 0.5, 60, 9)]
)
def test_an_event_survives_json(event: Event) -> None:
    assert event_from_dict(orjson.loads(orjson.dumps(event_to_dict(event)))) == event


def test_a_record_with_more_fields_than_are_known_is_read() -> None:
    assert Record.from_dict(record().to_dict() | {"from_the_future": 1}) == record()


REQUEST = Planned("k", "t", "hello")


def test_a_plan_of_an_earlier_version_is_read() -> None:
    old = {"concurrency": 2, "requests": [{"key": "k", "target": "t", "prompt": "hello"}]}
    data = PLAN.to_dict() | {"lanes": [{"name": "p", "blocks": [old]}]}
    assert Plan.from_dict(data).lanes == [Lane("p", [Block(2, [REQUEST])])]


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ({"most": 3}, ["a1", "a2", "a3"]),
        ({"most": 3, "first_number": 2, "step": 4}, ["a2", "a6", "a10"]),
        ({"most": 3, "skip": [2, 3]}, ["a1", "a4", "a5"]),
        ({"times_ms": [1.0, 2.0]}, ["a1", "a2"]),
        ({"times_ms": [1.0, 2.0], "most": 1}, ["a1"]),
        ({"times_ms": [1.0, 2.0], "skip": [1]}, ["a2", "a3"]),
        ({"most": 0}, []),
    ],
)
def test_repeated_requests_are_numbered(options: dict[str, Any], keys: list[str]) -> None:
    block = Block(9, [REQUEST], repeat=True, key_prefix="a", **options)
    planned = list(block.planned())
    assert [request.key for request in planned] == keys
    assert (block.count, block.places) == (len(keys), len(keys))
    if times := options.get("times_ms"):
        assert [request.send_at_ms for request in planned] == times[: len(keys)]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Block(1, [REQUEST], repeat=True), "ends after a number or a time"),
        (Block(1, [], repeat=True, most=1), "has some"),
        (Block(1, [replace(REQUEST, send_at_ms=1)], repeat=True, most=1), "their block has them"),
        (Block(1, [REQUEST], repeat=True, times_ms=[2, 1]), "in their order"),
        (Block(1, [REQUEST], repeat=True, most=1, step=0), "numbers of requests rise"),
        (Block(1, [REQUEST], duration_ms=-1), "below 0"),
        (Block(1, [REQUEST], grace_ms=-1), "below 0"),
    ],
)
def test_a_block_that_contradicts_itself_is_refused(block: Block, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Plan(PLAN.targets, PLAN.prompts, [Lane("p", [block])])


def test_two_blocks_that_repeat_have_keys_of_their_own() -> None:
    block = Block(1, [REQUEST], repeat=True, most=1, key_prefix="a")
    with pytest.raises(ValueError, match="two requests have the key 'a'"):
        Plan(PLAN.targets, PLAN.prompts, [Lane("p", [block, block])])


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([REQUEST, REQUEST], "two requests have the key 'k'"),
        ([replace(REQUEST, target="other")], "names a target or prompt that is not there"),
        ([replace(REQUEST, prompt="other")], "names a target or prompt that is not there"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(requests: list[Planned], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Plan(PLAN.targets, PLAN.prompts, [Lane("p", [Block(1, requests)])])


def test_a_block_without_places_and_targets_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Plan(PLAN.targets, PLAN.prompts, [Lane("p", [Block(0, [REQUEST])])])
    with pytest.raises(ValueError, match="same id"):
        plan("http://host", ["m", "m"])


@pytest.mark.parametrize(
    ("price", "expected"),
    [(Price(1, 2), 300e-6), (Price(1, 2, 0.5), 270e-6), (Price(0, 0), 0.0)],
)
def test_a_price_is_per_million_tokens_of_each_kind(price: Price, expected: float) -> None:
    assert price.cost(input_tokens=100, output_tokens=100, cached_tokens=60) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("lag", "cpu", "limited"), [(5.0, 0.8, False), (5.1, 0.1, True), (1.0, 0.81, True), (0, 0, False)]
)
def test_a_generator_says_when_it_was_the_slow_one(lag: float, cpu: float, *, limited: bool) -> None:
    report = Report(1, lag, cpu, 60, 9)
    assert report.client_limited is limited
    assert report.to_dict()["client_limited"] is limited
