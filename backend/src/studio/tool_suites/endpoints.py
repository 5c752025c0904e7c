"""`/api/tool-suites*`: suites of tools, their cases and versions."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from src.core.http.guards import takes_body_of
from src.core.http.responses import json_response
from src.studio.bodies import Body, form_of, read_json, takes, takes_text
from src.studio.dependencies import CurrentUser, Provided
from src.studio.errors import InvalidFieldError
from src.studio.suites.own import Suite
from src.studio.tool_suites.checks import case_problems
from src.studio.tool_suites.content import words_of
from src.studio.tool_suites.examples import TEMPLATE
from src.studio.tool_suites.files import File, as_bfcl, as_json, as_yaml
from src.studio.tool_suites.imports import Imported, traffic_case
from src.studio.tool_suites.repository import Wanted
from src.studio.tool_suites.schemas import (
    CaseCheckIn,
    CaseIn,
    CaseKeptOut,
    CaseOut,
    CasesIn,
    CasesKeptOut,
    CasesOut,
    CasesQuery,
    DoneOut,
    ExamplesOut,
    OpenApiIn,
    OperationsOut,
    OrderIn,
    PageQuery,
    ProblemsOut,
    ScoreIn,
    SuiteChangeIn,
    SuiteDetailOut,
    SuiteImportedOut,
    SuiteIn,
    SuiteKeptOut,
    SuitesOut,
    ToolsIn,
    TrafficIn,
    TrafficOut,
    VerdictOut,
    VersionsOut,
    VersionsQuery,
)
from src.studio.tool_suites.service import problems_of, tools_of
from src.studio.tool_suites.trying import verdict_of

router = APIRouter(tags=["studio"])


async def get_suite_name(x_suite_name: Annotated[str | None, Header()] = None) -> str | None:
    """Return how a suite is to be called: what a header cannot say stands in it as %XX."""
    return unquote(x_suite_name).strip() or None if x_suite_name else None


# Definitions of a thousand tools
LONGEST_TOOLS = 8 * 1024 * 1024
# A suite's file of 20 MB, and what stands around it
LONGEST_BODY = 21 * 1000 * 1000

SuiteId = Annotated[str, Path(description="The suite's id.")]
CaseId = Annotated[str, Path(description="The case's id.")]
Form = Annotated[Literal["json", "yaml"], Query(alias="format")]
BfclPart = Annotated[Literal["combined", "questions", "answers"], Query()]
SuiteName = Annotated[str | None, Depends(get_suite_name)]
Into = Annotated[
    str | None,
    Query(
        alias="suite_id",
        description="A suite that is to be as the file has it, in place of a new one. Cases are the same ones as "
        "before where their names are, so that runs can be compared.",
    ),
]
WithCases = Annotated[bool, Query(alias="cases", description="Whether the cases are told, too.")]


@router.get("/api/tool-suites", response_model=SuitesOut)
def list_suites(asked: Annotated[PageQuery, Query()], user: CurrentUser, services: Provided) -> Response:
    """List one's own suites without their tools and cases, the newest first."""
    suites, next_cursor = services.tool_suites.page(user, asked.q, asked.limit, asked.cursor)
    return json_response({"suites": suites, "next_cursor": next_cursor})


@router.post("/api/tool-suites", openapi_extra=takes(SuiteIn))
@takes_body_of(LONGEST_TOOLS)
def add_suite(
    user: CurrentUser, asked: Annotated[SuiteIn, Depends(form_of(SuiteIn))], services: Provided
) -> SuiteKeptOut:
    """Keep a suite, which has no cases yet."""
    suite = Suite(asked.name, asked.description or "", asked.system_prompt or "", tools_of(asked.tools), [])
    return SuiteKeptOut(suite_id=services.tool_suites.add(user, suite))


@router.post("/api/tool-suites/check", response_model=ProblemsOut, openapi_extra=takes(ToolsIn))
@takes_body_of(LONGEST_TOOLS)
def check_tools(user: CurrentUser, asked: Annotated[ToolsIn, Depends(form_of(ToolsIn))]) -> Response:  # noqa: ARG001 - whoever is signed in
    """Tell what is wrong with definitions of tools. Nothing is kept."""
    return json_response({"problems": problems_of(asked.tools)})


@router.post("/api/tool-suites/case/check", response_model=ProblemsOut, openapi_extra=takes(CaseCheckIn))
@takes_body_of(LONGEST_TOOLS)
def check_case(user: CurrentUser, asked: Annotated[CaseCheckIn, Depends(form_of(CaseCheckIn))]) -> Response:  # noqa: ARG001
    """Tell what is wrong with a case beside its tools, above all what no call could pass. Nothing is kept."""
    return json_response({"problems": case_problems(asked.case, asked.tools)})


@router.post("/api/tool-suites/score", response_model=VerdictOut, openapi_extra=takes(ScoreIn))
@takes_body_of(LONGEST_TOOLS)
def score_calls(user: CurrentUser, asked: Annotated[ScoreIn, Depends(form_of(ScoreIn))]) -> Response:  # noqa: ARG001
    """Tell what the verdict of a case would be, if a model made these calls. Nothing is kept, and nobody asked."""
    if (asked.calls is None) == (asked.turns is None):
        raise InvalidFieldError("calls: These must be given, or turns, one of the two.")
    turns = [{"calls": asked.calls}] if asked.turns is None else [turn.model_dump() for turn in asked.turns]
    return json_response(verdict_of(asked.case, tools_of(asked.tools), turns, asked.profile))


@router.get("/api/tool-suites/examples", response_model=ExamplesOut)
def list_examples(user: CurrentUser, services: Provided) -> Response:  # noqa: ARG001
    """List suites to start from."""
    return json_response({"examples": services.tool_suites.imports.examples()})


@router.post("/api/tool-suites/examples/{key}")
def take_example(
    key: Annotated[str, Path(description="That of the list.")], user: CurrentUser, services: Provided
) -> SuiteImportedOut:
    """Keep a suite to start from as one of one's own."""
    return _imported(services.tool_suites.imports.from_example(user, key))


@router.post(
    "/api/tool-eval/import",
    openapi_extra=takes_text("A suite in JSON or YAML as it is exported, or BFCL's entries."),
)
@takes_body_of(LONGEST_BODY)
def import_suite(
    body: Body, name: SuiteName, user: CurrentUser, services: Provided, into: Into = None
) -> SuiteImportedOut:
    """Make a suite of a file, whose form is found out. `X-Suite-Name` says how it is to be called."""
    return _imported(services.tool_suites.imports.from_file(user, body, name, into))


@router.post(
    "/api/tool-eval/import/bfcl",
    openapi_extra=takes_text("BFCL's entries in JSON or JSON lines, or `{questions, answers}`."),
)
@takes_body_of(LONGEST_BODY)
def import_bfcl(body: Body, name: SuiteName, user: CurrentUser, services: Provided) -> SuiteImportedOut:
    """Make a suite of BFCL's questions and answers. `X-Suite-Name` says how it is to be called."""
    return _imported(services.tool_suites.imports.from_bfcl(user, body, name))


@router.post(
    "/api/tool-eval/import/openapi",
    response_model=OperationsOut | SuiteImportedOut,
    openapi_extra=takes(OpenApiIn),
)
@takes_body_of(LONGEST_BODY)
def import_openapi(
    user: CurrentUser, asked: Annotated[OpenApiIn, Depends(form_of(OpenApiIn))], services: Provided
) -> Response:
    """Make a suite of an OpenAPI document's operations, or tell them, so that somebody can choose."""
    imports = services.tool_suites.imports
    if asked.preview:
        return json_response(imports.operations(asked.document))
    found = imports.from_openapi(user, asked.document, asked.operations, asked.suite_name)
    return json_response(_imported(found).model_dump())


@router.post("/api/tool-eval/import/traffic", response_model=TrafficOut, openapi_extra=takes(TrafficIn))
@takes_body_of(LONGEST_TOOLS)
def import_traffic(user: CurrentUser, asked: Annotated[TrafficIn, Depends(form_of(TrafficIn))]) -> Response:  # noqa: ARG001
    """Tell the case that a request and its answer make. Nothing is kept."""
    return json_response(traffic_case(asked.request, asked.answer))


@router.get("/api/tool-eval/import/example")
async def get_template() -> Response:
    """Give a suite's file to be filled in."""
    return json_response(TEMPLATE)


@router.get("/api/tool-suites/{suite_id}", response_model=SuiteDetailOut)
def get_suite(suite_id: SuiteId, user: CurrentUser, services: Provided, with_cases: WithCases = True) -> Response:
    """Tell a suite with its tools, what is wrong with them, and all its cases."""
    return json_response(services.tool_suites.detail(user, suite_id, with_cases=with_cases))


@router.put("/api/tool-suites/{suite_id}", openapi_extra=takes(SuiteChangeIn))
@takes_body_of(LONGEST_TOOLS)
def put_suite(
    suite_id: SuiteId,
    user: CurrentUser,
    asked: Annotated[SuiteChangeIn, Depends(form_of(SuiteChangeIn))],
    services: Provided,
) -> DoneOut:
    """Write what is given of a suite anew; tools take the place of all that are there."""
    services.tool_suites.change(user, suite_id, _change_of(asked))
    return DoneOut()


@router.patch("/api/tool-suites/{suite_id}", openapi_extra=takes(SuiteChangeIn))
@takes_body_of(LONGEST_TOOLS)
def change_suite(
    suite_id: SuiteId,
    user: CurrentUser,
    asked: Annotated[SuiteChangeIn, Depends(form_of(SuiteChangeIn))],
    services: Provided,
) -> DoneOut:
    """Write what is given of a suite anew."""
    services.tool_suites.change(user, suite_id, _change_of(asked))
    return DoneOut()


@router.delete("/api/tool-suites/{suite_id}")
def delete_suite(suite_id: SuiteId, user: CurrentUser, services: Provided) -> DoneOut:
    """Delete a suite with its cases. Runs on it stay as they are, with what they were on."""
    services.tool_suites.delete(user, suite_id)
    return DoneOut()


@router.post("/api/tool-suites/{suite_id}/copy")
def copy_suite(suite_id: SuiteId, user: CurrentUser, services: Provided) -> SuiteKeptOut:
    """Keep the same suite once more."""
    return SuiteKeptOut(suite_id=services.tool_suites.copy(user, suite_id))


@router.get("/api/tool-suites/{suite_id}/versions", response_model=VersionsOut)
def list_suite_versions(
    suite_id: SuiteId, asked: Annotated[VersionsQuery, Query()], user: CurrentUser, services: Provided
) -> Response:
    """List the versions of a suite that runs were on, the newest first."""
    before = int(asked.cursor) if asked.cursor else None
    versions, next_cursor = services.tool_suites.versions(user, suite_id, asked.limit, before)
    return json_response({"versions": versions, "next_cursor": next_cursor})


@router.get("/api/tool-suites/{suite_id}/export")
def export_suite(suite_id: SuiteId, user: CurrentUser, services: Provided, form: Form = "json") -> Response:
    """Give a suite as a file that can be imported again, and that the `eval` command reads."""
    suite = services.tool_suites.get(user, suite_id)
    return _file(as_yaml(suite) if form == "yaml" else as_json(suite))


@router.get("/api/tool-suites/{suite_id}/export/bfcl")
def export_bfcl(suite_id: SuiteId, user: CurrentUser, services: Provided, part: BfclPart = "combined") -> Response:
    """Give a suite as BFCL has it. Cases that it cannot have are named in `X-Left-Out`."""
    return _file(as_bfcl(services.tool_suites.get(user, suite_id), part))


@router.get("/api/tool-suites/{suite_id}/cases", response_model=CasesOut)
def list_cases(
    suite_id: SuiteId, asked: Annotated[CasesQuery, Query()], user: CurrentUser, services: Provided
) -> Response:
    """List the cases of a suite in their order."""
    position, _, case_id = (asked.cursor or "").partition("-")
    after = (int(position), case_id) if asked.cursor else None
    wanted = Wanted(asked.limit, words_of(asked.q), asked.category, after)
    return json_response(services.tool_suites.cases.page(user, suite_id, wanted))


@router.post("/api/tool-suites/{suite_id}/cases", openapi_extra=takes(CaseIn, CasesIn))
@takes_body_of(LONGEST_BODY)
def add_cases(suite_id: SuiteId, body: Body, user: CurrentUser, services: Provided) -> CaseKeptOut | CasesKeptOut:
    """Add a case, or all of `{cases: […]}`, at the end of a suite."""
    asked = read_json(body)
    if isinstance(asked, dict) and "cases" not in asked:
        (case_id,) = services.tool_suites.cases.add(user, suite_id, [asked], "")
        return CaseKeptOut(case_id=case_id)
    ids = services.tool_suites.cases.add(user, suite_id, _many(asked), "cases[{}]")
    return CasesKeptOut(created=len(ids), case_ids=ids)


@router.put("/api/tool-suites/{suite_id}/cases/order")
def order_cases(suite_id: SuiteId, asked: OrderIn, user: CurrentUser, services: Provided) -> DoneOut:
    """Put the cases of a suite into another order."""
    services.tool_suites.cases.order(user, suite_id, asked.ids)
    return DoneOut()


@router.get("/api/tool-suites/{suite_id}/cases/{case_id}", response_model=CaseOut)
def get_case(suite_id: SuiteId, case_id: CaseId, user: CurrentUser, services: Provided) -> Response:
    """Tell a case."""
    return json_response(services.tool_suites.cases.detail(user, suite_id, case_id))


@router.put("/api/tool-suites/{suite_id}/cases/{case_id}", openapi_extra=takes(CaseIn))
@takes_body_of(LONGEST_TOOLS)
def change_case(suite_id: SuiteId, case_id: CaseId, body: Body, user: CurrentUser, services: Provided) -> DoneOut:
    """Write what is given of a case anew; null takes a field away."""
    asked = read_json(body)
    if not isinstance(asked, dict):
        raise InvalidFieldError("The body must be an object: the fields that are to be changed.")
    services.tool_suites.cases.change(user, suite_id, case_id, asked)
    return DoneOut()


@router.delete("/api/tool-suites/{suite_id}/cases/{case_id}")
def delete_case(suite_id: SuiteId, case_id: CaseId, user: CurrentUser, services: Provided) -> DoneOut:
    """Delete a case. What it came to in runs stays."""
    services.tool_suites.cases.delete(user, suite_id, case_id)
    return DoneOut()


def _change_of(asked: SuiteChangeIn) -> dict[str, Any]:
    """Return what is to be written: a description may be taken away, a name and tools may not."""
    change = asked.model_dump(exclude_unset=True)
    for name in ("name", "tools"):
        if name in change and change[name] is None:
            raise InvalidFieldError(f"{name}: It must be given, or left out.")
    return {name: "" if value is None else value for name, value in change.items()}


def _many(asked: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON it is
    if not isinstance(asked, dict) or asked.keys() != {"cases"} or not isinstance(asked["cases"], list):
        raise InvalidFieldError("The body must be a case, or {cases: […]} and nothing else.")
    return asked["cases"]


def _imported(found: Imported) -> SuiteImportedOut:
    return SuiteImportedOut(
        suite_id=found.suite_id,
        test_cases_created=found.cases,
        tools_imported=found.tools,
        notes=list(found.notes),
    )


def _file(found: File) -> Response:
    return Response(found.content, media_type=found.media_type, headers=found.headers)
