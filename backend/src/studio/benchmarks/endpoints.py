"""`/api/benchmark*`, `/api/history*`, and the files of either."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.responses import StreamingResponse

from src.core.http.guards import takes_body_of
from src.core.http.responses import json_response
from src.studio.benchmarks.imports import uploaded
from src.studio.benchmarks.repository import Wanted
from src.studio.benchmarks.run_files import FORMS
from src.studio.benchmarks.schemas import (
    AdjustedOut,
    BenchmarkIn,
    CancelIn,
    DirectPlanOut,
    DirectResultsIn,
    DirectResultsOut,
    EstimateOut,
    HistoryOut,
    HistoryQuery,
    ImportedOut,
    OkOut,
    RunChangeIn,
    RunDetailOut,
    SubmittedOut,
)
from src.studio.dependencies import CurrentUser, Provided

router = APIRouter(tags=["studio"])

# Half a million characters of twelve bytes each, as JSON may write them, and what stands around them
LONGEST_BODY = 7 * 1024 * 1024

# Of 100,000 requests with 50 pieces each, 40 MB
LONGEST_IMPORT = 64 * 1024 * 1024
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", **FORMS}

RunId = Annotated[str, Path(description="The run's id, which is its job's, too.")]
ExportForm = Annotated[Literal["csv", "json"], Query(alias="format")]
RunForm = Annotated[Literal["csv", "json", "jsonl", "parquet", "html"], Query(alias="format")]
Results = Annotated[Any, Body(description="`{name, files: {filename: text or JSON}}`, or the JSON of one file.")]


@router.post("/api/benchmark")
@takes_body_of(LONGEST_BODY)
def start_benchmark(asked: BenchmarkIn, user: CurrentUser, services: Provided) -> SubmittedOut:
    """Start a benchmark. Models that are not there are named in the result, or fail the job where all are."""
    run_id = services.benchmarks.submit(user, asked)
    return SubmittedOut(job_id=run_id, run_id=run_id)


@router.post("/api/benchmark/estimate")
@takes_body_of(LONGEST_BODY)
def estimate_benchmark(asked: BenchmarkIn, user: CurrentUser, services: Provided) -> EstimateOut:
    """Tell what a benchmark would come to, without starting it."""
    estimated, resolved = services.benchmarks.estimate(user, asked)
    return EstimateOut(
        **asdict(estimated),
        skipped=[skipped.to_dict() for skipped in resolved.skipped],
        adjustments=[AdjustedOut(**adjusted) for adjusted in resolved.adjustments],
    )


@router.post("/api/benchmark/cancel")
def cancel_benchmark(user: CurrentUser, services: Provided, asked: CancelIn | None = None) -> OkOut:
    """Cancel a benchmark, the newest one that waits or runs unless it is named."""
    services.benchmarks.cancel(user, asked.job_id if asked else None)
    return OkOut()


@router.post("/api/benchmark/direct-plan")
@takes_body_of(LONGEST_BODY)
def plan_direct_run(asked: BenchmarkIn, user: CurrentUser, services: Provided) -> DirectPlanOut:
    """Tell what a browser sends by itself to models on its user's own machine, one request after another."""
    return DirectPlanOut(**asdict(services.benchmarks.direct_plan(user, asked)))


@router.post("/api/benchmark/direct-results")
@takes_body_of(LONGEST_BODY)
def keep_direct_results(asked: DirectResultsIn, user: CurrentUser, services: Provided) -> DirectResultsOut:
    """Keep what a browser measured by itself. Such runs are marked `client`."""
    run_id, saved = services.benchmarks.keep_direct(user, asked)
    return DirectResultsOut(run_id=run_id, saved=saved, skipped=len(asked.results) - saved)


SOURCES = {"studio": "server", "import": "import", "client": "client"}
PERIODS = {"24h": dt.timedelta(1), "7d": dt.timedelta(7), "30d": dt.timedelta(30), "90d": dt.timedelta(90)}


@router.get("/api/history", response_model=HistoryOut)
def get_history(asked: Annotated[HistoryQuery, Query()], user: CurrentUser, services: Provided) -> Response:
    """List one's own runs, the newest first; or those that others have shared."""
    wanted = Wanted(
        asked.limit,
        asked.search.lower().replace("\0", "").split(),
        asked.state,
        asked.cursor,
        SOURCES.get(asked.kind or ""),
        asked.person,
        model_id=asked.model_id,
        provider_key=asked.provider_key,
    )
    runs, next_cursor = services.benchmarks.page(user, wanted, PERIODS.get(asked.period or ""))
    return json_response({"runs": runs, "next_cursor": next_cursor})


@router.get("/api/history/{run_id}", response_model=RunDetailOut)
def get_run(run_id: RunId, user: CurrentUser, services: Provided) -> Response:
    """Tell what a run came to, or has come to so far."""
    return json_response(services.benchmarks.detail(user, run_id))


@router.get("/api/history/{run_id}/records", response_class=StreamingResponse)
def get_records(run_id: RunId, user: CurrentUser, services: Provided) -> StreamingResponse:
    """Tell of each request of a run, in the order of sending: `{"records": […]}`."""
    return StreamingResponse(services.benchmarks.records(user, run_id), media_type="application/json")


@router.put("/api/history/{run_id}")
def change_run(run_id: RunId, asked: RunChangeIn, user: CurrentUser, services: Provided) -> OkOut:
    """Give a run another label, or let everybody who is signed in read it."""
    services.benchmarks.change(user, run_id, asked.model_dump(exclude_unset=True))
    return OkOut()


@router.delete("/api/history/{run_id}")
def delete_run(run_id: RunId, user: CurrentUser, services: Provided) -> OkOut:
    """Delete a run with all that it measured."""
    services.benchmarks.delete(user, run_id)
    return OkOut()


@router.post("/api/history/{run_id}/rerun")
def rerun(run_id: RunId, user: CurrentUser, services: Provided) -> SubmittedOut:
    """Start a benchmark with the settings of a run."""
    new_id = services.benchmarks.rerun(user, run_id)
    return SubmittedOut(job_id=new_id, run_id=new_id)


@router.get("/api/export/run/{run_id}", response_class=StreamingResponse)
def export_run(run_id: RunId, user: CurrentUser, services: Provided, form: RunForm = "csv") -> Response:
    """Give a run as a file: a line for each request, everything in JSON, or a report in HTML."""
    return _file(services.benchmarks.export_run(user, run_id, form), f"run-{run_id}", form)


@router.get("/api/export/history", response_class=StreamingResponse)
def export_history(user: CurrentUser, services: Provided, form: ExportForm = "csv") -> Response:
    """Give one's own runs as a file: a line for each model and context size, averages, or all of it in JSON."""
    return _file(services.benchmarks.export_history(user, form), "history", form)


@router.post("/api/import/run")
@takes_body_of(LONGEST_IMPORT)
def import_run(asked: Results, user: CurrentUser, services: Provided) -> ImportedOut:
    """Keep what the `bench` command, AIPerf or GuideLLM measured, as a run that is marked so."""
    files, name = uploaded(asked)
    found = services.benchmarks.import_run(user, files, name)
    return ImportedOut(
        run_id=found.run["id"], tool=found.run["tool"], points=len(found.results), notes=found.notes
    )


def _file(pieces: Any, name: str, form: str) -> Response:  # noqa: ANN401 - an iterator, as Starlette takes it
    media_type = MEDIA_TYPES[form]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
