"""Answers errors in one shape, with the request's id, and lets nothing else out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from src.api.models import ErrorOut
from src.utils.endpoint_utils import ERRORS, EndpointError, Problem, to_endpoint_error

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}
HTTP_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
}


class LastResortMiddleware:
    """Answers what broke, so that no exception reaches the server, which would log its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - this is the place where everything ends
            problem = to_endpoint_error(error)
            if not started:
                await _answer(problem, scope["state"]["request_id"])(scope, receive, noted)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every kind of error by the one table."""

    async def known(request: Request, error: Exception) -> Response:
        return _answer(to_endpoint_error(error), request.state.request_id)

    for kind, _ in ERRORS:
        if kind is not Exception:  # the middleware's part
            app.add_exception_handler(kind, known)
    app.add_exception_handler(EndpointError, known)
    app.add_exception_handler(RequestValidationError, _invalid_parameter)
    app.add_exception_handler(HTTPException, _http_error)


async def _invalid_parameter(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    sentences = [f"{problem['loc'][-1]}: {problem['msg']}." for problem in problems]
    problem = Problem(400, "invalid_parameter", " ".join(sentences))
    return _answer(EndpointError(problem), request.state.request_id)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = HTTP_CODES.get(status, "invalid_parameter")
    detail = HTTP_SENTENCES.get(status, "This request cannot be answered.")
    answer = _answer(EndpointError(Problem(status, code, detail)), request.state.request_id)
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _answer(error: EndpointError, request_id: str) -> Response:
    problem = error.problem
    body = ErrorOut(detail=problem.detail or "", code=problem.code, request_id=request_id)
    headers = {"Cache-Control": "no-store"}
    if problem.code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return Response(
        body.model_dump_json(), status_code=problem.status, media_type="application/json", headers=headers
    )
