"""Reads LiteLLM's lists of models: `/model/info`, which knows windows and prices, and OpenAI's `/v1/models`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard

from src.studio.providers.catalog import OfferedModel

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 512
# Deployments that tell no mode are of models that LiteLLM does not know: these are called as chat models, too.
CHAT = (None, "chat")
PER_MILLION = 1_000_000
# Enough for a thousandth of a cent per million, and few enough to lose the noise of the multiplication.
PRICE_DIGITS = 9
# What all readers of JSON agree on.
LARGEST_COUNT = 2**53
SMALLEST, EQUAL = "smallest", "equal"
# What is true of a name that several deployments share: the window that fits each, the price that all agree on.
MERGED = {
    "context_window": SMALLEST,
    "max_output_tokens": SMALLEST,
    "input_cost_per_mtok": EQUAL,
    "output_cost_per_mtok": EQUAL,
    "cached_cost_per_mtok": EQUAL,
}


def read_model_info(body: bytes) -> dict[str, OfferedModel]:
    """Return the chat models of an answer of `/model/info`, by name. Raises `ValueError` where it is none."""
    found: dict[str, list[OfferedModel]] = {}
    for row in _rows(body):
        info = row.get("model_info")
        info = info if isinstance(info, dict) else {}
        name = row.get("model_name")
        if info.get("mode") in CHAT and is_callable(name):
            found.setdefault(name, []).append(_offered(name, info))
    return {name: _merged(name, deployments) for name, deployments in found.items()}


def read_model_names(body: bytes) -> dict[str, OfferedModel]:
    """Return the models of an answer of `/v1/models`, by name. Raises `ValueError` where it is none."""
    names = [row.get("id") for row in _rows(body)]
    return {name: OfferedModel(name) for name in names if is_callable(name)}


def _rows(body: bytes) -> Iterable[dict[str, Any]]:
    answer = json.loads(body)
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise ValueError("no list of models")  # noqa: TRY004 - of the same kind as what is no JSON
    return [row for row in rows if isinstance(row, dict)]


def is_callable(name: object) -> TypeGuard[str]:
    """Tell whether a name can be asked for, and kept: patterns (`openai/*`) name no model."""
    return isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and "*" not in name and _can_be_kept(name)


def _can_be_kept(name: str) -> bool:
    """Tell whether a database can hold a text: no zero byte, and no half of a character."""
    return "\0" not in name and name.encode(errors="ignore").decode() == name


def _offered(name: str, info: dict[str, Any]) -> OfferedModel:
    return OfferedModel(
        name,
        context_window=count_of(info.get("max_input_tokens")),
        max_output_tokens=count_of(info.get("max_output_tokens")),
        input_cost_per_mtok=price_of(info.get("input_cost_per_token")),
        output_cost_per_mtok=price_of(info.get("output_cost_per_token")),
        cached_cost_per_mtok=price_of(info.get("cache_read_input_token_cost")),
    )


def count_of(value: object) -> int | None:
    """Return a number of tokens, None for what is none."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_COUNT
    return value if is_count else None


def price_of(value: object) -> float | None:
    """Return USD per million tokens of a price per token."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
        return None
    return round(value * PER_MILLION, PRICE_DIGITS)


def _merged(name: str, deployments: list[OfferedModel]) -> OfferedModel:
    values: dict[str, Any] = {}
    for field, how in MERGED.items():
        known = [value for deployment in deployments if (value := getattr(deployment, field)) is not None]
        agree = how == SMALLEST or len(set(known)) == 1
        values[field] = min(known) if known and agree else None
    return OfferedModel(name, **values)
