"""What `/api/config` takes and tells."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class LastMeasuredOut(BaseModel):
    """What a model came to when it was last measured by whoever asks."""

    ttft_ms_p50: float | None = Field(description="Time to first token, milliseconds, the median.")
    output_tps_p50: float | None = Field(description="Tokens per second after the first, the median.")
    run_id: str = Field(description="The run that measured it.")
    measured_at: str = Field(description="When that run was made, ISO 8601, UTC.")


class ModelOut(BaseModel):
    """A model that can be measured."""

    model_id: str = Field(description="The name that it is called by.")
    display_name: str = Field(description="The name for people.")
    context_window: int | None = Field(description="Tokens; null where it is not known.")
    max_output_tokens: int | None = Field(description="Tokens; null where it is not known.")
    input_cost_per_mtok: float | None = Field(description="USD per million tokens; null where it is not known.")
    output_cost_per_mtok: float | None = Field(description="USD per million tokens; null where it is not known.")
    price_source: str | None = Field(description="Who says so: `gateway` or `demo`; null without a price.")
    last_measured: LastMeasuredOut | None = Field(description="Null where it was not measured yet.")


class ProviderOut(BaseModel):
    """A provider that the instance offers to everybody."""

    provider_key: str = Field(description="`gateway` or `demo`: what targets name it by.")
    display_name: str = Field(description="The name for people.")
    source: Literal["gateway", "demo"]
    status: Literal["ok", "unavailable"] = Field(description="Whether it told its models when last asked.")
    detail: str | None = Field(description="Why it is unavailable, a sentence.")
    models: list[ModelOut]


class DefaultsOut(BaseModel):
    """What a benchmark is made with where nothing else is said."""

    max_tokens: int
    temperature: float
    context_tiers: list[int] = Field(description="Tokens of synthetic context before the prompt.")
    prompt: str


class CatalogOut(BaseModel):
    """`GET /api/config`: what can be measured."""

    defaults: DefaultsOut
    providers: dict[str, ProviderOut] = Field(description="One's own, by display name.")
    shared: dict[str, ProviderOut] = Field(description="Those of the instance, by display name.")


class PromptOut(BaseModel):
    """A prompt that can be chosen."""

    category: str
    label: str
    prompt: str


class PromptIn(BaseModel):
    """`POST /api/config/prompts`."""

    key: Identifier = Field(description="Letters, digits, `_` and `-`.")
    label: str | None = Field(None, max_length=256, description="The key, unless given.")
    category: str = Field("general", min_length=1, max_length=64)
    prompt: str = Field(min_length=1, max_length=500_000)


class PromptKeptOut(BaseModel):
    """The prompt is kept."""

    status: Literal["ok"] = "ok"
    key: str
