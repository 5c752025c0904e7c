"""Plans, records and events survive JSON, and a plan that contradicts itself is refused."""

from dataclasses import replace

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
    [Lane("p", [Block(2, [Planned("k", "t", "hello", "warmup", "0", 3, 100)])])],
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
