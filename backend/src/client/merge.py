"""Adds up days that LiteLLM splits over pages: a page can end in the middle of a day."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from src.client.models import (
    NO_METRICS,
    BreakdownMetrics,
    DailySpendData,
    KeyMetricWithMetadata,
    MetricWithMetadata,
    SpendMetrics,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

MONEY = ("spend", "flat_cost")
COUNTS = tuple(field.name for field in fields(SpendMetrics) if field.name not in MONEY)
T = TypeVar("T")


def merge_days(parts: Iterable[DailySpendData]) -> list[DailySpendData]:
    """Return one entry per date, newest first; entries of the same date are added up."""
    days: dict[dt.date, DailySpendData] = {}
    for part in parts:
        known = days.get(part.date)
        days[part.date] = part if known is None else _add_days(known, part)
    return [days[date] for date in sorted(days, reverse=True)]


def _add_days(a: DailySpendData, b: DailySpendData) -> DailySpendData:
    one, two = a.breakdown or BreakdownMetrics(), b.breakdown or BreakdownMetrics()
    return DailySpendData(
        date=a.date,
        metrics=_add_metrics(a.metrics, b.metrics),
        breakdown=BreakdownMetrics(
            entities=_merge(one.entities, two.entities, _add_parts),
            model_groups=_merge(one.model_groups, two.model_groups, _add_parts),
            models=_merge(one.models, two.models, _add_parts),
            mcp_servers=_merge(one.mcp_servers, two.mcp_servers, _add_parts),
        ),
    )


def _add_parts(a: MetricWithMetadata, b: MetricWithMetadata) -> MetricWithMetadata:
    return MetricWithMetadata(
        metrics=_add_metrics(a.metrics, b.metrics),
        metadata=a.metadata or b.metadata,
        api_key_breakdown=_merge(a.api_key_breakdown, b.api_key_breakdown, _add_keys),
    )


def _add_keys(a: KeyMetricWithMetadata, b: KeyMetricWithMetadata) -> KeyMetricWithMetadata:
    return KeyMetricWithMetadata(metrics=_add_metrics(a.metrics, b.metrics), metadata=a.metadata or b.metadata)


def _add_metrics(a: SpendMetrics | None, b: SpendMetrics | None) -> SpendMetrics:
    if a is None or b is None:
        return a or b or NO_METRICS
    counts = {name: (getattr(a, name) or 0) + (getattr(b, name) or 0) for name in COUNTS}
    return SpendMetrics(**counts, **{name: _add_money(getattr(a, name), getattr(b, name)) for name in MONEY})


def _add_money(a: float | None, b: float | None) -> float | None:
    """Add two amounts: a sum with an unknown part is unknown."""
    return None if a is None or b is None else a + b


def _merge(a: Mapping[str, T] | None, b: Mapping[str, T] | None, add: Callable[[T, T], T]) -> dict[str, T] | None:
    if a is None and b is None:
        return None
    merged = dict(a or {})
    for name, part in (b or {}).items():
        merged[name] = add(merged[name], part) if name in merged else part
    return merged
