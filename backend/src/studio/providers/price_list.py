"""`PriceList`: what hosted models cost by the list that LiteLLM's SDK brings, where that is installed."""

from __future__ import annotations

import datetime as dt
import importlib.util
import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from src.studio.providers.model_lists import CHAT, price_of

logger = logging.getLogger(__name__)

FILE = "model_prices_and_context_window_backup.json"


@dataclass(frozen=True, slots=True)
class ListPrice:
    """USD per million tokens; `at` is when the list was installed: it does not say itself of when it is."""

    input_cost_per_mtok: float
    output_cost_per_mtok: float
    cached_cost_per_mtok: float | None
    at: dt.date


class PriceList:
    """Prices by provider and model, as LiteLLM calls them. Its package is not loaded: that takes seconds."""

    def __init__(self, path: Path | None = None) -> None:
        """Take the list's file, unless it is to be looked for."""
        self._path = path

    def price(self, provider: str, name: str) -> ListPrice | None:
        """Return what a model of a provider costs, None where the list does not say."""
        return self._prices.get((provider, name))

    @cached_property
    def _prices(self) -> dict[tuple[str, str], ListPrice]:
        path = self._path or _found()
        try:
            rows = orjson.loads(path.read_bytes()) if path else {}
            at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date() if path else dt.date.min
            return dict(_priced(rows, at))
        except (OSError, ValueError, AttributeError):
            logger.warning("LiteLLM's list of prices cannot be read")
            return {}


def _found() -> Path | None:
    spec = importlib.util.find_spec("litellm")
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places)), FILE) if places else None


def _priced(rows: dict[str, Any], at: dt.date) -> list[tuple[tuple[str, str], ListPrice]]:
    found = []
    for key, row in rows.items():
        provider = row.get("litellm_provider")
        read, written = price_of(row.get("input_cost_per_token")), price_of(row.get("output_cost_per_token"))
        if isinstance(provider, str) and row.get("mode") in CHAT and read is not None and written is not None:
            cached = price_of(row.get("cache_read_input_token_cost"))
            found.append(((provider, key.removeprefix(f"{provider}/")), ListPrice(read, written, cached, at)))
    return found
