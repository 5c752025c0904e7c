"""What may be said of text and errors that could quote addresses and keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
# Keys of LiteLLM and OpenAI (also as they quote them: sk-…1234, sk-****1234), of Groq, of Google, and those that
# begin with "key-", which are told from words by a digit
_KEY = re.compile(r"\bsk-[\w*.…-]*[\w*]|\bgsk_\w+|\bAIza[\w-]+|\bkey-(?=[\w-]*\d)[\w-]{6,}")
_BEARER = re.compile(r"\b(bearer\s+)(?!(?:auth|token|scheme|your|key)\w*\b)[\w.~+/=-]{6,}", re.IGNORECASE)
_USERINFO = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@]+(?:@[^\s/@]*)*@", re.IGNORECASE)
_KEY_IN_QUERY = re.compile(
    r"([?&](?:api[_-]?key|key|token|access_token|sig|signature)=)[^\s&#\"']+", re.IGNORECASE
)
SHORTEST_SECRET = 4


def redact(text: str) -> str:
    """Return `text` without URLs and without anything that looks like a key."""
    return _without_keys(_ADDRESS.sub("[address]", text))


def redact_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without the given secrets, anything that looks like a key, and what URLs carry of either.

    The addresses themselves stay: a provider's sentence may say where keys are made. Secrets of less than four
    characters are no secrets, and are left.
    """
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "[key]")
    return _without_keys(_KEY_IN_QUERY.sub(r"\1[key]", _USERINFO.sub(r"\1", text)))


def _without_keys(text: str) -> str:
    return _KEY.sub("[key]", _BEARER.sub(r"\1[key]", text))


def place_of(error: BaseException) -> str:
    """Name the error and the line that raised it; its message and its trace could quote keys and addresses."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return type(error).__name__
    code = traceback.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_qualname}, line {traceback.tb_lineno}"
