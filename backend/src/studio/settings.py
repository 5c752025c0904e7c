"""Studio's settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, field_validator, model_validator
from sqlalchemy.engine import make_url

from src.core.settings import TOP_LEVEL, Port, ServerSettings, SharedSettings, fits_a_header

DATA_FOLDER = TOP_LEVEL / "backend" / "data"
DEFAULT_DATABASE_URL = f"sqlite:///{DATA_FOLDER / 'studio.db'}"
MIN_SECRET_BYTES = 32

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

    @property
    def data_folder(self) -> Path:
        """Where files lie that belong to the database: beside it, where it is a file."""
        url = make_url(self.studio_database_url.get_secret_value())
        path = url.database or ""
        is_file = url.get_backend_name() == "sqlite" and path not in {"", ":memory:"}
        return Path(path).parent if is_file and not path.startswith("file:") else DATA_FOLDER
