"""What requests to several parts of Studio are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _can_be_kept(text: str) -> str:
    """Refuse what JSON can say and UTF-8, or PostgreSQL, cannot."""
    if "\0" in text:
        raise PydanticCustomError("text", "must not have a character of code 0")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("text", "must not have halves of characters") from None
    return text


Text = Annotated[str, AfterValidator(_can_be_kept)]
