"""`GET /tokens`: usage per team, with its keys and their models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import Field

from src.api.examples import CLAUDE, ENGINES, GPT, KEY, NOBODY, Example, metrics
from src.api.fields import (
    CachedTokens,
    CachingTokens,
    CompletionTokens,
    Failed,
    Label,
    Meta,
    ModelName,
    OfTeam,
    Out,
    PromptTokens,
    ReportParams,
    Requests,
    Successful,
    Tokens,
    Usd,
)
from src.api.shapes import Row
from src.api.usage_report import OF_TEAM, UsageReport, largest_first, with_team_column
from src.services.token_aggregation_service import by_team, by_team_and_key


class TeamsParams(ReportParams):
    """A range, and whether keys and models are told."""

    breakdown: bool = Field(True, description="`false` leaves keys and models out.")


class _Metrics(Out):
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    cache_read_input_tokens: CachedTokens
    cache_creation_input_tokens: CachingTokens
    spend: Usd
    api_requests: Requests
    successful_requests: Successful
    failed_requests: Failed


class _Model(Out):
    model_name: ModelName = Field(validation_alias="model")
    label: Label
    total_tokens: Tokens = Field(validation_alias="tokens")


class _ApiKey(Out):
    api_key: str = Field(description="LiteLLM's hash of the key; empty where there was none.")
    key_alias: str | None = Field(description="The key's name at the gateway.", examples=["laptop"])
    total_tokens: Tokens = Field(validation_alias="tokens")


class _TeamTokens(OfTeam):
    tokens: Tokens


# Pydantic puts the fields of the last base first: who it is, before what they used.


class ModelUsage(_Metrics, _Model):
    """What a key was used for."""


class ApiKeyBreakdown(_Metrics, _ApiKey):
    """What a team used through a key."""

    models: list[ModelUsage] = Field(description="What it was used for, most tokens first.")


class TeamBreakdown(Out):
    """What a team used, by key."""

    api_keys: list[ApiKeyBreakdown] = Field(description="The keys that were used, most tokens first.")


class TeamOut(_Metrics, _TeamTokens):
    """What a team used."""

    breakdown: TeamBreakdown | None = Field(None, description="Left out with `breakdown=false`.")


class TeamsOut(Out):
    """`GET /tokens`: every team, most tokens first, teams without usage with 0."""

    meta: Meta
    teams: list[TeamOut] = Field(description="Every team, most tokens first.")


def _flatten(teams: Iterable[Row]) -> Iterator[Row]:
    """Return a row for each team × key × model, and one for each team without usage."""
    for team in with_team_column(teams):
        head = {name: team[name] for name in OF_TEAM}
        keys = team["breakdown"]["api_keys"]
        if not keys:
            yield team
        for key in keys:
            named = {**head, **{name: key[name] for name in _OF_KEY if name in key}}
            yield from ({**model, **named, "tokens": model["total_tokens"]} for model in key["models"])


def _model(model: Example, figures: Example) -> Example:
    tokens = figures["prompt_tokens"] + figures["completion_tokens"]
    return {"model_name": model["model"], "label": model["label"], "total_tokens": tokens, **figures}


_OF_KEY = ("api_key", "key_alias")
_FIGURES = ("tokens", *_Metrics.model_fields)

REPORT = UsageReport(
    name="tokens",
    path="",
    summary="Usage per team",
    description="""Tell what each team used, by key and model.

    Every team is there, most tokens first; those that used nothing have 0.
    """,
    params=TeamsParams,
    variant=lambda params: REPORT if params.breakdown else _WITHOUT_KEYS,
    model=TeamsOut,
    group=by_team_and_key,
    needs_labels=True,
    columns=(*OF_TEAM, *_OF_KEY, "model_name", *_FIGURES),
    flatten=_flatten,
    public_order=largest_first("tokens", "name"),
    example={
        "teams": [
            {
                **ENGINES,
                "tokens": 2500,
                **metrics(2000, 500, 0.0119, 15, 2),
                "breakdown": {
                    "api_keys": [
                        {
                            "api_key": KEY,
                            "key_alias": "laptop",
                            "total_tokens": 2500,
                            **metrics(2000, 500, 0.0119, 15, 2),
                            "models": [
                                _model(GPT, metrics(1200, 300, 0.0065, 11, 1)),
                                _model(CLAUDE, metrics(800, 200, 0.0054, 4, 1)),
                            ],
                        }
                    ]
                },
            },
            {
                **NOBODY,
                "tokens": 100,
                **metrics(100, 0, 0.0012, 1),
                "breakdown": {
                    "api_keys": [
                        {
                            "api_key": "",
                            "key_alias": None,
                            "total_tokens": 100,
                            **metrics(100, 0, 0.0012, 1),
                            "models": [_model(GPT, metrics(100, 0, 0.0012, 1))],
                        }
                    ]
                },
            },
        ]
    },
)
_WITHOUT_KEYS = replace(REPORT, group=by_team, columns=(*OF_TEAM, *_FIGURES), flatten=with_team_column)
