"""LiteLLM's response schema, as far as the dashboard uses it; the only place that knows its nesting.

Fields that are not in use are not kept. Every number and every part may be missing or null, because
releases differ and rows without requests carry nulls; what reads these models takes a missing number, and a
count that is null, as zero. Money that is null, or no finite number, is unknown.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass

# What the gateway's own database can hold: beyond it, an answer is not LiteLLM's.
MAX_COUNT = 2**63 - 1
Count = Annotated[int | None, Field(ge=-MAX_COUNT, le=MAX_COUNT)]


class _LiteLLMModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


# A day of a large gateway has ten thousand of each of the next three, so they are slotted dataclasses:
# a tenth of the memory of models.


@dataclass(slots=True, frozen=True)
class SpendMetrics:
    """Usage counters: tokens, USD and numbers of requests. Corrections can make any of them negative.

    `flat_cost` (USD, LiteLLM 1.106 and later) is what provisioned capacity cost, and is not in `spend`.
    """

    spend: float | None = 0.0
    flat_cost: float | None = 0.0
    prompt_tokens: Count = None
    completion_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    api_requests: Count = None
    successful_requests: Count = None
    failed_requests: Count = None


NO_METRICS = SpendMetrics()


@dataclass(slots=True, frozen=True)
class KeyMetadata:
    """What LiteLLM tells about a key beside its hash."""

    key_alias: str | None = None


@dataclass(slots=True, frozen=True)
class KeyMetricWithMetadata:
    """A key's part of something."""

    metrics: SpendMetrics | None = None
    metadata: KeyMetadata | None = None


class EntityMetadata(_LiteLLMModel):
    """What LiteLLM tells about a team beside its id; empty for deleted teams."""

    team_alias: str | None = None


class MetricWithMetadata(_LiteLLMModel):
    """A team's, a model's or a tool's part of a day, split by key hash."""

    metrics: SpendMetrics | None = None
    metadata: EntityMetadata | None = None
    api_key_breakdown: dict[str, KeyMetricWithMetadata] | None = None


class BreakdownMetrics(_LiteLLMModel):
    """A day by team id (`entities`), public model name (`model_groups`), provider's model id (`models`).

    `mcp_servers` has the calls of MCP tools, by the tool's name with that of its server before it.
    """

    entities: dict[str, MetricWithMetadata] | None = None
    model_groups: dict[str, MetricWithMetadata] | None = None
    models: dict[str, MetricWithMetadata] | None = None
    mcp_servers: dict[str, MetricWithMetadata] | None = None


class DailySpendData(_LiteLLMModel):
    """One UTC day, or the part of it that fell on one page."""

    date: dt.date
    metrics: SpendMetrics | None = None
    breakdown: BreakdownMetrics | None = None


class DailySpendMetadata(_LiteLLMModel):
    """How many pages there are; the totals beside them count one page only and are not used."""

    page: int | None = None
    total_pages: int | None = None
    has_more: bool | None = None


class SpendAnalyticsPaginatedResponse(_LiteLLMModel):
    """Answer of `GET /team/daily/activity`: one page, or all pages added up to one entry per day."""

    results: list[DailySpendData]
    metadata: DailySpendMetadata = Field(default_factory=DailySpendMetadata)


class TeamResponse(_LiteLLMModel):
    """A team of `GET /team/list`. `created_at` is UTC."""

    team_id: str | None = None
    team_alias: str | None = None
    created_at: dt.datetime | None = None


class DeletedTeamsResponse(_LiteLLMModel):
    """A page of `GET /v2/team/list?status=deleted`."""

    teams: list[TeamResponse]
    total_pages: int | None = None


class LiteLLMParams(_LiteLLMModel):
    """Where a deployment's calls go."""

    model: str | None = None


class ModelDeployment(_LiteLLMModel):
    """A deployment: public model name and provider's model id. Several may share a public name."""

    model_name: str | None = None
    litellm_params: LiteLLMParams | None = None


class ModelInfoResponse(_LiteLLMModel):
    """Answer of `GET /model/info`."""

    data: list[ModelDeployment]


def _in_utc(moment: dt.datetime) -> dt.datetime:
    try:
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except OverflowError:
        raise ValueError("a moment before the first year, or after the last one") from None


Moment = Annotated[dt.datetime, AfterValidator(_in_utc)]
LoggedTokens = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]


class SpendLog(_LiteLLMModel):
    """One request, from `GET /spend/logs/v2`. `startTime` is UTC, also where it names no time zone.

    `spend` may be NaN or infinite: then nobody knows what the request has cost.
    """

    request_id: str
    start_time: Moment = Field(alias="startTime")
    team_id: str | None = None
    spend: float | None = None
    prompt_tokens: LoggedTokens | None = None
    completion_tokens: LoggedTokens | None = None
    status: str | None = None


class SpendLogsResponse(_LiteLLMModel):
    """A page of spend logs. `total` stops counting at a cap, which `total_is_capped` tells."""

    data: list[SpendLog]
    total: int | None = None
    total_is_capped: bool | None = None
