"""What of a wish can be measured: the models that are there, at the context sizes that fit them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from src.studio.benchmarks.sending import Sending, output_limit
from src.studio.engine.dataset import messages_of
from src.studio.engine.plan import Price, Route
from src.studio.errors import VaultError
from src.studio.jobs.handler import JobFailedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.sending import Change, Sent
    from src.studio.providers.service import Connection, OfferedModel, Provider, ProviderService

# English text in common vocabularies; what is counted by the server replaces it once there is an answer.
CHARS_PER_TOKEN = 4
MOST_NAMED = 5

Through = Literal["gateway", "direct"]


@dataclass(frozen=True, slots=True)
class RunTarget:
    """A model as it was when the run was asked for, so that results stay readable. Prices are USD per million.

    `tiers` are the context sizes, in tokens, that it is measured at.
    """

    provider_key: str
    provider: str
    model_id: str
    display_name: str
    through: Through
    tiers: list[int]
    context_window: int | None = None
    max_output_tokens: int | None = None
    input_cost_per_mtok: float | None = None
    output_cost_per_mtok: float | None = None
    cached_cost_per_mtok: float | None = None
    price_source: str | None = None
    price_at: str | None = None  # a date
    sent_as: str | None = None  # as its provider calls it, where that is not its id
    system_prompt: str | None = None
    params: dict[str, Any] = field(default_factory=dict)  # what its requests have beside the prompt
    profile: dict[str, Any] | None = None  # name, params and prompt of its profile then
    with_key: bool = False  # there was a key for it
    route: Route = "native"

    @property
    def price(self) -> Price | None:
        """What its requests are priced by, None where they cannot be."""
        if self.input_cost_per_mtok is None or self.output_cost_per_mtok is None:
            return None
        return Price(self.input_cost_per_mtok, self.output_cost_per_mtok, self.cached_cost_per_mtok)

    @property
    def has_price(self) -> bool:
        """Whether its requests can be priced."""
        return self.price is not None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is not measured, and why; `context_tokens` None: not at all."""

    provider_key: str
    model_id: str
    context_tokens: int | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, for JSON."""
        return asdict(self)


@dataclass(slots=True)
class Resolved:
    """What is measured, what is not, and what was noticed about parameters, by model."""

    targets: list[RunTarget] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    adjustments: list[dict[str, Any]] = field(default_factory=list)


def prompt_tokens(prompt: str) -> int:
    """Return about how many tokens a prompt has."""
    return math.ceil(len(prompt) / CHARS_PER_TOKEN)


def tokens_of_item(item: Mapping[str, Any]) -> int:
    """Return about how many tokens an item of a dataset asks."""
    contents = (message.get("content") for message in messages_of(dict(item)))
    return sum(prompt_tokens(content if isinstance(content, str) else str(content or "")) for content in contents)


def resolve(
    request: BenchmarkIn,
    prompt: str,
    providers: Sequence[Provider],
    sending: Sending | None = None,
    items: Iterable[Mapping[str, Any]] = (),
) -> Resolved:
    """Find the models that a request names, the context sizes that fit them, and what they are sent.

    `items` are those of a dataset, which has prompts in the place of `prompt`.
    """
    sending = sending or Sending()
    resolved = Resolved()
    longest = max(map(tokens_of_item, items), default=prompt_tokens(prompt))
    for provider_key, model_id in _named(request, providers):
        provider = next((found for found in providers if found.provider_key == provider_key), None)
        model = provider.models.get(model_id) if provider and provider.can_be_called else None
        if provider is None or model is None:
            resolved.skipped.append(Skipped(provider_key, model_id, None, _why_missing(provider, providers)))
            continue
        sent = sending.to(provider.provider_key, model, request)
        tiers, skipped = _fitting(request, longest, provider, model, sent)
        resolved.skipped += skipped
        if tiers:
            resolved.targets.append(_target(provider, model, tiers, sent))
            resolved.adjustments += _noticed(provider, model, sent.changes)
    return resolved


def connection_of(providers: ProviderService, owner_id: str, target: RunTarget) -> Connection:
    """Return how a model is called now. Raises `JobFailedError` where it cannot be called any more."""
    try:
        connection = providers.connection(owner_id, target.provider_key)
    except VaultError as error:
        raise JobFailedError(str(error)) from None
    if connection is None:
        raise JobFailedError(f"The provider {target.provider} ({target.provider_key}) is not set up any more.")
    if target.with_key and not connection.api_key:
        raise JobFailedError(f"There is no key for {target.provider} any more. Enter one and run this again.")
    return connection


def refusal(skipped: Iterable[Skipped]) -> str:
    """Say why there is nothing to measure, with the names of what was asked for."""
    reasons: dict[str, list[str]] = {}
    for item in skipped:
        names = reasons.setdefault(item.reason, [])
        if item.model_id not in names:
            names.append(item.model_id)
    return " ".join(f"{_listed(names)}: {reason}" for reason, names in reasons.items())


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _named(request: BenchmarkIn, providers: Sequence[Provider]) -> Iterable[tuple[str, str]]:
    """Return what is asked for, each once, in order; ids alone are looked for at every provider.

    Where there are targets, ids say nothing more.
    """
    found = [(target.provider_key, target.model_id) for target in request.targets]
    for model_id in () if found else request.models:
        keys = (provider.provider_key for provider in providers if model_id in provider.models)
        found.append((next(keys, ""), model_id))
    return dict.fromkeys(found)


def _why_missing(provider: Provider | None, providers: Sequence[Provider]) -> str:
    if provider is not None:
        return provider.detail or "There is no such model."
    if not providers:
        return "No provider of models is set up here."
    if len(providers) == 1 and providers[0].detail:
        return providers[0].detail
    return "There is no provider that has this model."


def _fitting(
    request: BenchmarkIn, longest: int, provider: Provider, model: OfferedModel, sent: Sent
) -> tuple[list[int], list[Skipped]]:
    """Return the context sizes that a model's window has room for, and the others. Without any, all fit."""
    window = model.context_window
    answer = max(request.output_tiers, default=output_limit(sent.params, request.max_tokens))
    asked = longest + prompt_tokens(sent.system_prompt or "")
    tiers, skipped = [], []
    for tier in request.context_tiers:
        if not tier or window is None or tier + asked + answer <= window:
            tiers.append(tier)
            continue
        reason = (
            f"A context of {tier:,} tokens, the prompt and an answer of up to {answer:,} "
            f"do not fit its window of {window:,} tokens."
        )
        skipped.append(Skipped(provider.provider_key, model.model_id, tier, reason))
    return tiers, skipped


def _target(provider: Provider, model: OfferedModel, tiers: list[int], sent: Sent) -> RunTarget:
    return RunTarget(
        provider_key=provider.provider_key,
        provider=provider.display_name,
        model_id=model.model_id,
        display_name=model.name,
        through="gateway" if provider.source == "gateway" else "direct",
        tiers=tiers,
        context_window=model.context_window,
        max_output_tokens=model.max_output_tokens,
        input_cost_per_mtok=model.input_cost_per_mtok,
        output_cost_per_mtok=model.output_cost_per_mtok,
        cached_cost_per_mtok=model.cached_cost_per_mtok,
        price_source=model.price_source,
        price_at=model.price_at.isoformat() if model.price_at else None,
        sent_as=model.sent_as,
        system_prompt=sent.system_prompt,
        params=sent.params,
        profile=sent.profile,
        with_key=provider.has_key,
        route=provider.route,
    )


def _noticed(provider: Provider, model: OfferedModel, changes: list[Change]) -> list[dict[str, Any]]:
    """Return what was done with a model's parameters, with its names; none where nothing was."""
    names = {"provider_key": provider.provider_key, "provider": provider.display_name}
    return [{"model_id": model.model_id, **names, "adjustments": changes}] if changes else []
