"""Suites as files: our own in JSON and YAML, and BFCL's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import orjson

from src.studio.errors import InvalidRequestError
from src.studio.suites.bfcl_writing import write_bfcl
from src.studio.suites.documents import MOST_BYTES, MOST_YAML_BYTES
from src.studio.suites.free_names import FreeNames
from src.studio.suites.own import names_in
from src.studio.suites.tools import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.suites.own import Suite

Part = Literal["combined", "questions", "answers"]

JSON, YAML, LINES = "application/json", "application/yaml", "application/jsonl"
NO_TOOL = "It names a tool that the suite does not have."
MOST_LEFT_OUT, MOST_NOTES = 10, 5
LONGEST_TOLD, LONGEST_NOTE = 80, 200
LONGEST_HEADER = 3_000
"""Bytes: proxies refuse heads of more than 4 kB, and of a letter beyond ASCII up to twelve are written."""
LONGEST_NAME = 200
MOST_REPEATED = 50_000_000
"""Bytes of tools in a file of BFCL's."""
_NO_FILE_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class File:
    """What is downloaded.

    `left_out`: the names of cases that it cannot have, each with the reason; `notes`: what is told in it in other
    words than it was.
    """

    name: str
    media_type: str
    content: bytes
    left_out: Sequence[dict[str, Any]] = ()
    notes: Sequence[str] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What is said of it: `X-Left-Out` is JSON, written as addresses are, of the first that are left out.

        `count` is of all that are, and `notes_count` of all notes.
        """
        told = {"Content-Disposition": f'attachment; filename="{self.name}"'}
        if self.left_out or self.notes:
            cases = [{**left, "name": left["name"][:LONGEST_TOLD]} for left in self.left_out[:MOST_LEFT_OUT]]
            notes = [_short(note) for note in self.notes[:MOST_NOTES]]
            counts = {"count": len(self.left_out), "notes_count": len(self.notes)}
            while len(said := quote(orjson.dumps({**counts, "cases": cases, "notes": notes}))) > LONGEST_HEADER:
                (notes or cases).pop()
            told["X-Left-Out"] = said
        return told


def _short(note: str) -> str:
    return note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE]}…"


def as_json(suite: Suite) -> File:
    """Return a suite as our own file in JSON, without breaks where it would be too long to be read with them."""
    told = importable(suite)
    content = told.to_json()
    return File(
        f"{_slug(suite)}.json", JSON, content if len(content) <= MOST_BYTES else orjson.dumps(told.to_dict())
    )


def as_yaml(suite: Suite) -> File:
    """Return a suite as our own file in YAML 1.2. Raises `InvalidRequestError` where it could not be read."""
    content = importable(suite).to_yaml().encode()
    if len(content) > MOST_YAML_BYTES:
        raise InvalidRequestError(
            f"As YAML the suite has {len(content) / 1_000_000:.1f} MB, and {MOST_YAML_BYTES // 1_000_000} MB can "
            "be read again. Take it as JSON."
        )
    return File(f"{_slug(suite)}.yaml", YAML, content)


def as_bfcl(suite: Suite, part: Part) -> File:
    """Return a suite as BFCL has it: questions with answers as one list in JSON, or either as JSON lines.

    Raises `InvalidRequestError` where that is too much, as each question has its tools again.
    """
    _check_repeated(suite)
    there = {tool["function"]["name"] for tool in suite.tools}
    told = importable(suite)
    known = [case for case in told.cases if all(name in there for _, name in names_in(case))]
    kept = {case.name for case in known}
    written = write_bfcl(replace(told, cases=known))
    lost = [{"name": case.name or "", "reason": NO_TOOL} for case in told.cases if case.name not in kept]
    said = {"left_out": [*lost, *written["left_out"]], "notes": written["notes"]}
    name = _slug(suite)
    if part == "combined":
        content = orjson.dumps(written["combined"], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        return File(f"{name}.bfcl.json", JSON, content, **said)
    return File(f"{name}.bfcl.{part}.jsonl", LINES, written[part].encode(), **said)


def _check_repeated(suite: Suite) -> None:
    sizes = {name_of(tool): len(orjson.dumps(tool)) for tool in suite.tools}
    of_all = sum(sizes.values())
    size = sum(
        of_all if case.tools is None else sum(sizes.get(name, 0) for name in case.tools) for case in suite.cases
    )
    if size > MOST_REPEATED:
        raise InvalidRequestError(
            f"BFCL has the tools with each question, which would be {size / 1_000_000:,.0f} MB here; "
            f"{MOST_REPEATED // 1_000_000} MB can be given. Let each case offer the tools that it needs."
        )


def importable(suite: Suite) -> Suite:
    """Return a suite whose cases have a name each, as files want it; here two may have the same, or none."""
    names = [case.name for case in suite.cases]
    of_others = FreeNames("{} ({})", LONGEST_NAME, filter(None, names))
    seen = set[str]()
    cases = []
    for at, case in enumerate(suite.cases, 1):
        name = case.name if case.name and case.name not in seen else of_others.take(case.name or f"case-{at}")
        seen.add(name)
        cases.append(case if name == case.name else replace(case, name=name))
    return replace(suite, cases=cases)


def _slug(suite: Suite) -> str:
    return _NO_FILE_NAME.sub("-", suite.name.lower()).strip("-")[:60] or "suite"
