"""Every row of the table in `evaluation.md`, and values of the same kind; a reason of None is a pass."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from tests.studio.scoring.table import judge, made, want

PARIS, LONDON = want("get_weather", city="Paris"), want("get_weather", city="London")


def reason_of(expected: Any, actual: Any, argument: str = "note", **config: Any) -> str | None:
    """Return why a booking with one argument fails, None where it passes."""
    return judge([want("book", **{argument: expected})], [made("book", **{argument: actual})], **config).reason


@pytest.mark.parametrize("text", ["Paris", "Zürich", "東京", "São Paulo", "O'Brien & Söhne", "", "C:\\temp\n2"])
def test_the_same_text_passes(text: str) -> None:
    assert reason_of(text, text) is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [("Paris", " Paris "), ("Paris", "Paris\n"), ("\tParis", "Paris"), ("Zürich", "\u00a0Zürich"), ("", "  ")],
)
def test_a_padded_text_passes(expected: str, actual: str) -> None:
    assert reason_of(expected, actual) is None


@pytest.mark.parametrize("text", ["Zürich", "Ångström", "Việt Nam", "각", "Ω"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_another_normal_form_of_a_text_passes(text: str, form: Any) -> None:
    assert reason_of(text, unicodedata.normalize(form, text)) is None
    assert reason_of(unicodedata.normalize(form, text), text) is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("Paris", "London"),
        ("Paris", "Paris, France"),
        ("Paris", "Pariss"),
        ("Paris", ""),
        ("Zürich", "Zurich"),
        ("New York", "New  York"),
        ("x²", "x2"),
        ("1.5", "15"),
        ("10.0", "10"),
        ("Paris", None),
        (None, "null"),
    ],
)
def test_another_text_fails(expected: Any, actual: Any) -> None:
    verdict = judge([want("book", note=expected)], [made("book", note=actual)])
    assert verdict.reason == "wrong_arguments"
    [problem] = verdict.problems
    assert (problem.path, problem.expected, problem.actual) == ("/note", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("Paris", "PARIS"),
        ("new york", "New York"),
        ("Straße", "STRASSE"),
        ("ÉCOLE", "école"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_another_case_fails_and_passes_with_casefold(expected: str, actual: str) -> None:
    assert reason_of(expected, actual) == "wrong_arguments"
    assert reason_of(expected, actual, casefold=True) is None


@pytest.mark.parametrize("actual", ["NYC", "New York", "New York City", " NYC"])
def test_each_alternative_passes(actual: str) -> None:
    expected = {"$any": ["NYC", "New York", "New York City"]}
    assert reason_of(expected, actual) is None
    assert reason_of(expected, "Newark") == "wrong_arguments"


@pytest.mark.parametrize(
    ("argument", "alternatives", "right", "wrong"),
    [
        ("guests", [2, 4], 4, 3),
        ("date", ["2026-05-03", "2026-05-10"], "May 10, 2026", "May 4, 2026"),
        ("tags", [["a"], ["a", "b"]], ["a", "b"], ["b"]),
        ("address", [{"city": "Paris"}, {"city": "Rome", "street": "Via"}], {"city": "Paris"}, {"city": "Rome"}),
        ("note", ["Paris", None], None, "London"),
    ],
)
def test_each_alternative_of_any_kind_passes(argument: str, alternatives: Any, right: Any, wrong: Any) -> None:
    assert reason_of({"$any": alternatives}, right, argument) is None
    assert reason_of({"$any": alternatives[::-1]}, right, argument) is None
    assert reason_of({"$any": alternatives}, wrong, argument) == "wrong_arguments"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("get_weather", {}), ("get_weather", {"days": 3}), ("get_time", {}), ("get_weather", {"unit": "celsius"})],
)
def test_a_required_argument_that_is_missing_violates_the_schema(tool: str, arguments: dict[str, Any]) -> None:
    expected = want(tool, optional=("days", "unit"), city="Paris")
    verdict = judge([expected], [made(tool, **arguments)])
    assert verdict.reason == "schema_violation"
    assert verdict.problems[0].path == "/city"
    assert verdict.problems[0].sentence == "city is required and missing."


@pytest.mark.parametrize(
    ("argument", "value", "wrong"),
    [
        ("unit", "celsius", "fahrenheit"),
        ("days", 3, 4),
        ("days", {"$any": [1, 2]}, 14),
        ("days", {"$number": 3, "tolerance": 1}, 5),
        ("unit", {"$pattern": "^f"}, "celsius"),
    ],
)
def test_an_optional_argument_may_be_left_out_and_not_be_wrong(argument: str, value: Any, wrong: Any) -> None:
    expected = [want("get_weather", optional=(argument,), city="Paris", **{argument: value})]
    assert judge(expected, [made("get_weather", city="Paris")]).passed
    verdict = judge(expected, [made("get_weather", city="Paris", **{argument: wrong})])
    assert verdict.reason == "wrong_arguments"


@pytest.mark.parametrize("value", ["celsius", "fahrenheit"])
def test_an_optional_argument_without_a_value_may_have_any(value: str) -> None:
    expected = [want("get_weather", optional=("unit",), city="Paris")]
    assert judge(expected, [made("get_weather", city="Paris", unit=value)]).passed
    assert judge(expected, [made("get_weather", city="Paris")]).passed


@pytest.mark.parametrize(
    ("argument", "value"),
    [("unit", "celsius"), ("days", 3), ("days", {"$anything": True}), ("unit", {"$any": ["fahrenheit"]})],
)
def test_an_expected_argument_may_not_be_left_out_though_the_schema_lets_it(argument: str, value: Any) -> None:
    verdict = judge([want("get_weather", city="Paris", **{argument: value})], [made("get_weather", city="Paris")])
    assert not verdict.passed
    assert verdict.problems[0].sentence == f"{argument} is missing."


@pytest.mark.parametrize(
    ("argument", "value"), [("unit", "celsius"), ("days", 1), ("days", 14), ("unit", "fahrenheit")]
)
def test_an_argument_that_the_case_does_not_list_is_unexpected(argument: str, value: Any) -> None:
    verdict = judge([PARIS], [made("get_weather", city="Paris", **{argument: value})])
    assert verdict.reason == "unexpected_argument"
    assert verdict.problems[0].path == f"/{argument}"


@pytest.mark.parametrize("argument", ["town", "City", "city ", "unit/of~it"])
def test_an_argument_that_the_tool_does_not_have_is_made_up(argument: str) -> None:
    verdict = judge([PARIS], [made("get_weather", city="Paris", **{argument: "Paris"})])
    assert verdict.reason == "hallucinated_argument"


@pytest.mark.parametrize("unit", ["kelvin", "Celsius", "", " celsius"])
def test_a_value_beside_the_enum_violates_the_schema(unit: str) -> None:
    expected = [want("get_weather", city="Paris", unit="celsius")]
    verdict = judge(expected, [made("get_weather", city="Paris", unit=unit)])
    assert verdict.reason == "schema_violation"
    assert [problem.path for problem in verdict.problems] == ["/unit"]


@pytest.mark.parametrize(
    ("argument", "expected", "actual"),
    [
        ("guests", 3, "3"),
        ("guests", 1, True),
        ("guests", 0, False),
        ("guests", 3, 3.5),
        ("is_late", True, "true"),
        ("is_late", True, 1),
        ("price", 0.3, "0.3"),
        ("tags", ["a"], "a"),
        ("address", {"city": "Paris"}, '{"city": "Paris"}'),
        ("date", "2026-05-03", 20260503),
        ("guests", 3, None),
    ],
)
def test_a_value_of_another_type_violates_the_schema(argument: str, expected: Any, actual: Any) -> None:
    assert reason_of(expected, actual, argument) == "schema_violation"


@pytest.mark.parametrize(("expected", "actual"), [(3, 3.0), (3.0, 3), (0, 0.0), (-7, -7.0), (10**15, 1e15)])
def test_a_whole_number_may_be_written_with_a_point(expected: float, actual: float) -> None:
    assert reason_of(expected, actual, "guests") is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (0.3, 0.3000001),
        (0.3, 0.3 + 1e-6),
        (0.3, 0.1 + 0.2),
        (-1.5, -1.5000009),
        (0.0, 1e-7),
        (1234.5, 1234.500001),
        (4.7e-9, 4.7e-9),
        (1e300, 1e300),
    ],
)
def test_a_number_may_be_away_by_epsilon(expected: float, actual: float) -> None:
    assert reason_of(expected, actual, "price") is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (0.3, 0.31),
        (0.3, 0.300002),
        (-1.5, 1.5),
        (0.0, 0.1),
        (3, 4),
        (4.7e-9, 2.2e-9),
        (1e300, 1.1e300),
        (12345678, 12345679),
    ],
)
def test_a_number_further_away_fails(expected: float, actual: float) -> None:
    assert reason_of(expected, actual, "price") == "wrong_arguments"


@pytest.mark.parametrize(
    ("expected", "actual", "passes"),
    [
        ({"$number": 0.3, "tolerance": 0.05}, 0.35, True),
        ({"$number": 0.3, "tolerance": 0.05}, 0.36, False),
        ({"$number": 0.3, "tolerance": 0}, 0.3, True),
        ({"$number": 0.3, "tolerance": 0}, 0.30000000000000004, False),
        ({"$number": 100, "tolerance": 5}, 95, True),
        ({"$number": 0.3}, 0.3000001, True),
        ({"$number": 0.3}, 0.31, False),
        ({"$number": 4.7e-9, "tolerance": 1e-6}, 2.2e-9, True),
    ],
)
def test_a_tolerance_of_the_value_itself_holds(expected: Any, actual: float, passes: bool) -> None:
    assert (reason_of(expected, actual, "price") is None) is passes


def test_an_epsilon_of_the_case_holds_for_its_numbers() -> None:
    assert reason_of(100, 104, "guests", epsilon=5) is None
    assert reason_of(100, 106, "guests", epsilon=5) == "wrong_arguments"
    assert reason_of(0.3, 0.33, "price", epsilon=0.05) is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("2026-05-03", "May 3, 2026"),
        ("2026-05-03", "3 May 2026"),
        ("2026-05-03", "2026/05/03"),
        ("2026-05-03", "Sunday, 3rd of May 2026"),
        ("2026-05-03", "20260503"),
        ("May 3, 2026", "2026-05-03"),
        ("2026-12-31", "31/12/2026"),
        ("2026-05-03T10:00:00Z", "2026-05-03T12:00:00+02:00"),
        ("2026-05-03T10:00:00Z", "2026-05-03T10:00Z"),
        ("2026-05-03T23:30:00-05:00", "2026-05-04T04:30:00.000Z"),
        ("2026-05-03T10:00:00", "May 3, 2026 10:00 AM"),
    ],
)
def test_a_date_may_be_spelled_otherwise_and_a_time_told_in_another_zone(expected: str, actual: str) -> None:
    assert reason_of(expected, actual, "date") is None
    assert reason_of(expected, actual, "date", dates=False) == "wrong_arguments"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("2026-05-03", "2026-05-04"),
        ("2026-05-03", "May 4, 2026"),
        ("2026-05-03", "03/05/2026"),  # May or March
        ("2026-05-03", "2026-05-03T00:00:00"),
        ("2026-05-03", "2025-05-03"),
        ("2026-05-03T10:00:00Z", "2026-05-03T10:00:00+02:00"),
        ("2026-05-03T10:00:00Z", "2026-05-03T10:00:00"),
        ("2026-05-03T10:00:00Z", "2026-05-03T10:00:01Z"),
        ("20260503", "2026-05-03"),  # a number of something
    ],
)
def test_another_day_or_time_fails(expected: str, actual: str) -> None:
    assert reason_of(expected, actual, "date") == "wrong_arguments"


@pytest.mark.parametrize(
    ("day", "actual", "passes"),
    [
        ("2026-05-03", "May 3, 2026", True),
        ("2026-05-03", "2026-05-03T23:00:00-05:00", True),
        ("2026-05-03", "2026-05-03T09:00", True),
        ("2026-05-03", "2026-05-04", False),
        ("2026-05-03", "2026-05-04T04:00:00Z", False),
        ("2026-05-03", "tomorrow", False),
        ("20260503", "2026-05-03", True),
        ("2026-05-03T10:00Z", "2026-05-03T12:00+02:00", True),
        ("2026-05-03T10:00Z", "2026-05-03", False),
    ],
)
def test_a_day_is_any_time_of_it(day: str, actual: str, passes: bool) -> None:
    assert (reason_of({"$date": day}, actual, "date", dates=False) is None) is passes


@pytest.mark.parametrize(
    ("argument", "expected", "actual"),
    [
        ("tags", ["a", "b"], ["b", "a"]),
        ("tags", ["a", "b", "a"], ["a", "a", "b"]),
        ("sizes", [1, 2.5, 3], [3.0, 1, 2.5]),
        ("address", {"lines": ["a", "b"]}, {"lines": ["b", "a"]}),
    ],
)
def test_a_list_in_another_order_fails_and_passes_as_a_multiset(argument: str, expected: Any, actual: Any) -> None:
    assert reason_of(expected, actual, argument) == "wrong_arguments"
    assert reason_of(expected, actual, argument, multiset=True) is None


@pytest.mark.parametrize(
    ("argument", "expected", "actual"),
    [
        ("tags", ["a", "b"], ["a", "a"]),
        ("tags", ["a", "b"], ["a"]),
        ("tags", ["a"], ["a", "a"]),
        ("sizes", [1, 2], [1, 2, 2]),
        ("sizes", [], [1]),
    ],
)
def test_a_list_of_other_items_fails_as_a_multiset_too(argument: str, expected: Any, actual: Any) -> None:
    assert reason_of(expected, actual, argument, multiset=True) == "wrong_arguments"
    assert reason_of({"$multiset": expected}, actual, argument) == "wrong_arguments"


def test_items_of_a_multiset_that_may_be_several_are_matched() -> None:
    expected = {"$multiset": [{"$any": ["a", "b"]}, "a"]}
    assert reason_of(expected, ["a", "b"], "tags") is None
    assert reason_of(expected, ["b", "a"], "tags") is None
    assert reason_of(expected, ["b", "b"], "tags") == "wrong_arguments"


@pytest.mark.parametrize(
    ("actual", "path"),
    [
        ({"street": "Rue 1", "city": "London"}, "/address/city"),
        ({"street": "Rue 2", "city": "Paris"}, "/address/street"),
        ({"street": "Rue 1", "city": "PARIS"}, "/address/city"),
        ({"street": "Paris", "city": "Rue 1"}, "/address/street"),
        ({"street": "Rue 1", "city": "Paris", "Street": "Rue 1"}, "/address/Street"),
        ({"street": "Rue 1", "city": "Paris", "lines": []}, "/address/lines"),
        ({"street": "Rue 1", "city": "Paris", "floor": 3}, "/address/floor"),
        ({"street": "Rue 1"}, "/address/city"),
        ({}, "/address/street"),
    ],
)
def test_a_nested_value_that_is_wrong_missing_or_too_much_fails(actual: Any, path: str) -> None:
    verdict = judge([want("book", address={"street": "Rue 1", "city": "Paris"})], [made("book", address=actual)])
    assert verdict.reason == "wrong_arguments"
    assert verdict.problems[0].path == path


@pytest.mark.parametrize(
    ("expected", "calls"),
    [
        ([PARIS, LONDON], [made("get_weather", city="London"), made("get_weather", city="Paris")]),
        ([PARIS, LONDON], [made("get_weather", city=" London"), made("get_weather", city="Paris\n")]),
        (
            [PARIS, want("get_time", city="Paris")],
            [made("get_time", city="Paris"), made("get_weather", city="Paris")],
        ),
        ([want("book", guests=2), want("book", guests=3)], [made("book", guests=3.0), made("book", guests=2)]),
        ([want("stop"), PARIS], [made("get_weather", city="Paris"), made("stop")]),
        (
            [PARIS, want("get_weather", city={"$any": ["Rome", "Oslo"]})],
            [made("get_weather", city="Oslo"), made("get_weather", city="Paris")],
        ),
    ],
)
def test_two_calls_in_the_other_order_pass_and_fail_where_order_is_strict(expected: Any, calls: Any) -> None:
    verdict = judge(expected, calls)
    assert verdict.passed
    assert verdict.pairs == ((0, 0, 1), (0, 1, 0))
    assert judge(expected, calls, order="strict").reason == "wrong_order"
    assert judge(expected, calls[::-1], order="strict").passed


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ([PARIS, LONDON], [made("get_weather", city="Paris")]),
        ([PARIS, LONDON], [made("get_weather", city="London")]),
        ([PARIS, LONDON, PARIS], [made("get_weather", city="Paris"), made("get_weather", city="London")]),
        ([PARIS], []),
        ([want("stop")], []),
        ([PARIS, LONDON], []),
    ],
)
def test_a_call_that_was_not_made_is_missing(expected: Any, actual: Any) -> None:
    verdict = judge(expected, actual)
    assert verdict.reason == "missing_call"
    assert len(verdict.problems) == len(expected) - len(actual)


@pytest.mark.parametrize("city", ["Paris", "London"])
def test_the_same_call_twice_is_not_the_two_that_are_wanted(city: str) -> None:
    verdict = judge([PARIS, LONDON], [made("get_weather", city=city)] * 2)
    assert verdict.reason == "wrong_arguments"
    [problem] = verdict.problems
    assert problem.actual == city


@pytest.mark.parametrize(
    ("expected", "call", "reason"),
    [
        ([PARIS, want("get_time", city="Paris")], made("get_weather", city="Paris"), "wrong_tool"),
        ([want("book", guests=2), want("book", guests=3)], made("book", guests=2), "wrong_arguments"),
        ([want("stop"), PARIS], made("stop"), "wrong_tool"),
        ([want("book", tags=["a"]), want("book", tags=["b"])], made("book", tags=["a"]), "wrong_arguments"),
    ],
)
def test_the_first_of_two_twice_is_not_the_second(expected: Any, call: Any, reason: str) -> None:
    verdict = judge(expected, [call, call])
    assert [problem.reason for problem in verdict.problems] == [reason]
    assert verdict.problems[0].wanted == 1


@pytest.mark.parametrize(
    ("either", "calls"),
    [
        (["Paris", "London"], ["Paris", "London"]),
        (["Paris", "London"], ["London", "Paris"]),
        (["London", "Paris"], ["Paris", "London"]),
        (["Rome", "Paris", "London"], ["Paris", "Rome"]),
    ],
)
def test_a_call_that_fits_two_wanted_ones_is_taken_for_the_one_that_leaves_the_other_its_own(
    either: list[str], calls: list[str]
) -> None:
    expected = [want("get_weather", city={"$any": either}), PARIS]
    assert judge(expected, [made("get_weather", city=city) for city in calls]).passed


@pytest.mark.parametrize(
    "call", [made("get_time", city="Paris"), made("stop"), made("book", note="x"), made("get_time", city="London")]
)
def test_a_call_too_many_fails_and_passes_where_its_tool_may_be_called_beside(call: Any) -> None:
    calls = [made("get_weather", city="Paris"), call]
    verdict = judge([PARIS], calls)
    assert verdict.reason == "extra_call"
    assert verdict.problems[0].call == 1
    assert judge([PARIS], calls, extra=(call.name,)).passed
    assert judge([PARIS], calls[::-1], extra=(call.name,), order="strict").passed


def test_the_wanted_call_twice_is_one_too_many() -> None:
    assert judge([PARIS], [made("get_weather", city="Paris")] * 2).reason == "extra_call"


@pytest.mark.parametrize(
    "call",
    [
        made("get_time", city="Paris"),
        made("stop"),
        made("book", note="Paris"),
        made("get_time", city="London"),
        made("book", nothing="Paris"),
    ],
)
def test_another_tool_is_the_wrong_one(call: Any) -> None:
    verdict = judge([PARIS], [call])
    assert verdict.reason == "wrong_tool"
    assert (verdict.problems[0].expected, verdict.problems[0].actual) == (["get_weather"], call.name)


@pytest.mark.parametrize(
    "name",
    [
        *("get_forecast", "get-weather", "get_weather ", "functions.get_weather", ""),
        *("Get_Weather", "GET_WEATHER", "get_Weather", "Get_weather"),
    ],
)
def test_a_tool_that_is_not_offered_is_made_up(name: str) -> None:
    assert judge([PARIS], [made(name, city="Paris")]).reason == "hallucinated_tool"


@pytest.mark.parametrize(
    "text", ['{"city": "Paris"', "Paris", '["Paris"]', "null", '{"city": "Paris", "city": "Rome"}']
)
def test_arguments_that_cannot_be_read_are_malformed(text: str) -> None:
    assert judge([PARIS], [made("get_weather", text)]).reason == "malformed_call"


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ([], None),
        ([made("get_weather", city="Paris")], "extra_call"),
        ([made("stop")], "extra_call"),
        ([made("stop"), made("stop")], "extra_call"),
        ([made("get_time", city="Rome")], "extra_call"),
        ([made("get_weather", "{")], "malformed_call"),
        ([made("get_weather", "Paris")], "malformed_call"),
        ([made("stop", "[]")], "malformed_call"),
        ([made("stop"), made("stop", '{"a": NaN}')], "malformed_call"),
        ([made("nonsense")], "hallucinated_tool"),
    ],
)
def test_where_no_call_is_wanted_any_fails(calls: Any, reason: str | None) -> None:
    assert judge([], calls, wants_call=False).reason == reason


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ([made("get_weather", city="Paris")], None),
        ([made("stop"), made("get_time", city="Rome")], None),
        ([], "missing_call"),
        ([made("get_weather")], "schema_violation"),
        ([made("get_weather", city="Paris", town="Paris")], "hallucinated_argument"),
        ([made("stop"), made("nonsense")], "hallucinated_tool"),
        ([made("stop", "{")], "malformed_call"),
    ],
)
def test_where_any_call_is_wanted_every_valid_one_passes(calls: Any, reason: str | None) -> None:
    assert judge([], calls).reason == reason


def test_a_wanted_call_may_be_of_several_tools() -> None:
    expected = [want("get_time", "get_weather", city="Paris")]
    assert judge(expected, [made("get_weather", city="Paris")]).passed
    assert judge(expected, [made("get_time", city="Paris")]).passed
    assert judge(expected, [made("stop")]).reason == "wrong_tool"
