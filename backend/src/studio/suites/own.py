"""A suite: tools and the cases that are asked of them, as a file in a repository has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.scoring.case import Case, read_case
from src.studio.scoring.fields import CaseError
from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import is_whole_text
from src.studio.suites.tools import check_tools, name_of, normal_tool, quoted
from src.studio.suites.yaml_text import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = Any

VERSION = 1
MOST_CASES = 10_000
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_PROMPT = 256, 5_000, 50_000
FIELDS = ("version", "name", "description", "system_prompt", "tools", "test_cases")
# What Studio adds in answers, and takes from where it belongs when a suite is read
OF_STUDIO = {"id", "user_id", "created_at", "updated_at", "tool_count", "test_case_count"}
OF_STUDIO_IN_CASES = {"suite_id", "user_id", "created_at", "updated_at", "position"}
NO_SUITE = "This is no suite: it has neither test_cases nor tools, nor a question of BFCL's."


@dataclass(frozen=True)
class Suite:
    """Tools in OpenAI's form and cases; the names of both are unique."""

    name: str
    description: str
    system_prompt: str
    tools: list[dict[str, Json]]
    cases: list[Case]

    def to_dict(self) -> dict[str, Json]:
        """Return it as a file has it; `read_suite` reads it back."""
        return {
            "version": VERSION,
            "name": self.name,
            "description": self.description,
            "system_prompt": self.system_prompt,
            "tools": self.tools,
            "test_cases": [replace(case, id=None).to_dict() for case in self.cases],
        }

    def to_json(self) -> bytes:
        """Return its file as JSON, indented."""
        return orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def to_yaml(self) -> str:
        """Return its file as YAML 1.2."""
        return yaml_text(self.to_dict())


@dataclass(frozen=True)
class Read:
    """A suite that was read, and sentences on what could not be taken over as it was."""

    suite: Suite
    notes: list[str]


def own_suite(document: Json) -> Suite:
    """Return the suite that a document of our own form describes. Raises `SuiteError`, which names the path."""
    if not isinstance(document, dict) or not document.keys() & {"test_cases", "tools"}:
        raise SuiteError(NO_SUITE)
    for key in document:
        if key not in FIELDS and key not in OF_STUDIO:
            raise SuiteError(f"There is no such field; there are {', '.join(FIELDS)}.", path=quoted(key))
    version = document.get("version", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise SuiteError(f"Only version {VERSION} can be read.", path="version")
    tools = read_tools(document.get("tools"))
    return Suite(
        name=_text(document, "name", LONGEST_NAME).strip() or "Suite",
        description=_text(document, "description", LONGEST_DESCRIPTION),
        system_prompt=_text(document, "system_prompt", LONGEST_PROMPT),
        tools=tools,
        cases=list(_cases(document.get("test_cases"), {name_of(tool) for tool in tools})),
    )


def read_tools(documents: Json) -> list[dict[str, Json]]:
    """Return tools in OpenAI's form. Raises `SuiteError` for the first that cannot be used."""
    if documents is None:
        return []
    tools = [normal_tool(tool) for tool in documents] if isinstance(documents, list) else documents
    for problem in check_tools(tools):
        if problem.severity == "error":
            place = "tools" if problem.position is None else f"tools[{problem.position}]"
            raise SuiteError(problem.sentence, path=place + problem.path)
    return tools


def _text(document: dict[str, Json], key: str, most: int) -> str:
    value = document.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SuiteError("It must be a text.", path=key)
    if len(value) > most:
        raise SuiteError(f"It may have {most:,} characters at most.", path=key)
    if "\0" in value or not is_whole_text(value):
        raise SuiteError("It has a character that cannot be kept.", path=key)
    return value


def _cases(documents: Json, tools: set[str]) -> Iterator[Case]:
    if documents is None:
        return
    if not isinstance(documents, list):
        raise SuiteError("It must be a list.", path="test_cases")
    if len(documents) > MOST_CASES:
        raise SuiteError(f"There may be {MOST_CASES:,} cases at most, not {len(documents):,}.", path="test_cases")
    cases = [_case(document, f"test_cases[{index}]", tools) for index, document in enumerate(documents)]
    yield from named(cases)


def _case(document: Json, path: str, tools: set[str]) -> Case:
    if not isinstance(document, dict):
        raise SuiteError("It must be an object.", path=path)
    try:
        case = read_case({key: value for key, value in document.items() if key not in OF_STUDIO_IN_CASES})
    except CaseError as error:
        sentence = f"{error.sentence[:1].upper()}{error.sentence[1:].rstrip('.')}."
        raise SuiteError(sentence, path=f"{path}.{error.path}" if error.path else path) from None
    for where, name in names_in(case):
        if name not in tools:
            sentence = f"The suite has no tool named {quoted(name)}; calling it could never be right."
            raise SuiteError(sentence, path=f"{path}.{where}")
    return case


def names_in(case: Case) -> Iterator[tuple[str, str]]:
    """Yield each name of a tool that a case stands on, with the path of where it stands."""
    yield from (("tools", name) for name in case.tools or ())
    for position, turn in enumerate(case.turns):
        of_turn = f"turns[{position}]." if position else ""
        for number, call in enumerate(turn.expected_calls):
            yield from ((f"{of_turn}expected_calls[{number}].tool", name) for name in call.tools)


def named(cases: Sequence[Case]) -> list[Case]:
    """Return cases that all have a name: `case-N` where one has none. Raises `SuiteError` for a name twice."""
    first: dict[str, int] = {}
    for index, case in enumerate(cases):
        if case.name is None:
            continue
        if case.name in first:
            sentence = f"test_cases[{first[case.name]}] is named {quoted(case.name)}, too; names must be unique."
            raise SuiteError(sentence, path=f"test_cases[{index}].name")
        first[case.name] = index
    return [case if case.name else replace(case, name=_free(index + 1, first)) for index, case in enumerate(cases)]


def _free(number: int, taken: dict[str, int]) -> str:
    name = f"case-{number}"
    while name in taken:
        name += "-b"
    taken[name] = number
    return name
