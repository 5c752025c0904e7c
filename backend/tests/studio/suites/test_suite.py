"""Suites as files: what is read, what is refused with its place, and that what is written reads back the same."""

from typing import Any

import orjson
import pytest

from src.studio.suites.suite import SuiteError, read_suite

SMALL = """
version: 1
name: Weather
system_prompt: Today is 7 May 2026.
tools:
  - type: function
    function:
      name: get_weather
      description: Tell the weather.
      parameters: {type: object, properties: {city: {type: string}, day: {type: string}}, required: [city]}
test_cases:
  - prompt: How is the weather in Paris on 3 May?
    expected_calls:
      - tool: get_weather
        arguments: {city: Paris, day: 2026-05-03}
        optional: [day]
  - name: case-1
    prompt: Who are you?
    should_call_tool: false
"""


def test_a_suite_reads_from_yaml_as_from_json() -> None:
    read = read_suite(SMALL)
    assert read.notes == []
    assert (read.suite.name, len(read.suite.tools)) == ("Weather", 1)
    assert [case.name for case in read.suite.cases] == ["case-1-b", "case-1"]
    assert read.suite.cases[0].expected_calls[0].arguments["day"] == "2026-05-03"
    assert read_suite(read.suite.to_json()).suite == read.suite
    assert read_suite(read.suite.to_yaml()).suite == read.suite
    assert read_suite(orjson.loads(read.suite.to_json())).suite == read.suite


def test_an_export_of_the_earlier_studio_reads() -> None:
    tools = [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}]
    case = {
        "id": "a" * 32,
        "suite_id": "b" * 32,
        "prompt": "Do it",
        "expected_tool": "f",
        "expected_params": {"a": 1},
    }
    document = {"id": "b" * 32, "name": "Old", "tools": tools, "tool_count": 1, "test_cases": [case]}
    (read,) = read_suite(document).suite.cases
    assert read.expected_calls[0].tools == ("f",)
    assert read.expected_calls[0].arguments == {"a": 1}


def test_a_case_of_many_turns_keeps_what_each_says() -> None:
    case = {
        "multi_turn": True,
        "state": {"n": 0},
        "mock_responses": {"f": [{"result": {"$arg": "a"}, "set": {"/n": 1}}]},
        "turns": [
            {"prompt": "One", "expected_calls": [{"tool": "f", "arguments": {"a": {"$any": [1, 2]}}}]},
            {"prompt": "Two", "should_call_tool": False, "expected_state": {"/n": 1}},
        ],
    }
    suite = read_suite({"tools": [{"name": "f", "description": "d"}], "test_cases": [case]}).suite
    assert [turn.prompt for turn in suite.cases[0].turns] == ["One", "Two"]
    assert read_suite(suite.to_yaml()).suite == suite


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 2}, "version: Only version 1 can be read."),
        ({"nme": "x"}, "nme: There is no such field; there are version, name,"),
        ({"name": 3}, "name: It must be a text."),
        ({"name": "x" * 257}, "name: It may have 256 characters at most."),
        ({"description": "\0"}, "description: It has a character that cannot be kept."),
        ({"tools": [{"name": "f", "parameters": 1}]}, "tools[0]/function/parameters: It must be an object"),
        ({"tools": {}}, "tools: The tools must be a list."),
        ({"test_cases": {}}, "test_cases: It must be a list."),
        ({"test_cases": [1]}, "test_cases[0]: It must be an object."),
        ({"test_cases": [{}]}, "test_cases[0]"),
        (
            {"test_cases": [{"prompt": "x", "prmpt": "y"}]},
            "test_cases[0].prmpt: Is not a field that is known here.",
        ),
        (
            {"test_cases": [{"prompt": "x", "expected_calls": [{"tool": "g"}]}]},
            "test_cases[0].expected_calls[0].tool: The suite has no tool named g",
        ),
        ({"test_cases": [{"prompt": "x", "tools": ["g"]}]}, "test_cases[0].tools: The suite has no tool named g"),
        (
            {"test_cases": [{"prompt": "x", "name": "a"}, {"prompt": "y", "name": "a"}]},
            "test_cases[1].name: test_cases[0] is named a, too; names must be unique.",
        ),
        (
            {"test_cases": [{"prompt": "x", "expected_calls": [{"tool": "f", "arguments": {"a": {"$near": 1}}}]}]},
            "test_cases[0].expected_calls[0].arguments.a.$near:",
        ),
        ({"test_cases": [{"prompt": "x"}] * 10_001}, "test_cases: There may be 10,000 cases at most, not 10,001."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], told: str) -> None:
    document = {"tools": [{"name": "f", "description": "d"}], "test_cases": []} | change
    with pytest.raises(SuiteError) as failure:
        read_suite(document)
    assert str(failure.value).startswith(told)


@pytest.mark.parametrize("source", ["hello", "{}", "[]", "[1]", "a: 1", '{"a": 1}\n{"b": 2}'])
def test_what_is_no_suite_is_told_so(source: str) -> None:
    with pytest.raises(SuiteError, match="This is no suite"):
        read_suite(source)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(SuiteError, match="The format must be auto, json, yaml or bfcl"):
        read_suite("{}", format="xml")
