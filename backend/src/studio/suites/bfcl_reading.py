"""BFCL's entries, one after another, into a suite: cases, tools under names of their own, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.case import read_case
from src.studio.scoring.fields import CaseError
from src.studio.scoring.strict import is_valid
from src.studio.scoring.toolbox import compile_tool
from src.studio.scoring.work import TooLargeError, Work
from src.studio.suites.bfcl_answers import Answer, expected_call, read_answers
from src.studio.suites.bfcl_classes import functions_of
from src.studio.suites.bfcl_types import json_schema
from src.studio.suites.entry_ids import category_of, is_irrelevance, is_relevance, wants_answer
from src.studio.suites.errors import SuiteError
from src.studio.suites.free_names import FreeNames
from src.studio.suites.own import Read, Suite
from src.studio.suites.tools import LONGEST_NAME as LONGEST_TOOL_NAME
from src.studio.suites.tools import MOST_TOOLS, compiles, listed, name_of, normal_tool, quoted
from src.studio.suites.values import first_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.scoring.case import Case, ExpectedCall
    from src.studio.scoring.toolbox import Tool

Json = Any

LONGEST_NAME, LONGEST_CATEGORY = 200, 100
MOST_ROUNDS = 20
MOST_NAMED = 5
ANSWERS = ("ground_truth", "answer")
MOCKED = (
    'The classes of {count} multi-turn entries are not run: tools answer {{"ok": true}}, and what is judged is'
    " which calls are made in each turn, not the state that they leave."
)
BROKEN = (
    "The answers of {} break the schema of their own tool: the profile bfcl can pass them, the strict one never."
)
NOT_HELD = "The answers of {} are too large to be held against the schema of their own tool."
NO_ANSWER = "There is no answer for it, and its category has answers."


def answer_in(entry: Mapping[str, Json]) -> str | None:
    """Return the field in which an entry has its answer."""
    return next((key for key in ANSWERS if entry.get(key) is not None), None)


class Reading:
    """What is made of entries, one after another."""

    def __init__(self, answers: Mapping[str, Mapping[str, Json]]) -> None:
        self._answers = answers
        self._tools: dict[str, dict[str, Json]] = {}
        self._names: dict[tuple[str, bytes], str] = {}
        self._case_names = FreeNames("{} ({})", LONGEST_NAME)
        self._tool_names = FreeNames("{}~{}", LONGEST_TOOL_NAME)
        self._compiled: dict[str, Tool] = {}
        self._cases: dict[str, Case] = {}
        self._left_out: dict[str, list[str]] = {}
        self._remarks: dict[str, list[str]] = {}
        self._mocked = 0

    def add(self, entry: Mapping[str, Json], position: int) -> None:
        """Take an entry over, or name it among those that could not be."""
        name = self._name(entry.get("id"), position)
        tools = len(self._tools)
        try:
            case = self._case(entry, name)
        except (SuiteError, CaseError) as error:
            while len(self._tools) > tools:  # those that this entry alone has brought
                self._tools.popitem()
                self._names.popitem()
                self._tool_names.take_back()
            self._left_out.setdefault(str(error), []).append(name)
            return
        self._cases[name] = case
        try:
            if any(self._breaks_schema(call) for turn in case.turns for call in turn.expected_calls):
                self._remark(BROKEN, name)
        except TooLargeError:
            self._remark(NOT_HELD, name)

    def tell_strays(self, documents: list[Json], entries: Sequence[Mapping[str, Json]]) -> None:
        """Remark on what stands between the entries and is none."""
        ids = {str(entry.get("id")) for entry in entries}
        strays = [key for key in self._answers if key not in ids]
        if strays:
            self._remarks["There is no question for the answer of {}."] = strays
        others = len(documents) - len(entries) - len(self._answers)
        if others > 0:
            self._remarks[f"{others} values are neither a question nor an answer."] = []

    def result(self) -> Read:
        """Return the suite. Raises `SuiteError` where no entry could be taken over."""
        notes = [
            f"{listed(names)} {'was' if len(names) == 1 else 'were'} left out: {_sentence(reason)}"
            for reason, names in self._left_out.items()
        ]
        if not self._cases:
            raise SuiteError(notes[0])
        if len(self._tools) > MOST_TOOLS:
            raise SuiteError(
                f"There may be {MOST_TOOLS:,} tools at most, not {len(self._tools):,}: import fewer entries."
            )
        notes += [remark.format(listed(names)) for remark, names in self._remarks.items()]
        if self._mocked:
            notes.append(MOCKED.format(count=self._mocked))
        categories = list(dict.fromkeys(case.category for case in self._cases.values() if case.category))
        title = ", ".join(categories[:MOST_NAMED]) + (" and more" if len(categories) > MOST_NAMED else "")
        suite = Suite(f"BFCL {title}".strip(), "", "", list(self._tools.values()), list(self._cases.values()))
        return Read(suite, notes)

    def _name(self, given: Json, position: int) -> str:
        name = str(given)[:LONGEST_NAME] if isinstance(given, str | int) and str(given) else f"case-{position + 1}"
        return self._case_names.take(name)

    def _case(self, entry: Mapping[str, Json], name: str) -> Case:
        identity = str(entry.get("id") or name)
        told = entry.get("test_category")
        category = str(category_of(identity) or "" if told is None else told)[:LONGEST_CATEGORY] or None
        if entry.get("missed_function"):
            raise SuiteError("tools that are held back until a later turn cannot be represented.")
        offered = self._offered(entry, name)
        fields: dict[str, Json] = {"name": name, "category": category, "tools": list(offered.values())}
        turns, wants_call = _turns(entry["question"]), False
        answer = self._answer(entry, len(turns))
        if answer is None:
            wants_call = is_relevance(category)
            fields["should_call_tool"] = wants_call
            if not wants_call and not is_irrelevance(category) and wants_answer(category):
                fields |= {"disputed": True, "disputed_reason": NO_ANSWER}
            answer = [[] for _ in turns]
        expected = [[self._expected(call, offered) for call in calls] for calls in answer]
        return read_case(fields | self._turns(turns, expected, entry, wants_call=wants_call))

    def _turns(
        self,
        turns: list[dict[str, Json]],
        expected: list[list[dict[str, Json]]],
        entry: Mapping[str, Json],
        *,
        wants_call: bool,
    ) -> dict[str, Json]:
        """Return a case's turns; `wants_call` tells whether a call is wanted where none is expected by name."""
        parts = [
            turn | ({"expected_calls": calls} if calls else {})
            for turn, calls in zip(turns, expected, strict=True)
        ]
        if len(parts) == 1 and "initial_config" not in entry:
            return parts[0]
        self._mocked += 1
        for part in parts:
            part.setdefault("should_call_tool", "expected_calls" in part or wants_call)
        state = entry.get("initial_config")
        return {"multi_turn": True, "turns": parts, "max_rounds": MOST_ROUNDS} | (
            {"state": state} if state else {}
        )

    def _offered(self, entry: Mapping[str, Json], name: str) -> dict[str, str]:
        """Return the suite's names of an entry's functions by their own, with the functions added to the suite."""
        functions = entry.get("function")
        if functions is None and entry.get("involved_classes"):
            classes = _names(entry, "involved_classes")
            functions = functions_of(classes, _names(entry, "excluded_function"))
            if functions is None:
                named = quoted(", ".join(classes))
                raise SuiteError(f"the functions of its classes ({named}) are not known.")
            self._remark("Functions that an entry names by their classes have no descriptions: {}.", name)
        functions = [functions] if isinstance(functions, dict) else functions
        if not isinstance(functions, list):
            raise SuiteError("it has no list of functions.")
        found: dict[str, str] = {}
        for document in functions:
            tool = _tool(document)
            own = name_of(tool)
            if own in found:
                self._remark("Functions that an entry has twice were taken once: {}.", name)
                continue
            found[own] = self._added(tool)
        return found

    def _added(self, tool: dict[str, Json]) -> str:
        """Return the suite's name of a tool: another function of a name that is taken gets a number behind it."""
        own = name_of(tool)
        key = own, orjson.dumps(tool, option=orjson.OPT_SORT_KEYS)
        if key not in self._names:
            self._names[key] = free = self._tool_names.take(own)
            self._tools[free] = {**tool, "function": {**tool["function"], "name": free}}
        return self._names[key]

    def _answer(self, entry: Mapping[str, Json], turns: int) -> list[list[Answer]] | None:
        source = entry if answer_in(entry) else self._answers.get(str(entry.get("id")), {})
        key = answer_in(source)
        if key is None:
            return None
        document = source[key]
        if turns > 1:
            if not isinstance(document, list) or len(document) != turns:
                raise SuiteError(f"it has {turns} turns, and an answer of another number.")
            return [read_answers(calls) for calls in document]
        if isinstance(document, list) and len(document) == 1 and isinstance(document[0], list):
            document = document[0]
        return [read_answers(document, plain=key == "answer")] if document != [] else None

    def _expected(self, answer: Answer, offered: Mapping[str, str]) -> dict[str, Json]:
        own = answer.name if answer.name in offered else answer.name.rpartition(".")[2]
        if own not in offered:
            raise SuiteError(f"its answer calls {quoted(answer.name)}, which it does not offer.")
        tool = self._tools[offered[own]]
        return expected_call(answer, offered[own], tool["function"]["parameters"])

    def _breaks_schema(self, call: ExpectedCall) -> bool:
        """Tell whether the first of the right ways to make a call is none that the tool takes.

        Raises `TooLargeError`.
        """
        name = call.tools[0]
        if name not in self._compiled:
            self._compiled[name] = compile_tool(self._tools[name])
        right = {key: first_of(value) for key, value in call.arguments.items() if key not in call.optional}
        return not is_valid(right, self._compiled[name], Work())

    def _remark(self, remark: str, name: str) -> None:
        names = self._remarks.setdefault(remark, [])
        if names[-1:] != [name]:  # one entry after another
            names.append(name)


def _tool(document: Json) -> dict[str, Json]:
    tool = normal_tool(document)
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str) or not function["name"]:
        raise SuiteError("it has a function without a name.")
    if len(function["name"]) > LONGEST_TOOL_NAME:
        raise SuiteError(f"the name of a function has more than {LONGEST_TOOL_NAME} characters.")
    schema = json_schema(function.get("parameters") or {"type": "object", "properties": {}})
    if isinstance(schema, dict) and "type" not in schema:
        schema = {"type": "object", **schema}
    if not compiles(schema):
        raise SuiteError(f"the parameters of {quoted(function['name'])} are no JSON Schema.")
    described = {key: function[key] for key in ("description",) if isinstance(function.get(key), str)}
    return {"type": "function", "function": {"name": function["name"], **described, "parameters": schema}}


def _names(entry: Mapping[str, Json], key: str) -> list[str]:
    names = entry.get(key) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SuiteError(f"its {key} is no list of names.")
    return names


def _turns(question: Json) -> list[dict[str, Json]]:
    if isinstance(question, str):
        return [{"prompt": question}]
    if isinstance(question, list) and question and all(isinstance(message, dict) for message in question):
        question = [question]
    if not isinstance(question, list) or not question or not all(isinstance(turn, list) for turn in question):
        raise SuiteError("its question is no list of turns.")
    return [_turn(turn) for turn in question]


def _turn(messages: list[Json]) -> dict[str, Json]:
    if not messages:
        raise SuiteError("a turn in which nothing is said cannot be represented.")
    only = messages[0] if len(messages) == 1 else None
    if (
        isinstance(only, dict)
        and only.keys() == {"role", "content"}
        and only["role"] == "user"
        and only["content"]
    ):
        return {"prompt": only["content"]} if isinstance(only["content"], str) else {"messages": messages}
    return {"messages": messages}


def _sentence(reason: str) -> str:
    return reason if reason.endswith(".") else f"{reason}."
