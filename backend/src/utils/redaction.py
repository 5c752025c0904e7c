"""Takes addresses and keys out of text, as a last line of defence."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_KEY = re.compile(r"\bsk-[\w-]+")


def redact(text: str) -> str:
    """Return `text` without URLs and without anything that looks like a LiteLLM key."""
    return _KEY.sub("[key]", _ADDRESS.sub("[address]", text))
