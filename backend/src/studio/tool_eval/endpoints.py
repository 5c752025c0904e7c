"""`/api/tool-eval*` but for imports, and the files of runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from src.core.http.guards import takes_body_of
from src.core.http.responses import json_response
from src.studio.benchmarks.schemas import CancelIn, OkOut
from src.studio.dependencies import CurrentUser, Provided
from src.studio.errors import InvalidRequestError
from src.studio.tool_eval.answers import (
    EvalChangeIn,
    EvalCompareOut,
    EvalCompareQuery,
    EvalDetailOut,
    EvalEstimateOut,
    EvalHistoryOut,
    EvalQuery,
    EvalSubmittedOut,
    ExchangeOut,
    MatrixOut,
)
from src.studio.tool_eval.repository import Wanted
from src.studio.tool_eval.runs import Place
from src.studio.tool_eval.schemas import ToolEvalIn
from src.studio.tool_eval.sides import Named

if TYPE_CHECKING:
    from collections.abc import Iterator

router = APIRouter(tags=["studio"])

# Ids of 10,000 cases, and system prompts of as many models as a run may have
LONGEST_BODY = 12 * 1024 * 1024
MOST_COMPARED = 6
MEDIA_TYPES = {
    "json": ("application/json", "json"),
    "jsonl": ("application/jsonl", "jsonl"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "junit": ("application/xml", "xml"),
}

RunId = Annotated[str, Path(description="The run's id, which is its job's, too.")]
Position = Annotated[int, Path(ge=0, le=100_000)]
Form = Annotated[Literal["json", "jsonl", "csv", "junit"], Query(alias="format")]
WithResults = Annotated[bool, Query(alias="results", description="False: without results.")]
WithRaw = Annotated[
    bool | None, Query(alias="raw", description="With what was sent and came last; unless given, of short runs.")
]


async def place_of(target: Position, case: Position, repeat: Position) -> Place:
    """Return which result of a run is asked for."""
    return Place(target, case, repeat)


@router.post("/api/tool-eval")
@takes_body_of(LONGEST_BODY)
def start_tool_eval(asked: ToolEvalIn, user: CurrentUser, services: Provided) -> EvalSubmittedOut:
    """Ask a suite of models. Models that are not there are named in the result."""
    run_id = services.tool_eval_requests.submit(user, asked)
    return EvalSubmittedOut(job_id=run_id, run_id=run_id)


@router.post("/api/tool-eval/estimate")
@takes_body_of(LONGEST_BODY)
def estimate_tool_eval(asked: ToolEvalIn, user: CurrentUser, services: Provided) -> EvalEstimateOut:
    """Tell what a run would come to, without starting it."""
    return EvalEstimateOut(**asdict(services.tool_eval_requests.estimate(user, asked)))


@router.post("/api/tool-eval/cancel")
def cancel_tool_eval(user: CurrentUser, services: Provided, asked: CancelIn | None = None) -> OkOut:
    """Cancel a run, the newest one that waits or runs unless it is named."""
    services.tool_eval_requests.cancel(user, asked.job_id if asked else None)
    return OkOut()


@router.get("/api/tool-eval/history", response_model=EvalHistoryOut)
def get_tool_evals(asked: Annotated[EvalQuery, Query()], user: CurrentUser, services: Provided) -> Response:
    """List one's own runs of suites, the newest first."""
    words = asked.q.lower().replace("\0", "").split()
    wanted = Wanted(asked.limit, words, asked.state, asked.suite_id, asked.cursor)
    runs, next_cursor = services.tool_evals.page(user, wanted)
    return json_response({"runs": runs, "next_cursor": next_cursor})


@router.get("/api/tool-eval/history/{run_id}", response_model=EvalDetailOut)
def get_tool_eval(
    run_id: RunId,
    user: CurrentUser,
    services: Provided,
    with_results: WithResults = True,
    with_raw: WithRaw = None,
) -> Response:
    """Tell what a run came to, or has come to so far."""
    if not with_results:
        return json_response(services.tool_evals.detail(user, run_id))
    pieces = services.tool_evals.whole(user, run_id, raw=with_raw)
    return StreamingResponse(pieces, media_type="application/json")


@router.patch("/api/tool-eval/history/{run_id}")
def change_tool_eval(run_id: RunId, asked: EvalChangeIn, user: CurrentUser, services: Provided) -> OkOut:
    """Give a run another label."""
    services.tool_evals.change(user, run_id, asked.label)
    return OkOut()


@router.delete("/api/tool-eval/history/{run_id}")
def delete_tool_eval(run_id: RunId, user: CurrentUser, services: Provided) -> OkOut:
    """Delete a run with all that came of it."""
    services.tool_evals.delete(user, run_id)
    return OkOut()


@router.get("/api/tool-eval/history/{run_id}/matrix", response_model=MatrixOut)
def get_matrix(run_id: RunId, user: CurrentUser, services: Provided) -> Response:
    """Tell what came of each case of each model, a letter a repeat."""
    return json_response(services.tool_evals.matrix(user, run_id))


@router.get("/api/tool-eval/history/{run_id}/results/{target}/{case}/{repeat}", response_model=ExchangeOut)
def get_exchange(
    run_id: RunId, place: Annotated[Place, Depends(place_of)], user: CurrentUser, services: Provided
) -> Response:
    """Tell what was sent of a case and what came, and the verdict with its reasons."""
    return json_response(services.tool_evals.exchange(user, run_id, place))


@router.get("/api/tool-eval/compare", response_model=EvalCompareOut)
def compare_tool_evals(
    asked: Annotated[EvalCompareQuery, Query()], user: CurrentUser, services: Provided
) -> Response:
    """Compare runs, or models of them, on the cases that both were asked: what differs, how surely, and where."""
    given = asked.runs.split(",") if asked.runs else [asked.a or "", asked.b or ""]
    named = [Named.of(text) for text in given if text.strip()]
    if not 1 < len(named) <= MOST_COMPARED:
        raise InvalidRequestError(f"Name 2 to {MOST_COMPARED} runs: by a and b, or by runs, with commas between.")
    return json_response({"pairs": services.tool_evals.compare(user, named)})


@router.get("/api/export/eval/{run_id}", response_class=StreamingResponse)
def export_tool_eval(run_id: RunId, user: CurrentUser, services: Provided, form: Form = "json") -> Response:
    """Give a run as a file: JSON, JSON lines or CSV with a line for each answer, or JUnit's XML."""
    media_type, ending = MEDIA_TYPES[form]
    return _file(services.tool_evals.export_run(user, run_id, form), f"eval-{run_id}.{ending}", media_type)


@router.get("/api/export/tool-eval", response_class=StreamingResponse)
def export_tool_evals(user: CurrentUser, services: Provided) -> Response:
    """Give one's own runs of suites as CSV, a line for each model."""
    return _file(services.tool_evals.export_history(user), "tool-eval.csv", MEDIA_TYPES["csv"][0])


def _file(pieces: Iterator[bytes], name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
