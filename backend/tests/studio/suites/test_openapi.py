"""Operations of an OpenAPI document as tools: their arguments, references, and what is refused or left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from src.studio.schemas import can_be_sent
from src.studio.suites import openapi_schemas
from src.studio.suites.errors import SuiteError
from src.studio.suites.openapi import operations_of
from src.studio.suites.suite import read_suite
from src.studio.suites.tools import check_tools
from tests.cpu import CpuTime

Json = Any

BACKEND = Path(__file__).parents[3]


def document(operation: Json = None, *, version: str = "3.1.0", path: str = "/pets/{id}", **more: Json) -> Json:
    paths = {path: {"post": operation or {"operationId": "petChange"}}}
    return {"openapi": version, "info": {"title": "Pets", "version": "1"}, "paths": paths} | more


def only(description: Json) -> dict[str, Json]:
    (found,) = operations_of(description)
    assert [problem for problem in check_tools([found["tool"]]) if problem.severity == "error"] == []
    return found


def parameters(description: Json) -> dict[str, Json]:
    return only(description)["tool"]["function"]["parameters"]


def body(schema: Json, media: str = "application/json", **more: Json) -> Json:
    return {"requestBody": {"content": {media: {"schema": schema}}} | more}


def test_an_operation_has_its_place_its_words_and_a_tool() -> None:
    found = only(document({"operationId": "pet.change", "summary": "Change a pet", "description": "All of it."}))
    assert (found["id"], found["method"], found["path"]) == ("pet.change", "POST", "/pets/{id}")
    assert found["summary"] == "Change a pet"
    assert found["tool"]["function"]["name"] == "pet_change"
    assert found["tool"]["function"]["description"] == "Change a pet\n\nAll of it."
    assert found["notes"] == []


def test_an_operation_without_an_id_is_named_by_its_method_and_path() -> None:
    found = only(document({"responses": {}}))
    assert (found["id"], found["tool"]["function"]["name"]) == ("POST /pets/{id}", "post_pets_id")
    assert found["tool"]["function"]["description"] == "POST /pets/{id}"


def test_arguments_come_from_path_query_header_and_body() -> None:
    operation = {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "description": "Which."},
            {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
            {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
            {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
            {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
        ],
        **body(
            {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
             "required": ["name"]},
            required=True,
        ),
    }  # fmt: skip
    assert parameters(document(operation)) == {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "description": "Which."},
            "dry": {"type": "boolean"},
            "X-Trace": {"type": "string"},
            "filter": {"type": "object"},
            "name": {"type": "string"},
            "age": {"type": "integer"},
        },
        "required": ["id", "name"],
        "additionalProperties": False,
    }


def test_a_body_that_may_be_left_out_requires_none_of_its_fields() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    assert "required" not in parameters(document(body(schema)))


def test_an_operations_parameter_replaces_that_of_its_path() -> None:
    description = document({"parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}]})
    shared = [{"name": "id", "in": "path", "schema": {"type": "integer"}}, {"name": "all", "in": "query"}]
    description["paths"]["/pets/{id}"]["parameters"] = shared
    assert parameters(description)["properties"] == {"id": {"type": "string"}, "all": {}}


def test_two_arguments_of_one_name_are_told_apart_and_it_is_said() -> None:
    operation = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        **body({"type": "object", "properties": {"id": {"type": "string"}}}),
    }
    found = only(document(operation))
    assert set(found["tool"]["function"]["parameters"]["properties"]) == {"id", "body_id"}
    assert found["notes"] == ["There are two arguments named id; that of the body is body_id."]


@pytest.mark.parametrize("schema", [{"type": "array", "items": {"type": "string"}}, {"type": "string"}, {}])
def test_a_body_that_is_no_object_is_one_argument(schema: Json) -> None:
    assert parameters(document(body(schema, required=True)))["properties"] == {"body": schema}
    assert parameters(document(body(schema, required=True)))["required"] == ["body"]


A_AND_B: dict[str, Json] = {
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
    "required": ["a"],
}


@pytest.mark.parametrize(
    "more",
    [
        {"additionalProperties": {"type": "integer"}},
        {"additionalProperties": True},
        {"minProperties": 1},
        {"dependentRequired": {"a": ["b"]}},
        {"propertyNames": {"maxLength": 1}},
        {"type": ["object", "null"]},
        {"required": ["a", "c"]},
    ],
)
def test_a_body_that_says_more_than_a_list_of_arguments_can_is_one_argument(more: Json) -> None:
    found = only(document(body(A_AND_B | more, required=True)))
    assert found["tool"]["function"]["parameters"]["properties"] == {"body": A_AND_B | more}
    assert found["notes"] == []


def test_what_says_nothing_of_a_bodys_value_leaves_its_fields_arguments() -> None:
    more = {"additionalProperties": False, "description": "d", "deprecated": True, "x-own": 1, "title": "T"}
    assert list(parameters(document(body(A_AND_B | more, required=True)))["properties"]) == ["a", "b"]


BOTH = [{"type": "string"}, {"maxLength": 3}]


@pytest.mark.parametrize(
    ("beside", "found"),
    [
        ({"maxLength": 3}, {"allOf": [{"type": "string"}, {"maxLength": 3}]}),
        (
            {"maxLength": 3, "description": "d"},
            {"allOf": [{"type": "string"}, {"maxLength": 3}], "description": "d"},
        ),
        ({"description": "d", "title": "t"}, {"type": "string", "description": "d"}),
    ],
)
def test_what_stands_beside_a_reference_holds_since_openapi_3_1(beside: Json, found: Json) -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"} | beside}}
    components = {"schemas": {"A": {"type": "string"}}}
    assert parameters(document(body(schema), components=components))["properties"] == {"a": found}
    old = parameters(document(body(schema), version="3.0.3", components=components))["properties"]["a"]
    assert old == {"type": "string"} | {key: value for key, value in beside.items() if key == "description"}


def test_fields_beside_a_reference_are_arguments_with_those_that_it_leads_to() -> None:
    schema = {"$ref": "#/components/schemas/A", "properties": {"c": {"type": "integer"}}, "required": ["c", "id"]}
    of_reference = {**A_AND_B["properties"], "id": {"type": "integer", "readOnly": True}}
    components = {"schemas": {"A": A_AND_B | {"properties": of_reference}}}
    found = parameters(document(body(schema, required=True), components=components))
    assert (list(found["properties"]), found["required"]) == (["a", "b", "c"], ["a", "c"])


def test_what_stands_beside_a_reference_of_a_schema_to_itself_is_kept() -> None:
    again = {"$ref": "#/components/schemas/A", "minProperties": 1}
    components = {"schemas": {"A": {"type": "object", "properties": {"next": again}}}}
    found = parameters(document(body({"$ref": "#/components/schemas/A"}), components=components))
    assert found["properties"]["next"] == {"allOf": [{"$ref": "#/$defs/A"}, {"minProperties": 1}]}


@pytest.mark.parametrize(
    ("media", "is_read"),
    [
        ("application/json; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("application/x-www-form-urlencoded", True),
        ("multipart/form-data", True),
        ("text/csv", False),
    ],
)
def test_bodies_of_json_and_forms_are_read_and_others_named(media: str, is_read: bool) -> None:
    found = only(document(body({"type": "object", "properties": {"a": {"type": "string"}}}, media)))
    assert ("a" in found["tool"]["function"]["parameters"]["properties"]) == is_read
    assert (found["notes"] == []) == is_read


def test_references_within_the_document_are_followed() -> None:
    schemas = "#/components/schemas"
    components = {
        "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": f"{schemas}/I"}}},
        "requestBodies": {"Pet": body({"$ref": f"{schemas}/Pet"})["requestBody"]},
        "schemas": {
            "I": {"type": "integer", "title": "I"},
            "Kind": {"type": "string", "enum": ["cat", "dog"]},
            "Pet": {"type": "object", "properties": {"kind": {"$ref": f"{schemas}/Kind"}}},
        },
    }
    operation = {
        "parameters": [{"$ref": "#/components/parameters/Id"}],
        "requestBody": {"$ref": "#/components/requestBodies/Pet"},
    }
    found = parameters(document(operation, components=components))
    assert found["properties"] == {"id": {"type": "integer"}, "kind": {"type": "string", "enum": ["cat", "dog"]}}
    assert "$defs" not in found


def test_a_schema_that_holds_itself_is_defined_once() -> None:
    node = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/N"}}},
    }
    found = only(document(body({"$ref": "#/components/schemas/N"}), components={"schemas": {"N": node}}))
    schema = found["tool"]["function"]["parameters"]
    assert schema["properties"]["children"]["items"] == {"$ref": "#/$defs/N"}
    assert schema["$defs"]["N"]["properties"]["children"]["items"] == {"$ref": "#/$defs/N"}


def test_two_schemas_whose_references_end_alike_are_defined_apart() -> None:
    def node(leaf: Json) -> Json:
        return {
            "type": "object",
            "properties": {"next": {"$ref": f"#/components/{leaf}/N"}, "of": {"const": leaf}},
        }

    components = {"schemas": {"N": node("schemas")}, "x-more": {"N": node("x-more")}}
    schema = {"type": "object", "properties": {"a": node("schemas"), "b": node("x-more")}}
    found = parameters(document(body(schema), components=components))
    first, second = (found["properties"][name]["properties"]["next"] for name in "ab")
    leaves = [step["properties"]["of"]["const"] for step in (first, second)]
    assert leaves == ["schemas", "x-more"]
    names = [step["properties"]["next"]["$ref"].rpartition("/")[2] for step in (first, second)]
    assert names == ["N", "N_2"]
    assert [found["$defs"][name]["properties"]["of"]["const"] for name in names] == leaves


def test_parts_of_references_are_escaped_as_addresses_are() -> None:
    components = {"schemas": {"a b/{c}": {"type": "string"}}}
    schema = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/a%20b~1%7Bc%7D"}}}
    assert parameters(document(body(schema), components=components))["properties"] == {"a": {"type": "string"}}


def test_references_to_references_without_an_end_in_sight_are_cut_and_named() -> None:
    schemas: dict[str, Json] = {
        f"S{number}": {"type": "object", "properties": {"a": {"$ref": f"#/components/schemas/S{number + 1}"}}}
        for number in range(5_000)
    }
    found = only(document(body({"$ref": "#/components/schemas/S0"}), components={"schemas": schemas}))
    assert "A schema is nested more than 50 deep; anything is taken below that." in found["notes"]
    assert can_be_sent(found)
    assert read_suite({"tools": [found["tool"]]}).suite.tools == [found["tool"]]


@pytest.mark.parametrize(
    ("reference", "note"),
    [
        (
            "https://example.com/pet.json",
            "https://example.com/pet.json is elsewhere: references within the document",
        ),
        ("pet.yaml#/Pet", "pet.yaml#/Pet is elsewhere"),
        ("#/components/schemas/Nobody", "The reference #/components/schemas/Nobody leads nowhere."),
        ("#/components/schemas/²", "The reference #/components/schemas/² leads nowhere."),
        ("#/x-list/²", "The reference #/x-list/² leads nowhere."),
        ("#/x-list/" + "9" * 5000, "The reference #/x-list/999"),
        ("#/components/schemas/A", "References lead to each other, and nowhere else."),
    ],
)
def test_references_that_are_not_followed_take_anything_and_are_named(reference: str, note: str) -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    schema = {"type": "object", "properties": {"pet": {"$ref": reference}}}
    found = only(document(body(schema), components={"schemas": schemas}, **{"x-list": [1]}))
    assert found["tool"]["function"]["parameters"]["properties"] == {"pet": {}}
    assert found["notes"][0].startswith(note)


NESTED = {
    "type": "object",
    "properties": {"id": {"readOnly": True}, "b": {"type": "string"}},
    "required": ["id", "b"],
}


def test_what_stands_in_answers_alone_is_no_argument() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {"type": "integer", "readOnly": True}, "a": {"type": "string"}},
    }
    assert parameters(document(body(schema)))["properties"] == {"a": {"type": "string"}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"in": NESTED}},
        {
            "type": "object",
            "properties": {"in": {"allOf": [{"$ref": "#/components/schemas/N"}, {"required": ["b"]}]}},
        },
        {"type": "object", "properties": {"in": {"allOf": [NESTED, {"type": "object", "required": ["id", "b"]}]}}},
    ],
)
def test_what_stands_in_answers_alone_is_required_nowhere(schema: Json) -> None:
    found = parameters(document(body(schema), components={"schemas": {"N": NESTED}}))["properties"]["in"]
    assert list(found["properties"]) == ["b"]
    assert found["required"] == ["b"]


def test_what_is_required_is_a_list_of_names_or_left_out_and_named() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "required": True}}, "required": 5}
    found = only(document(body(schema, required=True)))
    assert found["tool"]["function"]["parameters"]["properties"] == {"a": {"type": "string"}}
    assert found["notes"] == [
        "What a schema requires is no list of names: True was left out.",
        "What a schema requires is no list of names: 5 was left out.",
    ]


def test_properties_of_all_parts_are_put_together() -> None:
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"type": "object", "properties": {"b": {"type": "integer"}}},
        ]
    }
    found = parameters(document(body(schema, required=True)))
    assert (list(found["properties"]), found["required"]) == (["a", "b"], ["a"])


@pytest.mark.parametrize(
    "other",
    [
        {"type": "object", "properties": {"b": {"maxLength": 3}}},
        {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
    ],
)
def test_parts_that_say_otherwise_of_one_thing_stay_apart(other: Json) -> None:
    schema = {"allOf": [{"type": "object", "properties": {"b": {"type": "string"}}}, other]}
    assert parameters(document(body(schema)))["properties"] == {"body": schema}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 0}),
        ({"type": "number", "maximum": 9, "exclusiveMaximum": False}, {"type": "number", "maximum": 9}),
    ],
)
def test_words_of_openapi_3_0_become_those_of_json_schema(old: Json, new: Json) -> None:
    schema = {"type": "object", "properties": {"a": old}}
    assert parameters(document(body(schema), version="3.0.3"))["properties"]["a"] == new


def test_a_pattern_that_takes_more_than_linear_time_is_left_out_and_named() -> None:
    found = only(document(body({"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=a)b"}}})))
    assert found["tool"]["function"]["parameters"]["properties"] == {"a": {"type": "string"}}
    assert found["notes"] == ["The pattern (?=a)b takes more than linear time, and was left out."]


def test_names_are_unique_and_what_providers_take() -> None:
    description = document()
    description["paths"] = {f"/{'x' * 100}/{number}": {"get": {}} for number in range(3)}
    names = [operation["tool"]["function"]["name"] for operation in operations_of(description)]
    assert len(set(names)) == 3
    assert all(len(name) <= 64 for name in names)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "There is nothing in it."),
        ("[]", "This is no OpenAPI document"),
        ({"swagger": "2.0", "paths": {}}, "swagger: Swagger 2 is not read; convert it to OpenAPI 3."),
        ({"openapi": "2.0"}, "openapi: OpenAPI 3.0 and 3.1 can be read, not 2.0."),
        ({"openapi": "3.1.0"}, "paths: The document has no operations."),
        ({"openapi": "3.1.0", "paths": []}, "paths: It must be an object."),
        ("openapi: 3.1.0\npaths: {", "Line 2: This is no YAML"),
    ],
)
def test_what_is_no_document_is_refused(source: Json, told: str) -> None:
    with pytest.raises(SuiteError) as failure:
        operations_of(source)
    assert str(failure.value).startswith(told)


def test_schemas_that_grow_without_end_are_cut_and_named() -> None:
    schemas: dict[str, Json] = {"S0": {"type": "string"}}
    for number in range(1, 40):
        inner = {"$ref": f"#/components/schemas/S{number - 1}"}
        schemas[f"S{number}"] = {"type": "object", "properties": {"a": inner, "b": inner}}
    started = CpuTime()
    found = only(document(body({"$ref": "#/components/schemas/S39"}), components={"schemas": schemas}))
    assert started.seconds < 5
    assert found["notes"] == ["A schema has more than 5,000 parts; anything is taken where they end."]


def test_large_schemas_that_many_operations_use_are_read_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi_schemas, "MOST_PARTS_OF_ALL", 1_000)
    wide = {"type": "object", "properties": {f"p{number}": {"type": "string"} for number in range(300)}}
    asked = body({"$ref": "#/components/schemas/W"})
    paths = {f"/{number}": {"post": asked} for number in range(5)}
    found = operations_of(document(components={"schemas": {"W": wide}}) | {"paths": paths})
    cut = ["All schemas have more than 1,000 parts; anything is taken where they end."]
    assert [operation["notes"] for operation in found] == [[], [], [], cut, cut]


def test_thousands_of_operations_of_one_name_are_named_quickly() -> None:
    paths = {f"/{number}": {"post": {"operationId": "same"}} for number in range(1_000)}
    names = [found["tool"]["function"]["name"] for found in operations_of(document() | {"paths": paths})]
    assert names[:3] == ["same", "same_2", "same_3"]
    assert len(set(names)) == 1_000
    with pytest.raises(SuiteError, match="1,000 operations at most"):
        operations_of(document() | {"paths": paths | {"/more": {"post": {}}}})


def test_our_own_document_becomes_tools() -> None:
    text = (BACKEND / "openapi.json").read_bytes()
    found = operations_of(text)
    assert len(found) > 100
    assert [
        problem for problem in check_tools([one["tool"] for one in found]) if problem.severity == "error"
    ] == []
    assert {note for one in found for note in one["notes"]} <= {
        "Its body is neither JSON nor a form, and was left out."
    }


def test_operations_of_one_id_are_told_apart_by_their_method_and_path() -> None:
    same = {"operationId": "same"}
    paths = {"/a": {"get": same, "post": same}, "/b": {"get": same, "put": {"operationId": "POST /a"}}}
    found = operations_of({"openapi": "3.1.0", "paths": paths})
    assert [one["id"] for one in found] == ["same", "POST /a", "GET /b", "PUT /b"]
