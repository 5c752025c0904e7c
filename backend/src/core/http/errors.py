"""Answers errors in one shape, with the request's id, and lets nothing else out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from src.core.errors import EndpointError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from src.core.errors import ErrorTable

    Endpoint = TypeVar("Endpoint", bound=Callable)

HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "content_too_large"}
HTTP_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "What was sent is longer than this address takes.",
}
SERVER_SIDE = 500
# RFC 6455's codes for sockets that are closed: the client's own fault, and ours
POLICY_VIOLATION, INTERNAL_ERROR = 1008, 1011


# Below it, clients are of another tradition.
API = "/api/"
UNPROCESSABLE = 422
# What FastAPI makes of a body that it cannot read, but for one that is cut off, or no JSON.
BAD_REQUEST = 400
NOT_READABLE = "The body cannot be read: it must be JSON in UTF-8."
_WRONG_FORM = "_wrong_form"


def answers_wrong_form_with(status: int) -> Callable[[Endpoint], Endpoint]:
    """Let a route below `API` refuse what has the wrong form with another status; to stand below the route."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _WRONG_FORM, status)
        return endpoint

    return mark


class ErrorOut(BaseModel):
    """Every error."""

    detail: str = Field(description="A sentence for a person.")
    code: str = Field(description="What went wrong, for programs.", examples=["invalid_range"])
    request_id: str = Field(description="What to quote when reporting it; the log has it, too.")


class ApiErrorOut(ErrorOut):
    """Every error below `/api`."""

    error: str = Field(description="`detail` once more, for clients that look here.")


class LastResortMiddleware:
    """Answers what broke, so that no exception reaches the server, which would log its trace.

    A socket is closed, with the error's code as the reason. The life of the app itself is passed on.
    """

    def __init__(self, app: ASGIApp, errors: ErrorTable) -> None:
        self._app, self._errors = app, errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started = ended = False

        async def noted(message: Message) -> None:
            nonlocal started, ended
            started = started or message["type"] == "http.response.start"
            ended = ended or message["type"] == "websocket.close"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - this is the place where everything ends
            told = _of_http(error) if isinstance(error, HTTPException) else self._errors.answer_to(error)
            if scope["type"] == "http" and not started:
                await _answer(told, scope)(scope, receive, noted)
            if scope["type"] == "websocket" and not ended:
                await send(_closing(told.problem))


def install_error_handlers(app: FastAPI, errors: ErrorTable) -> None:
    """Answer every kind of error by the one table."""

    async def known(request: Request, error: Exception) -> Response:
        if isinstance(request, WebSocket):
            raise error  # the last resort closes it
        return _answer(errors.answer_to(error), request.scope)

    for kind, _ in errors:
        if kind is not Exception:  # the middleware's part
            app.add_exception_handler(kind, known)
    app.add_exception_handler(EndpointError, known)
    app.add_exception_handler(RequestValidationError, _invalid_parameter)
    app.add_exception_handler(HTTPException, _http_error)


async def _invalid_parameter(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    return _answer(_of_wrong_form(" ".join(map(_sentence_of, problems)), request.scope), request.scope)


async def _http_error(request: Request, error: Exception) -> Response:
    if isinstance(request, WebSocket) or not isinstance(error, HTTPException):
        raise error  # the last resort closes it
    if error.status_code == BAD_REQUEST and _is_api(request.scope):
        return _answer(_of_wrong_form(NOT_READABLE, request.scope), request.scope)
    answer = _answer(_of_http(error), request.scope)
    answer.headers.update(error.headers or {})
    return answer


def _sentence_of(problem: dict[str, Any]) -> str:
    """Say what a validator found: our own checks name what they are about themselves, and few end it."""
    if problem["type"] == "json_invalid":
        return NOT_READABLE
    said = _of_length(problem) or problem["msg"].removeprefix("Value error, ").removesuffix(".")
    is_whole = problem["type"] == "value_error" and problem["loc"] == ("body",)
    return f"{said}." if is_whole else f"{_named(problem['loc'])}: {said}."


def _of_length(problem: dict[str, Any]) -> str | None:
    """Say how long a text may be where a validator has counted it as any list; None where that is not it."""
    bounds = {"too_short": ("min_length", "least"), "too_long": ("max_length", "most")}
    if problem["type"] not in bounds or not isinstance(problem["input"], str):
        return None
    name, word = bounds[problem["type"]]
    bound = problem["ctx"][name]
    return f"String should have at {word} {bound} character{'' if bound == 1 else 's'}"


def _named(place: tuple[str | int, ...]) -> str:
    """Return the field that a validator speaks of: of an item of a list, which the list is, and its index."""
    at = max((at for at, part in enumerate(place) if isinstance(part, str)), default=0)
    return ".".join(map(str, place[at:]))


def _of_wrong_form(sentence: str, scope: Scope) -> EndpointError:
    status = getattr(scope.get("endpoint"), _WRONG_FORM, UNPROCESSABLE) if _is_api(scope) else BAD_REQUEST
    return EndpointError(Problem(status, "invalid_parameter", sentence))


def _of_http(error: HTTPException) -> EndpointError:
    """Return what is told of an error that routing, or a bound, tells as HTTP does."""
    status = error.status_code
    code = HTTP_CODES.get(status, "invalid_parameter")
    return EndpointError(Problem(status, code, HTTP_SENTENCES.get(status, "This request cannot be answered.")))


def _closing(problem: Problem) -> Message:
    """Return what closes a socket."""
    code = INTERNAL_ERROR if problem.status >= SERVER_SIDE else POLICY_VIOLATION
    return {"type": "websocket.close", "code": code, "reason": problem.code}


def _is_api(scope: Scope) -> bool:
    return scope["path"].startswith(API)


def _answer(error: EndpointError, scope: Scope) -> Response:
    problem, detail = error.problem, error.problem.detail or ""
    told = {"detail": detail, "code": problem.code, "request_id": scope["state"]["request_id"]}
    body = ApiErrorOut(**told, error=detail) if _is_api(scope) else ErrorOut(**told)
    headers = {"Cache-Control": "no-store"}
    if problem.code == "unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return Response(
        body.model_dump_json(), status_code=problem.status, media_type="application/json", headers=headers
    )
