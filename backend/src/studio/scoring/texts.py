"""When two texts are the same: in any of Unicode's forms, with spaces around them, and as far as a case cares."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from src.studio.scoring.dates import read_date

if TYPE_CHECKING:
    from src.studio.scoring.case import ScoringConfig


def same_text(expected: str, actual: str, how: ScoringConfig) -> bool:
    """Tell whether two texts are the same as far as a case cares."""
    if expected == actual:
        return True
    expected, actual = plain(expected), plain(actual)
    if expected == actual:
        return True
    if how.mode == "contains" and expected and folded(expected) in folded(actual):
        return True
    if how.mode == "fuzzy" and (bare := _bare(expected)) and bare == _bare(actual):
        return True
    if how.casefold and folded(expected) == folded(actual):
        return True
    return how.dates and _same_date(expected, actual)


def effort(expected: str, actual: str, how: ScoringConfig) -> int:
    """Return about how many microseconds it takes to tell: only the longest texts take any."""
    characters = len(expected) + len(actual)
    return characters if how.mode == "fuzzy" else characters // 50


def plain(text: str) -> str:
    """Return a text in one of Unicode's forms, without white space around it."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """Return a text as it is in any case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _same_date(expected: str, actual: str) -> bool:
    # Digits alone may well be a number of something
    if expected.isdigit() or (day := read_date(expected)) is None:
        return False
    return day == read_date(actual)


def _bare(text: str) -> str:
    """Return a text without case, spaces and punctuation, but for what makes another number: signs and points."""
    text = folded(text)
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(mark for before, mark, after in around if _counts(mark, before, after))


def _counts(mark: str, before: str, after: str) -> bool:
    if mark.isalnum() or unicodedata.category(mark)[0] not in "PZC":
        return True
    if not after.isdigit():
        return False
    return before.isdigit() if mark in ".," else mark == "-" and before.isspace()
