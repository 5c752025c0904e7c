"""Requests are planned so that no model has a better turn than another."""

import dataclasses
from typing import Any

import pytest

from src.studio.benchmarks.course import count_requests
from src.studio.benchmarks.planning import make_plan
from src.studio.benchmarks.points import Cell, cell_of
from src.studio.engine.plan import Plan, Price
from src.studio.llm.egress import EgressPolicy
from src.studio.providers.catalog import Connection
from tests.studio.benchmarks.made import PRICED, target, to_do, wish

EGRESS = EgressPolicy(("10.0.0.0/8",))
CONNECTIONS = {
    "gateway": Connection("http://gateway/v1", "sk-gateway", takes_tags=True),
    "own": Connection("http://own/v1", "sk-own", guarded=True, timeout_seconds=7),
    "demo": Connection("http://demo/v1", "sk-demo"),
}


def planned(plan: Plan) -> dict[str, list[tuple[int, list[str]]]]:
    """Return the keys of each lane's blocks, with their concurrency."""
    return {
        lane.name: [(block.concurrency, [request.key for request in block.requests]) for block in lane.blocks]
        for lane in plan.lanes
    }


def plan_of(request: Any, *targets: Any, recorded: set[str] | None = None) -> Plan:
    return make_plan(to_do(request, *targets), CONNECTIONS, recorded or set(), EGRESS)


def test_one_after_another_models_take_turns_after_their_warm_up() -> None:
    request = wish("a", "b", runs=2, context_tiers=[0, 1000])
    plan = plan_of(request, target("a", tiers=[0, 1000]), target("b"))
    once = ["0-0-1", "1-0-1", "0-1000-1"]
    twice = ["0-0-2", "1-0-2", "0-1000-2"]
    assert planned(plan) == {"gateway": [(1, ["0-0-0", "1-0-0"]), (1, once + twice)]}
    phases = [request.phase for block in plan.lanes[0].blocks for request in block.requests]
    assert phases == ["warmup"] * 2 + ["measure"] * 6


def test_several_at_a_time_each_place_sends_all_runs_to_one_model_before_the_next() -> None:
    request = wish("a", "b", runs=2, mode="concurrency", concurrency=2, warmup=False)
    numbers = range(1, 5)
    blocks = [(2, [f"{at}-0-{number}" for number in numbers]) for at in (0, 1)]
    assert planned(plan_of(request, target("a"), target("b"))) == {"gateway": blocks}


def test_providers_are_asked_beside_each_other() -> None:
    plan = plan_of(wish("a", "b"), target("a"), target("b", provider_key="demo"))
    assert planned(plan) == {
        "gateway": [(1, ["0-0-0"]), (1, ["0-0-1"])],
        "demo": [(1, ["1-0-0"]), (1, ["1-0-1"])],
    }


def test_what_is_recorded_is_not_sent_again() -> None:
    request = wish("a", runs=3)
    assert planned(plan_of(request, target("a"), recorded={"0-0-0", "0-0-2"})) == {
        "gateway": [(1, ["0-0-1", "0-0-3"])]
    }
    everything = {"0-0-0", "0-0-1", "0-0-2", "0-0-3"}
    assert planned(plan_of(request, target("a"), recorded=everything)) == {"gateway": []}


def test_parameters_go_out_as_they_were_resolved_with_the_price_of_then() -> None:
    params = {"max_tokens": 9, "temperature": 0, "top_p": 0.1, "seed": 1}
    priced = target("a", params=params, **PRICED, cached_cost_per_mtok=0.1)
    plan = plan_of(wish("a"), priced, target("b", provider_key="demo"))
    first, second = plan.targets
    assert first.params == params
    assert (first.base_url, first.api_key, first.model) == ("http://gateway/v1", "sk-gateway", "a")
    assert (first.price, second.price) == (Price(1.0, 2.0, 0.1), None)
    assert first.send_tags
    assert plan.tags == ("studio",)
    assert plan.prompts == {"prompt": [{"role": "user", "content": "Say hello."}]}
    assert "sk-gateway" not in repr(plan)


def test_the_plan_says_of_each_request_where_it_belongs() -> None:
    plan = plan_of(wish("a/b", context_tiers=[5000], warmup=False, timeout=33), target("a/b", tiers=[5000]))
    (request,) = plan.lanes[0].blocks[0].requests
    assert dataclasses.asdict(request) == {
        "key": "0-5000-1",
        "target": "0",
        "prompt": "prompt",
        "phase": "measure",
        "point": "a/b@5000",
        "run": 1,
        "input_tokens": 5000,
        "send_at_ms": None,  # as soon as there is a place
        "output_tokens": None,  # as many as its model is sent
    }
    assert plan.timeout_seconds == 33


@pytest.mark.parametrize("cell", [Cell(0, 0, 0), Cell(99, 2_000_000, 2_000)])
def test_a_cell_is_found_again_by_its_key(cell: Cell) -> None:
    assert cell_of(cell.key) == cell
    assert len(cell.key) <= 64


def test_requests_are_counted_without_warm_up() -> None:
    request = wish("a", "b", runs=3, context_tiers=[0, 1000], mode="concurrency", concurrency=4)
    assert count_requests(request, [target("a", tiers=[0, 1000]), target("b")]) == 36


def test_what_a_user_has_named_is_called_through_the_guard_alone() -> None:
    plan = plan_of(wish("a", "b"), target("a"), target("b", provider_key="own"))
    assert [one.guarded for one in plan.targets] == [False, True]
    assert plan.egress == EGRESS
    assert plan.open_to == EgressPolicy(("10.0.0.0/8",), trusted=("http://gateway/v1",))


def test_a_model_goes_by_its_providers_name_and_has_its_own_system_prompt() -> None:
    mine: dict[str, Any] = {"provider_key": "own", "sent_as": "llama", "system_prompt": "Be short."}
    plan = plan_of(wish("a", "b"), target("org/llama", **mine, params={"think": False}), target("b"))
    own, gateway = plan.targets
    assert (own.model, own.params, own.send_tags, own.timeout_seconds) == (
        "llama", {"think": False}, False, 7,
    )  # fmt: skip
    assert (gateway.model, gateway.send_tags, gateway.timeout_seconds) == ("b", True, None)
    asked = {"role": "user", "content": "Say hello."}
    sent = {
        request.target: plan.prompts[request.prompt]
        for lane in plan.lanes
        for block in lane.blocks
        for request in block.requests
    }
    assert sent == {"0": [{"role": "system", "content": "Be short."}, asked], "1": [asked]}
