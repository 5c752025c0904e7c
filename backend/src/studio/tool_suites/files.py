"""Suites as files: our own in JSON and YAML, and BFCL's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import orjson

from src.studio.suites.bfcl_writing import write_bfcl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.scoring.case import Case
    from src.studio.suites.own import Suite

Part = Literal["combined", "questions", "answers"]

JSON, YAML, LINES = "application/json", "application/yaml", "application/jsonl"
MOST_LEFT_OUT = 20
LONGEST_NAME = 200
_NO_FILE_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class File:
    """What is downloaded. `left_out`: the names of cases that it cannot have, with the reason of each."""

    name: str
    media_type: str
    content: bytes
    left_out: Sequence[dict[str, Any]] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What is said of it: `X-Left-Out` is JSON, written as addresses are, of the first that are left out."""
        told = {"Content-Disposition": f'attachment; filename="{self.name}"'}
        if self.left_out:
            first = [{**left, "name": left["name"][:80]} for left in self.left_out[:MOST_LEFT_OUT]]
            told["X-Left-Out"] = quote(orjson.dumps({"count": len(self.left_out), "cases": first}))
        return told


def as_json(suite: Suite) -> File:
    """Return a suite as our own file in JSON."""
    return File(f"{_slug(suite)}.json", JSON, importable(suite).to_json())


def as_yaml(suite: Suite) -> File:
    """Return a suite as our own file in YAML 1.2."""
    return File(f"{_slug(suite)}.yaml", YAML, importable(suite).to_yaml().encode())


def as_bfcl(suite: Suite, part: Part) -> File:
    """Return a suite as BFCL has it: questions with answers as one list in JSON, or either as JSON lines."""
    written = write_bfcl(importable(suite))
    name, left_out = _slug(suite), written["left_out"]
    if part == "combined":
        content = orjson.dumps(written["combined"], option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        return File(f"{name}.bfcl.json", JSON, content, left_out)
    return File(f"{name}.bfcl.{part}.jsonl", LINES, written[part].encode(), left_out)


def importable(suite: Suite) -> Suite:
    """Return a suite whose cases have a name each, as files want it; here two may have the same, or none."""
    taken = {case.name for case in suite.cases if case.name}
    seen: set[str] = set()
    return replace(suite, cases=[_named(case, at, taken, seen) for at, case in enumerate(suite.cases, 1)])


def _named(case: Case, at: int, taken: set[str], seen: set[str]) -> Case:
    name, number = case.name or f"case-{at}", 1
    free = name
    while free in seen or (free in taken and free != case.name):
        number += 1
        free = f"{name[: LONGEST_NAME - 10]} ({number})"
    seen.add(free)
    return case if free == case.name else replace(case, name=free)


def _slug(suite: Suite) -> str:
    return _NO_FILE_NAME.sub("-", suite.name.lower()).strip("-")[:60] or "suite"
