"""Request and response models: the HTTP contract.

Tokens and requests are integers, money is USD and not rounded, rates are percent, days are UTC. `tokens` is
prompt plus completion tokens; cached tokens are part of the prompt tokens.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from src.api.audience import HIDDEN_FROM_THE_PUBLIC

Format = Literal["json", "csv"]
Kind = Annotated[
    Literal["team", "former", "unassigned"],
    Field(description="`former`: deleted, `unassigned`: usage without a team."),
]
TeamId = Annotated[str | None, Field(description="The gateway's id; null for usage without a team.")]
TeamName = Annotated[str, Field(description="Unique: the alias, the id where there is none.")]
ModelName = Annotated[
    str, Field(description="The gateway's public name; `(unknown)` where it tells none.", examples=["gpt-5"])
]
Label = Annotated[str, Field(description="The model for people.", examples=["openai/gpt-5"])]

Tokens = Annotated[int, Field(description="Prompt plus completion tokens.", examples=[1500])]
PromptTokens = Annotated[int, Field(description="Tokens sent to models, cached ones included.", examples=[1200])]
CompletionTokens = Annotated[int, Field(description="Tokens written by models.", examples=[300])]
CachedTokens = Annotated[int, Field(description="Part of the prompt tokens: read from a cache.", examples=[120])]
CachingTokens = Annotated[int, Field(description="Part of the prompt tokens: written to a cache.", examples=[0])]
Usd = Annotated[
    float | None,
    Field(description="USD, not rounded; null where the gateway does not tell all of it.", examples=[0.0065]),
]
Requests = Annotated[int, Field(description="Requests, whatever their outcome.", examples=[12])]
Successful = Annotated[int, Field(description="Requests that succeeded.", examples=[11])]
Failed = Annotated[int, Field(description="Requests that failed.", examples=[1])]
Moment = Annotated[dt.datetime, Field(description="UTC.", examples=["2026-11-20T14:03:16.408936Z"])]


# Text that may be left out. A query has no null, so that no schema should offer one.
Text = Annotated[str | None, WithJsonSchema({"type": "string"})]
# It is text, as what is wrong with it is told in words of its own.
Day = Annotated[str | None, WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-20"]})]


class DateRangeParams(BaseModel):
    """A range of UTC days, both included; yesterday to today by default, 400 days at most, from 2023 on."""

    start_date: Day = Field(
        None,
        description="First UTC day, 2023-01-01 or later; yesterday by default, or `end_date` if that is before.",
    )
    end_date: Day = Field(None, description="Last UTC day, at most 399 days after the first; today by default.")


class ReportParams(DateRangeParams):
    """A range, and how it is answered."""

    format: Format = Field("json", description="`csv` answers a table that is safe to open in a spreadsheet.")


class TeamsParams(ReportParams):
    """A range, and whether keys and models are told."""

    breakdown: bool = Field(True, description="`false` leaves keys and models out.")


class HourlyParams(DateRangeParams):
    """A range, a team, and a time zone."""

    team: Text = Field(None, description="A team's id or unique name; all teams by default.")
    timezone: Text = Field(None, description="An IANA name such as `Europe/Berlin`; UTC by default.")


def _hideable(schema: dict[str, Any]) -> None:
    """Let the schema say that what is hidden from the public may be absent."""
    for name in HIDDEN_FROM_THE_PUBLIC & schema.get("properties", {}).keys():
        field = schema["properties"][name]
        field["description"] = f"{field.get('description', '')} Left out for the public in public mode.".strip()
        schema["required"] = [required for required in schema["required"] if required != name]


class _Out(BaseModel):
    model_config = ConfigDict(populate_by_name=True, from_attributes=True, json_schema_extra=_hideable)


class Totals(_Out):
    """Sums over the range."""

    tokens: Tokens
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    spend: Usd
    api_requests: Requests
    successful_requests: Successful
    failed_requests: Failed


class Meta(_Out):
    """How whole and how recent an answer is, and what it adds up to."""

    as_of: Moment = Field(description="When the part of the data that may still change was fetched, UTC.")
    stale: bool = Field(description="The data should have been fetched again, and could not be.")
    complete: bool = Field(
        description="Every day of the range is in the figures; those by hour have all requests of each."
    )
    missing_days: list[dt.date] = Field(description="UTC days that are in no figure.")
    source: Literal["gateway", "demo"] = Field(description="`demo`: made-up data.")
    scope: Literal["all", "own"] = Field(description="`own`: the key sees its own teams only.")
    totals: Totals


class _Team(_Out):
    team_id: TeamId
    name: TeamName
    kind: Kind


class _Metrics(_Out):
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    cache_read_input_tokens: CachedTokens
    cache_creation_input_tokens: CachingTokens
    spend: Usd
    api_requests: Requests
    successful_requests: Successful
    failed_requests: Failed


class _Model(_Out):
    model_name: ModelName = Field(validation_alias="model")
    label: Label
    total_tokens: Tokens = Field(validation_alias="tokens")


class _ApiKey(_Out):
    api_key: str = Field(description="LiteLLM's hash of the key; empty where there was none.")
    key_alias: str | None = Field(description="The key's name at the gateway.", examples=["laptop"])
    total_tokens: Tokens = Field(validation_alias="tokens")


class _TeamTokens(_Team):
    tokens: Tokens


# Pydantic puts the fields of the last base first: who it is, before what they used.


class ModelUsage(_Metrics, _Model):
    """What a key was used for."""


class ApiKeyBreakdown(_Metrics, _ApiKey):
    """What a team used through a key."""

    models: list[ModelUsage] = Field(description="What it was used for, most tokens first.")


class TeamBreakdown(_Out):
    """What a team used, by key."""

    api_keys: list[ApiKeyBreakdown] = Field(description="The keys that were used, most tokens first.")


class TeamOut(_Metrics, _TeamTokens):
    """What a team used."""

    breakdown: TeamBreakdown | None = Field(None, description="Left out with `breakdown=false`.")


class TeamsOut(_Out):
    """`GET /tokens`: every team, most tokens first, teams without usage with 0."""

    meta: Meta
    teams: list[TeamOut] = Field(description="Every team, most tokens first.")


class DailyTeamTokens(_TeamTokens):
    """What a team used on a day."""

    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    total_requests: Requests = Field(validation_alias="api_requests")
    successful_requests: Successful
    failed_requests: Failed
    spend: Usd


class DailyTimeSeriesPoint(_Out):
    """A day, with the teams that were active."""

    date: dt.date = Field(description="The UTC day.")
    teams: list[DailyTeamTokens] = Field(description="Most tokens first.")


class TimeSeriesOut(_Out):
    """`GET /tokens/timeseries`: every day of the range, oldest first."""

    meta: Meta
    timeseries: list[DailyTimeSeriesPoint] = Field(description="Every day of the range, oldest first.")


class ModelUsageOut(_Out):
    """What a model was used for."""

    model: ModelName
    label: Label
    tokens: Tokens
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    spend: Usd
    api_requests: Requests
    successful_requests: Successful
    failed_requests: Failed


class ModelsOut(_Out):
    """`GET /tokens/models`: every model with tokens, requests or cost, most tokens first."""

    meta: Meta
    models: list[ModelUsageOut] = Field(description="Every model that was used, most tokens first.")


class TeamSuccessRate(_Team):
    """A team's requests by outcome."""

    total_requests: Requests = Field(validation_alias="api_requests")
    successful_requests: Successful
    failed_requests: Failed
    success_rate: float | None = Field(
        description="Percent of all requests; null without requests.", ge=0, le=100, examples=[91.7]
    )


class SuccessRateSummaryOut(_Out):
    """`GET /tokens/success-rate`: every team, most requests first."""

    meta: Meta
    teams: list[TeamSuccessRate] = Field(description="Every team, most requests first.")


class CostEfficiencyCell(_Out):
    """What a team paid for a model."""

    team_id: TeamId
    team: TeamName = Field(validation_alias="name")
    kind: Kind
    model: ModelName
    cost_per_1k_tokens: float | None = Field(description="USD per 1,000 tokens; null without tokens.")
    total_cost: Usd = Field(validation_alias="spend")
    total_tokens: Tokens = Field(validation_alias="tokens")


class CostEfficiencyOut(_Out):
    """`GET /tokens/cost-efficiency`: every team × model that was used, highest cost first."""

    meta: Meta
    cells: list[CostEfficiencyCell] = Field(
        description="Every team × model that was used, highest cost first; in public mode most tokens first."
    )


class HourlyBucket(_Out):
    """An hour of the day, over all days of the range."""

    hour: int = Field(ge=0, le=23, description="The hour that begins at this time of day.")
    tokens: Tokens


class Coverage(_Out):
    """Which part of the requests that usage tells of the gateway's spend logs have, of the days that were read."""

    requests: int = Field(description="Requests that usage tells of.", examples=[18])
    logged_requests: int = Field(description="How many of those are in the logs, and in the hours.", examples=[18])
    partial_days: list[dt.date] = Field(
        description="UTC days of which the logs lack requests; all of them where the day is missing, too."
    )


class HourlyBreakdownOut(_Out):
    """`GET /tokens/hourly`: 24 hours, of the day in the time zone asked for."""

    meta: Meta
    timezone: str = Field(description="The time zone's IANA name.", examples=["Europe/Berlin"])
    hours: list[HourlyBucket] = Field(description="All 24 hours of the day.", min_length=24, max_length=24)
    coverage: Coverage


class ConfigOut(_Out):
    """`GET /config`: what the page needs to know."""

    title: str = Field(description="What the page is headed.")
    subtitle: str = Field(description="What stands below.")
    demo: bool = Field(description="The data is made up.")
    auth_required: bool = Field(description="Nothing is told without the token.")
    public_mode: bool = Field(description="Without the token, there is a part of it.")
    live_ttl_seconds: float = Field(description="Seconds after which it is worth while to ask again.")
    first_day: dt.date = Field(description="The first UTC day that there can be usage of: no range begins before.")


class HealthOut(_Out):
    """`GET /health`."""

    status: Literal["ok"] = Field(description="The process answers.")


class GatewayStateOut(_Out):
    """How the last call to the gateway ended."""

    state: str = Field(description="`reachable`, `unknown` before the first call, or an error's code.")
    checked_at: dt.datetime | None = Field(description="When, UTC; null before the first call.")


class HistoryOut(_Out):
    """How many of the days that are fetched before anybody asks are there."""

    loaded: int = Field(description="Days that are there.")
    wanted: int = Field(description="Days in all.")


class ReadyOut(_Out):
    """`GET /ready`."""

    status: Literal["ready", "unavailable"] = Field(description="Whether there is something to serve.")
    gateway: GatewayStateOut
    data_as_of: dt.datetime | None = Field(description="When usage was last fetched, UTC.")
    data_age_seconds: float | None = Field(description="Seconds since then; null before.")
    history: HistoryOut | None = Field(description="Null where no history is fetched ahead.")
