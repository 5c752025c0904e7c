"""BFCL's multi-turn entries as cases of ours: the answer passes, and an answer that lacks a call does not."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call
from src.studio.suites.bfcl import read_bfcl
from src.studio.suites.tools import base_name
from tests.studio.suites import oracle

if TYPE_CHECKING:
    from src.studio.scoring.case import Case
    from src.studio.suites.suite import Suite

Json = Any


@pytest.fixture(scope="module")
def suite() -> Suite:
    read = read_bfcl(*oracle.texts("multi_turn_base"))
    assert len(read.suite.cases) == 200
    assert [note for note in read.notes if "left out" in note] == []
    return read.suite


@pytest.fixture(scope="module")
def truths() -> dict[str, list[list[str]]]:
    folder = oracle.data() / "possible_answer"
    return {line["id"]: line["ground_truth"] for line in oracle.lines(folder / "BFCL_v4_multi_turn_base.json")}


@pytest.fixture(scope="module")
def parameters() -> dict[str, list[str]]:
    """Return the parameters of each function in their order, from BFCL's own documentation of its classes."""
    folder = oracle.data() / "multi_turn_func_doc"
    found: dict[str, list[str]] = {}
    for path in folder.glob("*.json"):
        for function in oracle.lines(path):
            found.setdefault(function["name"], list(function["parameters"]["properties"]))
    return found


def calls_of(case: Case, texts: list[str], parameters: dict[str, list[str]]) -> list[Call]:
    """Return calls as a model would make them, read without any code of ours."""
    names = {base_name(name): name for name in case.tools or ()}
    calls = []
    for text in texts:
        tree = ast.parse(text, mode="eval").body
        assert isinstance(tree, ast.Call)
        assert isinstance(tree.func, ast.Name)
        own = tree.func.id
        arguments = {
            name: ast.literal_eval(value) for name, value in zip(parameters[own], tree.args, strict=False)
        }
        arguments |= {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in tree.keywords}
        calls.append(Call(names[own], arguments))
    return calls


@pytest.mark.parametrize("profile", ["bfcl", "strict"])
def test_every_answer_passes_and_fails_without_its_last_call(
    suite: Suite, truths: dict[str, list[list[str]]], parameters: dict[str, list[str]], profile: Any
) -> None:
    box = Toolbox(suite.tools)
    told = Counter[str]()
    for case in suite.cases:
        turns = [TurnOutcome(calls_of(case, texts, parameters)) for texts in truths[str(case.name)]]
        verdict = score_case(case, turns, box, profile)
        told[str(verdict.reason)] += 1
        last = max(index for index, turn in enumerate(turns) if turn.calls)
        shorter = [*turns]
        shorter[last] = replace(turns[last], calls=turns[last].calls[:-1])
        assert not score_case(case, shorter, box, profile).passed, case.name
    if profile == "bfcl":
        assert told == {"None": 200}
    else:  # answers that break the schema of their own tool
        assert set(told) <= {"None", "schema_violation"}
        assert told["None"] >= 180


def test_turns_keep_what_is_said_and_the_state_they_start_from(suite: Suite) -> None:
    case = next(case for case in suite.cases if case.name == "multi_turn_base_0")
    assert case.multi_turn
    assert len(case.turns) == 4
    assert "GorillaFileSystem" in case.state
    assert case.tools is not None
    assert "mv" in case.tools
    assert "cp" not in case.tools  # excluded_function


def test_positional_arguments_belong_to_the_parameters_in_their_order(suite: Suite) -> None:
    case = next(case for case in suite.cases if case.name == "multi_turn_base_0")
    (call,) = case.turns[2].expected_calls
    assert (call.tools, call.arguments) == (("sort",), {"file_name": "final_report.pdf"})


def test_what_is_not_represented_is_named() -> None:
    notes = read_bfcl(*oracle.texts("multi_turn_base")).notes
    assert any("classes of 200 multi-turn entries are not run" in note for note in notes)


def test_turns_that_want_no_call_are_such() -> None:
    suite = read_bfcl(*oracle.texts("multi_turn_miss_param")).suite
    wanted = [[turn.should_call_tool for turn in case.turns] for case in suite.cases]
    assert len(wanted) == 200
    assert all(False in turns and True in turns for turns in wanted)


def test_any_call_is_wanted_in_each_turn_of_an_entry_of_relevance() -> None:
    said = [[{"role": "user", "content": text}] for text in ("Hi.", "And now?")]
    function = {"name": "f", "parameters": {"type": "dict", "properties": {}}}
    for category, wants_call in (("live_relevance", True), ("live_irrelevance", False)):
        entry = {"id": f"{category}_0-0-0", "question": said, "function": [function]}
        (case,) = read_bfcl([entry]).suite.cases
        assert [turn.should_call_tool for turn in case.turns] == [wants_call, wants_call]
