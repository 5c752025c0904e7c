"""What `/api/settings/phase10` and `/api/onboarding` take and tell; defaults are those of the fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from src.studio.engine.slo import Slo
from src.studio.schemas import can_be_sent

MOST_PRESETS = 20

PresetName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
TopP = Annotated[float, Field(ge=0, le=1)]
Temperature = Annotated[float, Field(ge=0, le=2)]
Step = Annotated[float, Field(gt=0, le=2)]


class Section(BaseModel):
    """A section; what it has not is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class JudgeSettings(Section):
    """How answers are judged unless said otherwise."""

    enabled: bool = False
    model_id: str = Field("", max_length=512, description="Empty: none is chosen.")
    mode: Literal["post_eval", "live_inline"] = "post_eval"
    temperature: Temperature = 0.0
    max_tokens: int = Field(4096, ge=1, le=128_000)
    custom_instructions: str = Field("", max_length=10_000)


class Preset(BaseModel):
    """A search space by name. What else it has is kept with it."""

    model_config = ConfigDict(extra="allow")

    name: PresetName
    search_space: dict[str, Any]

    @model_validator(mode="after")
    def _can_be_kept(self) -> Preset:
        if not can_be_sent(self.model_dump()):
            raise ValueError("search_space: must hold what JSON can say")
        return self


class ParamTunerSettings(Section):
    """Where the tuner of parameters begins."""

    max_combinations: int = Field(50, ge=1, le=10_000)
    temp_min: Temperature = 0.0
    temp_max: Temperature = 1.0
    temp_step: Step = 0.5
    top_p_min: TopP = 0.5
    top_p_max: TopP = 1.0
    top_p_step: Step = 0.25
    presets: list[Preset] = Field(default=[], max_length=MOST_PRESETS)

    @model_validator(mode="after")
    def _are_ranges(self) -> ParamTunerSettings:
        for name in ("temp", "top_p"):
            if getattr(self, f"{name}_min") > getattr(self, f"{name}_max"):
                raise ValueError(f"{name}_min must not be more than {name}_max")
        return self


class PromptTunerSettings(Section):
    """Where the tuner of prompts begins."""

    mode: Literal["quick", "evolutionary"] = "quick"
    generations: int = Field(3, ge=1, le=20)
    population_size: int = Field(5, ge=2, le=50)
    max_api_calls: int = Field(100, ge=1, le=100_000)


SECTIONS: dict[str, type[Section]] = {
    "judge": JudgeSettings,
    "param_tuner": ParamTunerSettings,
    "prompt_tuner": PromptTunerSettings,
}


class OptIn(Section):
    """Whether what one's runs of suites came to may be in what anybody can read: models and rates alone."""

    opt_in: bool


class BenchmarkSettings(Section):
    """From where on a benchmark is to be confirmed before it starts, and which limits a good answer keeps."""

    confirm_above_usd: float | None = Field(1.0, ge=0, le=1e6, description="Null: whatever it costs.")
    confirm_above_requests: int | None = Field(1_000, ge=0, le=50_000, description="Null: however many.")
    confirm_above_minutes: float | None = Field(15.0, ge=0, le=1e5, description="Null: however long.")
    default_slo: str = Field("", max_length=500, description="In ms, such as `ttft<800,itl<50`. Empty: none.")

    @field_validator("default_slo")
    @classmethod
    def _can_be_read(cls, slo: str) -> str:
        return str(Slo.parse(slo)) if slo.strip() else ""


class PreferencesOut(BaseModel):
    """`GET /api/settings/phase10`."""

    judge: JudgeSettings
    param_tuner: ParamTunerSettings
    prompt_tuner: PromptTunerSettings
    param_support: dict[str, Any] | None = Field(description="Null: what the registry says.")


class PreferencesIn(BaseModel):
    """`PUT /api/settings/phase10`: fields of sections. What is not given stays."""

    model_config = ConfigDict(extra="forbid")

    judge: dict[str, Any] | None = None
    param_tuner: dict[str, Any] | None = None
    prompt_tuner: dict[str, Any] | None = None
    param_support: dict[str, Any] | None = Field(None, description="As a whole; null: what the registry says.")

    @field_validator("judge", "param_tuner", "prompt_tuner")
    @classmethod
    def _is_given(cls, section: dict[str, Any] | None) -> dict[str, Any]:
        if section is None:
            raise ValueError("must be an object")
        return section


class SavedOut(BaseModel):
    """It is saved."""

    ok: Literal[True] = True


class OnboardingOut(BaseModel):
    """Whether somebody was shown around."""

    completed: bool


class OnboardedOut(BaseModel):
    """It is noted."""

    status: Literal["ok"] = "ok"
    completed: Literal[True] = True
