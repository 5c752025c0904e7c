"""Flattens LiteLLM's nested days into columns: once, here, and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from src.client.models import NO_METRICS, BreakdownMetrics, DailySpendData, MetricWithMetadata, SpendMetrics

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

T = TypeVar("T", str, None, str | None)
Numbers = tuple[Any, ...]
ZEROS: Numbers = (0,) * len(METRIC_COLUMNS)
SPEND = list(METRIC_COLUMNS).index("spend")
SPEND_DUST = 1e-12  # sums of floats in another order differ in their last digits


@dataclass(frozen=True, slots=True)
class UsageRows:
    """The views of a span of days that LiteLLM gives, and the team names that came with them.

    `by_team_key` is exact: what each team used through each key. `by_key_model` says which models (public
    names) a key was used for, over all teams that were asked for, and `by_key_provider_model` the same with
    the providers' model ids. Usage that LiteLLM assigns to no key stands under the key `""`; usage that it
    assigns to no model is in `by_team_key` only.
    """

    by_team_key: pl.DataFrame
    by_key_model: pl.DataFrame
    by_key_provider_model: pl.DataFrame
    team_aliases: Mapping[str, str]


def flatten(days: Iterable[DailySpendData]) -> UsageRows:
    """Return the rows of `days`; each date may come only once."""
    team_rows: list[Numbers] = []
    model_rows: list[Numbers] = []
    provider_rows: list[Numbers] = []
    aliases: dict[str, str] = {}
    for day in days:
        breakdown = day.breakdown or BreakdownMetrics()
        for entity_id, part in (breakdown.entities or {}).items():
            team_id = None if entity_id == UNASSIGNED_ENTITY else entity_id
            team_rows += _team_rows(day.date, team_id, part)
            if team_id is not None and part.metadata is not None and part.metadata.team_alias:
                aliases[team_id] = part.metadata.team_alias
        for model, part in (breakdown.model_groups or {}).items():
            model_rows += _model_rows(day.date, model, part)
        for model, part in (breakdown.models or {}).items():
            provider_rows += _model_rows(day.date, model, part)
    return UsageRows(
        by_team_key=pl.DataFrame(team_rows, schema=TEAM_KEY_COLUMNS, orient="row"),
        by_key_model=pl.DataFrame(model_rows, schema=KEY_MODEL_COLUMNS, orient="row"),
        by_key_provider_model=pl.DataFrame(provider_rows, schema=KEY_MODEL_COLUMNS, orient="row"),
        team_aliases=aliases,
    )


def add_up(pages: Sequence[UsageRows]) -> UsageRows:
    """Return the rows of several pages as those of one: a page can end in the middle of a day."""
    if len(pages) == 1:
        return pages[0]
    return UsageRows(
        by_team_key=_summed([page.by_team_key for page in pages], TEAM_KEY_COLUMNS),
        by_key_model=_summed([page.by_key_model for page in pages], KEY_MODEL_COLUMNS),
        by_key_provider_model=_summed([page.by_key_provider_model for page in pages], KEY_MODEL_COLUMNS),
        team_aliases={team_id: alias for page in pages for team_id, alias in page.team_aliases.items()},
    )


def _summed(parts: list[pl.DataFrame], schema: Mapping[str, Any]) -> pl.DataFrame:
    keys = [name for name in schema if name not in METRICS and name != "key_alias"]
    named = [pl.col("key_alias").drop_nulls().first()] if "key_alias" in schema else []
    rows = pl.concat([pl.DataFrame(schema=schema), *parts])
    # money as a list that is added up in order, so that sums are the same each time
    sums = rows.group_by(keys, maintain_order=True).agg(*named, pl.col(COUNTS).sum(), pl.col("spend"))
    return sums.with_columns(pl.col("spend").list.sum()).select(list(schema))


def _team_rows(date: dt.date, team_id: str | None, part: MetricWithMetadata) -> Iterator[Numbers]:
    shares = _shares(part)
    rest = _subtract(_numbers(part.metrics), shares.values())
    if rest is not None:
        shares[""] = _add(shares.get("", ZEROS), rest)
    aliases = {hashed(key): share.metadata for key, share in (part.api_key_breakdown or {}).items()}
    for api_key, numbers in shares.items():
        metadata = aliases.get(api_key)
        yield (date, team_id, api_key, hashed(metadata.key_alias if metadata else None), *numbers)


def _shares(part: MetricWithMetadata) -> dict[str, Numbers]:
    """Return the numbers of each key, by hash."""
    shares: dict[str, Numbers] = {}
    for key, share in (part.api_key_breakdown or {}).items():
        api_key, numbers = hashed(key), _numbers(share.metrics)
        shares[api_key] = _add(shares[api_key], numbers) if api_key in shares else numbers
    return shares


def _add(a: Numbers, b: Numbers) -> Numbers:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _subtract(whole: Numbers, shares: Iterable[Numbers]) -> Numbers | None:
    """Return what of `whole` is in no share, None where that is nothing.

    Provisioned throughput, for one, is charged to a team without a key.
    """
    rest = whole
    for share in shares:
        rest = tuple(x - y for x, y in zip(rest, share, strict=True))
    rest = tuple(max(x, 0) for x in rest)
    dust = SPEND_DUST * max(whole[SPEND], 1)
    counted = any(x for i, x in enumerate(rest) if i != SPEND)
    return rest if counted or rest[SPEND] > dust else None


def _model_rows(date: dt.date, model: str, part: MetricWithMetadata) -> Iterator[Numbers]:
    for api_key, numbers in _shares(part).items():
        yield (date, api_key, model, *numbers)


def hashed(text: T) -> T | str:
    """Return LiteLLM's hash of what is a key, anything else as it is: no key goes further than this."""
    is_key = text is not None and text.startswith("sk-")
    return hashlib.sha256(text.encode()).hexdigest() if is_key else text


def _numbers(metrics: SpendMetrics | None) -> Numbers:
    m = metrics or NO_METRICS
    return (
        m.prompt_tokens or 0,
        m.completion_tokens or 0,
        m.cache_read_input_tokens or 0,
        m.cache_creation_input_tokens or 0,
        float(m.spend or 0),
        m.api_requests or 0,
        m.successful_requests or 0,
        m.failed_requests or 0,
    )
