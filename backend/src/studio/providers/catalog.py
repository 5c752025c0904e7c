"""What can be measured: providers and their models, as far as they are told apart and priced."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Source = Literal["gateway", "demo"]
Status = Literal["ok", "unavailable"]


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model by the name that it is called by. Windows are in tokens, prices in USD per million tokens.

    What is not known is None: a model without a price is not free.
    """

    model_id: str
    context_window: int | None = None
    max_output_tokens: int | None = None
    input_cost_per_mtok: float | None = None
    output_cost_per_mtok: float | None = None
    cached_cost_per_mtok: float | None = None

    @property
    def has_price(self) -> bool:
        """Whether what it writes, and what it reads, has a price."""
        return self.input_cost_per_mtok is not None and self.output_cost_per_mtok is not None


@dataclass(frozen=True, slots=True)
class Provider:
    """Where models are offered. `detail` says in a sentence why it is unavailable.

    One that is unavailable may have models all the same: those that it offered when it last answered.
    """

    provider_key: str
    display_name: str
    source: Source
    status: Status = "ok"
    detail: str | None = None
    models: Mapping[str, OfferedModel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """How a provider is called: `base_url` ends where `/chat/completions` follows.

    `guarded`: a user named the address, so it is called through the egress guard only.
    """

    base_url: str
    api_key: str = field(repr=False)
    guarded: bool = False
