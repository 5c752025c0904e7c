"""Cases with tools asked through a real LiteLLM gateway, in front of a model server whose log is the truth."""

import asyncio
import json
import os
import urllib.request
from typing import Any

import pytest

from src.studio.exchange.asked import AskedModel, Asking
from src.studio.exchange.caller import Caller
from src.studio.exchange.conversation import converse
from src.studio.exchange.record import Exchange
from src.studio.llm.egress import EgressPolicy
from src.studio.scoring.case import Case, read_case
from src.studio.scoring.score import score_case
from src.studio.scoring.toolbox import Toolbox
from tests.contract.dashboard import Gateway

UPSTREAM = os.environ.get("CONTRACT_UPSTREAM_URL", "")
pytestmark = pytest.mark.skipif(not UPSTREAM, reason="CONTRACT_UPSTREAM_URL names no model server")

STREAMED = [True, False]
WHOLE = {"type": "object", "additionalProperties": False}
TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": name,
            "parameters": {**WHOLE, "properties": {argument: {"type": "string"}}, "required": [argument]},
        },
    }
    for name, argument in (("get_weather", "city"), ("mail.find", "text"), ("mail.delete", "id"))
]


def script(*rules: dict[str, Any]) -> None:
    server = UPSTREAM.removesuffix("/v1")
    urllib.request.urlopen(f"{server}/_reset", data=b"").close()  # noqa: S310 - the tests' own
    urllib.request.urlopen(f"{server}/_script", data=json.dumps(rules).encode()).close()  # noqa: S310


def log() -> list[dict[str, Any]]:
    """Return what the model server knows of each request since it was scripted."""
    with urllib.request.urlopen(f"{UPSTREAM.removesuffix('/v1')}/_log") as answer:  # noqa: S310 - the tests' own
        return [json.loads(line) for line in answer.read().splitlines()]


def calls(*made: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {"tool_calls": [{"name": name, "arguments": arguments} for name, arguments in made], **more}


def case_of(*expected: tuple[str, dict[str, Any]], **more: Any) -> Case:
    wanted = [{"tool": name, "arguments": arguments} for name, arguments in expected]
    return read_case({"prompt": "How is the weather in Oslo?", "expected_calls": wanted, **more})


def held(gateway: Gateway, case: Case, *, streamed: bool, timeout: float = 60) -> Exchange:
    model = AskedModel(
        "0",
        "gateway",
        "bench-tools",
        f"{gateway.base_url}/v1",
        gateway.api_key,
        {"max_tokens": 200},
        system_prompt="Be brief.",
        send_tags=True,
        timeout_seconds=timeout,
    )

    async def ask() -> Exchange:
        async with Caller(EgressPolicy()) as caller:
            return await converse(caller, model, case, TOOLS, Asking(streaming=streamed))

    return asyncio.run(ask())


def reason_of(case: Case, found: Exchange) -> str | None:
    """Return why a case fails, None where it passes."""
    assert found.status == "answered", found.error
    return score_case(case, found.turns, Toolbox(TOOLS)).reason


@pytest.mark.parametrize("streamed", STREAMED)
def test_parallel_calls_and_their_arguments_come_through(gateway: Gateway, streamed: bool) -> None:
    made = [("get_weather", {"city": "Sør-Trøndelag, “north” 🦙"}), ("get_weather", {"city": "Oslo"})]
    script({"reply": calls(*made)})
    case = case_of(*reversed(made))
    found = held(gateway, case, streamed=streamed)
    assert reason_of(case, found) is None
    assert [(call.name, json.loads(str(call.arguments))) for call in found.turns[0].calls] == made
    assert (found.rounds[0].ttft_ms is not None) is streamed
    assert found.output_tokens


def test_fragments_of_several_calls_are_joined(gateway: Gateway) -> None:
    made = [("get_weather", {"city": f"a long name, in “quotes” 🦙, of the {nth} city"}) for nth in ("1st", "2nd")]
    script({"reply": calls(*made, options={"per_chunk": 1})})
    case = case_of(*made)
    found = held(gateway, case, streamed=True)
    assert reason_of(case, found) is None
    assert [(call.name, json.loads(str(call.arguments))) for call in found.turns[0].calls] == made
    (entry,) = log()
    assert entry["stream"] is True
    assert sum(event[0] == "tool" for event in entry["events"]) > 20


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize(
    ("reply", "reason"),
    [({"content": "I have no tool for that."}, None), (calls(("get_weather", {"city": "Oslo"})), "extra_call")],
)
def test_where_no_call_is_wanted_words_are_right(
    gateway: Gateway, reply: dict[str, Any], reason: str | None, streamed: bool
) -> None:
    script({"reply": reply})
    case = case_of(should_call_tool=False)
    assert reason_of(case, held(gateway, case, streamed=streamed)) == reason


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (calls(("get_weather", '{"city": "Os')), "malformed_call"),
        (calls(("get_whether", {"city": "Oslo"})), "hallucinated_tool"),
        (calls(("mail_find", {"text": "Oslo"})), "wrong_tool"),
        ({"content": "It rains, I guess."}, "missing_call"),
    ],
)
def test_what_a_model_gets_wrong_is_seen(
    gateway: Gateway, reply: dict[str, Any], reason: str, streamed: bool
) -> None:
    script({"reply": reply})
    case = case_of(("get_weather", {"city": "Oslo"}))
    assert reason_of(case, held(gateway, case, streamed=streamed)) == reason


@pytest.mark.parametrize("streamed", STREAMED)
def test_three_turns_are_held_with_results_that_go_back(gateway: Gateway, streamed: bool) -> None:
    script(
        {
            "match": {"prompt_equals": "Find the mail of Ada."},
            "sequence": [calls(("mail_find", {"text": "Ada"})), {"content": "It is m1."}],
        },
        {
            "match": {"prompt_equals": "Delete it."},
            "sequence": [
                calls(("mail_delete", '{"id": "m')),
                calls(("mail_delete", {"id": "m1"})),
                {"content": "So."},
            ],
        },
        {"reply": {"content": "You are welcome."}},
    )
    case = read_case(
        {
            "multi_turn": True,
            "turns": [
                {
                    "prompt": "Find the mail of Ada.",
                    "expected_calls": [{"tool": "mail.find", "arguments": {"text": "Ada"}}],
                },
                {
                    "prompt": "Delete it.",
                    "expected_calls": [{"tool": "mail.delete", "arguments": {"id": "m1"}}],
                    "expected_state": {"/mails": 0},
                },
                {"prompt": "Thanks.", "should_call_tool": False},
            ],
            "state": {"mails": 1},
            "mock_responses": {
                "mail.find": {"id": "m1"},
                "mail.delete": [{"when": {"id": "m1"}, "result": "deleted", "set": {"/mails": 0}}],
            },
        }
    )
    found = held(gateway, case, streamed=streamed)
    assert reason_of(case, found) == "malformed_call"  # and for all that it went on to its end
    assert [[call.name for call in turn.calls] for turn in found.turns] == [
        ["mail.find"],
        ["mail.delete", "mail.delete"],
        [],
    ]
    assert found.turns[-1].state == {"mails": 0}
    assert [one.turn for one in found.rounds] == [0, 0, 1, 1, 1, 2]


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize("status", [500, 429])
def test_what_fails_for_a_moment_fails_no_case(gateway: Gateway, status: int, streamed: bool) -> None:
    """The gateway tries three times itself, so that we see the first error after these."""
    script({"sequence": [*[{"options": {"status": status}}] * 3, calls(("get_weather", {"city": "Oslo"}))]})
    case = case_of(("get_weather", {"city": "Oslo"}))
    found = held(gateway, case, streamed=streamed)
    assert reason_of(case, found) is None
    assert found.rounds[0].retries[0].http_status == status


def test_what_the_gateway_refuses_is_no_verdict_and_has_no_key(gateway: Gateway) -> None:
    script({"reply": {"options": {"status": 400}}})
    found = held(gateway, case_of(("get_weather", {"city": "Oslo"})), streamed=True)
    assert (found.status, found.transient, found.turns) == ("error", False, [])
    assert "HTTP 400" in (found.error or "")
    assert gateway.api_key not in json.dumps(found.to_dict())
