"""Compiling tools: what their schemas say of arguments, and what is refused without a look elsewhere."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from src.studio.scoring.toolbox import Toolbox, ToolError, compile_tool
from tests.cpu import CpuTime
from tests.studio.scoring.table import TOOLBOX, judge, made, want

UNEXPECTED = "unexpected_argument"
DRAFT_04, DRAFT_07 = (f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 7))


def tool(schema: Any, name: str = "t") -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": schema}}


def box(schema: Any) -> Toolbox:
    return Toolbox([tool(schema)])


def test_tools_are_known_by_their_names_in_the_order_of_the_list() -> None:
    assert TOOLBOX.names == ("get_weather", "get_time", "book", "stop")
    assert TOOLBOX.get("Stop") is None
    assert TOOLBOX.subset(None) is TOOLBOX
    assert TOOLBOX.subset(["stop", "book"]).names == ("stop", "book")
    assert TOOLBOX.subset(["stop"]).get("book") is None


def test_a_function_alone_is_taken() -> None:
    assert compile_tool({"name": "t", "parameters": {"properties": {"a": {}}}}).properties == {"a": {}}


@pytest.mark.parametrize(
    ("tools", "path", "told"),
    [
        ([3], "", "must be an object"),
        ([{"function": 3}], "/function", "must be an object"),
        ([{}], "/name", "must be a name"),
        ([tool({}, "")], "/function/name", "must be a name"),
        ([tool({}), tool({})], "/function/name", "two tools named t"),
        ([tool([])], "/function/parameters", "must be an object"),
        ([tool({"type": "dict"})], "/function/parameters/type", "no valid JSON Schema"),
        ([tool({"properties": []})], "/function/parameters/properties", "no valid JSON Schema"),
        (
            [tool({"properties": {"a/b": {"required": "x"}}})],
            "/function/parameters/properties/a~1b/required",
            "no valid JSON Schema",
        ),
        ([tool({"$ref": "http://127.0.0.1:1/s"})], "/function/parameters", "refers to http://127.0.0.1:1/s"),
        ([tool({"$ref": "file:///etc/passwd"})], "/function/parameters", "elsewhere: nothing is fetched"),
        ([tool({"properties": {"a": {"$ref": "other.json"}}})], "/function/parameters", "nothing is fetched"),
        ([tool({"$dynamicRef": "http://127.0.0.1:1/s#a"})], "/function/parameters", "nothing is fetched"),
        (
            [tool({"$ref": "#/x", "x": {"required": 5, "allOf": 3}})],
            "/function/parameters/x/allOf",
            "no valid JSON",
        ),
        ([tool({"$ref": "#/nowhere"})], "/function/parameters", "leads nowhere"),
        ([tool({"$schema": "http://127.0.0.1:1/meta"})], "/function/parameters", "draft"),
        (
            [tool({"properties": {"a": {"pattern": "(?=x)"}}})],
            "/function/parameters/properties/a/pattern",
            "linear time",
        ),
        ([tool({"pattern": r"(a)\1"})], "/function/parameters/pattern", "linear time"),
        ([tool({"pattern": "((a{100}){100}){100}"})], "/function/parameters/pattern", "linear time"),
        ([tool({"enum": ["\ud800"]})], "/function/parameters", "what JSON cannot say"),
    ],
)
def test_a_tool_that_cannot_be_used_is_refused_with_its_place(tools: Any, path: str, told: str) -> None:
    with pytest.raises(ToolError) as raised:
        Toolbox(tools)
    assert raised.value.position == len(tools) - 1
    assert raised.value.path == path
    assert told in raised.value.sentence


def test_nothing_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/schema.json"
        for schema in (
            {"$ref": address},
            {"$schema": address},
            {"$id": address, "properties": {"a": {"$ref": "b"}}},
        ):
            with pytest.raises(ToolError):
                box(schema)
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ({"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}}, 1, "1"),
        ({"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "integer"}}}, 1, "1"),
        ({"properties": {"a": {"type": "string", "format": "date"}}}, "2026-05-03", "May 3, 2026"),
        ({"properties": {"a": {"type": "string", "format": "email"}}}, "a@b.org", "a"),
        ({"properties": {"a": {"type": "string", "format": "date-time"}}}, "2026-05-03T10:00:00Z", "2026-05-03"),
        ({"properties": {"a": {"type": "string", "format": "made-up"}}}, "anything", 3),
        ({"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}, "aaa", "aab"),
        ({"properties": {"a": {"type": ["string", "null"]}}}, None, 3),
        ({"properties": {"a": {"anyOf": [{"type": "integer"}, {"const": "all"}]}}}, "all", "some"),
        (
            {"properties": {"a": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}}},
            [1, 2],
            [1, 1],
        ),
        (
            {
                "$schema": "http://json-schema.org/draft-04/schema#",
                "properties": {"a": {"type": "integer", "maximum": 3, "exclusiveMaximum": True}},
            },
            2,
            3,
        ),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "definitions": {"n": {"type": "integer"}},
                "properties": {"a": {"$ref": "#/definitions/n"}},
            },
            1,
            "1",
        ),
    ],
)
def test_a_schema_of_any_draft_tells_what_fits(schema: Any, right: Any, wrong: Any) -> None:
    expected = [want("t", a={"$anything": True})]
    assert judge(expected, [made("t", a=right)], toolbox=box(schema)).passed
    assert judge(expected, [made("t", a=wrong)], toolbox=box(schema)).reason == "schema_violation"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"properties": {"a": {}}}, "hallucinated_argument"),
        ({"properties": {"a": {}}, "additionalProperties": False}, "hallucinated_argument"),
        ({"properties": {}}, "hallucinated_argument"),
        (None, "hallucinated_argument"),
        ({}, "hallucinated_argument"),
        ({"properties": {"a": {}}, "additionalProperties": True}, "unexpected_argument"),
        ({"properties": {"a": {}}, "additionalProperties": {"type": "integer"}}, "unexpected_argument"),
        ({"properties": {"a": {}}, "patternProperties": {"^b": {}}}, "unexpected_argument"),
        ({"type": "object"}, "unexpected_argument"),
        ({"properties": {"b": {}}}, "unexpected_argument"),
        ({"allOf": [{"properties": {"b": {}}}], "properties": {}}, "unexpected_argument"),
        ({"anyOf": [{"properties": {"b": {}}}, {"properties": {"c": {}}}]}, "unexpected_argument"),
        ({"properties": {"a": {}}, "if": {}, "then": {"properties": {"b": {}}}}, "unexpected_argument"),
        ({"properties": {"a": {}}, "dependentSchemas": {"a": {"properties": {"b": {}}}}}, "unexpected_argument"),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"properties": {"b": {}}}}}, "unexpected_argument"),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"properties": {"c": {}}}}}, "hallucinated_argument"),
        ({"$ref": "#", "properties": {"a": {}}}, "unexpected_argument"),
        ({"$ref": "#/$defs/a%20%7E1", "$defs": {"a /": {"properties": {"b": {}}}}}, "unexpected_argument"),
        ({"$ref": "#/$defs/a%20b", "$defs": {"a b": {"properties": {"c": {}}}}}, "hallucinated_argument"),
        ({"$ref": "#/allOf/0", "allOf": [{"properties": {"c": {}}}]}, "hallucinated_argument"),
        ({"$ref": "#/$defs/x/anyOf/1", "$defs": {"x": {"anyOf": [{}, {"properties": {"b": {}}}]}}}, UNEXPECTED),
        (
            {"$schema": DRAFT_07, "properties": {"a": {}}, "dependencies": {"a": {"properties": {"b": {}}}}},
            UNEXPECTED,
        ),
        ({"$schema": DRAFT_07, "properties": {"a": {}}, "dependencies": {"a": ["c"]}}, "hallucinated_argument"),
        ({"$schema": DRAFT_07, "properties": {"a": {}}, "dependentSchemas": [1]}, "hallucinated_argument"),
        ({"$schema": DRAFT_07, "properties": {"a": {}}, "dependentSchemas": {"b": 1}}, "hallucinated_argument"),
        ({"properties": {"a": {}}, "$dynamicRef": "#n", "$defs": {"n": {"$dynamicAnchor": "n"}}}, UNEXPECTED),
    ],
)
def test_an_argument_is_made_up_where_no_part_of_the_schema_has_it(schema: Any, reason: str) -> None:
    assert judge([want("t")], [made("t", b=1)], toolbox=box(schema)).reason == reason


def test_required_arguments_are_those_of_every_part_that_has_to_hold() -> None:
    schema = {"required": ["a"], "allOf": [{"required": ["b"]}], "anyOf": [{"required": ["c"]}]}
    assert compile_tool(tool(schema)).required == {"a", "b"}


def test_an_argument_that_the_case_lists_is_taken_though_the_schema_does_not_name_it() -> None:
    assert judge([want("t", b=1)], [made("t", b=1)], toolbox=box({"properties": {"a": {}}})).passed
    closed = box({"properties": {"a": {}}, "additionalProperties": False})
    assert judge([want("t", b=1)], [made("t", b=1)], toolbox=closed).reason == "schema_violation"


def nested(levels: int) -> Any:
    schema: Any = {"type": "integer"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema


def deep(levels: int, value: Any) -> Any:
    for _ in range(levels):
        value = {"a": value}
    return value


def test_a_tool_nested_fifty_deep_is_judged_to_its_ground() -> None:
    toolbox = box(nested(50))
    expected = [want("t", **deep(50, 1))]
    assert judge(expected, [made("t", **deep(50, 1))], toolbox=toolbox).passed
    verdict = judge(expected, [made("t", **deep(50, 2))], toolbox=toolbox)
    assert verdict.problems[0].path == "/a" * 50
    assert judge(expected, [made("t", **deep(50, "1"))], toolbox=toolbox).problems[0].path == "/a" * 50
    with pytest.raises(ToolError, match="too deep"):
        box(nested(500))


def test_a_tool_of_five_hundred_arguments_is_judged_quickly() -> None:
    names = [f"argument_{number}" for number in range(500)]
    properties = {name: {"type": "string", "pattern": "^(a+)+$"} for name in names}
    toolbox = box({"type": "object", "properties": properties, "required": names})
    arguments = dict.fromkeys(names, "a" * 50)
    start = CpuTime()
    assert judge([want("t", **arguments)], [made("t", **arguments)], toolbox=toolbox).passed
    wrong = judge([want("t", **arguments)], [made("t", **dict.fromkeys(names, "a" * 5000 + "!"))], toolbox=toolbox)
    assert wrong.reason == "schema_violation"
    assert len(wrong.problems) == 50
    assert judge([want("t", **arguments)], [made("t")], toolbox=toolbox).reason == "schema_violation"
    assert start.seconds < 2


def test_names_of_two_hundred_characters_are_names() -> None:
    name: Any = "n" * 200
    toolbox = Toolbox([tool({"properties": {name: {"type": "integer"}}}, name)])
    assert judge([want(name, **{name: 1})], [made(name, **{name: 1})], toolbox=toolbox).passed
    verdict = judge([want(name, **{name: 1})], [made(name + "n", **{name: 1})], toolbox=toolbox)
    assert verdict.reason == "hallucinated_tool"


def laughs(levels: int) -> Any:
    """Return a schema of which each part refers twice to the next one."""
    twice = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"$defs": {**twice, f"d{levels}": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/d0"}}}


def test_schemas_that_come_to_very_many_parts_are_refused_before_they_are_compiled() -> None:
    start = CpuTime()
    with pytest.raises(ToolError, match=r"has more than 50,000 parts"):
        box(laughs(60))
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(200_000)}
    with pytest.raises(ToolError, match="too deep, by itself or by what it refers to"):
        box({"$defs": chain | {"d200000": {}}, "$ref": "#/$defs/d0"})
    text = json.dumps(laughs(60)).replace('"anyOf"', '"$anchor": "?", "anyOf"')
    anchors = json.loads(text.replace("#/$defs/", "#"))
    anchors["$defs"] = {name: {**part, "$anchor": name} for name, part in anchors["$defs"].items()}
    with pytest.raises(ToolError, match=r"has more than 50,000 parts"):
        box(anchors)
    addressed = {"$id": "http://of.none/", **laughs(60), "properties": {}}
    decoys = {f"d{n}": {} for n in range(61)}
    with pytest.raises(ToolError, match=r"more than 30 references, some by address"):
        box({"$defs": {"r": addressed, **decoys}, "properties": {"a": {"$ref": "http://of.none/#/$defs/d0"}}})
    with pytest.raises(ToolError, match=r"more than 30 references, some by address"):
        box({**laughs(60), "$id": "http://of.none/", "properties": {"a": {"$ref": "http://of.none/#/$defs/d0"}}})
    assert start.seconds < 2
    toolbox = box(laughs(10))
    verdict = judge([want("t", a=1)], [made("t", a="1")], toolbox=toolbox)
    assert verdict.problems[0].path == "/a"


def test_fields_named_id_and_references_to_true_are_no_addresses() -> None:
    properties = {f"a{n}": {"$ref": "#/$defs/x"} for n in range(50)} | {
        "id": {"type": "string"},
        "z": {"$ref": "#/$defs/t"},
    }
    schema = {
        "$defs": {"x": {"examples": [{"id": "7"}]}, "t": True},
        "properties": properties,
        "default": {"id": "7"},
    }
    assert judge([want("t", id="a", z=1)], [made("t", id="a", z=1)], toolbox=box(schema)).passed
    with pytest.raises(ToolError, match="leads nowhere"):
        box({"$defs": {"x": {}}, "properties": properties})


def test_types_that_refer_to_each_other_all_round_are_taken() -> None:
    all_of_them = {f"p{n}": {"$ref": f"#/$defs/d{n}"} for n in range(20)}
    schema = {
        "$defs": {f"d{n}": {"type": "object", "properties": all_of_them} for n in range(20)},
        "properties": all_of_them,
    }
    verdict = judge([want("t", p1={"p2": {"p3": 3}})], [made("t", p1={"p2": {"p3": 3}})], toolbox=box(schema))
    assert [problem.path for problem in verdict.problems] == ["/p1/p2/p3"]


def test_what_the_draft_does_not_know_is_left_alone() -> None:
    toolbox = box({"$schema": DRAFT_04, "if": 3, "then": [], "dependentSchemas": 5, "properties": {"a": {}}})
    assert judge([want("t", a=1)], [made("t", a=1)], toolbox=toolbox).passed


def test_as_many_parts_as_there_are_are_known_in_time() -> None:
    parts = [{"properties": {f"a{n}_{m}": {} for m in range(20)}} for n in range(2000)]
    start = CpuTime()
    assert len(compile_tool(tool({"allOf": parts})).properties) == 40_000
    assert start.seconds < 3


@pytest.mark.parametrize("draft", [DRAFT_04, DRAFT_07, None])
@pytest.mark.parametrize("value", [3, 3.0, [3.0], {"n": [3.0]}])
def test_a_whole_number_may_be_written_with_a_point_in_every_draft(draft: str | None, value: Any) -> None:
    whole = {"type": "integer"}
    within = {"properties": {"n": {"type": "array", "items": whole}}}
    schema = {
        "properties": {"a": {"anyOf": [whole, {"type": "array", "items": whole}, {"type": "object", **within}]}}
    }
    toolbox = box(schema | ({"$schema": draft} if draft else {}))
    assert judge([want("t", a=value)], [made("t", a=value)], toolbox=toolbox).passed
    assert judge([want("t", a=3.5)], [made("t", a=3.5)], toolbox=toolbox).reason == "schema_violation"
