"""What people see of a name that somebody typed: nothing where it consists of characters that show nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Controls, format characters (zero-width ones, the soft hyphen, bidi controls), and all kinds of spaces.
UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Letters, marks and a symbol by their category, but drawn as nothing: fillers, joiners, the empty Braille pattern.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# What turns the text behind it around, so that a name could be made to look like another one, and halves of
# characters, which cannot be told anybody.
REMOVED = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)])
# Variation selectors, and the tags behind a flag: they change the character before them, and show nothing alone.
MODIFIERS = (
    ("\u180b", "\u180f"),
    ("\ufe00", "\ufe0f"),
    ("\U000e0020", "\U000e007f"),
    ("\U000e0100", "\U000e01ef"),
)


# All of these that Python takes for printable.
UNUSUAL = re.compile("[" + "".join(UNSEEN) + "".join(f"{first}-{last}" for first, last in MODIFIERS) + "]")


def visible(text: str | None) -> str | None:
    """Return a name without what shows nothing at its ends, and what turns text around; None if nothing is left.

    What is within it stays: some emoji and scripts need joiners.
    """
    if text is None:
        return None
    if _is_usual(text):
        return text.strip() or None
    text = text.translate(REMOVED)
    seen = [place for place, char in enumerate(text) if not _is_unseen(char)]
    if not seen:
        return None
    end = seen[-1] + 1
    while end < len(text) and _is_modifier(text[end]):
        end += 1
    return text[seen[0] : end]


def look(text: str) -> str:
    """Return what the eye tells names apart by: those that differ only in what shows nothing look the same."""
    if _is_usual(text):
        return " ".join(text.split())
    seen = (" " if _is_space(char) else char for char in text if _is_space(char) or not _is_unseen(char))
    return " ".join("".join(seen).split())


def _is_usual(text: str) -> bool:
    return text.isprintable() and UNUSUAL.search(text) is None


@lru_cache(4096)
def _is_unseen(char: str) -> bool:
    return char in UNSEEN or unicodedata.category(char) in UNSEEN_CATEGORIES or _is_modifier(char)


def _is_space(char: str) -> bool:
    return char.isspace() or char in "\u2800\u3164\uffa0"


def _is_modifier(char: str) -> bool:
    return any(first <= char <= last for first, last in MODIFIERS)
