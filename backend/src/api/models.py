"""Request and response models: the HTTP contract.

Tokens and requests are integers, money is USD and not rounded, rates are percent, days are UTC. `tokens` is
prompt plus completion tokens; cached tokens are part of the prompt tokens.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from src.api.audience import HIDDEN_FROM_THE_PUBLIC

Kind = Literal["team", "former", "unassigned"]
Format = Literal["json", "csv"]


class DateRangeParams(BaseModel):
    """A range of UTC days, both included; yesterday to today by default."""

    start_date: str | None = Field(None, description="First day, `YYYY-MM-DD`.")
    end_date: str | None = Field(None, description="Last day, `YYYY-MM-DD`.")


class ReportParams(DateRangeParams):
    """A range, and how it is answered."""

    format: Format = Field("json", description="`csv` answers a table that is safe to open in a spreadsheet.")


class TeamsParams(ReportParams):
    """A range, and whether keys and models are told."""

    breakdown: bool = Field(True, description="`false` leaves keys and models out.")


class HourlyParams(DateRangeParams):
    """A range, a team, and a time zone."""

    team: str | None = Field(None, description="A team's id or unique name; all teams by default.")
    timezone: str | None = Field(None, description="An IANA name such as `Europe/Berlin`; UTC by default.")


def _hideable(schema: dict[str, Any]) -> None:
    """Let the schema say that what is hidden from the public may be absent."""
    required = [name for name in schema.get("required", []) if name not in HIDDEN_FROM_THE_PUBLIC]
    schema["required"] = required


class _Out(BaseModel):
    model_config = ConfigDict(populate_by_name=True, from_attributes=True, json_schema_extra=_hideable)


class Totals(_Out):
    """Sums over the range."""

    tokens: int
    prompt_tokens: int
    completion_tokens: int
    spend: float = Field(description="USD")
    api_requests: int
    successful_requests: int
    failed_requests: int


class Meta(_Out):
    """How whole and how recent an answer is, and what it adds up to."""

    as_of: dt.datetime = Field(description="When the part of the data that may still change was fetched, UTC.")
    stale: bool = Field(description="The data should have been fetched again, and could not be.")
    complete: bool = Field(description="Every day of the range is in the figures.")
    missing_days: list[dt.date] = Field(description="Days that are in no figure.")
    source: Literal["gateway", "demo"]
    scope: Literal["all", "own"] = Field(description="`own`: the key sees its own teams only.")
    totals: Totals


class _Team(_Out):
    team_id: str | None = Field(description="Null for usage without a team.")
    name: str = Field(description="Unique: the alias, the id where there is none.")
    kind: Kind = Field(description="`former`: deleted, `unassigned`: usage without a team.")


class _Metrics(_Out):
    prompt_tokens: int
    completion_tokens: int
    cache_read_input_tokens: int = Field(description="Part of the prompt tokens.")
    cache_creation_input_tokens: int = Field(description="Part of the prompt tokens.")
    spend: float = Field(description="USD")
    api_requests: int
    successful_requests: int
    failed_requests: int


class _Model(_Out):
    model_name: str = Field(validation_alias="model", description="`(unknown)` where the gateway tells none.")
    label: str
    total_tokens: int = Field(validation_alias="tokens")


class _ApiKey(_Out):
    api_key: str = Field(description="LiteLLM's hash of the key; empty where there was none.")
    key_alias: str | None
    total_tokens: int = Field(validation_alias="tokens")


class _TeamTokens(_Team):
    tokens: int


# Pydantic puts the fields of the last base first: who it is, before what they used.


class ModelUsage(_Metrics, _Model):
    """What a key was used for."""


class ApiKeyBreakdown(_Metrics, _ApiKey):
    """What a team used through a key."""

    models: list[ModelUsage]


class TeamBreakdown(_Out):
    """What a team used, by key."""

    api_keys: list[ApiKeyBreakdown]


class TeamOut(_Metrics, _TeamTokens):
    """What a team used."""

    breakdown: TeamBreakdown | None = Field(None, description="Left out with `breakdown=false`.")


class TeamsOut(_Out):
    """`GET /tokens`: every team, most tokens first, teams without usage with 0."""

    meta: Meta
    teams: list[TeamOut]


class DailyTeamTokens(_TeamTokens):
    """What a team used on a day."""

    total_requests: int = Field(validation_alias="api_requests")
    successful_requests: int
    failed_requests: int
    spend: float = Field(description="USD")


class DailyTimeSeriesPoint(_Out):
    """A day, with the teams that were active."""

    date: dt.date
    teams: list[DailyTeamTokens]


class TimeSeriesOut(_Out):
    """`GET /tokens/timeseries`: every day of the range, oldest first."""

    meta: Meta
    timeseries: list[DailyTimeSeriesPoint]


class ModelUsageOut(_Out):
    """What a model was used for."""

    model: str = Field(description="The gateway's public name; `(unknown)` where it tells none.")
    label: str
    tokens: int
    spend: float = Field(description="USD")
    api_requests: int


class ModelsOut(_Out):
    """`GET /tokens/models`: most tokens first, none with 0."""

    meta: Meta
    models: list[ModelUsageOut]


class TeamSuccessRate(_Team):
    """A team's requests by outcome."""

    total_requests: int = Field(validation_alias="api_requests")
    successful_requests: int
    failed_requests: int
    success_rate: float | None = Field(description="Percent; null without requests.")


class SuccessRateSummaryOut(_Out):
    """`GET /tokens/success-rate`: every team, most requests first."""

    meta: Meta
    teams: list[TeamSuccessRate]


class CostEfficiencyCell(_Out):
    """What a team paid for a model."""

    team_id: str | None
    team: str = Field(validation_alias="name")
    kind: Kind
    model: str
    cost_per_1k_tokens: float | None = Field(description="USD; null without tokens.")
    total_cost: float = Field(validation_alias="spend", description="USD")
    total_tokens: int = Field(validation_alias="tokens")


class CostEfficiencyOut(_Out):
    """`GET /tokens/cost-efficiency`: every team × model that was used, highest cost first."""

    meta: Meta
    cells: list[CostEfficiencyCell]


class HourlyBucket(_Out):
    """An hour of the day, over all days of the range."""

    hour: int = Field(ge=0, le=23)
    tokens: int


class HourlyBreakdownOut(_Out):
    """`GET /tokens/hourly`: 24 hours, of the day in the time zone asked for."""

    meta: Meta
    timezone: str
    hours: list[HourlyBucket]


class ConfigOut(_Out):
    """`GET /config`: what the page needs to know."""

    title: str
    subtitle: str
    demo: bool
    auth_required: bool
    public_mode: bool
    live_ttl_seconds: float


class HealthOut(_Out):
    """`GET /health`."""

    status: Literal["ok"]


class GatewayStateOut(_Out):
    """How the last call to the gateway ended."""

    state: str = Field(description="`reachable`, `unknown` before the first call, or an error's code.")
    checked_at: dt.datetime | None


class HistoryOut(_Out):
    """How many of the days that are fetched before anybody asks are there."""

    loaded: int
    wanted: int


class ReadyOut(_Out):
    """`GET /ready`."""

    status: Literal["ready", "unavailable"]
    gateway: GatewayStateOut
    data_as_of: dt.datetime | None = Field(description="When usage was last fetched, UTC.")
    data_age_seconds: float | None
    history: HistoryOut | None = Field(description="Null where no history is fetched ahead.")


class ErrorOut(_Out):
    """Every error."""

    detail: str = Field(description="A sentence for a person.")
    code: str
    request_id: str
