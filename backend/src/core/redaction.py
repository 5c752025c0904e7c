"""What may be said of text and errors that could quote addresses and keys."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_KEY = re.compile(r"\bsk-[\w-]+")


def redact(text: str) -> str:
    """Return `text` without URLs and without anything that looks like a LiteLLM key."""
    return _KEY.sub("[key]", _ADDRESS.sub("[address]", text))


def place_of(error: BaseException) -> str:
    """Name the error and the line that raised it; its message and its trace could quote keys and addresses."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return type(error).__name__
    code = traceback.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_qualname}, line {traceback.tb_lineno}"
