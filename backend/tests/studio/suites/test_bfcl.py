"""BFCL's files: what becomes of entries and answers in all their forms, what is refused, and the way back."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from src.studio.suites.bfcl import read_bfcl, write_bfcl
from src.studio.suites.suite import Suite, SuiteError, read_suite
from src.studio.suites.tools import name_of
from tests.cpu import CpuTime
from tests.studio.suites import oracle
from tests.studio.suites.variants import right

Json = Any

BACKEND = Path(__file__).parents[3]

WEATHER = {
    "name": "weather.get",
    "description": "Tell the weather.",
    "parameters": {
        "type": "dict",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer"},
            "at": {"type": "tuple", "items": {"type": "float"}},
            "what": {"type": "any"},
            "options": {"type": "dict", "properties": {"unit": {"type": "string"}, "wind": {"type": "boolean"}}},
        },
        "required": ["city"],
    },
}


def entry(identity: str = "simple_python_0", **more: Json) -> dict[str, Json]:
    return {"id": identity, "question": [[{"role": "user", "content": "Hi"}]], "function": [WEATHER]} | more


def truth(**arguments: list[Json]) -> list[Json]:
    return [{"weather.get": arguments}]


def only_case(document: Json, answers: Json = None) -> Any:
    (case,) = read_bfcl(document, answers).suite.cases
    return case


def test_types_become_those_of_json_schema_and_names_keep_their_dots() -> None:
    suite = read_bfcl(entry(ground_truth=truth(city=["Paris"]))).suite
    function = suite.tools[0]["function"]
    assert function["name"] == "weather.get"
    properties = function["parameters"]["properties"]
    assert function["parameters"]["type"] == "object"
    assert properties["at"] == {"type": "array", "items": {"type": "number"}}
    assert properties["what"] == {}
    assert properties["options"]["type"] == "object"


def test_alternatives_and_what_may_be_left_out_are_told_apart() -> None:
    case = only_case(entry(ground_truth=truth(city=["Paris", "Paris, France"], days=[3, ""], what=[""])))
    (call,) = case.expected_calls
    assert call.arguments == {"city": {"$any": ["Paris", "Paris, France"]}, "days": 3, "what": ""}
    assert call.optional == ("days", "what")
    assert case.category == "simple_python"
    assert case.tools == ("weather.get",)


def test_a_required_argument_cannot_be_left_out_whatever_its_alternatives_say() -> None:
    (call,) = only_case(entry(ground_truth=truth(city=["Paris", ""]))).expected_calls
    assert call.arguments == {"city": {"$any": ["Paris", ""]}}
    assert call.optional == ()


def test_objects_have_alternatives_within_and_keys_that_may_be_left_out() -> None:
    (call,) = only_case(
        entry(ground_truth=truth(city=["Paris"], options=[{"unit": ["C", "F"], "wind": [True, ""]}]))
    ).expected_calls
    assert call.arguments["options"] == {
        "$object": {"unit": {"$any": ["C", "F"]}, "wind": True},
        "optional": ["wind"],
    }


@pytest.mark.parametrize(
    "answer",
    [
        {"ground_truth": [{"name": "weather.get", "arguments": {"city": "Paris", "days": 3}}]},
        {"ground_truth": [{"name": "weather.get", "arguments": '{"city": "Paris", "days": 3}'}]},
        {"ground_truth": ["weather.get(city='Paris', days=3)"]},
        {"ground_truth": ["weather.get('Paris', 3)"]},
        {"ground_truth": ["weather.get('Paris', days=3)"]},
        {"ground_truth": truth(city=["Paris"], days=[3])},
        {"answer": [{"weather.get": {"city": "Paris", "days": 3}}]},
        {"answer": {"weather.get": {"city": "Paris", "days": 3}}},
        {"answer": truth(city=["Paris"], days=[3])},
        {"answer": [{"function": {"name": "weather.get", "arguments": '{"city": "Paris", "days": 3}'}}]},
    ],
)
def test_an_answer_may_have_many_forms(answer: dict[str, Json]) -> None:
    (call,) = only_case(entry(**answer)).expected_calls
    assert (call.tools, call.arguments, call.optional) == (("weather.get",), {"city": "Paris", "days": 3}, ())


def test_plain_lists_of_an_answer_are_no_alternatives() -> None:
    (call,) = only_case(entry(answer=[{"weather.get": {"city": "Paris", "at": [1.5, 2.5]}}])).expected_calls
    assert call.arguments == {"city": "Paris", "at": [1.5, 2.5]}
    (call,) = only_case(entry(answer=[{"weather.get": {"at": [1.5, 2.5]}}])).expected_calls
    assert call.arguments == {"at": [1.5, 2.5]}
    (call,) = only_case(entry(answer=[{"weather.get": {"at": [[1.5, 2.5], ""]}}])).expected_calls
    assert (call.arguments, call.optional) == ({"at": [1.5, 2.5]}, ("at",))


@pytest.mark.parametrize(
    "answer",
    [
        {"ground_truth": ["weather.get(what=['a', 'b'])"]},
        {"ground_truth": ["weather.get(days=['a'])"]},
        {"ground_truth": ["weather.get(at=[[1], [2]])"]},
        {"ground_truth": [{"name": "weather.get", "arguments": {"what": ["a", "b"]}}]},
        {"answer": [{"weather.get": {"what": ["a", "b"]}}]},
    ],
)
def test_lists_in_calls_are_values_whatever_the_schema_says(answer: dict[str, Json]) -> None:
    (call,) = only_case(entry(**answer)).expected_calls
    (value,) = call.arguments.values()
    assert value in (["a", "b"], ["a"], [[1], [2]])
    assert call.optional == ()


def test_parallel_calls_are_all_kept() -> None:
    case = only_case(entry("parallel_0", ground_truth=[*truth(city=["Paris"]), *truth(city=["Rome"])]))
    assert [call.arguments["city"] for call in case.expected_calls] == ["Paris", "Rome"]


def test_an_entry_without_an_answer_wants_no_call() -> None:
    assert not only_case(entry("irrelevance_0")).should_call_tool
    assert not only_case(entry("my_case")).disputed
    assert not only_case({key: value for key, value in entry().items() if key != "id"}).disputed


def test_where_a_category_has_answers_an_entry_without_one_counts_for_nothing() -> None:
    case = only_case(entry("simple_python_7"))
    assert case.disputed
    assert case.disputed_reason == "There is no answer for it, and its category has answers."
    assert only_case(entry("live_relevance_0-0-0")).should_call_tool


def test_answers_stand_in_a_file_of_their_own_or_among_the_questions() -> None:
    answer = {"id": "simple_python_0", "ground_truth": truth(city=["Paris"])}
    lines = "\n".join(json.dumps(line) for line in (entry(), answer))
    for case in (only_case(entry(), json.dumps(answer)), only_case([entry(), answer]), only_case(lines)):
        assert case.expected_calls[0].arguments == {"city": "Paris"}
    assert read_suite(lines).suite.cases[0].should_call_tool


def test_an_answer_without_its_question_is_named() -> None:
    notes = read_bfcl(entry("irrelevance_0"), [{"id": "simple_9", "ground_truth": ["f()"]}]).notes
    assert notes == ["There is no question for the answer of simple_9."]


def test_several_tools_of_one_name_are_kept_apart_and_each_case_has_its_own() -> None:
    other = {**WEATHER, "description": "Tell tomorrow's weather."}
    documents = [entry("a", ground_truth=truth(city=["Paris"])), entry("b"), entry("c") | {"function": [other]}]
    documents[2]["ground_truth"] = truth(city=["Rome"])
    suite = read_bfcl(documents).suite
    assert [name_of(tool) for tool in suite.tools] == ["weather.get", "weather.get~2"]
    assert [case.tools for case in suite.cases] == [("weather.get",), ("weather.get",), ("weather.get~2",)]
    assert suite.cases[2].expected_calls[0].tools == ("weather.get~2",)
    assert [function["name"] for function in write_bfcl(suite)["combined"][2]["function"]] == ["weather.get"]


@pytest.mark.parametrize(
    "text",
    [
        "().__class__.__bases__[0].__subclasses__()",
        "__import__('os').system('true')",
        "weather.get(city=__import__('os').getcwd())",
        "weather.get.__class__(city='Paris')",
        "weather.get(**{'city': 'Paris'})",
        "weather.get(*['Paris'])",
        "weather.get(city=open('/etc/hostname').read())",
        "weather.get(city=[c for c in 'ab'])",
        "weather.get(city=9**9**9)",
        "weather.get(city=b'Paris')",
        "weather.get(city={1, 2})",
        "weather.get(city={1: 2})",
        "weather.get(city=1j)",
        "weather.get(city=1e999)",
        "weather.get(city='Paris', city='Rome')",
        "weather.get(city='Paris'); weather.get(city='Rome')",
        "lambda: weather.get()",
        "weather.get",
        "weather.get(" + "(" * 500 + ")" * 500 + ")",
        "weather.get(city=" + "-" * 10_000 + "1)",
        "weather.get(city='" + "x" * 30_000 + "')",
        "weather.get('a', 1, [], 2, {}, 'one too many')",
        "weather.get('Paris', city='Rome')",
        "weather.forget(city='Paris')",
        "weather.get(city=18446744073709551616)",
        "weather.get(city=-18446744073709551615)",
        "weather.get(city=" + "9" * 5_000 + ")",
        r"weather.get(city='\ud800')",
        r"weather.get(city={'\ud800': 1})",
        "",
    ],
)
def test_calls_that_are_more_than_literal_arguments_are_refused_by_name(text: str) -> None:
    good = entry("good", ground_truth=truth(city=["Paris"]))
    read = read_bfcl([entry("bad", ground_truth=[text]), good])
    assert [case.name for case in read.suite.cases] == ["good"]
    (note,) = read.notes
    assert note.startswith("bad was left out: ")
    with pytest.raises(SuiteError, match="bad was left out: "):
        read_bfcl(entry("bad", ground_truth=[text]))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"question": 7}, "no list of turns"),
        ({"question": [[]]}, "a turn in which nothing is said"),
        ({"question": [[{"role": "assistant", "content": "Hi"}]]}, "messages"),
        ({"function": None}, "no list of functions"),
        ({"function": [{"parameters": {}}]}, "a function without a name"),
        ({"function": [WEATHER | {"parameters": {"type": "dict", "required": "city"}}]}, "no JSON Schema"),
        ({"ground_truth": [7]}, "7 is no call"),
        ({"ground_truth": [{"weather.get": 7}]}, "no object"),
        ({"ground_truth": [{"name": "weather.get", "arguments": "{"}]}, "no JSON"),
        ({"ground_truth": [{"forecast": {}}]}, "forecast, which it does not offer"),
        ({"missed_function": {"1": ["weather.get"]}}, "held back until a later turn"),
        ({"function": None, "involved_classes": ["MemoryAPI"]}, "classes (MemoryAPI) are not known"),
        ({"function": None, "involved_classes": 5}, "its involved_classes is no list of names"),
        ({"function": None, "involved_classes": [5]}, "its involved_classes is no list of names"),
        (
            {"function": None, "involved_classes": ["MathAPI"], "excluded_function": 5},
            "its excluded_function is no list of names",
        ),
        ({"function": [WEATHER | {"name": "f" * 257}]}, "the name of a function has more than 256 characters"),
        (
            {"ground_truth": [{"name": "weather.get", "arguments": f'{{"city": {2**64}}}'}]},
            "must be a number that JSON can say, of at most 64 bits",
        ),
        ({"question": [[{"role": "user", "content": "a"}]] * 2, "ground_truth": [[]]}, "2 turns"),
    ],
)
def test_what_cannot_be_represented_is_left_out_and_named(change: dict[str, Json], part: str) -> None:
    read = read_bfcl([entry("odd") | change, entry("irrelevance_1")])
    assert [case.name for case in read.suite.cases] == ["irrelevance_1"]
    assert read.notes[0].startswith("odd was left out: ")
    assert part in read.notes[0]
    assert len(read.suite.tools) == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "a"}', "7", '"text"', "[1, 2]"])
def test_what_has_no_questions_is_refused(text: str) -> None:
    with pytest.raises(SuiteError):
        read_bfcl(text)


def test_an_answer_file_of_another_form_is_refused() -> None:
    with pytest.raises(SuiteError, match=r'answers\[0\]: An answer is {"id", "ground_truth"}.'):
        read_bfcl(entry(), '{"id": "simple_python_0"}')


def test_answers_that_break_their_own_schema_are_named() -> None:
    read = read_bfcl(entry(ground_truth=truth(city=["Paris"], days=["three"])))
    assert read.notes == [
        "The answers of simple_python_0 break the schema of their own tool: the profile bfcl can pass them, the"
        " strict one never."
    ]


def test_answers_that_are_too_large_for_their_schema_are_taken_and_named() -> None:
    texts = {f"p{number}": {"type": "string"} for number in range(20_000)}
    whole = {"type": "array", "items": {"type": "integer"}}
    function = {"name": "f", "parameters": {"type": "dict", "properties": {**texts, "l": whole}}}
    read = read_bfcl(entry(function=[function], ground_truth=[{"f": {"l": [list(range(6_000))]}}]))
    assert len(read.suite.cases) == 1
    assert read.notes == [
        "The answers of simple_python_0 are too large to be held against the schema of their own tool."
    ]


def test_ten_thousand_entries_are_read_in_seconds_and_more_refused() -> None:
    many = [entry(f"simple_{number}", ground_truth=truth(city=["Paris"])) for number in range(10_000)]
    started = CpuTime()
    assert len(read_bfcl(many).suite.cases) == 10_000
    assert started.seconds < 10
    with pytest.raises(SuiteError, match="10,000 entries at most, not 10,001"):
        read_bfcl([*many, entry("one more")])


def test_thousands_of_entries_and_functions_of_one_name_are_told_apart_in_seconds() -> None:
    many = [entry("same", function=[{"name": "f", "description": str(number)}]) for number in range(4_999)]
    started = CpuTime()
    suite = read_bfcl([*many, *[entry("same")] * 5_001]).suite
    assert started.seconds < 10
    assert [case.name for case in suite.cases[:3]] == ["same", "same (2)", "same (3)"]
    assert suite.cases[-1].name == "same (10000)"
    assert [name_of(tool) for tool in suite.tools[:3]] == ["f", "f~2", "f~3"]


def test_a_tool_of_an_entry_that_is_left_out_takes_no_name() -> None:
    bad = entry("bad", function=[{"name": "f", "description": "other"}], ground_truth=[7])
    good = [entry("a", function=[{"name": "f"}]), bad, entry("b", function=[{"name": "f", "description": "own"}])]
    assert [name_of(tool) for tool in read_bfcl(good).suite.tools] == ["f", "f~2"]


ROUND_TRIPS = (
    *oracle.SINGLE_TURN,
    *oracle.NO_CALL,
    *oracle.LANGUAGES,
    *("live_relevance", "multi_turn_base", "multi_turn_miss_param", "multi_turn_long_context"),
)


@pytest.mark.parametrize("category", ROUND_TRIPS)
def test_what_is_written_of_a_category_reads_back_the_same(category: str) -> None:
    suite = read_bfcl(*oracle.texts(category)).suite
    written = write_bfcl(suite)
    assert (written["left_out"], written["notes"]) == ([], [])
    assert read_bfcl(written["questions"], written["answers"] or None).suite == suite
    assert read_bfcl(written["combined"]).suite == suite
    assert read_suite(suite.to_json()).suite == suite


def a_suite(*calls: Json, **more: Json) -> Suite:
    case = {"name": "a", "prompt": "Hi", "expected_calls": list(calls)} | more
    parameters = {"type": "object", "properties": {"a": {}, "n": {"type": "number"}, "l": {"type": "array"}}}
    tools = [{"name": "f", "description": "d", "parameters": parameters}, {"name": "g"}]
    return read_suite({"name": "S", "tools": tools, "test_cases": [case]}).suite


def test_words_that_bfcl_has_are_written() -> None:
    call = {
        "tool": "f",
        "arguments": {"a": {"$any": ["x", {"$text": "y"}]}, "n": {"$number": 1.5}, "l": {"$multiset": [1, 2]}},
        "optional": ["a"],
    }
    written = write_bfcl(a_suite(call))
    assert json.loads(written["answers"]) == {
        "id": "a",
        "ground_truth": [{"f": {"a": ["x", "y", ""], "n": [1.5], "l": [[1, 2], [2, 1]]}}],
    }
    assert written["combined"][0]["answer"] == [{"f": {"n": 1.5, "l": [1, 2]}}]
    assert written["notes"] == ["BFCL knows no tolerance and no other spelling of a date: a."]
    assert written["combined"][0]["function"][0]["parameters"]["properties"]["n"] == {"type": "float"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"expected_calls": [{"tool": "f", "arguments": {"a": {"$contains": "x"}}}]},
            "BFCL has no word for $contains.",
        ),
        (
            {"expected_calls": [{"tool": "f", "arguments": {"a": {"$pattern": "x"}}}]},
            "BFCL has no word for $pattern.",
        ),
        ({"expected_calls": [{"tool": ["f", "g"]}]}, "One of several tools may be called."),
        ({"expected_calls": [{"tool": "f", "optional": ["a"]}]}, "a may be anything."),
        ({"should_call_tool": True}, "Any call will do, which BFCL has in its category of relevance alone."),
        (
            {"expected_calls": [{"tool": "f", "arguments": {"l": {"$multiset": [1, 2, 3, 4, 5, 6, 7]}}}]},
            "There are more orders of a list than can be written out.",
        ),
    ],
)
def test_a_case_that_bfcl_has_no_words_for_is_left_out_and_named(change: dict[str, Json], reason: str) -> None:
    written = write_bfcl(a_suite(**change))
    assert written["left_out"] == [{"name": "a", "reason": reason}]
    assert (written["combined"], written["questions"], written["answers"]) == ([], "", "")


def test_orders_of_a_long_list_are_refused_before_they_are_made() -> None:
    items = [{"$any": list(range(200))}, *range(400)]
    suite = a_suite({"tool": "f", "arguments": {"l": {"$multiset": items}}})
    tracemalloc.start()
    try:
        (left_out,) = write_bfcl(suite)["left_out"]
        assert left_out["reason"] == "There are more orders of a list than can be written out."
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    lists = [{"$multiset": []}, {"$multiset": [1, {"$any": [2, 3]}]}]
    arguments = {"l": {"$any": lists}}
    (answer,) = write_bfcl(a_suite({"tool": "f", "arguments": arguments}))["combined"]
    assert answer["ground_truth"] == [{"f": {"l": [[], [1, 2], [2, 1], [1, 3], [3, 1]]}}]


def test_a_system_prompt_stands_before_each_question() -> None:
    suite = replace(a_suite({"tool": "f"}), system_prompt="Be brief.")
    (question,) = write_bfcl(suite)["combined"][0]["question"]
    assert [message["role"] for message in question] == ["system", "user"]


def test_bfcls_own_checker_takes_what_is_written() -> None:
    suite = read_suite((BACKEND / "src/studio/suites/examples/smart-home.yaml").read_text()).suite
    seen = 0
    for question in write_bfcl(suite)["combined"]:
        answer = question.get("ground_truth")
        if answer and isinstance(answer[0], dict):
            category = "parallel" if len(answer) > 1 else "multiple"
            made = oracle.Entry(category, question, answer)
            assert oracle.verdict(made, right(made)), question["id"]
            seen += 1
    assert seen > 15


def back(suite: Suite) -> tuple[Suite, dict[str, Json]]:
    """Return what is read again of a suite that is written, and what was said of it."""
    written = write_bfcl(suite)
    assert (
        read_bfcl(written["questions"], written["answers"] or None).suite == read_bfcl(written["combined"]).suite
    )
    return read_bfcl(written["combined"]).suite, written


OBJECTS = {
    "type": "object",
    "properties": {
        "a": {"type": "string"},
        "o": {"type": "object", "properties": {"k": {}, "in": {"type": "object"}}},
        "l": {"type": "array", "items": {"type": "object"}},
        "must": {"type": "string"},
    },
    "required": ["must"],
}


def of_objects(**more: Json) -> Suite:
    case = {"name": "a", "prompt": "Hi", "tools": ["f"], "expected_calls": [{"tool": "f"} | more]}
    return read_suite({"tools": [{"name": "f", "parameters": OBJECTS}], "test_cases": [case]}).suite


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ({"must": ""}, None),
        ({"must": {"$any": ["", "x"]}}, None),
        ({"o": {"k": [1, 2]}}, None),
        ({"o": {"in": {"deeper": [1, 2]}}}, None),
        ({"o": {"k": {"$any": [[1, 2], "x"]}}}, None),
        ({"o": {"$literal": {"$k": [1, 2]}}}, {"o": {"$object": {"$k": [1, 2]}}}),
        ({"o": {"$literal": {"k": {"$any": 1}}}}, {"o": {"k": {"$literal": {"$any": 1}}}}),
        ({"l": [{"k": [1, 2]}, {"k": "x"}]}, None),
        ({"l": {"$literal": [{"$k": [1]}, 2]}}, {"l": [{"$object": {"$k": [1]}}, 2]}),
        ({"a": {"$literal": {"$k": [1]}}}, None),
    ],
)
def test_values_within_objects_come_back_as_they_were(arguments: Json, read: Json) -> None:
    suite, written = back(of_objects(arguments=arguments))
    assert (written["left_out"], written["notes"]) == ([], [])
    (call,) = suite.cases[0].expected_calls
    assert (call.arguments, call.optional) == (read or arguments, ())


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ({"arguments": {"a": ""}}, "a"),
        ({"arguments": {"a": {"$any": ["", "x"]}}}, "a"),
        ({"arguments": {"o": {"k": ""}}}, "k"),
        ({"arguments": {"o": {"$literal": {"$k": ""}}}}, "$k"),
    ],
)
def test_an_empty_text_that_must_be_given_is_left_out_and_named(call: Json, name: str) -> None:
    reason = f"The empty text as {name} means to BFCL that it may be left out."
    assert write_bfcl(of_objects(**call))["left_out"] == [{"name": "a", "reason": reason}]


def test_what_the_schema_requires_is_never_written_as_what_may_be_left_out() -> None:
    suite, _ = back(of_objects(arguments={"must": "x"}, optional=["must"]))
    assert suite.cases[0].expected_calls[0].arguments == {"must": "x"}


@pytest.mark.parametrize(
    ("name", "category", "read"),
    [
        ("a", None, None),
        ("a", "mine", "mine"),
        ("simple_1", None, None),
        ("live_relevance_1", None, None),
        ("a", "simple", "irrelevance"),
        ("a", "live_relevance", "irrelevance"),
        ("a", "live_irrelevance", "live_irrelevance"),
    ],
)
def test_a_case_that_wants_no_call_comes_back_as_one(name: str, category: str | None, read: str | None) -> None:
    more = {"name": name, "category": category, "should_call_tool": False}
    suite, written = back(a_suite(**more))
    (case,) = suite.cases
    assert (case.name, case.category, case.should_call_tool, case.disputed) == (name, read, False, False)
    told = [f"BFCL has entries that want no call in its category of irrelevance: {name}."]
    assert written["notes"] == ([] if read == category else told)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"argument_source": {"a": "g.x"}}, "BFCL takes no argument from what a tool answered"),
        ({"scoring_config": {"epsilon": 0.5}}, "BFCL knows no tolerance and no other spelling of a date"),
        ({"scoring_config": {"dates": False}}, "BFCL's files do not say that no date is spelled otherwise"),
        ({"scoring_config": {"order": "strict"}}, "BFCL knows no order of calls"),
        (
            {"multi_turn": True, "state": {"x": 1}, "max_rounds": 3},
            "BFCL does not say how many requests a turn takes, which is read as 20",
        ),
    ],
)
def test_what_is_lost_of_a_case_is_named(change: Json, note: str) -> None:
    call = {"tool": "f", "arguments": {"a": "x"}}
    assert write_bfcl(a_suite(call, call, **change))["notes"] == [f"{note}: a."]


FOLDED = {"$text": "x", "casefold": True}


@pytest.mark.parametrize("argument", [FOLDED, {"$any": ["y", FOLDED]}])
def test_texts_that_are_right_in_any_case_are_named(argument: Json) -> None:
    told = "BFCL compares texts and lists by its own rules: a."
    assert write_bfcl(a_suite({"tool": "f", "arguments": {"a": argument}}))["notes"] == [told]
    plain = {"$text": "x", "casefold": False}
    assert write_bfcl(a_suite({"tool": "f", "arguments": {"a": plain}}))["notes"] == []


def test_tools_that_are_strict_are_named() -> None:
    suite = read_suite({"tools": [{"name": "f", "strict": True}, {"name": "g", "strict": False}]}).suite
    assert write_bfcl(suite)["notes"] == ["BFCL's functions cannot be strict: f."]


def test_a_turn_of_several_in_which_any_call_will_do_is_left_out() -> None:
    turns = [{"prompt": "b", "expected_calls": [{"tool": "g"}]}]
    (left,) = write_bfcl(a_suite(category="relevance", expected_calls=None, turns=turns))["left_out"]
    assert left["reason"].startswith("Any call will do")


def test_a_system_prompt_is_put_before_a_cases_own() -> None:
    said = [{"role": "system", "content": "Own."}, {"role": "user", "content": "Hi"}]
    suite = replace(a_suite(prompt=None, messages=said, should_call_tool=False), system_prompt="Be brief.")
    (question,) = write_bfcl(suite)["combined"][0]["question"]
    assert question == [{"role": "system", "content": "Be brief.\n\nOwn."}, said[1]]
