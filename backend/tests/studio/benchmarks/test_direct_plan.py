"""What a browser is told to send to models on its user's own machine."""

import json
from typing import Any

import pytest

from tests.studio.benchmarks.conftest import Studio

MINE: dict[str, Any] = {
    "provider_key": "ollama",
    "display_name": "My Ollama",
    "api_base": "http://localhost:11434/v1",
    "api_key": "sk-kept-in-the-vault-0001",
    "direct_local": True,
}
TARGETS = [{"provider_key": "ollama", "model_id": "tiny"}, {"provider_key": "ollama", "model_id": "big"}]


@pytest.fixture
def mine(own: Studio) -> Studio:
    own.send("POST", "/api/config/provider", MINE)
    own.send("POST", "/api/config/model", {"provider_key": "ollama", "id": "tiny", "system_prompt": "Be brief."})
    model = {"provider_key": "ollama", "id": "big", "input_cost_per_mtok": 1, "output_cost_per_mtok": 2}
    own.send("POST", "/api/config/model", model)
    return own


def plan(studio: Studio, status: int = 200, **changes: Any) -> Any:
    body = {"targets": TARGETS, "prompt": "Say hi.", "max_tokens": 20, **changes}
    return studio.send("POST", "/api/benchmark/direct-plan", body, status)


def body_of(told: Any, request: Any) -> Any:
    body = told["bodies"][request["body"]]
    return json.loads(body["before"] + request["nonce"] + body["after"])


def test_a_plan_has_warmups_first_and_then_models_by_turns(mine: Studio) -> None:
    told = plan(mine, runs=2, context_tiers=[0, 1000])
    order = [
        (
            told["bodies"][asked["body"]]["model_id"],
            told["bodies"][asked["body"]]["context_tokens"],
            asked["run_number"],
        )
        for asked in told["requests"]
    ]
    once = [("tiny", 0), ("big", 0), ("tiny", 1000), ("big", 1000)]
    expected = [("tiny", 0, 0), ("big", 0, 0), *((*point, number) for number in (1, 2) for point in once)]
    assert order == expected
    assert {body["url"] for body in told["bodies"]} == {"http://localhost:11434/v1/chat/completions"}
    without = plan(mine, warmup=False)
    assert [asked["run_number"] for asked in without["requests"]] == [1, 1]


def test_bodies_are_those_that_the_server_would_send_and_have_no_key(mine: Studio) -> None:
    told = plan(mine, context_tiers=[0, 1000], provider_params={"top_p": 0.5})
    assert MINE["api_key"] not in json.dumps(told)
    bodies = [body_of(told, asked) for asked in told["requests"]]
    tiny = bodies[0]
    assert (tiny["model"], tiny["max_tokens"], tiny["top_p"]) == ("tiny", 20, 0.5)
    assert (tiny["stream"], tiny["stream_options"]) == (True, {"include_usage": True})
    assert [message["role"] for message in tiny["messages"]] == ["system", "user"]
    assert tiny["messages"][1]["content"].endswith("Say hi.")
    words = [len(body["messages"][-1]["content"].split()) for body in bodies]
    assert words[:2] == [10, 10]  # eight of its own, so that no cache has seen it
    assert words[4:] == [1002, 1002]
    assert len({body["messages"][-1]["content"] for body in bodies}) == len(bodies)


@pytest.mark.parametrize(
    ("provider", "asked", "sentence"),
    [
        ({"direct_local": False}, {}, "ollama is not said to run on your own machine"),
        ({"api_base": "http://192.168.1.5:11434/v1"}, {}, "localhost or 127.0.0.1 for a host"),
        ({"api_base": "https://localhost.example.com/v1"}, {}, "localhost or 127.0.0.1 for a host"),
        ({"api_base": "http://[::1]:11434/v1"}, {}, "localhost or 127.0.0.1 for a host"),
        ({}, {"mode": "concurrency", "concurrency": 4}, "one request after another"),
        (
            {},
            {"targets": [*TARGETS, {"provider_key": "gateway", "model_id": "fast"}]},
            "gateway is not said to run",
        ),
        ({}, {"targets": [{"provider_key": "ollama", "model_id": "none"}]}, "There is no such model."),
        ({}, {"context_tiers": [1_500_000, 1_600_000]}, "more than a page can measure at once"),
    ],
)
def test_what_a_browser_cannot_measure_is_refused(
    mine: Studio, provider: dict[str, Any], asked: dict[str, Any], sentence: str
) -> None:
    mine.send("PUT", "/api/config/provider", {"provider_key": "ollama", **provider})
    assert sentence in plan(mine, 422, **asked)["detail"]


def test_results_of_a_plan_have_its_names_prices_parameters_and_times(mine: Studio) -> None:
    asked = {"targets": TARGETS, "prompt": "Say hi.", "max_tokens": 20, "label": "At home", "temperature": 0}
    told: dict[str, Any] = {
        "provider": "ollama",
        "run_number": 1,
        "success": True,
        "status": "success",
        "finish_reason": "stop",
    }
    told |= {"ttft_ms": 20.0, "total_time_s": 0.12, "itl_ms": 10.0, "icl_ms": [10.0] * 10, "first_chunk_tokens": 1}
    told |= {"output_tokens": 11, "input_tokens": 1000, "tokens_source": "usage"}
    results = [
        {**told, "model_id": "big", "sent_ms": 0.0},
        {**told, "model_id": "tiny", "sent_ms": 500.5},
        {**told, "model_id": "tiny", "run_number": 2, "sent_ms": 900.0, "success": False, "status": "truncated"},
        {**told, "model_id": "gone", "sent_ms": 1500.0},
    ]
    saved = mine.send("POST", "/api/benchmark/direct-results", {"results": results, "asked": asked})
    run = mine.get(f"/api/history/{saved['run_id']}")
    assert (run["label"], run["prompt"], run["metadata"]) == ("At home", "Say hi.", {"source": "client"})
    big, tiny, gone = run["results"]
    assert (big["provider"], big["cost"]) == ("My Ollama", pytest.approx((1000 + 2 * 11) / 1e6))
    assert (tiny["cost"], tiny["success_count"], tiny["error_count"]) == (None, 1, 1)
    assert gone["provider"] == "ollama"
    targets = {target["model_id"]: target for target in run["targets"]}
    assert targets["tiny"]["params"]["temperature"] == 0
    records = mine.get(f"/api/history/{saved['run_id']}/records")["records"]
    assert [record["sent_ns"] for record in records if record["model"] == "tiny"] == [500_500_000, 900_000_000]
    first = next(record for record in records if record["model"] == "big")
    assert (first["first_token_ns"], first["last_token_ns"], first["chunks"]) == (20_000_000, 120_000_000, 11)
    assert [record["status"] for record in records if record["run"] == 2] == ["truncated"]


def test_a_result_cannot_have_succeeded_and_failed(mine: Studio) -> None:
    wrong = {"provider": "ollama", "model_id": "tiny", "run_number": 1, "success": True, "status": "timeout"}
    mine.send("POST", "/api/benchmark/direct-results", {"results": [wrong]}, 422)
