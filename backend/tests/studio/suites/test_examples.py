"""The suites to start from: what is right in them passes, and what is spoiled in any one place fails."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from src.studio.scoring.expected import operator_of
from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call
from src.studio.suites.documents import read_yaml
from src.studio.suites.suite import read_suite
from src.studio.suites.tools import check_tools, name_of, send_names
from src.studio.suites.values import NoWordError, first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from src.studio.scoring.case import Case, ExpectedCall
    from src.studio.suites.suite import Suite

Json = Any
Made = list[list[tuple[str, dict[str, Json]]]]

EXAMPLES = sorted((Path(__file__).parents[3] / "src/studio/suites/examples").glob("*.yaml"))
SUITES = {path.stem: read_suite(path.read_text()).suite for path in EXAMPLES}
CASES = [
    pytest.param(suite, case, id=f"{key}-{case.name}") for key, suite in SUITES.items() for case in suite.cases
]
BOXES = {suite.name: Toolbox(suite.tools) for suite in SUITES.values()}


def right(case: Case, *, optional: bool) -> Made:
    """Return the calls of each turn that are right, with what may be left out or without."""
    return [[made(call, optional=optional) for call in turn.expected_calls] for turn in case.turns]


def made(call: ExpectedCall, *, optional: bool) -> tuple[str, dict[str, Json]]:
    arguments = {}
    for name, expected in call.arguments.items():
        if name not in call.optional or (optional and operator_of(expected) != "$anything"):
            arguments[name] = first_of(expected)
    return call.tools[0], arguments


def passes(suite: Suite, case: Case, turns: Made) -> bool:
    outcomes = [TurnOutcome([Call(name, arguments) for name, arguments in calls]) for calls in turns]
    return score_case(case, outcomes, BOXES[suite.name]).passed


def test_there_are_three_of_thirty_cases_each() -> None:
    assert list(SUITES) == ["calendar-and-mail", "shop-and-payments", "smart-home"]
    for suite in SUITES.values():
        assert len(suite.cases) == 30
        categories = Counter(case.category for case in suite.cases)
        assert categories["irrelevance"] >= 4
        assert categories["parallel"] >= 3
        assert sum(len(case.turns) > 1 for case in suite.cases) >= 2
        assert any(turn.expected_state for case in suite.cases for turn in case.turns)
        assert any(case.scoring_config.order == "strict" for case in suite.cases)
        assert any(call.optional for case in suite.cases for call in case.expected_calls)
        assert suite.description
        assert suite.system_prompt


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_tools_have_nothing_wrong_and_each_is_wanted_by_a_case(suite: Suite) -> None:
    assert check_tools(suite.tools) == []
    names = {name_of(tool) for tool in suite.tools}
    assert send_names(names) == {name: name for name in names}
    wanted = {
        name for case in suite.cases for turn in case.turns for call in turn.expected_calls for name in call.tools
    }
    assert wanted == names


@pytest.mark.parametrize(("suite", "case"), CASES)
def test_what_is_right_passes(suite: Suite, case: Case) -> None:
    assert passes(suite, case, right(case, optional=True))
    assert passes(suite, case, right(case, optional=False))
    assert passes(suite, case, [list(reversed(calls)) for calls in right(case, optional=True)]) or (
        case.scoring_config.order == "strict"
    )


def spoiled(suite: Suite, case: Case) -> Iterator[tuple[str, Made]]:
    """Yield what is wrong in one place, with what has been done there."""
    for turn, wanted in enumerate(case.turns):
        if not wanted.expected_calls:
            yield "a call that nobody wants", _with(case, turn, [_any_call(suite)])
        for index, call in enumerate(wanted.expected_calls):
            yield f"no {call.tools[0]}", _without(case, turn, index)
            yield f"{call.tools[0]} twice", _with(case, turn, [made(call, optional=False)])
            yield f"{call.tools[0]} by another name", _changed(case, turn, index, name=call.tools[0].upper())
            more = {"one_more": True}
            yield f"{call.tools[0]} with more", _changed(case, turn, index, arguments=more)
            for name, expected in call.arguments.items():
                for wrong in _wrong(expected):
                    change = _changed(case, turn, index, arguments={name: wrong})
                    yield f"{call.tools[0]}.{name}: {wrong!r}", change


def _wrong(expected: Json) -> list[Json]:  # noqa: PLR0911 - one for each kind of value
    """Return values that are near to what is expected, and wrong."""
    try:
        value = first_of(expected)
    except NoWordError:
        return []
    if operator_of(expected) == "$any" and isinstance(value, bool):
        return []
    if isinstance(value, bool):
        return [not value, str(value).lower()]
    if isinstance(value, int | float):
        return [value + 1, str(value)]
    if isinstance(value, list):
        return [value[:-1], [*value, value[0]]]
    if isinstance(value, dict):
        return [{**value, key: f"{value[key]}x"} for key in value] + [{**value, "one_more": 1}]
    if operator_of(expected) == "$date":
        return [value.replace("2026", "2025"), "tomorrow"]
    return ["", value[:-1], [value]] if operator_of(expected) == "$contains" else ["", f"{value}x", [value]]


def _any_call(suite: Suite) -> tuple[str, dict[str, Json]]:
    call = next(call for case in suite.cases for call in case.expected_calls)
    return made(call, optional=False)


def _with(case: Case, turn: int, calls: list[tuple[str, dict[str, Json]]]) -> Made:
    turns = right(case, optional=False)
    turns[turn] += calls
    return turns


def _without(case: Case, turn: int, index: int) -> Made:
    turns = right(case, optional=False)
    del turns[turn][index]
    return turns


def _changed(
    case: Case, turn: int, index: int, name: str | None = None, arguments: dict[str, Json] | None = None
) -> Made:
    turns = right(case, optional=False)
    own, given = turns[turn][index]
    turns[turn][index] = name or own, given | (arguments or {})
    return turns


@pytest.mark.parametrize(("suite", "case"), CASES)
def test_what_is_spoiled_in_one_place_fails(suite: Suite, case: Case) -> None:
    passed = [what for what, turns in spoiled(suite, case) if passes(suite, case, turns)]
    assert passed == []


def test_the_order_of_calls_matters_where_a_case_says_so() -> None:
    for suite in SUITES.values():
        for case in suite.cases:
            if case.scoring_config.order == "strict":
                assert not passes(suite, case, [list(reversed(calls)) for calls in right(case, optional=False)])


@pytest.mark.parametrize("path", EXAMPLES, ids=SUITES)
def test_prompts_are_unique_and_files_are_plain_yaml(path: Path) -> None:
    document = read_yaml(path.read_text())
    said = [str(case.get("prompt") or case.get("messages") or case["turns"][0]) for case in document["test_cases"]]
    assert len(set(said)) == len(said)
    assert SUITES[path.stem].to_dict() == read_suite(SUITES[path.stem].to_yaml()).suite.to_dict()
