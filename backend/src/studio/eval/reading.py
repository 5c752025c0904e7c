"""What options may be, beside those of `bench`: each reader returns a value, or raises with a sentence."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from src.studio.bench import values
from src.studio.eval.conditions import ConditionError, read_conditions

if TYPE_CHECKING:
    from src.studio.eval.conditions import Condition

LONGEST_TEXT = 50_000
OPTIONS_FOR = {
    "tools": "the suite",
    "tool_choice": "--tool-choice",
    "parallel_tool_calls": "--parallel-tool-calls",
    "temperature": "--temperature",
    "n": "--repeats",
}
"""Parameters that something else says."""


def param(text: str) -> tuple[str, Any]:
    """Return a parameter's name and value from `NAME=JSON`."""
    name = text.partition("=")[0]
    if name in OPTIONS_FOR:
        raise argparse.ArgumentTypeError(f"{name} is said by {OPTIONS_FOR[name]}")
    return values.param(text)


def text(given: str) -> str:
    """Return a text, or that of a file where `@` stands before its name."""
    said = _file(given[1:]) if given.startswith("@") else given
    if len(said) > LONGEST_TEXT:
        raise argparse.ArgumentTypeError(f"a system prompt has {LONGEST_TEXT:,} characters at most")
    return said


def text_of_model(given: str) -> tuple[str, str]:
    """Return a model and its text from `MODEL=TEXT` or `MODEL=@FILE`."""
    name, equals, said = given.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{given!r} is not MODEL=TEXT")
    return values.model(name), text(said)


def conditions(given: str) -> tuple[Condition, ...]:
    """Return the conditions of `--fail-if`."""
    try:
        return read_conditions(given)
    except ConditionError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"{name} is not text in UTF-8") from None
