"""BFCL's question and answer files as suites, and suites as such files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.suites.bfcl_reading import Reading, answer_in
from src.studio.suites.bfcl_writing import write_bfcl
from src.studio.suites.documents import read_lines
from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import checked
from src.studio.suites.own import MOST_CASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.suites.own import Read

__all__ = ["read_bfcl", "read_entries", "write_bfcl"]

Json = Any


def read_bfcl(text: str | bytes | Json, answers: str | bytes | Json = None) -> Read:
    """Return the suite of BFCL's questions: JSON Lines, a JSON list, or one entry.

    Answers stand in the entries (`ground_truth` or `answer`), among the questions, or in `answers`. An entry
    without an answer is one of irrelevance. What cannot be represented is named in the notes. Raises `SuiteError`.
    """
    documents = read_lines(text) if isinstance(text, str | bytes) else checked(text)
    if answers is not None:
        documents = [*_listed(documents), *_answer_lines(answers)]
    return read_entries(documents)


def read_entries(documents: Json) -> Read:
    """Return the suite of entries that are read already; those of answers alone are the question's of that id."""
    documents = _listed(documents)
    entries = [entry for entry in documents if isinstance(entry, dict) and "question" in entry]
    if not entries:
        raise SuiteError("There are no entries with a question in it.")
    if len(entries) > MOST_CASES:
        raise SuiteError(f"There may be {MOST_CASES:,} entries at most, not {len(entries):,}.")
    reading = Reading(_answers_by_id(documents))
    for position, entry in enumerate(entries):
        reading.add(entry, position)
    reading.tell_strays(documents, entries)
    return reading.result()


def _listed(documents: Json) -> list[Json]:
    return documents if isinstance(documents, list) else [documents]


def _answer_lines(answers: str | bytes | Json) -> list[Json]:
    lines = _listed(read_lines(answers) if isinstance(answers, str | bytes) else checked(answers))
    for number, line in enumerate(lines):
        if not isinstance(line, dict) or not isinstance(line.get("id"), str) or answer_in(line) is None:
            raise SuiteError('An answer is {"id", "ground_truth"}.', path=f"answers[{number}]")
    return [{key: value for key, value in line.items() if key != "question"} for line in lines]


def _answers_by_id(documents: list[Json]) -> dict[str, Mapping[str, Json]]:
    return {
        line["id"]: line
        for line in documents
        if isinstance(line, dict) and "question" not in line and isinstance(line.get("id"), str)
    }
