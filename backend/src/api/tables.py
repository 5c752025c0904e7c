"""The reports as answers: the model and the field that their rows go into, and their form as flat tables for CSV.

A table's rows are made of what the JSON answer has, so that both agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import polars as pl

from src.api.audience import INSIDERS, Audience
from src.api.models import CostEfficiencyOut, ModelsOut, SuccessRateSummaryOut, TeamsOut, TimeSeriesOut
from src.api.shapes import Row, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import BaseModel

    from src.services.team_directory import TeamDirectory

    Flatten = Callable[[Iterable[Row]], Iterator[Row]]
    Order = Callable[[list[Row]], list[Row]]


class Table:
    """A report's response model and the field of its rows; its name as a file, its columns and their rows.

    `order` is by what everybody may see: an order by cost, or by names that are not shown, would tell of them.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a table is
        self,
        model: type[BaseModel],
        field: str,
        name: str,
        columns: tuple[str, ...],
        flatten: Flatten,
        order: Order,
    ) -> None:
        self.field, self.name, self._columns, self.flatten, self._order = field, name, columns, flatten, order
        (self._part,) = get_args(model.model_fields[field].annotation)

    def shaped(self, rows: Iterable[Row], audience: Audience, directory: TeamDirectory) -> list[Row]:
        """Return the rows of a service as the JSON answer to `audience` has them."""
        shape = shape_of(self._part, audience.hidden, audience.disguise(directory))
        shaped = [shape(row) for row in rows]
        return shaped if audience is INSIDERS else self._order(shaped)

    def columns(self, audience: Audience) -> list[str]:
        """Return the columns that are for `audience`."""
        return [column for column in self._columns if column not in audience.hidden]


def _largest_first(figure: str, *names: str) -> Order:
    return lambda rows: sorted(rows, key=lambda row: (-row[figure], *(row[name] for name in names)))


def _days_largest_first(days: list[Row]) -> list[Row]:
    """Order the teams of each day, which are a data frame."""
    return [{**day, "teams": day["teams"].sort("tokens", "name", descending=[True, False])} for day in days]


def _teams(teams: Iterable[Row]) -> Iterator[Row]:
    yield from ({**team, "team": team["name"]} for team in teams)


def _breakdown(teams: Iterable[Row]) -> Iterator[Row]:
    for team in teams:
        head = {"team": team["name"], "team_id": team["team_id"], "kind": team["kind"]}
        keys = team["breakdown"]["api_keys"]
        if not keys:
            yield {**team, **head}
        for key in keys:
            named = {**head, **{name: key[name] for name in _KEY if name in key}}
            yield from ({**model, **named, "tokens": model["total_tokens"]} for model in key["models"])


def _timeseries(days: Iterable[Row]) -> Iterator[Row]:
    for day in days:
        teams = day["teams"]
        rows = teams.iter_rows(named=True) if isinstance(teams, pl.DataFrame) else teams
        yield from ({**team, "team": team["name"], "date": day["date"]} for team in rows)


def _as_they_are(rows: Iterable[Row]) -> Iterator[Row]:
    yield from rows


_TEAM = ("team", "team_id", "kind")
_KEY = ("api_key", "key_alias")
_METRICS = (
    "tokens",
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
)
_OUTCOMES = ("total_requests", "successful_requests", "failed_requests")

_TEAMS_BY_TOKENS = _largest_first("tokens", "name")

# a row for each team
TEAMS = Table(TeamsOut, "teams", "tokens", (*_TEAM, *_METRICS), _teams, _TEAMS_BY_TOKENS)
# a row for each team × key × model, and one for each team without usage
BREAKDOWN = Table(
    TeamsOut,
    "teams",
    "tokens",
    (*_TEAM, *_KEY, "model_name", *_METRICS),
    _breakdown,
    _TEAMS_BY_TOKENS,
)
# a row for each day × team that was active
TIMESERIES = Table(
    TimeSeriesOut,
    "timeseries",
    "timeseries",
    ("date", *_TEAM, "tokens", "prompt_tokens", "completion_tokens", *_OUTCOMES, "spend"),
    _timeseries,
    _days_largest_first,
)
MODELS = Table(
    ModelsOut,
    "models",
    "models",
    (
        "model",
        "label",
        "tokens",
        "prompt_tokens",
        "completion_tokens",
        "spend",
        "api_requests",
        "successful_requests",
        "failed_requests",
    ),
    _as_they_are,
    _largest_first("tokens", "model"),
)
SUCCESS_RATE = Table(
    SuccessRateSummaryOut,
    "teams",
    "success-rate",
    (*_TEAM, *_OUTCOMES, "success_rate"),
    _teams,
    _largest_first("total_requests", "name"),
)
COST_EFFICIENCY = Table(
    CostEfficiencyOut,
    "cells",
    "cost-efficiency",
    (*_TEAM, "model", "cost_per_1k_tokens", "total_cost", "total_tokens"),
    _as_they_are,
    _largest_first("total_tokens", "team", "model"),
)
