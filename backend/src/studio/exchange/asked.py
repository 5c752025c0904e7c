"""Whom to ask, and how: a model at an address, and what a run asks of all its models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from src.studio.llm.request import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT_SECONDS = 120.0

ToolChoice = Literal["auto", "required", "none"]
Route = Literal["native", "sdk"]


class Priced(Protocol):
    """What tokens cost: the engine's `Price` does."""

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Return USD. `cached_tokens` are part of `input_tokens`."""
        ...


@dataclass(frozen=True, slots=True)
class AskedModel:
    """A model, and all that its requests have whatever is asked.

    `model` is its name as it is sent, `base_url` ends where `/chat/completions` follows, and `params` go into each
    request as they are (max_tokens, temperature, …). By the route `sdk`, LiteLLM's SDK makes the calls: `model` is
    named as there, and `base_url` may be empty. `guarded`: a user has named the address, so that the caller's
    policy holds for it. `send_tags`: it is a LiteLLM gateway, which takes tags. `timeout_seconds` is for one
    request. The system prompt goes before whatever a case says.
    """

    target_id: str
    provider_key: str
    model: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    params: Mapping[str, Any] = field(default_factory=dict)
    price: Priced | None = None
    system_prompt: str | None = None
    route: Route = "native"
    guarded: bool = False
    send_tags: bool = False
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS

    def endpoint(self, fields: Mapping[str, Any], tags: tuple[str, ...], *, streamed: bool) -> Endpoint:
        """Return where a request goes that has these fields beside the model's own."""
        params = {**self.params, **fields}
        sent_tags = tags if self.send_tags else ()
        return Endpoint(self.base_url, self.model, self.api_key, params, sent_tags, streamed)


@dataclass(frozen=True, slots=True)
class Asking:
    """How all models of a run are asked.

    `tool_choice` `required` holds for the first request of each turn: with it at every one, no turn would end.
    `parallel_tool_calls` None: nothing is said of it. `streaming` `auto`: streamed, but for what is known to break
    tool calls in streams (`streaming.py`).
    """

    tool_choice: ToolChoice = "auto"
    parallel_tool_calls: bool | None = None
    streaming: Literal["auto"] | bool = "auto"
