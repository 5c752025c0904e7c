"""What build servers read is well-formed whatever models and cases are called, and has the form that they know."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from src.studio.scoring.junit import AnswerTest, junit_pieces

STARTED = "2026-05-07T09:00:00.123Z"
# By Ant's schema, https://github.com/windyroad/JUnit-Schema: the attributes that must be there, and the order of
# what is within
SUITE = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
CASE = {"name", "classname", "time"}


def answer(case: str, status: str, **more: Any) -> AnswerTest:
    """Return an answer to a case."""
    told: dict[str, Any] = {"category": None, "repeat": 1, "latency_ms": 1500.0, **more}
    return AnswerTest(case, status=status, **told)  # ty: ignore[invalid-argument-type]


def written(*answers: AnswerTest, silent: tuple[str, ...] = ()) -> ET.Element:
    """Return what is written of answers of the model m, read again."""
    models = [("m", list(answers)), *((name, []) for name in silent)]
    return ET.fromstring("".join(junit_pieces("Suite", STARTED, models)))  # noqa: S314 - our own


def test_each_model_is_a_suite_and_each_answer_a_test() -> None:
    root = written(
        answer("a", "pass", category="dates"),
        answer("a", "fail", repeat=2, reason="wrong_arguments", sentences=["One.", "Two."]),
        answer("b", "unscored", error="Too many requests."),
        answer("c", "fail", disputed=True, reason="wrong_tool"),
        silent=("silent",),
    )
    assert root.tag == "testsuites"
    suite, silent = root
    told = {
        name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time", "id", "timestamp")
    }
    assert told == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
        "time": "6.000",
        "id": "0",
        "timestamp": "2026-05-07T09:00:00",
    }
    assert (silent.get("name"), silent.get("tests"), len(silent.findall("testcase"))) == ("silent", "0", 0)
    passed, failed, error, disputed = suite.findall("testcase")
    assert (passed.get("name"), passed.get("classname"), passed.get("time"), len(passed)) == (
        "a",
        "Suite.dates",
        "1.500",
        0,
    )
    (failure,) = failed
    assert (failed.get("name"), failure.tag, failure.get("type")) == ("a #2", "failure", "wrong_arguments")
    assert (failure.get("message"), failure.text) == ("One.", "One.\nTwo.")
    assert (error[0].tag, error[0].get("message")) == ("error", "Too many requests.")
    assert [child.tag for child in disputed] == ["skipped"]


def test_it_has_the_form_of_the_usual_schema() -> None:
    root = written(answer("a", "pass"), answer("b", "fail", sentences=["No."]), answer("c", "unscored"))
    for suite in root:
        assert set(suite.attrib) == SUITE
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp", ""))
        tags = [child.tag for child in suite]
        assert (tags[0], tags[-2:]) == ("properties", ["system-out", "system-err"])
        assert set(tags[1:-2]) == {"testcase"}
        for case in suite.findall("testcase"):
            assert set(case.attrib) == CASE
            assert len(case) <= 1
            assert all(set(child.attrib) == {"type", "message"} for child in case)


def test_what_xml_cannot_say_does_not_break_it() -> None:
    name = "<&\"'> \x00\x1b[31m \ud800 \uffff ]]> \U0001f600"
    root = written(answer(name, "fail", sentences=[name]))
    case = root.find(".//testcase")
    assert case is not None
    told = "<&\"'> \ufffd\ufffd[31m \ufffd \ufffd ]]> \U0001f600"
    assert case.get("name") == told
    assert case[0].text == told
