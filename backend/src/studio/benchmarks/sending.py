"""What each model is sent beside the prompt: parameters of its profile and of the request, as it takes them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.errors import InvalidFieldError, NotFoundError
from src.studio.parameters.service import Registry, check, flat, load_registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from src.studio.accounts.user import User
    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.parameters.service import ParameterService
    from src.studio.profiles.service import ProfileService, ProfileToUse
    from src.studio.providers.service import OfferedModel

LIMITS = ("max_completion_tokens", "max_tokens")

Change = dict[str, Any]
"""What was done with a parameter: `param`, `original`, `adjusted`, `action`, `reason`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a model is sent, and what was done for it. `profile` is its profile as it is now, None without one."""

    params: dict[str, Any]
    system_prompt: str | None
    profile: dict[str, Any] | None
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Sending:
    """How it is decided: by what is known of parameters, and by the profiles that are named, by model."""

    registry: Registry = field(default_factory=load_registry)
    profiles: Mapping[str, ProfileToUse] = field(default_factory=dict)

    def to(self, provider_key: str, model: OfferedModel, request: BenchmarkIn) -> Sent:
        """Return what a request sends to a model.

        What the request says in particular (`provider_params`) goes before what the profile says, and that before
        its `max_tokens` and `temperature`. A model's own fields are always sent. The profile's system prompt takes
        the place of the model's.
        """
        profile = self.profiles.get(model.model_id)
        asked = _asked(request, profile.params if profile else {})
        own = dict(model.custom_fields)
        skip = [param for param in model.skip_params if param not in own]
        checked = check(self.registry, model.model_id, provider_key, asked | own, skip)
        changes = [*_replaced(asked, own), *checked.changes]
        changes += _too_long(output_limit(checked.resolved, request.max_tokens), model)
        prompt = (profile.system_prompt if profile else None) or model.system_prompt
        return Sent(checked.resolved, prompt, asdict(profile) if profile else None, changes)


class SendingRules:
    """Reads what decides of what is sent."""

    def __init__(self, parameters: ParameterService, profiles: ProfileService) -> None:
        self._parameters, self._profiles = parameters, profiles

    def of(self, owner: User, named: Mapping[str, str], kept: Mapping[str, ProfileToUse]) -> Sending:
        """Return how it is decided for a user. `named` are ids of profiles, and `kept` some that were read before.

        Raises `InvalidFieldError` for a profile that the model has not.
        """
        profiles = {model: kept.get(model) or self._profile(owner, model, named[model]) for model in named}
        return Sending(self._parameters.registry_of(owner.id), profiles)

    def _profile(self, owner: User, model_id: str, profile_id: str) -> ProfileToUse:
        try:
            return self._profiles.for_run(owner.id, model_id, profile_id)
        except NotFoundError:
            raise InvalidFieldError(f"profiles: there is no profile {profile_id} of {model_id}.") from None


def output_limit(params: Mapping[str, Any], otherwise: int) -> int:
    """Return how many tokens an answer may have, by whichever parameter says so."""
    return next((params[name] for name in LIMITS if isinstance(params.get(name), int)), otherwise)


def _asked(request: BenchmarkIn, of_profile: Mapping[str, Any]) -> dict[str, Any]:
    special = flat(of_profile) | flat(request.provider_params)
    fields: dict[str, Any] = {"max_tokens": request.max_tokens, "temperature": request.temperature}
    if special.get("max_completion_tokens") is not None:
        del fields["max_tokens"]  # the same limit by its other name
    return fields | special


def _replaced(asked: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Change]:
    for param in asked.keys() & own.keys():
        if asked[param] is not None and asked[param] != own[param]:
            reason = "The model has a field of its own by this name."
            yield _change(param, asked[param], own[param], "passthrough", reason)


def _too_long(answer: int, model: OfferedModel) -> Iterator[Change]:
    """Warn of what is sent although the model does not offer it."""
    if model.max_output_tokens is not None and answer > model.max_output_tokens:
        reason = (
            f"The model writes at most {model.max_output_tokens:,} tokens; it was asked for more all the same."
        )
        yield _change("max_tokens", answer, answer, "warn", reason)


def _change(param: str, original: object, adjusted: object, action: str, reason: str) -> Change:
    return {"param": param, "original": original, "adjusted": adjusted, "action": action, "reason": reason}
