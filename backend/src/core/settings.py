"""The base of settings, a section for each part of the back end, and the server's own section."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AnyHttpUrl,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from src.core.errors import ConfigurationError
from src.core.http.guards import EVERY_ADDRESS, EVERY_HOST, KnownHosts, own_names, parse_host
from src.core.http.origins import origin_of, parse_address, parse_origin

TOP_LEVEL = Path(__file__).resolve().parents[3]

LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(lambda level: level.lower() if isinstance(level, str) else level),
]
# Where this machine alone can reach the server.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Port = Annotated[int, Field(ge=1, le=65535)]


class Section(BaseSettings):
    """What a part of the back end can be told, by the environment and the top level's `.env`.

    Each field is the environment variable of the same name in capitals.
    """

    model_config = SettingsConfigDict(
        env_file=TOP_LEVEL / ".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )


class SharedSettings(Section):
    """What both domains know. The gateway is called by each with a key of its own."""

    studio: bool = Field(True, description="'0' leaves Studio out.")
    litellm_base_url: AnyHttpUrl | None = Field(None, description="The gateway's address.")
    leaderboard_demo: bool = Field(False, description="Set by app.py when it starts the demo gateway.")

    @field_validator("litellm_base_url")
    @classmethod
    def _is_bare(cls, url: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if url is not None and (url.query or url.fragment or url.username or url.password):
            raise ValueError("must be an address alone, without a name, a password, '?' or '#'")
        return url


def fits_a_header(secret: SecretStr | None) -> SecretStr | None:
    """Return a secret that a header can carry. Raises ValueError for any other."""
    text = "" if secret is None else secret.get_secret_value()
    if not text.isprintable() or " " in text or (text and not text.isascii()):
        raise ValueError("must be printable ASCII without spaces, because it is sent in a header")
    return secret


class ServerSettings(Section):
    """What the server can be told, whatever it serves."""

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
    log_level: LogLevel = Field("info", description="From which weight on events are logged.")

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
    def _workshop_is_whole(self) -> ServerSettings:
        if bool(self.vite_workshop_user) != bool(self.vite_workshop_domain):
            missing = "VITE_WORKSHOP_DOMAIN" if self.vite_workshop_user else "VITE_WORKSHOP_USER"
            raise ValueError(f"{missing} is missing: set VITE_WORKSHOP_USER and VITE_WORKSHOP_DOMAIN, or neither")
        return self

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach the server, as far as it knows."""
        return self.host not in LOOPBACK

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


S = TypeVar("S", bound=Section)


def load(section: type[S]) -> S:
    """Read a section. Raises `ConfigurationError` with one line that names what is malformed."""
    try:
        return section()
    except ValidationError as error:
        raise ConfigurationError(_one_line(error)) from None


def _one_line(error: ValidationError) -> str:
    problems = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"]).upper()
        message = problem["msg"].removeprefix("Value error, ")
        problems.append(f"{name}: {message}" if name else message)
    return "; ".join(problems)
