"""Holds each day's rows against what the gateway says that the day adds up to."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

import polars as pl

from src.client.usage_rows import METRICS, SPEND, ZEROS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from src.client.usage_rows import Numbers

logger = logging.getLogger(__name__)

# Money is added up in another order there: the last digits may differ, by more where amounts take each other away.
CENTS_TOLERANCE, RELATIVE_TOLERANCE = 1e-6, 1e-9


def days_unlike_their_totals(frame: pl.DataFrame, totals: Mapping[dt.date, Numbers]) -> frozenset[dt.date]:
    """Return the dates whose rows do not add up to the day's own totals: nobody knows which are right.

    Each leaves a line in the log.
    """
    sums = frame.group_by("date").agg(pl.col(METRICS).sum())
    added = {date: tuple(figures) for date, *figures in sums.iter_rows()}
    unlike = frozenset(date for date, told in totals.items() if not _agree(added.get(date, ZEROS), told))
    for date in sorted(unlike):
        logger.warning("%s is left out: its parts do not add up to what the gateway says that it has", date)
    return unlike


def _agree(added: Numbers, told: Numbers) -> bool:
    """Compare what is told: where no count is, nothing is."""
    if all(figure is None for i, figure in enumerate(told) if i != SPEND):
        return True
    counts_agree = all(b is None or a == b for i, (a, b) in enumerate(zip(added, told, strict=True)) if i != SPEND)
    return counts_agree and _is_same_money(added[SPEND], told[SPEND])


def _is_same_money(added: float, told: float) -> bool:
    """Tell whether two sums are the same, or one of them is not known."""
    if math.isnan(added) or math.isnan(told):
        return True
    return math.isclose(added, told, rel_tol=RELATIVE_TOLERANCE, abs_tol=CENTS_TOLERANCE)
