"""What `/api/benchmark` and `/api/history` take and tell."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from src.studio.benchmarks.load_fields import LoadFields, Mode
from src.studio.engine.slo import Slo
from src.studio.parameters.schemas import AdjustmentOut, ParamsIn
from src.studio.schemas import Text

MOST_TARGETS = 100
MOST_TIERS = 20

ModelId = Annotated[Text, StringConstraints(min_length=1, max_length=512)]
Tier = Annotated[int, Field(ge=0, le=2_000_000)]
OutputTier = Annotated[int, Field(ge=1, le=128_000)]
LONGEST_DATASET = 5_000_000
"""Bytes."""
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=256)]


class TargetIn(BaseModel):
    """A model of a provider."""

    model_config = ConfigDict(extra="forbid")

    provider_key: Text = Field(min_length=1, max_length=64)
    model_id: ModelId


class BenchmarkIn(LoadFields):
    """`POST /api/benchmark`. A field that is not one of these is refused: nothing is taken and left undone."""

    model_config = ConfigDict(extra="forbid")

    targets: list[TargetIn] = Field(default=[], max_length=MOST_TARGETS)
    models: list[ModelId] = Field(
        default=[], max_length=MOST_TARGETS, description="Ids alone, as earlier clients name targets."
    )
    prompt: str = Field("", max_length=500_000, description="Empty: the default one.")
    max_tokens: int = Field(512, ge=1, le=128_000)
    temperature: float = Field(0.7, ge=0, le=2)
    context_tiers: list[Tier] = Field(
        default=[0],
        min_length=1,
        max_length=MOST_TIERS,
        description="Tokens of synthetic context before the prompt.",
    )
    output_tiers: list[OutputTier] = Field(
        default=[],
        max_length=MOST_TIERS,
        description="Longest answers, in tokens, that are tried one after another in place of `max_tokens`.",
    )
    timeout: float = Field(120, ge=10, le=600, description="Seconds, for each request as a whole.")
    warmup: bool = Field(True, description="A request per model before those that count.")
    slo: str = Field(
        "", max_length=500, description="Limits that a good answer keeps, in ms: `ttft<800,itl<50`. Empty: none."
    )
    cache: Literal["avoid", "reuse"] = Field(
        "avoid", description="`avoid`: each request begins with words of its own, which no cache has."
    )
    dataset: str | None = Field(
        None,
        description='Prompts in place of `prompt`, a line each: `{"prompt"|"messages", "output_tokens"}`; 5 MB.',
    )
    dataset_on_error: Literal["refuse", "skip"] = Field(
        "refuse", description="`skip`: lines of the dataset that cannot be used are left out, and named."
    )
    label: Label | None = None
    provider_params: ParamsIn = Field(
        default={}, description="Further parameters, as far as a model takes them; those in `passthrough`, too."
    )
    profiles: dict[str, str] = Field(
        default={}, description="Profile ids by model. Without one, no profile is used, its default neither."
    )

    @field_validator(
        *("targets", "models", "provider_params", "profiles", "concurrencies", "rates", "output_tiers", "slo"),
        mode="before",
    )
    @classmethod
    def _null_is_nothing(cls, given: Any, field: ValidationInfo) -> Any:  # noqa: ANN401 - checked after it
        """Take null, which earlier clients send, for what is not given."""
        return cls.model_fields[str(field.field_name)].get_default() if given is None else given

    @field_validator("slo")
    @classmethod
    def _can_be_read(cls, slo: str) -> str:
        return str(Slo.parse(slo)) if slo.strip() else ""

    @field_validator("dataset")
    @classmethod
    def _is_not_too_long(cls, dataset: str | None) -> str | None:
        if dataset is not None and len(dataset.encode(errors="replace")) > LONGEST_DATASET:
            raise ValueError(f"may have {LONGEST_DATASET // 1_000_000} MB at most")
        return dataset

    @field_validator("context_tiers", "output_tiers")
    @classmethod
    def _each_once(cls, tiers: list[int]) -> list[int]:
        return sorted(set(tiers))

    @model_validator(mode="after")
    def _is_consistent(self) -> BenchmarkIn:
        if not self.targets and not self.models:
            raise ValueError("targets: name one model at least, as provider_key and model_id")
        if self.targets and not {target.model_id for target in self.targets}.issuperset(self.models):
            raise ValueError("models: name models by targets or by models, or the same ones by both")
        named = {target.model_id for target in self.targets} or set(self.models)
        if self.dataset is not None and self.prompt.strip():
            raise ValueError("prompt: leave it empty where a dataset has the prompts")
        if others := sorted(self.profiles.keys() - named):
            raise ValueError(f"profiles: {others[0]} is none of the models that are measured")
        return self

    @property
    def objective(self) -> Slo | None:
        """The limits that a good answer keeps, None without any."""
        return Slo.parse(self.slo) if self.slo else None


class SubmittedOut(BaseModel):
    """A job was taken on."""

    job_id: str
    run_id: str = Field(description="The same: its results are found by it.")
    status: Literal["submitted"] = "submitted"


Figure = Annotated[float, Field(ge=0, le=1e12)]
Seconds = Annotated[float, Field(ge=0, le=1e9)]
"""So many, that their nanoseconds have 64 bits."""
TokenCount = Annotated[int, Field(ge=0, le=2**31 - 1)]


class DirectResultIn(BaseModel):
    """A request that a browser sent. Its speeds follow from times and tokens.

    Where there is no `itl_ms`, it is made of `output_speed_tps`.
    """

    provider: Text = Field(min_length=1, max_length=64)
    model_id: ModelId
    run_number: int = Field(ge=1, le=10_000)
    context_tokens: Tier = 0
    ttft_ms: Figure | None = None
    total_time_s: Seconds | None = None
    output_tokens: TokenCount | None = None
    input_tokens: TokenCount | None = None
    tokens_per_second: Figure | None = None
    input_tokens_per_second: Figure | None = None
    output_speed_tps: Figure | None = None
    itl_ms: Figure | None = None
    cost: Figure | None = Field(None, description="USD; null where it is not known.")
    success: bool
    error: str | None = Field(None, max_length=500)
    status: Literal["success", "truncated", "error", "timeout", "cancelled"] | None = Field(
        None, description="More exactly than `success`, which it has to agree with."
    )
    finish_reason: str | None = Field(None, max_length=64)
    sent_ms: Figure | None = Field(None, description="When it was sent, since the run began.")
    ttfo_ms: Figure | None = Field(None, description="Time to the first output that is no reasoning.")
    icl_ms: list[Figure] = Field([], max_length=128_000, description="Between its token events.")
    first_chunk_tokens: TokenCount | None = None
    reasoning_tokens: TokenCount | None = None
    cached_tokens: TokenCount | None = None
    tokens_source: Literal["usage", "estimate"] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> DirectResultIn:
        if self.status is not None and (self.status == "success") != self.success:
            raise ValueError("status: success says otherwise")
        return self


class DirectResultsIn(BaseModel):
    """`POST /api/benchmark/direct-results`. `asked` is what `/direct-plan` was asked for, where it was."""

    results: list[DirectResultIn] = Field(min_length=1, max_length=10_000)
    prompt: str = Field("", max_length=500_000)
    max_tokens: int = Field(512, ge=1, le=128_000)
    temperature: float = Field(0.7, ge=0, le=2)
    context_tiers: list[Tier] = Field(default=[], max_length=MOST_TIERS)
    warmup: bool = True
    asked: BenchmarkIn | None = Field(
        None, description="In the place of prompt and settings above: names, prices and parameters come with it."
    )

    @field_validator("results")
    @classmethod
    def _are_of_so_many_models(cls, results: list[DirectResultIn]) -> list[DirectResultIn]:
        if len({(result.provider, result.model_id) for result in results}) > MOST_TARGETS:
            raise ValueError(f"may be of {MOST_TARGETS} models at most")
        if len({result.context_tokens for result in results}) > MOST_TIERS:
            raise ValueError(f"may have {MOST_TIERS} context sizes at most")
        return results


class DirectBodyOut(BaseModel):
    """The JSON of requests to a model at one context size: `before`, a request's own words, and `after`."""

    provider_key: str
    provider: str
    model_id: str
    display_name: str
    context_tokens: int
    url: str = Field(description="On the user's own machine.")
    before: str
    after: str


class DirectRequestOut(BaseModel):
    """One request."""

    body: int = Field(description="Its position among the bodies.")
    run_number: int = Field(description="From 1; 0: a warm-up, which is not measured.")
    nonce: str = Field(description="Its own words, as they stand in JSON: no cache has seen them.")


class DirectPlanOut(BaseModel):
    """What a browser sends by itself, one request after another, in this order. There is no key in it."""

    timeout_seconds: float
    bodies: list[DirectBodyOut]
    requests: list[DirectRequestOut]


class DirectResultsOut(BaseModel):
    """The results are kept."""

    status: Literal["ok"] = "ok"
    run_id: str
    saved: int
    skipped: int = Field(description="Those whose number, model and context size were there already.")


class ImportedOut(BaseModel):
    """What was measured elsewhere is kept."""

    status: Literal["ok"] = "ok"
    run_id: str
    tool: Literal["studio", "bench", "aiperf", "guidellm"] = Field(description="What measured it.")
    points: int
    notes: list[str] = Field(description="Sentences: where the tool's definitions differ from ours.")


class CancelIn(BaseModel):
    """`POST /api/benchmark/cancel`."""

    job_id: str | None = Field(None, description="The latest active benchmark, unless given.")


class OkOut(BaseModel):
    """It is done."""

    status: Literal["ok"] = "ok"


class SkippedOut(BaseModel):
    """What is not measured, and why."""

    provider_key: str
    model_id: str
    context_tokens: int | None = Field(description="Null where the model is left out altogether.")
    reason: str = Field(description="A sentence.")


class AdjustedOut(BaseModel):
    """What is done with the parameters of a model."""

    model_id: str
    provider: str
    provider_key: str
    adjustments: list[AdjustmentOut]


class EstimateOut(BaseModel):
    """`POST /api/benchmark/estimate`: what a run would come to."""

    requests: int = Field(description="Those that are measured.")
    is_at_most: bool = Field(description="There may be fewer: of a search, or by time, that is not known before.")
    points: int = Field(description="Models by lengths of input and output by loads.")
    warmup_requests: int
    input_tokens: int = Field(description="Warm-up included.")
    output_tokens_max: int = Field(description="Warm-up included.")
    cost_max: float | None = Field(description="USD, warm-up included; null where a price is not known.")
    seconds: float | None = Field(description="Null where a model was not measured before.")
    assumptions: list[str] = Field(description="Sentences.")
    skipped: list[SkippedOut]
    adjustments: list[AdjustedOut] = Field(description="What is done with parameters, by model.")


class RunTargetOut(BaseModel):
    """A model that is measured, as it was called then."""

    provider_key: str
    provider: str = Field(description="The provider's name for people.")
    model_id: str
    display_name: str
    profile: str | None = Field(description="The name of the profile that it was measured with.")
    input_cost_per_mtok: float | None = Field(description="USD per million tokens; null where it was not known.")
    output_cost_per_mtok: float | None = Field(description="USD per million tokens; null where it was not known.")
    price_source: str | None = Field(description="Who said so; null without a price.")
    price_at: str | None = Field(description="Since when they said so, a date; null without a price.")
    route: Literal["native", "sdk"] = Field(
        description="`sdk`: called through LiteLLM's SDK, which adds to its times."
    )


class WholeRunTargetOut(RunTargetOut):
    """With what it is sent beside the prompt."""

    params: dict[str, Any] = Field(description="The parameters that are sent.")
    system_prompt: str | None


class ResultOut(BaseModel):
    """A model at one context size; averages are of successes, and null where there are none."""

    model_id: str
    model: str = Field(description="The model's name for people.")
    provider: str
    provider_key: str
    display_name: str
    point: str
    context_tokens: int
    runs: int = Field(description="Requests that were measured.")
    avg_tokens_per_second: float | None = Field(description="Output tokens by the time of the whole answer.")
    avg_ttft_ms: float | None
    avg_total_time_s: float | None
    avg_input_tokens_per_second: float | None
    avg_output_speed_tps: float | None = Field(description="Tokens per second after the first.")
    avg_itl_ms: float | None
    std_dev_tps: float | None
    success_count: int
    error_count: int
    error: str | None = Field(description="The commonest reason, a sentence.")
    confidence_level: Literal["high", "low"]
    input_tokens: int
    output_tokens: int
    cost: float | None = Field(description="USD; null where a price is not known.")
    output_tier: int | None = Field(description="The longest answer in tokens, where a run tried several lengths.")
    load_mode: Literal["single", "concurrency", "rate"]
    load: float | None = Field(description="People at once, or requests per second; null for `single`.")
    request_rate: float | None = Field(description="Successes per second, in the steady window.")
    output_tps: float | None = Field(description="Their output tokens per second, all together.")
    goodput: float | None = Field(description="Successes within the limits per second; null without limits.")
    goodput_share: float | None = Field(description="The share of all that were within the limits, 0 to 1.")
    offered_rate: float | None = Field(description="Requests per second to be sent; null without a rate.")
    ttft_ms_p50: float | None
    ttft_ms_p95: float | None
    itl_ms_p50: float | None
    request_latency_ms_p50: float | None
    request_latency_ms_p95: float | None


class WholeResultOut(ResultOut):
    """With the whole distribution."""

    statistics: dict[str, Any]


RunState = Literal["running", "done", "failed", "cancelled", "interrupted"]


class KneeOut(BaseModel):
    """Up to which load a model keeps up."""

    model_id: str
    provider_key: str
    context_tokens: int
    output_tier: int | None
    over: Literal["concurrency", "rate"]
    load: float = Field(description="People at once, or requests per second.")
    goodput: float | None = Field(description="What came of it each second: successes, within the limits if any.")
    is_bound: Literal["none_reached", "below"] | None = Field(
        description="`none_reached`: the highest load was still kept up with; `below`: the lowest was too much."
    )
    caveat: str | None = Field(
        default=None, description="A sentence: why it may not be where it seems; `sentence` ends with it, too."
    )
    sentence: str


class RunOut(BaseModel):
    """A run. Times are ISO 8601, UTC. Counts and cost leave warm-up out."""

    id: str
    kind: Literal["benchmark"] = "benchmark"
    state: RunState = Field(description="`running` also while it waits: `started_at` is null then.")
    timestamp: str = Field(description="When it was asked for.")
    label: str | None
    prompt: str = Field(description="In lists, its beginning.")
    context_tiers: list[int]
    metadata: dict[str, Any] = Field(description="`source`: server, or client for what a browser measured.")
    max_tokens: int
    temperature: float
    warmup: bool
    mode: Mode
    concurrency: int
    slo: str | None = Field(description="The limits that a good answer keeps; null without any.")
    tool: Literal["studio", "bench", "aiperf", "guidellm"] = Field(description="What measured it.")
    knees: list[KneeOut] = Field(description="Up to which load models kept up; of runs that tried several.")
    config_json: str = Field(description="All settings but the prompt, as they were asked for, in JSON.")
    sentence: str | None = Field(description="The answer in words; null before there is one.")
    error: str | None = Field(description="Why it failed, a sentence.")
    shared: bool = Field(description="Whether everybody who is signed in may read it.")
    is_owner: bool
    requests_total: int
    requests_done: int
    error_count: int
    cost: float | None = Field(description="USD; null where a price is not known.")
    started_at: str | None
    completed_at: str | None
    client_limited: bool = Field(description="Whether this machine may have slowed down what it measured.")
    through: Literal["gateway", "direct"]


class ListedRunOut(RunOut):
    """A run in a list."""

    targets: list[RunTargetOut]
    results: list[ResultOut] = Field(
        description="Empty before the run has ended. Of several loads the one at the knee, or the least."
    )
    results_total: int = Field(description="How many results the run has.")


class RunDetailOut(RunOut):
    """A run and its results, also while it is under way."""

    targets: list[WholeRunTargetOut]
    has_dataset: bool = Field(description="Whether its prompts are those of a dataset.")
    config: dict[str, Any]
    results: list[WholeResultOut]
    skipped: list[SkippedOut]
    adjustments: list[AdjustedOut] = Field(description="What was done with parameters, by model.")
    measured: dict[str, Any] | None = Field(description="What the load generator says of itself.")


class HistoryQuery(BaseModel):
    """Which runs `GET /api/history` lists."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern="^[0-9a-f]{32}$", description="`next_cursor` of an earlier answer.")
    search: str = Field("", max_length=256, description="Words of label, models, provider and prompt's beginning.")
    state: RunState | None = None
    kind: Literal["studio", "import", "client"] | None = Field(
        None, description="Measured here, imported, or measured by a browser; all unless given."
    )
    person: Literal["own", "shared", "all"] = Field("own", description="`shared`: those that others have shared.")
    period: Literal["24h", "7d", "30d", "90d"] | None = Field(None, description="Until now; at any time, else.")
    provider_key: Text | None = Field(None, max_length=64, description="With `model_id`: which provider's model.")
    model_id: Text | None = Field(None, max_length=512, description="Those that have a result of this model.")


class HistoryOut(BaseModel):
    """`GET /api/history`."""

    runs: list[ListedRunOut]
    next_cursor: str | None


class TimelineQuery(BaseModel):
    """Which requests `GET /api/history/{id}/timeline` tells of."""

    point: Text | None = Field(None, max_length=700, description="The name of a point, as results have it.")
    limit: int = Field(500, ge=1, le=2_000)
    offset: int = Field(0, ge=0, le=1_000_000)


class TimelineColumns(BaseModel):
    """Requests in the order of sending, a list a column; times are nanoseconds since the run's start."""

    key: list[str]
    point: list[str]
    status: list[str]
    scheduled_ns: list[int]
    sent_ns: list[int | None]
    first_token_ns: list[int | None]
    last_token_ns: list[int | None]
    end_ns: list[int]


class TimelineOut(BaseModel):
    """`GET /api/history/{id}/timeline`."""

    total: int = Field(description="Measured requests, of the point where one is named.")
    requests: TimelineColumns


class DatasetOut(BaseModel):
    """`GET /api/history/{id}/dataset`."""

    dataset: str | None = Field(description="JSON lines; null where the run has none.")


class RunChangeIn(BaseModel):
    """`PUT /api/history/{id}`."""

    model_config = ConfigDict(extra="forbid")

    label: Label | None = None
    shared: bool | None = None
