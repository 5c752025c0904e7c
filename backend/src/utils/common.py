"""Settings: one object, read from the environment and the top level's `.env`, checked at start."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AnyHttpUrl,
    BeforeValidator,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from src.core.errors import ConfigurationError
from src.core.http.hosts import EVERY_ADDRESS, EVERY_HOST, KnownHosts, own_names, parse_host
from src.core.http.origins import origin_of, parse_address, parse_origin

TOP_LEVEL = Path(__file__).resolve().parents[3]
DEFAULT_STORE_URL = f"sqlite:///{TOP_LEVEL / 'backend' / 'data' / 'usage.db'}"
# The value of USAGE_STORE_URL for days that end with the process.
IN_MEMORY = "memory"

LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(lambda level: level.lower() if isinstance(level, str) else level),
]
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """What the back end can be told. Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=TOP_LEVEL / ".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    litellm_base_url: AnyHttpUrl | None = Field(None, description="The gateway's address.")
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
    settle_hours: float = Field(6, ge=0, le=168, description="Hours after which a day that is over is final.")
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
    web_concurrency: int = Field(1, ge=1, le=64, description="Server processes; they share the durable store.")
    host: str = Field("127.0.0.1", description="The back end's address.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Other names that the server goes by, separated by commas; '*' for all."
    )
    forwarded_allow_ips: str = Field(
        "127.0.0.1", description="Proxies that are believed when they say how a request came; '*' for all."
    )
    vite_leaderboard_backend_port: Port = Field(8000, description="The back end's port.")
    vite_leaderboard_frontend_port: Port = Field(5173, description="Vite's port in development.")
    vite_workshop_user: str | None = Field(None, pattern=r"^[A-Za-z0-9-]+$", description="Part of the host name.")
    vite_workshop_domain: str | None = Field(
        None, pattern=r"^[A-Za-z0-9.-]+$", description="Part of the host name."
    )
    vite_backend_url: str | None = Field(None, description="The back end, as the browser sees it.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Other origins that may read the API, separated by commas."
    )
    server_basic_auth_token: SecretStr | None = Field(None, description="Asked for by every /tokens* call.")
    vite_embed_auth_token: str | None = Field(None, description="'1' puts the token into the built page.")
    public_mode: bool = Field(False, description="Shows those without the token all but money and keys.")
    public_pseudonyms: bool = Field(False, description="Shows them pseudonyms of teams, too.")
    log_level: LogLevel = Field("info", description="From which weight on events are logged.")
    leaderboard_title: str = Field("Tokens Leaderboard 🏆", description="The page's title.")
    leaderboard_subtitle: str = Field("AI Bootcamp", description="What stands below it.")
    leaderboard_demo: bool = Field(False, description="Set by app.py when it starts the demo gateway.")

    @field_validator("litellm_base_url")
    @classmethod
    def _is_bare(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if url is not None and (url.query or url.fragment or url.username or url.password):
            raise ValueError("must be an address alone, without a name, a password, '?' or '#'")
        return url

    @field_validator("litellm_api_key", "server_basic_auth_token")
    @classmethod
    def _fits_a_header(cls, secret: SecretStr | None) -> SecretStr | None:
        text = "" if secret is None else secret.get_secret_value()
        if not text.isprintable() or " " in text or (text and not text.isascii()):
            raise ValueError("must be printable ASCII without spaces, because it is sent in a header")
        return secret

    @field_validator("vite_backend_url")
    @classmethod
    def _is_address_or_path(cls, text: str | None) -> str | None:
        if text is not None and not text.startswith("/"):
            parse_address(text, "must be an http(s) address, or a path on the page's own server")
        return text

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _are_origins(cls, given: str | tuple[str, ...]) -> tuple[str, ...]:
        parts = given.split(",") if isinstance(given, str) else given
        return tuple(parse_origin(part) for part in parts if part.strip())

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _are_hosts(cls, given: str | tuple[str, ...]) -> tuple[str, ...]:
        parts = given.split(",") if isinstance(given, str) else given
        return tuple(parse_host(part) for part in parts if part.strip())

    @model_validator(mode="after")
    def _workshop_is_whole(self) -> Settings:
        if bool(self.vite_workshop_user) != bool(self.vite_workshop_domain):
            missing = "VITE_WORKSHOP_DOMAIN" if self.vite_workshop_user else "VITE_WORKSHOP_USER"
            raise ValueError(f"{missing} is missing: set VITE_WORKSHOP_USER and VITE_WORKSHOP_DOMAIN, or neither")
        return self

    @model_validator(mode="after")
    def _public_mode_hides(self) -> Settings:
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

    @property
    def allowed_origins(self) -> list[str]:
        """Origins other than the back end's own from which the page may be served."""
        return [*(f"https://{host}" for host in self._workshop_hosts), *self.cors_origins]

    @property
    def development_origins(self) -> list[str]:
        """Origins of Vite's development server, which nobody else's page need have outside of development."""
        port = self.vite_leaderboard_frontend_port
        return [f"http://localhost:{port}", f"http://127.0.0.1:{port}"]

    @property
    def known_hosts(self) -> KnownHosts | None:
        """The names that the server goes by, None where it goes by any."""
        if EVERY_HOST in self.allowed_hosts:
            return None
        addresses = [*self.cors_origins, *([self.page_connects_to] if self.page_connects_to else [])]
        names = [*self._workshop_hosts, *(parse_address(address, "").host or "" for address in addresses)]
        names += own_names() if self.host in EVERY_ADDRESS else [self.host]
        return KnownHosts([*names, *self.allowed_hosts])

    @property
    def _workshop_hosts(self) -> list[str]:
        name = f"{self.vite_workshop_user}-leaderboard-frontend.{self.vite_workshop_domain}"
        return [name] if self.vite_workshop_user else []

    @property
    def page_connects_to(self) -> str | None:
        """The origin that the page reads from where that is not its own, None where it is."""
        url = self.vite_backend_url
        return None if url is None or url.startswith("/") else origin_of(parse_address(url, ""))


def load_settings() -> Settings:
    """Read the settings. Raises `ConfigurationError` with one line that names what is malformed."""
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError(_one_line(error)) from None


def get_base_url(settings: Settings | None = None, *, ask: bool = True) -> str:
    """Return the gateway's address; may ask for it on a terminal, else raises `ConfigurationError`."""
    known = (settings or load_settings()).litellm_base_url
    if known is not None:
        return str(known)
    if not (ask and sys.stdin.isatty()):
        raise ConfigurationError("LITELLM_BASE_URL is missing: set it to the address of the LiteLLM gateway.")
    try:
        return str(TypeAdapter(AnyHttpUrl).validate_python(input("Address of the LiteLLM gateway: ").strip()))
    except ValidationError:
        raise ConfigurationError("LITELLM_BASE_URL must be an http(s) address.") from None


def get_api_key(settings: Settings | None = None, *, ask: bool = True) -> str:
    """Return the gateway's key; may ask for it on a terminal without echo, else raises `ConfigurationError`."""
    known = (settings or load_settings()).litellm_api_key
    if known is not None:
        return known.get_secret_value()
    if not (ask and sys.stdin.isatty()):
        raise ConfigurationError("LITELLM_API_KEY is missing: set it to a key of the LiteLLM gateway.")
    key = getpass.getpass("Key for the LiteLLM gateway (not shown): ").strip()
    if not key:
        raise ConfigurationError("LITELLM_API_KEY is missing: no key was given.")
    return key


def _one_line(error: ValidationError) -> str:
    problems = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"]).upper()
        message = problem["msg"].removeprefix("Value error, ")
        problems.append(f"{name}: {message}" if name else message)
    return "; ".join(problems)
