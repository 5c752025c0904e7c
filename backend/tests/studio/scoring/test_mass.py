"""What mocks answer is small, or it is not sent."""

from typing import Any

import pytest

from src.studio.scoring.mass import MOST_CHARACTERS, MOST_DEPTH, MOST_PARTS, mass_of


def nested(depth: int) -> Any:
    value: Any = None
    for _ in range(depth):
        value = [value]
    return value


def doubled(times: int) -> Any:
    value: Any = None
    for _ in range(times):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "small"),
    [
        ({"a": [1, "text", None, True, {"b": 2.5}]}, True),
        ("x" * MOST_CHARACTERS, True),
        ("x" * (MOST_CHARACTERS + 1), False),
        ({"x" * (MOST_CHARACTERS + 1): 1}, False),
        ([None] * (MOST_PARTS - 1), True),
        ([None] * MOST_PARTS, False),
        (nested(MOST_DEPTH), True),
        (nested(MOST_DEPTH + 1), False),
        (doubled(60), False),
        ([10**4000] * 400, False),
    ],
)
def test_what_is_small_has_few_parts_and_characters_and_little_depth(value: Any, small: bool) -> None:
    assert (mass_of(value) is not None) is small


def test_parts_and_characters_are_counted() -> None:
    assert mass_of({"ab": ["cde", 7, {"f": None}]}) == (6, 6)
