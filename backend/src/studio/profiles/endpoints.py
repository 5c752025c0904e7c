"""`/api/profiles`: named sets of parameters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from src.studio.dependencies import CurrentUser, Provided
from src.studio.profiles.schemas import (
    FromTunerIn,
    ProfileChangeIn,
    ProfileIn,
    ProfileKeptOut,
    ProfileOut,
    ProfilesOut,
)
from src.studio.prompts.schemas import DoneOut, PageQuery
from src.studio.schemas import Text

router = APIRouter(tags=["studio"])

ProfileId = Annotated[str, Path(alias="id", description="The profile's id.")]
Page = Annotated[PageQuery, Query()]


@router.get("/api/profiles")
def list_profiles(asked: Page, user: CurrentUser, services: Provided) -> ProfilesOut:
    """List one's own profiles, the newest first."""
    profiles, next_cursor = services.profiles.page(user, asked.limit, asked.cursor)
    return ProfilesOut(profiles=[ProfileOut(**profile) for profile in profiles], next_cursor=next_cursor)


@router.post("/api/profiles")
def add_profile(asked: ProfileIn, user: CurrentUser, services: Provided) -> ProfileKeptOut:
    """Keep a profile of a model."""
    return ProfileKeptOut(profile_id=services.profiles.add(user, asked.values()))


@router.post("/api/profiles/from-tuner")
def add_from_tuner(asked: FromTunerIn, user: CurrentUser, services: Provided) -> ProfileKeptOut:
    """Keep what a tuner found as a profile, which says where it is from."""
    return ProfileKeptOut(profile_id=services.profiles.add(user, asked.values()))


# Before the models' profiles, whose ids may have slashes.
@router.get("/api/profiles/detail/{id}")
def get_profile(profile_id: ProfileId, user: CurrentUser, services: Provided) -> ProfileOut:
    """Tell a profile."""
    return ProfileOut(**services.profiles.detail(user, profile_id))


@router.get("/api/profiles/{id:path}")
def list_of_model(
    model_id: Annotated[Text, Path(alias="id", description="A model's id, where it is a list that is asked for.")],
    asked: Page,
    user: CurrentUser,
    services: Provided,
) -> ProfilesOut:
    """List one's own profiles of a model, the newest first."""
    profiles, next_cursor = services.profiles.page(user, asked.limit, asked.cursor, model_id)
    return ProfilesOut(profiles=[ProfileOut(**profile) for profile in profiles], next_cursor=next_cursor)


@router.put("/api/profiles/{id}")
def change_profile(
    profile_id: ProfileId, asked: ProfileChangeIn, user: CurrentUser, services: Provided
) -> DoneOut:
    """Change some of a profile."""
    services.profiles.change(user, profile_id, asked.changes())
    return DoneOut()


@router.delete("/api/profiles/{id}")
def delete_profile(profile_id: ProfileId, user: CurrentUser, services: Provided) -> DoneOut:
    """Delete a profile. Runs that used it keep what it said."""
    services.profiles.delete(user, profile_id)
    return DoneOut()


@router.post("/api/profiles/{id}/set-default")
def set_default(profile_id: ProfileId, user: CurrentUser, services: Provided) -> DoneOut:
    """Make a profile its model's default, in place of another."""
    services.profiles.change(user, profile_id, {"is_default": True})
    return DoneOut()
