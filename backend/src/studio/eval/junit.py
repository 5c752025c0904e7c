"""`junit.xml`: each model a test suite, each answer a test, as build servers read it.

Its form is that of Ant's and Jenkins' schemas both: suites with times and counts, and in them tests, of which one
that failed has a `failure`, one that could not be scored an `error`, and one whose case is disputed is `skipped`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from src.studio.eval.results import FAIL, UNSCORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from src.studio.eval.results import Result

MILLISECONDS = 1000
HOST = "localhost"
"""The schema wants one, and whose machine it was is nobody's business."""
NO_CATEGORY = "cases"
# XML 1.0 has no other control characters, and no halves of characters
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(suite: str, started_at: str, models: Sequence[str], results: Iterable[Result]) -> str:
    """Return the results of a suite by its name. `started_at` is UTC, by ISO 8601."""
    by_model: dict[str, list[Result]] = {model: [] for model in models}
    for result in results:
        by_model[result.model].append(result)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, (model, own) in enumerate(by_model.items()):
        lines += _suite(number, suite, model, started_at, own)
    return "\n".join([*lines, "</testsuites>", ""])


def _suite(number: int, suite: str, model: str, started_at: str, results: Sequence[Result]) -> Iterator[str]:
    counting = [result.figures for result in results if not result.figures.disputed]
    attributes = {
        "name": model,
        "package": suite,
        "id": number,
        "timestamp": started_at[:19],
        "hostname": HOST,
        "tests": len(results),
        "failures": sum(figures.status == FAIL for figures in counting),
        "errors": sum(figures.status == UNSCORED for figures in counting),
        "skipped": len(results) - len(counting),
        "time": _seconds(sum(result.figures.latency_ms or 0 for result in results)),
    }
    yield f"  <testsuite{_written(attributes)}>"
    yield "    <properties/>"
    for result in results:
        yield from _test(suite, result)
    yield "    <system-out/>"
    yield "    <system-err/>"
    yield "  </testsuite>"


def _test(suite: str, result: Result) -> Iterator[str]:
    figures = result.figures
    again = f" #{figures.repeat}" if figures.repeat > 1 else ""
    attributes = {
        "name": figures.case + again,
        "classname": f"{suite}.{figures.category or NO_CATEGORY}",
        "time": _seconds(figures.latency_ms or 0),
    }
    inner = _outcome(result)
    if inner is None:
        yield f"    <testcase{_written(attributes)}/>"
        return
    yield f"    <testcase{_written(attributes)}>"
    yield f"      {inner}"
    yield "    </testcase>"


def _outcome(result: Result) -> str | None:
    figures = result.figures
    if figures.disputed:
        return "<skipped/>"
    if figures.status == UNSCORED:
        return f"<error{_written({'type': UNSCORED, 'message': result.error or ''})}/>"
    if figures.status != FAIL:
        return None
    lines = [problem["sentence"] for problem in result.problems]
    about = _written({"type": figures.reason or FAIL, "message": lines[0] if lines else ""})
    text = escape(_xml("\n".join(lines)))
    return f"<failure{about}>{text}</failure>"


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / MILLISECONDS:.3f}"


def _written(attributes: Mapping[str, object]) -> str:
    return "".join(f" {name}={quoteattr(_xml(str(value)))}" for name, value in attributes.items())


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
