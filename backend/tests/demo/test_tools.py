"""What the demo models call with tools, and what they answer without."""

import json
from collections import Counter
from typing import Any

import pytest

from src.demo.answers import answer
from src.demo.draws import LANE_RANGE, lanes
from src.demo.models import MODELS
from src.demo.questions import Question, read_question
from src.demo.tools import Call, calls_for

SKILLED = "claude-opus-4-6"
UNSKILLED = "qwen3-coder"


def function(name: str, description: str, **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string"}
TOOLS = [
    function("send_email", "Send a message to somebody", to=TEXT, subject=TEXT),
    function("get_weather", "The weather of a city", city=TEXT, day={"type": "string", "format": "date"}),
    function("convertCurrency", "Convert money", amount={"type": "number"}, to={"enum": ["EUR", "USD", "CHF"]}),
]


def asked(prompt: str, model: str = SKILLED, **more: Any) -> Question:
    body = {"model": model, "messages": [{"role": "user", "content": prompt}], "tools": TOOLS, **more}
    return read_question(json.dumps(body).encode())


def called(prompt: str, **more: Any) -> tuple[str, Any]:
    [call] = calls_for(asked(prompt, **more))
    return call.name, json.loads(call.arguments)


@pytest.mark.parametrize(
    ("prompt", "call"),
    [
        ("How is the weather in Oslo on 2026-11-02?", ("get_weather", {"city": "Oslo", "day": "2026-11-02"})),
        ("Convert 12.5 dollars into CHF, please", ("convertCurrency", {"amount": 12.5, "to": "CHF"})),
        (
            'Send an email to "ada@example.com" with "Minutes" as its subject',
            ("send_email", {"to": "ada@example.com", "subject": "Minutes"}),
        ),
    ],
)
def test_the_tool_that_fits_is_called_with_what_the_prompt_says(prompt: str, call: tuple[str, Any]) -> None:
    assert called(prompt) == call


def test_arguments_follow_the_schema() -> None:
    tool = function(
        "plan_trip",
        "Plan a trip",
        days={"type": "integer"},
        hotel={"type": "boolean"},
        stops={"type": "array", "items": TEXT},
        guest={"type": "object", "properties": {"age": {"type": "integer"}}},
        odd="no schema",
    )
    _, arguments = called("Plan a trip of 3 days to Rome for a guest aged 40, without a hotel", tools=[tool])
    assert arguments == {"days": 3, "hotel": False, "stops": ["Rome"], "guest": {"age": 40}, "odd": "hotel"}


def test_no_tool_is_called_where_none_fits_or_none_may_be() -> None:
    assert calls_for(asked("Sing a song")) == []
    tokens = answer(asked("How is the weather in Oslo?", tool_choice="none"))
    assert {token.kind for token in tokens} == {"content"}


def test_a_tool_that_has_to_be_called_is() -> None:
    assert len(calls_for(asked("Sing a song", tool_choice="required"))) == 1
    forced = {"type": "function", "function": {"name": "send_email"}}
    assert called("How is the weather in Oslo?", tool_choice=forced)[0] == "send_email"


def test_what_a_tool_has_found_is_told() -> None:
    messages = [
        {"role": "user", "content": "How is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "tool_call_id": "x", "content": "rain, 4 degrees"},
    ]
    text = "".join(token.text for token in answer(asked("", messages=messages)))
    assert text == "The tool says: rain, 4 degrees"


def prompts(count: int) -> list[str]:
    return [f"How is the weather in Oslo, question {number}?" for number in range(count)]


def wrong(model: str, prompt: str) -> bool:
    return calls_for(asked(prompt, model)) != [right(prompt)]


def right(prompt: str) -> Call:
    number = prompt.rpartition(" ")[2].strip("?")
    return Call("get_weather", f'{{"city":"Oslo","day":"{number}"}}')


@pytest.mark.parametrize("model", MODELS)
def test_each_model_errs_as_often_as_documented(model: str) -> None:
    share = sum(wrong(model, prompt) for prompt in prompts(1_000)) / 1_000
    assert share == pytest.approx(MODELS[model].mistakes / 100, abs=0.04)


def test_mistakes_are_the_same_each_time_and_the_less_skilful_make_those_of_the_others() -> None:
    by_skill = {model: {prompt for prompt in prompts(200) if wrong(model, prompt)} for model in MODELS}
    assert by_skill[SKILLED] <= by_skill[UNSKILLED]
    assert by_skill[UNSKILLED] == {prompt for prompt in prompts(200) if wrong(UNSKILLED, prompt)}


def test_there_are_all_kinds_of_mistakes() -> None:
    kinds: Counter[str] = Counter()
    for prompt in prompts(600):
        calls = calls_for(asked(prompt, UNSKILLED))
        call = calls[0] if calls else Call("", "")
        if not calls:
            kinds["none"] += 1
        elif call.name != "get_weather":
            kinds["other tool"] += 1
        elif not call.arguments.endswith("}"):
            kinds["malformed"] += 1
        elif "day" not in call.arguments:
            kinds["missing"] += 1
        elif "something else" in call.arguments:
            kinds["wrong value"] += 1
    assert len(kinds) == 5
    assert min(kinds.values()) > 10


def test_mistakes_go_by_the_prompt_alone() -> None:
    prompt = prompts(1)[0]
    lane, _ = lanes(f"tools {prompt}", 2)
    limit = lane * 100 // LANE_RANGE
    assert {model: wrong(model, prompt) for model in MODELS} == {
        model: limit < MODELS[model].mistakes for model in MODELS
    }


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("Write a Python function that sorts numbers", "docstring"),
        ("Summarise this report", "In short"),
        ("List some ideas for onboarding", "First, write down"),
        ("Why is the sky blue?", "depends on"),
    ],
)
def test_prose_goes_with_the_kind_of_question(prompt: str, word: str) -> None:
    texts = ["".join(token.text for token in answer(asked(prompt, model, tools=[]))) for model in MODELS]
    assert any(word in text for text in texts)
    assert all(text.endswith(".") for text in texts)


def test_an_answer_names_what_was_asked_about() -> None:
    text = "".join(token.text for token in answer(asked("How do glaciers move?", tools=[])))
    assert "glaciers" in text


def test_the_text_of_a_message_in_parts_is_read() -> None:
    parts = [{"type": "text", "text": "How do"}, {"type": "image_url"}, {"type": "text", "text": "glaciers move?"}]
    question = asked("", messages=[{"role": "user", "content": parts}])
    assert (question.prompt, question.prompt_tokens) == ("How do glaciers move?", 4)
