"""Flattens LiteLLM's nested days into columns: once, here, and nowhere else.

Money that is not known is NaN in a frame: any sum with it is NaN as well.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from src.client.errors import GatewayInvalidResponseError
from src.client.models import (
    MAX_COUNT,
    NO_METRICS,
    BreakdownMetrics,
    DailySpendData,
    MetricWithMetadata,
    SpendMetrics,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

METRIC_COLUMNS: dict[str, Any] = {
    "prompt_tokens": pl.Int64,
    "completion_tokens": pl.Int64,
    "cache_read_input_tokens": pl.Int64,
    "cache_creation_input_tokens": pl.Int64,
    "spend": pl.Float64,
    "api_requests": pl.Int64,
    "successful_requests": pl.Int64,
    "failed_requests": pl.Int64,
}
METRICS = tuple(METRIC_COLUMNS)
# Whether a row has anything in it: a count, or money, also unknown money.
IS_SOMETHING = pl.any_horizontal(pl.col(name) != 0 for name in METRICS)
# All but money: integers, which can be compared exactly.
COUNTS = tuple(name for name in METRICS if name != "spend")

TEAM_KEY_COLUMNS = {
    "date": pl.Date,
    "team_id": pl.String,
    "api_key": pl.String,
    "key_alias": pl.String,
    **METRIC_COLUMNS,
}
KEY_MODEL_COLUMNS = {"date": pl.Date, "api_key": pl.String, "model": pl.String, **METRIC_COLUMNS}

UNASSIGNED_ENTITY = "Unassigned"
# The key that LiteLLM books the cost of provisioned capacity on, and what it is called for people.
PROVISIONED_KEY, PROVISIONED_NAME = "__ptu_flat_cost__", "Provisioned capacity"

T = TypeVar("T", str, None, str | None)
Numbers = tuple[Any, ...]
ZEROS: Numbers = (0,) * len(METRIC_COLUMNS)
SPEND = list(METRIC_COLUMNS).index("spend")
UNKNOWN = math.nan
# Sums of floats in another order differ in their last digits: USD, and a part of the sum.
SPEND_DUST, RELATIVE_DUST = 1e-10, 1e-12

TOO_LARGE = "The gateway tells numbers that are too large to be added up. Correct them in its database."


@dataclass(frozen=True, slots=True)
class UsageRows:
    """The views of a span of days that LiteLLM gives, and the team names that came with them.

    `by_team_key` is exact: what each team used through each key. `by_key_model` says which models (public
    names) a key was used for, over all teams that were asked for, and `by_key_provider_model` the same with
    the providers' model ids, `by_key_tool` with the names of MCP tools. Usage that LiteLLM assigns to no key
    stands under the key `""`, provisioned capacity under `PROVISIONED_KEY`; usage that it assigns to no model is
    in `by_team_key` only. `totals` is what LiteLLM says that each day adds up to, None for counts that it leaves
    out.
    """

    by_team_key: pl.DataFrame
    by_key_model: pl.DataFrame
    by_key_provider_model: pl.DataFrame
    by_key_tool: pl.DataFrame
    team_aliases: Mapping[str, str]
    totals: Mapping[dt.date, Numbers] = field(default_factory=dict)


def flatten(days: Iterable[DailySpendData]) -> UsageRows:
    """Return the rows of `days`; each date may come only once.

    Raises `GatewayInvalidResponseError` for numbers that do not fit.
    """
    team_rows: list[Numbers] = []
    model_rows: list[Numbers] = []
    provider_rows: list[Numbers] = []
    tool_rows: list[Numbers] = []
    aliases: dict[str, str] = {}
    totals: dict[dt.date, Numbers] = {}
    for day in days:
        breakdown = day.breakdown or BreakdownMetrics()
        totals[day.date] = _totals(day.metrics or NO_METRICS)
        for entity_id, part in (breakdown.entities or {}).items():
            team_id = None if entity_id == UNASSIGNED_ENTITY else entity_id
            team_rows += _team_rows(day.date, team_id, part)
            if team_id is not None and part.metadata is not None and part.metadata.team_alias:
                aliases[team_id] = part.metadata.team_alias
        model_rows += _key_rows(day.date, breakdown.model_groups)
        provider_rows += _key_rows(day.date, breakdown.models)
        tool_rows += _key_rows(day.date, breakdown.mcp_servers)
    return UsageRows(
        by_team_key=_frame(team_rows, TEAM_KEY_COLUMNS),
        by_key_model=_frame(model_rows, KEY_MODEL_COLUMNS),
        by_key_provider_model=_frame(provider_rows, KEY_MODEL_COLUMNS),
        by_key_tool=_frame(tool_rows, KEY_MODEL_COLUMNS),
        team_aliases=aliases,
        totals=totals,
    )


def add_up(pages: Sequence[UsageRows]) -> UsageRows:
    """Return the rows of several pages as those of one: a page can end in the middle of a day.

    Raises `GatewayInvalidResponseError` for numbers that do not fit.
    """
    if len(pages) == 1:
        return pages[0]
    totals: dict[dt.date, Numbers] = {}
    for page in pages:
        for date, numbers in page.totals.items():
            totals[date] = _add_told(totals[date], numbers) if date in totals else numbers
    return UsageRows(
        by_team_key=_summed([page.by_team_key for page in pages], TEAM_KEY_COLUMNS),
        by_key_model=_summed([page.by_key_model for page in pages], KEY_MODEL_COLUMNS),
        by_key_provider_model=_summed([page.by_key_provider_model for page in pages], KEY_MODEL_COLUMNS),
        by_key_tool=_summed([page.by_key_tool for page in pages], KEY_MODEL_COLUMNS),
        team_aliases={team_id: alias for page in pages for team_id, alias in page.team_aliases.items()},
        totals=totals,
    )


def check_sums(frame: pl.DataFrame) -> None:
    """Raise `GatewayInvalidResponseError` where counts of the frame may add up to more than an integer holds."""
    # in floats, as integers that are too large would come out as others; no sum here is larger than all tokens
    sizes = frame.select(pl.col(COUNTS).cast(pl.Float64).abs().sum()).row(0, named=True)
    if max(sizes["prompt_tokens"] + sizes["completion_tokens"], *sizes.values()) >= MAX_COUNT:
        raise GatewayInvalidResponseError(TOO_LARGE)


def rest_of(name: str, whole: pl.Expr, known: pl.Expr) -> pl.Expr:
    """Return what of a metric's whole is in no known part, below zero where those have more.

    Money that differs by what sums of floats leave behind is none. Where a part's money is unknown, the rest is
    none either: what is unknown is told once.
    """
    rest = whole - known.fill_null(0)
    if name != "spend":
        return rest.alias(name)
    dust = pl.max_horizontal(pl.lit(SPEND_DUST), whole.abs() * RELATIVE_DUST)
    nothing = known.is_nan().fill_null(value=False) | (rest.abs() <= dust)
    return pl.when(nothing).then(0.0).otherwise(rest).alias(name)


def hashed(text: T) -> T | str:
    """Return LiteLLM's hash of what is a key, anything else as it is: no key goes further than this."""
    is_key = text is not None and text.startswith("sk-")
    return hashlib.sha256(text.encode()).hexdigest() if is_key else text


def _frame(rows: list[Numbers], schema: Mapping[str, Any]) -> pl.DataFrame:
    try:
        return pl.DataFrame(rows, schema=schema, orient="row")
    except (pl.exceptions.PolarsError, OverflowError):
        raise GatewayInvalidResponseError(TOO_LARGE) from None


def _summed(parts: list[pl.DataFrame], schema: Mapping[str, Any]) -> pl.DataFrame:
    keys = [name for name in schema if name not in METRICS and name != "key_alias"]
    named = [pl.col("key_alias").drop_nulls().first()] if "key_alias" in schema else []
    rows = pl.concat([pl.DataFrame(schema=schema), *parts])
    check_sums(rows)
    # money as a list that is added up in order, so that sums are the same each time
    sums = rows.group_by(keys, maintain_order=True).agg(*named, pl.col(COUNTS).sum(), pl.col("spend"))
    return sums.with_columns(pl.col("spend").list.sum()).select(list(schema))


def _team_rows(date: dt.date, team_id: str | None, part: MetricWithMetadata) -> Iterator[Numbers]:
    aliases = {hashed(key): share.metadata for key, share in (part.api_key_breakdown or {}).items()}
    for api_key, numbers in _shares(part).items():
        metadata = aliases.get(api_key)
        alias = hashed(metadata.key_alias if metadata else None)
        yield (date, team_id, api_key, PROVISIONED_NAME if api_key == PROVISIONED_KEY else alias, *numbers)


def _key_rows(date: dt.date, parts: Mapping[str, MetricWithMetadata] | None) -> Iterator[Numbers]:
    """Yield the rows of models or tools, by their name."""
    for name, part in (parts or {}).items():
        for api_key, numbers in _shares(part).items():
            yield (date, api_key, name, *numbers)


def _shares(part: MetricWithMetadata) -> dict[str, Numbers]:
    """Return the numbers of each key, by hash, and what is in no key."""
    told = [
        (hashed(key), _numbers(of.metrics or NO_METRICS)) for key, of in (part.api_key_breakdown or {}).items()
    ]
    if part.metrics is not None:
        told += _in_no_key(part.metrics, [numbers for _, numbers in told])
    shares: dict[str, Numbers] = {}
    for key, numbers in told:
        shares[key] = tuple(map(add, shares[key], numbers)) if key in shares else numbers
    return shares


def _totals(metrics: SpendMetrics) -> Numbers:
    """Return all that metrics tell, provisioned capacity in their money, None for counts that they do not tell."""
    told = {name: getattr(metrics, name) for name in COUNTS}
    told["spend"] = _numbers(metrics)[SPEND] + _money(metrics.flat_cost)
    return tuple(told[name] for name in METRICS)


def _add_told(a: Numbers, b: Numbers) -> Numbers:
    return tuple(None if x is None or y is None else x + y for x, y in zip(a, b, strict=True))


def _in_no_key(metrics: SpendMetrics, shares: Iterable[Numbers]) -> Iterator[tuple[str, Numbers]]:
    """Yield what of a part is in no share, below zero where shares have more, and its provisioned capacity."""
    whole = _numbers(metrics)
    known = ZEROS
    size = abs(whole[SPEND])
    for share in shares:
        known = tuple(map(add, known, share))
        size += abs(share[SPEND])
    rest = [x - y for x, y in zip(whole, known, strict=True)]
    if math.isnan(known[SPEND]) or abs(rest[SPEND]) <= max(SPEND_DUST, size * RELATIVE_DUST):
        rest[SPEND] = 0.0
    # metrics without any figure say nothing of what their parts add up to
    is_told = bool(metrics.spend) or any(getattr(metrics, name) is not None for name in COUNTS)
    if is_told and any(rest):
        yield "", tuple(rest)
    if metrics.flat_cost != 0:
        yield PROVISIONED_KEY, tuple(_money(metrics.flat_cost) if name == "spend" else 0 for name in METRICS)


def _money(usd: float | None) -> float:
    return float(usd) if usd is not None and math.isfinite(usd) else UNKNOWN


def _numbers(m: SpendMetrics) -> Numbers:
    """Return the numbers in the order of `METRICS`."""
    # a row of nulls is one without requests
    is_empty = m.spend is None and all(getattr(m, name) is None for name in COUNTS)
    return (
        m.prompt_tokens or 0,
        m.completion_tokens or 0,
        m.cache_read_input_tokens or 0,
        m.cache_creation_input_tokens or 0,
        0.0 if is_empty else _money(m.spend),
        m.api_requests or 0,
        m.successful_requests or 0,
        m.failed_requests or 0,
    )
