"""Tables as CSV that a spreadsheet can open without running what somebody put into a name.

The page writes its own files by the same rules (`frontend/src/shared/charts/csv.js`); both are held to the
cases in `backend/tests/csv_cases.json`.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ENCODING = "utf-8-sig"
"""Without the byte order mark, Excel takes UTF-8 for something else."""

# A spreadsheet that separates by semicolons takes quotes for text where a cell does not begin with them, and so
# splits quoted text: a cell may begin after each of these.
_CELL_ENDS = r";\t\r\n"
# What may stand before a formula without changing it: whatever shows nothing, and the quotes of a split cell.
_SKIPPED = r"\x00-\x08\x0b\x0c\x0e-\x20\x22\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
# What makes a formula of a cell; Excel takes the wide ones, too.
_FORMULA_STARTS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"(^|[{_CELL_ENDS}])([{_SKIPPED}]*)(?=[{_FORMULA_STARTS}])")
_BEGINS_WITH_CELL_END = re.compile(rf"[{_SKIPPED}]*[\t\r\n]")
_QUOTED = re.compile(rf'[",{_CELL_ENDS}]')


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a header and a line for each row: figures in full, null as an empty cell, formulas defused."""
    lines = [columns, *([row.get(column) for column in columns] for row in rows)]
    return "".join(f"{','.join(map(_field, line))}\r\n" for line in lines)


def _field(value: Any) -> str:  # noqa: ANN401 - a cell is what JSON has
    if isinstance(value, str):
        text = _defused(value)
        return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
    if value is None:
        return ""
    return _plain(value) if isinstance(value, float) else str(value)


def _defused(text: str) -> str:
    """Return a text with an apostrophe before whatever a spreadsheet could take for a formula."""
    safe = _FORMULA.sub(r"\1'\2", text)
    return f"'{safe}" if _BEGINS_WITH_CELL_END.match(safe) else safe


def _plain(value: float) -> str:
    """Return all digits of a figure without an exponent; nothing where there is no such figure."""
    if not math.isfinite(value):
        return ""
    text = repr(value or 0.0)  # there is no -0
    return (f"{Decimal(text):f}" if "e" in text else text).removesuffix(".0")
