"""What `/api/keys` takes and tells: keys are taken, and never told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from src.studio.schemas import Text

ProviderKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class KeyOut(BaseModel):
    """A provider, and which keys there are for it."""

    provider_key: str
    display_name: str = Field(description="The provider's name for people.")
    key_env_name: str | None = Field(description="The variable of the server that has the operator's key.")
    has_global_key: bool = Field(description="The server has a key of its own that may be used for it.")
    has_user_key: bool = Field(description="There is one of your own, which is used first.")
    user_key_updated_at: str | None = Field(description="When yours was last entered, ISO 8601, UTC.")
    key_name: str | None = Field(description="What you call yours.")
    standalone: bool = Field(description="There is a key, and no such provider.")


class KeysOut(BaseModel):
    """`GET /api/keys`."""

    keys: list[KeyOut]


class KeyIn(BaseModel):
    """`PUT /api/keys`."""

    provider_key: ProviderKey = Field(description="Letters, digits, `_` and `-`. The provider need not exist.")
    value: Text | None = Field(None, repr=False, description="The key, as the provider shows it.")
    api_key: Text | None = Field(
        None, repr=False, description="The same, by the name that some clients have for it."
    )
    key_name: Text | None = Field(None, max_length=256, description="What you call it. It stays, unless given.")


class KeyKeptOut(BaseModel):
    """The key is kept."""

    status: Literal["ok"] = "ok"
    key_id: str
    provider_key: str


class KeyNamedIn(BaseModel):
    """`DELETE /api/keys`, for clients that say it in the body."""

    provider_key: ProviderKey


class OkOut(BaseModel):
    """It is done."""

    status: Literal["ok"] = "ok"
