"""What `/api/analytics` takes and tells."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from src.studio.engine.slo import Slo
from src.studio.schemas import Text

LoadMode = Literal["single", "concurrency", "rate"]
Period = Literal["7d", "30d", "90d", "all"]
Sort = Literal["ttft", "speed", "cost", "goodput"]
Metric = Literal["tps", "ttft", "latency", "goodput"]
Verdict = Literal["higher", "lower", "none_shown", "too_few"]

MOST_TRENDS = 20
SOURCES = ("client", "import")

Interval = Annotated[
    tuple[float, float] | None, Field(description="95 %, of what stands beside it; null where there is none.")
]
Milliseconds = Annotated[float | None, Field(description="Milliseconds; null where nothing was measured.")]
PerSecond = Annotated[float | None, Field(description="Tokens per second; null where nothing was measured.")]
Usd = Annotated[float | None, Field(description="USD, not rounded; null where a price is not known.")]
ModelId = Annotated[Text, Field(min_length=1, max_length=512)]
ProviderKey = Annotated[Text, Field(min_length=1, max_length=64)]


class LoadQuery(BaseModel):
    """At which load, context and length of answers; whatever was measured at another one is left out."""

    period: Period = "all"
    load_mode: LoadMode = "single"
    load: float | None = Field(
        None, gt=0, le=1e6, description="People at once, or requests per second; not with `load_mode` single."
    )
    context_tokens: int = Field(0, ge=0, le=2_000_000)
    output_tier: int | None = Field(
        None, ge=1, le=2_000_000, description="The longest answer, of runs that tried several lengths."
    )
    include: Text = Field(
        "",
        max_length=64,
        description="`client`: also what browsers measured; `import`: also other tools' results; both by a comma.",
    )

    @field_validator("include")
    @classmethod
    def _is_known(cls, given: str) -> str:
        names = [name.strip() for name in given.split(",") if name.strip()]
        if unknown := [name for name in names if name not in SOURCES]:
            raise ValueError(f"may be client, import, or both by a comma, not {unknown[0]}")
        return ",".join(sorted(set(names)))

    @model_validator(mode="after")
    def _is_consistent(self) -> LoadQuery:
        if self.load_mode == "single" and self.load is not None:
            raise ValueError("load: there is none where load_mode is single")
        if self.load_mode != "single" and self.load is None:
            raise ValueError("load: say at which one, as in `available`")
        return self


class LeaderboardQuery(LoadQuery):
    """`GET /api/analytics/leaderboard`."""

    type: Literal["benchmark", "tool_eval"] = "benchmark"
    suite_id: Text | None = Field(
        None, max_length=64, description="Of `tool_eval`: which suite; that of the newest run unless given."
    )
    version: int | None = Field(
        None,
        ge=1,
        le=2**31 - 1,
        description="Of `tool_eval`: which version; that of the suite's newest run, else.",
    )
    profile: Literal["strict", "bfcl"] = Field("strict", description="Of `tool_eval`: how calls were scored.")
    sort: Sort = "ttft"
    slo: Text | None = Field(
        None, max_length=500, description="Goodput by these limits; those of the newest run that has any, else."
    )

    @field_validator("slo")
    @classmethod
    def _can_be_read(cls, slo: str | None) -> str | None:
        """Return limits as runs keep them."""
        return str(Slo.parse(slo)) if slo and slo.strip() else None


class AtLoadOut(BaseModel):
    """A load, a context size and a length of answers that something was measured at."""

    load_mode: LoadMode
    load: float | None = Field(description="People at once, or requests per second; null for single.")
    context_tokens: int
    output_tier: int | None = Field(description="Null where runs had one length of answers.")


class AvailableOut(AtLoadOut):
    """With how many models there are of it."""

    models: int


class RankedModelOut(AtLoadOut):
    """A model at one load. Times and speeds are of all its successful requests together, never of averages."""

    rank: int | None = Field(description="From 1; null where the figure that is sorted by is not known.")
    provider_key: str
    provider: str
    model_id: str
    model: str = Field(description="The model's name for people, as the newest run has it.")
    through: Literal["gateway", "direct"] = Field(description="As the newest run called it.")
    route: Literal["native", "sdk"]
    n: int = Field(description="Successful requests with a time to first token.")
    success_count: int
    error_count: int
    ttft_ms_p50: Milliseconds
    ttft_ms_p50_interval: Interval
    ttft_ms_p95: Milliseconds
    ttft_ms_p95_interval: Interval
    ttft_ms_p50_of_runs: Annotated[
        tuple[float, float] | None, Field(description="The lowest and the highest median of one run.")
    ]
    output_tps_user_p50: PerSecond
    output_tps_user_p50_interval: Interval
    output_tps: Annotated[
        float | None,
        Field(description="Tokens per second of all requests under way together: the mean of the runs' figures."),
    ]
    goodput: Annotated[
        float | None, Field(description="Good answers per second by `slo`: the mean of the runs' figures.")
    ]
    goodput_share: Annotated[float | None, Field(description="0 to 1: the mean of the runs' figures.")]
    goodput_runs: int = Field(description="Runs that were judged by `slo`.")
    cost_per_1k_output_tokens: Usd
    avg_tps: Annotated[float | None, Field(description="Output tokens by the time of the whole answer: mean.")]
    avg_ttft_ms: Milliseconds
    avg_cost: Annotated[float | None, Field(description="USD per request, failed ones included.")]
    avg_output_speed_tps: PerSecond
    avg_itl_ms: Milliseconds
    total_runs: int
    client_limited_runs: int = Field(description="Runs that the measuring machine itself may have slowed down.")
    last_run: str = Field(description="When the newest run was asked for.")
    last_run_id: str


class LeaderboardOut(AtLoadOut):
    """`GET /api/analytics/leaderboard`: own runs and shared ones."""

    type: Literal["benchmark"]
    period: Period
    sort: Sort
    include: list[str]
    slo: str | None = Field(description="The limits that goodput is by; null where no run has any.")
    slos: list[str] = Field(description="All that runs at this load were judged by.")
    models: list[RankedModelOut]
    available: list[AvailableOut] = Field(description="Of the same period, most models first.")


class EvalVersionOut(BaseModel):
    """A version of a suite that runs were on."""

    suite_id: str
    suite_name: str
    version: int
    runs: int


class RankedEvalOut(BaseModel):
    """A model on one version of a suite, by all runs on it. Percentages are means over runs."""

    rank: int | None = Field(description="From 1; null where nothing was scored.")
    provider_key: str
    provider: str
    model_id: str
    model: str = Field(description="The model's name for people, as the newest run has it.")
    avg_tool_pct: float | None
    avg_param_pct: float | None
    avg_overall_pct: float | None
    accuracy: dict[str, Any] | None = Field(
        description="Of all scored answers: `rate`, `low` and `high` (95 %, cases as clusters), `successes`, `n`."
    )
    cases: int
    total_evals: int
    last_eval: str
    last_run_id: str
    latency_ms_p50: Milliseconds
    cost_per_case: Usd


class EvalLeaderboardOut(BaseModel):
    """`GET /api/analytics/leaderboard?type=tool_eval`: own runs. Suites and versions are never mixed."""

    type: Literal["tool_eval"]
    period: Period
    profile: Literal["strict", "bfcl"]
    suite: EvalVersionOut | None = Field(description="Null where there are no runs.")
    models: list[RankedEvalOut]
    available: list[EvalVersionOut] = Field(description="Of the same period, that of the newest run first.")


class PublicModelOut(BaseModel):
    """A model, by the runs of people who have opted in."""

    model_name: str
    provider: str
    tool_accuracy_pct: float | None
    param_accuracy_pct: float | None
    irrel_accuracy_pct: float | None
    throughput_tps: None = Field(description="Is not measured with suites.")
    ttft_ms: None = Field(description="Is not measured with suites.")
    sample_count: int = Field(description="Scored answers.")
    last_updated: str


class PublicEvalsOut(BaseModel):
    """`GET /api/leaderboard/tool-eval`."""

    leaderboard: list[PublicModelOut]
    note: str


class TrendsQuery(LoadQuery):
    """`GET /api/analytics/trends`."""

    models: Text = Field(
        min_length=1,
        max_length=8_192,
        description="Ids, or `provider_key::id` where several providers have it, by commas; 20 at most.",
    )
    metric: Metric = Field("ttft", description="`tps` is tokens per second of an answer once it has begun.")

    @field_validator("models")
    @classmethod
    def _are_not_too_many(cls, given: str) -> str:
        names = [name.strip() for name in given.split(",") if name.strip()]
        if not 1 <= len(set(names)) <= MOST_TRENDS:
            raise ValueError(f"name 1 to {MOST_TRENDS} models")
        return given


class TrendPointOut(BaseModel):
    """A run's figure."""

    timestamp: str = Field(description="When the run was asked for.")
    value: float
    interval: Interval
    n: int = Field(description="Requests that it is of.")
    run_id: str
    client_limited: bool


class SeriesOut(BaseModel):
    """A model, run by run."""

    provider_key: str
    provider: str
    model_id: str
    model: str
    points: list[TrendPointOut] = Field(description="Oldest first.")


class TrendsOut(AtLoadOut):
    """`GET /api/analytics/trends`: medians of runs; goodput is per second."""

    metric: Metric
    unit: Literal["ms", "tokens/s", "requests/s"]
    period: Period
    series: list[SeriesOut]


class CompareQuery(BaseModel):
    """`GET /api/analytics/compare`."""

    runs: str = Field(min_length=1, max_length=1_024, description="Ids of 2 to 6 runs, by commas.")


class ComparedModelOut(AtLoadOut):
    """A point of a run, as averages of its successes."""

    provider_key: str
    provider: str
    model_id: str
    model: str
    avg_tps: PerSecond
    avg_ttft_ms: Milliseconds
    avg_cost: Annotated[float | None, Field(description="USD per request, failed ones included.")]
    avg_output_speed_tps: PerSecond
    avg_itl_ms: Milliseconds


class ComparedRunOut(BaseModel):
    """A run that is compared."""

    id: str
    timestamp: str
    label: str | None
    prompt: str = Field(description="Its beginning.")
    state: str
    sentence: str | None
    tool: str
    source: str
    is_owner: bool
    client_limited: bool
    through: Literal["gateway", "direct"]
    requests_total: int
    requests_done: int
    error_count: int
    cost: Usd
    models: list[ComparedModelOut]


class ValueOut(BaseModel):
    """A run's figure at a point, and how it differs from the first run's."""

    value: float | None
    interval: Interval
    n: int
    difference: float | None = Field(
        description="To the first run; null for that one, and where either is not known."
    )
    ratio: float | None
    difference_interval: Interval
    verdict: Verdict | None = Field(
        description="`none_shown`: no difference is shown, all comparisons of this answer counted (Holm)."
    )
    p_value: float | None = Field(description="Of this difference alone, before any correction.")


class ComparedMetricOut(BaseModel):
    """A metric at a point: a value for each run, in the order of `runs`."""

    name: Literal["ttft_ms", "itl_ms", "request_latency_ms", "output_tps_user", "success_share"]
    unit: Literal["ms", "tokens/s", "share"]
    better: Literal["lower", "higher"]
    values: list[ValueOut]


class ComparedPointOut(AtLoadOut):
    """A model at a load that at least one of the runs measured."""

    provider_key: str
    provider: str
    model_id: str
    model: str
    metrics: list[ComparedMetricOut]


class SettingOut(BaseModel):
    """A setting of the runs, in the order of `runs`."""

    name: str
    values: list[Any]
    differs: bool


class CompareOut(BaseModel):
    """`GET /api/analytics/compare`. Medians are of successes; differences hold with 95 %."""

    runs: list[ComparedRunOut]
    points: list[ComparedPointOut]
    points_left_out: int = Field(description="Beyond the first 60, those that most of the runs have being first.")
    comparisons: int = Field(description="How many differences were looked at together.")
    settings: list[SettingOut]
    alike: bool = Field(description="Whether the runs were asked for alike.")
    sentence: str = Field(description="What is shown to differ, in words.")


class PriceOut(BaseModel):
    """What a model costs now, USD per million tokens."""

    input_cost_per_mtok: float
    output_cost_per_mtok: float
    cached_cost_per_mtok: float | None
    source: str | None
    at: str | None = Field(description="Since when its source said so, a date.")


class ModelHealthOut(BaseModel):
    """Whether a model is offered, as its provider was last heard; nobody is asked for this."""

    status: Literal["ok", "unavailable", "gone"] = Field(
        description="`gone`: it was measured, and is not offered any more."
    )
    detail: str | None


class LastOut(AtLoadOut):
    """What a model came to in the newest run in which it answered."""

    ttft_ms_p50: Milliseconds
    output_tps_p50: PerSecond
    output_tps: PerSecond
    run_id: str
    measured_at: str


class KnownModelOut(BaseModel):
    """A model that is offered, or was measured."""

    provider_key: str
    provider: str
    model_id: str
    display_name: str
    price: PriceOut | None = Field(description="Null where it is not known.")
    window: int | None = Field(description="Tokens; null where it is not known.")
    max_output_tokens: int | None
    health: ModelHealthOut
    last: LastOut | None
    runs: int = Field(description="Own and shared runs that measured it.")


class KnownModelsOut(BaseModel):
    """`GET /api/analytics/models`."""

    models: list[KnownModelOut]


class ModelQuery(BaseModel):
    """Which model."""

    provider_key: ProviderKey
    model_id: ModelId


class MeasuredOut(BaseModel):
    """A run's figures of a model at a point: medians of its successes."""

    timestamp: str
    run_id: str
    n: int
    success_count: int
    error_count: int
    ttft_ms_p50: Milliseconds
    ttft_ms_p50_interval: Interval
    ttft_ms_p95: Milliseconds
    output_tps_user_p50: PerSecond
    output_tps_user_p50_interval: Interval
    request_latency_ms_p50: Milliseconds
    request_latency_ms_p50_interval: Interval
    output_tps: PerSecond
    goodput: float | None
    client_limited: bool


class ModelSeriesOut(AtLoadOut):
    """A model at one load over time, oldest first."""

    points: list[MeasuredOut]


class ModelProfileOut(BaseModel):
    """A profile of one's own."""

    id: str
    name: str
    description: str
    is_default: bool
    updated_at: str


class ModelRunOut(BaseModel):
    """A run that measured it."""

    id: str
    timestamp: str
    label: str | None
    state: str
    sentence: str | None
    source: str
    tool: str
    is_owner: bool


class ModelEvalOut(BaseModel):
    """What it came to when a suite of tool calls was asked of it."""

    id: str = Field(description="The run's.")
    timestamp: str = Field(description="When the run was asked for.")
    label: str | None
    state: Literal["done", "failed", "cancelled", "interrupted"]
    suite_id: str = Field(description="That of the suite, which may be gone.")
    suite_name: str
    version: int = Field(description="Of the suite, that the run was on.")
    profile: Literal["strict", "bfcl"]
    repeats: int
    provider_key: str
    provider: str
    model_id: str
    display_name: str = Field(description="The model's name for people, as the run has it.")
    target: int = Field(description="Its position among the run's models.")
    accuracy: dict[str, Any] | None = Field(
        description="`rate`, `low`, `high` (95 %, cases as clusters), `n`; null where nothing is scored."
    )
    total_cases: int = Field(description="Undisputed ones that were scored.")
    unscored: int


class WholeKnownModelOut(KnownModelOut):
    """`GET /api/analytics/model`."""

    series: list[ModelSeriesOut] = Field(
        description="By point, the one with most runs first; without client and import."
    )
    profiles: list[ModelProfileOut]
    run_list: list[ModelRunOut] = Field(description="The newest 50.")
    evals: list[ModelEvalOut] = Field(description="The newest 10 runs of one's own that asked it a suite, ended.")


class UsageQuery(BaseModel):
    """`GET /api/analytics/usage`."""

    model_id: ModelId = Field(description="As the gateway calls it.")
    days: int = Field(30, ge=1, le=400, description="Whole days in UTC, today included.")


class AtPriceOfOut(BaseModel):
    """What the same tokens would have cost."""

    provider_key: str
    provider: str
    model_id: str
    display_name: str
    cost: Usd
    price_source: str | None


class UsageOfModelOut(BaseModel):
    """`GET /api/analytics/usage`: what everybody used of a model, as the gateway's records have it."""

    model_id: str
    days: int
    from_: str = Field(alias="from", description="The first day, UTC.")
    to: str = Field(description="The last day, UTC: today.")
    input_tokens: int = Field(description="Cached ones included.")
    output_tokens: int
    cached_tokens: int = Field(description="Input that was read from a cache.")
    requests: int
    cost: Usd
    source: Literal["gateway", "demo"]
    scope: Literal["all", "own"] = Field(description="`own`: the dashboard's key sees its own teams alone.")
    partial: bool = Field(description="Whether days are missing, or older than they should be.")
    missing_days: list[str]
    as_of: str = Field(description="When the part that may still change was fetched.")
    at_price_of: list[AtPriceOfOut] = Field(
        description="Every model that is offered to who asks, cheapest first; those without a price last, null."
    )
