"""What `/api/profiles` takes and tells."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from src.studio.parameters.schemas import ParamsIn
from src.studio.schemas import Text, kept_text

Origin = Literal["manual", "param_tuner", "prompt_tuner", "import"]
Tuner = Literal["param_tuner", "prompt_tuner"]

MAX_SYSTEM_PROMPT = 50_000


def _read(given: object) -> object:
    """Take JSON as text, as profiles are told, for what it says."""
    if isinstance(given, str):
        try:
            return orjson.loads(given)
        except ValueError:
            return given
    return given


ModelId = Annotated[Text, StringConstraints(min_length=1, max_length=256)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128), AfterValidator(kept_text)
]
Description = Annotated[str, StringConstraints(max_length=2_000)]
SystemPrompt = Annotated[str, StringConstraints(max_length=MAX_SYSTEM_PROMPT)]
Params = Annotated[ParamsIn, BeforeValidator(_read)]


class _WithPrompt(BaseModel):
    """A system prompt of its own, or a version of the library; not both."""

    model_config = ConfigDict(extra="forbid")

    system_prompt: SystemPrompt | None = None
    prompt_version_id: str | None = Field(None, max_length=64, description="In place of `system_prompt`.")

    @model_validator(mode="after")
    def _has_one_prompt(self) -> _WithPrompt:
        if self.system_prompt and self.prompt_version_id:
            raise ValueError("prompt_version_id: give it or a system_prompt, not both")
        return self

    def prompt(self) -> dict[str, Any]:
        """Return what the prompt is: none, one of its own, or a version."""
        own = None if self.prompt_version_id else self.system_prompt or None
        return {"system_prompt": own, "prompt_version_id": self.prompt_version_id or None}


class ProfileIn(_WithPrompt):
    """`POST /api/profiles`."""

    model_id: ModelId
    name: Name
    description: Description | None = None
    params_json: Params = Field(default={}, description="Parameters, as they are sent with requests.")
    is_default: bool = False
    origin_type: Origin = "manual"
    origin_ref: str | None = Field(None, max_length=256)

    def values(self) -> dict[str, Any]:
        """Return what is kept."""
        as_it_is = self.model_dump(include={"model_id", "name", "is_default", "origin_type", "origin_ref"})
        return {**as_it_is, "description": self.description or "", "params": self.params_json, **self.prompt()}


class FromTunerIn(_WithPrompt):
    """`POST /api/profiles/from-tuner`."""

    model_id: ModelId
    name: Name
    description: Description | None = None
    source_type: Tuner
    source_id: str = Field(
        min_length=1, max_length=256, description="The run that found it, kept as `origin_ref`."
    )
    params_json: Params | None = None
    set_as_default: bool = False

    def values(self) -> dict[str, Any]:
        """Return what is kept."""
        as_it_is = self.model_dump(include={"model_id", "name"})
        origin = {"origin_type": self.source_type, "origin_ref": self.source_id}
        told = {"description": self.description or "", "params": self.params_json or {}}
        return {**as_it_is, **told, **origin, "is_default": self.set_as_default, **self.prompt()}


class ProfileChangeIn(_WithPrompt):
    """`PUT /api/profiles/{id}`: what is given is changed."""

    name: Name | None = None
    description: Description | None = None
    params_json: Params | None = None
    is_default: bool | None = None

    def changes(self) -> dict[str, Any]:
        """Return what is changed."""
        found = self.model_dump(include={"name", "description", "is_default"}, exclude_none=True)
        if self.params_json is not None:
            found["params"] = self.params_json
        return found | (self.prompt() if self._speaks_of_a_prompt else {})

    @property
    def _speaks_of_a_prompt(self) -> bool:
        return bool(self.model_fields_set & {"system_prompt", "prompt_version_id"})


class ProfileKeptOut(BaseModel):
    """The profile is kept."""

    status: Literal["ok"] = "ok"
    profile_id: str


class ProfileOut(BaseModel):
    """A profile."""

    id: str
    user_id: str
    model_id: str
    name: str
    description: str
    is_default: bool
    params_json: str = Field(description="The parameters, JSON.")
    params: dict[str, Any] = Field(description="The same, read.")
    system_prompt: str | None = Field(description="Its own, or the text of its version.")
    prompt_version_id: str | None
    prompt_version_label: str | None
    origin_type: Origin
    origin_ref: str | None
    created_at: str = Field(description="ISO 8601, UTC.")
    updated_at: str


class ProfilesOut(BaseModel):
    """Profiles, the newest first."""

    profiles: list[ProfileOut]
    next_cursor: str | None
