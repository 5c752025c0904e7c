"""What options may be: each reader returns a value, or raises `ArgumentTypeError` with a sentence."""

from __future__ import annotations

import argparse
import math
import os
import re
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from src.studio.engine.plan import Price
from src.studio.llm.egress import EgressRefusedError, place_of
from src.studio.llm.request import RESERVED_PARAMS

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MOST_VALUES = 20
LONGEST_NAME = 512
COMPLETIONS = "/chat/completions"
_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_PARAM = re.compile(r"[A-Za-z_][\w.-]*")


def number(least: float, most: float) -> Callable[[str], float]:
    """Return a reader of numbers in a range, both ends included."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:,g}")
        return value

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers in a range, both ends included."""

    def read(text: str) -> int:
        value = int(text) if re.fullmatch(r"\d{1,12}", text) else -1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most:,}")
        return value

    return read


def several(one: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    """Return a reader of values that commas join; none may be there twice."""

    def read(text: str) -> tuple[T, ...]:
        values = tuple(one(part.strip()) for part in text.split(","))
        if len(values) > MOST_VALUES:
            raise argparse.ArgumentTypeError(f"there may be {MOST_VALUES} values at most")
        if len(set(values)) < len(values):
            raise argparse.ArgumentTypeError(f"{text!r} has a value twice")
        return values

    return read


def address(text: str) -> str:
    """Return the address that `/chat/completions` is put behind, whether or not that was given, too."""
    url = text.strip().rstrip("/").removesuffix(COMPLETIONS)
    try:
        place_of(url)
    except EgressRefusedError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None
    return url


def model(text: str) -> str:
    """Return the name of a model."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise argparse.ArgumentTypeError(f"a model's name has 1 to {LONGEST_NAME} characters that can be printed")
    return name


def secret(text: str) -> str:
    """Return what an environment variable holds: a key on the command line could be read by all on the machine."""
    if not _VARIABLE.fullmatch(text):  # it may be the key itself, so it is not told
        raise argparse.ArgumentTypeError("give the name of an environment variable that holds the key")
    value = os.environ.get(text, "").strip()
    if not value:
        raise argparse.ArgumentTypeError(f"the environment variable {text} is not set")
    if not value.isascii() or not value.isprintable():
        raise argparse.ArgumentTypeError(f"the environment variable {text} has characters that no key has")
    return value


def param(text: str) -> tuple[str, Any]:
    """Return a parameter's name and value from `NAME=JSON`."""
    name, equals, value = text.partition("=")
    if not equals or not _PARAM.fullmatch(name):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=JSON, such as top_p=0.9")
    if name in RESERVED_PARAMS:
        raise argparse.ArgumentTypeError(f"{name} is said by the command itself")
    try:
        return name, orjson.loads(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"the value of {name} is no JSON; a text stands in quotes of its own: '{name}=\"…\"'"
        ) from None


def price(text: str) -> tuple[str | None, Price]:
    """Return a price in USD per million tokens from `[MODEL=]IN/OUT[/CACHED]`, and the model, None for all."""
    name, _, figures = text.rpartition("=")
    parts = figures.split("/")
    read = number(0, 1e6)
    if not 2 <= len(parts) <= 3:  # noqa: PLR2004 - in and out, and cached
        raise argparse.ArgumentTypeError(f"{text!r} is not IN/OUT in USD per million tokens, such as 0.5/1.5")
    return name or None, Price(*(read(part.strip()) for part in parts))
