"""The reports as answers: the model and the field that their rows go into, and their form as flat tables for CSV.

A table's rows are made of what the JSON answer has, so that both agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from src.api.models import CostEfficiencyOut, ModelsOut, SuccessRateSummaryOut, TeamsOut, TimeSeriesOut
from src.api.shapes import Row, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import BaseModel

    Flatten = Callable[[Iterable[Row]], Iterator[Row]]


class Table:
    """A report's response model and the field of its rows; its name as a file, its columns and their rows."""

    def __init__(
        self, model: type[BaseModel], field: str, name: str, columns: tuple[str, ...], flatten: Flatten
    ) -> None:
        self.field, self.name, self.columns, self.flatten = field, name, columns, flatten
        (part,) = get_args(model.model_fields[field].annotation)
        self._shape = shape_of(part)

    def shaped(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows of a service as the JSON answer has them."""
        return [self._shape(row) for row in rows]


def _teams(teams: Iterable[Row]) -> Iterator[Row]:
    yield from ({**team, "team": team["name"]} for team in teams)


def _breakdown(teams: Iterable[Row]) -> Iterator[Row]:
    for team in teams:
        head = {"team": team["name"], "team_id": team["team_id"], "kind": team["kind"]}
        keys = team["breakdown"]["api_keys"]
        if not keys:
            yield {**team, **head}
        for key in keys:
            named = {**head, "api_key": key["api_key"], "key_alias": key["key_alias"]}
            yield from ({**model, **named, "tokens": model["total_tokens"]} for model in key["models"])


def _timeseries(days: Iterable[Row]) -> Iterator[Row]:
    for day in days:
        yield from ({**team, "team": team["name"], "date": day["date"]} for team in day["teams"])


def _as_they_are(rows: Iterable[Row]) -> Iterator[Row]:
    yield from rows


_TEAM = ("team", "team_id", "kind")
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

# a row for each team
TEAMS = Table(TeamsOut, "teams", "tokens", (*_TEAM, *_METRICS), _teams)
# a row for each team × key × model, and one for each team without usage
BREAKDOWN = Table(
    TeamsOut, "teams", "tokens", (*_TEAM, "api_key", "key_alias", "model_name", *_METRICS), _breakdown
)
# a row for each day × team that was active
TIMESERIES = Table(
    TimeSeriesOut, "timeseries", "timeseries", ("date", *_TEAM, "tokens", *_OUTCOMES, "spend"), _timeseries
)
MODELS = Table(ModelsOut, "models", "models", ("model", "label", "tokens", "spend", "api_requests"), _as_they_are)
SUCCESS_RATE = Table(SuccessRateSummaryOut, "teams", "success-rate", (*_TEAM, *_OUTCOMES, "success_rate"), _teams)
COST_EFFICIENCY = Table(
    CostEfficiencyOut,
    "cells",
    "cost-efficiency",
    (*_TEAM, "model", "cost_per_1k_tokens", "total_cost", "total_tokens"),
    _as_they_are,
)
