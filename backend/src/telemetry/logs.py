"""The log: a line for each event, JSON for programs, in colours for people; without traces, keys and URLs."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any

import orjson
from structlog.dev import ConsoleRenderer
from structlog.processors import TimeStamper

from src.core.redaction import place_of, redact
from src.core.request_notes import current_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from structlog.typing import EventDict

# uvicorn tells of its own start what the command line has told already, Alembic of each of its parts
QUIET = ("uvicorn", "alembic")
QUIET_LEVEL = "warning"


def logging_config(level: str, *, for_people: bool | None = None) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes: everything goes to standard error, in one form.

    `for_people` None: where standard error is a terminal.
    """
    readable = sys.stderr.isatty() if for_people is None else for_people
    formatter = "src.telemetry.logs.ReadableLines" if readable else "src.telemetry.logs.JsonLines"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {name: {"level": server_level(level).upper()} for name in QUIET},
    }


def server_level(level: str) -> str:
    """Return the level of uvicorn's own lines where the service's is `level`."""
    return QUIET_LEVEL if level == "info" else level


class _Lines(logging.Formatter):
    """Makes a line of a record whose message is text, or a mapping of names to what the caller vouches for."""

    def __init__(self, stamp: TimeStamper, render: Callable[[Any, str, EventDict], str]) -> None:
        super().__init__()
        self._stamp, self._render = stamp, render

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        level = record.levelname.lower()
        stamped = self._stamp(None, level, {})  # first, so that lines that are sorted are in order
        return self._render(None, level, {**stamped, "level": level, "logger": record.name, **_content(record)})


class JsonLines(_Lines):
    """A JSON object on each line, with the time in UTC."""

    def __init__(self) -> None:
        super().__init__(TimeStamper(fmt="iso", utc=True), _to_json)


class ReadableLines(_Lines):
    """Lines for a terminal, with the time of day there; without colours where `NO_COLOR` is set."""

    def __init__(self) -> None:
        render = ConsoleRenderer(colors=not os.environ.get("NO_COLOR"), pad_event_to=0, sort_keys=False)

        def to_text(logger: object, level: str, event: EventDict) -> str:
            return render(logger, level, {name: value for name, value in event.items() if value is not None})

        super().__init__(TimeStamper(fmt="%H:%M:%S", utc=False), to_text)


def _content(record: logging.LogRecord) -> Mapping[str, Any]:
    if isinstance(record.msg, dict):
        return record.msg
    content: EventDict = {"event": redact(record.getMessage())}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        content["error"] = place_of(error)
    request = current_request()
    if request.request_id:
        content["request_id"] = request.request_id
    if request.user_id is not None:
        content["user_id"] = request.user_id
    if request.job_id is not None:
        content["job_id"] = request.job_id
    return content


def _to_json(_logger: object, _level: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str).decode()
