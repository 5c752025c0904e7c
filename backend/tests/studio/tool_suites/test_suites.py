"""Suites over HTTP: kept, told, changed, copied and deleted."""

import json
from typing import Any

import pytest

from tests.conftest import SettableClock
from tests.studio.settings_client import SettingsClient
from tests.studio.tool_suites.made import SUITES, case, suite, tool


def add(who: SettingsClient, cases: int = 0, **more: Any) -> str:
    """Keep a suite, and return its id."""
    suite_id = who.ask("POST", SUITES, suite(**more))["suite_id"]
    if cases:
        many = [case(f"City {at}", name=f"Case {at}") for at in range(cases)]
        who.ask("POST", f"{SUITES}/{suite_id}/cases", {"cases": many})
    return suite_id


def test_a_suite_is_told_as_it_was_kept(ada: SettingsClient) -> None:
    suite_id = add(ada, description="Of mine.", system_prompt="Today is Monday.")
    ada.ask("POST", f"{SUITES}/{suite_id}/cases", case(name="Of Paris", category="simple"))
    told = ada.ask("GET", f"{SUITES}/{suite_id}")
    assert told["name"] == "Weather"
    assert (told["description"], told["system_prompt"]) == ("Of mine.", "Today is Monday.")
    assert told["tools"] == [tool()]
    assert (told["tool_count"], told["test_case_count"], told["version"], told["changed"]) == (1, 1, 1, False)
    assert told["problems"] == []
    (one,) = told["test_cases"]
    assert one["name"] == "Of Paris"
    assert one["expected_calls"] == [{"tool": "get_weather", "arguments": {"city": "Paris"}}]
    assert (one["expected_tool"], one["expected_params"]) == ("get_weather", {"city": "Paris"})
    assert (one["param_scoring"], one["should_call_tool"], one["multi_turn"]) == ("exact", True, False)


def test_cases_are_left_out_where_nobody_wants_them(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=3)
    told = ada.ask("GET", f"{SUITES}/{suite_id}?cases=false")
    assert "test_cases" not in told
    assert told["test_case_count"] == 3


def test_suites_are_listed_newest_first_without_tools_and_cases(ada: SettingsClient) -> None:
    ids = [add(ada, name=f"Suite {at}") for at in range(5)]
    first = ada.ask("GET", f"{SUITES}?limit=3")
    assert [found["id"] for found in first["suites"]] == ids[:1:-1]
    assert first["suites"][0].keys().isdisjoint({"tools", "test_cases", "search_text"})
    rest = ada.ask("GET", f"{SUITES}?limit=3&cursor={first['next_cursor']}")
    assert [found["id"] for found in rest["suites"]] == ids[1::-1]
    assert rest["next_cursor"] is None


def test_a_search_finds_all_its_words_in_name_description_and_tools(ada: SettingsClient) -> None:
    mine = add(ada, name="Kalender und Ärger", description="100 % mine", tools=[tool("move_event")])
    add(ada)
    for words in ("kalender", "ÄRGER move", "100 % MINE", "move_event"):
        assert [found["id"] for found in ada.ask("GET", f"{SUITES}?q={words}")["suites"]] == [mine], words
    for words in ("kalender weather", "1_0", "%25%25", "x"):
        assert ada.ask("GET", f"{SUITES}?q={words}")["suites"] == [], words


def test_what_is_given_of_a_suite_is_changed_and_nothing_else(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=2, description="Before", system_prompt="Before")
    for method in ("PUT", "PATCH"):
        ada.ask(method, f"{SUITES}/{suite_id}", {"name": method, "description": None})
        told = ada.ask("GET", f"{SUITES}/{suite_id}")
        assert (told["name"], told["description"], told["system_prompt"]) == (method, "", "Before")
        assert (told["tools"], len(told["test_cases"])) == ([tool()], 2)
    ada.ask("PUT", f"{SUITES}/{suite_id}", {"tools": [tool("a"), tool("b")]})
    told = ada.ask("GET", f"{SUITES}/{suite_id}")
    assert [found["function"]["name"] for found in told["tools"]] == ["a", "b"]
    assert told["tool_count"] == 2
    ada.ask("PATCH", f"{SUITES}/{suite_id}", {})


def test_a_copy_has_all_and_is_another(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=3, name="N" * 256, system_prompt="S")
    copied = ada.ask("POST", f"{SUITES}/{suite_id}/copy")["suite_id"]
    before, after = (ada.ask("GET", f"{SUITES}/{found}") for found in (suite_id, copied))
    assert after["name"] == "N" * 247 + " (copy)"
    assert (after["system_prompt"], after["tools"]) == (before["system_prompt"], before["tools"])
    prompts = [[one["prompt"] for one in told["test_cases"]] for told in (before, after)]
    assert prompts[0] == prompts[1]
    ada.ask("DELETE", f"{SUITES}/{suite_id}")
    assert len(ada.ask("GET", f"{SUITES}/{copied}")["test_cases"]) == 3


def test_a_suite_that_is_deleted_is_gone_with_its_cases(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=1)
    (one,) = ada.ask("GET", f"{SUITES}/{suite_id}")["test_cases"]
    ada.ask("DELETE", f"{SUITES}/{suite_id}")
    for path in ("", "/cases", f"/cases/{one['id']}", "/versions", "/export", "/export/bfcl"):
        ada.refused("GET", f"{SUITES}/{suite_id}{path}", None, 404)
    ada.refused("DELETE", f"{SUITES}/{suite_id}", None, 404)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"name": ""}, 422, "name: String should have at least 1 character."),
        ({"name": "  "}, 422, "name: String should have at least 1 character."),
        ({"name": "x" * 257}, 422, "name: String should have at most 256 characters."),
        ({"name": "\0"}, 422, "name: must not have a character of code 0."),
        ({"name": "x", "more": 1}, 422, "more: Extra inputs are not permitted."),
        (
            {"name": "x", "description": "x" * 5_001},
            422,
            "description: String should have at most 5000 characters.",
        ),
        ({"name": "x", "tools": {}}, 422, "tools: Input should be a valid list."),
        ({"name": "x", "tools": ["x"]}, 400, "tools[0]"),
        ({"name": "x", "tools": [{"type": "function", "function": {}}]}, 400, "tools[0]/function/name"),
        ({"name": "x", "tools": [tool("a"), tool("a")]}, 400, "tools[1]/function/name"),
        ({"name": "x", "tools": [tool(city={"type": "nonsense"})]}, 400, "tools[0]/function/parameters"),
        (
            {"name": "x", "tools": [tool(city={"$ref": "https://example.org/x"})]},
            400,
            "tools[0]/function/parameters",
        ),
    ],
)
def test_what_is_no_suite_is_refused_with_the_place_of_what_is_wrong(
    ada: SettingsClient, body: Any, status: int, sentence: str
) -> None:
    assert ada.refused("POST", SUITES, body, status).startswith(sentence)
    assert ada.ask("GET", SUITES)["suites"] == []
    if "tools" in body:
        suite_id = add(ada)
        assert ada.refused("PUT", f"{SUITES}/{suite_id}", {"tools": body["tools"]}, status).startswith(sentence)
        assert ada.ask("GET", f"{SUITES}/{suite_id}")["tools"] == [tool()]


def test_more_tools_than_a_suite_can_have_are_refused(
    ada: SettingsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.studio.suites.tools.MOST_TOOLS", 2)
    suite_id = add(ada, tools=[tool("a"), tool("b")])
    many = {"tools": [tool("a"), tool("b"), tool("c")]}
    sentence = "tools: There may be 2 tools at most, not 3."
    assert ada.refused("PUT", f"{SUITES}/{suite_id}", many, 400) == sentence
    assert ada.refused("POST", SUITES, {"name": "x", **many}, 400) == sentence


def test_a_name_or_tools_cannot_be_taken_away(ada: SettingsClient) -> None:
    suite_id = add(ada)
    for name in ("name", "tools"):
        told = ada.refused("PATCH", f"{SUITES}/{suite_id}", {name: None}, 422)
        assert told == f"{name}: It must be given, or left out."


def test_a_tool_is_taken_in_other_forms_and_told_as_openai_has_it(ada: SettingsClient) -> None:
    function = tool()["function"]
    schema = function["parameters"]
    others = [{**function, "name": "a"}, {"name": "b", "description": "B.", "input_schema": schema}]
    told = ada.ask("GET", f"{SUITES}/{add(ada, tools=others)}")["tools"]
    assert [found["type"] for found in told] == ["function"] * 2
    assert [found["function"]["name"] for found in told] == ["a", "b"]
    assert told[1]["function"]["parameters"] == schema


def test_large_numbers_in_a_schema_stay_exact(ada: SettingsClient) -> None:
    exact = json.dumps(suite(tools=[tool(x={"maximum": 9007199254740993}, required=())]))
    status, told = ada.post_text(SUITES, exact)
    assert status == 200
    answer = ada.answer("GET", f"{SUITES}/{told['suite_id']}")
    assert b"9007199254740993" in answer.content


def test_problems_of_tools_are_told_with_the_suite_and_before_it(ada: SettingsClient) -> None:
    tools = [tool("has.dots"), tool("n" * 200), tool(x={"pattern": "(a+)+$"}, required=())]
    checked = ada.ask("POST", f"{SUITES}/check", {"tools": tools})["problems"]
    assert {problem["position"] for problem in checked} == {0, 1, 2}
    assert all(problem["severity"] == "warning" for problem in checked)
    assert ada.ask("GET", f"{SUITES}/{add(ada, tools=tools)}")["problems"] == checked
    for nonsense in (None, 1, "x", {}, [1], [None], [tool(), {"type": "function"}]):
        problems = ada.ask("POST", f"{SUITES}/check", {"tools": nonsense})["problems"]
        assert problems[0]["severity"] == "error", nonsense


def test_nobody_has_more_suites_than_can_be_looked_through(
    ada: SettingsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.studio.tool_suites.service.MOST_SUITES", 2)
    ids = [add(ada), add(ada)]
    sentence = "More than 2 suites cannot be kept. Delete one first."
    assert ada.refused("POST", SUITES, suite(), 422) == sentence
    assert ada.refused("POST", f"{SUITES}/{ids[0]}/copy", None, 422) == sentence
    ada.ask("DELETE", f"{SUITES}/{ids[0]}")
    add(ada)


def test_what_is_of_others_is_not_there(people: tuple[SettingsClient, SettingsClient]) -> None:
    ada, bob = people
    mine, theirs = add(ada, cases=1), add(bob, cases=1)
    (one,) = ada.ask("GET", f"{SUITES}/{mine}")["test_cases"]
    assert [found["id"] for found in bob.ask("GET", SUITES)["suites"]] == [theirs]
    for suite_id in (mine, theirs):  # a case of somebody's is in no suite of another's
        path = f"{SUITES}/{suite_id}/cases/{one['id']}"
        assert bob.refused("GET", path, None, 404) == "There is no such case."
        assert bob.refused("DELETE", path, None, 404) == "There is no such case."
    assert len(ada.ask("GET", f"{SUITES}/{mine}")["test_cases"]) == 1


def test_times_are_those_of_keeping_and_of_changing(ada: SettingsClient, clock: SettableClock) -> None:
    suite_id = add(ada)
    before = ada.ask("GET", f"{SUITES}/{suite_id}")
    clock.move(minutes=5)
    ada.ask("POST", f"{SUITES}/{suite_id}/cases", case())
    after = ada.ask("GET", f"{SUITES}/{suite_id}")
    assert before["created_at"] == before["updated_at"] == after["created_at"] == "2026-11-20T12:00:00.000Z"
    assert after["updated_at"] == "2026-11-20T12:05:00.000Z"
