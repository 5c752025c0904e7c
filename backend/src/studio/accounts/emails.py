"""E-mail addresses: what can be one, and the one way in which it is kept and looked for."""

from __future__ import annotations

from src.studio.errors import InvalidRequestError

MAX_CHARACTERS = 254


def normalised(text: str) -> str:
    """Return an e-mail as it is looked for, whether or not it can be one."""
    return text.strip().lower()


def checked(text: str) -> str:
    """Return an e-mail as it is kept. Raises `InvalidRequestError` for what cannot be one."""
    email = normalised(text)
    name, _, domain = email.rpartition("@")
    if not name or not domain:
        raise InvalidRequestError("The e-mail must have something on either side of an @.")
    if len(email) > MAX_CHARACTERS:
        raise InvalidRequestError(f"The e-mail must have {MAX_CHARACTERS} characters at most.")
    if not email.isprintable() or " " in email:
        raise InvalidRequestError("The e-mail must not have spaces or characters that cannot be seen.")
    return email
