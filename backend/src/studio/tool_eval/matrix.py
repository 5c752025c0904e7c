"""The matrix of a run: each case by each model, a letter a repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.tool_eval.told import case_told, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from src.studio.benchmarks.targets import RunTarget
    from src.studio.tool_eval.runs import AskedCase

LETTERS = {"pass": "p", "fail": "f", "unscored": "u"}
TO_COME = "-"


def matrix(
    cells: Iterable[tuple[Any, ...]], targets: Sequence[RunTarget], cases: Sequence[AskedCase], repeats: int
) -> dict[str, Any]:
    """Return cases, models, and what came of both: `cells` are the repository's.

    `cells` has a letter a repeat by target and case, `-` where nothing has come yet; what has none at all is left
    out. `reasons` has why repeats failed, null where one did not, and is left out where none did.
    """
    letters: dict[str, list[str]] = {}
    reasons: dict[str, list[str | None]] = {}
    for target, case, repeat, status, reason in cells:
        key = f"{target}-{case}"
        letters.setdefault(key, [TO_COME] * repeats)[repeat - 1] = LETTERS[status]
        if reason is not None:
            reasons.setdefault(key, [None] * repeats)[repeat - 1] = reason
    return {
        "cases": [case_told(asked) for asked in cases],
        "targets": [named(at, target) for at, target in enumerate(targets)],
        "cells": {key: "".join(one) for key, one in letters.items()},
        "reasons": reasons,
    }
