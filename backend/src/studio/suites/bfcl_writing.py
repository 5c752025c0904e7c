"""Suites as BFCL's files: its words where it has them, and the names of what it has none for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.suites.bfcl_alternatives import alternatives_of
from src.studio.suites.bfcl_classes import functions_of
from src.studio.suites.bfcl_types import bfcl_schema
from src.studio.suites.call_text import write_call
from src.studio.suites.entry_ids import is_relevance
from src.studio.suites.tools import base_name
from src.studio.suites.values import NoWordError, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.scoring.case import Case, ExpectedCall, Turn
    from src.studio.suites.own import Suite

Json = Any

NO_NAME = "BFCL writes calls of several turns as Python, in which a tool or an argument has no such name."


def write_bfcl(suite: Suite) -> dict[str, Json]:
    """Return a suite as BFCL's `questions` and `answers` (JSON Lines each) and as one list, `combined`.

    `left_out` names each case that BFCL has no words for, with the reason; `notes` are sentences on what is told
    in other words. A system prompt of the suite stands before each question.
    """
    writing = _Writing(suite)
    for case in suite.cases:
        writing.add(case)
    return {
        "questions": _lines(writing.questions),
        "answers": _lines(writing.answers),
        "combined": writing.combined,
        "left_out": writing.left_out,
        "notes": [f"{note}: {', '.join(names)}." for note, names in writing.notes.items()],
    }


def _lines(entries: Iterable[Json]) -> str:
    return "".join(f"{orjson.dumps(entry).decode()}\n" for entry in entries)


class _Writing:
    """What is made of cases, one after another."""

    def __init__(self, suite: Suite) -> None:
        self.questions: list[dict[str, Json]] = []
        self.answers: list[dict[str, Json]] = []
        self.combined: list[dict[str, Json]] = []
        self.left_out: list[dict[str, str]] = []
        self.notes: dict[str, list[str]] = {}
        self._system = suite.system_prompt
        self._tools = {tool["function"]["name"]: tool["function"] for tool in suite.tools}

    def add(self, case: Case) -> None:
        """Write a case down, or name it among those that are left out."""
        name = case.name or case.id or f"case-{len(self.combined) + len(self.left_out) + 1}"
        try:
            truth = self._truth(case)
            plain = self._plain(case)
        except NoWordError as error:
            self.left_out.append({"name": name, "reason": str(error)})
            return
        question = self._question(case, name)
        self.questions.append(question)
        if truth is not None:
            self.answers.append({"id": name, "ground_truth": truth})
        answer = {} if truth is None else {"answer": plain, "ground_truth": truth}
        self.combined.append(question | answer)
        for note in _notes(case):
            self.notes.setdefault(note, []).append(name)

    def _question(self, case: Case, name: str) -> dict[str, Json]:
        turns = [turn.said for turn in case.turns]
        if self._system and turns[0][0].get("role") != "system":
            turns[0] = [{"role": "system", "content": self._system}, *turns[0]]
        functions = [self._function(tool) for tool in (self._tools if case.tools is None else case.tools)]
        question: dict[str, Json] = {"id": name, "question": turns, "function": functions}
        if case.category:
            question["test_category"] = case.category
        if len(case.turns) > 1 or case.state:
            classes = [name for name in case.state if functions_of([name], [])]
            question |= {"initial_config": dict(case.state), "involved_classes": classes}
        return question

    def _function(self, name: str) -> dict[str, Json]:
        function = self._tools[name]
        # its checker asks for all three
        parameters = {"type": "object", "properties": {}, "required": [], **(function.get("parameters") or {})}
        described = {"description": function["description"]} if "description" in function else {}
        return {"name": base_name(name), **described, "parameters": bfcl_schema(parameters)}

    def _truth(self, case: Case) -> list[Json] | None:
        """Return the alternatives of each call; of several turns, a list of calls for each; None: no answer."""
        if len(case.turns) > 1 or case.state:
            return [[self._text(call) for call in _calls(turn, case)] for turn in case.turns]
        (turn,) = case.turns
        calls = _calls(turn, case)
        return [self._alternatives(call) for call in calls] or None

    def _plain(self, case: Case) -> list[Json]:
        calls = [call for turn in case.turns for call in turn.expected_calls]
        return [{base_name(call.tools[0]): self._first(call)} for call in calls]

    def _alternatives(self, call: ExpectedCall) -> dict[str, Json]:
        return {base_name(_only_tool(call)): alternatives_of(call, self._schema(call))}

    def _first(self, call: ExpectedCall) -> dict[str, Json]:
        return {key: first_of(expected) for key, expected in call.arguments.items() if key not in call.optional}

    def _text(self, call: ExpectedCall) -> str:
        text = write_call(base_name(_only_tool(call)), self._first(call))
        if text is None:
            raise NoWordError(NO_NAME)
        return text

    def _schema(self, call: ExpectedCall) -> Mapping[str, Json]:
        return self._tools[call.tools[0]].get("parameters") or {}


def _calls(turn: Turn, case: Case) -> Sequence[ExpectedCall]:
    if turn.should_call_tool and not turn.expected_calls and not is_relevance(case.category):
        raise NoWordError("Any call will do, which BFCL has in its category of relevance alone.")
    return turn.expected_calls


def _only_tool(call: ExpectedCall) -> str:
    if len(call.tools) > 1:
        raise NoWordError("One of several tools may be called.")
    return call.tools[0]


def _notes(case: Case) -> Iterable[str]:
    """Yield what BFCL's files do not say of a case that is written."""
    config = case.scoring_config
    if config.order == "strict" and any(len(turn.expected_calls) > 1 for turn in case.turns):
        yield "BFCL knows no order of calls"
    if config.extra or case.valid_prerequisites:
        yield "BFCL allows no calls beside the expected ones"
    if config.mode != "exact" or config.casefold or config.multiset:
        yield "BFCL compares texts and lists by its own rules"
    if case.disputed:
        yield "BFCL has no mark for disputed cases"
    if case.mock_responses or any(turn.expected_state for turn in case.turns):
        yield "BFCL takes tools' answers and states from classes of its own"
    if case.multi_turn and len(case.turns) == 1 and not case.state:
        yield "BFCL judges the first answer to a single question"
    calls = [call for turn in case.turns for call in turn.expected_calls]
    if any(_has(call, "$number", "$date") for call in calls):
        yield "BFCL knows no tolerance and no other spelling of a date"
    if len(case.turns) > 1 and any(
        call.optional or _has(call, "$any", "$multiset", "$contains") for call in calls
    ):
        yield "BFCL has one way to make each call in several turns: the first is written"


def _has(call: ExpectedCall, *operators: str) -> bool:
    ahead: list[Json] = [*call.arguments.values()]
    while ahead:
        value = ahead.pop()
        if isinstance(value, dict):
            if value.keys() & set(operators):
                return True
            ahead += value.values()
        elif isinstance(value, list):
            ahead += value
    return False
