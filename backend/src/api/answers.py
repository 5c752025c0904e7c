"""Turns reports into answers: serialised once, as JSON or CSV."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import Response

from src.api.csv_export import to_csv
from src.api.models import Meta, Totals

if TYPE_CHECKING:
    from pydantic import BaseModel

    from src.api.models import Format
    from src.api.tables import Table
    from src.services.report import Report
    from src.utils.common import Settings


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


def report_answer(model: BaseModel, report: Report, table: Table, form: Format) -> Response:
    """Answer as JSON, or as a table under a file name that says what it is of."""
    if form == "json":
        return json_answer(model)
    file = f"leaderboard-{table.name}-{report.usage.start}-{report.usage.end}.csv"
    return Response(
        to_csv(table.columns, table.rows(model)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
