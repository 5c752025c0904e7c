"""Puts rows back into LiteLLM's nested days, for whoever asks for days: one reading serves both.

What rows do not tell, days do not either: keys are hashed, counts that were left out are zero (except in a day's
own totals), and what has no usage is not there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from src.client.models import (
    BreakdownMetrics,
    DailySpendData,
    EntityMetadata,
    KeyMetadata,
    KeyMetricWithMetadata,
    MetricWithMetadata,
    SpendMetrics,
)
from src.client.usage_rows import COUNTS, METRICS, PROVISIONED_KEY, UNASSIGNED_ENTITY, check_sums

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import polars as pl

    from src.client.usage_rows import UsageRows

    Row = dict[str, Any]
    Parts = dict[str, MetricWithMetadata]


def days_of(rows: UsageRows) -> list[DailySpendData]:
    """Return one entry per day, newest first; `flatten` makes the same rows of them.

    Raises `GatewayInvalidResponseError` for numbers that are too large to be added up.
    """
    entities = _parts(rows.by_team_key, "team_id", rows.team_aliases)
    named = rows.by_team_key.unique(["date", "api_key"], keep="first").select("date", "api_key", "key_alias")
    model_groups, models, tools = (
        _parts(frame.join(named, on=["date", "api_key"], how="left", maintain_order="left"), "model", {})
        for frame in (rows.by_key_model, rows.by_key_provider_model, rows.by_key_tool)
    )
    return [
        DailySpendData(
            date=date,
            metrics=_metrics_of_day(dict(zip(METRICS, rows.totals[date], strict=True)), entities[date]),
            breakdown=BreakdownMetrics(
                entities=entities[date],
                model_groups=model_groups[date],
                models=models[date],
                mcp_servers=tools[date],
            ),
        )
        for date in sorted(rows.totals, reverse=True)
    ]


def _parts(frame: pl.DataFrame, name: str, aliases: Mapping[str, str]) -> dict[dt.date, Parts]:
    """Return the parts of each day by what stands in the column `name`, split by key."""
    check_sums(frame)
    grouped: dict[tuple[dt.date, str], list[Row]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        grouped[row["date"], row[name] if row[name] is not None else UNASSIGNED_ENTITY].append(row)
    days: dict[dt.date, Parts] = defaultdict(dict)
    for (date, part), rows in grouped.items():
        days[date][part] = MetricWithMetadata(
            metrics=_metrics(rows),
            metadata=EntityMetadata(team_alias=aliases.get(part)),
            api_key_breakdown={
                row["api_key"]: KeyMetricWithMetadata(_metrics([row]), KeyMetadata(row["key_alias"]))
                for row in rows
            },
        )
    return days


def _metrics(rows: Sequence[Row]) -> SpendMetrics:
    return SpendMetrics(
        spend=_known(sum(row["spend"] for row in rows if row["api_key"] != PROVISIONED_KEY)),
        flat_cost=_known(sum(row["spend"] for row in rows if row["api_key"] == PROVISIONED_KEY)),
        **{name: sum(row[name] for row in rows) for name in COUNTS},
    )


def _metrics_of_day(totals: Row, entities: Parts) -> SpendMetrics:
    """Return what the gateway says of a day: in its total, provisioned capacity is money like any other."""
    costs = [part.metrics.flat_cost for part in entities.values() if part.metrics is not None]
    flat = math.nan if None in costs else sum(cost for cost in costs if cost is not None)
    totals["spend"] = _known(totals["spend"] - (0.0 if math.isnan(flat) else flat))
    return SpendMetrics(**totals, flat_cost=_known(flat))


def _known(usd: float) -> float | None:
    return None if math.isnan(usd) else float(usd)
