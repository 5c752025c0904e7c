"""Bodies that are long: read as they are, and made sense of on the thread of whoever handles them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from urllib.parse import unquote

from fastapi import Depends, Header, Request

from src.core.http.errors import NOT_READABLE
from src.studio.errors import InvalidFieldError

if TYPE_CHECKING:
    from pydantic import BaseModel

LONGEST_SUITE = 20 * 1000 * 1000
"""Bytes of a suite's file."""
LONGEST_BODY = 21 * 1000 * 1000
"""And what stands around it."""


async def get_body(request: Request) -> bytes:
    """Return the body as it was sent."""
    return await request.body()


async def get_suite_name(x_suite_name: Annotated[str | None, Header()] = None) -> str | None:
    """Return how a suite is to be called: what a header cannot say stands in it as %XX."""
    return unquote(x_suite_name).strip() or None if x_suite_name else None


Body = Annotated[bytes, Depends(get_body)]
SuiteName = Annotated[str | None, Depends(get_suite_name)]


def read_json(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON it is
    """Return what a body says, numbers as exactly as they are written. Raises `InvalidFieldError`."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except RecursionError:
        raise InvalidFieldError("The body cannot be read: it is nested too deep.") from None
    except ValueError:
        raise InvalidFieldError(NOT_READABLE) from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def takes(*models: type[BaseModel]) -> dict[str, Any]:
    """Return what the API's description says of a body that is read as it is: one of these, as JSON."""
    schemas = [_whole(model.model_json_schema(ref_template="{model}")) for model in models]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what it refers to in its place: the API's description has its own definitions."""
    definitions = schema.pop("$defs", {})

    def filled(part: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(part, dict):
            return filled(definitions[part["$ref"]]) if "$ref" in part else {k: filled(v) for k, v in part.items()}
        return [filled(item) for item in part] if isinstance(part, list) else part

    return filled(schema)


def takes_text(description: str) -> dict[str, Any]:
    """Return what the API's description says of a body that is a file."""
    content = {
        "application/json": {"schema": {"description": description}},
        "text/plain": {"schema": {"type": "string", "description": description}},
    }
    return {"requestBody": {"required": True, "content": content}}
