"""What a browser sends to models on its user's own machine: to loopback addresses alone, and never a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from src.studio.engine.bodies import serialised
from src.studio.engine.synthetic import nonce
from src.studio.errors import InvalidFieldError
from src.studio.llm.request import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.targets import RunTarget
    from src.studio.providers.service import KeptProvider

LOOPBACK_HOSTS = {"localhost", "127.0.0.1"}
"""What the page's policy lets it call: one for IPv6 cannot be written in it."""
FIELDS = {
    *("targets", "models", "prompt", "max_tokens", "temperature", "context_tiers", "runs", "timeout", "warmup"),
    *("provider_params", "profiles", "label"),
}
"""Of a benchmark: what a browser does as the server would."""
LARGEST_BODIES = 16 * 1024 * 1024
"""Bytes of all bodies, that a page is given at once."""


@dataclass(frozen=True, slots=True)
class DirectBody:
    """The JSON of requests to a model at one context size, cut where each puts words of its own."""

    provider_key: str
    provider: str
    model_id: str
    display_name: str
    context_tokens: int
    url: str
    before: str
    after: str
    nonce_words: int


@dataclass(frozen=True, slots=True)
class DirectRequest:
    """One request. `run_number` 0 is a warm-up; `nonce` are its own words, as they stand in JSON."""

    body: int  # its position
    run_number: int
    nonce: str


@dataclass(frozen=True, slots=True)
class DirectPlan:
    """All requests in the order of sending, one after another."""

    timeout_seconds: float
    bodies: list[DirectBody]
    requests: list[DirectRequest]


def check_wish(request: BenchmarkIn) -> None:
    """Raise `InvalidFieldError` for what a browser does not do."""
    changed = {
        name for name, field in type(request).model_fields.items() if getattr(request, name) != field.get_default()
    }
    if others := sorted(changed - FIELDS):
        raise InvalidFieldError(
            f"{others[0]}: models on your own machine are measured one request after another, and by nothing "
            "else yet. Leave it out."
        )


def check_provider(provider: KeptProvider | None, key: str) -> str:
    """Return where a provider is called by a browser. Raises `InvalidFieldError` where it is not."""
    if provider is None or not provider.direct_local:
        raise InvalidFieldError(
            f"targets: {key} is not said to run on your own machine. Let the server measure it, or change it."
        )
    address = provider.call_address or ""
    parts = urlsplit(address)
    if provider.route != "native" or parts.scheme != "http" or parts.hostname not in LOOPBACK_HOSTS:
        raise InvalidFieldError(
            f"targets: a browser can only measure {key} where its address has localhost or 127.0.0.1 for a host "
            "and http in front, and where it speaks as OpenAI does."
        )
    return address


def plan_of(
    request: BenchmarkIn, prompt: str, targets: Sequence[RunTarget], addresses: dict[str, str]
) -> DirectPlan:
    """Plan a warm-up for each model, then models and context sizes by turns. `addresses` are by provider.

    Raises `InvalidFieldError` where the bodies are more than a page can be given.
    """
    points = [
        (at, tier) for tier in request.context_tiers for at in range(len(targets)) if tier in targets[at].tiers
    ]
    bodies = [_body(prompt, targets[at], tier, addresses[targets[at].provider_key]) for at, tier in points]
    if sum(len(body.after) for body in bodies) > LARGEST_BODIES:
        raise InvalidFieldError(
            "context_tiers: these are more than a page can measure at once. Ask for fewer or smaller ones, "
            "or for fewer models."
        )
    warmups = [points.index((at, target.tiers[0])) for at, target in enumerate(targets)] if request.warmup else []
    numbered = [(body, 0) for body in warmups]
    numbered += [(body, number) for number in range(1, request.runs + 1) for body in range(len(bodies))]
    return DirectPlan(request.timeout, bodies, list(_requests(bodies, numbered)))


def _requests(bodies: Sequence[DirectBody], numbered: Iterable[tuple[int, int]]) -> Iterable[DirectRequest]:
    for body, number in numbered:
        yield DirectRequest(body, number, nonce(bodies[body].nonce_words))


def _body(prompt: str, target: RunTarget, tier: int, address: str) -> DirectBody:
    system = [{"role": "system", "content": target.system_prompt}] if target.system_prompt else []
    messages = serialised([*system, {"role": "user", "content": prompt}], tier, nonce=True)
    head = Endpoint(address, target.sent_as or target.model_id, params=target.params).head()
    return DirectBody(
        provider_key=target.provider_key,
        provider=target.provider,
        model_id=target.model_id,
        display_name=target.display_name,
        context_tokens=tier,
        url=f"{address}/chat/completions",
        before=(head + messages.before).decode(),
        after=(messages.after + b"}").decode(),
        nonce_words=messages.nonce_words,
    )
