"""Leaderboard's settings, and the gateway's address and key, which a person can be asked for."""

from __future__ import annotations

import getpass
import sys

from pydantic import AnyHttpUrl, Field, SecretStr, TypeAdapter, ValidationError, field_validator, model_validator

from src.core.errors import ConfigurationError
from src.core.settings import TOP_LEVEL, SharedSettings, fits_a_header, load

DEFAULT_STORE_URL = f"sqlite:///{TOP_LEVEL / 'backend' / 'data' / 'usage.db'}"
# The value of USAGE_STORE_URL for days that end with the process.
IN_MEMORY = "memory"


class LeaderboardSettings(SharedSettings):
    """What Leaderboard can be told."""

    litellm_api_key: SecretStr | None = Field(None, description="The key that the gateway is read with.")
    litellm_page_size: int = Field(5000, ge=1, le=100_000, description="Database rows per page of usage.")
    litellm_connect_timeout_seconds: float = Field(5, gt=0, le=60, description="To connect to the gateway.")
    litellm_read_timeout_seconds: float = Field(60, gt=0, le=600, description="For an answer of the gateway.")
    litellm_concurrency: int = Field(4, ge=1, le=32, description="Calls to the gateway at the same time.")
    litellm_queue_limit: int = Field(
        64,
        ge=1,
        le=10_000,
        description="Calls that run and wait until days that nobody has asked for are refused.",
    )
    settle_hours: float = Field(6, ge=0, le=168, description="Hours after which a day that is over is settled.")
    live_ttl_seconds: float = Field(30, ge=0, le=3600, description="Age at which other days are fetched again.")
    team_ttl_seconds: float = Field(60, ge=0, le=3600, description="Age at which team names are fetched again.")
    usage_store_url: SecretStr = Field(
        SecretStr(DEFAULT_STORE_URL),
        description="The database that fetched days are kept in; 'memory' keeps them while the process lives.",
    )
    sync_days: int = Field(30, ge=0, le=400, description="Days of history that are fetched before anybody asks.")
    sync_concurrency: int = Field(2, ge=1, le=16, description="Spans of history fetched at the same time.")
    hourly_max_pages: int = Field(
        500, ge=1, le=100_000, description="Pages of spend logs that are read at once for figures by hour."
    )
    server_basic_auth_token: SecretStr | None = Field(None, description="Asked for by every /tokens* call.")
    vite_embed_auth_token: str | None = Field(None, description="'1' puts the token into the built page.")
    public_mode: bool = Field(False, description="Shows those without the token all but money and keys.")
    public_pseudonyms: bool = Field(False, description="Shows them pseudonyms of teams, too.")
    leaderboard_title: str = Field("Tokens Leaderboard 🏆", description="The page's title.")
    leaderboard_subtitle: str = Field("AI Bootcamp", description="What stands below it.")

    _secrets_fit_a_header = field_validator("litellm_api_key", "server_basic_auth_token")(fits_a_header)

    @model_validator(mode="after")
    def _public_mode_hides(self) -> LeaderboardSettings:
        if self.public_pseudonyms and not self.public_mode:
            raise ValueError("PUBLIC_PSEUDONYMS hides nothing without PUBLIC_MODE: set PUBLIC_MODE=1, too")
        if self.public_mode and (self.vite_embed_auth_token or "").strip() == "1":
            raise ValueError("PUBLIC_MODE hides what VITE_EMBED_AUTH_TOKEN gives to everybody: set one of them")
        return self

    @property
    def durable_store_url(self) -> str | None:
        """The database that days outlive the process in, None where they do not. Demo data never does."""
        url = self.usage_store_url.get_secret_value()
        return None if self.leaderboard_demo or url == IN_MEMORY else url


def get_base_url(settings: LeaderboardSettings | None = None, *, ask: bool = True) -> str:
    """Return the gateway's address; may ask for it on a terminal, else raises `ConfigurationError`."""
    known = (settings or load(LeaderboardSettings)).litellm_base_url
    if known is not None:
        return str(known)
    if not (ask and sys.stdin.isatty()):
        raise ConfigurationError("LITELLM_BASE_URL is missing: set it to the address of the LiteLLM gateway.")
    try:
        return str(TypeAdapter(AnyHttpUrl).validate_python(input("Address of the LiteLLM gateway: ").strip()))
    except ValidationError:
        raise ConfigurationError("LITELLM_BASE_URL must be an http(s) address.") from None


def get_api_key(settings: LeaderboardSettings | None = None, *, ask: bool = True) -> str:
    """Return the gateway's key; may ask for it on a terminal without echo, else raises `ConfigurationError`."""
    known = (settings or load(LeaderboardSettings)).litellm_api_key
    if known is not None:
        return known.get_secret_value()
    if not (ask and sys.stdin.isatty()):
        raise ConfigurationError("LITELLM_API_KEY is missing: set it to a key of the LiteLLM gateway.")
    key = getpass.getpass("Key for the LiteLLM gateway (not shown): ").strip()
    if not key:
        raise ConfigurationError("LITELLM_API_KEY is missing: no key was given.")
    return key
