"""What `/api/provider-params` and `/api/param-support` take and tell; and what parameters may never set."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from src.studio.parameters.check import PASSTHROUGH
from src.studio.schemas import Text, can_be_sent

__all__ = ["PASSTHROUGH", "RESERVED_PARAMS", "ParamsIn"]

# What the engine says itself, or what says where a request goes and who pays for it.
RESERVED_PARAMS = frozenset(
    {
        *("model", "messages", "prompt", "stream", "stream_options", "metadata", "litellm_metadata", "tags"),
        *("api_key", "api_base", "base_url", "api_version", "headers", "extra_headers", "user_config", "timeout"),
    }
)


def _sets_nothing_reserved(params: dict[str, Any]) -> dict[str, Any]:
    passed = params.get(PASSTHROUGH, {})
    if not isinstance(passed, dict):
        raise PydanticCustomError("params", "passthrough must be an object")
    reserved = sorted(RESERVED_PARAMS & {*params, *passed})
    if reserved:
        raise PydanticCustomError("params", "may not set {names}", {"names": ", ".join(reserved)})
    if not can_be_sent(params):
        raise PydanticCustomError(
            "params", "must hold what JSON can say: no NaN, no number of more than 64 bits, no half of a character"
        )
    return params


ParamsIn = Annotated[dict[str, Any], AfterValidator(_sets_nothing_reserved)]
"""Parameters that are kept, or sent with requests."""


class ValidateIn(BaseModel):
    """`POST /api/provider-params/validate`."""

    model_config = ConfigDict(extra="forbid")

    model_id: Text = Field(min_length=1, max_length=512)
    provider_key: Text | None = Field(None, max_length=64)
    params: dict[str, Any] = Field(default={}, description="Of any type: what cannot be sent is told.")


class AdjustmentOut(BaseModel):
    """What becomes of a parameter."""

    param: str
    original: Any = Field(description="As it was given.")
    adjusted: Any = Field(description="What is sent; null: nothing.")
    action: Literal["drop", "clamp", "rename", "warn", "passthrough"]
    reason: str = Field(description="A sentence.")


class ValidatedOut(BaseModel):
    """What a model would be sent of parameters."""

    valid: bool = Field(description="Whether nothing is changed or left out.")
    has_warnings: bool
    adjustments: list[AdjustmentOut]
    warnings: list[str] = Field(description="Sentences: what is sent all the same.")
    resolved_params: dict[str, Any] = Field(description="What is sent.")
    provider: str = Field(description="Whose figures were taken, by their key in the registry.")


class SeedOut(BaseModel):
    """The registry as a user may change it."""

    provider_defaults: dict[str, Any]
    model_overrides: dict[str, Any]
    presets: list[dict[str, Any]]
