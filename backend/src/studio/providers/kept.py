"""Providers and models that users keep, as they are kept: by their owner, without any key."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from src.studio.providers.catalog import OfferedModel, Provider
from src.studio.providers.presets import SPOKEN, Preset, Route, Spoken, preset_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from src.studio.providers.price_list import PriceList

LARGEST_WINDOW, LARGEST_OUTPUT = 2_000_000, 128_000
"""Tokens that a model may be kept with."""
NO_ADDRESS = "It has no address. Enter the one that /chat/completions follows."


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """A provider of a user's own. `timeout` is in seconds; `api_key_env` names a variable of the server."""

    provider_key: str
    display_name: str
    api_base: str | None = None
    api_key_env: str | None = None
    model_id_prefix: str | None = None
    direct_local: bool = False
    timeout: float | None = None

    @property
    def preset(self) -> Preset | None:
        """What is known of it without asking."""
        return preset_of(self.provider_key, self.model_id_prefix)

    @property
    def route(self) -> Route:
        """How its models are called."""
        return self.preset.route if self.preset else "native"

    @property
    def address(self) -> str | None:
        """Where it answers: its own address, else the preset's. Without a version, where the SDK calls it."""
        preset = self.preset
        known = preset.api_base if preset else None
        address = (self.api_base or known or "").rstrip("/")
        # what is shown by the programs themselves, and entered so, is the address without it
        if self.spoken:
            return address.removesuffix(self.spoken.version) or None
        lacks_version = preset is not None and preset.local and address and not urlsplit(address).path
        return f"{address}/v1" if lacks_version else address or None

    @property
    def spoken(self) -> Spoken | None:
        """How LiteLLM's SDK is told of it; None where it is called as OpenAI is."""
        return SPOKEN[self.preset.dialect] if self.preset and self.route == "sdk" else None

    @property
    def call_address(self) -> str | None:
        """Where its models are called: what `/chat/completions` follows, or what the SDK takes for it."""
        return f"{self.address}{self.spoken.path}" if self.spoken and self.address else self.address

    def sent_as(self, name: str) -> str:
        """Return how a model is named in a call."""
        return f"{self.spoken.prefix}/{name}" if self.spoken else name

    @property
    def blocked(self) -> str | None:
        """Why its models cannot be called, a sentence; None where they can."""
        if self.address is None:
            return NO_ADDRESS
        return self.preset.unavailable_reason if self.preset else None

    def public_id(self, name: str) -> str:
        """Return the id of a model: with the prefix, where there is one."""
        return f"{self.model_id_prefix}/{name}" if self.model_id_prefix else name

    def name_of(self, model_id: str) -> str:
        """Return how the provider itself calls a model."""
        return model_id.removeprefix(f"{self.model_id_prefix}/") if self.model_id_prefix else model_id


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model of a user's own. `name` is the provider's; prices are in USD per million tokens."""

    name: str
    display_name: str | None = None
    context_window: int | None = None
    max_output_tokens: int | None = None
    skip_params: list[str] = field(default_factory=list)
    system_prompt: str | None = None
    custom_fields: dict[str, Any] = field(default_factory=dict)
    input_cost_per_mtok: float | None = None
    output_cost_per_mtok: float | None = None
    cached_cost_per_mtok: float | None = None
    price_at: dt.datetime | None = None


def offered(provider: KeptProvider, models: Iterable[KeptModel], *, has_key: bool, prices: PriceList) -> Provider:
    """Return a user's own provider as one that can be measured. Models without a price have the list's."""
    found = [_listed(provider, model, prices) or _offered(provider, model) for model in models]
    blocked = provider.blocked
    return Provider(
        provider.provider_key,
        provider.display_name,
        "own",
        "unavailable" if blocked else "ok",
        blocked,
        {model.model_id: model for model in found},
        can_be_called=blocked is None,
        route=provider.route,
        has_key=has_key,
    )


def _listed(provider: KeptProvider, model: KeptModel, prices: PriceList) -> OfferedModel | None:
    """Return a model with the price of LiteLLM's list, None where its owner has entered one, or there is none.

    The list has the prices of providers themselves, not those of whoever answers elsewhere in their names.
    """
    preset, kept = provider.preset, _offered(provider, model)
    is_there = preset is not None and provider.api_base in {None, preset.api_base}
    if kept.price_source or not is_there or preset is None or preset.listed_as is None:
        return None
    price = prices.price(preset.listed_as, model.name)
    if price is None:
        return None
    return replace(
        kept,
        input_cost_per_mtok=price.input_cost_per_mtok,
        output_cost_per_mtok=price.output_cost_per_mtok,
        cached_cost_per_mtok=price.cached_cost_per_mtok,
        price_source="litellm",
        price_at=price.at,
    )


def _offered(provider: KeptProvider, model: KeptModel) -> OfferedModel:
    model_id = provider.public_id(model.name)
    priced = model.input_cost_per_mtok is not None or model.output_cost_per_mtok is not None
    return OfferedModel(
        model_id,
        context_window=model.context_window,
        max_output_tokens=model.max_output_tokens,
        input_cost_per_mtok=model.input_cost_per_mtok,
        output_cost_per_mtok=model.output_cost_per_mtok,
        cached_cost_per_mtok=model.cached_cost_per_mtok,
        display_name=model.display_name or model_id,
        sent_as=provider.sent_as(model.name),
        system_prompt=model.system_prompt,
        custom_fields=model.custom_fields,
        skip_params=tuple(model.skip_params),
        price_source="user" if priced else None,
        price_at=model.price_at.date() if priced and model.price_at else None,
    )
