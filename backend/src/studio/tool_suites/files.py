"""Suites as files: our own in JSON and YAML, and BFCL's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import orjson

from src.studio.suites.bfcl_writing import write_bfcl
from src.studio.suites.free_names import FreeNames
from src.studio.suites.own import names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.suites.own import Suite

Part = Literal["combined", "questions", "answers"]

JSON, YAML, LINES = "application/json", "application/yaml", "application/jsonl"
NO_TOOL = "It names a tool that the suite does not have."
MOST_LEFT_OUT, MOST_NOTES = 10, 5
LONGEST_TOLD, LONGEST_NOTE = 80, 200
LONGEST_NAME = 200
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
        """What is said of it: `X-Left-Out` is JSON, written as addresses are, of the first that are left out."""
        told = {"Content-Disposition": f'attachment; filename="{self.name}"'}
        if self.left_out or self.notes:
            first = [{**left, "name": left["name"][:LONGEST_TOLD]} for left in self.left_out[:MOST_LEFT_OUT]]
            notes = [note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE]}…" for note in self.notes]
            found = {"count": len(self.left_out), "cases": first, "notes": notes[:MOST_NOTES]}
            told["X-Left-Out"] = quote(orjson.dumps(found))
        return told


def as_json(suite: Suite) -> File:
    """Return a suite as our own file in JSON."""
    return File(f"{_slug(suite)}.json", JSON, importable(suite).to_json())


def as_yaml(suite: Suite) -> File:
    """Return a suite as our own file in YAML 1.2."""
    return File(f"{_slug(suite)}.yaml", YAML, importable(suite).to_yaml().encode())


def as_bfcl(suite: Suite, part: Part) -> File:
    """Return a suite as BFCL has it: questions with answers as one list in JSON, or either as JSON lines."""
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
