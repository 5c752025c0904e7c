"""What the id of one of BFCL's entries says: its category, and whether that has answers."""

from __future__ import annotations

import re

IRRELEVANCE = "irrelevance"
_ID = re.compile(r"(?P<category>[a-z][a-zA-Z_]*?)_\d+(?:-[\w-]+)?\Z")
# With a word before (`live_`, `exec_`) or behind (`_python`, `_base`)
_ANSWERED = re.compile(r"(?:\A|_)(?:simple|multiple|parallel|multi_turn|java|javascript|sql|rest)(?:_|\Z)")


def category_of(identity: str) -> str | None:
    """Return the category of `live_simple_12-3-0`, `live_simple`; None where an id names none."""
    found = _ID.match(identity)
    return found["category"] if found else None


def is_irrelevance(category: str | None) -> bool:
    """Tell whether no call is wanted."""
    return category is not None and IRRELEVANCE in category


def is_relevance(category: str | None) -> bool:
    """Tell whether any call is wanted, whichever it is."""
    return category is not None and "relevance" in category and not is_irrelevance(category)


def wants_answer(category: str | None) -> bool:
    """Tell whether entries of a category have answers."""
    return category is not None and _ANSWERED.search(category) is not None
