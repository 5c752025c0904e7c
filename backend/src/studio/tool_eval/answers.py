"""What `/api/tool-eval*` tell. Shares are from 0 to 1, and what is called a percentage from 0 to 100."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from src.studio.benchmarks.schemas import AdjustedOut, Label, SkippedOut
from src.studio.tool_eval.schemas import State


class EvalSubmittedOut(BaseModel):
    """A job was taken on."""

    job_id: str
    run_id: str = Field(description="The same: its results are found by it.")
    status: Literal["submitted"] = "submitted"


class EvalEstimateOut(BaseModel):
    """`POST /api/tool-eval/estimate`: what a run would come to."""

    requests: int
    input_tokens: int
    output_tokens: int
    cost: float | None = Field(description="USD; null where a price is not known.")
    minutes: float | None = Field(description="Null where a model was not asked a suite before.")
    assumptions: list[str] = Field(description="Sentences.")


class EvalQuery(BaseModel):
    """Which runs `GET /api/tool-eval/history` lists."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern="^[0-9a-f]{32}$", description="`next_cursor` of an earlier answer.")
    q: str = Field("", max_length=256, description="Words of label, suite, models and providers.")
    state: State | None = None
    suite_id: str | None = Field(None, pattern="^[0-9a-f]{32}$")


class EvalTargetOut(BaseModel):
    """A model that is asked, as it was called then."""

    index: int = Field(description="Its position among the run's models.")
    provider_key: str
    provider: str = Field(description="The provider's name for people.")
    model_id: str
    display_name: str
    route: Literal["native", "sdk"]
    through: Literal["gateway", "direct"]
    profile: str | None = Field(description="The name of the profile that it was asked with.")
    input_cost_per_mtok: float | None = Field(description="USD per million tokens; null where it was not known.")
    output_cost_per_mtok: float | None = Field(description="USD per million tokens; null where it was not known.")
    price_source: str | None
    price_at: str | None


class WholeEvalTargetOut(EvalTargetOut):
    """With what it is sent beside the cases."""

    params: dict[str, Any]
    system_prompt: str | None


class ShareOut(BaseModel):
    """A share of answers that passed, with the interval that holds the true one with 95 %."""

    rate: float
    low: float
    high: float
    n: int = Field(description="Answers that were scored.")


class EvalRunBase(BaseModel):
    """A run, but for its models."""

    id: str
    state: State = Field(description="`running` also while it waits: `started_at` is null then.")
    timestamp: str = Field(description="When it was asked for.")
    started_at: str | None
    completed_at: str | None
    label: str | None
    suite_id: str = Field(description="That of the suite, which may be gone.")
    suite_name: str
    version: int = Field(description="Of the suite, that it is on.")
    temperature: float
    tool_choice: Literal["auto", "required", "none"]
    profile: Literal["strict", "bfcl"]
    repeats: int
    models: list[str] = Field(description="Names for people.")
    cases_total: int
    results_total: int = Field(description="Cases by models by repeats.")
    results_done: int
    passed: int
    failed: int
    unscored: int = Field(description="Answers that a provider's error kept from being scored.")
    accuracy: ShareOut | None = Field(description="Of all models together; null where nothing is scored.")
    cost: float | None = Field(description="USD; null where a price is not known.")
    sentence: str | None = Field(description="The answer in words; null before there is one.")
    error: str | None = Field(description="Why it failed, a sentence.")
    orchestrator_type: None
    judge_grade: None
    judge_score: None


class EvalRunOut(EvalRunBase):
    """A run. Times are ISO 8601, UTC. Disputed cases are in no count of what passed, and in no rate."""

    targets: list[EvalTargetOut]


class EvalHistoryOut(BaseModel):
    """`GET /api/tool-eval/history`."""

    runs: list[EvalRunOut]
    next_cursor: str | None


class EvalSummaryOut(BaseModel):
    """What a model came to."""

    model_config = ConfigDict(extra="allow")

    target: int = Field(description="Its position among the run's models.")
    provider_key: str
    provider: str
    model_id: str
    display_name: str
    accuracy: dict[str, Any] | None = Field(description="`successes`, `n`, `rate`, `low`, `high`, `n_effective`.")
    tool_selection_score: float | None
    param_accuracy_score: float | None
    overall_score: float | None
    total_cases: int = Field(description="Undisputed ones that were scored.")
    cases_passed: int = Field(description="Every time.")
    passed: int
    failed: int
    unscored: int
    disputed: int = Field(description="Results of disputed cases.")
    pass_at_k: dict[str, float] = Field(description="By k: of k answers to a case one passes at least.")
    pass_hat_k: dict[str, float] = Field(description="By k: k answers to a case all pass.")
    flaky: list[dict[str, Any]] = Field(description="Cases that passed at one time and failed at another.")
    reasons: dict[str, int] = Field(description="Why answers failed, the most frequent first.")
    by_category: dict[str, Any]
    category_breakdown: dict[str, Any]
    irrelevance_accuracy_pct: float | None
    latency_ms: dict[str, float] | None = Field(description="`p50` and `p95` of what was scored.")
    avg_latency_ms: float | None
    cost: float | None
    cost_per_case: float | None


class EnoughOut(BaseModel):
    """What so many cases can show."""

    cases: int
    smallest_difference: float | None = Field(
        description="Of pass rates, that a paired test finds with 80 %; null where it finds none."
    )


class UnscoredOut(BaseModel):
    """Why answers of a model are unscored."""

    target: int
    error: str | None
    count: int
    example: dict[str, int] = Field(description="One of them: `target`, `case_index`, `repeat`.")


class EvalResultBase(BaseModel):
    """What came of a case, asked of a model once, but for its rounds."""

    model_config = ConfigDict(extra="allow")

    key: str = Field(description="`target-case-repeat`.")
    target: int
    case_index: int = Field(description="Its position in the version.")
    repeat: int
    test_case_id: str
    test_case: str
    category: str | None
    disputed: bool
    provider_key: str
    provider: str
    model_id: str
    model: str
    prompt: str = Field(description="Its beginning.")
    status: Literal["pass", "fail", "unscored"]
    success: bool
    reason: str | None = Field(description="Why it failed.")
    error: str | None = Field(description="Why it is unscored, a sentence.")
    expected_tool: str | list[str] | None
    expected_params: dict[str, Any] | None
    actual_tool: str | None
    actual_params: Any
    calls: list[list[dict[str, Any]]] = Field(description="What was called, by turn.")
    problems: list[dict[str, Any]]
    tool_selection_score: float | None
    param_accuracy: float | None
    overall_score: float | None
    latency_ms: float | None
    cost: float | None
    input_tokens: int | None
    output_tokens: int | None


class EvalResultOut(EvalResultBase):
    """What came of a case, asked of a model once."""

    rounds: int = Field(description="Requests that were answered.")


class EvalDetailOut(EvalRunBase):
    """A run and what it came to, or has come to so far."""

    targets: list[WholeEvalTargetOut]
    settings: dict[str, Any]
    skipped: list[SkippedOut]
    adjustments: list[AdjustedOut]
    warnings: list[str] = Field(description="What to know before one believes the figures; sentences.")
    all_cases: bool = Field(description="Whether all cases of the version are asked.")
    suite_changed: bool | None = Field(description="Whether the suite is another one now; null where it is gone.")
    summaries: list[EvalSummaryOut]
    summary: dict[str, EvalSummaryOut] = Field(description="The same by the names of models.")
    enough: EnoughOut
    unscored_reasons: list[UnscoredOut]
    results: list[EvalResultOut] | None = Field(None, description="Left out with `results=false`.")
    raw_omitted: bool | None = Field(
        None, description="Whether results are told without `raw_request` and `raw_response`."
    )


class MatrixCaseOut(BaseModel):
    """A case of a run."""

    index: int = Field(description="Its position in the version.")
    id: str
    name: str
    prompt_start: str
    category: str | None
    disputed: bool


class MatrixOut(BaseModel):
    """`GET /api/tool-eval/history/{id}/matrix`."""

    cases: list[dict[str, Any]] = Field(
        description="`index`, `id`, `name`, `prompt_start`, `category`, `disputed`."
    )
    targets: list[EvalTargetOut]
    cells: dict[str, str] = Field(
        description="By `target-case`, a letter a repeat: `p` passed, `f` failed, `u` unscored, `-` to come."
    )
    reasons: dict[str, list[str | None]] = Field(description="Likewise: why repeats failed.")


class ExchangeOut(EvalResultBase):
    """A result with all that was sent and all that came."""

    case: dict[str, Any] = Field(description="As it was in the version.")
    tools: list[dict[str, Any]] = Field(description="Those that were offered.")
    system_prompt: str | None
    turns: list[dict[str, Any]]
    rounds: list[dict[str, Any]] = Field(
        description="Each request, without its tools, and its answer. `messages` are those that are new in it: "
        "`messages_before` of the requests above went before."
    )
    verdict: dict[str, Any] | None = Field(description="Null where it is unscored.")


class EvalCompareQuery(BaseModel):
    """What `GET /api/tool-eval/compare` compares."""

    a: str | None = Field(None, max_length=512, description="`RUN`, or `RUN:0` for one of its models.")
    b: str | None = Field(None, max_length=512)
    runs: str | None = Field(None, max_length=512, description="Several, separated by commas: all with the first.")


class EvalComparedOut(BaseModel):
    """Two sides on the same cases; differences are b's less a's."""

    model_config = ConfigDict(extra="allow")

    a: dict[str, Any]
    b: dict[str, Any]
    same_suite: bool
    same_version: bool
    common_cases: int = Field(description="That both have alike, and that are not disputed.")
    changed_cases: int = Field(description="That both have, and not alike: they are left out.")
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None = Field(description="By Holm's method, over all pairs.")
    verdict: Literal["better", "worse", "none_shown", "too_few"] = Field(description="What b is.")
    sentence: str
    wins: list[dict[str, Any]]
    losses: list[dict[str, Any]]
    by_category: list[dict[str, Any]]
    settings: list[dict[str, Any]]


class EvalCompareOut(BaseModel):
    """`GET /api/tool-eval/compare`."""

    pairs: list[EvalComparedOut]


class EvalChangeIn(BaseModel):
    """`PATCH /api/tool-eval/history/{id}`."""

    model_config = ConfigDict(extra="forbid")

    label: Label | None = None
