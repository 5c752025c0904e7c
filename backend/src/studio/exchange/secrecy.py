"""What must not be told of an exchange: the key that was used, and the address, where no user has named it.

A model may say both, and is judged by what it said: they are taken out of what is kept and shown alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.llm.failures import Secrets

if TYPE_CHECKING:
    from src.studio.exchange.asked import AskedModel

SHORTEST_KEY = 16
"""A shorter one is made up, as model servers at home take any; its word may be one of the answer, too."""
NONE = Secrets(None, "")


def secrets_of(model: AskedModel) -> Secrets:
    """Return what must not be told of a model."""
    is_secret = model.api_key is not None and len(model.api_key) >= SHORTEST_KEY
    return Secrets(model.api_key if is_secret else None, "" if model.guarded else model.base_url)


def without(value: Any, secrets: Secrets) -> Any:  # noqa: ANN401 - JSON
    """Return a value whose texts have no secrets: taken out of JSON as a whole, a key of digits would break it."""
    if secrets == NONE:
        return value
    if isinstance(value, dict):
        return {without(name, secrets): without(item, secrets) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [without(item, secrets) for item in value]
    return secrets.taken_out_literally(value) if isinstance(value, str) else value
