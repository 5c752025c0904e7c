"""What `/api/tool-eval*` take: which suite is asked of which models, and how."""

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

from src.studio.benchmarks.schemas import MOST_TARGETS, Label, ModelId, TargetIn
from src.studio.parameters.schemas import ParamsIn
from src.studio.schemas import Text, kept_text

LONGEST_PROMPT = 50_000
FOR_ALL = "_global"
MOST_CASES = 10_000
TOOL_CHOICES = ("required", "auto", "none")
OF_THE_SUITE = ("tools", "tool_choice", "parallel_tool_calls", "functions", "function_call")
"""Parameters that a run says in fields of its own, or that are the suite's."""

ThingId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Category = Annotated[Text, StringConstraints(max_length=100)]
State = Literal["running", "done", "failed", "cancelled", "interrupted"]


class JudgeIn(BaseModel):
    """Whether answers are judged, which they are not yet."""

    model_config = ConfigDict(extra="forbid")

    enabled: Literal[False] = False
    mode: Literal["live_inline", "post_eval"] = "post_eval"
    judge_model: Text | None = None
    judge_provider_key: Text | None = None
    custom_instructions: Text | None = Field(None, max_length=10_000)

    @field_validator("enabled", mode="before")
    @classmethod
    def _is_not_there_yet(cls, given: Any) -> Any:  # noqa: ANN401 - checked after it
        if given is True:
            raise ValueError("answers cannot be judged by a model yet: leave judge out")
        return given


class ToolEvalIn(BaseModel):
    """`POST /api/tool-eval`. A field that is not one of these is refused: nothing is taken and left undone."""

    model_config = ConfigDict(extra="forbid")

    suite_id: Text = Field(min_length=1, max_length=64)
    targets: list[TargetIn] = Field(default=[], max_length=MOST_TARGETS)
    models: list[ModelId] = Field(
        default=[], max_length=MOST_TARGETS, description="Ids alone, as earlier clients name targets."
    )
    temperature: float = Field(0.0, ge=0, le=2)
    tool_choice: str = Field(
        "required",
        max_length=32,
        description="`auto`, `required` or `none`. With `required` a model has to call: cases that want no call "
        "then mean nothing.",
        json_schema_extra={"enum": list(TOOL_CHOICES)},
    )
    system_prompt: str | dict[Text, str] | None = Field(
        None,
        description="In place of the suite's: one for all, or by `provider_key::model_id`, `_global` for others. "
        "A model's own that is empty: it is told nothing.",
    )
    provider_params: ParamsIn = Field(
        default={}, description="Further parameters, as far as a model takes them; those in `passthrough`, too."
    )
    profiles: dict[str, str] = Field(
        default={}, description="Profile ids by model. Without one, no profile is used, its default neither."
    )
    repeats: int = Field(1, ge=1, le=100, description="How often each case is asked of each model.")
    profile: Literal["strict", "bfcl"] = Field(
        "strict", description="How calls are scored: `bfcl` as the Berkeley leaderboard does."
    )
    concurrency: int = Field(4, ge=1, le=32, description="Calls at once, for each provider.")
    max_tokens: int = Field(1_024, ge=1, le=128_000)
    case_ids: list[ThingId] | None = Field(
        None, max_length=MOST_CASES, description="Cases that are asked; all unless given."
    )
    categories: list[Category] | None = Field(
        None, max_length=1_000, description="Categories whose cases are asked; all unless given."
    )
    streaming: Literal["auto"] | bool = Field(
        "auto", description="`auto`: streams, but where a provider is known to break tool calls in streams."
    )
    parallel_tool_calls: bool | None = Field(None, description="Sent as it is; null: not sent.")
    timeout: float = Field(120, ge=10, le=600, description="Seconds, for each request as a whole.")
    label: Label | None = None
    experiment_id: Text | None = Field(None, description="Null: there are no experiments yet.")
    judge: JudgeIn | None = None
    judge_concurrency: int = Field(4, ge=1, le=20, description="Of a judge; there is none yet.")
    auto_judge: Literal[False] = False
    auto_judge_threshold: float | None = Field(None, ge=0, le=1, description="Of a judge; there is none yet.")

    @field_validator("targets", "models", "provider_params", "profiles", "auto_judge", mode="before")
    @classmethod
    def _null_is_nothing(cls, given: Any, field: ValidationInfo) -> Any:  # noqa: ANN401 - checked after it
        """Take null, which earlier clients send, for what is not given."""
        return cls.model_fields[str(field.field_name)].get_default() if given is None else given

    @field_validator("auto_judge", mode="before")
    @classmethod
    def _no_judge_yet(cls, given: Any) -> Any:  # noqa: ANN401 - checked after it
        if given is True:
            raise ValueError("answers cannot be judged by a model yet: leave it out")
        return given

    @field_validator("system_prompt", mode="before")
    @classmethod
    def _is_a_text_or_texts(cls, given: Any) -> Any:  # noqa: ANN401 - looked at here
        texts = list(given.values()) if isinstance(given, dict) else [] if given is None else [given]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("must be a text, or an object of texts by provider_key::model_id")
        if any(len(text) > LONGEST_PROMPT for text in texts):
            raise ValueError(f"may have {LONGEST_PROMPT:,} characters at most")
        for text in texts:
            kept_text(text)
        return given

    @field_validator("streaming", mode="before")
    @classmethod
    def _is_known(cls, given: Any) -> Any:  # noqa: ANN401 - looked at here
        if given != "auto" and not isinstance(given, bool):
            raise ValueError("must be auto, true or false")
        return given

    @field_validator("experiment_id")
    @classmethod
    def _no_experiments_yet(cls, given: str | None) -> None:
        if given:
            raise ValueError("there are no experiments yet: leave it out")

    @field_validator("provider_params")
    @classmethod
    def _leaves_tools_alone(cls, given: dict[str, Any]) -> dict[str, Any]:
        passed = given.get("passthrough") or {}
        if own := sorted(set(OF_THE_SUITE) & {*given, *passed}):
            raise ValueError(f"may not set {own[0]}: tools are the suite's, and the rest has fields of its own")
        return given

    @model_validator(mode="after")
    def _is_consistent(self) -> ToolEvalIn:
        if not self.targets and not self.models:
            raise ValueError("targets: name one model at least, as provider_key and model_id")
        if self.targets and not {target.model_id for target in self.targets}.issuperset(self.models):
            raise ValueError("models: name models by targets or by models, or the same ones by both")
        named = {target.model_id for target in self.targets} or set(self.models)
        if others := sorted(self.profiles.keys() - named):
            raise ValueError(f"profiles: {others[0]} is none of the models that are asked")
        prompts = self.system_prompt if isinstance(self.system_prompt, dict) else {}
        if others := sorted(key for key in prompts if key != FOR_ALL and key.partition("::")[2] not in named):
            raise ValueError(f"system_prompt: {others[0]} is none of the models that are asked")
        return self

    def prompt_for(self, provider_key: str, model_id: str) -> str | None:
        """Return the system prompt that is asked for of a model: empty, it is to have none; None, nothing is said.

        One for all that is empty says nothing: earlier clients send it so.
        """
        given = self.system_prompt
        if isinstance(given, dict):
            own = given.get(f"{provider_key}::{model_id}")
            return given.get(FOR_ALL) or None if own is None else own
        return given or None
