"""`/api/config*`, discovery and health: what can be measured, what one keeps for it, and whether it is there."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request, Response

from src.core.http.errors import answers_wrong_form_with
from src.core.http.guards import takes_body_of
from src.core.http.responses import json_response
from src.studio.dependencies import CallerDep, CurrentUser, Provided
from src.studio.errors import InvalidRequestError
from src.studio.providers.checks import Draft
from src.studio.providers.kept import KeptModel, KeptProvider
from src.studio.providers.presets import PRESETS
from src.studio.providers.schemas import (
    KEPT_KEY,
    CatalogOut,
    DefaultsOut,
    DetectedOut,
    DiscoveryOut,
    Identifier,
    LocalModelOut,
    ModelChangeIn,
    ModelIn,
    ModelKeptOut,
    ModelKeyIn,
    OkOut,
    PresetOut,
    PresetsOut,
    PromptChangeIn,
    PromptIn,
    PromptKeptOut,
    PromptKeyIn,
    PromptOut,
    ProviderChangeIn,
    ProviderIn,
    ProviderKeptOut,
    ProviderKeyIn,
    ProvidersHealthOut,
    ProviderTestIn,
    ProviderTestOut,
)
from src.studio.providers.service import DEFAULT_PROMPT, SEEDED, OfferedModel, PromptTemplate, Provider
from src.studio.schemas import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from src.studio.providers.own import Owned

T = TypeVar("T")

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients of the configuration know it
LONGEST_BODY = 2 * 1024 * 1024
# Providers may take ten seconds to answer. Who waits for them does so on threads of their own.
OUTSIDE_AT_ONCE = 16
LM_STUDIO = "lm_studio"
DEFAULTS = DefaultsOut(max_tokens=512, temperature=0.7, context_tiers=[0], prompt=DEFAULT_PROMPT)

LastMeasured = dict[tuple[str, str], dict[str, Any]]
Named = Annotated[Text | None, Query(description="The same, for clients that send no body.")]


@router.get("/api/config", response_model=CatalogOut)
def get_catalog(user: CurrentUser, services: Provided) -> Response:
    """Tell what can be measured, and what it came to when one last measured it."""
    measured = services.benchmarks.last_measured(user)
    own = _by_name(
        [
            _told_own(owned, services.providers.offered_by(owned), measured)
            for owned in services.providers.own.all(user)
        ]
    )
    shared = {found.display_name: _told(found, measured) for found in services.providers.shared(user)}
    return json_response({"defaults": DEFAULTS.model_dump(), "providers": own, "shared": shared})


@router.get("/api/config/presets")
async def get_presets(_user: CurrentUser) -> PresetsOut:
    """List providers to begin with."""
    names = set(PresetOut.model_fields) - {"discovery", "available"}
    presets = [
        PresetOut(
            **{name: getattr(preset, name) for name in names},
            discovery=True,
            available=preset.unavailable_reason is None,
        )
        for preset in PRESETS.values()
    ]
    return PresetsOut(presets=presets)


@router.post("/api/config/provider")
def add_provider(asked: ProviderIn, user: CurrentUser, services: Provided, caller: CallerDep) -> ProviderKeptOut:
    """Keep a provider of one's own."""
    provider = KeptProvider(**asked.model_dump(exclude={"api_key"}))
    services.providers.own.add(user, provider, asked.api_key, caller)
    return ProviderKeptOut(provider_key=provider.provider_key)


@router.put("/api/config/provider")
@answers_wrong_form_with(WRONG_FORM)
def change_provider(
    asked: ProviderChangeIn, user: CurrentUser, services: Provided, caller: CallerDep
) -> ProviderKeptOut:
    """Change a provider of one's own. What is not given stays."""
    values = asked.model_dump(exclude={"provider_key", "api_key"}, exclude_unset=True)
    services.providers.own.change(user, asked.provider_key, values, asked.api_key, caller)
    return ProviderKeptOut(provider_key=asked.provider_key)


@router.delete("/api/config/provider")
@answers_wrong_form_with(WRONG_FORM)
def delete_provider(
    user: CurrentUser,
    services: Provided,
    caller: CallerDep,
    asked: ProviderKeyIn | None = None,
    provider_key: Named = None,
) -> OkOut:
    """Delete a provider of one's own with its models. What was measured stays, and so does its key."""
    named = _named(provider_key=asked.provider_key if asked else provider_key)
    services.providers.own.delete(user, named["provider_key"], caller)
    return OkOut()


@router.post("/api/config/model")
@answers_wrong_form_with(WRONG_FORM)
def add_model(asked: ModelIn, user: CurrentUser, services: Provided) -> ModelKeptOut:
    """Keep a model of a provider of one's own."""
    model = KeptModel(name=asked.id, **asked.model_dump(exclude={"provider_key", "id"}))
    return ModelKeptOut(model_id=services.providers.own.add_model(user, asked.provider_key, model))


@router.put("/api/config/model")
def change_model(asked: ModelChangeIn, user: CurrentUser, services: Provided) -> ModelKeptOut:
    """Change a model of one's own. What is not given stays; null takes it away."""
    values = asked.model_dump(exclude={"provider_key", "model_id", "new_model_id"}, exclude_unset=True)
    values |= {"name": asked.new_model_id} if asked.new_model_id else {}
    model_id = services.providers.own.change_model(user, asked.provider_key, asked.model_id, values)
    return ModelKeptOut(model_id=model_id)


@router.delete("/api/config/model")
@answers_wrong_form_with(WRONG_FORM)
def delete_model(
    user: CurrentUser,
    services: Provided,
    asked: ModelKeyIn | None = None,
    provider_key: Named = None,
    model_id: Named = None,
) -> OkOut:
    """Delete a model of one's own. What was measured stays."""
    named = asked.model_dump() if asked else _named(provider_key=provider_key, model_id=model_id)
    services.providers.own.delete_model(user, named["provider_key"], named["model_id"])
    return OkOut()


@router.post("/api/config/provider/test")
async def test_provider(
    asked: ProviderTestIn, user: CurrentUser, services: Provided, request: Request
) -> ProviderTestOut:
    """Ask a provider, kept or not yet, whether it is there and takes the key. A failed test is an answer, too."""
    draft = Draft(**asked.model_dump(exclude={"display_name"}))
    tested = await _outside(request, partial(services.checks.test, user, draft))
    return ProviderTestOut.model_validate(tested, from_attributes=True)


@router.get("/api/models/discover", response_model=DiscoveryOut)
@answers_wrong_form_with(WRONG_FORM)
async def discover_models(
    provider_key: Identifier, user: CurrentUser, services: Provided, request: Request
) -> Response:
    """List the models that a provider offers, at most 5,000."""
    told = await _outside(request, partial(services.checks.discover, user, provider_key))
    models = [_discovered(model) for model in told.models.values()]
    return json_response({"models": models, "total": told.total, "note": told.note})


@router.get("/api/lm-studio/detect")
@answers_wrong_form_with(WRONG_FORM)
async def detect_lm_studio(
    user: CurrentUser, services: Provided, request: Request, provider_key: Identifier = LM_STUDIO
) -> DetectedOut:
    """Tell what LM Studio has, and what runs it."""
    found = await _outside(request, partial(services.checks.detect_lm_studio, user, provider_key))
    return DetectedOut(
        available=found.available,
        models=[
            LocalModelOut(id=model.name, compatibility_type=model.compatibility_type) for model in found.models
        ],
        backend_type=found.backend_type,
        mlx_unsupported_params=found.mlx_unsupported_params,
        detail=found.detail,
    )


@router.get("/api/health/providers")
async def get_providers_health(user: CurrentUser, services: Provided, request: Request) -> ProvidersHealthOut:
    """Send one call of five tokens to a model of each provider, and tell who answers."""
    found = await _outside(request, partial(services.checks.health, user))
    return ProvidersHealthOut.model_validate({"providers": found}, from_attributes=True)


@router.get("/api/config/prompts")
def get_prompts(user: CurrentUser, services: Provided) -> dict[str, PromptOut]:
    """Tell which prompts can be chosen, by key: those to begin with, and one's own."""
    found = services.providers.prompts(user)
    return {key: PromptOut(**asdict(prompt), is_own=key not in SEEDED) for key, prompt in found.items()}


@router.post("/api/config/prompts")
@answers_wrong_form_with(WRONG_FORM)
@takes_body_of(LONGEST_BODY)
def add_prompt(asked: PromptIn, user: CurrentUser, services: Provided) -> PromptKeptOut:
    """Keep a prompt of one's own."""
    services.providers.add_prompt(
        user, asked.key, PromptTemplate(asked.category, asked.label or asked.key, asked.prompt)
    )
    return PromptKeptOut(key=asked.key)


@router.put("/api/config/prompts")
@answers_wrong_form_with(WRONG_FORM)
@takes_body_of(LONGEST_BODY)
def change_prompt(asked: PromptChangeIn, user: CurrentUser, services: Provided) -> PromptKeptOut:
    """Change a prompt of one's own. What is not given stays; those to begin with cannot be changed."""
    values = asked.model_dump(exclude={"key"}, exclude_unset=True)
    services.providers.change_prompt(user, asked.key, values)
    return PromptKeptOut(key=asked.key)


@router.delete("/api/config/prompts")
@answers_wrong_form_with(WRONG_FORM)
def delete_prompt(
    user: CurrentUser, services: Provided, asked: PromptKeyIn | None = None, key: Named = None
) -> OkOut:
    """Delete a prompt of one's own. Those to begin with stay."""
    services.providers.delete_prompt(user, _named(key=asked.key if asked else key)["key"])
    return OkOut()


async def _outside(request: Request, work: Callable[[], T]) -> T:
    """Do what waits for a provider, `OUTSIDE_AT_ONCE` at a time."""
    limiter: CapacityLimiter = request.app.state.outside_turns
    return await to_thread.run_sync(work, limiter=limiter)


def _named(**given: str | None) -> dict[str, str]:
    """Return what was named. Raises `InvalidRequestError` where it was not."""
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise InvalidRequestError(f"Say which one: {' and '.join(missing)} must be given.")
    return {name: value for name, value in given.items() if value}


def _by_name(told: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return providers by display name; where it is taken, with the key."""
    found: dict[str, dict[str, Any]] = {}
    for provider in told:
        name = provider["display_name"]
        while name in found:
            name = f"{name} ({provider['provider_key']})"
        found[name] = provider
    return found


def _told_own(owned: Owned, provider: Provider, measured: LastMeasured) -> dict[str, Any]:
    kept = owned.provider
    names = ("api_base", "api_key_env", "model_id_prefix", "direct_local", "timeout", "route")
    return {
        **_told(provider, measured),
        **{name: getattr(kept, name) for name in names},
        "api_key": KEPT_KEY if owned.has_key else "",
    }


def _told(provider: Provider, measured: LastMeasured) -> dict[str, Any]:
    names = ("provider_key", "display_name", "source", "status", "detail")
    models = [_model(provider, model, measured) for model in provider.models.values()]
    return {**{name: getattr(provider, name) for name in names}, "models": models}


AS_THEY_ARE = (
    *("model_id", "context_window", "max_output_tokens", "skip_params", "system_prompt", "custom_fields"),
    *("input_cost_per_mtok", "output_cost_per_mtok", "cached_cost_per_mtok", "price_source", "price_at"),
)


def _model(provider: Provider, model: OfferedModel, measured: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    return {
        **{name: getattr(model, name) for name in AS_THEY_ARE},
        "display_name": model.name,
        "last_measured": measured.get((provider.provider_key, model.model_id)),
    }


def _discovered(model: OfferedModel) -> dict[str, Any]:
    names = ("context_window", "max_output_tokens", "input_cost_per_mtok", "output_cost_per_mtok")
    told = {name: getattr(model, name) for name in names}
    return {"id": model.model_id, "display_name": model.name, **told}
