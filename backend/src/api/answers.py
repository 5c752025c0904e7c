"""Turns reports into answers: JSON or CSV, made once, and sent again for as long as nothing has changed."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import orjson
from fastapi import Response

from src.api.kept_answers import Answer
from src.api.models import Meta, Totals
from src.api.shapes import Row, shape_of
from src.core.csv import ENCODING, to_csv
from src.core.memory import give_back_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import polars as pl
    from pydantic import BaseModel
    from starlette.requests import HTTPConnection
    from starlette.types import Scope

    from src.api.asked import Asked
    from src.api.audience import Audience
    from src.api.kept_answers import KeptAnswers
    from src.api.models import Format
    from src.api.tables import Table
    from src.services.report import Report
    from src.services.usage import Usage
    from src.utils.common import LeaderboardSettings
    from src.utils.dependency_config import AppState

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


async def report_answer(asked: Asked, report: Report, table: Table, form: Format, seen: Hashable) -> Response:
    """Answer as JSON, or as a table under a file name that says what it is of.

    `seen` is the app's `generation` from before the report was made: by now, the gateway may have another
    database, for which this answer is not to be sent again.
    """
    request, audience, state = asked.request, asked.audience, asked.state
    kept: KeptAnswers = request.app.state.answers
    key = (table, report.usage.start, report.usage.end, form, audience.name, seen)
    answer = kept.get(key)
    if answer is None or not answer.is_of(report):
        make = partial(_make, report, audience, table, form, state.settings)
        answer = await asyncio.to_thread(_make_once, kept, key, report, make)
    answer.good_until = _good_until(report, state)
    # from then on, the same request may be one for other days
    midnight = dt.datetime.combine(asked.at.date() + DAY, dt.time(), dt.UTC)
    kept.remember(request_key(request.scope, audience, seen), key, midnight)
    return await asyncio.to_thread(answer.response, *conditions(request))


def request_key(scope: Scope, audience: Audience, seen: Hashable) -> Hashable:
    """Return what tells requests apart that may be answered differently, but for `conditions`."""
    return scope["path"], scope["query_string"], audience.name, seen


def conditions(request: HTTPConnection) -> tuple[str, str]:
    """Return the headers that decide in which form an answer is sent: `Accept-Encoding` and `If-None-Match`."""
    return request.headers.get("Accept-Encoding", ""), request.headers.get("If-None-Match", "")


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


def _make(report: Report, audience: Audience, table: Table, form: Format, settings: LeaderboardSettings) -> Answer:
    rows = table.shaped(report.rows(), audience, report.directory)
    if form == "csv":
        headers = {"Content-Type": "text/csv; charset=utf-8", **_told_beside(table, report.usage)}
        return Answer(to_csv(table.columns(audience), table.flatten(rows)).encode(ENCODING), headers, report.names)
    body = to_json({"meta": meta(report, settings, audience), table.field: rows})
    return Answer(body, {"Content-Type": "application/json"}, report.names)


def _told_beside(table: Table, usage: Usage) -> dict[str, str]:
    """Return headers that say of a table what `meta` says of JSON; the file's name tells when days are missing."""
    days = [str(day) for day in usage.missing_days]
    name = f"leaderboard-{table.name}-{usage.start}-{usage.end}{'-incomplete' if days else ''}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Leaderboard-As-Of": f"{usage.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "Leaderboard-Stale": str(usage.stale).lower(),
        "Leaderboard-Complete": str(not days).lower(),
    }
    return {**headers, "Leaderboard-Missing-Days": ", ".join(days)} if days else headers


def _good_until(report: Report, state: AppState) -> dt.datetime | None:
    """Return until when the answer can be sent again without a look at what it is made of.

    That is the time to live of live days at most, so that what changes in settled ones is seen then, too.
    """
    expires_at = report.expires_at()
    live_ttl = dt.timedelta(seconds=state.settings.live_ttl_seconds)
    return None if expires_at is None else min(expires_at, state.clock() + live_ttl)
