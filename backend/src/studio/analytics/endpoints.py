"""`/api/analytics`, and the leaderboard as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from src.core.http.errors import answers_wrong_form_with
from src.core.http.responses import json_response
from src.studio.analytics.schemas import (
    CompareOut,
    CompareQuery,
    EvalLeaderboardOut,
    KnownModelsOut,
    LeaderboardOut,
    LeaderboardQuery,
    ModelQuery,
    PublicEvalsOut,
    TrendsOut,
    TrendsQuery,
    UsageOfModelOut,
    UsageQuery,
    WholeKnownModelOut,
)
from src.studio.dependencies import AdminUser, CurrentUser, Provided

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients of trends know it


@router.get("/api/analytics/leaderboard", response_model=LeaderboardOut | EvalLeaderboardOut)
def get_model_leaderboard(
    asked: Annotated[LeaderboardQuery, Query()], user: CurrentUser, services: Provided
) -> Response:
    """Rank models at one load and one context size, by all of their requests, of own runs and shared ones.

    With `type=tool_eval`, those that were asked one version of a suite, by all own runs on it.
    """
    return json_response(services.analytics.leaderboard(user, asked))


@router.get("/api/export/leaderboard", response_class=Response)
def export_leaderboard(
    asked: Annotated[LeaderboardQuery, Query()], user: CurrentUser, services: Provided
) -> Response:
    """Give the same as a file: a line for each model."""
    headers = {"Content-Disposition": 'attachment; filename="leaderboard.csv"'}
    text = services.analytics.leaderboard_csv(user, asked)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/api/leaderboard/tool-eval", response_model=PublicEvalsOut)
def get_public_evals(services: Provided) -> Response:
    """Tell anybody what models came to with the tools of people who have opted in."""
    return json_response(services.analytics.public_evals())


@router.get("/api/analytics/trends", response_model=TrendsOut)
@answers_wrong_form_with(WRONG_FORM)
def get_trends(asked: Annotated[TrendsQuery, Query()], user: CurrentUser, services: Provided) -> Response:
    """Tell what models came to, run by run, at one load and one context size."""
    return json_response(services.analytics.trends(user, asked))


@router.get("/api/analytics/compare", response_model=CompareOut)
@answers_wrong_form_with(WRONG_FORM)
def compare_runs(asked: Annotated[CompareQuery, Query()], user: CurrentUser, services: Provided) -> Response:
    """Put 2 to 6 runs side by side: what differs from the first, how surely, and what they were asked for."""
    run_ids = [run_id for part in asked.runs.split(",") if (run_id := part.strip())]
    return json_response(services.analytics.compare(user, run_ids))


@router.get("/api/analytics/models", response_model=KnownModelsOut)
def get_known_models(user: CurrentUser, services: Provided) -> Response:
    """List models that are offered, and those that were measured and are gone."""
    return json_response({"models": services.analytics.models(user)})


@router.get("/api/analytics/model", response_model=WholeKnownModelOut)
def get_known_model(asked: Annotated[ModelQuery, Query()], user: CurrentUser, services: Provided) -> Response:
    """Tell what is known of a model: price, window, figures over time, one's profiles of it, and runs."""
    return json_response(services.analytics.model(user, asked.provider_key, asked.model_id))


@router.get("/api/analytics/usage", response_model=UsageOfModelOut)
async def get_usage_of_model(
    asked: Annotated[UsageQuery, Query()], admin: AdminUser, services: Provided
) -> Response:
    """Tell what everybody used of a model through the gateway, and what that would have cost with others."""
    return json_response(await services.analytics.usage(admin, asked.model_id, asked.days))
