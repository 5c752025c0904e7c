"""Reading the arguments that a model wrote: what is taken, and what no program would agree about."""

from typing import Any

import pytest

from src.studio.scoring.arguments import ArgumentsError, read_arguments
from src.studio.scoring.verdict import Call


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('{"city": "Paris"}', {"city": "Paris"}),
        (' {"n": -1.5e3}\n', {"n": -1500.0}),
        ("{}", {}),
        ("", {}),
        ("\n", {}),
        (None, {}),
        ({"city": "Paris"}, {"city": "Paris"}),
        ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (r'{"path": "C:\\users\\ud"}', {"path": r"C:\users\ud"}),
        ('{"a": [[], {}, [[]]]}', {"a": [[], {}, [[]]]}),
    ],
)
def test_arguments_are_read_as_an_object(text: Any, arguments: object) -> None:
    assert read_arguments(text) == arguments


def test_whole_numbers_are_read_to_their_last_digit() -> None:
    assert read_arguments('{"id": 123456789012345678901234567890}') == {"id": 123456789012345678901234567890}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"city": "Paris"', "no JSON"),
        ('{"city": "Paris",}', "no JSON"),
        ("{'city': 'Paris'}", "no JSON"),
        ('{"city": "Paris"} {}', "no JSON: Extra data at character 19"),
        ("get_weather(city='Paris')", "no JSON"),
        ('["Paris"]', "no object"),
        ("null", "no object"),
        ('"{}"', "no object"),
        (["a"], "no object"),
        (3, "no object"),
        ('{"n": NaN}', "NaN, which is no JSON"),
        ('{"n": -Infinity}', "-Infinity, which is no JSON"),
        ('{"n": 1e999}', "too large"),
        ('{"n": ' + "9" * 5000 + "}", "too long"),
        ('{"city": "Paris", "city": "Rome"}', "'city' twice"),
        ('{"a": {"b": 1, "b": 1}}', "'b' twice"),
        ('{"a": "\\ud800"}', "half of a character"),
        ('{"a": "\\uDFFF!"}', "half of a character"),
        ('{"\\ud800": 1}', "half of a character"),
        ('{"a": "\ud800"}', "half of a character"),
        (nested(101), "nested more than 100 deep"),
        (nested(100_000), "nested more than 100 deep"),
        ('{"a": ' + "[" * 100_000, "nested more than 100 deep"),
        ('{"a": "' + "x" * 10_000_000 + '"}', "longer than"),
    ],
)
def test_arguments_that_programs_would_refuse_or_disagree_about_are_not_read(text: Any, told: str) -> None:
    with pytest.raises(ArgumentsError, match=told):
        read_arguments(text)


def test_arguments_of_a_hundred_levels_are_read() -> None:
    assert read_arguments(nested(100))


def test_a_call_says_why_its_arguments_cannot_be_read() -> None:
    assert Call("f", "[]").read == (None, "The arguments are no object.")
    assert Call("f", "[]").is_malformed
    assert Call("f", '{"a": 1}').read == ({"a": 1}, None)
