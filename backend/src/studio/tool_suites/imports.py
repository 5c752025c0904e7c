"""`SuiteImports`: suites made of files, OpenAPI documents, MCP's tools and examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import orjson

from src.studio.errors import InvalidFieldError, InvalidRequestError
from src.studio.scoring.case import CaseError, read_case
from src.studio.suites.bfcl import read_bfcl
from src.studio.suites.documents import read_document
from src.studio.suites.errors import SuiteError
from src.studio.suites.openapi import operations_of
from src.studio.suites.own import LONGEST_DESCRIPTION, LONGEST_NAME, Read, Suite
from src.studio.suites.suite import read_suite
from src.studio.suites.tools import check_tools, normal_tool
from src.studio.suites.traffic import case_of_traffic
from src.studio.tool_suites.content import check_sendable, is_kept, whole
from src.studio.tool_suites.examples import example, keys
from src.studio.tool_suites.skeletons import skeletons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from src.studio.accounts.user import User

QUESTIONS_AND_ANSWERS = {"questions", "answers"}
OF_OPENAPI = "Operations of an API"
OF_MCP = "Tools of an MCP server"
Json = Any
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Imported:
    """A suite that was made, and what could not be taken over as it was, in sentences."""

    suite_id: str
    cases: int
    tools: int
    notes: Sequence[str]


class KeepsSuites(Protocol):
    """What keeps the suites that are made."""

    def add(self, owner: User, suite: Suite) -> str:
        """Keep a suite, and return its id."""
        ...

    def replace(self, owner: User, suite_id: str, suite: Suite) -> None:
        """Write a suite anew as a whole."""
        ...


class SuiteImports:
    """Ways to a suite. Raises `InvalidRequestError` for what is none, with the line or path of what is wrong."""

    def __init__(self, suites: KeepsSuites) -> None:
        self._suites = suites

    def from_file(self, owner: User, body: bytes, name: str | None, into: str | None = None) -> Imported:
        """Keep what a file has: our own in JSON or YAML, or BFCL's; in the place of the suite `into`, if any."""
        return self._kept(owner, lambda: read_suite(body), name, into)

    def from_bfcl(self, owner: User, body: bytes, name: str | None) -> Imported:
        """Keep BFCL's questions, with answers among them, or beside them: `{questions, answers}`."""
        return self._kept(owner, lambda: _read_bfcl(body), name)

    def examples(self) -> list[dict[str, Json]]:
        """Return the suites to start from, as they are told."""
        return [
            {
                "key": key,
                "name": found.name,
                "description": found.description,
                "tools": len(found.tools),
                "cases": len(found.cases),
            }
            for key in keys()
            for found in [example(key)]
        ]

    def from_example(self, owner: User, key: str) -> Imported:
        """Keep a suite to start from. Raises `NotFoundError`."""
        return self._kept(owner, lambda: Read(example(key), []), None)

    def operations(self, document: Json) -> dict[str, Json]:
        """Return what an OpenAPI document could become a suite of, and how it is called."""
        check_sendable(document=document)
        read = _read_as(lambda: _document(document))
        return {"suite_name": _title(read), "operations": _read_as(lambda: operations_of(read))}

    def from_openapi(
        self, owner: User, document: Json, wanted: Sequence[str] | None, name: str | None
    ) -> Imported:
        """Keep an OpenAPI document's operations, or those of them that are wanted by their ids, as tools."""
        check_sendable(document=document, operations=wanted)

        def read() -> Read:
            read = _document(document)
            found = operations_of(read)
            unknown = set(wanted or ()) - {operation["id"] for operation in found}
            if unknown:
                raise SuiteError(f"The document has no operation {min(unknown)[:80]}.", path="operations")
            taken = [operation for operation in found if wanted is None or operation["id"] in wanted]
            tools, notes = _usable([operation["tool"] for operation in taken])
            notes += [f"{operation['id'][:80]}: {note}" for operation in taken for note in operation["notes"]]
            return Read(Suite(_title(read) or OF_OPENAPI, "", "", tools, []), notes)

        return self._kept(owner, read, name)

    def from_mcp(
        self, owner: User, tools: Sequence[Json], name: str | None, description: str | None, *, with_cases: bool
    ) -> Imported:
        """Keep tools as MCP has them, those that cannot be used left out and named; with cases to begin with."""
        check_sendable(tools=tools)

        def read() -> Read:
            usable, notes = _usable([_of_mcp(tool) for tool in tools])
            cases = []
            for document in skeletons(usable) if with_cases else ():
                try:
                    cases.append(read_case(document))
                except CaseError:
                    notes.append(
                        f"No case was made for {document['name'][:80]}: its arguments' names are too long."
                    )
            told = (description or "")[:LONGEST_DESCRIPTION]
            return Read(Suite(OF_MCP, told, "", usable, cases), notes)

        return self._kept(owner, read, name)

    def _kept(self, owner: User, read: Callable[[], Read], name: str | None, into: str | None = None) -> Imported:
        if name is not None and (len(name) > LONGEST_NAME or not is_kept(name)):
            raise InvalidFieldError(f"suite_name: a name can have {LONGEST_NAME} characters, of code 0 none.")
        found = _read_as(read)
        suite = found.suite if name is None else replace(found.suite, name=name)
        if into is None:
            into = self._suites.add(owner, suite)
        else:
            self._suites.replace(owner, into, suite)
        return Imported(into, len(suite.cases), len(suite.tools), found.notes)


def traffic_case(request: Json, answer: Json) -> dict[str, Json]:
    """Return the case that a request and its answer make, the request's tools, and what is to be said of it."""
    check_sendable(request=request, answer=answer)
    return _read_as(lambda: case_of_traffic(request, answer))


def _read_as(read: Callable[[], T]) -> T:
    try:
        return read()
    except SuiteError as error:
        raise InvalidRequestError(whole(str(error))) from None


def _document(given: Json) -> Json:
    """Return a document that is given as it is, or as its text in JSON or YAML."""
    return read_document(given) if isinstance(given, str) else given


def _title(document: Json) -> str:
    """Return how an OpenAPI document calls itself, as far as a suite can be called so."""
    info = document.get("info") if isinstance(document, dict) else None
    title = info.get("title") if isinstance(info, dict) else None
    return " ".join(title.split())[:LONGEST_NAME] if isinstance(title, str) and is_kept(title) else ""


def _read_bfcl(body: bytes) -> Read:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return read_bfcl(body)  # lines, or what it says is wrong
    if isinstance(document, dict) and "questions" in document and document.keys() <= QUESTIONS_AND_ANSWERS:
        return read_bfcl(document["questions"], document.get("answers"))
    return read_bfcl(document)


def _of_mcp(tool: Mapping[str, Json]) -> Json:
    return normal_tool({name: tool[name] for name in ("name", "description", "inputSchema") if name in tool})


def _usable(tools: Sequence[Json]) -> tuple[list[dict[str, Json]], list[str]]:
    """Return the tools that models can be told of, and a sentence for each other one."""
    wrong: dict[int, str] = {}
    for problem in check_tools(list(tools)):
        if problem.severity == "error":
            if problem.position is None:
                raise SuiteError(problem.sentence)
            wrong.setdefault(problem.position, problem.sentence)
    usable = [tool for position, tool in enumerate(tools) if position not in wrong]
    notes = [f"{_name(tools[at], at)} is left out: {sentence}" for at, sentence in sorted(wrong.items())]
    if not usable:
        raise SuiteError(notes[0] if notes else "There is no tool in it.")
    return usable, notes


def _name(tool: Json, position: int) -> str:
    name = tool.get("function", {}).get("name") if isinstance(tool, dict) else None
    return name[:80] if isinstance(name, str) and name else f"Tool {position + 1}"
