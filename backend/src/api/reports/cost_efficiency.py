"""`GET /tokens/cost-efficiency`: cost per team and model."""

from __future__ import annotations

from pydantic import Field

from src.api.examples import CLAUDE, ENGINES, GPT, NOBODY, Example
from src.api.fields import Kind, Meta, ModelName, Out, TeamId, TeamName, Tokens, Usd
from src.api.usage_report import OF_TEAM, UsageReport, largest_first
from src.services.cost_efficiency_service import cost_by_team_and_model


class CostEfficiencyCell(Out):
    """What a team paid for a model."""

    team_id: TeamId
    team: TeamName = Field(validation_alias="name")
    kind: Kind
    model: ModelName
    cost_per_1k_tokens: float | None = Field(description="USD per 1,000 tokens; null without tokens.")
    total_cost: Usd = Field(validation_alias="spend")
    total_tokens: Tokens = Field(validation_alias="tokens")


class CostEfficiencyOut(Out):
    """`GET /tokens/cost-efficiency`: every team × model that was used, highest cost first."""

    meta: Meta
    cells: list[CostEfficiencyCell] = Field(
        description="Every team × model that was used, highest cost first; in public mode most tokens first."
    )


def _cell(team: Example, model: Example, tokens: int, spend: float, per_1k: float) -> Example:
    who = {"team_id": team["team_id"], "team": team["name"], "kind": team["kind"], "model": model["model"]}
    return {**who, "cost_per_1k_tokens": per_1k, "total_cost": spend, "total_tokens": tokens}


REPORT = UsageReport(
    name="cost-efficiency",
    summary="Cost per team and model",
    description="Tell what each team paid for each model, in all and per 1,000 tokens, in USD.",
    model=CostEfficiencyOut,
    group=cost_by_team_and_model,
    columns=(*OF_TEAM, "model", "cost_per_1k_tokens", "total_cost", "total_tokens"),
    public_order=largest_first("total_tokens", "team", "model"),
    example={
        "cells": [
            _cell(ENGINES, GPT, 1500, 0.0065, 0.004333333333333333),
            _cell(ENGINES, CLAUDE, 1000, 0.0054, 0.0054),
            _cell(NOBODY, GPT, 100, 0.0012, 0.012),
        ]
    },
)
