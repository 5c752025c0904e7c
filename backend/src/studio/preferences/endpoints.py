"""`/api/settings/phase10`, `/api/settings/benchmark`, `/api/onboarding`: what users set for themselves."""

from __future__ import annotations

from fastapi import APIRouter

from src.core.http.errors import answers_wrong_form_with
from src.studio.dependencies import CurrentUser, Provided
from src.studio.preferences.schemas import (
    BenchmarkSettings,
    OnboardedOut,
    OnboardingOut,
    OptIn,
    PreferencesIn,
    PreferencesOut,
    SavedOut,
)

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients of settings know it


@router.get("/api/settings/phase10")
def get_preferences(user: CurrentUser, services: Provided) -> PreferencesOut:
    """Tell how tools begin, and what one says of parameters in place of the registry."""
    return PreferencesOut(**services.preferences.all(user))


@router.put("/api/settings/phase10")
@answers_wrong_form_with(WRONG_FORM)
def change_preferences(asked: PreferencesIn, user: CurrentUser, services: Provided) -> SavedOut:
    """Change what is given, and nothing else."""
    services.preferences.change(user, asked.model_dump(exclude_unset=True))
    return SavedOut()


@router.get("/api/settings/benchmark")
def get_benchmark_settings(user: CurrentUser, services: Provided) -> BenchmarkSettings:
    """Tell from where on a benchmark is to be confirmed before it starts."""
    return services.preferences.benchmark(user)


@router.put("/api/settings/benchmark")
@answers_wrong_form_with(WRONG_FORM)
def change_benchmark_settings(asked: BenchmarkSettings, user: CurrentUser, services: Provided) -> SavedOut:
    """Change what is given, and nothing else."""
    services.preferences.change_benchmark(user, asked.model_dump(exclude_unset=True))
    return SavedOut()


@router.get("/api/leaderboard/opt-in")
def get_opt_in(user: CurrentUser, services: Provided) -> OptIn:
    """Tell whether one's runs of suites count in the leaderboard that anybody can read."""
    return OptIn(opt_in=services.preferences.is_in_leaderboard(user))


@router.put("/api/leaderboard/opt-in")
def change_opt_in(asked: OptIn, user: CurrentUser, services: Provided) -> OptIn:
    """Let one's runs of suites count there, or no longer."""
    services.preferences.let_into_leaderboard(user, opt_in=asked.opt_in)
    return asked


@router.get("/api/onboarding/status")
def get_onboarding(user: CurrentUser) -> OnboardingOut:
    """Tell whether one was shown around."""
    return OnboardingOut(completed=user.onboarding_completed)


@router.post("/api/onboarding/complete")
def complete_onboarding(user: CurrentUser, services: Provided) -> OnboardedOut:
    """Note that one was shown around."""
    services.accounts.complete_onboarding(user)
    return OnboardedOut()
