"""Suites as BFCL's files: its words where it has them, and the names of what it has none for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.case import DEFAULT_EPSILON, MOST_ROUNDS
from src.studio.suites.bfcl_alternatives import alternatives_of
from src.studio.suites.bfcl_classes import functions_of
from src.studio.suites.bfcl_types import bfcl_schema
from src.studio.suites.call_text import write_call
from src.studio.suites.entry_ids import IRRELEVANCE, category_of, is_relevance, wants_answer
from src.studio.suites.tools import base_name, listed
from src.studio.suites.values import NoWordError, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
        "notes": [f"{note}: {listed(names)}." for note, names in writing.notes.items()],
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
        self._functions: dict[str, dict[str, Json]] = {}
        self._system = suite.system_prompt
        self._tools = {tool["function"]["name"]: tool["function"] for tool in suite.tools}
        if strict := [name for name, function in self._tools.items() if function.get("strict")]:
            self.notes["BFCL's functions cannot be strict"] = strict

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
        for note in (*_notes(case), *_notes_on_config(case)):
            self.notes.setdefault(note, []).append(name)

    def _question(self, case: Case, name: str) -> dict[str, Json]:
        turns = [turn.said for turn in case.turns]
        if self._system:
            turns[0] = _with_system_prompt(turns[0], self._system)
        functions = [self._function(tool) for tool in (self._tools if case.tools is None else case.tools)]
        question: dict[str, Json] = {"id": name, "question": turns, "function": functions}
        category = _category(case)
        if category or category_of(name):  # which an id alone would say
            question["test_category"] = category or ""
        if len(case.turns) > 1 or case.state:
            classes = [name for name in case.state if functions_of([name], [])]
            question |= {"initial_config": dict(case.state), "involved_classes": classes}
        return question

    def _function(self, name: str) -> dict[str, Json]:
        if name not in self._functions:  # one for all cases, of which each has it
            self._functions[name] = self._converted(self._tools[name], name)
        return self._functions[name]

    def _converted(self, function: Mapping[str, Json], name: str) -> dict[str, Json]:
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


def _category(case: Case) -> str | None:
    """Return a case's category; that of irrelevance where no call is wanted and its own one says otherwise."""
    told = case.category
    if case.should_call_tool or len(case.turns) > 1 or not (is_relevance(told) or wants_answer(told)):
        return told
    return IRRELEVANCE


def _with_system_prompt(said: list[Json], prompt: str) -> list[Json]:
    """Return messages with a suite's system prompt in front, as a run puts it there."""
    first = said[0]
    if first.get("role") == "system" and isinstance(first.get("content"), str):
        return [{**first, "content": f"{prompt}\n\n{first['content']}"}, *said[1:]]
    return [{"role": "system", "content": prompt}, *said]


def _calls(turn: Turn, case: Case) -> Sequence[ExpectedCall]:
    is_any_right = is_relevance(case.category) and len(case.turns) == 1 and not case.state
    if turn.should_call_tool and not turn.expected_calls and not is_any_right:
        raise NoWordError("Any call will do, which BFCL has in its category of relevance alone.")
    return turn.expected_calls


def _only_tool(call: ExpectedCall) -> str:
    if len(call.tools) > 1:
        raise NoWordError("One of several tools may be called.")
    return call.tools[0]


def _notes(case: Case) -> Iterable[str]:
    """Yield what BFCL's files do not say of a case that is written."""
    calls = [call for turn in case.turns for call in turn.expected_calls]
    if _category(case) != case.category:
        yield "BFCL has entries that want no call in its category of irrelevance"
    if case.argument_source:
        yield "BFCL takes no argument from what a tool answered"
    if case.disputed:
        yield "BFCL has no mark for disputed cases"
    if case.mock_responses or any(turn.expected_state for turn in case.turns):
        yield "BFCL takes tools' answers and states from classes of its own"
    if case.multi_turn and len(case.turns) == 1 and not case.state:
        yield "BFCL judges the first answer to a single question"
    elif case.multi_turn and (case.optimal_hops is not None or _rounds(case) != {MOST_ROUNDS}):
        yield f"BFCL does not say how many requests a turn takes, which is read as {MOST_ROUNDS}"
    if case.scoring_config.epsilon != DEFAULT_EPSILON or any(_has(call, "$number", "$date") for call in calls):
        yield "BFCL knows no tolerance and no other spelling of a date"
    if len(case.turns) > 1 and any(
        call.optional or _has(call, "$any", "$multiset", "$contains") for call in calls
    ):
        yield "BFCL has one way to make each call in several turns: the first is written"


def _notes_on_config(case: Case) -> Iterable[str]:
    config = case.scoring_config
    if config.order == "strict" and any(len(turn.expected_calls) > 1 for turn in case.turns):
        yield "BFCL knows no order of calls"
    if config.extra or case.valid_prerequisites:
        yield "BFCL allows no calls beside the expected ones"
    calls = [call for turn in case.turns for call in turn.expected_calls]
    if config.mode != "exact" or config.casefold or config.multiset or any(map(_folds_case, calls)):
        yield "BFCL compares texts and lists by its own rules"
    if not config.dates:
        yield "BFCL's files do not say that no date is spelled otherwise"


def _rounds(case: Case) -> set[int]:
    return {case.rounds_of(turn) for turn in case.turns}


def _has(call: ExpectedCall, *operators: str) -> bool:
    return any(value.keys() & set(operators) for value in _objects_in(call))


def _folds_case(call: ExpectedCall) -> bool:
    """Tell whether a text of a call is right in any case, though those of its case are not."""
    return any("$text" in value and value.get("casefold") is True for value in _objects_in(call))


def _objects_in(call: ExpectedCall) -> Iterator[dict[str, Json]]:
    ahead: list[Json] = [*call.arguments.values()]
    while ahead:
        value = ahead.pop()
        if isinstance(value, dict):
            yield value
            ahead += value.values()
        elif isinstance(value, list):
            ahead += value
