"""How a key is kept: encrypted together with whose it is, and for which provider.

A row that is copied to another user, or to another provider, does not open: what it says of itself is not where it
stands. Fernet (AES-128-CBC with HMAC-SHA256) opens nothing that was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from cryptography.fernet import InvalidToken

from src.studio.errors import VaultError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

CHANGED = "it was changed, or encrypted with a key that the vault does not have"
MISPLACED = "it belongs to another user, or to another provider"


def seal(fernet: MultiFernet, owner_id: str, provider_key: str, value: str) -> str:
    """Return what is kept of a key."""
    return fernet.encrypt(orjson.dumps([owner_id, provider_key, value])).decode()


def unseal(fernet: MultiFernet, owner_id: str, provider_key: str, sealed: str) -> str:
    """Return the key. Raises `VaultError`; its message is the reason, for within a sentence."""
    try:
        kept_for, provider, value = orjson.loads(fernet.decrypt(sealed.encode()))
    except (InvalidToken, ValueError, TypeError):
        raise VaultError(CHANGED) from None
    if (kept_for, provider) != (owner_id, provider_key):
        raise VaultError(MISPLACED)
    return value
