"""What must not be told of an exchange: the key that was used, and the address, where no user has named it.

A model may say both, and is judged by what it said: they are taken out of what is kept and shown alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from src.studio.llm.failures import Secrets
from src.studio.scoring.arguments import ArgumentsError, read_arguments

if TYPE_CHECKING:
    from src.studio.exchange.asked import AskedModel

SHORTEST_KEY = 16
"""A shorter one is made up, as model servers at home take any; its word may be one of the answer, too."""
NONE = Secrets(None, "")
ARGUMENTS = "arguments"
"""Of a call: JSON as text, in which any character may be written as an escape."""


def secrets_of(model: AskedModel) -> Secrets:
    """Return what must not be told of a model."""
    is_secret = model.api_key is not None and len(model.api_key) >= SHORTEST_KEY
    return Secrets(model.api_key if is_secret else None, "" if model.guarded else model.base_url)


def without(value: Any, secrets: Secrets) -> Any:  # noqa: ANN401 - JSON
    """Return a value whose texts have no secrets: taken out of JSON as a whole, a key of digits would break it."""
    if secrets == NONE:
        return value
    if isinstance(value, dict):
        told = {without(name, secrets): without(item, secrets) for name, item in value.items()}
        if isinstance(told.get(ARGUMENTS), str):
            told[ARGUMENTS] = _without_in_json(told[ARGUMENTS], secrets)
        return told
    if isinstance(value, list | tuple):
        return [without(item, secrets) for item in value]
    return secrets.taken_out_literally(value) if isinstance(value, str) else value


def _without_in_json(text: str, secrets: Secrets) -> str:
    """Return JSON in which a secret is not there by escapes, either; as it came where there is none."""
    if "\\" not in text:
        return text
    try:
        read = read_arguments(text)
    except ArgumentsError:
        return text
    told = without(read, secrets)
    return text if told == read else json.dumps(told, ensure_ascii=False)
