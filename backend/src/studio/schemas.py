"""What requests to several parts of Studio are made of."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated

import orjson
from pydantic import AfterValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from src.core.clock import iso


def kept_text(text: str) -> str:
    """Refuse what JSON can say and UTF-8, or PostgreSQL, cannot."""
    if "\0" in text:
        raise PydanticCustomError("text", "must not have a character of code 0")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("text", "must not have halves of characters") from None
    return text


Text = Annotated[str, AfterValidator(kept_text)]
Instant = Annotated[
    dt.datetime,
    PlainSerializer(iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A time that is told in UTC, with milliseconds, as all times are."""


def is_finite(number: float) -> bool:
    """Tell whether a number is neither NaN nor infinite; a whole one may have any size."""
    return isinstance(number, int) or math.isfinite(number)


def can_be_sent(value: object) -> bool:
    """Tell whether JSON can say it: no NaN, nothing of more than 64 bits, no half of a character, not too deep."""
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return False
    return all(is_finite(number) for number in _fractions(value))


def _fractions(value: object) -> list[float]:
    found, ahead = [], [value]
    while ahead:
        item = ahead.pop()
        if isinstance(item, dict):
            ahead += item.values()
        elif isinstance(item, list | tuple):
            ahead += item
        elif isinstance(item, float):
            found.append(item)
    return found
