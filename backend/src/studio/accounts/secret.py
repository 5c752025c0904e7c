"""The secret that signatures are made with: the one that is set, else one that the first start makes."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from src.core.errors import ConfigurationError
from src.studio.settings import MIN_SECRET_BYTES

if TYPE_CHECKING:
    from src.studio.settings import StudioSettings

FILE = "studio-secret"
SECRET_BYTES = 32
ANYBODY_ELSE = stat.S_IRWXG | stat.S_IRWXO


def read_secret(settings: StudioSettings) -> bytes:
    """Return the secret; where there is none yet, one is made, the same for all processes that start at once.

    Raises `ConfigurationError` where its file cannot be used, or be trusted.
    """
    if settings.studio_secret is not None:
        return settings.studio_secret.get_secret_value().encode()
    path = settings.data_folder / FILE
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise ConfigurationError(
            f"STUDIO_SECRET is not set, and {path} cannot be used ({error.strerror}). "
            "Set the one, or let the server read and write the other."
        ) from None


def derive(secret: bytes, purpose: str) -> bytes:
    """Return a key for one purpose alone, 32 bytes."""
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def _make(path: Path) -> None:
    """Write the file, whole or not at all; one that another process has written meanwhile stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}-")  # readable by its owner alone
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()


def _read(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & ANYBODY_ELSE:
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
