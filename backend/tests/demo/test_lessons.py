"""What the demo's models call when they know by heart what to call, and how their skill spoils that."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.demo.gateway import DEMO_STUDIO_API_KEY, create_demo_gateway
from src.demo.lessons import Lessons
from src.demo.models import MODELS
from src.demo.questions import Question, read_question
from src.demo.tools import Call, calls_for

SKILLED, UNSKILLED = "claude-opus-4-6", "qwen3-coder"
BEARER = {"Authorization": f"Bearer {DEMO_STUDIO_API_KEY}"}
TEXT = {"type": "string"}
ADD = ("add_event", {"title": "Lunch", "day": "2026-05-30"})
MAIL = ("send_mail", {"to": "ada@example.com"})
FIND, CANCEL = ("find_event", {"title": "Lunch"}), ("cancel_event", {"event": "ev_1"})
LESSONS: Lessons = {
    ("Plan lunch, and write to Ada.",): [[ADD, MAIL]],
    ("Cancel lunch.",): [[FIND], [CANCEL]],
    ("Tell me a story.",): [],
    ("Plan lunch.", "And tell Ada."): [[MAIL]],
}


def function(name: str) -> dict[str, Any]:
    properties = {"title": TEXT, "day": TEXT}
    return {"type": "function", "function": {"name": name, "parameters": {"properties": properties}}}


TOOLS = [function(name) for name in ("add_event", "find_event", "cancel_event", "send_mail")]


@pytest.fixture
def studio() -> TestClient:
    return TestClient(create_demo_gateway(lessons=lambda: LESSONS), headers=BEARER)


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text} for text in texts]


def asked(studio: TestClient, messages: list[dict[str, Any]], model: str = SKILLED, **more: Any) -> dict[str, Any]:
    """Return a model's message."""
    body = {"model": model, "messages": messages, "tools": TOOLS, **more}
    return studio.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]


def calls_of(message: dict[str, Any]) -> list[tuple[str, Any]]:
    functions = [call["function"] for call in message.get("tool_calls", [])]
    return [(function["name"], json.loads(function["arguments"])) for function in functions]


def test_several_calls_come_in_one_answer(studio: TestClient) -> None:
    message = asked(studio, said("Plan lunch, and write to Ada."))
    assert calls_of(message) == [ADD, MAIL]
    assert len({call["id"] for call in message["tool_calls"]}) == 2


def test_several_calls_are_streamed_each_under_its_place(studio: TestClient) -> None:
    body = {"model": SKILLED, "messages": said("Plan lunch, and write to Ada."), "tools": TOOLS, "stream": True}
    lines = studio.post("/v1/chat/completions", json=body).text.split("\n\n")
    deltas = [json.loads(line[6:])["choices"][0]["delta"] for line in lines if line.startswith("data: {")]
    pieces = [piece for delta in deltas for piece in delta.get("tool_calls", [])]
    names = [(piece["index"], name) for piece in pieces if (name := piece["function"].get("name"))]
    texts = {at: "".join(p["function"]["arguments"] for p in pieces if p["index"] == at) for at in (0, 1)}
    assert names == [(0, "add_event"), (1, "send_mail")]
    assert {at: json.loads(text) for at, text in texts.items()} == {0: ADD[1], 1: MAIL[1]}


def test_what_needs_an_answer_first_is_called_after_it(studio: TestClient) -> None:
    messages = said("Cancel lunch.")
    for expected in ([FIND], [CANCEL], []):
        message = asked(studio, messages)
        assert calls_of(message) == expected
        messages.append(message)
        messages += [
            {"role": "tool", "tool_call_id": call["id"], "content": "done"}
            for call in message.get("tool_calls", [])
        ]
    assert messages[-1]["content"] == "The tool says: done"


def test_all_that_the_user_has_said_counts(studio: TestClient) -> None:
    assert calls_of(asked(studio, said("Plan lunch.", "And tell Ada."))) == [MAIL]
    assert calls_of(asked(studio, said("And tell Ada."))) != [MAIL]


def test_where_nothing_is_to_be_called_nothing_is_unless_it_has_to_be(studio: TestClient) -> None:
    assert calls_of(asked(studio, said("Tell me a story."))) == []
    assert len(calls_of(asked(studio, said("Tell me a story."), tool_choice="required"))) == 1
    assert calls_of(asked(studio, said("Plan lunch, and write to Ada."), tool_choice="none")) == []


def test_a_lesson_whose_tools_are_not_offered_is_of_no_use(studio: TestClient) -> None:
    message = asked(studio, said("Cancel lunch."), tools=[function("send_mail")])
    assert FIND[0] not in [name for name, _ in calls_of(message)]


def test_lessons_are_learnt_once_and_when_they_are_needed() -> None:
    learnt: list[int] = []

    def lessons() -> Lessons:
        learnt.append(threading.get_ident())
        time.sleep(0.2)
        return LESSONS

    client = TestClient(create_demo_gateway(lessons=lessons), headers=BEARER)
    asked(client, said("Plan lunch, and write to Ada."), tools=[])
    assert learnt == []
    with client, ThreadPoolExecutor(3) as pool:
        found = pool.map(lambda _: calls_of(asked(client, said("Cancel lunch."))), range(3))
        assert list(found) == [[FIND]] * 3
    assert len(learnt) == 1


def question(number: int, model: str = UNSKILLED, **more: Any) -> Question:
    body = {"model": model, "messages": said(f"Plan lunch, and write to Ada. ({number})"), "tools": TOOLS, **more}
    return replace(read_question(json.dumps(body).encode()), learnt=[[ADD, MAIL]])


RIGHT = [Call(name, json.dumps(arguments, separators=(",", ":"))) for name, arguments in (ADD, MAIL)]


@pytest.mark.parametrize("model", MODELS)
def test_lessons_are_got_wrong_as_often_as_documented(model: str) -> None:
    wrong = sum(calls_for(question(number, model)) != RIGHT for number in range(1_000)) / 1_000
    assert wrong == pytest.approx(MODELS[model].mistakes / 100, abs=0.04)


def test_one_call_of_several_is_got_wrong_in_every_way() -> None:
    kinds: Counter[str] = Counter()
    for calls in (calls_for(question(number)) for number in range(1_500)):
        if calls == RIGHT:
            continue
        if len(calls) == 1:
            assert calls[0] in RIGHT
            kinds["none"] += 1
            continue
        [(right, call)] = [pair for pair in zip(RIGHT, calls, strict=True) if pair[0] != pair[1]]
        if call.name != right.name:
            kinds["other tool"] += 1
        elif not call.arguments.endswith("}"):
            kinds["malformed"] += 1
        elif json.loads(call.arguments) in ({"title": "Lunch"}, {}):
            kinds["missing"] += 1
        elif json.loads(call.arguments) in ({**ADD[1], "day": "2026-05-31"}, {"to": "something else"}):
            kinds["wrong value"] += 1
        else:
            kinds["other"] += 1
    assert set(kinds) == {"none", "malformed", "other tool", "missing", "wrong value"}
    assert min(kinds.values()) > 30


def test_where_nothing_is_right_a_mistake_is_a_call() -> None:
    counts = Counter(len(calls_for(replace(question(number), learnt=[]))) for number in range(1_000))
    assert counts[1] / 1_000 == pytest.approx(MODELS[UNSKILLED].mistakes / 100, abs=0.04)
    assert set(counts) == {0, 1}


def test_a_mistake_is_made_once_and_what_follows_an_answer_is_right() -> None:
    later = [replace(question(number), answered=1, learnt=[[FIND], [CANCEL]]) for number in range(300)]
    assert {calls_for(each)[0].name for each in later} == {"cancel_event"}


def test_a_seed_decides_about_mistakes_and_the_same_seed_about_the_same() -> None:
    seeded = [[calls_for(question(n, seed=seed), number) for n in range(200)] for seed, number in ((1, 1), (1, 2))]
    assert seeded[0] == seeded[1]
    assert [calls_for(question(n, seed=2)) for n in range(200)] != seeded[0]


def test_with_a_temperature_a_model_wavers_where_it_is_not_sure() -> None:
    def rights(temperature: float) -> list[int]:
        return [
            sum(calls_for(question(n, temperature=temperature), number) == RIGHT for number in range(10))
            for n in range(200)
        ]

    assert set(rights(0)) == {0, 10}
    warm = rights(1)
    assert 0.02 < sum(0 < right < 10 for right in warm) / 200 < 0.4
    assert sum(warm) == pytest.approx(sum(rights(0)), rel=0.1)
