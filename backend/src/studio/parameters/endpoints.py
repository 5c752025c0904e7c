"""`/api/provider-params`, `/api/param-support`: what providers take, and what a model would be sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from src.studio.dependencies import CurrentUser, Provided
from src.studio.parameters.schemas import SeedOut, ValidatedOut, ValidateIn

router = APIRouter(tags=["studio"])


@router.get("/api/provider-params/registry")
def get_registry(_user: CurrentUser, services: Provided) -> dict[str, Any]:
    """Tell what each provider takes, from where that is known, and since when."""
    return services.parameters.registry()


@router.post("/api/provider-params/validate")
def validate_params(asked: ValidateIn, user: CurrentUser, services: Provided) -> ValidatedOut:
    """Tell what a model would be sent of parameters: what is changed, left out, renamed or warned of, and why."""
    checked = services.parameters.check(asked.model_id, asked.provider_key, asked.params, owner=user)
    return ValidatedOut(
        valid=checked.valid,
        has_warnings=bool(checked.warnings),
        adjustments=[item.to_dict() for item in checked.adjustments],
        warnings=checked.warnings,
        resolved_params=checked.resolved,
        provider=checked.provider,
    )


@router.post("/api/param-support/seed")
def seed_support(_user: CurrentUser, services: Provided) -> SeedOut:
    """Tell what the registry says in the form of `param_support`, to be changed and saved elsewhere."""
    return SeedOut(**services.parameters.seed())
