"""Finds what usage was of where LiteLLM leaves it out of `model_groups`.

LiteLLM 1.106 puts usage of models without a public name into `model_groups` under the provider's model id; 1.95
has it in `models` only, together with what was used of the same model under a public name. Asked for that one
model, either release tells both apart: what is in its `models` and not in its `model_groups` has no public name.
Calls of MCP tools may have no model at all; then the tool is what was used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import polars as pl

from src.client.errors import GatewayUsageChangedError
from src.client.usage_rows import COUNTS, METRICS, is_something, rest_of

if TYPE_CHECKING:
    import datetime as dt

    from src.client.usage_rows import UsageRows

DAY_KEY = ["date", "api_key"]
DAY_KEY_MODEL = [*DAY_KEY, "model"]
# So that a model is first matched by its requests, then by its tokens, then by its cost.
REQUEST_WEIGHT = 1_000_000
# What LiteLLM calls the model of an MCP tool's call, where it names one.
TOOL_PREFIX = "MCP: "


class Ask(Protocol):
    """Gives the rows of a span of days, of all models or of one of the providers'."""

    def __call__(self, start: dt.date, end: dt.date, *, model: str | None = None) -> UsageRows:
        """Raise a kind of `GatewayError` where the gateway cannot be asked."""
        ...


def rows_of_all_models(ask: Ask, start: dt.date, end: dt.date) -> UsageRows:
    """Return the rows of a span. In `by_key_model` is also what has a model without a public name, or only a tool.

    One of the providers' models is asked for only where usage is missing, the likeliest one first, until none is.
    Raises `GatewayUsageChangedError` when usage came in between two answers.
    """
    rows = ask(start, end)
    missing = _missing(rows.by_key_provider_model, rows.by_key_model)
    found = []
    if not missing.is_empty():
        candidates = rows.by_key_provider_model.join(missing.select(DAY_KEY), on=DAY_KEY, how="semi")
        for model in _likeliest_first(candidates, missing):
            told = candidates.filter(pl.col("model") == model).join(missing, on=DAY_KEY, how="semi")
            if told.is_empty():
                continue
            first, last = told.select(first=pl.col("date").min(), last=pl.col("date").max()).row(0)
            found.append(_ungrouped(told, ask(first, last, model=model), model))
            missing = _missing(missing, found[-1])
    rows = _with_models(rows, found) if found else rows
    # no tools are the rule
    return rows if rows.by_key_tool.is_empty() else _with_tools(rows)


def _with_models(rows: UsageRows, found: list[pl.DataFrame]) -> UsageRows:
    by_key_model = pl.concat([rows.by_key_model, *found]).group_by(DAY_KEY_MODEL).agg(pl.col(METRICS).sum())
    return replace(rows, by_key_model=by_key_model)


def _with_tools(rows: UsageRows) -> UsageRows:
    """Name usage without a model by its tool, where all of a key's tools have none on that day.

    A tool's call that has a model is in its model's usage already.
    """
    modelled = rows.by_key_model.filter(pl.col("model").str.starts_with(TOOL_PREFIX))
    tools = rows.by_key_tool.join(modelled, on=DAY_KEY, how="anti")
    unnamed = _missing(rows.by_team_key, rows.by_key_model)
    # what tools used and nobody's usage without a model has was of models under other names
    unexplained = _missing(tools, unnamed).filter(pl.any_horizontal(pl.col(name) > 0 for name in COUNTS))
    tools = tools.join(unnamed, on=DAY_KEY, how="semi").join(unexplained, on=DAY_KEY, how="anti")
    return _with_models(rows, [tools.with_columns(model=pl.lit(TOOL_PREFIX) + pl.col("model"))])


def _ungrouped(told: pl.DataFrame, answer: UsageRows, model: str) -> pl.DataFrame:
    """Return the part of `told`, one model's rows, that has no public name."""
    now = answer.by_key_provider_model
    compared = told.join(now, on=DAY_KEY_MODEL, how="left", suffix="_now")
    if compared.select(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n}_now")) for n in COUNTS).any()).item():
        raise GatewayUsageChangedError("The gateway's usage changed while it was read. Try again in a minute.")
    rest = _missing(told, answer.by_key_model)
    return rest.with_columns(model=pl.lit(model)).select(told.columns)


def _missing(whole: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    """Return, for each day and key, what `whole` has and `part` has not, where that is anything."""
    known = part.group_by(DAY_KEY).agg(pl.col(METRICS).sum())
    joined = (
        whole.group_by(DAY_KEY).agg(pl.col(METRICS).sum()).join(known, on=DAY_KEY, how="left", suffix="_known")
    )
    rest = joined.select(*DAY_KEY, *(rest_of(n, pl.col(n), pl.col(f"{n}_known")) for n in METRICS))
    return rest.filter(is_something())


def _likeliest_first(candidates: pl.DataFrame, missing: pl.DataFrame) -> list[str]:
    """Order the models by how little their usage differs from what is missing of their keys."""
    tokens = pl.col("prompt_tokens") + pl.col("completion_tokens")
    weight = (pl.col("api_requests") * REQUEST_WEIGHT + tokens).cast(pl.Float64) + pl.col("spend").fill_nan(0)
    wanted = missing.select(*DAY_KEY, wanted=weight)
    distance = candidates.select(*DAY_KEY_MODEL, used=weight).join(wanted, on=DAY_KEY)
    by_model = distance.group_by("model").agg(distance=(pl.col("used") - pl.col("wanted")).abs().sum())
    return by_model.sort("distance", "model")["model"].to_list()
