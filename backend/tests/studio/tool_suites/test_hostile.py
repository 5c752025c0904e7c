"""Suites that somebody made to hurt, through the API: they are kept and told in time, or refused in a sentence."""

import json
import time
from typing import Any

import pytest

from src.studio.tool_suites import files
from src.studio.tool_suites.skeletons import skeletons
from tests.studio.settings_client import SettingsClient
from tests.studio.tool_suites.made import SUITES, case, suite, tool
from tests.studio.tool_suites.test_imports import BFCL, IMPORT, imported
from tests.studio.tool_suites.test_suites import add


def scored(who: SettingsClient, tools: list[Any], arguments: Any, expected: Any) -> str | None:
    """Return the reason of the verdict on a call of the first tool, None where it passes."""
    name = tools[0]["function"]["name"]
    asked = {"prompt": "P", "expected_calls": [{"tool": name, "arguments": expected}]}
    call = {"name": name, "arguments": json.dumps(arguments)}
    told = who.ask("POST", f"{SUITES}/score", {"case": asked, "tools": tools, "calls": [call]})
    return told["reason"]


def test_ten_thousand_cases_are_kept_told_and_given_as_files(ada: SettingsClient) -> None:
    cases = [case(f"City {number}", name=f"n{number}") for number in range(10_000)]
    began = time.process_time()
    found = imported(ada, json.dumps(suite(test_cases=cases)))
    path = f"{SUITES}/{found['suite_id']}"
    assert found["test_cases_created"] == 10_000
    page = ada.ask("GET", f"{path}/cases?limit=200&q=city")
    assert (page["total"], len(page["cases"])) == (10_000, 200)
    file = ada.answer("GET", f"{path}/export").content
    assert imported(ada, file)["test_cases_created"] == 10_000
    bfcl = ada.answer("GET", f"{path}/export/bfcl?part=answers")
    assert bfcl.text.count("\n") == 10_000
    assert time.process_time() - began < 60
    told = ada.refused("POST", f"{path}/cases", case(), 422)
    assert told == "cases: a suite can have 10,000 cases; these would be 10,001."
    more = json.dumps(suite(test_cases=[*cases, case()]))
    answer = ada.answer("POST", IMPORT, content=more)
    assert (answer.status_code, "10,000 cases at most, not 10,001" in answer.text) == (400, True)


def test_a_file_of_yaml_that_nobody_could_read_again_is_not_given(ada: SettingsClient) -> None:
    cases = [case(f"City {number}" + "x" * 400, name=f"n{number}") for number in range(3_000)]
    found = imported(ada, json.dumps(suite(test_cases=cases)))
    path = f"{SUITES}/{found['suite_id']}/export"
    told = ada.refused("GET", f"{path}?format=yaml", None, 400)
    assert told == "As YAML the suite has 2.9 MB, and 2 MB can be read again. Take it as JSON."
    assert imported(ada, ada.answer("GET", path).content)["test_cases_created"] == 3_000


def test_a_file_that_would_be_too_long_with_breaks_between_has_none(
    ada: SettingsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = imported(ada, json.dumps(suite(test_cases=[case(name="a", state={"x": [[1, 2]] * 100})])))
    path = f"{SUITES}/{found['suite_id']}/export"
    assert ada.answer("GET", path).content.count(b"\n") > 100
    monkeypatch.setattr(files, "MOST_BYTES", 2_000)
    file = ada.answer("GET", path).content
    assert (len(file) < 2_000, file.count(b"\n")) == (True, 0)
    assert imported(ada, file)["suite"]["test_cases"][0]["state"] == {"x": [[1, 2]] * 100}


def test_a_file_of_bfcls_that_repeats_its_tools_too_often_is_not_given(ada: SettingsClient) -> None:
    tools = [tool(), tool("other", required=(), **{"x" * 200_000: {}})]
    cases = [case(f"City {number}", name=f"n{number}") for number in range(300)]
    suite_id = imported(ada, json.dumps(suite(tools=tools, test_cases=cases)))["suite_id"]
    told = ada.refused("GET", f"{SUITES}/{suite_id}/export/bfcl", None, 400)
    assert told == (
        "BFCL has the tools with each question, which would be 60 MB here; 50 MB can be given. "
        "Let each case offer the tools that it needs."
    )
    few = [one | {"tools": ["get_weather"]} for one in cases]
    suite_id = imported(ada, json.dumps(suite(tools=tools, test_cases=few)))["suite_id"]
    assert len(ada.answer("GET", f"{SUITES}/{suite_id}/export/bfcl").json()) == 300


def test_a_case_of_a_tool_of_forty_thousand_arguments_is_made_in_time() -> None:
    names = [f"a{number}" for number in range(40_000)]
    tools = [tool("wide", required=tuple(names), **{name: {} for name in names})]
    began = time.process_time()
    first, _ = skeletons(tools)
    assert time.process_time() - began < 3
    assert len(first["expected_calls"][0]["arguments"]) == 40_000


def test_a_tool_of_five_hundred_arguments_is_judged(ada: SettingsClient) -> None:
    names = [f"argument_{number}" for number in range(500)]
    tools = [tool("wide", required=tuple(names), **{name: {"type": "integer"} for name in names})]
    suite_id = add(ada, tools=tools)
    assert ada.ask("GET", f"{SUITES}/{suite_id}")["problems"] == []
    right = {name: at for at, name in enumerate(names)}
    assert scored(ada, tools, right, right) is None
    assert scored(ada, tools, right | {"argument_499": 0}, right) == "wrong_arguments"
    assert scored(ada, tools, right | {"argument_499": "0"}, right) == "schema_violation"


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"a": leaf}
    return leaf


def test_a_schema_nested_fifty_deep_is_judged_and_a_deeper_one_refused(ada: SettingsClient) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(50):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    tools = [tool("deep", required=("a",), a=schema)]
    suite_id = add(ada, tools=tools)
    right, wrong = (nested(51, leaf) for leaf in ("x", "y"))
    assert scored(ada, tools, right, right) is None
    assert scored(ada, tools, wrong, right) == "wrong_arguments"
    assert scored(ada, tools, nested(51, 5), right) == "schema_violation"
    file = ada.answer("GET", f"{SUITES}/{suite_id}/export").content
    assert imported(ada, file)["suite"]["tools"] == tools
    deeper = [tool("deep", required=("a",), a=nested(115, {}))]
    assert ada.refused("POST", SUITES, suite(tools=deeper), 400) == "tools[0]: It is nested more than 118 deep."


def test_a_reference_to_elsewhere_is_refused_and_nothing_fetched(ada: SettingsClient) -> None:
    tools = [tool(city={"$ref": "http://127.0.0.1:9/schema.json"})]
    sentence = "which is elsewhere: nothing is fetched"
    assert sentence in ada.refused("POST", SUITES, suite(tools=tools), 400)
    assert sentence in ada.answer("POST", IMPORT, content=json.dumps(suite(tools=tools))).json()["detail"]
    (problem,) = ada.ask("POST", f"{SUITES}/check", {"tools": tools})["problems"]
    assert (problem["severity"], sentence in problem["sentence"]) == ("error", True)
    told = ada.ask("POST", "/api/mcp/import", {"tools": [{"name": "ok"}, _mcp(tools[0])]})
    assert sentence in told["notes"][0]


def _mcp(document: dict[str, Any]) -> dict[str, Any]:
    function = document["function"]
    return {"name": function["name"], "inputSchema": function["parameters"]}


def test_a_pattern_that_hangs_others_is_warned_of_and_judged_at_once(ada: SettingsClient) -> None:
    tools = [tool(city={"type": "string", "pattern": "^(a+)+$"})]
    suite_id = add(ada, tools=tools)
    (problem,) = ada.ask("GET", f"{SUITES}/{suite_id}")["problems"]
    assert problem["severity"] == "warning"
    text = "a" * 50_000 + "!"
    began = time.process_time()
    assert scored(ada, tools, {"city": text}, {"city": "a"}) == "schema_violation"
    assert scored(ada, [tool()], {"city": text}, {"city": {"$pattern": "^(a+)+$"}}) == "wrong_arguments"
    assert time.process_time() - began < 5


def test_names_of_two_hundred_characters_go_all_the_way(ada: SettingsClient) -> None:
    long = "n" * 200
    tools = [tool(long, required=(long,), **{long: {"type": "string"}})]
    named = {"name": long, "prompt": "P", "expected_calls": [{"tool": long, "arguments": {long: "x"}}]}
    found = imported(ada, json.dumps({"tools": tools, "test_cases": [named]}))["suite"]
    assert found["test_cases"][0]["name"] == long
    assert [problem["severity"] for problem in found["problems"]] == ["warning"]
    assert scored(ada, tools, {long: "x"}, {long: "x"}) is None
    for form in ("export", "export?format=yaml", "export/bfcl"):
        again = imported(ada, ada.answer("GET", f"{SUITES}/{found['id']}/{form}").content)["suite"]
        assert (again["test_cases"][0]["name"], again["tools"][0]["function"]["name"]) == (long, long)
    longer = "n" * 201
    assert "200" in ada.refused("POST", f"{SUITES}/{found['id']}/cases", named | {"name": longer}, 422)


@pytest.mark.parametrize(
    "truth",
    [
        "().__class__.__bases__[0].__subclasses__()",
        "geometry.__class__(base=3)",
        "geometry.area(base=().__class__)",
        "geometry.area(base=__import__('os').getpid())",
        "__class__(base=3)",
    ],
)
def test_python_in_bfcls_answers_is_never_run(ada: SettingsClient, truth: str) -> None:
    bad = BFCL | {"ground_truth": [truth]}
    good = BFCL | {"id": "simple_1", "ground_truth": ["geometry.area(base=3)"]}
    answer = ada.answer("POST", f"{IMPORT}/bfcl", content=json.dumps([bad]))
    assert (answer.status_code, "simple_0 was left out" in answer.json()["detail"]) == (400, True)
    found = imported(ada, json.dumps([bad, good]), f"{IMPORT}/bfcl")
    assert [one["name"] for one in found["suite"]["test_cases"]] == ["simple_1"]
    assert "is no call of a tool with literal arguments" in found["notes"][0]


def test_an_argument_called_as_pythons_own_is_a_name_like_others(ada: SettingsClient) -> None:
    schema = {"type": "dict", "properties": {"__class__": {"type": "string"}}, "required": ["__class__"]}
    entry = {**BFCL, "function": [{"name": "f", "description": "d", "parameters": schema}]}
    found = imported(ada, json.dumps(entry | {"ground_truth": [{"f": {"__class__": ["x"]}}]}), f"{IMPORT}/bfcl")
    (one,) = found["suite"]["test_cases"]
    assert one["expected_calls"][0]["arguments"] == {"__class__": "x"}
    assert scored(ada, found["suite"]["tools"], {"__class__": "x"}, {"__class__": "x"}) is None
