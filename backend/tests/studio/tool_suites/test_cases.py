"""Cases over HTTP: one, thousands, in order, changed field by field, found again."""

import json
from typing import Any

import pytest

from tests.studio.settings_client import SettingsClient
from tests.studio.tool_suites.made import SUITES, case, tool
from tests.studio.tool_suites.test_suites import add

WHOLE: dict[str, Any] = {
    "name": "All of it",
    "prompt": "Book a table.",
    "category": "several turns",
    "disputed": True,
    "disputed_reason": "It has two readings.",
    "tools": ["get_weather"],
    "expected_calls": [
        {
            "tool": ["get_weather", "other"],
            "arguments": {"city": {"$any": ["NYC", "New York"]}},
            "optional": ["days"],
        }
    ],
    "scoring_config": {"casefold": True, "epsilon": 0.1, "extra": ["other"], "mode": "fuzzy", "order": "strict"},
    "multi_turn": True,
    "turns": [{"prompt": "And tomorrow?", "expected_state": {"/a": 1}, "max_rounds": 3}],
    "max_rounds": 5,
    "state": {"a": 0},
    "mock_responses": {"get_weather": [{"when": {"city": "Paris"}, "result": {"t": 3}, "set": {"/a": 1}}]},
    "valid_prerequisites": ["other"],
    "optimal_hops": 2,
    "argument_source": {"city": "other.city"},
}


def test_every_field_of_a_case_is_kept(ada: SettingsClient) -> None:
    suite_id = add(ada)
    case_id = ada.ask("POST", f"{SUITES}/{suite_id}/cases", WHOLE)["case_id"]
    told = ada.ask("GET", f"{SUITES}/{suite_id}/cases/{case_id}")
    assert {name: told[name] for name in WHOLE} == WHOLE
    (listed,) = ada.ask("GET", f"{SUITES}/{suite_id}/cases")["cases"]
    assert listed == told


def test_the_fields_of_an_earlier_studio_are_read_and_told(ada: SettingsClient) -> None:
    suite_id = add(ada)
    old = {"prompt": "P", "expected_tool": "get_weather", "expected_params": {"city": "Rome"}}
    for sent, mode in (
        ({}, "exact"),
        ({"param_scoring": "fuzzy"}, "fuzzy"),
        ({"param_scoring": "contains"}, "contains"),
    ):
        case_id = ada.ask("POST", f"{SUITES}/{suite_id}/cases", old | sent)["case_id"]
        told = ada.ask("GET", f"{SUITES}/{suite_id}/cases/{case_id}")
        assert {name: told[name] for name in old} == old
        assert told["param_scoring"] == mode
        assert told["expected_calls"] == [{"tool": "get_weather", "arguments": {"city": "Rome"}}]
    refused = ada.refused("POST", f"{SUITES}/{suite_id}/cases", old | {"param_scoring": "semantic"}, 422)
    assert refused.startswith("param_scoring: ")
    assert "judge" in refused


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"prompt": "Q"}, {"prompt": "Q", "expected_tool": "get_weather"}),
        ({"category": None, "name": "N"}, {"category": None, "name": "N"}),
        ({"disputed": True}, {"disputed": True, "category": "c"}),
        (
            {"expected_params": {"city": "Rome"}},
            {"expected_tool": "get_weather", "expected_params": {"city": "Rome"}},
        ),
        ({"expected_tool": ["a", "b"]}, {"expected_tool": ["a", "b"], "expected_params": {"city": "Paris"}}),
        ({"param_scoring": "fuzzy"}, {"scoring_config": {"mode": "fuzzy", "casefold": True}}),
        ({"scoring_config": {"multiset": True}}, {"scoring_config": {"multiset": True}, "param_scoring": "exact"}),
        ({"should_call_tool": False}, {"should_call_tool": False, "expected_tool": None}),
        ({"messages": [{"role": "user", "content": "M"}]}, {"messages": [{"role": "user", "content": "M"}]}),
        ({"expected_calls": []}, {"should_call_tool": False}),
    ],
)
def test_what_is_given_of_a_case_is_changed_and_nothing_else(
    ada: SettingsClient, change: dict[str, Any], fields: dict[str, Any]
) -> None:
    path = f"{SUITES}/{add(ada)}/cases"
    second = {"tool": "other", "arguments": {}}
    before = case(category="c", scoring_config={"casefold": True})
    before["expected_calls"].append(second)
    path += "/" + ada.ask("POST", path, before)["case_id"]
    ada.ask("PUT", path, change)
    told = ada.ask("GET", path)
    assert {name: told[name] for name in fields} == fields
    assert ("messages" in told) != ("prompt" in told)
    if told["expected_tool"]:
        assert told["expected_calls"][1] == second


def test_a_call_is_wanted_again_where_one_is_expected(ada: SettingsClient) -> None:
    path = f"{SUITES}/{add(ada)}/cases"
    path += "/" + ada.ask("POST", path, {"prompt": "Hi", "should_call_tool": False})["case_id"]
    ada.ask("PUT", path, {"expected_tool": "get_weather"})
    told = ada.ask("GET", path)
    assert (told["should_call_tool"], told["expected_tool"], told["expected_params"]) == (True, "get_weather", {})


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"should_call_tool": False}, {"should_call_tool": False, "max_rounds": 3}),
        ({"expected_tool": "other"}, {"expected_calls": [{"tool": "other", "arguments": {"city": "Paris"}}]}),
        (
            {"prompt": "Q"},
            {"prompt": "Q", "expected_calls": [{"tool": "get_weather", "arguments": {"city": "Paris"}}]},
        ),
        ({"expected_calls": []}, {"should_call_tool": False}),
    ],
)
def test_what_is_changed_of_the_first_turn_is_so_where_turns_has_it(
    ada: SettingsClient, change: dict[str, Any], first: dict[str, Any]
) -> None:
    path = f"{SUITES}/{add(ada)}/cases"
    second = {"prompt": "And tomorrow?", "should_call_tool": False}
    path += "/" + ada.ask("POST", path, {"turns": [case(max_rounds=3), second]})["case_id"]
    ada.ask("PUT", path, change)
    told = ada.ask("GET", path)
    assert len(told["turns"]) == 2
    assert {name: told["turns"][0][name] for name in first} == first
    assert told["turns"][1] == second
    assert told["prompt"] == told["turns"][0]["prompt"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "prompt: must be given"),
        ({"prompt": ""}, "prompt: "),
        ({"prompt": "x" * 50_001}, "prompt: "),
        ({"prompt": 1}, "prompt: must be a text."),
        ({"prompt": "P", "nonsense": 1}, "nonsense: "),
        ({"prompt": "P", "suite_id": "x"}, "suite_id: "),
        ({"prompt": "P", "name": "x" * 201}, "name: "),
        ({"prompt": "P", "category": "x" * 101}, "category: "),
        ({"prompt": "P", "expected_calls": [{"tool": "a", "arguments": "x"}]}, "expected_calls[0].arguments: "),
        (
            {"prompt": "P", "expected_calls": [{"tool": "a", "arguments": {"x": {"$no": 1}}}]},
            "expected_calls[0].arg",
        ),
        (
            {"prompt": "P", "expected_calls": [{"tool": "a", "arguments": {"x": {"$pattern": "(?=a)"}}}]},
            "expected_",
        ),
        ({"prompt": "P", "max_rounds": 21}, "max_rounds: "),
        ({"prompt": "P", "state": {"x": "\0"}}, "state.x: "),
        ({"prompt": "P", "scoring_config": {"epsilon": "x"}}, "scoring_config.epsilon: "),
        ({"prompt": "\ud800"}, "prompt: "),
        ({"prompt": "P", "state": {"x": 1 << 70}}, "state.x: "),
    ],
)
def test_what_is_no_case_is_refused_with_the_path_of_its_field(
    ada: SettingsClient, body: dict[str, Any], sentence: str
) -> None:
    path = f"{SUITES}/{add(ada)}/cases"
    assert refused(ada, "POST", path, body).startswith(sentence)
    assert refused(ada, "POST", path, {"cases": [case(), body]}).startswith(f"cases[1].{sentence}")
    assert ada.ask("GET", path)["cases"] == []
    one = f"{path}/{ada.ask('POST', path, case())['case_id']}"
    if body:
        assert refused(ada, "PUT", one, body).startswith(sentence)
        assert ada.ask("GET", one)["prompt"] == "How is the weather in Paris?"


def refused(who: SettingsClient, method: str, path: str, body: Any) -> str:
    answer = who.answer(method, path, content=json.dumps(body))
    assert answer.status_code == 422, answer.text
    return answer.json()["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "1",
        '{"cases": 1}',
        '{"cases": [], "more": 1}',
        "{" * 50_000,
        "[" * 50_000,
        '{"prompt": NaN}',
        "\xff",
    ],
)
def test_a_body_that_is_none_is_refused_in_a_sentence(ada: SettingsClient, text: str) -> None:
    path = f"{SUITES}/{add(ada)}/cases"
    answer = ada.answer("POST", path, content=text.encode("latin-1"))
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("The body ")
    assert ada.ask("GET", path)["total"] == 0


def test_cases_stay_in_their_order_and_take_another(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=5)
    path = f"{SUITES}/{suite_id}/cases"
    ada.ask("POST", path, case(name="last"))
    before = ada.ask("GET", path)["cases"]
    assert [one["name"] for one in before] == [*(f"Case {at}" for at in range(5)), "last"]
    turned = [one["id"] for one in reversed(before)]
    ada.ask("PUT", f"{path}/order", {"ids": turned})
    assert [one["id"] for one in ada.ask("GET", path)["cases"]] == turned
    assert [one["id"] for one in ada.ask("GET", f"{SUITES}/{suite_id}")["test_cases"]] == turned
    for ids in ([], turned[1:], [*turned, turned[0]], [*turned[1:], "f" * 32]):
        assert ada.refused("PUT", f"{path}/order", {"ids": ids}, 400).startswith("ids: ")
    ada.ask("DELETE", f"{path}/{turned[0]}")
    ada.ask("POST", path, case(name="newest"))
    assert ada.ask("GET", path)["cases"][-1]["name"] == "newest"


def test_pages_of_cases_have_all_of_them_once(ada: SettingsClient) -> None:
    suite_id = add(ada, cases=10)
    for limit, sizes in ((3, [3, 3, 3, 1]), (5, [5, 5]), (1, [1] * 10), (200, [10])):
        path, pages, cursor = f"{SUITES}/{suite_id}/cases?limit={limit}", [], ""
        while cursor is not None:
            page = ada.ask("GET", path + (f"&cursor={cursor}" if cursor else ""))
            assert page["total"] == 10
            pages.append([one["name"] for one in page["cases"]])
            cursor = page["next_cursor"]
        assert [len(page) for page in pages] == sizes
        assert [name for page in pages for name in page] == [f"Case {at}" for at in range(10)]


def test_cases_are_found_by_words_and_by_category(ada: SettingsClient) -> None:
    path = f"{SUITES}/{add(ada)}/cases"
    ada.ask("POST", path, case("Zürich", name="Of Zürich", category="Near Miss"))
    ada.ask("POST", path, case("Rome", category="simple"))
    ada.ask("POST", path, {"messages": [{"role": "user", "content": "Say 50 % of it"}], "category": "simple"})

    def prompts(query: str) -> list[str]:
        return [one.get("prompt", "messages") for one in ada.ask("GET", f"{path}?{query}")["cases"]]

    zurich, rome = "How is the weather in Zürich?", "How is the weather in Rome?"
    assert prompts("q=ZÜRICH") == prompts("q=near") == prompts("category=Near Miss") == [zurich]
    assert prompts("q=get_weather rome") == [rome]
    assert prompts("q=50 %25") == ["messages"]
    assert prompts("category=simple") == [rome, "messages"]
    assert prompts("category=simple&q=rome") == [rome]
    assert prompts("category=Simple") == prompts("q=50_") == []
    assert ada.ask("GET", path)["categories"] == ["Near Miss", "simple"]


def test_too_many_cases_and_too_long_ones_are_refused(
    ada: SettingsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{SUITES}/{add(ada, cases=2)}/cases"
    monkeypatch.setattr("src.studio.tool_suites.cases.MOST_CASES", 3)
    told = ada.refused("POST", path, {"cases": [case(), case()]}, 422)
    assert told == "cases: a suite can have 3 cases; these would be 4."
    assert ada.ask("GET", path)["total"] == 2
    monkeypatch.setattr("src.studio.tool_suites.cases.LONGEST_CASE", 1_000)
    told = ada.refused("POST", path, case(name="long", state={"x": "y" * 1_000}), 422)
    assert told.startswith("A case can have")
    monkeypatch.setattr("src.studio.tool_suites.cases.MOST_CHARACTERS", 600)
    told = ada.refused("POST", path, case(state={"x": "y" * 500}), 422)
    assert told.startswith("cases: all cases of a suite can have")


def problems(who: SettingsClient, one: dict[str, Any]) -> list[tuple[str, str]]:
    asked = {"case": one, "tools": [tool(), tool("other", required=())]}
    found = who.ask("POST", f"{SUITES}/case/check", asked)["problems"]
    assert all(problem["position"] is None and problem["sentence"].endswith(".") for problem in found)
    return [(problem["severity"], problem["path"]) for problem in found]


def expecting(tool_name: str, **arguments: Any) -> dict[str, Any]:
    return {"prompt": "P", "expected_calls": [{"tool": tool_name, "arguments": arguments}]}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (case(), []),
        ({"prompt": "P", "should_call_tool": False}, []),
        ({"prompt": ""}, [("error", "prompt")]),
        (expecting("none"), [("error", "expected_calls[0].tool")]),
        (expecting("get_weather", city="x") | {"tools": ["other"]}, [("error", "expected_calls[0].tool")]),
        (expecting("get_weather", city="x", state="y"), [("error", "expected_calls[0].arguments.state")]),
        (expecting("get_weather"), [("warning", "expected_calls[0].arguments")]),
        (expecting("get_weather", city={"$anything": True}), []),
        (
            case(mock_responses={"other": [{"result": 1}, {"when": {"city": "Oslo"}, "result": 2}]}),
            [("warning", "mock_responses.other[1]")],
        ),
        (case(mock_responses={"other": [{"when": {"city": "Oslo"}, "result": 2}, {"result": 1}]}), []),
        (expecting("get_weather", city=3), [("warning", "expected_calls[0].arguments.city")]),
        (expecting("get_weather", city={"$text": "x"}, days={"$number": 2}), []),
        (
            expecting("get_weather", city="x", days={"$number": 2.5}),
            [("warning", "expected_calls[0].arguments.days")],
        ),
        (expecting("get_weather", city={"$any": [3, "x"]}), []),
        ({**case(), "turns": [expecting("none")]}, [("error", "turns[1].expected_calls[0].tool")]),
    ],
)
def test_what_no_call_could_pass_is_told_before_a_model_is_asked(
    ada: SettingsClient, one: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert problems(ada, one) == found


def test_a_case_that_is_too_large_to_be_tried_is_refused_in_a_sentence(ada: SettingsClient) -> None:
    large = {
        "prompt": "P",
        "expected_state": {"/all": {"$multiset": [{"n": n + 0.5} for n in range(2000)]}},
        "should_call_tool": False,
    }
    turns = [{"calls": [], "state": {"all": [{"n": n} for n in range(2000)]}}]
    told = ada.refused("POST", f"{SUITES}/score", {"case": large, "tools": [tool()], "turns": turns}, 422)
    assert told == "turns: Too large to be judged: there is too much to compare in the case and its answer."
