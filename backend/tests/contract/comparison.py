"""Holds tables of figures against each other, and says in readable lines where they differ."""

import math
from dataclasses import dataclass
from typing import Any

from tests.contract.truth import Figures, Table

USD_TOLERANCE = 1e-9
MOST_LINES = 40


def keyed(items: list[dict[str, Any]], *by: str, figures: tuple[str, ...]) -> Table:
    """Return `figures` of every item, keyed by its fields `by`; no key may come twice."""
    table: Table = {}
    for item in items:
        key = tuple(item[name] for name in by)
        assert key not in table, f"{key} is there twice: {item} and {table[key]}"
        table[key] = {name: item[name] for name in figures}
    return table


def equal(expected: float | None, actual: Any) -> bool:
    """Tell whether a figure is right: whole numbers to the unit, USD and rates to 1e-9."""
    if expected is None or actual is None or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int):
        return isinstance(actual, int) and expected == actual
    return isinstance(actual, int | float) and math.isclose(expected, actual, rel_tol=0, abs_tol=USD_TOLERANCE)


def differences(expected: Table, actual: Table) -> list[str]:
    """Return one line for each row that is missing or extra and for each figure that differs."""
    lines = [f"missing  {key}: SQL has {row}" for key, row in expected.items() if key not in actual]
    lines += [f"extra    {key}: answered {row}" for key, row in actual.items() if key not in expected]
    for key in expected.keys() & actual.keys():
        lines += _row_differences(key, expected[key], actual[key])
    return sorted(lines)


def _row_differences(key: tuple, expected: Figures, actual: Figures) -> list[str]:
    lines = []
    for name, answered in actual.items():
        truth = expected[name]
        if equal(truth, answered):
            continue
        line = f"differs  {key} {name}: SQL {truth!r}, answered {answered!r}"
        if isinstance(truth, int | float) and isinstance(answered, int | float):
            line += f" ({answered - truth:+})"
        lines.append(line)
    return lines


@dataclass
class Comparison:
    """Counts the figures it compares, so that a run can say how much it has shown."""

    figures: int = 0

    def __call__(self, expected: Table, actual: Table, what: str = "") -> None:
        """Fail with every difference between SQL's table and the dashboard's."""
        lines = differences(expected, actual)
        shown = "\n".join([f"{what}: {len(lines)} differences", *lines[:MOST_LINES]])
        assert not lines, shown if len(lines) <= MOST_LINES else f"{shown}\n… and {len(lines) - MOST_LINES} more"
        self.figures += sum(map(len, actual.values()))
