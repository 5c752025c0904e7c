"""JUnit's XML: each model a test suite, each answer a test, as build servers read it.

Its form is that of Ant's and Jenkins' schemas both: suites with times and counts, and in them tests, of which one
that failed has a `failure`, one that could not be scored an `error`, and one whose case is disputed is `skipped`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MILLISECONDS = 1000
HOST = "localhost"
"""The schema wants one, and whose machine it was is nobody's business."""
NO_CATEGORY = "cases"
SPACES = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
"""Which would be read as spaces in an attribute"""
# XML 1.0 has no other control characters, and no halves of characters
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class AnswerTest:
    """An answer to a case, the how manieth says `repeat`, and what came of it.

    `sentences` are what is wrong with it, the gravest first; `error` says why it is unscored.
    """

    case: str
    category: str | None
    repeat: int
    status: Literal["pass", "fail", "unscored"]
    disputed: bool = False
    reason: str | None = None
    error: str | None = None
    sentences: Sequence[str] = ()
    latency_ms: float | None = None

    @property
    def outcome(self) -> Literal["failure", "error", "skipped"] | None:
        """Which element tells what came of it; None where it passed."""
        if self.disputed:
            return "skipped"
        return {"fail": "failure", "unscored": "error"}.get(self.status)  # ty: ignore[invalid-explicit-return]


def junit_pieces(suite: str, started_at: str, models: Iterable[tuple[str, Sequence[AnswerTest]]]) -> Iterator[str]:
    """Yield the XML of a suite, by its name, in pieces: `models` have names and answers, each read when it is due.

    `started_at` is UTC, by ISO 8601.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    for number, (model, answers) in enumerate(models):
        yield "".join(f"{line}\n" for line in _suite(number, suite, model, started_at, answers))
    yield "</testsuites>\n"


def _suite(number: int, suite: str, model: str, started_at: str, answers: Sequence[AnswerTest]) -> Iterator[str]:
    outcomes = [answer.outcome for answer in answers]
    attributes = {
        "name": model,
        "package": suite,
        "id": number,
        "timestamp": started_at[:19],
        "hostname": HOST,
        "tests": len(answers),
        "failures": outcomes.count("failure"),
        "errors": outcomes.count("error"),
        "skipped": outcomes.count("skipped"),
        "time": _seconds(sum(answer.latency_ms or 0 for answer in answers)),
    }
    yield f"  <testsuite{_written(attributes)}>"
    yield "    <properties/>"
    for answer in answers:
        yield from _test(suite, answer)
    yield "    <system-out/>"
    yield "    <system-err/>"
    yield "  </testsuite>"


def _test(suite: str, answer: AnswerTest) -> Iterator[str]:
    again = f" #{answer.repeat}" if answer.repeat > 1 else ""
    attributes = {
        "name": answer.case + again,
        "classname": f"{suite}.{answer.category or NO_CATEGORY}",
        "time": _seconds(answer.latency_ms or 0),
    }
    if answer.outcome is None:
        yield f"    <testcase{_written(attributes)}/>"
        return
    yield f"    <testcase{_written(attributes)}>"
    yield f"      {_told(answer)}"
    yield "    </testcase>"


def _told(answer: AnswerTest) -> str:
    if answer.outcome == "skipped":
        return "<skipped/>"
    if answer.outcome == "error":
        return f"<error{_written({'type': answer.status, 'message': answer.error or ''})}/>"
    first = answer.sentences[0] if answer.sentences else ""
    about = _written({"type": answer.reason or answer.status, "message": first})
    return f"<failure{about}>{escape(_xml(_lines(answer.sentences)))}</failure>"


def _lines(sentences: Sequence[str]) -> str:
    return "\n".join(sentences)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / MILLISECONDS:.3f}"


def _written(attributes: Mapping[str, object]) -> str:
    texts = ((name, quoteattr(_xml(str(value)), SPACES)) for name, value in attributes.items())
    return "".join(f" {name}={text}" for name, text in texts)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
