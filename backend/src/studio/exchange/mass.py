"""How much there is of what a mock answers: rules that take from the state may double it with each call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_CHARACTERS = 1_000_000
MOST_PARTS = 50_000
MOST_DEPTH = 100


def is_small(value: Any) -> bool:  # noqa: ANN401 - whatever JSON it is
    """Tell whether a value is within what can be sent and kept. Looks at no more of it than that."""
    ahead, parts, characters = [(value, 0)], 0, 0
    while ahead:
        part, depth = ahead.pop()
        parts += 1
        if isinstance(part, str):
            characters += len(part)
        elif isinstance(part, Mapping):
            characters += sum(map(len, part))
            ahead += [(inner, depth + 1) for inner in part.values()]
        elif isinstance(part, list | tuple):
            ahead += [(inner, depth + 1) for inner in part]
        if depth > MOST_DEPTH or characters > MOST_CHARACTERS or parts + len(ahead) > MOST_PARTS:
            return False
    return True
