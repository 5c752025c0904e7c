"""`/api/prompt-versions`: the prompt library."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from src.core.http.guards import takes_body_of
from src.studio.dependencies import CurrentUser, Provided
from src.studio.prompts.schemas import (
    DoneOut,
    PageQuery,
    PromptLabelIn,
    PromptVersionIn,
    PromptVersionKeptOut,
    PromptVersionOut,
    PromptVersionsOut,
)

router = APIRouter(tags=["studio"])

# Half a million characters of twelve bytes each, as JSON may write them, and what stands around them
LONGEST_BODY = 7 * 1024 * 1024

VersionId = Annotated[str, Path(description="The version's id.")]


@router.get("/api/prompt-versions")
def list_versions(
    asked: Annotated[PageQuery, Query()], user: CurrentUser, services: Provided
) -> PromptVersionsOut:
    """List one's own versions with the beginnings of their texts, the newest first."""
    versions, next_cursor = services.prompts.page(user, asked.limit, asked.cursor)
    return PromptVersionsOut(
        versions=[PromptVersionOut(**version) for version in versions], next_cursor=next_cursor
    )


@router.post("/api/prompt-versions")
@takes_body_of(LONGEST_BODY)
def add_version(asked: PromptVersionIn, user: CurrentUser, services: Provided) -> PromptVersionKeptOut:
    """Keep a prompt as a version, which is never changed."""
    return PromptVersionKeptOut(version_id=services.prompts.add(user, asked))


@router.get("/api/prompt-versions/{version_id}")
def get_version(version_id: VersionId, user: CurrentUser, services: Provided) -> PromptVersionOut:
    """Tell a version, whole."""
    return PromptVersionOut(**services.prompts.detail(user, version_id))


@router.patch("/api/prompt-versions/{version_id}")
def label_version(version_id: VersionId, asked: PromptLabelIn, user: CurrentUser, services: Provided) -> DoneOut:
    """Give a version another label."""
    services.prompts.set_label(user, version_id, asked.label)
    return DoneOut()


@router.delete("/api/prompt-versions/{version_id}")
def delete_version(version_id: VersionId, user: CurrentUser, services: Provided) -> DoneOut:
    """Delete a version. Profiles that use it keep its text as their own."""
    services.prompts.delete(user, version_id)
    return DoneOut()
