"""The secret that signatures are made with: the one that is set, else one that the first start makes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from src.core.errors import ConfigurationError
from src.core.private_files import is_readable_by_others, make_private
from src.studio.settings import MIN_SECRET_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from src.studio.settings import StudioSettings

FILE = "studio-secret"
SECRET_BYTES = 32


def read_secret(settings: StudioSettings) -> bytes:
    """Return the secret; where there is none yet, one is made, the same for all processes that start at once.

    Raises `ConfigurationError` where its file cannot be used, or be trusted.
    """
    if settings.studio_secret is not None:
        return settings.studio_secret.get_secret_value().encode()
    path = settings.data_folder / FILE
    try:
        if not path.exists():
            make_private(path, secrets.token_hex(SECRET_BYTES))
        return _read(path)
    except OSError as error:
        raise ConfigurationError(
            f"STUDIO_SECRET is not set, and {path} cannot be used ({error.strerror}). "
            "Set the one, or let the server read and write the other."
        ) from None


def derive(secret: bytes, purpose: str) -> bytes:
    """Return a key for one purpose alone, 32 bytes."""
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def _read(path: Path) -> bytes:
    if is_readable_by_others(path):
        raise ConfigurationError(
            f"{path} can be read by others, who could sign in as anybody. Delete it, which signs everybody out, "
            f"or, where nobody has read it, run: chmod 600 {path}"
        )
    secret = path.read_bytes().strip()
    if len(secret) < MIN_SECRET_BYTES:
        raise ConfigurationError(
            f"{path} has fewer than {MIN_SECRET_BYTES} bytes. Delete it: the next start makes a new one."
        )
    return secret
