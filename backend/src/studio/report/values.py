"""What a summary says, believed only as far as it is what it should be: summaries come from files, too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from src.core.visible import REMOVED

if TYPE_CHECKING:
    from collections.abc import Iterable

Dict = dict[str, Any]

# C0 and C1 controls: no file of HTML may have them, and nothing shows them. Tabs and ends of lines stay.
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])
LONGEST_TEXT = 20_000
LARGEST = 1e15
"""Beyond this, in either direction, a figure is none."""


def number(value: object) -> float | None:
    """Return a finite number, None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= LARGEST and math.isfinite(value) else None


def figure(value: object) -> float | None:
    """Return a number of 0 or more, as all measured ones are; None for everything else."""
    found = number(value)
    return found if found is not None and found >= 0 else None


def positive(value: object) -> float | None:
    """Return a number above 0, None for everything else."""
    found = number(value)
    return found if found is not None and found > 0 else None


def whole(value: object) -> int:
    """Return a count; 0 where there is none."""
    found = number(value)
    return max(0, int(found)) if found is not None else 0


def text(value: object) -> str:
    """Return what can be shown of a text, cut where it has no end; empty for everything else."""
    return value[:LONGEST_TEXT].translate(REMOVED).translate(CONTROLS) if isinstance(value, str) else ""


def dicts(value: object) -> list[Dict]:
    """Return the objects of a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a list that say something; none where it is no list."""
    return [found for item in value if (found := text(item).strip())] if isinstance(value, list) else []


def as_dict(value: object) -> Dict:
    """Return an object, an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def known(values: Iterable[float | None]) -> list[float]:
    """Return those that are known."""
    return [value for value in values if value is not None]
