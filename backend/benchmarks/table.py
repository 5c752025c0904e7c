"""The one table: every figure beside its reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = ("name", "what", "measured", "reference", "ratio", "limit", "verdict")
SECOND = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `reached` is None where nothing can be judged, `failed` says that it could not be measured."""

    name: str
    what: str
    measured: str
    reference: str = ""
    ratio: str = ""
    limit: str = ""
    reached: bool | None = None
    failed: bool = False


@dataclass(slots=True)
class Table:
    """All figures. `judged` is false where the sizes say nothing about the limits."""

    judged: bool
    on_row: Callable[[str], None]
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Add a figure, and tell it at once."""
        self.rows.append(row)
        self.on_row(" | ".join(filter(None, self._cells(row))))

    @property
    def failed(self) -> list[Row]:
        """The rows that could not be measured."""
        return [row for row in self.rows if row.failed]

    @property
    def missed(self) -> list[Row]:
        """The figures that do not reach their limit."""
        return [row for row in self.rows if self.judged and row.reached is False]

    def text(self) -> str:
        """Return the table in columns, for a terminal."""
        cells = [COLUMNS, *map(self._cells, self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
            for line in cells
        ]
        return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])

    def markdown(self) -> str:
        """Return the table as Markdown."""
        cells = [COLUMNS, ("---",) * len(COLUMNS), *map(self._cells, self.rows)]
        return "\n".join(f"| {' | '.join(line)} |" for line in cells)

    def _cells(self, row: Row) -> tuple[str, ...]:
        return (row.name, row.what, row.measured, row.reference, row.ratio, row.limit, self._verdict(row))

    def _verdict(self, row: Row) -> str:
        if row.failed:
            return "FAILED"
        if row.reached is None:
            return ""
        if not self.judged:
            return "not judged"
        return "reached" if row.reached else "MISSED"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it, to two or three digits."""
    if seconds >= SECOND:
        return f"{seconds:.3g} s" if seconds < 100 * SECOND else f"{seconds:.0f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"  # noqa: PLR2004


def times(ratio: float) -> str:
    """Return a ratio such as `1.25×`."""
    return f"{ratio:.0f}×" if ratio >= 100 else f"{ratio:.3g}×"  # noqa: PLR2004
