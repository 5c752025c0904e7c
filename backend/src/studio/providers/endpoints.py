"""`/api/config`: what can be measured, and prompts to measure it with."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from src.core.http.errors import answers_wrong_form_with
from src.core.http.guards import takes_body_of
from src.studio.dependencies import CurrentUser, Provided
from src.studio.providers.schemas import (
    CatalogOut,
    DefaultsOut,
    LastMeasuredOut,
    ModelOut,
    PromptIn,
    PromptKeptOut,
    PromptOut,
    ProviderOut,
)
from src.studio.providers.service import DEFAULT_PROMPT, OfferedModel, PromptTemplate, Provider

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients of the configuration know it
LONGEST_BODY = 2 * 1024 * 1024
DEFAULTS = DefaultsOut(max_tokens=512, temperature=0.7, context_tiers=[0], prompt=DEFAULT_PROMPT)

LastMeasured = dict[tuple[str, str], dict[str, Any]]


@router.get("/api/config")
def get_catalog(user: CurrentUser, services: Provided) -> CatalogOut:
    """Tell what can be measured, and what it came to when one last measured it."""
    measured = services.benchmarks.last_measured(user)
    shared = {found.display_name: _told(found, measured) for found in services.providers.shared()}
    return CatalogOut(defaults=DEFAULTS, providers={}, shared=shared)


@router.get("/api/config/prompts")
def get_prompts(user: CurrentUser, services: Provided) -> dict[str, PromptOut]:
    """Tell which prompts can be chosen, by key: those to begin with, and one's own."""
    return {key: PromptOut(**asdict(prompt)) for key, prompt in services.providers.prompts(user).items()}


@router.post("/api/config/prompts")
@answers_wrong_form_with(WRONG_FORM)
@takes_body_of(LONGEST_BODY)
def add_prompt(asked: PromptIn, user: CurrentUser, services: Provided) -> PromptKeptOut:
    """Keep a prompt of one's own."""
    services.providers.add_prompt(
        user, asked.key, PromptTemplate(asked.category, asked.label or asked.key, asked.prompt)
    )
    return PromptKeptOut(key=asked.key)


def _told(provider: Provider, measured: LastMeasured) -> ProviderOut:
    models = [_model(provider, model, measured) for model in provider.models.values()]
    return ProviderOut(
        provider_key=provider.provider_key,
        display_name=provider.display_name,
        source=provider.source,
        status=provider.status,
        detail=provider.detail,
        models=models,
    )


def _model(provider: Provider, model: OfferedModel, measured: Mapping[tuple[str, str], Any]) -> ModelOut:
    last = measured.get((provider.provider_key, model.model_id))
    return ModelOut(
        model_id=model.model_id,
        display_name=model.model_id,
        context_window=model.context_window,
        max_output_tokens=model.max_output_tokens,
        input_cost_per_mtok=model.input_cost_per_mtok,
        output_cost_per_mtok=model.output_cost_per_mtok,
        price_source=provider.source if model.has_price else None,
        last_measured=LastMeasuredOut(**last) if last else None,
    )
