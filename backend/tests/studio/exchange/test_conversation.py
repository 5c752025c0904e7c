"""Cases asked of a model server whose answers are scripted and whose log is the truth, to their verdicts."""

import asyncio
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from src.studio.engine.plan import Price
from src.studio.exchange.asked import AskedModel, Asking
from src.studio.exchange.caller import Caller
from src.studio.exchange.conversation import converse
from src.studio.exchange.record import Exchange, last_request
from src.studio.llm import sdk
from src.studio.llm.egress import EgressPolicy
from src.studio.scoring.case import Case, read_case
from src.studio.scoring.mocks import Mocks
from src.studio.scoring.score import score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call, Verdict
from tests.studio.exchange.asking import KEY, model_at, script
from tests.studio.llm.raw_server import raw_server, response
from tests.studio.llm_mock import LlmMock

needs_pack = pytest.mark.skipif(not sdk.sdk_available(), reason="LiteLLM's SDK is not installed")
WAYS = [
    "tools",
    pytest.param("anthropic/tools", marks=needs_pack),
    pytest.param("gemini/tools", marks=needs_pack),
]
STREAMED = [True, False]


def tool(name: str, /, **properties: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": name, "parameters": schema}}


TEXT = {"type": "string"}
TOOLS = [
    tool("get_weather", city=TEXT),
    tool("find_user", name=TEXT),
    tool("orders.list", user_id={"type": "integer"}),
    tool("cancel_order", order=TEXT),
]


def calls(*made: tuple[str, Any], **more: Any) -> dict[str, Any]:
    """Return a reply of the server's script."""
    return {"tool_calls": [{"name": name, "arguments": arguments} for name, arguments in made], **more}


def wanted(name: str, /, **arguments: Any) -> dict[str, Any]:
    return {"tool": name, "arguments": arguments}


def case_of(*expected: dict[str, Any], prompt: str = "How is the weather in Oslo?", **more: Any) -> Case:
    return read_case({"prompt": prompt, "expected_calls": list(expected), **more})


def held(
    model: AskedModel, case: Case, asking: Asking | None = None, *, tools: Sequence[Mapping[str, Any]] = TOOLS
) -> Exchange:
    """Return what came of a case."""

    async def ask() -> Exchange:
        async with Caller(EgressPolicy()) as caller:
            return await converse(caller, model, case, tools, asking)

    return asyncio.run(ask())


def verdict_of(case: Case, exchange: Exchange) -> Verdict:
    assert exchange.status == "answered", exchange.error
    return score_case(case, exchange.turns, Toolbox(TOOLS))


def log_of(mock: LlmMock) -> list[dict[str, Any]]:
    return sorted(mock.log(), key=lambda entry: entry["recv_ns"])


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize("model", WAYS)
def test_parallel_calls_are_judged_together(mock: LlmMock, model: str, streamed: bool) -> None:
    made = [("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Sør-Trøndelag, “north”"})]
    script(mock, {"reply": calls(*made)})
    case = case_of(*(wanted(name, **arguments) for name, arguments in reversed(made)))
    found = held(model_at(mock, model, params={"max_tokens": 200}), case, Asking(streaming=streamed))
    assert verdict_of(case, found).passed
    assert [(call.name, json.loads(str(call.arguments))) for call in found.turns[0].calls] == made
    [entry] = mock.log()
    assert entry["stream"] is streamed
    [only] = found.rounds
    assert (only.streamed, only.http_status, only.error, only.turn) == (streamed, 200, None, 0)
    assert (only.ttft_ms is not None) is streamed
    assert only.latency_ms is not None
    assert found.input_tokens == entry["usage"]["prompt_tokens"]
    assert found.output_tokens == entry["usage"]["completion_tokens"]


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize("model", WAYS)
def test_no_call_is_right_where_none_is_wanted(mock: LlmMock, model: str, streamed: bool) -> None:
    script(mock, {"reply": {"content": 'I would call get_weather({"city": "Oslo"}), were it asked for.'}})
    case = case_of(should_call_tool=False)
    found = held(model_at(mock, model, params={"max_tokens": 200}), case, Asking(streaming=streamed))
    assert verdict_of(case, found).passed
    assert found.turns[0].calls == []


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (("get_weather", '{"city": "Os'), "malformed_call"),
        (("get_weather", '["Oslo"]'), "malformed_call"),
        (("get_whether", {"city": "Oslo"}), "hallucinated_tool"),
        (("find_user", {"name": "Oslo"}), "wrong_tool"),
        (("get_weather", {"city": "Bergen"}), "wrong_arguments"),
        (("get_weather", {}), "schema_violation"),
        (("get_weather", ""), "schema_violation"),
    ],
)
def test_what_a_model_gets_wrong_is_its_own(
    mock: LlmMock, made: tuple[str, Any], reason: str, streamed: bool
) -> None:
    script(mock, {"reply": calls(made)})
    case = case_of(wanted("get_weather", city="Oslo"))
    found = held(model_at(mock, "tools"), case, Asking(streaming=streamed))
    assert verdict_of(case, found).reason == reason


@pytest.mark.parametrize("streamed", STREAMED)
def test_fragments_of_arguments_are_joined(mock: LlmMock, streamed: bool) -> None:
    city = "a city with a name of more than four characters a token, in “quotes” 🦙"
    script(mock, {"reply": calls(("get_weather", {"city": city}), options={"per_chunk": 1})})
    case = case_of(wanted("get_weather", city=city))
    found = held(model_at(mock, "tools"), case, Asking(streaming=streamed))
    assert verdict_of(case, found).passed
    if streamed:
        [entry] = mock.log()
        assert sum(event[0] == "tool" for event in entry["events"]) > 10


ORDER_CASE: dict[str, Any] = {
    "multi_turn": True,
    "turns": [
        {
            "prompt": "Which orders has Ada?",
            "expected_calls": [wanted("find_user", name="Ada"), wanted("orders.list", user_id=7)],
        },
        {
            "prompt": "Cancel the first one.",
            "expected_calls": [wanted("cancel_order", order="o-1")],
            "expected_state": {"/orders/o-1": "cancelled", "/orders/o-2": "open"},
        },
        {"prompt": "Thank you.", "should_call_tool": False},
    ],
    "state": {"orders": {"o-1": "open", "o-2": "open"}},
    "mock_responses": {
        "find_user": {"id": 7},
        "orders.list": [{"when": {"user_id": 7}, "result": {"orders": {"$state": "/orders"}}}],
        "cancel_order": [
            {"when": {"order": "o-1"}, "result": "cancelled", "set": {"/orders/o-1": "cancelled"}},
            {"error": "There is no such order."},
        ],
    },
}
ORDER_SCRIPT: list[dict[str, Any]] = [
    {
        "match": {"prompt_equals": "Which orders has Ada?"},
        "sequence": [
            calls(("find_user", {"name": "Ada"})),
            calls(("orders_list", {"user_id": 7})),
            {"content": "Ada has o-1 and o-2."},
        ],
    },
    {
        "match": {"prompt_equals": "Cancel the first one."},
        "sequence": [calls(("cancel_order", {"order": "o-1"})), {"content": "Done."}],
    },
    {"reply": {"content": "You are welcome."}},
]


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize("model", WAYS)
def test_three_turns_with_state_are_held_to_the_end(mock: LlmMock, model: str, streamed: bool) -> None:
    script(mock, *ORDER_SCRIPT)
    case = read_case(ORDER_CASE)
    found = held(model_at(mock, model, params={"max_tokens": 200}), case, Asking(streaming=streamed))
    verdict = verdict_of(case, found)
    assert verdict.passed, verdict.problems
    assert [[call.name for call in turn.calls] for turn in found.turns] == [
        ["find_user", "orders.list"],
        ["cancel_order"],
        [],
    ]
    assert [one.turn for one in found.rounds] == [0, 0, 0, 1, 1, 2]
    assert found.turns[1].state == {"orders": {"o-1": "cancelled", "o-2": "open"}}
    assert found.turns[0].state == {"orders": {"o-1": "open", "o-2": "open"}}


def test_what_is_sent_back_is_what_came_and_what_the_mocks_answer(mock: LlmMock) -> None:
    script(mock, *ORDER_SCRIPT)
    found = held(model_at(mock, "tools"), read_case(ORDER_CASE))
    *_, last = log_of(mock)
    assert found.rounds[-1].request == last["body"]
    messages = last["body"]["messages"]
    assert [message["role"] for message in messages] == [
        *("user", "assistant", "tool", "assistant", "tool", "assistant"),
        *("user", "assistant", "tool", "assistant", "user"),
    ]
    results = [message for message in messages if message["role"] == "tool"]
    made = [call for message in messages for call in message.get("tool_calls", [])]
    assert [result["tool_call_id"] for result in results] == [call["id"] for call in made]
    assert [result["content"] for result in results] == [
        '{"id":7}',
        '{"orders":{"o-1":"open","o-2":"open"}}',
        "cancelled",
    ]
    assert [call["function"]["name"] for call in made] == ["find_user", "orders_list", "cancel_order"]
    assert messages[5]["content"] == "Ada has o-1 and o-2."


def test_names_that_providers_do_not_take_are_sent_as_others_and_mapped_back(mock: LlmMock) -> None:
    script(mock, {"reply": calls(("orders_list", {"user_id": 7}))})
    history = [
        {"role": "user", "content": "Which orders has 8?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "orders.list", "arguments": '{"user_id":8}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "a", "name": "orders.list", "content": "none"},
        {"role": "user", "content": "And 7?"},
    ]
    case = read_case({"messages": history, "expected_calls": [wanted("orders.list", user_id=7)]})
    found = held(model_at(mock, "tools"), case)
    assert verdict_of(case, found).passed
    [entry] = mock.log()
    assert entry["tools"] == ["get_weather", "find_user", "orders_list", "cancel_order"]
    sent = entry["body"]["messages"]
    assert sent[1]["tool_calls"][0]["function"]["name"] == sent[2]["name"] == "orders_list"


def test_a_case_offers_the_tools_that_it_says(mock: LlmMock) -> None:
    script(mock, {"reply": calls(("get_weather", {"city": "Oslo"}))})
    held(model_at(mock, "tools"), case_of(wanted("get_weather", city="Oslo"), tools=["get_weather"]))
    held(model_at(mock, "tools"), case_of(should_call_tool=False, tools=[]))
    first, second = log_of(mock)
    assert (first["tools"], first["tool_choice"]) == (["get_weather"], "auto")
    assert not {"tools", "tool_choice"} & second["body"].keys()


def test_system_prompts_are_one_message(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hm."}})
    said = [{"role": "system", "content": "It is Monday."}, {"role": "user", "content": "Hello"}]
    model = model_at(mock, "tools", system_prompt="Be brief.")
    held(model, read_case({"messages": said, "should_call_tool": False}))
    held(model, case_of(should_call_tool=False))
    held(model_at(mock, "tools"), case_of(should_call_tool=False))
    first, second, third = (entry["body"]["messages"] for entry in log_of(mock))
    assert first == [{"role": "system", "content": "Be brief.\n\nIt is Monday."}, said[1]]
    assert second[0] == {"role": "system", "content": "Be brief."}
    assert [message["role"] for message in third] == ["user"]


def test_each_model_is_asked_with_its_own_parameters(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hm."}})
    params = {"temperature": 0.3, "seed": 5, "max_completion_tokens": 64, "tool_choice": "none", "tools": []}
    asking = Asking(tool_choice="required", parallel_tool_calls=False, streaming=False)
    held(
        model_at(mock, "tools", params=params, send_tags=True), case_of(wanted("get_weather", city="Oslo")), asking
    )
    [entry] = mock.log()
    body = entry["body"]
    assert (body["temperature"], body["seed"], body["max_completion_tokens"]) == (0.3, 5, 64)
    assert (body["tool_choice"], len(body["tools"]), body["parallel_tool_calls"]) == ("required", 4, False)
    assert (body["stream"], body["metadata"]) == (False, {"tags": ["studio"]})


def test_nothing_is_said_of_parallel_calls_unless_it_is_asked_for(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hm."}})
    held(model_at(mock, "tools"), case_of(wanted("get_weather", city="Oslo")))
    assert "parallel_tool_calls" not in mock.log()[0]["body"]


def test_a_call_is_required_once_a_turn(mock: LlmMock) -> None:
    script(mock, *ORDER_SCRIPT)
    held(model_at(mock, "tools"), read_case(ORDER_CASE), Asking(tool_choice="required"))
    assert [entry["tool_choice"] for entry in log_of(mock)] == [
        *("required", "auto", "auto"),
        *("required", "auto"),
        *("required", "auto"),
    ]


def test_tools_are_offered_and_forbidden_where_that_is_asked_for(mock: LlmMock) -> None:
    script(mock, {"reply": calls(("get_weather", {"city": "Oslo"}))})
    case = case_of(wanted("get_weather", city="Oslo"))
    found = held(model_at(mock, "tools"), case, Asking(tool_choice="none"))
    [entry] = mock.log()
    assert (entry["tool_choice"], len(entry["tools"])) == ("none", 4)
    assert verdict_of(case, found).reason == "missing_call"


def test_a_turn_without_end_ends_with_its_rounds(mock: LlmMock) -> None:
    script(mock, {"reply": calls(("get_weather", {"city": "Oslo"}))})
    case = case_of(wanted("get_weather", city="Oslo"), multi_turn=True, max_rounds=3)
    found = held(model_at(mock, "tools"), case)
    assert len(found.rounds) == 3
    assert not found.turns[0].finished
    assert verdict_of(case, found).reason == "unfinished"


def test_without_results_going_back_the_first_answer_is_all(mock: LlmMock) -> None:
    script(mock, {"reply": calls(("get_weather", {"city": "Oslo"}))})
    case = case_of(wanted("get_weather", city="Oslo"))
    found = held(model_at(mock, "tools"), case)
    assert (len(found.rounds), found.turns[0].finished) == (1, True)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (("get_weather", '{"city": "Os'), "error"),
        (("no_such_tool", {}), "There is no tool named no_such_tool."),
    ],
)
def test_a_call_that_no_tool_can_take_is_answered_with_an_error(
    mock: LlmMock, made: tuple[str, Any], told: str
) -> None:
    script(mock, {"sequence": [calls(made), calls(("get_weather", {"city": "Oslo"})), {"content": "Rain."}]})
    case = case_of(wanted("get_weather", city="Oslo"), multi_turn=True)
    found = held(model_at(mock, "tools"), case)
    _, second, third = log_of(mock)
    _, assistant, result = second["body"]["messages"]
    assert told in result["content"]
    assert json.loads(assistant["tool_calls"][0]["function"]["arguments"]) == {}
    assert third["outcome"] == "complete"
    assert found.rounds[0].response is not None
    kept = found.rounds[0].response["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    assert kept == (made[1] if isinstance(made[1], str) else "{}")
    assert verdict_of(case, found).reason in {"malformed_call", "hallucinated_tool"}


@pytest.mark.parametrize("streamed", STREAMED)
@pytest.mark.parametrize("model", ["tools", pytest.param("anthropic/tools", marks=needs_pack)])
def test_a_provider_that_fails_for_a_moment_fails_no_case(mock: LlmMock, model: str, streamed: bool) -> None:
    failing = [{"options": {"status": 429, "retry_after": 1}}, {"options": {"status": 500}}]
    script(mock, {"sequence": [*failing, calls(("get_weather", {"city": "Oslo"}))]})
    case = case_of(wanted("get_weather", city="Oslo"))
    found = held(model_at(mock, model, params={"max_tokens": 100}), case, Asking(streaming=streamed))
    assert verdict_of(case, found).passed
    assert [retry.http_status for retry in found.rounds[0].retries] == [429, 500]
    assert found.rounds[0].latency_ms is not None
    assert found.rounds[0].latency_ms < 1000  # of the last try alone


def test_a_provider_s_error_is_no_verdict(mock: LlmMock) -> None:
    script(mock, {"sequence": [calls(("find_user", {"name": "Ada"})), {"options": {"status": 401}}]})
    found = held(model_at(mock, "tools"), read_case(ORDER_CASE))
    assert (found.status, found.transient, found.turns) == ("error", False, [])
    assert (found.error or "").startswith("The provider did not accept the key (HTTP 401)")
    assert [one.response is not None for one in found.rounds] == [True, False]
    assert (found.rounds[1].http_status, found.rounds[1].error) == (401, found.error)


def test_an_error_that_may_be_gone_next_time_is_told_apart(mock: LlmMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.studio.exchange.retrying.FIRST_WAIT_SECONDS", 0.01)
    script(mock, {"reply": {"options": {"status": 502}}})
    found = held(model_at(mock, "tools"), case_of(wanted("get_weather", city="Oslo")))
    assert (found.status, found.transient, len(found.rounds[0].retries)) == ("error", True, 3)


def test_a_model_that_does_not_answer_in_time_is_a_timeout(mock: LlmMock) -> None:
    script(mock, {"reply": {"options": {"hang": 1}}})
    found = held(model_at(mock, "tools", timeout_seconds=0.3), case_of(wanted("get_weather", city="Oslo")))
    assert (found.status, found.error) == ("timeout", "There was no answer after 0.3 seconds.")


def test_who_cancels_has_what_there_was(mock: LlmMock) -> None:
    script(mock, {"sequence": [calls(("find_user", {"name": "Ada"})), {"options": {"hang": 1}}]})
    found = Exchange()

    async def ask() -> None:
        async with Caller(EgressPolicy()) as caller:
            talk = converse(caller, model_at(mock, "tools"), read_case(ORDER_CASE), TOOLS, exchange=found)
            task = asyncio.create_task(talk)
            while not found.rounds:  # noqa: ASYNC110 - nobody tells of rounds
                await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(ask())
    assert (found.status, len(found.rounds), found.turns) == ("cancelled", 1, [])


def test_costs_are_those_of_all_rounds_and_unknown_where_any_is(mock: LlmMock) -> None:
    script(mock, *ORDER_SCRIPT)
    price = Price(2, 10)
    found = held(model_at(mock, "tools", price=price), read_case(ORDER_CASE))
    usages = [entry["usage"] for entry in mock.log()]
    spent = sum(2 * usage["prompt_tokens"] + 10 * usage["completion_tokens"] for usage in usages) / 1e6
    assert found.cost == pytest.approx(spent)
    script(mock, {"reply": {"content": "Hm.", "options": {"usage": "never"}}})
    unknown = held(model_at(mock, "tools", price=price), case_of(should_call_tool=False))
    assert (unknown.cost, unknown.input_tokens, unknown.output_tokens) == (None, None, None)
    script(mock, {"reply": {"content": "Hm."}})
    assert held(model_at(mock, "tools"), case_of(should_call_tool=False)).cost is None


def test_ids_of_calls_are_made_where_there_are_none_and_where_they_come_again(mock: LlmMock) -> None:
    def completion(*ids: str | None) -> bytes:
        made = [
            {"type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Oslo"}'}}
            | ({"id": given} if given else {})
            for given in ids
        ]
        message = {"role": "assistant", "content": None, "tool_calls": made}
        choice = {"message": message, "finish_reason": "tool_calls"}
        return response("200 OK", json.dumps({"choices": [choice]}).encode())

    case = case_of(wanted("get_weather", city="Oslo"), multi_turn=True, max_rounds=2)
    for given, expected in (
        ((None, "a", "a"), ["call00001", "a", "call00003"]),
        ((None, "call00003", "call00001", None), ["call00001", "call00003", "call00004", "call00005"]),
        (("call00002", None), ["call00002", "call00003"]),
    ):
        with raw_server(completion(*given)) as server:
            held(model_at(LlmMock(server.base_url.removesuffix("/v1"))), case, Asking(streaming=False))
        _, second = server.requests
        _, assistant, *results = second.json["messages"]
        assert [call["id"] for call in assistant["tool_calls"]] == expected
        assert [result["tool_call_id"] for result in results] == expected


def test_a_call_gets_no_id_that_the_case_has_already(mock: LlmMock) -> None:
    script(mock, {"reply": calls(("get_weather", {"city": "Oslo"}))})
    first = held(model_at(mock, "tools"), case_of(wanted("get_weather", city="Oslo"))).turns[0].calls[0].id
    earlier = {"id": first, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    said = [
        {"role": "user", "content": "The weather?"},
        {"role": "assistant", "content": None, "tool_calls": [earlier]},
        {"role": "tool", "tool_call_id": first, "content": "Where?"},
        {"role": "user", "content": "In Oslo."},
    ]
    script(mock, {"reply": calls(("get_weather", {"city": "Oslo"}))})
    case = read_case({"messages": said, "expected_calls": [wanted("get_weather", city="Oslo")]})
    assert held(model_at(mock, "tools"), case).turns[0].calls[0].id == "call00002"


def test_thoughts_go_back_within_a_turn_and_not_after_it(mock: LlmMock) -> None:
    thinking = [{**reply, "reasoning": "Let me see."} for reply in ORDER_SCRIPT[0]["sequence"]]
    script(mock, {**ORDER_SCRIPT[0], "sequence": thinking}, *ORDER_SCRIPT[1:])
    held(model_at(mock, "tools"), read_case(ORDER_CASE))
    _, second, third, fourth, *_ = (entry["body"]["messages"] for entry in log_of(mock))
    assert second[1]["reasoning_content"] == third[1]["reasoning_content"] == "Let me see."
    assert not any("reasoning_content" in message for message in fourth)


@pytest.mark.parametrize(
    ("provider_key", "streaming", "streamed"),
    [
        ("openai", "auto", True),
        ("vllm", "auto", False),
        ("ollama", "auto", False),
        ("lm_studio", "auto", False),
        ("vllm-in-the-cellar", "auto", False),
        ("vllm", True, True),
        ("openai", False, False),
    ],
)
def test_what_breaks_calls_in_streams_is_asked_for_whole_answers(
    mock: LlmMock, provider_key: str, streaming: Any, streamed: bool
) -> None:
    script(mock, {"reply": {"content": "Hm."}})
    model = model_at(mock, "tools", provider_key=provider_key)
    found = held(model, case_of(should_call_tool=False), Asking(streaming=streaming))
    assert (found.rounds[0].streamed, mock.log()[0]["stream"]) == (streamed, streamed)


@pytest.mark.parametrize("streamed", STREAMED)
def test_neither_key_nor_address_is_kept_of_what_is_judged_and_sent_back_as_it_came(
    mock: LlmMock, streamed: bool
) -> None:
    echoed = f"{KEY} at {mock.api_url}"
    script(mock, {"sequence": [calls(("get_weather", {"city": echoed}), content=echoed), {"content": echoed}]})
    case = case_of(
        wanted("get_weather", city=echoed),
        multi_turn=True,
        mock_responses={"get_weather": {"sky": "over", "city": {"$arg": "city"}}},
    )
    found = held(model_at(mock, "tools"), case, Asking(streaming=streamed))
    assert verdict_of(case, found).passed
    _, assistant, result = log_of(mock)[1]["body"]["messages"]
    assert json.loads(assistant["tool_calls"][0]["function"]["arguments"]) == {"city": echoed}
    assert json.loads(result["content"])["city"] == echoed
    other = verdict_of(case_of(wanted("get_weather", city="Oslo")), found)
    kept = json.dumps([found.to_dict(), found.told(other.to_dict())])
    assert KEY not in kept
    assert mock.base_url not in kept
    assert kept.count("[key] at [address]") > 5


def test_what_the_user_says_is_kept_as_it_is(mock: LlmMock) -> None:
    script(mock, {"reply": {"content": "Hm."}})
    found = held(model_at(mock, "tools"), case_of(should_call_tool=False, prompt=f"What is at {mock.api_url}?"))
    assert found.to_dict()["rounds"][0]["request"]["messages"][0]["content"] == f"What is at {mock.api_url}?"


def test_what_is_kept_is_json_and_may_be_told_without_its_tools(mock: LlmMock) -> None:
    script(mock, *ORDER_SCRIPT)
    found = held(model_at(mock, "tools", price=Price(1, 1)), read_case(ORDER_CASE))
    whole, brief = found.to_dict(), found.to_dict(with_tools=False)
    assert json.loads(json.dumps(whole)) == whole
    assert [len(one["request"]["tools"]) for one in whole["rounds"]] == [4] * 6
    assert all("tools" not in one["request"] for one in brief["rounds"])
    assert whole["turns"][1]["calls"] == [
        {"name": "cancel_order", "arguments": '{"order": "o-1"}', "id": found.turns[1].calls[0].id}
    ]
    assert whole["rounds"][0]["usage"]["output_tokens"] > 0


def test_each_message_is_kept_once_and_any_request_can_be_put_together(mock: LlmMock) -> None:
    thinking = [{**reply, "reasoning": "Let me see."} for reply in ORDER_SCRIPT[0]["sequence"]]
    script(mock, {**ORDER_SCRIPT[0], "sequence": thinking}, *ORDER_SCRIPT[1:])
    found = held(model_at(mock, "tools"), read_case(ORDER_CASE))
    rounds = found.to_dict()["rounds"]
    assert [len(one["request"]["messages"]) for one in rounds] == [1, 2, 2, 2, 2, 2]
    assert [one["messages_before"] for one in rounds] == [0, 1, 3, 5, 7, 9]
    for at, sent in enumerate(log_of(mock)):
        assert last_request(rounds[: at + 1]) == sent["body"]
    assert last_request([]) is None
    whole = [{"turn": at, "request": sent["body"]} for at, sent in enumerate(log_of(mock))]
    assert last_request(whole) == whole[-1]["request"]  # as earlier versions kept them


def test_mocks_that_double_what_there_is_come_to_an_end(mock: LlmMock) -> None:
    doubling = {"result": {"$state": "/all"}, "set": {"/all": [{"$state": "/all"}, {"$state": "/all"}]}}
    script(mock, {"reply": calls(*[("get_weather", {"city": "Oslo"})] * 40)})
    more: dict[str, Any] = {"state": {"all": "text"}, "mock_responses": {"get_weather": [doubling]}}
    case = case_of(wanted("get_weather", city="Oslo"), multi_turn=True, max_rounds=2, **more)
    found = held(model_at(mock, "tools"), case)
    assert (found.status, found.transient, len(found.rounds)) == ("error", False, 1)
    assert found.error == "What the mock of get_weather makes of the state is too large to be kept."
    assert len(json.dumps(found.to_dict())) < 5_000_000


def test_mocks_with_much_to_look_at_keep_no_other_exchange_waiting(
    mock: LlmMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, threads = Mocks.answer, []

    def noted(self: Mocks, call: Call, state: Mapping[str, Any]) -> Any:
        threads.append(threading.get_ident())
        return answer(self, call, state)

    monkeypatch.setattr(Mocks, "answer", noted)
    script(mock, {"sequence": [calls(("get_weather", {"city": "Oslo"})), {"content": "It rains."}]})
    rules = [{"when": {"city": "Bergen"}, "result": "snow"}, {"result": "rain"}]
    more: dict[str, Any] = {"mock_responses": {"get_weather": rules}}
    found = held(model_at(mock, "tools"), case_of(wanted("get_weather", city="Oslo"), multi_turn=True, **more))
    assert found.status == "answered"
    assert found.rounds[1].request["messages"][-1]["content"] == "rain"
    assert len(threads) == 1
    assert threading.get_ident() not in threads  # the loop is here


@pytest.mark.parametrize("streamed", STREAMED)
def test_an_answer_that_is_nested_too_deep_is_no_verdict(streamed: bool) -> None:
    deep = "[" * 500 + "]" * 500
    call = '{"index":0,"id":"a","extra_content":' + deep + ',"function":{"name":"get_weather","arguments":"{}"}}'
    part = "delta" if streamed else "message"
    text = '{"choices":[{"' + part + '":{"tool_calls":[' + call + ']},"finish_reason":"tool_calls"}]}'
    said = f"data: {text}\n\ndata: [DONE]\n\n" if streamed else text
    kind = "text/event-stream" if streamed else "application/json"
    with raw_server(response("200 OK", said.encode(), content_type=kind)) as server:
        model = model_at(LlmMock(server.base_url.removesuffix("/v1")))
        found = held(model, case_of(wanted("get_weather", city="Oslo")), Asking(streaming=streamed))
    assert (found.status, found.transient, len(server.requests)) == ("error", False, 1)
