"""A name is what people see of it: what shows nothing is none, and nothing turns its text around."""

import pytest

from src.core.visible import look, visible

NOTHING = {
    "no text": "",
    "a blank": " ",
    "a zero-width space": "\u200b",
    "a word joiner": "\u2060",
    "a byte-order mark": "\ufeff",
    "a soft hyphen": "\u00ad",
    "control characters": "\x00\x1b\x7f\x85",
    "lines": "\r\n\t\u2028\u2029",
    "fillers of Hangul": "\u3164\u115f\u1160\uffa0",
    "an empty Braille pattern": "\u2800",
    "a space that does not break": "\u00a0",
    "other spaces": "\u2003\u202f\u3000\u1680",
    "variation selectors": "\ufe0f\U000e0100\u180b",
    "controls of direction": "\u202e\u202d\u202c\u2066\u2069\u200e\u200f\u061c",
    "joiners": "\u200d\u200c\u034f",
    "tags": "\U000e0067\U000e007f",
    "all of them": " \u200b\u202e\u3164\ufe0f\u00a0 ",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_shows_nothing_is_no_name(text: str) -> None:
    assert visible(text) is None


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_shows_nothing_is_not_at_the_ends_of_a_name(text: str) -> None:
    assert visible(f"{text}Red") == "Red"
    assert visible(f"Red \u200b{text}") == "Red"


def test_no_name_stays_none() -> None:
    assert visible(None) is None


def test_half_a_character_is_left_out() -> None:
    assert (visible("Re\ud83dd"), visible("\udc00")) == ("Red", None)


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_nothing_turns_the_text_of_a_name_around(control: str) -> None:
    assert visible(f"Re{control}d") == "Red"


@pytest.mark.parametrize(
    "text",
    [
        "Red",
        "Équipe 7",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "👩\u200d💻 Lab",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u0645\u06cc\u200c\u062e\u0648",
        "葛\U000e0100",
        "עברית",
        "⠿",
        "\ue0a0",
    ],
)
def test_names_that_need_what_shows_nothing_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "text",
    ["Red Team", "Red\u200b Team", "Red\u00a0Team", "Red \u2003 Team", "R\u00aded Team\ufe0f", "Red\u3164Team"],
)
def test_names_that_differ_in_what_shows_nothing_look_the_same(text: str) -> None:
    assert look(text) == "Red Team"


@pytest.mark.parametrize("text", ["red Team", "RedTeam", "Réd Team"])
def test_names_that_differ_in_what_shows_look_different(text: str) -> None:
    assert look(text) != "Red Team"
