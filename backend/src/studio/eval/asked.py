"""The suite that is asked: its file read, its tools compiled, and the cases that were chosen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.bench.errors import FilesError
from src.studio.scoring.toolbox import Toolbox, ToolError
from src.studio.suites.bfcl import read_bfcl
from src.studio.suites.errors import SuiteError
from src.studio.suites.suite import read_suite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.eval.options import Options
    from src.studio.scoring.case import Case
    from src.studio.suites.suite import Read, Suite

UNLIKE = {"id", "name", "category", "disputed", "disputed_reason"}
"""Of a case, what changes nothing of how it is asked and judged."""


@dataclass(frozen=True, slots=True)
class AskedSuite:
    """A suite and those of its cases that are asked, by their names; `notes` say what of its file was left out.

    `names` are those of all its cases, in their order.
    """

    suite: Suite
    toolbox: Toolbox
    names: Sequence[str]
    cases: dict[str, Case]
    digests: dict[str, str]
    notes: Sequence[str]

    @property
    def digest(self) -> str:
        """Tell one version of what is asked from another."""
        return _digest({name: self.digests[name] for name in sorted(self.digests)})


def asked_suite(options: Options) -> AskedSuite:
    """Return what is to be asked. Raises `FilesError` where it cannot be read, or nothing of it is left."""
    return asked_of(_read(Path(options.suite), options.answers), options)


def asked_of(read: Read, options: Options) -> AskedSuite:
    """Return what is to be asked of a suite that was read. Raises `FilesError` likewise."""
    suite = read.suite
    try:
        toolbox = Toolbox(suite.tools)
    except ToolError as error:
        raise FilesError(f"{options.suite}: {str(error).rstrip('.')}.") from None
    named = {case.name or f"case-{number}": case for number, case in enumerate(suite.cases, 1)}
    if not named:
        raise FilesError(f"{options.suite} has no cases.")
    cases = _chosen(named, options)
    digests = {name: case_digest(case, suite) for name, case in cases.items()}
    return AskedSuite(suite, toolbox, list(named), cases, digests, read.notes)


def case_digest(case: Case, suite: Suite) -> str:
    """Return what tells whether a case is the same as in another run: what is asked, offered and expected."""
    told = {name: value for name, value in case.to_dict().items() if name not in UNLIKE}
    offered = [tool for tool in suite.tools if case.tools is None or _name(tool) in case.tools]
    return _digest([told, offered])


def _read(path: Path, answers: Path | None) -> Read:
    try:
        text = path.read_bytes()
        if answers is None:
            return read_suite(text)
        return read_bfcl(text, answers.read_bytes())
    except OSError as error:
        raise FilesError(f"{error.filename} cannot be read: {error.strerror}.") from None
    except SuiteError as error:
        raise FilesError(f"{path}: {error}") from None


def _chosen(named: dict[str, Case], options: Options) -> dict[str, Case]:
    """Return the cases that options name; all where none are named."""
    categories = {case.category for case in named.values()}
    for kind, asked, there in (("category", options.categories, categories), ("case", options.cases, named)):
        if stray := [name for name in asked if name not in there]:
            raise FilesError(f"{options.suite} has no {kind} {stray[0]!r}.")
    for condition in options.conditions:
        if condition.category is not None and condition.category not in categories:
            raise FilesError(
                f"--fail-if: {condition.text}: {options.suite} has no category {condition.category!r}."
            )
    if not options.categories and not options.cases:
        return named
    return {
        name: case for name, case in named.items() if name in options.cases or case.category in options.categories
    }


def _name(tool: dict[str, Any]) -> str:
    return tool.get("function", tool)["name"]


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
