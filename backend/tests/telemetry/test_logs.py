"""Lines of the log: JSON for programs, readable on a terminal, and nothing in them that is nobody's business."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from src.core.request_notes import RequestNotes, begin_request, end_request
from src.telemetry.logs import JsonLines, ReadableLines, logging_config

SECRET = "sk-secret-1234"
ADDRESS = "http://gateway.internal:4000/team/list"


@pytest.fixture
def raised() -> Any:
    """Return what `logging.exception` records of an error whose message is a secret."""
    try:
        int(SECRET)
    except ValueError:
        return sys.exc_info()
    raise AssertionError


def line(message: Any, *arguments: Any, exc_info: Any = None) -> dict[str, Any]:
    record = logging.LogRecord("src.place", logging.WARNING, "", 0, message, arguments, exc_info)
    return json.loads(JsonLines().format(record))


def test_a_line_tells_when_how_grave_where_and_what() -> None:
    told = line("%s days are %s", 3, "gone")
    assert list(told) == ["timestamp", "level", "logger", "event"]
    assert told["timestamp"].endswith("Z")
    assert (told["level"], told["logger"], told["event"]) == ("warning", "src.place", "3 days are gone")


def test_a_line_is_one_line_whatever_it_tells() -> None:
    record = logging.LogRecord("src.place", logging.INFO, "", 0, "one\r\ntwo", (), None)
    told = JsonLines().format(record)
    assert len(told.splitlines()) == 1
    assert json.loads(told)["event"] == "one\r\ntwo"


def test_names_and_values_are_lines_too() -> None:
    assert line({"event": "request", "status": 200})["status"] == 200


def test_keys_and_addresses_are_taken_out() -> None:
    told = line("%s said %s", ADDRESS, SECRET)
    assert told["event"] == "[address] said [key]"


def test_an_error_is_named_with_its_place_and_without_its_message_or_trace(raised: Any) -> None:
    told = line("it broke", exc_info=raised)
    assert told["error"].startswith("ValueError in raised, line ")
    assert SECRET not in json.dumps(told)
    assert "Traceback" not in json.dumps(told)


def test_a_line_of_a_request_tells_its_id() -> None:
    token = begin_request(RequestNotes("abc"))
    try:
        assert line("x")["request_id"] == "abc"
    finally:
        end_request(token)
    assert "request_id" not in line("x")


def test_on_a_terminal_lines_are_for_people(raised: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    record = logging.LogRecord("src.place", logging.WARNING, "", 0, f"said {SECRET}", (), raised)
    told = ReadableLines().format(record)
    assert "warning" in told
    assert "said [key]" in told
    assert "ValueError in raised" in told
    assert not told.startswith("{")
    assert SECRET not in told
    assert "\x1b" not in told


def test_on_a_terminal_what_is_not_there_is_left_out() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "", 0, {"event": "request", "cache": None, "status": 200}, (), None
    )
    told = ReadableLines().format(record)
    assert "status" in told
    assert "cache" not in told


def test_colours_are_for_whoever_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    record = logging.LogRecord("src.place", logging.WARNING, "", 0, "x", (), None)
    assert "\x1b" in ReadableLines().format(record)


def test_nothing_below_the_level_is_logged_and_uvicorn_says_less_than_the_service() -> None:
    script = (
        "import logging.config, sys; from src.telemetry.logs import logging_config;"
        "logging.config.dictConfig(logging_config(sys.argv[1]));"
        "[logging.getLogger(n).log(l, f'{n} {l}') for n in ('src.x', 'uvicorn.error') for l in (10, 20, 30)]"
    )

    def events(level: str) -> list[str]:
        ended = subprocess.run([sys.executable, "-c", script, level], capture_output=True, text=True, check=True)  # noqa: S603
        assert ended.stdout == ""
        return [json.loads(text)["event"] for text in ended.stderr.splitlines()]

    assert events("info") == ["src.x 20", "src.x 30", "uvicorn.error 30"]
    assert events("error") == []
    # below, it tells of sockets with their tokens
    assert events("debug") == ["src.x 10", "src.x 20", "src.x 30", "uvicorn.error 30"]


def test_the_form_follows_the_terminal_unless_it_is_chosen() -> None:
    assert "Readable" in str(logging_config("info", for_people=True))
    assert "JsonLines" in str(logging_config("info", for_people=False))
