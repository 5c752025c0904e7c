"""Studio's settings."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode
from sqlalchemy.engine import make_url

from src.core.settings import TOP_LEVEL, Port, ServerSettings, SharedSettings, fits_a_header

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
SmtpSecurity = Annotated[
    Literal["starttls", "tls", "none"],
    BeforeValidator(lambda security: security.lower() if isinstance(security, str) else security),
]
# An address without a name, which headers and envelopes can carry as it is.
BARE_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


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
    smtp_host: str | None = Field(None, description="The mail server that links for new passwords are sent by.")
    smtp_port: Port | None = Field(None, description="Its port; by default that of smtp_security.")
    smtp_username: str | None = Field(None, description="Who signs in there, where anybody has to.")
    smtp_password: SecretStr | None = Field(None, description="Their password.")
    smtp_from: str | None = Field(None, description="Whom mails are from; by default smtp_username.")
    smtp_security: SmtpSecurity = Field("starttls", description="'starttls', 'tls' from the start, or 'none'.")
    cookie_secure: bool | None = Field(None, description="Cookies by HTTPS alone; by default as the request came.")

    _key_fits_a_header = field_validator("studio_gateway_api_key")(fits_a_header)

    @field_validator("studio_secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"must have {MIN_SECRET_BYTES} bytes at least: openssl rand -hex 32 makes one")
        return secret

    @field_validator("smtp_from")
    @classmethod
    def _is_bare_address(cls, address: str | None) -> str | None:
        if address is not None and not BARE_ADDRESS.fullmatch(address):
            raise ValueError("must be an e-mail address alone, such as studio@example.com")
        return address

    @model_validator(mode="after")
    def _mail_is_whole(self) -> StudioSettings:
        if bool(self.smtp_username) != bool(self.smtp_password):
            missing = "SMTP_PASSWORD" if self.smtp_username else "SMTP_USERNAME"
            raise ValueError(f"{missing} is missing: set SMTP_USERNAME and SMTP_PASSWORD, or neither")
        if self.smtp_host and self.mail_from is None:
            raise ValueError("SMTP_FROM is missing: mails need an address that they are from")
        return self

    @property
    def mail_from(self) -> str | None:
        """Whom mails are from."""
        if self.smtp_from is None and BARE_ADDRESS.fullmatch(self.smtp_username or ""):
            return self.smtp_username
        return self.smtp_from

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
