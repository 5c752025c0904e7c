"""What `/api/tool-suites*` and `/api/tool-eval/import*` take and tell."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from src.studio.schemas import kept_text

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256), AfterValidator(kept_text)
]
Description = Annotated[str, StringConstraints(max_length=5_000), AfterValidator(kept_text)]
SystemPrompt = Annotated[str, StringConstraints(max_length=50_000), AfterValidator(kept_text)]
Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Profile = Literal["strict", "bfcl"]


class SuiteIn(BaseModel):
    """`POST /api/tool-suites`."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Description | None = None
    system_prompt: SystemPrompt | None = None
    tools: list[Any] = Field(
        default_factory=list, description='As OpenAI has them: `{"type": "function", "function": {…}}`.'
    )


class SuiteChangeIn(BaseModel):
    """`PUT` and `PATCH /api/tool-suites/{suite_id}`: what is given is written anew."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    description: Description | None = None
    system_prompt: SystemPrompt | None = None
    tools: list[Any] | None = Field(None, description="All tools, in the place of those that are there.")


class ExpectedCallIn(BaseModel):
    """A call that is wanted."""

    model_config = ConfigDict(extra="forbid")

    tool: str | list[str] = Field(description="Its tool; any of several.")
    arguments: dict[str, Any] = Field(
        default_factory=dict,
        description="The value of each, literally or as `{$any}`, `{$number, tolerance}`, `{$date}`, `{$text, "
        "casefold}`, `{$contains}`, `{$multiset}`, `{$pattern}`, `{$anything}`, `{$object}` or `{$literal}`.",
    )
    optional: list[str] = Field(default_factory=list, description="Arguments that may be left out.")


class ScoringConfigIn(BaseModel):
    """How calls are compared."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["exact", "fuzzy", "contains"] = "exact"
    epsilon: float = 1e-6
    casefold: bool = False
    multiset: bool = Field(False, description="Lists are the same in any order.")
    order: Literal["any", "strict"] = "any"
    extra: list[str] = Field(default_factory=list, description="Tools that may be called besides.")
    dates: bool = Field(True, description="A date may be spelled otherwise.")


class TurnIn(BaseModel):
    """One of several turns."""

    model_config = ConfigDict(extra="forbid")

    prompt: str | None = None
    messages: list[dict[str, Any]] | None = None
    should_call_tool: bool = True
    expected_calls: list[ExpectedCallIn] | None = None
    expected_state: dict[str, Any] | None = Field(None, description="By JSON pointer, after the turn.")
    max_rounds: int | None = Field(None, ge=1, le=20)


class CaseIn(BaseModel):
    """A case. Where it is changed, all fields may be missing; null takes one away."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=200)
    prompt: str | None = Field(None, min_length=1, max_length=50_000, description="This, or `messages`.")
    messages: list[dict[str, Any]] | None = Field(None, description="As OpenAI has them, a user's at the end.")
    category: str | None = Field(None, max_length=100)
    disputed: bool = Field(False, description="It is left out of all rates.")
    disputed_reason: str | None = None
    tools: list[str] | None = Field(None, description="Which of the suite's tools are offered; null: all.")
    should_call_tool: bool = Field(True, description="False: no call is wanted.")
    expected_calls: list[ExpectedCallIn] | None = None
    expected_tool: str | list[str] | None = Field(None, description="The first of the expected calls.")
    expected_params: dict[str, Any] | None = Field(None, description="Its arguments.")
    param_scoring: Literal["exact", "fuzzy", "contains"] | None = Field(
        None, description="The mode of `scoring_config`."
    )
    scoring_config: ScoringConfigIn | None = None
    multi_turn: bool = Field(False, description="What tools answer goes back to the model.")
    turns: list[TurnIn] | None = None
    max_rounds: int | None = Field(None, ge=1, le=20, description="Requests a turn; 8 unless said.")
    state: dict[str, Any] | None = None
    mock_responses: dict[str, Any] | None = Field(None, description="What tools answer, by name.")
    valid_prerequisites: list[str] | None = None
    optimal_hops: int | None = None
    argument_source: dict[str, str] | None = None


class CasesIn(BaseModel):
    """Many cases: all are kept, or none."""

    model_config = ConfigDict(extra="forbid")

    cases: list[CaseIn]


class OrderIn(BaseModel):
    """`PUT /api/tool-suites/{suite_id}/cases/order`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] = Field(max_length=10_000, description="Of all cases of the suite.")


class ToolsIn(BaseModel):
    """`POST /api/tool-suites/check`."""

    model_config = ConfigDict(extra="forbid")

    tools: Any = Field(description="Whatever is to become tools.")


class CaseCheckIn(BaseModel):
    """`POST /api/tool-suites/case/check`."""

    model_config = ConfigDict(extra="forbid")

    case: dict[str, Any]
    tools: list[Any] = Field(default_factory=list)


class ScoreIn(BaseModel):
    """`POST /api/tool-suites/score`: a case, and what a model would have called."""

    model_config = ConfigDict(extra="forbid")

    case: dict[str, Any]
    tools: list[Any]
    calls: list[dict[str, Any]] | None = Field(
        None, description="Of the first turn: `{name, arguments}`, or as OpenAI has them."
    )
    turns: list[TurnCallsIn] | None = Field(None, description="The same of each turn.")
    profile: Profile = "strict"


class TurnCallsIn(BaseModel):
    """What a model called in a turn."""

    model_config = ConfigDict(extra="forbid")

    calls: list[dict[str, Any]]
    state: dict[str, Any] | None = Field(
        None, description="The state after it; what the case's mocks make of it unless given."
    )
    finished: bool = Field(True, description="False: it still called tools when its rounds were used up.")


class PageQuery(BaseModel):
    """Which suites of a list."""

    q: str = Field("", max_length=256, description="Words that name, description or tools have.")
    limit: int = Field(50, ge=1, le=200)
    cursor: Id | None = Field(None, description="`next_cursor` of an earlier answer.")


class CasesQuery(BaseModel):
    """Which cases of a suite."""

    q: str = Field("", max_length=256, description="Words that name, category, prompt or expected tools have.")
    category: str | None = Field(None, max_length=100)
    limit: int = Field(200, ge=1, le=200)
    cursor: str | None = Field(
        None, pattern="^[0-9]{1,9}-[0-9a-f]{32}$", description="`next_cursor` of an earlier answer."
    )


class VersionsQuery(BaseModel):
    """Which versions of a suite."""

    limit: int = Field(200, ge=1, le=200)
    cursor: str | None = Field(None, pattern="^[0-9]{1,9}$", description="`next_cursor` of an earlier answer.")


class DoneOut(BaseModel):
    """It is done."""

    status: Literal["ok"] = "ok"


class SuiteKeptOut(DoneOut):
    """The suite is kept."""

    suite_id: str


class SuiteImportedOut(SuiteKeptOut):
    """A suite was made of what was sent."""

    test_cases_created: int
    tools_imported: int
    notes: list[str] = Field(description="What could not be taken over as it was, in sentences.")


class ProblemOut(BaseModel):
    """What is wrong with a tool or a case."""

    position: int | None = Field(description="Which of the tools; null: it is about none of them.")
    path: str = Field(description="Where in it: a JSON pointer of a tool, or the path of a case's field.")
    severity: Literal["error", "warning"] = Field(description="An error keeps it from being kept, or used.")
    sentence: str


class ProblemsOut(BaseModel):
    """All that is wrong."""

    problems: list[ProblemOut]


class CaseKeptOut(DoneOut):
    """The case is kept."""

    case_id: str


class CasesKeptOut(DoneOut):
    """The cases are kept."""

    created: int
    case_ids: list[str]


class SuiteOut(BaseModel):
    """A suite as lists tell it."""

    id: str
    user_id: str
    name: str
    description: str
    system_prompt: str
    tool_count: int
    test_case_count: int
    version: int = Field(description="Of what stands there: that of a run, or the next run's.")
    changed: bool = Field(description="Whether it has changed since a run was on it.")
    created_at: str = Field(description="ISO 8601, UTC.")
    updated_at: str = Field(description="ISO 8601, UTC.")


class SuitesOut(BaseModel):
    """`GET /api/tool-suites`, the newest first."""

    suites: list[SuiteOut]
    next_cursor: str | None


class CaseOut(BaseModel):
    """A case: its fields as they were given, and these. Fields that are as by default may be missing."""

    model_config = ConfigDict(extra="allow")

    id: str
    suite_id: str
    position: int
    name: str | None
    category: str | None
    prompt: str | None = None
    disputed: bool
    should_call_tool: bool
    multi_turn: bool
    expected_calls: list[ExpectedCallIn] | None = None
    expected_tool: str | list[str] | None = Field(description="Of the first of the expected calls.")
    expected_params: dict[str, Any] | None = Field(description="Its arguments.")
    param_scoring: str
    created_at: str = Field(description="ISO 8601, UTC.")
    updated_at: str = Field(description="ISO 8601, UTC.")


class SuiteDetailOut(SuiteOut):
    """A suite with its tools and, unless they are not wanted, its cases."""

    tools: list[dict[str, Any]]
    problems: list[ProblemOut] = Field(description="What is wrong with the tools.")
    test_cases: list[CaseOut] | None = None


class CasesOut(BaseModel):
    """Cases of a suite in their order."""

    cases: list[CaseOut]
    total: int = Field(description="How many there are of those that were asked for.")
    categories: list[str] = Field(description="All of the suite.")
    next_cursor: str | None


class VersionOut(BaseModel):
    """A suite as it was when runs were on it."""

    version: int
    created_at: str = Field(description="ISO 8601, UTC.")
    runs: int
    tools: int
    cases: int


class VersionsOut(BaseModel):
    """`GET /api/tool-suites/{suite_id}/versions`, the newest first."""

    versions: list[VersionOut]
    next_cursor: str | None


class OpenApiIn(BaseModel):
    """`POST /api/tool-eval/import/openapi`."""

    model_config = ConfigDict(extra="forbid")

    document: Any = Field(description="OpenAPI 3.0 or 3.1: the document, or its text in JSON or YAML.")
    operations: list[str] | None = Field(None, max_length=1_000, description="Ids of those to take; null: all.")
    suite_name: Name | None = None
    preview: bool = Field(False, description="Tell the operations, and keep nothing.")


class OperationOut(BaseModel):
    """What an API can be asked to do, and the tool that it would be."""

    id: str
    method: str
    path: str
    summary: str
    tool: dict[str, Any]
    notes: list[str] = Field(description="What the tool does not say, in sentences.")


class OperationsOut(BaseModel):
    """The operations of a document. Nothing is kept."""

    suite_name: str = Field(description="How the document calls itself.")
    operations: list[OperationOut]


class TrafficIn(BaseModel):
    """`POST /api/tool-eval/import/traffic`: as OpenAI's API has them, or their texts."""

    model_config = ConfigDict(extra="forbid")

    request: Any
    answer: Any = Field(description="Also as it was streamed.")


class TrafficOut(BaseModel):
    """The case that a request and its answer make. Nothing is kept."""

    case: dict[str, Any]
    tools: list[dict[str, Any]]
    notes: list[str]


class ExampleOut(BaseModel):
    """A suite to start from."""

    key: str
    name: str
    description: str
    tools: int
    cases: int


class ExamplesOut(BaseModel):
    """`GET /api/tool-suites/examples`."""

    examples: list[ExampleOut]


class VerdictOut(BaseModel):
    """Whether a case is passed by some calls, and why not."""

    passed: bool
    reason: str | None
    problems: list[dict[str, Any]]
    pairs: list[list[int]] = Field(description="Turn, and positions of a wanted call and of the one that is it.")
    scores: dict[str, float | None]
    extra_rounds: int | None
