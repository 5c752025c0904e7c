"""The usage of one model in the last days, for whoever else in the app asks for it."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from typing import TYPE_CHECKING

from src.core.usage import ModelUsage
from src.services.model_usage_service import of_model
from src.utils.endpoint_utils import execute_date_range_endpoint

if TYPE_CHECKING:
    from src.core.usage import UsageOf
    from src.utils.dependency_config import AppState


def usage_of_models(state: AppState) -> UsageOf | None:
    """Return what asks the app's gateway, None where there is none."""
    return None if state.settings.litellm_base_url is None else partial(fetch_model_usage, state)


async def fetch_model_usage(state: AppState, model: str, days: int) -> ModelUsage:
    """Return what was used of a model in so many days, today included. Raises `EndpointError`."""
    now = state.clock()
    today = now.date()
    first = today - dt.timedelta(days=days - 1)

    async def fetch(start: dt.date, end: dt.date) -> ModelUsage:
        gateway = await state.recognised_gateway(state.client())
        usage = await gateway.activity.fetch_daily_activity(start, end)
        directory = await gateway.teams.get_directory(usage)
        used = of_model(usage, model)
        return ModelUsage(
            start=usage.start,
            end=usage.end,
            input_tokens=used["prompt_tokens"],
            output_tokens=used["completion_tokens"],
            cached_tokens=used["cache_read_input_tokens"],
            requests=used["api_requests"],
            cost=used["spend"] if math.isfinite(used["spend"]) else None,
            source="demo" if state.settings.leaderboard_demo else "gateway",
            scope=directory.scope,
            missing_days=usage.missing_days,
            as_of=usage.as_of,
            stale=usage.stale,
        )

    return await execute_date_range_endpoint(first.isoformat(), today.isoformat(), fetch, now=now)
