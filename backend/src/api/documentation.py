"""What the API tells of itself beside its routes and models: every answer that may come, headers, who may ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from src.api import examples
from src.core.http.errors import ErrorOut
from src.utils.endpoint_utils import ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI
    from fastapi.routing import APIRoute

    from src.api.examples import Example

Responses = dict[int | str, dict[str, Any]]

DESCRIPTION = """Who uses the organisation's LiteLLM gateway, for what, how well and at what cost.

* Ranges are UTC days, first and last included. Tokens and requests are integers, money is USD and not rounded.
* Every figure is a sum over the same rows: over teams, keys, models and days, all add up to `meta.totals`.
* Errors are `{"detail", "code", "request_id"}`; `detail` is a sentence for a person, `code` is for programs.
* Everything is read with `GET`, or with `HEAD` for the headers alone.
"""
TAGS = [
    {"name": "usage", "description": "What teams used: as JSON, most as CSV, too."},
    {"name": "operations", "description": "For the page, and for whoever runs the dashboard."},
]

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "The dashboard's own token (`SERVER_BASIC_AUTH_TOKEN`), where one is set.",
}
OPTIONAL_TOKEN = [{"token": []}, {}]

_TEXT = {"type": "string"}
HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id of this request, also in the log: the one that was sent, if it was well-formed.",
        "schema": {**_TEXT, "pattern": r"^[\w.:-]{1,128}$", "examples": [examples.REQUEST_ID]},
    },
    "ETag": {
        "description": "Sent back as `If-None-Match`, it is answered with 304 while nothing has changed.",
        "schema": {**_TEXT, "examples": ['W/"b1946ac92492d2347c6235b4d2611184"']},
    },
    "Retry-After": {
        "description": "Seconds after which it is worth while to ask again, where that is known.",
        "schema": {"type": "integer", "minimum": 0, "examples": [5]},
    },
    "WWW-Authenticate": {"description": "How to ask.", "schema": {**_TEXT, "examples": ["Bearer"]}},
    "Content-Disposition": {
        "description": "A name for the file, with CSV.",
        "schema": {**_TEXT, "examples": ['attachment; filename="leaderboard-tokens-2026-11-19-2026-11-20.csv"']},
    },
    "Leaderboard-As-Of": {
        "description": "`meta.as_of`, with CSV.",
        "schema": {**_TEXT, "format": "date-time", "examples": ["2026-11-20T15:00:00Z"]},
    },
    "Leaderboard-Stale": {
        "description": "`meta.stale`, with CSV.",
        "schema": {**_TEXT, "enum": ["true", "false"], "examples": ["false"]},
    },
    "Leaderboard-Complete": {
        "description": "`meta.complete`, with CSV.",
        "schema": {**_TEXT, "enum": ["true", "false"], "examples": ["true"]},
    },
    "Leaderboard-Missing-Days": {
        "description": "`meta.missing_days`, with CSV, where there are any.",
        "schema": {**_TEXT, "examples": ["2026-11-19, 2026-11-20"]},
    },
}
# What a table says beside itself, where JSON has `meta`.
TABLE_HEADERS = (
    "Content-Disposition",
    "Leaderboard-As-Of",
    "Leaderboard-Stale",
    "Leaderboard-Complete",
    "Leaderboard-Missing-Days",
)
# Whatever is asked for, it may come to this.
ANYWHERE = ("address_too_long", "misdirected", "headers_too_long", "internal_error")
# What may be wrong with the gateway, whatever it is asked for.
GATEWAY = (
    "gateway_rejected_key",
    "gateway_forbidden",
    "gateway_invalid_response",
    "gateway_rate_limited",
    "gateway_unavailable",
    "gateway_timeout",
)
USAGE = ("invalid_range", "invalid_parameter", "unauthorized", "busy", *GATEWAY)
HOURLY = (*USAGE, "spend_logs_unavailable")
_HEADERS_OF = {401: ("WWW-Authenticate",), 502: ("Retry-After",), 503: ("Retry-After",)}


def operation_id(route: APIRoute) -> str:
    """Return `getTokens` for the handler `get_tokens`: addresses within the documentation take no underscore."""
    first, *others = route.name.split("_")
    return first + "".join(map(str.capitalize, others))


def errors(*codes: str) -> Responses:
    """Return the answers for these codes of the error table, and for those that may come anywhere."""
    statuses: dict[int, list[str]] = {}
    for code, status in {problem.code: problem.status for _, problem in ERRORS}.items():
        if code in {*codes, *ANYWHERE}:
            statuses.setdefault(status, []).append(code)
    return {status: _error(status, codes) for status, codes in statuses.items()}


def _error(status: int, codes: list[str]) -> dict[str, Any]:
    shown = {
        code: {"value": {"detail": examples.SENTENCES[code], "code": code, "request_id": examples.REQUEST_ID}}
        for code in codes
    }
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
        # not as FastAPI's `model`, which takes on the media type of the route
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOut"}, "examples": shown}},
        "headers": _named(*_HEADERS_OF.get(status, ())),
    }


def report(table: str) -> Responses:
    """Return the answers of an endpoint that answers as JSON or as a table, and tells what has not changed.

    `table` is an example.
    """
    return {
        200: {
            "description": "The figures; with `format=csv` as a table.",
            "content": {
                "text/csv": {
                    "schema": {**_TEXT, "description": "UTF-8 with a byte order mark, and with a header."},
                    "example": table,
                },
            },
            "headers": _named("ETag", *TABLE_HEADERS),
        },
        304: {"description": "Nothing has changed since the `ETag` that was sent.", "headers": _named("ETag")},
    }


def document(app: FastAPI, shown: Mapping[tuple[str, int], Example]) -> None:
    """Complete what FastAPI works out of the routes, once somebody asks for it.

    `shown` are examples by response model and status, beside those of operations.
    """
    shown = {**examples.OF_MODELS, **shown}
    work_out: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(work_out(), shown)
        return app.openapi_schema or {}

    app.openapi = openapi


def _complete(schema: dict[str, Any], shown: Mapping[tuple[str, int], Example]) -> None:
    for path in schema["paths"].values():
        for operation in path.values():
            _complete_operation(operation, shown)
    components = schema["components"]
    components["headers"] = HEADERS
    components.setdefault("securitySchemes", {})["token"] = TOKEN
    components["schemas"][ErrorOut.__name__] = ErrorOut.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)


def _complete_operation(operation: dict[str, Any], shown: Mapping[tuple[str, int], Example]) -> None:
    operation["responses"].pop("422", None)  # those are 400 here
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json", {})
        model = content.get("schema", {}).get("$ref", "").rpartition("/")[-1]
        if (model, int(status)) in shown:  # here, because FastAPI leaves out what is null in an example
            content["example"] = shown[model, int(status)]
        response["headers"] = {**response.get("headers", {}), **_named("X-Request-ID")}
    parameters = operation.get("parameters", [])
    asks = [parameter for parameter in parameters if parameter["name"] == "authorization"]
    if asks:
        operation["parameters"] = [parameter for parameter in parameters if parameter not in asks]
        operation["security"] = OPTIONAL_TOKEN


def _named(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
