"""Definitions of tools: what is wrong with them, and the names under which they are sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.suites.tools import check_tools, normal_tool, send_names
from tests.cpu import CpuTime


def tool(name: str = "f", description: str | None = "Does it.", **schema: Any) -> dict[str, Any]:
    function: dict[str, Any] = {"name": name, "parameters": {"type": "object", **schema}}
    return {"type": "function", "function": function | ({"description": description} if description else {})}


def told(tools: Any) -> list[tuple[int | None, str, str]]:
    return [(problem.position, problem.path, problem.severity) for problem in check_tools(tools)]


def test_a_good_tool_has_no_problems() -> None:
    assert check_tools([tool(properties={"a": {"type": "string"}}, required=["a"])]) == []


@pytest.mark.parametrize(
    ("broken", "path", "sentence"),
    [
        (7, "", "It must be an object."),
        ({}, "/name", "It must be a name."),
        ({"name": "f"}, "", 'A tool is {"type": "function", "function": {"name": …}}.'),
        ({"type": "retrieval", "function": {"name": "f"}}, "/type", 'The type must be "function".'),
        (tool("f" * 257), "/function/name", "A name has 256 characters at most."),
        (
            tool(properties={"a": {"$ref": "https://example.com/a.json"}}),
            "/function/parameters",
            "It refers to https://example.com/a.json, which is elsewhere: nothing is fetched.",
        ),
    ],
)
def test_what_keeps_a_tool_from_being_used_is_an_error(broken: Any, path: str, sentence: str) -> None:
    problem, *_ = check_tools([tool("g"), broken])
    assert (problem.position, problem.path, problem.severity, problem.sentence) == (1, path, "error", sentence)


def test_schemas_and_patterns_that_do_not_hold_are_errors_at_their_place() -> None:
    assert told([tool(properties={"a": {"type": "text"}})]) == [
        (0, "/function/parameters/properties/a/type", "error")
    ]
    look_ahead = tool(properties={"a/b": {"pattern": "(?=a)b"}})
    assert told([look_ahead]) == [(0, "/function/parameters/properties/a~1b/pattern", "error")]


def test_names_must_be_unique() -> None:
    assert told([tool("f"), tool("g"), tool("f")]) == [(2, "/function/name", "error")]
    assert check_tools([tool("f"), tool("f")])[0].sentence == "Tool 1 is named f, too; names must be unique."


@pytest.mark.parametrize(
    ("changed", "path", "part"),
    [
        (tool(description=None), "/function/description", "no description"),
        (tool("mail.send"), "/function/name", "sent as mail_send"),
        ({"type": "function", "function": {"name": "f", "description": "x", "parameters": {"type": "string"}}},
         "/function/parameters", "not of the type"),
        (tool(properties={"a": {"pattern": "^(a+)+$"}}), "/function/parameters/properties/a/pattern", "repeats"),
        (tool(required=["a"], additionalProperties=False), "/function/parameters/required", "no property of it"),
    ],
)  # fmt: skip
def test_what_will_not_be_as_written_is_a_warning(changed: Any, path: str, part: str) -> None:
    (problem,) = check_tools([changed])
    assert (problem.severity, problem.path) == ("warning", path)
    assert part in problem.sentence


def test_more_tools_than_providers_take_are_told_of_and_too_many_refused() -> None:
    assert told([tool(f"f{number}") for number in range(129)]) == [(None, "", "warning")]
    assert told([tool()] * 5001) == [(None, "", "error")]
    assert told("f") == [(None, "", "error")]


def test_hostile_schemas_are_checked_quickly() -> None:
    wide = tool(properties={f"argument{number}": {"type": "string", "pattern": "(a+)+$"} for number in range(500)})
    deep: dict[str, Any] = {}
    for _ in range(50):
        deep = {"type": "object", "properties": {"a": deep, "b": {"type": "array", "items": {}}}}
    started = CpuTime()
    assert {problem.severity for problem in check_tools([wide, tool("g", **deep)])} == {"warning"}
    assert started.seconds < 2


@pytest.mark.parametrize(
    "given_tool",
    [
        {"name": "f", "description": "d", "parameters": {"type": "object"}},
        {"name": "f", "description": "d", "input_schema": {"type": "object"}},
        {"name": "f", "description": "d", "inputSchema": {"type": "object"}},
    ],
)
def test_functions_alone_and_tools_of_anthropic_and_mcp_are_taken(given_tool: dict[str, Any]) -> None:
    function = {"name": "f", "description": "d", "parameters": {"type": "object"}}
    assert normal_tool(given_tool) == {"type": "function", "function": function}
    assert normal_tool(normal_tool(given_tool)) == normal_tool(given_tool)


def test_names_that_can_be_sent_stay_and_others_give_way() -> None:
    assert send_names(["a.b", "a_b", "a b"]) == {"a.b": "a_b_2", "a_b": "a_b", "a b": "a_b_3"}
    assert send_names(["a.b"]) == {"a.b": "a_b"}


def test_a_variant_is_sent_under_the_name_that_it_shares() -> None:
    assert send_names(["f~2"]) == {"f~2": "f"}
    assert send_names(["f~2", "f"]) == {"f~2": "f_2", "f": "f"}


def test_long_names_that_differ_at_the_end_stay_different() -> None:
    names = ["x" * 200, "x" * 199 + "y", "x" * 64]
    sent = send_names(names)
    assert len(set(sent.values())) == 3
    assert sent["x" * 64] == "x" * 64
    assert sent["x" * 200] == send_names(["x" * 200])["x" * 200]


@given(st.lists(st.text(max_size=80) | st.text("ab._~12", max_size=70), max_size=12))
def test_sent_names_are_what_providers_take_and_unique(names: list[str]) -> None:
    sent = send_names(names)
    assert list(sent) == list(dict.fromkeys(names))
    assert len(set(sent.values())) == len(sent)
    assert all(
        0 < len(name) <= 64 and name.replace("-", "_").replace("_", "a").isalnum() for name in sent.values()
    )
    assert all(name.isascii() for name in sent.values())


def test_thousands_of_names_are_looked_through_quickly() -> None:
    started = CpuTime()
    sent = send_names(f"{'x' * 70}.{number}" for number in range(5_000))
    alike = send_names(f"a{'.' * number}" for number in range(200))
    problems = check_tools([tool("same")] * 5_000)
    assert started.seconds < 5
    assert len(set(sent.values())) == 5_000
    assert len(set(alike.values())) == 200
    assert sum(problem.sentence.startswith("Tool 1 is named same, too") for problem in problems) == 4_999
