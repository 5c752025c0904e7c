"""What can be measured: providers and their models, as far as they are told apart and priced."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from src.studio.providers.presets import Route

Source = Literal["gateway", "demo", "own"]
Status = Literal["ok", "unavailable"]
PriceSource = Literal["gateway", "demo", "user", "litellm"]


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model by the name that it is called by. Windows are in tokens, prices in USD per million tokens.

    What is not known is None: a model without a price is not free. `sent_as` is how the provider itself calls it,
    None where that is its id. Requests to it have its `system_prompt` and its `custom_fields`, and none of the
    parameters in `skip_params`. `price_source` and `price_at` are who says what it costs, and since when.
    """

    model_id: str
    context_window: int | None = None
    max_output_tokens: int | None = None
    input_cost_per_mtok: float | None = None
    output_cost_per_mtok: float | None = None
    cached_cost_per_mtok: float | None = None
    display_name: str = ""
    sent_as: str | None = None
    system_prompt: str | None = None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    skip_params: tuple[str, ...] = ()
    price_source: PriceSource | None = None
    price_at: dt.date | None = None

    @property
    def name(self) -> str:
        """The name for people."""
        return self.display_name or self.model_id

    @property
    def has_price(self) -> bool:
        """Whether what it writes, and what it reads, has a price."""
        return self.input_cost_per_mtok is not None and self.output_cost_per_mtok is not None


@dataclass(frozen=True, slots=True)
class Provider:
    """Where models are offered. `detail` says in a sentence why it is unavailable.

    One that is unavailable may have models all the same: those that it offered when it last answered, which are
    worth a try; or those of a provider that cannot be called from here at all, as `can_be_called` tells.
    `has_key`: it is one of a user's own, and there is a key for it.
    """

    provider_key: str
    display_name: str
    source: Source
    status: Status = "ok"
    detail: str | None = None
    models: Mapping[str, OfferedModel] = field(default_factory=dict)
    can_be_called: bool = True
    route: Route = "native"
    has_key: bool = False


@dataclass(frozen=True, slots=True)
class Connection:
    """How a provider is called: `base_url` is what `/chat/completions` follows, or what LiteLLM's SDK takes.

    `guarded`: a user named the address, so it is asked through the egress guard only. `takes_tags`: it is a
    gateway, which takes tags. `timeout_seconds` is the longest that a request may take, None: as the run says.
    """

    base_url: str
    api_key: str | None = field(repr=False)
    guarded: bool = False
    route: Route = "native"
    takes_tags: bool = False
    timeout_seconds: float | None = None


def sent_params(
    params: Mapping[str, Any], skip_params: Iterable[str], custom_fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what goes into a request to a model: without what it is to be spared, with what it always has."""
    left_out = set(skip_params)
    return {name: value for name, value in params.items() if name not in left_out} | dict(custom_fields)
