"""What `/api/prompt-versions` takes and tells."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Source = Literal["manual", "prompt_tuner", "auto_optimize", "import"]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=256)]


class PromptVersionIn(BaseModel):
    """`POST /api/prompt-versions`."""

    model_config = ConfigDict(extra="forbid")

    prompt_text: str = Field(min_length=1, max_length=500_000)
    label: Label | None = None
    source: Source = "manual"
    parent_version_id: str | None = Field(None, description="What it was made of.")


class PromptLabelIn(BaseModel):
    """`PATCH /api/prompt-versions/{id}`."""

    model_config = ConfigDict(extra="forbid")

    label: Label


class PromptVersionKeptOut(BaseModel):
    """The version is kept."""

    status: Literal["ok"] = "ok"
    version_id: str


class PromptVersionOut(BaseModel):
    """A version of a prompt."""

    id: str
    user_id: str
    prompt_text: str = Field(description="In lists, its beginning: 2,000 characters.")
    prompt_chars: int = Field(description="How many characters it has in all.")
    label: str
    source: Source
    parent_version_id: str | None = Field(description="Null where it was made of none, or of one that is gone.")
    profile_count: int = Field(description="How many profiles use it.")
    created_at: str = Field(description="ISO 8601, UTC.")


class PromptVersionsOut(BaseModel):
    """`GET /api/prompt-versions`, the newest first."""

    versions: list[PromptVersionOut]
    next_cursor: str | None


class PageQuery(BaseModel):
    """Which page of a list."""

    limit: int = Field(200, ge=1, le=200)
    cursor: str | None = Field(None, pattern="^[0-9a-f]{32}$", description="`next_cursor` of an earlier answer.")


class DoneOut(BaseModel):
    """It is done."""

    status: Literal["ok"] = "ok"
