"""`/healthz`: that the process answers, in the words that Studio's clients know."""

from __future__ import annotations

import os

from fastapi import APIRouter
from pydantic import BaseModel, Field

router = APIRouter(tags=["studio"])


class HealthzOut(BaseModel):
    """`GET /healthz`."""

    status: str = Field(description="`ok`: the process answers.")
    version: str = Field(description="`APP_VERSION` of the environment, else `dev`.")


@router.get("/healthz", summary="Liveness of Studio")
async def get_healthz() -> HealthzOut:
    """Tell that the process answers."""
    return HealthzOut(status="ok", version=os.environ.get("APP_VERSION") or "dev")
