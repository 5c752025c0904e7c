"""Passwords: what they must be, and what is kept of them."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from src.studio.errors import InvalidRequestError

MIN_CHARACTERS = 8
MAX_CHARACTERS = 1024
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # argon2id, 19 MiB
# Of a password that nobody knows: whoever has no account waits as long as whoever has one.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$X3sR0YClHaVi2L+MdD/mug$uv0sdGEJMArvXxuiWXe6P96LmmDm+O9jrnwXGM2G8vE"


def check(password: str) -> None:
    """Raise `InvalidRequestError` for a password that is too short, or too long."""
    if len(password) < MIN_CHARACTERS:
        raise InvalidRequestError(f"The password must have {MIN_CHARACTERS} characters at least.")
    if len(password) > MAX_CHARACTERS:
        raise InvalidRequestError(f"The password must have {MAX_CHARACTERS:,} characters at most.")


def hash_of(password: str) -> str:
    """Return what is kept of a password. Takes a processor for some 20 ms."""
    return HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Tell whether it is the password of which `kept` is kept; takes the same time where nothing is."""
    try:
        return HASHER.verify(kept or NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Tell whether it was made in a way that is not today's."""
    return HASHER.check_needs_rehash(kept)
