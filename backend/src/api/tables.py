"""The reports as flat tables, for CSV: columns, and rows made of the JSON answer, so that both agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.api.models import CostEfficiencyOut, ModelsOut, SuccessRateSummaryOut, TeamsOut, TimeSeriesOut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A report's JSON model and the field of its rows; its name as a file, columns, and how a model makes rows."""

    model: type[BaseModel]
    field: str
    name: str
    columns: tuple[str, ...]
    rows: Callable[[Any], Iterator[Row]]


def _teams(answer: TeamsOut) -> Iterator[Row]:
    for team in answer.teams:
        yield {**team.model_dump(exclude={"breakdown"}), "team": team.name}


def _breakdown(answer: TeamsOut) -> Iterator[Row]:
    for team in answer.teams:
        head = {"team": team.name, "team_id": team.team_id, "kind": team.kind}
        keys = team.breakdown.api_keys if team.breakdown else []
        if not keys:
            yield {**team.model_dump(exclude={"breakdown"}), **head}
        for key in keys:
            for model in key.models:
                row = model.model_dump()
                yield {
                    **row,
                    **head,
                    "api_key": key.api_key,
                    "key_alias": key.key_alias,
                    "tokens": row["total_tokens"],
                }


def _timeseries(answer: TimeSeriesOut) -> Iterator[Row]:
    for day in answer.timeseries:
        for team in day.teams:
            yield {**team.model_dump(), "team": team.name, "date": day.date}


def _models(answer: ModelsOut) -> Iterator[Row]:
    yield from (model.model_dump() for model in answer.models)


def _success_rate(answer: SuccessRateSummaryOut) -> Iterator[Row]:
    yield from ({**team.model_dump(), "team": team.name} for team in answer.teams)


def _cost_efficiency(answer: CostEfficiencyOut) -> Iterator[Row]:
    yield from (cell.model_dump() for cell in answer.cells)


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
MODELS = Table(ModelsOut, "models", "models", ("model", "label", "tokens", "spend", "api_requests"), _models)
SUCCESS_RATE = Table(
    SuccessRateSummaryOut, "teams", "success-rate", (*_TEAM, *_OUTCOMES, "success_rate"), _success_rate
)
COST_EFFICIENCY = Table(
    CostEfficiencyOut,
    "cells",
    "cost-efficiency",
    (*_TEAM, "model", "cost_per_1k_tokens", "total_cost", "total_tokens"),
    _cost_efficiency,
)
