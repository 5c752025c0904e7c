"""What the API's description tells of Studio beside its routes and models: how errors are answered, and when."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from src.core.errors import CORE_ERRORS
from src.core.http.errors import ApiErrorOut
from src.studio.errors import STUDIO_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

API = "/api/"
ADMIN = "/api/admin/"
# Whatever is asked for, it may come to this.
ANYWHERE = (413, 414, 421, 431, 500, 503)
WRITES = ("post", "put", "patch", "delete")
# What operations may be answered with beside what those of their kind are.
ASKS_PROVIDERS = (400, 404, 429, 502)
MORE = {
    ("get", "/api/auth/google/authorize"): (400,),
    ("post", "/api/config/provider"): (403,),
    ("put", "/api/config/provider"): (403,),
    ("post", "/api/config/provider/test"): (403,),
    ("get", "/api/models/discover"): ASKS_PROVIDERS,
    ("get", "/api/lm-studio/detect"): ASKS_PROVIDERS,
    ("get", "/api/health/providers"): ASKS_PROVIDERS,
    ("post", "/api/mcp/discover"): (502, 504),
    ("get", "/api/analytics/trends"): (400,),
    ("get", "/api/analytics/compare"): (400, 404),
    ("get", "/api/tool-eval/compare"): (400, 404),
    ("get", "/api/analytics/model"): (404,),
    ("get", "/api/analytics/usage"): (403, 404, 502, 504),  # the gateway's side has its errors, too
    ("get", "/api/profiles/{id}"): (405,),  # a line break is in no model's id
}
DISCOVER = ("post", "/api/mcp/discover")
# What operations are answered with in words of their own
OWN = {
    (*DISCOVER, 502): ("mcp_failed", "The MCP server's address refuses connections."),
    (*DISCOVER, 504): ("mcp_timeout", "The MCP server did not answer within 10 seconds."),
}
REQUEST_ID = "0b9c3cf9f2b94d0f9d2f6a3c1f5b7a11"
CODES = {
    **{problem.status: problem.code for _, problem in CORE_ERRORS + STUDIO_ERRORS},
    400: "invalid_request",
    405: "method_not_allowed",
    413: "content_too_large",
    504: "gateway_timeout",
}
SENTENCES = {
    400: "The job has ended already: it is done.",
    401: "Token expired",
    403: "Admin access required",
    404: "There is no such job.",
    405: "This address does not take this method.",
    409: "There is an account with this e-mail already.",
    413: "What was sent is longer than this address takes.",
    414: "The address is longer than 8,192 bytes. Ask for less at once.",
    421: "The dashboard does not go by the host name of this address. Use one that it goes by.",
    422: "temperature: Input should be less than or equal to 2.",
    429: "20 of your jobs wait already. Try again when one has begun.",
    431: "The headers are longer than 16,384 bytes. Send fewer cookies.",
    502: "The provider did not accept the key.",
    500: "Something went wrong in the dashboard. Quote the request id when you report it.",
    503: "Studio's database is busy. Try again.",
    504: "The gateway did not answer in time. Try again.",
}


def document(app: FastAPI) -> None:
    """Complete what is worked out of the routes, once somebody asks for it."""
    work_out: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        schema = work_out()
        schema["components"]["schemas"][ApiErrorOut.__name__] = ApiErrorOut.model_json_schema()
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                if path.startswith(API):
                    _complete(operation, path, method)
        return schema

    app.openapi = openapi


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    for status in _statuses_of(operation, path, method):
        operation["responses"].setdefault(str(status), _error(status, OWN.get((method, path, status))))
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _statuses_of(operation: dict[str, Any], path: str, method: str) -> Iterator[int]:
    """Yield the statuses of the errors that an operation may be answered with."""
    yield from ANYWHERE
    yield from MORE.get((method, path), ())
    if method in WRITES:
        yield from (400, 409, 429)
    if operation.get("security") or path.startswith("/api/auth/"):
        yield 401
    if path.startswith((ADMIN, "/api/auth/")):
        yield 403
    if "{" in path or method in WRITES:
        yield 404
    if operation.get("parameters") or "requestBody" in operation:
        yield 422


def _error(status: int, own: tuple[str, str] | None) -> dict[str, Any]:
    code, sentence = own or (CODES[status], SENTENCES[status])
    shown = {"detail": sentence, "code": code, "request_id": REQUEST_ID, "error": sentence}
    schema = {"$ref": f"#/components/schemas/{ApiErrorOut.__name__}"}
    answer: dict[str, Any] = {
        "description": f"{HTTPStatus(status).phrase}: `{code}`",
        "content": {"application/json": {"schema": schema, "example": shown}},
    }
    if status in {429, 503}:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    return answer
