"""Bodies that are long: read as they are, and made sense of on threads, where others need not wait for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from src.core.http.errors import NOT_READABLE
from src.core.unique_keys import unique_keys
from src.studio.errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Callable

M = TypeVar("M", bound=BaseModel)

LONGEST_KEY = 100
MOST_VALUES = 3_000_000
"""To read more would hold up all threads, also the one that takes requests."""


async def get_body(request: Request) -> bytes:
    """Return the body as it was sent."""
    return await request.body()


Body = Annotated[bytes, Depends(get_body)]


def read_json(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON it is
    """Return what a body says, numbers as exactly as they are written, and no key twice.

    Raises `InvalidFieldError`.
    """
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise InvalidFieldError(f"The body has more than {MOST_VALUES:,} values.")
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=unique_keys(_twice))
    except RecursionError:
        raise InvalidFieldError("The body cannot be read: it is nested too deep.") from None
    except InvalidFieldError:
        raise
    except ValueError:
        raise InvalidFieldError(NOT_READABLE) from None


def form_of(model: type[M]) -> Callable[[bytes], M]:
    """Return what reads a body of a form as FastAPI does, but on a thread. Raises `RequestValidationError`."""

    def read(body: Body) -> M:
        try:
            return model.model_validate(read_json(body))
        except ValidationError as error:
            problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
            raise RequestValidationError(problems) from None

    return read


def _twice(key: str) -> InvalidFieldError:
    return InvalidFieldError(f"The body has the key {json.dumps(key[:LONGEST_KEY])} twice in an object.")


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
