"""Values that come from JSON: which of them can be kept and sent on, and how they are named in sentences."""

from __future__ import annotations

import math
from typing import Any

from src.studio.schemas import can_be_sent, is_finite

NUMBER, INTEGER, STRING, TEXTS = "number", "integer", "string", "texts"
# What each type is called in a sentence.
WANTED = {
    NUMBER: "a number",
    INTEGER: "a whole number",
    STRING: "a text",
    TEXTS: "a text, or a list of texts",
}


def is_number(value: object) -> bool:
    """Tell whether it is a number that can be reckoned with: true and false are none, nor is NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value)


def fits(value: object, wanted: str) -> bool:
    """Tell whether a value is of a type; a fraction is taken for a whole number that it is near."""
    if wanted in {NUMBER, INTEGER}:
        return is_number(value)
    if wanted == STRING:
        return isinstance(value, str)
    if wanted == TEXTS:
        return isinstance(value, str) or (isinstance(value, list) and all(isinstance(part, str) for part in value))
    return True


def kind_of(value: object) -> str:
    """Name what a value is, for a sentence."""
    names = {bool: "true or false", str: "a text", dict: "an object", list: "a list"}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value).replace("nan", "NaN").replace("inf", "Infinity")
    return names.get(type(value), "a number")


def shown(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value as an answer may tell it: what JSON cannot say is named."""
    return value if can_be_sent(value) else f"({kind_of(value)})"


def shown_name(name: str) -> str:
    """Return the name of a parameter as an answer may tell it."""
    return name.encode(errors="replace").decode()
