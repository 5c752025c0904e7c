"""Suites from files and examples, and files of suites: what goes out comes in again."""

import io
import json
from typing import Any
from urllib.parse import unquote

import pytest
from ruamel.yaml import YAML

from tests.studio.settings_client import SettingsClient
from tests.studio.tool_suites.made import SUITES, case, suite, tool
from tests.studio.tool_suites.test_cases import WHOLE
from tests.studio.tool_suites.test_suites import add

IMPORT = "/api/tool-eval/import"
BFCL = {
    "id": "simple_0",
    "question": [[{"role": "user", "content": "Area of 3 by 4?"}]],
    "function": [
        {
            "name": "geometry.area",
            "description": "Area.",
            "parameters": {
                "type": "dict",
                "properties": {"base": {"type": "integer"}, "unit": {"type": "string"}},
                "required": ["base"],
            },
        }
    ],
}
ANSWER = {"id": "simple_0", "ground_truth": [{"geometry.area": {"base": [3], "unit": ["m", ""]}}]}


def imported(who: SettingsClient, text: str | bytes, path: str = IMPORT, name: str = "") -> dict[str, Any]:
    """Import a file, and return what is said of it with the suite that it became."""
    headers = {"X-Suite-Name": name} if name else {}
    answer = who.answer("POST", path, content=text, headers=headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    found = who.ask("GET", f"{SUITES}/{told['suite_id']}")
    assert told["test_cases_created"] == found["test_case_count"] == len(found["test_cases"])
    assert told["tools_imported"] == found["tool_count"]
    return told | {"suite": found}


def whole_suite(who: SettingsClient) -> str:
    """Keep a suite of all kinds of cases, and return its id."""
    suite_id = add(who, description="D", system_prompt="S", tools=[tool(), tool("other", required=())])
    cases = [WHOLE, case(), case("Zürich"), {"prompt": "Hi", "should_call_tool": False, "name": "none"}]
    who.ask("POST", f"{SUITES}/{suite_id}/cases", {"cases": cases})
    return suite_id


def content_of(found: dict[str, Any]) -> list[Any]:
    own = {"id", "suite_id", "position", "created_at", "updated_at", "name"}
    cases = [{name: one[name] for name in one.keys() - own} for one in found["test_cases"]]
    return [found["description"], found["system_prompt"], found["tools"], cases]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_is_exported_is_imported_as_it_was(ada: SettingsClient, form: str) -> None:
    suite_id = whole_suite(ada)
    file = ada.answer("GET", f"{SUITES}/{suite_id}/export?format={form}")
    assert file.headers["content-disposition"] == f'attachment; filename="weather.{form}"'
    assert file.headers["content-type"].startswith(f"application/{form}")
    again = imported(ada, file.content)
    assert again["notes"] == []
    before = ada.ask("GET", f"{SUITES}/{suite_id}")
    assert content_of(again["suite"]) == content_of(before)
    assert [one["name"] for one in again["suite"]["test_cases"]] == ["All of it", "case-2", "case-3", "none"]
    second = ada.answer("GET", f"{SUITES}/{again['suite_id']}/export?format={form}")
    assert second.content == file.content


def test_names_that_two_cases_have_are_told_apart_in_a_file(ada: SettingsClient) -> None:
    suite_id = add(ada)
    cases = [case(name="a"), case(name="a"), case(), case(name="case-3"), case(name="a (2)")]
    ada.ask("POST", f"{SUITES}/{suite_id}/cases", {"cases": cases})
    file = ada.answer("GET", f"{SUITES}/{suite_id}/export").json()
    names = [one["name"] for one in file["test_cases"]]
    assert len(set(names)) == 5
    assert {"a", "a (2)", "case-3"} < set(names)
    imported(ada, json.dumps(file))


def test_a_files_name_is_plain_whatever_the_suites_is(ada: SettingsClient) -> None:
    for name, told in (('A "b"\r\n/ü', "a-b"), ("天気", "suite"), ("..", "suite"), ("x" * 256, "x" * 60)):
        suite_id = add(ada, name=name)
        headers = ada.answer("GET", f"{SUITES}/{suite_id}/export").headers
        assert headers["content-disposition"] == f'attachment; filename="{told}.json"'


def test_a_suite_is_called_as_the_header_says(ada: SettingsClient) -> None:
    text = json.dumps(suite(test_cases=[case()]))
    assert imported(ada, text)["suite"]["name"] == "Weather"
    assert imported(ada, text, name="Other")["suite"]["name"] == "Other"
    assert imported(ada, text, name="W%C3%A4rme%20%25")["suite"]["name"] == "Wärme %"
    refused = ada.answer("POST", IMPORT, content=text, headers={"X-Suite-Name": "x" * 257})
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "suite_name: a name can have 256 characters, of code 0 none.",
    )


def test_yaml_is_read_with_dates_as_texts(ada: SettingsClient) -> None:
    text = io.StringIO()
    YAML().dump(suite(test_cases=[case("2026-05-03")]), text)
    found = imported(ada, text.getvalue())
    assert found["suite"]["test_cases"][0]["expected_params"] == {"city": "2026-05-03"}


@pytest.mark.parametrize("path", [IMPORT, f"{IMPORT}/bfcl"])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(BFCL | {"ground_truth": ANSWER["ground_truth"]}),
        json.dumps([BFCL | {"answer": ANSWER["ground_truth"]}]),
        json.dumps(BFCL) + "\n" + json.dumps(ANSWER) + "\n",
    ],
)
def test_bfcl_is_known_by_its_form(ada: SettingsClient, path: str, text: str) -> None:
    found = imported(ada, text, path)
    (one,) = found["suite"]["test_cases"]
    (call,) = one["expected_calls"]
    assert (one["prompt"], call["tool"], call["arguments"]["base"]) == ("Area of 3 by 4?", "geometry.area", 3)
    assert call["optional"] == ["unit"]
    assert found["suite"]["tools"][0]["function"]["parameters"]["type"] == "object"


def test_questions_and_answers_of_bfcl_may_come_side_by_side(ada: SettingsClient) -> None:
    body = json.dumps({"questions": json.dumps(BFCL), "answers": json.dumps(ANSWER)})
    assert imported(ada, body, f"{IMPORT}/bfcl")["suite"]["test_cases"][0]["should_call_tool"]
    body = json.dumps({"questions": [BFCL], "answers": [ANSWER]})
    assert imported(ada, body, f"{IMPORT}/bfcl")["suite"]["test_cases"][0]["should_call_tool"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is nothing in it."),
        ("{}", "This is no suite"),
        ("[]", ""),
        ('{"test_cases": [{"prompt": 1}], "tools": []}', "test_cases[0].prompt: "),
        ('{"name": "x", "tools": [{"name": ""}]}', "tools[0]/function/name: "),
        ("name: x\ntools: [\n", "Line "),
        ('{"name": "x", "tools": [}', "Line 1: "),
        ("a: &a [*a]", ""),
        ("[" * 10_000, ""),
        (b"\xff\xfe", "It is not in UTF-8."),
        (json.dumps(suite(test_cases=[case(name="a"), case(name="a")])), "test_cases[1].name: "),
        (json.dumps(suite(test_cases=[case(expected_calls=[{"tool": "no"}])])), "test_cases[0].expected_calls[0]"),
    ],
)
def test_what_is_no_suite_is_refused_with_the_place_of_what_is_wrong(
    ada: SettingsClient, text: str | bytes, told: str
) -> None:
    for path in (IMPORT, f"{IMPORT}/bfcl"):
        answer = ada.answer("POST", path, content=text)
        assert answer.status_code == 400, answer.text
        assert answer.json()["detail"].endswith(".")
    assert ada.answer("POST", IMPORT, content=text).json()["detail"].startswith(told)
    assert ada.ask("GET", SUITES)["suites"] == []


def test_a_file_that_is_too_long_is_refused(ada: SettingsClient) -> None:
    answer = ada.answer("POST", IMPORT, content=b" " * 21_000_001)
    assert answer.status_code == 413
    answer = ada.answer("POST", IMPORT, content=b" " * 20_500_000)
    assert (answer.status_code, answer.json()["detail"]) == (400, "It may have 20 MB at most.")


def test_the_template_is_a_suite_and_told_to_everybody(ada: SettingsClient) -> None:
    answer = ada.answer("GET", f"{IMPORT}/example", headers={"Authorization": ""})
    assert answer.status_code == 200
    found = imported(ada, answer.content)
    assert (found["notes"], found["test_cases_created"], found["suite"]["problems"]) == ([], 3, [])
    for one in answer.json()["test_cases"]:
        asked = {"case": one, "tools": answer.json()["tools"]}
        assert ada.ask("POST", f"{SUITES}/case/check", asked)["problems"] == []


def test_examples_are_listed_and_kept_as_ones_own(ada: SettingsClient) -> None:
    listed = ada.ask("GET", f"{SUITES}/examples")["examples"]
    assert [one["key"] for one in listed] == ["calendar-and-mail", "shop-and-payments", "smart-home"]
    for one in listed:
        told = ada.ask("POST", f"{SUITES}/examples/{one['key']}")
        found = ada.ask("GET", f"{SUITES}/{told['suite_id']}")
        assert (found["name"], found["tool_count"], found["test_case_count"]) == (one["name"], one["tools"], 30)
        assert one["cases"] == 30
    for key in ("nonsense", "..%2F__init__", "smart-home.yaml"):
        ada.refused("POST", f"{SUITES}/examples/{key}", None, 404)


PARIS = {"name": "get_weather", "arguments": {"city": "Paris"}}


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"calls": [PARIS]}, None),
        (
            {"calls": [{"id": "1", "type": "function", "function": {**PARIS, "arguments": '{"city": "Paris"}'}}]},
            None,
        ),
        ({"turns": [{"calls": [PARIS]}]}, None),
        ({"calls": []}, "missing_call"),
        ({"calls": [PARIS, PARIS]}, "extra_call"),
        ({"calls": [{**PARIS, "arguments": {"city": "London"}}]}, "wrong_arguments"),
        ({"calls": [{**PARIS, "arguments": "{"}]}, "malformed_call"),
        ({"calls": [{**PARIS, "name": "Get_Weather"}]}, "hallucinated_tool"),
        ({"calls": [{**PARIS, "arguments": {"city": "PARIS"}}]}, "wrong_arguments"),
        ({"calls": [{**PARIS, "arguments": {"city": "PARIS"}}], "profile": "bfcl"}, None),
        ({"turns": [{"calls": [PARIS], "finished": False}]}, "unfinished"),
    ],
)
def test_a_case_is_tried_without_a_model(ada: SettingsClient, sent: dict[str, Any], reason: str | None) -> None:
    told = ada.ask("POST", f"{SUITES}/score", {"case": case(), "tools": [tool()], **sent})
    assert (told["passed"], told["reason"]) == (reason is None, reason)
    assert bool(told["problems"]) == (reason is not None)


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({}, 422, "calls: "),
        ({"calls": [], "turns": []}, 422, "calls: "),
        ({"calls": [{}]}, 422, "turns[0].calls[0].name: "),
        ({"calls": [{"name": "x", "arguments": 1}]}, 422, "turns[0].calls[0].arguments: "),
        ({"turns": [{"calls": []}] * 2}, 422, "turns: "),
        ({"calls": [PARIS] * 1_001}, 422, "turns: "),
        ({"calls": [], "case": {"prompt": ""}}, 422, "case.prompt: "),
        ({"calls": [], "case": case(tools=["other"])}, 422, "case.tools: "),
        ({"calls": [], "tools": [{}]}, 400, "tools[0]"),
    ],
)
def test_what_cannot_be_tried_is_refused(
    ada: SettingsClient, sent: dict[str, Any], status: int, told: str
) -> None:
    body = {"case": case(), "tools": [tool()], **sent}
    assert ada.refused("POST", f"{SUITES}/score", body, status).startswith(told)


def test_a_suite_goes_to_bfcl_and_comes_back(ada: SettingsClient) -> None:
    suite_id = add(ada, tools=[tool(), tool("other", required=())])
    cases = [
        case(name="one"),
        case(name="two", expected_calls=[*case()["expected_calls"], *case("Rome")["expected_calls"]]),
        {"prompt": "Hi", "should_call_tool": False, "name": "none"},
        {
            "prompt": "P",
            "expected_calls": [{"tool": "get_weather", "arguments": {"city": {"$pattern": "^P"}}}],
            "name": "ä pattern",
        },
    ]
    ada.ask("POST", f"{SUITES}/{suite_id}/cases", {"cases": cases})
    files = {part: ada.answer("GET", bfcl_path(suite_id, part)) for part in ("combined", "questions", "answers")}
    for part, file in files.items():
        ending = "json" if part == "combined" else f"{part}.jsonl"
        assert file.headers["content-disposition"] == f'attachment; filename="weather.bfcl.{ending}"'
        left = json.loads(unquote(file.headers["x-left-out"]))
        assert (left["count"], [one["name"] for one in left["cases"]]) == (1, ["ä pattern"])
        assert left["cases"][0]["reason"]
    lines = files["questions"].text + files["answers"].text
    beside = json.dumps({"questions": files["questions"].text, "answers": files["answers"].text})
    for text in (files["combined"].text, lines, beside):
        again = imported(ada, text, f"{IMPORT}/bfcl")["suite"]
        assert [(one["name"], one["should_call_tool"]) for one in again["test_cases"]] == [
            *(("one", True), ("two", True), ("none", False))
        ]
        assert [len(one.get("expected_calls", [])) for one in again["test_cases"]] == [1, 2, 0]


def bfcl_path(suite_id: str, part: str) -> str:
    return f"{SUITES}/{suite_id}/export/bfcl?part={part}"


def test_bfcl_is_told_as_one_list_unless_told_otherwise(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=2)
    answer = ada.answer("GET", f"{SUITES}/{suite_id}/export/bfcl")
    assert [one.keys() >= {"id", "question", "function"} for one in answer.json()] == [True, True]
    assert "x-left-out" not in answer.headers
    ada.refused("GET", bfcl_path(suite_id, "nonsense"), None, 422)


API: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pet  shop", "version": "1"},
    "paths": {
        "/pets/{id}": {
            "get": {
                "operationId": "getPet",
                "summary": "Tell a pet.",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            },
            "delete": {"operationId": "deletePet"},
        }
    },
}


@pytest.mark.parametrize(
    "document", [API, json.dumps(API), "openapi: 3.0.0\npaths: {/a: {get: {operationId: getPet}}}"]
)
def test_operations_are_shown_and_then_kept_as_a_suite(ada: SettingsClient, document: Any) -> None:
    shown = ada.ask("POST", f"{IMPORT}/openapi", {"document": document, "preview": True})
    assert shown["operations"][0]["id"] == "getPet"
    assert ada.ask("GET", SUITES)["suites"] == []
    kept = ada.ask("POST", f"{IMPORT}/openapi", {"document": document, "operations": ["getPet"]})
    assert (kept["tools_imported"], kept["test_cases_created"]) == (1, 0)
    suite = ada.ask("GET", f"{SUITES}/{kept['suite_id']}")
    assert suite["tools"] == [shown["operations"][0]["tool"]]
    assert suite["name"] == (shown["suite_name"] or "Operations of an API")
    assert shown["suite_name"] in {"Pet shop", ""}
    named = ada.ask("POST", f"{IMPORT}/openapi", {"document": document, "suite_name": "Mine"})
    assert ada.ask("GET", f"{SUITES}/{named['suite_id']}")["name"] == "Mine"
    assert named["tools_imported"] == len(shown["operations"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"document": {}}, 400),
        ({"document": "x"}, 400),
        ({"document": None}, 400),
        ({"document": {"swagger": "2.0"}}, 400),
        ({"document": API, "operations": ["no"]}, 400),
        ({"document": API, "operations": []}, 400),
        ({"document": API, "more": 1}, 422),
        ({}, 422),
    ],
)
def test_what_is_no_document_of_operations_is_refused(ada: SettingsClient, body: Any, status: int) -> None:
    assert ada.refused("POST", f"{IMPORT}/openapi", body, status).endswith(".")
    assert ada.ask("GET", SUITES)["suites"] == []


def test_a_request_and_its_answer_make_a_case_that_the_answer_passes(ada: SettingsClient) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}
    request = {"model": "m", "messages": [{"role": "user", "content": "Weather?"}], "tools": [tool()]}
    answer = {"choices": [{"message": {"role": "assistant", "tool_calls": [call]}}]}
    for sent in ((request, answer), (json.dumps(request), json.dumps(answer))):
        told = ada.ask("POST", f"{IMPORT}/traffic", {"request": sent[0], "answer": sent[1]})
        assert told["tools"] == [tool()]
        assert told["case"]["expected_calls"] == case()["expected_calls"]
        tried = {"case": told["case"], "tools": told["tools"], "calls": [call]}
        assert ada.ask("POST", f"{SUITES}/score", tried)["passed"]
    for wrong in ({"request": 1, "answer": answer}, {"request": request, "answer": "x"}):
        ada.refused("POST", f"{IMPORT}/traffic", wrong, 400)


def test_a_case_of_a_tool_that_is_gone_is_left_out_of_bfcls_file(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=1)
    ada.ask("POST", f"{SUITES}/{suite_id}/cases", case(name="gone", expected_calls=[{"tool": "gone"}]))
    answer = ada.answer("GET", bfcl_path(suite_id, "combined"))
    assert [one["id"] for one in answer.json()] == ["Case 0"]
    (left,) = json.loads(unquote(answer.headers["x-left-out"]))["cases"]
    assert left == {"name": "gone", "reason": "It names a tool that the suite does not have."}


def test_a_file_takes_the_place_of_a_suite_and_cases_of_its_names_stay_the_same_ones(
    people: tuple[SettingsClient, SettingsClient],
) -> None:
    ada, bob = people
    suite_id = add(ada, tools=[tool(), tool("other", required=())])
    ada.ask(
        "POST",
        f"{SUITES}/{suite_id}/cases",
        {"cases": [case(), case("Rome", name="rome"), case("Oslo", name="oslo")]},
    )
    before = ada.ask("GET", f"{SUITES}/{suite_id}")["test_cases"]
    file = suite(
        name="Anew", test_cases=[case("Bern", name="bern"), case("Roma", name="rome"), case(name="case-1")]
    )
    refused = bob.answer("POST", f"{IMPORT}?suite_id={suite_id}", content=json.dumps(file))
    assert refused.status_code == 404
    wrong = ada.answer("POST", f"{IMPORT}?suite_id={suite_id}", content=json.dumps({**file, "tools": 1}))
    assert wrong.status_code == 400
    assert ada.ask("GET", f"{SUITES}/{suite_id}")["test_cases"] == before
    again = imported(ada, json.dumps(file), f"{IMPORT}?suite_id={suite_id}")
    assert again["suite_id"] == suite_id
    found = again["suite"]
    assert (found["name"], found["tool_count"]) == ("Anew", 1)
    cases = found["test_cases"]
    assert [one["name"] for one in cases] == ["bern", "rome", "case-1"]
    assert [one["id"] for one in cases[1:]] == [before[1]["id"], before[0]["id"]]
    assert cases[0]["id"] not in {one["id"] for one in before}
    assert cases[1]["expected_params"] == {"city": "Roma"}
    assert cases[1]["created_at"] == before[1]["created_at"]
    assert ada.ask("GET", f"{SUITES}?q=anew")["suites"][0]["id"] == suite_id
