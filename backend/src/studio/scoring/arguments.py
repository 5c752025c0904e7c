"""Reading the arguments of a call: the text that a model wrote, taken by JSON's rules and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from src.core.unique_keys import unique_keys

MOST_TEXT = 10_000_000
MOST_DEPTH = 100
# How the escape of a half of a character begins
_HALF = "\\ud"


class ArgumentsError(ValueError):
    """Arguments that cannot be read; the sentence says why."""


def read_arguments(arguments: str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the arguments of a call as an object; where there is no text at all, as one of none.

    Raises `ArgumentsError` for what is no JSON, or no object; and for what programs refuse or disagree about: NaN
    and Infinity, numbers beyond the range of 64-bit floats, a key given twice, halves of characters, and what is
    nested more than `MOST_DEPTH` deep.
    """
    if isinstance(arguments, str):
        arguments = _parsed(arguments)
    elif arguments is None:
        return {}
    elif isinstance(arguments, Mapping):
        if _is_too_deep(arguments):
            raise _too_deep()
        _refuse_halves(arguments)
    if not isinstance(arguments, Mapping):
        raise ArgumentsError("The arguments are no object.")
    return arguments


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    if not text or text.isspace():
        return {}
    if len(text) > MOST_TEXT:
        raise ArgumentsError(f"The arguments are longer than {MOST_TEXT} characters.")
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except ArgumentsError:
        raise
    except json.JSONDecodeError as error:
        raise ArgumentsError(f"The arguments are no JSON: {error.msg} at character {error.pos + 1}.") from None
    except ValueError:  # more digits than Python reads
        raise ArgumentsError("The arguments have a number that is too long.") from None
    if text.count("{") + text.count("[") > MOST_DEPTH and _is_too_deep(value):
        raise _too_deep()
    if not text.isascii() or _HALF in text.lower():
        _refuse_halves(value)
    return value


def _refuse_halves(value: Any) -> None:  # noqa: ANN401 - JSON
    """Refuse halves of characters, which come as they are or as an escape."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ArgumentsError("The arguments have half of a character.") from None


def _twice(key: str) -> ArgumentsError:
    return ArgumentsError(f"The arguments have {key[:100]!r} twice.")


def _constant(name: str) -> NoReturn:
    raise ArgumentsError(f"The arguments have {name}, which is no JSON.")


def _number(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ArgumentsError("The arguments have a number that is too large.")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=unique_keys(_twice), parse_constant=_constant, parse_float=_number)


def _is_too_deep(value: Any) -> bool:  # noqa: ANN401 - JSON
    ahead, depth = [value], 0
    while ahead:
        depth += 1
        if depth > MOST_DEPTH:
            return True
        inner = [item.values() if isinstance(item, dict) else item for item in ahead]
        ahead = [value for values in inner for value in values if isinstance(value, dict | list)]
    return False


def _too_deep() -> ArgumentsError:
    return ArgumentsError(f"The arguments are nested more than {MOST_DEPTH} deep.")
