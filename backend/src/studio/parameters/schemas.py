"""What `/api/provider-params` and `/api/param-support` take and tell, and the form of parameters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from src.studio.llm.request import RESERVED_PARAMS
from src.studio.parameters.check import PASSTHROUGH
from src.studio.parameters.values import is_number
from src.studio.schemas import Text, can_be_sent

LONGEST_PARAMS = 100_000


def _checked(params: dict[str, Any]) -> dict[str, Any]:
    passed = {} if params.get(PASSTHROUGH) is None else params[PASSTHROUGH]
    if not isinstance(passed, dict):
        raise PydanticCustomError("params", "passthrough must be an object")
    reserved = sorted(RESERVED_PARAMS & {*params, *passed})
    if reserved:
        raise PydanticCustomError("params", "may not set {names}", {"names": ", ".join(reserved)})
    for name in ("max_tokens", "max_completion_tokens"):
        # without its limit an answer could cost anything
        if not all(layer.get(name) is None or is_number(layer[name]) for layer in (params, passed)):
            raise PydanticCustomError("params", "{name} must be a whole number, or null", {"name": name})
    if not can_be_sent(params):
        raise PydanticCustomError(
            "params", "must hold what JSON can say: no NaN, no number of more than 64 bits, no half of a character"
        )
    if len(orjson.dumps(params)) > LONGEST_PARAMS:
        most = f"{LONGEST_PARAMS:,}"
        raise PydanticCustomError("params", "must have {most} bytes of JSON at most", {"most": most})
    return params


ParamsIn = Annotated[dict[str, Any], AfterValidator(_checked)]
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
