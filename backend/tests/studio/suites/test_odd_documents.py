"""Every reader and documents that are valid but for a thing or two: it reads them, or says what is wrong.

`ODD_DOCUMENTS=500 pytest tests/studio/suites/test_odd_documents.py` tries so many seeds, where CI tries a few.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from src.studio.suites.bfcl import read_bfcl, write_bfcl
from src.studio.suites.call_text import read_call
from src.studio.suites.documents import read_yaml
from src.studio.suites.errors import SuiteError
from src.studio.suites.openapi import operations_of
from src.studio.suites.suite import read_suite
from src.studio.suites.tools import check_tools
from src.studio.suites.traffic import case_of_traffic
from src.studio.suites.yaml_text import yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = Any
Place = tuple[str | int, ...]

SEEDS = int(os.environ.get("ODD_DOCUMENTS", "3"))

BIG, TOO_BIG = -(2**64 - 1), 2**70
ODD: list[Json] = [
    *(
        None,
        True,
        False,
        0,
        5,
        -1,
        0.5,
        float("nan"),
        BIG,
        TOO_BIG,
        "",
        "q",
        "object",
        "²",
        "\ud800",
        "\0",
        "#/",
        "$ref",
    ),
    *(
        [],
        {},
        ["q"],
        [5],
        [None],
        [[]],
        [{}],
        {"a": None},
        {"a": 5},
        {"a": {}},
        {"a": ["q"]},
        {"$any": []},
        {"$ref": 5},
    ),
    *({"$ref": "#/paths/²"}, {"$ref": "#/$defs/0"}, {"$literal": {"$any": 1}}, {"type": []}, {"type": {"a": 1}}),
    *(
        {"properties": []},
        {"properties": {"a": 5}},
        {"required": 5},
        {"required": [5]},
        {"allOf": 5},
        {"allOf": [5]},
    ),
    *(
        {"allOf": [{"properties": 5}, {"required": {}}]},
        {"items": 5},
        {"enum": 5},
        {"pattern": 5},
        {"readOnly": True},
    ),
]
WORDS = [
    *("$ref", "allOf", "required", "in", "content", "schema", "type", "properties", "items", "enum", "nullable"),
    *(
        "missed_function",
        "involved_classes",
        "excluded_function",
        "initial_config",
        "ground_truth",
        "answer",
        "id",
    ),
    *("arguments", "name", "function", "tool_calls", "index", "turns", "messages", "test_category", "turns"),
]

FUNCTION = {
    "name": "a.b",
    "description": "d",
    "parameters": {
        "type": "dict",
        "properties": {
            "x": {"type": "string", "enum": ["a", "b"]},
            "n": {"type": ["integer", "null"]},
            "l": {"type": "array", "items": {"type": "dict", "properties": {"k": {"type": "float"}}}},
            "o": {"type": "dict", "properties": {"k": {"type": "string"}}, "required": ["k"]},
        },
        "required": ["x"],
    },
}
SAID = [{"role": "user", "content": "Hi"}]
SINGLE = {
    "id": "simple_1",
    "question": [SAID],
    "function": [FUNCTION],
    "ground_truth": [{"a.b": {"x": ["a", "b"], "n": [1, ""], "l": [[{"k": [1.5, ""]}]], "o": [{"k": ["v"]}]}}],
}
PLAIN = SINGLE | {"ground_truth": None, "answer": [{"name": "a.b", "arguments": {"x": "a", "o": {"k": "v"}}}]}
TURNS = {
    "id": "multi_turn_base_0",
    "question": [SAID, SAID],
    "initial_config": {"MathAPI": {"a": 1}},
    "involved_classes": ["MathAPI"],
    "excluded_function": ["sum_values"],
    "ground_truth": [["add(a=1, b=2)"], ["mean(numbers=[1, 2])"]],
}
CASE = {
    "name": "a",
    "prompt": "Hi",
    "category": "c",
    "disputed": True,
    "disputed_reason": "r",
    "tools": ["f"],
    "expected_calls": [
        {"tool": ["f"], "arguments": {"x": {"$any": ["a", {"$date": "2026-05-03"}]}, "n": 1}, "optional": ["n"]}
    ],
    "scoring_config": {"mode": "fuzzy", "epsilon": 0.1, "extra": ["f"]},
    "multi_turn": True,
    "max_rounds": 3,
    "turns": [{"messages": SAID, "expected_calls": [], "expected_state": {"/a": 1}}],
    "state": {"a": 1},
    "mock_responses": {"f": [{"when": {"x": "a"}, "result": {"y": {"$arg": "x"}}, "set": {"/a": 2}}]},
    "argument_source": {"x": "f.y"},
    "valid_prerequisites": ["f"],
}
TOOL = {
    "type": "function",
    "function": {
        "name": "f",
        "description": "d",
        "parameters": {
            "type": "object",
            "properties": {"x": {"type": "string", "pattern": "^a+$"}, "n": {"$ref": "#/$defs/n"}},
            "required": ["x"],
            "additionalProperties": False,
            "$defs": {"n": {"type": "integer", "minimum": 0}},
            "allOf": [{"if": {"required": ["n"]}, "then": {"properties": {"x": {"enum": ["a"]}}}}],
        },
    },
}
SUITE = {
    "version": 1,
    "name": "S",
    "description": "d",
    "system_prompt": "p",
    "tools": [TOOL],
    "test_cases": [CASE],
}
OPENAPI = {
    "openapi": "3.0.1",
    "info": {"title": "A"},
    "paths": {
        "/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {
                "operationId": "make",
                "summary": "s",
                "description": "d",
                "parameters": [
                    {"$ref": "#/components/parameters/P"},
                    {"name": "q", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                    {
                        "name": "id",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
                    },
                ],
                "requestBody": {"$ref": "#/components/requestBodies/B"},
            },
        }
    },
    "components": {
        "parameters": {"P": {"name": "p", "in": "header", "description": "d", "schema": {"enum": [1]}}},
        "requestBodies": {
            "B": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}},
            }
        },
        "schemas": {
            "S": {
                "allOf": [
                    {"type": "object", "properties": {"a": {"readOnly": True}}, "required": ["a"]},
                    {"properties": {"s": {"$ref": "#/components/schemas/S"}}, "required": ["s"]},
                ]
            },
        },
    },
}
REQUEST = {
    "model": "m",
    "tool_choice": "auto",
    "tools": [TOOL],
    "messages": [
        *SAID,
        {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": '{"x": "a"}'}}]},
        {"role": "tool", "tool_call_id": "1", "content": '{"y": 1}'},
    ],
}
CALLS = [{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}]
ANSWER = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": CALLS}}]}
STREAM = [{"choices": [{"delta": {"role": "assistant", "tool_calls": CALLS}}]}] * 2


def _bfcl(document: Json) -> None:
    write_bfcl(read_bfcl(document).suite)


def _own(document: Json) -> None:
    suite = read_suite(document).suite
    write_bfcl(suite)
    assert read_suite(suite.to_json()).suite == suite
    assert read_suite(suite.to_yaml(), "yaml").suite == suite


READERS: dict[str, tuple[Json, Callable[[Json], object]]] = {
    "BFCL": ([SINGLE], _bfcl),
    "BFCL's plain answers": ([PLAIN], _bfcl),
    "BFCL's turns": ([TURNS], _bfcl),
    "a suite": (SUITE, _own),
    "tools": ([TOOL], check_tools),
    "OpenAPI": (OPENAPI, operations_of),
    "a request": (REQUEST, lambda value: case_of_traffic(value, ANSWER)),
    "an answer": (ANSWER, lambda value: case_of_traffic(REQUEST, value)),
    "a stream": (STREAM, lambda value: case_of_traffic(REQUEST, value)),
}


def places(value: Json, at: Place = ()) -> Iterator[Place]:
    yield at
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*at, key))


def changed(document: Json, place: Place, odd: Json) -> Json:
    """Return a document that has something odd at a place."""
    if not place:
        return odd
    found = document = copy.deepcopy(document)
    for key in place[:-1]:
        found = found[key]
    found[place[-1]] = copy.deepcopy(odd)
    return document


def odd_documents(document: Json, chance: random.Random) -> Iterator[Json]:
    """Yield documents that are odd in a few places, with words that readers know among their keys."""
    for _ in range(40):
        made = document
        for _ in range(chance.randint(2, 4)):
            place = chance.choice(list(places(made)))
            if place and isinstance(place[-1], str) and chance.random() < 0.5:
                place = (*place[:-1], chance.choice(WORDS))
            made = changed(made, place, chance.choice(ODD))
        yield made


@pytest.mark.parametrize("reader", READERS)
def test_whatever_stands_at_one_place_is_read_or_refused(reader: str) -> None:
    document, read = READERS[reader]
    for place in places(document):
        for odd in ODD:
            with contextlib.suppress(SuiteError):
                read(changed(document, place, odd))


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("reader", READERS)
def test_whatever_stands_at_several_places_is_read_or_refused(reader: str, seed: int) -> None:
    document, read = READERS[reader]
    for odd in odd_documents(document, random.Random(seed)):  # noqa: S311 - chance that can be had again
        with contextlib.suppress(SuiteError):
            read(odd)


TEXTS: dict[str, tuple[str, Callable[[str], object]]] = {
    "YAML": (yaml_text(SUITE), read_yaml),
    "YAML with aliases": ("a: &a {b: 1, <<: {c: 2}}\nd: !!int '3'\ne: [*a, {<<: [*a], f: |-\n  x}]\n", read_yaml),
    "a call": ("a.b(1, 'x', l=[1.5, {'k': None}], t=(True,), n=-2)", read_call),
    "lines of BFCL": ("\n".join(json.dumps(one) for one in (SINGLE, PLAIN, TURNS)), read_bfcl),
    "a stream's lines": (
        f"data: {json.dumps(STREAM[0])}\n\ndata: [DONE]\n",
        lambda text: case_of_traffic(REQUEST, text),
    ),
}
PIECES = [
    *(
        "",
        " ",
        "\n",
        "\t",
        "\0",
        "\ud800",
        "²",
        "\u2028",
        "'",
        '"',
        "\\ud800",
        "\\x00",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
    ),
    *(
        ":",
        "- ",
        "? ",
        "&a ",
        "*a",
        "*b",
        "<<",
        "!!int ",
        "!!float ",
        "!!bool ",
        "!!null ",
        "!!set ",
        "! ",
        "|",
        ">",
        "%",
    ),
    *(
        "---\n",
        "#",
        "~",
        ".inf",
        ".nan",
        "1e999",
        "0x",
        "0o9",
        "9" * 25,
        "9" * 5000,
        "1j",
        "lambda",
        "*",
        "**",
        "b''",
        "...",
    ),
    *("__class__", "{**a}", "NaN", "-Infinity", "[" * 300, "- " * 300),
]


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("reader", TEXTS)
def test_whatever_is_written_is_read_or_refused(reader: str, seed: int) -> None:
    text, read = TEXTS[reader]
    chance = random.Random(seed)  # noqa: S311
    for _ in range(40):
        made = text
        for _ in range(chance.randint(1, 3)):
            at, piece = chance.randint(0, len(made)), chance.choice(PIECES)
            made = made[:at] + piece + made[at + chance.randint(0, 6) :]
        with contextlib.suppress(SuiteError):
            read(made)
