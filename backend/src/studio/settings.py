"""Studio's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, field_validator
from sqlalchemy.engine import make_url

from src.core.settings import TOP_LEVEL, ServerSettings, SharedSettings, fits_a_header

DATA_FOLDER = TOP_LEVEL / "backend" / "data"
DEFAULT_DATABASE_URL = f"sqlite:///{DATA_FOLDER / 'studio.db'}"
MIN_SECRET_BYTES = 32

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

    @property
    def data_folder(self) -> Path:
        """Where files lie that belong to the database: beside it, where it is a file."""
        url = make_url(self.studio_database_url.get_secret_value())
        path = url.database or ""
        is_file = url.get_backend_name() == "sqlite" and path not in {"", ":memory:"}
        return Path(path).parent if is_file and not path.startswith("file:") else DATA_FOLDER
