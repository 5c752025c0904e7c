"""What requests to several parts of Studio are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _can_be_kept(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("text", "must not have a character of code 0")
    return text


# PostgreSQL keeps no zero; halves of characters are refused as they are read.
Text = Annotated[str, AfterValidator(_can_be_kept)]
