"""Studio's settings."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import NoDecode
from sqlalchemy.engine import make_url

from src.core.settings import TOP_LEVEL, ServerSettings, SharedSettings, fits_a_header

DATA_FOLDER = TOP_LEVEL / "backend" / "data"
DEFAULT_DATABASE_URL = f"sqlite:///{DATA_FOLDER / 'studio.db'}"
MIN_SECRET_BYTES = 32
VAULT_KEY_BYTES = 32
MAKE_A_VAULT_KEY = "openssl rand -base64 32"

Policy = Literal["open", "invite", "closed"]
Registration = Annotated[
    Policy,
    BeforeValidator(lambda policy: policy.lower() if isinstance(policy, str) else policy),
]


class StudioSettings(ServerSettings, SharedSettings):
    """What Studio can be told; who may do what depends on where the server can be reached from, too."""

    studio_database_url: SecretStr = Field(
        SecretStr(DEFAULT_DATABASE_URL), description="Where accounts, jobs and results are kept."
    )
    studio_secret: SecretStr | None = Field(
        None, description="What sessions are signed with; made at the first start where it is not given."
    )
    studio_vault_keys: SecretStr | None = Field(
        None,
        description="What people's keys are encrypted with, the newest first, separated by commas; made at first "
        "use where it is not given.",
    )
    studio_allowed_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Networks that providers may be called in beside the internet, separated by commas."
    )
    studio_registration: Registration | None = Field(
        None, description="Who may make an account: 'open', 'invite' or 'closed'."
    )
    studio_gateway_api_key: SecretStr | None = Field(
        None, description="The key that the gateway's models are called with."
    )
    studio_workers: int = Field(1, ge=0, le=16, description="Processes that run jobs, started by the server.")
    studio_job_timeout_seconds: int = Field(7200, ge=10, le=604_800, description="How long a job may run.")
    admin_email: str | None = Field(None, description="Whose account is an administrator's.")
    app_base_url: AnyHttpUrl | None = Field(None, description="The page's address, for links that are sent.")
    cookie_secure: bool | None = Field(None, description="Cookies by HTTPS alone; by default as the request came.")

    _key_fits_a_header = field_validator("studio_gateway_api_key")(fits_a_header)

    @field_validator("studio_secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"must have {MIN_SECRET_BYTES} bytes at least: openssl rand -hex 32 makes one")
        return secret

    @field_validator("studio_vault_keys")
    @classmethod
    def _are_vault_keys(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and not all(map(is_vault_key, keys_in(given.get_secret_value()))):
            raise ValueError(f"must be keys of {VAULT_KEY_BYTES} bytes in base64: {MAKE_A_VAULT_KEY} makes one")
        return given

    @field_validator("studio_allowed_networks", mode="before")
    @classmethod
    def _are_networks(cls, given: str | tuple[str, ...]) -> tuple[str, ...]:
        parts = given.split(",") if isinstance(given, str) else given
        return tuple(_network(part.strip()) for part in parts if part.strip())

    @property
    def data_folder(self) -> Path:
        """Where files lie that belong to the database: beside it, where it is a file."""
        url = make_url(self.studio_database_url.get_secret_value())
        path = url.database or ""
        is_file = url.get_backend_name() == "sqlite" and path not in {"", ":memory:"}
        return Path(path).parent if is_file and not path.startswith("file:") else DATA_FOLDER


def keys_in(text: str) -> list[str]:
    """Return the vault's keys as they are listed, by commas in a setting and by lines in a file."""
    return text.replace(",", " ").split() or [""]


def is_vault_key(key: str) -> bool:
    """Tell whether a text is what Fernet encrypts with."""
    try:
        return len(base64.b64decode(key.encode(), altchars=b"-_", validate=True)) == VAULT_KEY_BYTES
    except (binascii.Error, UnicodeEncodeError):
        return False


def _network(text: str) -> str:
    """Return a network as it is written. Raises ValueError for one that is none, or would never be met."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"must be networks such as 10.0.0.0/8 or fd00::/8, and '{text}' is none") from None
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
        raise ValueError(f"must name IPv4 as IPv4, and '{text}' does not")
    return str(network)
