"""What `/api/config` takes and tells."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from src.studio.llm.egress import EgressRefusedError, place_of
from src.studio.llm.request import RESERVED_PARAMS
from src.studio.providers.catalog import PriceSource, Source
from src.studio.providers.kept import LARGEST_OUTPUT, LARGEST_WINDOW
from src.studio.providers.presets import Route
from src.studio.schemas import Text

IDENTIFIER = r"^[A-Za-z0-9_-]{1,64}$"


def _is_identifier(text: str) -> str:
    if not re.fullmatch(IDENTIFIER, text):
        raise ValueError("must have 1 to 64 letters, digits, _ and - in all")
    return text


Identifier = Annotated[
    str, AfterValidator(_is_identifier), WithJsonSchema({"type": "string", "pattern": IDENTIFIER})
]


class LastMeasuredOut(BaseModel):
    """What a model came to when it was last measured by whoever asks."""

    ttft_ms_p50: float | None = Field(description="Time to first token, milliseconds, the median.")
    output_tps_p50: float | None = Field(description="Tokens per second after the first, the median.")
    run_id: str = Field(description="The run that measured it.")
    measured_at: str = Field(description="When that run was made, ISO 8601, UTC.")


class ModelOut(BaseModel):
    """A model that can be measured. Prices are in USD per million tokens."""

    model_id: str = Field(
        description="The name that targets name it by; of one's own, with the provider's prefix."
    )
    display_name: str = Field(description="The name for people.")
    context_window: int | None = Field(description="Tokens; null where it is not known.")
    max_output_tokens: int | None = Field(description="Tokens; null where it is not known.")
    skip_params: list[str] = Field(description="Parameters that requests to it are made without.")
    system_prompt: str | None = Field(description="What requests to it begin with.")
    custom_fields: dict[str, Any] = Field(description="What requests to it have beside all else.")
    input_cost_per_mtok: float | None = Field(description="Null where it is not known.")
    output_cost_per_mtok: float | None = Field(description="Null where it is not known.")
    cached_cost_per_mtok: float | None = Field(description="Null: that of input.")
    price_source: PriceSource | None = Field(description="Who says so; null without a price.")
    price_at: str | None = Field(description="Since when they say so, a date; null without a price.")
    last_measured: LastMeasuredOut | None = Field(description="Null where it was not measured yet.")


class ProviderOut(BaseModel):
    """A provider that the instance offers to everybody."""

    provider_key: str = Field(description="`gateway` or `demo`: what targets name it by.")
    display_name: str = Field(description="The name for people.")
    source: Source
    status: Literal["ok", "unavailable"] = Field(
        description="Whether its models can be called, as far as is known."
    )
    detail: str | None = Field(description="Why it is unavailable, a sentence.")
    models: list[ModelOut]


class OwnProviderOut(ProviderOut):
    """A provider of one's own."""

    api_base: str | None = Field(description="Null: that of the preset.")
    api_key_env: str | None = Field(description="The variable of the server that has its key.")
    api_key: Literal["***", ""] = Field(description="`***` where there is a key; never the key.")
    model_id_prefix: str | None
    direct_local: bool = Field(description="Whether the browser may call it by itself.")
    timeout: float | None = Field(description="Seconds that a request may take at most; null: as the run says.")
    route: Route = Field(description="How it is called: as OpenAI is, or through LiteLLM's SDK.")


class DefaultsOut(BaseModel):
    """What a benchmark is made with where nothing else is said."""

    max_tokens: int
    temperature: float
    context_tiers: list[int] = Field(description="Tokens of synthetic context before the prompt.")
    prompt: str


class CatalogOut(BaseModel):
    """`GET /api/config`: what can be measured."""

    defaults: DefaultsOut
    providers: dict[str, OwnProviderOut] = Field(description="One's own, by display name.")
    shared: dict[str, ProviderOut] = Field(description="Those of the instance, by display name.")


class PromptOut(BaseModel):
    """A prompt that can be chosen."""

    category: str
    label: str
    prompt: str
    is_own: bool = Field(description="Whether one can change and delete it.")


class PromptIn(BaseModel):
    """`POST /api/config/prompts`."""

    key: Identifier = Field(description="Letters, digits, `_` and `-`.")
    label: str | None = Field(None, max_length=256, description="The key, unless given.")
    category: str = Field("general", min_length=1, max_length=64)
    prompt: str = Field(min_length=1, max_length=500_000)


class PromptKeyIn(BaseModel):
    """Which prompt."""

    model_config = ConfigDict(extra="forbid")

    key: Identifier


class PromptChangeIn(PromptKeyIn):
    """`PUT /api/config/prompts`: what is not given stays."""

    label: str = Field("", min_length=1, max_length=256)
    category: str = Field("", min_length=1, max_length=64)
    prompt: str = Field("", min_length=1, max_length=500_000)


class PromptKeptOut(BaseModel):
    """The prompt is kept."""

    status: Literal["ok"] = "ok"
    key: str


LONGEST_FIELDS = 64 * 1024
"""Bytes of a model's own fields, as JSON."""
COMPLETIONS = "/chat/completions"
KEPT_KEY = "***"


def _is_one_line(text: str) -> str:
    if not all(character.isprintable() for character in text):
        raise ValueError("must be one line of characters that can be seen")
    return text


def _address(address: str) -> str:
    """Return an address as it is kept. Where it leads is looked at when it is called."""
    try:
        place_of(address)
    except EgressRefusedError as error:
        raise ValueError(str(error).removesuffix(".")) from None
    if "?" in address or "#" in address:
        raise ValueError("must be an address without ? and #")
    address = address.rstrip("/")
    if address.endswith(COMPLETIONS):
        raise ValueError(f"must be the address that {COMPLETIONS} follows, without it")
    return address


def _none_if_empty(given: object) -> object:
    """Take what a form sends of a field that is empty for nothing."""
    return None if isinstance(given, str) and not given.strip() else given


def _none_if_kept(given: object) -> object:
    """Take what is told in the place of a key for no other key."""
    return None if given == KEPT_KEY else _none_if_empty(given)


def _can_be_sent(fields: dict[str, Any]) -> dict[str, Any]:
    reserved = sorted(RESERVED_PARAMS & fields.keys())
    if reserved:
        raise ValueError(f"may not set {', '.join(reserved)}")
    try:
        size = len(orjson.dumps(fields))
    except TypeError:
        raise ValueError("must be JSON with numbers of 64 bits at most") from None
    if size > LONGEST_FIELDS:
        raise ValueError(f"may have {LONGEST_FIELDS // 1024} kB at most")
    return fields


Empty = BeforeValidator(_none_if_empty)
Line = Annotated[Text, AfterValidator(_is_one_line)]
Label = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2048), AfterValidator(_address)]
Prefix = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._\-]{1,64}(/[A-Za-z0-9._\-]{1,64})*$", max_length=64)
]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
ModelId = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=512)]
Price = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Window = Annotated[int, Field(ge=1, le=LARGEST_WINDOW)]
Output = Annotated[int, Field(ge=1, le=LARGEST_OUTPUT)]
ParamName = Annotated[Line, StringConstraints(min_length=1, max_length=64)]
Fields = Annotated[dict[str, Any], AfterValidator(_can_be_sent)]


class ProviderKeyIn(BaseModel):
    """Which provider."""

    model_config = ConfigDict(extra="forbid")

    provider_key: Identifier


class _ProviderFields(ProviderKeyIn):
    """What can be said of a provider, all of which can be left out."""

    api_base: Annotated[Address | None, Empty] = Field(
        None, description="Where `/chat/completions` follows; null: that of the preset."
    )
    model_id_prefix: Annotated[Prefix | None, Empty] = Field(
        None, description="What ids of its models begin with."
    )
    api_key_env: Annotated[Variable | None, Empty] = Field(
        None, description="The variable of the server that has its key; for administrators."
    )
    api_key: Annotated[str | None, BeforeValidator(_none_if_kept)] = Field(
        None, description="Goes into the vault. Empty, null and `***`: no other one.", repr=False
    )
    timeout: float | None = Field(None, ge=1, le=600, description="Seconds that a request may take at most.")


class ProviderIn(_ProviderFields):
    """`POST /api/config/provider`. A field that is not one of these is refused, here and below."""

    display_name: Label
    direct_local: bool = False


class ProviderChangeIn(_ProviderFields):
    """`PUT /api/config/provider`: what is not given stays."""

    display_name: Label = ""
    direct_local: bool = False


class ProviderTestIn(ProviderKeyIn):
    """`POST /api/config/provider/test`: one that is kept, and what is to be tried in the place of its own."""

    provider_key: Identifier = "openai_compatible"
    display_name: str | None = Field(None, max_length=256)
    api_base: Annotated[Address | None, Empty] = None
    model_id_prefix: Annotated[Prefix | None, Empty] = None
    api_key_env: Annotated[Variable | None, Empty] = None
    api_key: Annotated[str | None, BeforeValidator(_none_if_kept)] = Field(None, repr=False)


class ProviderTestOut(BaseModel):
    """How a test went: a failed one is an answer, too."""

    reachable: bool
    key_accepted: bool | None = Field(description="Null where no key was sent, or the provider takes none.")
    models: int | None = Field(description="How many it lists.")
    latency_ms: int | None
    detail: str = Field(description="All of it in a sentence.")


class ProviderKeptOut(BaseModel):
    """The provider is kept."""

    status: Literal["ok"] = "ok"
    provider_key: str


class _ModelFields(ProviderKeyIn):
    """What can be said of a model, all of which can be left out. Prices are in USD per million tokens."""

    display_name: Annotated[Label | None, Empty] = None
    context_window: Window | None = None
    max_output_tokens: Output | None = None
    skip_params: list[ParamName] = Field(default=[], max_length=50)
    system_prompt: Text | None = Field(None, max_length=50_000)
    custom_fields: Fields = {}
    input_cost_per_mtok: Price | None = None
    output_cost_per_mtok: Price | None = None
    cached_cost_per_mtok: Price | None = None

    @field_validator("skip_params", "custom_fields", mode="before")
    @classmethod
    def _null_is_nothing(cls, given: object, field: ValidationInfo) -> object:
        return cls.model_fields[str(field.field_name)].get_default() if given is None else given


class ModelIn(_ModelFields):
    """`POST /api/config/model`."""

    id: ModelId = Field(description="As the provider calls it; with or without the provider's prefix.")


class ModelChangeIn(_ModelFields):
    """`PUT /api/config/model`: what is not given stays; null takes it away."""

    model_id: Text = Field(min_length=1, max_length=512)
    new_model_id: Annotated[ModelId | None, Empty] = None


class ModelKeyIn(ProviderKeyIn):
    """Which model."""

    model_id: Text = Field(min_length=1, max_length=512)


class ModelKeptOut(BaseModel):
    """The model is kept."""

    status: Literal["ok"] = "ok"
    model_id: str


class OkOut(BaseModel):
    """It is done."""

    status: Literal["ok"] = "ok"


class PresetOut(BaseModel):
    """A provider to begin with."""

    provider_key: str
    display_name: str
    api_base: str | None = Field(description="Null: to be entered.")
    api_key_env: str | None = Field(description="The variable that its key is commonly kept in.")
    needs_key: bool
    route: Route
    model_id_prefix: str | None
    discovery: bool = Field(description="Whether it tells its models.")
    local: bool = Field(description="Whether it runs on a machine of one's own.")
    docs: str = Field(description="A sentence.")
    available: bool = Field(description="Whether its models can be called here.")
    unavailable_reason: str | None = Field(description="Why they cannot, a sentence.")


class PresetsOut(BaseModel):
    """`GET /api/config/presets`."""

    presets: list[PresetOut]


class DiscoveredOut(BaseModel):
    """A model that a provider lists. Prices are in USD per million tokens; null is what it does not tell."""

    id: str
    display_name: str
    context_window: int | None
    max_output_tokens: int | None
    input_cost_per_mtok: float | None
    output_cost_per_mtok: float | None


class DiscoveryOut(BaseModel):
    """`GET /api/models/discover`."""

    models: list[DiscoveredOut]
    total: int
    note: str | None = Field(description="What is to be said of the list, a sentence.")


class LocalModelOut(BaseModel):
    """A model that LM Studio has."""

    id: str
    compatibility_type: str = Field(description="`gguf`, `mlx` or another.")


class DetectedOut(BaseModel):
    """`GET /api/lm-studio/detect`."""

    available: bool
    models: list[LocalModelOut]
    backend_type: Literal["gguf", "mlx", "mixed", "unknown"]
    mlx_unsupported_params: list[str] = Field(description="Parameters that a model of MLX takes no notice of.")
    detail: str | None = Field(description="Why it is not available, a sentence.")


class HealthOut(BaseModel):
    """Whether a provider answers."""

    name: str
    status: Literal["ok", "error"]
    latency_ms: int | None
    error: str | None = Field(None, description="A sentence.")


class ProvidersHealthOut(BaseModel):
    """`GET /api/health/providers`."""

    providers: list[HealthOut]
