"""Turns reports into answers: serialised once, as JSON or CSV."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import Response

from src.api.csv_export import to_csv
from src.api.models import Meta, Totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request
    from pydantic import BaseModel

    from src.api.models import Format
    from src.api.tables import Table
    from src.services.report import Report
    from src.utils.common import Settings

MEDIA_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
COMPRESSED_FROM_BYTES = 1024
COMPRESSION_LEVEL = 6


def meta(report: Report, settings: Settings) -> Meta:
    """Say how whole and how recent a report is."""
    usage = report.usage
    return Meta(
        as_of=usage.as_of,
        stale=usage.stale,
        complete=not usage.missing_days,
        missing_days=list(usage.missing_days),
        source="demo" if settings.leaderboard_demo else "gateway",
        scope=report.directory.scope,
        totals=Totals(**asdict(usage.totals())),
    )


def json_answer(model: BaseModel) -> Response:
    """Answer with a model; what was never set is left out."""
    return Response(model.model_dump_json(exclude_unset=True), media_type="application/json")


async def report_answer(
    request: Request, report: Report, build: Callable[[], BaseModel], table: Table, form: Format
) -> Response:
    """Answer as JSON, or as a table under a file name that says what it is of.

    What was answered before and has not changed is sent as it is, or not at all to a client that has it.
    """
    body: Body | None = report.answers.get(form)
    if body is None:
        body = await asyncio.to_thread(_render_once, report, build, table, form)
    headers = {"ETag": body.etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
    if body.etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    if form == "csv":
        file = f"leaderboard-{table.name}-{report.usage.start}-{report.usage.end}.csv"
        headers["Content-Disposition"] = f'attachment; filename="{file}"'
    content = body.plain
    if len(body.plain) >= COMPRESSED_FROM_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        content = await asyncio.to_thread(body.compressed)
    return Response(content, headers=headers, media_type=MEDIA_TYPES[form])


def _render_once(report: Report, build: Callable[[], BaseModel], table: Table, form: Format) -> Body:
    """Many ask at the same time: the first renders."""
    with report.usage.deriving:
        if form not in report.answers:
            report.answers[form] = _render(build, table, form)
        return report.answers[form]


def _render(build: Callable[[], BaseModel], table: Table, form: Format) -> Body:
    model = build()
    text = to_csv(table.columns, table.rows(model)) if form == "csv" else model.model_dump_json(exclude_unset=True)
    return Body(text.encode())


class Body:
    """The bytes of an answer, and its `ETag`: a weak one, as it stands for the compressed bytes too."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self.etag = f'W/"{hashlib.sha256(plain).hexdigest()[:32]}"'
        self._compressed: bytes | None = None

    def compressed(self) -> bytes:
        """Return the bytes, compressed once."""
        if self._compressed is None:
            self._compressed = gzip.compress(self.plain, compresslevel=COMPRESSION_LEVEL, mtime=0)
        return self._compressed
