"""Turns reports into answers: JSON or CSV, made once, and sent again for as long as nothing has changed."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import orjson
from fastapi import Response

from src.api.fields import Meta, Totals
from src.api.kept_answers import Answer, conditions, request_key
from src.api.shapes import Row, shape_of
from src.core.csv import ENCODING
from src.core.memory import give_back_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import polars as pl
    from pydantic import BaseModel

    from src.api.audience import Asked, Audience
    from src.api.fields import Format
    from src.api.kept_answers import KeptAnswers
    from src.api.usage_report import UsageReport
    from src.services.report import Report
    from src.services.usage import Usage
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
        scope=report.directory.scope,
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
    asked: Asked, declared: UsageReport, report: Report, form: Format, seen: Hashable
) -> Response:
    """Answer as JSON, or as a table under a file name that says what it is of.

    `seen` is the app's `acquaintance` from before the report was made: by now, the gateway may have another
    database, for which this answer is not to be sent again.
    """
    request, audience, state = asked.request, asked.audience, asked.state
    kept: KeptAnswers = request.app.state.answers
    key = (declared, report.usage.start, report.usage.end, form, audience.name, seen)
    answer = kept.get(key)
    if answer is None or not answer.is_of(report):
        make = partial(_csv if form == "csv" else _json, asked, declared, report)
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


def _json(asked: Asked, declared: UsageReport, report: Report) -> Answer:
    rows = declared.shaped(report.rows(), asked.audience, report.directory)
    body = to_json({"meta": meta(report, asked.state.settings, asked.audience), declared.field: rows})
    return Answer(body, {"Content-Type": "application/json"}, report.names)


def _csv(asked: Asked, declared: UsageReport, report: Report) -> Answer:
    rows = declared.shaped(report.rows(), asked.audience, report.directory)
    headers = {"Content-Type": "text/csv; charset=utf-8", **_told_beside(declared, report.usage)}
    return Answer(declared.table(rows, asked.audience).encode(ENCODING), headers, report.names)


def _told_beside(declared: UsageReport, usage: Usage) -> dict[str, str]:
    """Return headers that say of a table what `meta` says of JSON; the file's name tells when days are missing."""
    days = [str(day) for day in usage.missing_days]
    name = f"leaderboard-{declared.name}-{usage.start}-{usage.end}{'-incomplete' if days else ''}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Leaderboard-As-Of": f"{usage.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "Leaderboard-Stale": str(usage.stale).lower(),
        "Leaderboard-Complete": str(not days).lower(),
    }
    return {**headers, "Leaderboard-Missing-Days": ", ".join(days)} if days else headers
