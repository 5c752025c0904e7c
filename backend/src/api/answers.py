"""Turns reports into answers: JSON or CSV, made once, and sent again for as long as nothing has changed."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson
from fastapi import Response

from src.api.fields import Meta, Totals
from src.api.kept_answers import conditions, request_key
from src.api.shapes import Row, shape_of
from src.core.memory import give_back_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import polars as pl
    from pydantic import BaseModel

    from src.api.audience import Asked, Audience
    from src.api.kept_answers import Answer, KeptAnswers
    from src.services.report import Report
    from src.utils.common import LeaderboardSettings

DAY = dt.timedelta(days=1)
LARGE_BYTES = 1_000_000


def meta(report: Report, settings: LeaderboardSettings, audience: Audience) -> Row:
    """Say how whole and how recent a report is, as far as it is for `audience`."""
    usage = report.usage
    told = Meta(
        as_of=usage.as_of,
        stale=usage.stale,
        complete=report.is_whole,
        missing_days=list(usage.missing_days),
        source="demo" if settings.leaderboard_demo else "gateway",
        scope=report.names.directory.scope,
        totals=Totals(**asdict(usage.totals())),
    )
    return shape_of(Meta, audience.hidden)(told.model_dump(mode="json"))


def to_json(content: Row) -> bytes:
    """Write JSON. A data frame is a list of its rows: Polars writes them as orjson does, without objects."""
    return orjson.dumps(content, default=_rows_as_json)


def _rows_as_json(frame: pl.DataFrame) -> orjson.Fragment:
    return orjson.Fragment(frame.write_json())


def json_answer(model: BaseModel) -> Response:
    """Answer with a model; what was never set is left out."""
    return Response(model.model_dump_json(exclude_unset=True), media_type="application/json")


async def report_answer(
    asked: Asked, report: Report, told: Hashable, make: Callable[[], Answer], seen: Hashable
) -> Response:
    """Answer with what `make` makes of a report, or with what it made: `told` says what of it, and in which form.

    `seen` is the app's `generation` from before the report was made: by now, the gateway may have another
    database, for which this answer is not to be sent again.
    """
    request, audience, state = asked.request, asked.audience, asked.state
    kept: KeptAnswers = request.app.state.answers
    key = (told, report.usage.start, report.usage.end, audience.name, seen)
    answer = kept.get(key)
    if answer is None or not answer.is_of(report):
        answer = await asyncio.to_thread(_make_once, kept, key, report, make)
    # at most for the time to live of live days, so that what changes in settled ones is seen then, too
    soon = state.clock() + dt.timedelta(seconds=state.settings.live_ttl_seconds)
    expires_at = report.expires_at()
    answer.good_until = None if expires_at is None else min(expires_at, soon)
    # from then on, the same request may be one for other days
    midnight = dt.datetime.combine(asked.at.date() + DAY, dt.time(), dt.UTC)
    kept.remember(request_key(request.scope, audience, seen), key, midnight)
    return await asyncio.to_thread(answer.response, *conditions(request))


def _make_once(kept: KeptAnswers, key: Hashable, report: Report, make: Callable[[], Answer]) -> Answer:
    """Many ask at the same time: the first makes it."""
    with report.usage.deriving:
        answer = kept.get(key)
        if answer is None or not answer.is_of(report):
            answer = make()
            kept.put(key, answer)
            if answer.size >= LARGE_BYTES:
                give_back_memory()
        return answer
