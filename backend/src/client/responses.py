"""Turns the gateway's answers into models, and its failures into kinds of `GatewayError`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeVar

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError
from urllib3.exceptions import ReadTimeoutError

from src.client.errors import (
    GatewayError,
    GatewayForbiddenError,
    GatewayInvalidResponseError,
    GatewayRateLimitedError,
    GatewayRejectedKeyError,
    GatewayTimeoutError,
    GatewayUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import Response

T = TypeVar("T")

INTERNAL_SERVER_ERROR = 500
CHUNK_BYTES = 65_536
_SECONDS = re.compile(r"[0-9]{1,6}")  # up to eleven days; more is nothing that a client could use

_DECODER = json.JSONDecoder()
_LIST_START, _COMMA, _LIST_END = (re.compile(rf"[ \t\r\n]*{mark}[ \t\r\n]*") for mark in (r"\[", ",", r"\]"))

NOT_LITELLM = (
    "The gateway's answer is not one of LiteLLM's. Check that LITELLM_BASE_URL is the proxy's own address."
)


class _LiteLLMErrorBody(BaseModel):
    """`{"detail": {"error": …}}`, `{"detail": […]}` or `{"error": {"message", …}}`: LiteLLM's three shapes."""

    detail: dict[str, object] | list[object] | str | None = None
    error: dict[str, object] | str | None = None


def parse(response: Response, adapter: TypeAdapter[T]) -> T:
    """Validate a 200 answer; raise a kind of `GatewayError` for every other one."""
    return parse_body(content_of(response), adapter)


def parse_body(body: bytes | bytearray, adapter: TypeAdapter[T]) -> T:
    """Validate the body of a 200 answer. Raises `GatewayInvalidResponseError`."""
    try:
        return adapter.validate_json(body)
    except ValidationError:
        # the cause is left out on purpose: it would quote the answer
        raise GatewayInvalidResponseError(NOT_LITELLM, status=requests.codes.ok) from None


def content_of(response: Response) -> bytes:
    """Return the body of a 200 answer; raise a kind of `GatewayError` for every other one."""
    if response.status_code != requests.codes.ok:
        raise error_for_status(response)
    return response.content


def parse_items(response: Response, adapter: TypeAdapter[T]) -> list[T]:
    """Validate a 200 answer that is a list, an item at a time.

    A list of thousands of teams with all their keys takes a third of a second. Done as one piece, that is for as
    long as no other thread gets a turn, the one included that answers everybody.
    """
    try:
        return [adapter.validate_python(item) for item in _items(content_of(response).decode())]
    except (ValueError, RecursionError):  # a ValidationError is a ValueError, too
        # the cause is left out on purpose: it would quote the answer
        raise GatewayInvalidResponseError(NOT_LITELLM, status=response.status_code) from None


def _items(text: str) -> Iterator[object]:
    """Yield the items of a JSON list. Raises ValueError where it is none."""
    place = _after(_LIST_START, text, 0)
    end = _LIST_END.match(text, place)
    while end is None:
        item, place = _DECODER.raw_decode(text, place)
        yield item
        end = _LIST_END.match(text, place)
        if end is None:
            place = _after(_COMMA, text, place)
    if end.end() != len(text):
        raise ValueError("there is something behind the list")


def _after(part: re.Pattern[str], text: str, place: int) -> int:
    found = part.match(text, place)
    if found is None:
        raise ValueError("this is no list")
    return found.end()


def take_body(response: Response) -> bytearray:
    """Do the same for an answer that was left on the way, and leave nothing of it with the response.

    Responses are in circles, and so stay until a collection finds them, which is rare while the dashboard runs.
    """
    if response.status_code != requests.codes.ok:
        raise error_for_status(response)
    body = bytearray()
    for chunk in response.iter_content(CHUNK_BYTES):
        body += chunk
    return body


def error_for_status(response: Response) -> GatewayError:  # noqa: PLR0911 - one return per kind reads best
    """Return the error that the status, and where it is ambiguous the body, stands for."""
    status = response.status_code
    if status == requests.codes.unauthorized:
        # LiteLLM answers 401 both to unknown keys and to known ones whose role is too low
        if "role=" in response.text:
            return _forbidden(status)
        return GatewayRejectedKeyError(
            "The gateway rejected the dashboard's key. Set LITELLM_API_KEY to a key that it knows.",
            status=status,
        )
    if status == requests.codes.forbidden or (status == requests.codes.not_found and _has_litellm_error(response)):
        return _forbidden(status)
    if status == requests.codes.too_many_requests:
        return GatewayRateLimitedError(
            "The gateway is limiting the dashboard's requests. Try again in a minute.",
            retry_after=_retry_after(response),
        )
    if status == requests.codes.gateway_timeout:
        return GatewayTimeoutError("The gateway gave up waiting for its own back end. Try again.", status=status)
    if status >= INTERNAL_SERVER_ERROR:
        return GatewayUnavailableError(
            f"The gateway answered with an error of its own ({status}). Try again.", status=status
        )
    return GatewayInvalidResponseError(NOT_LITELLM, status=status)


def error_for_exception(error: requests.RequestException) -> GatewayError:
    """Return the error that a failed exchange stands for."""
    timed_out = isinstance(error, requests.Timeout) or any(
        isinstance(cause, ReadTimeoutError) for cause in error.args
    )
    if timed_out:
        return GatewayTimeoutError("The gateway did not answer in time. Try again, or ask for a shorter range.")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return GatewayUnavailableError("The gateway broke off in the middle of its answer. Try again.")
    return GatewayUnavailableError("The gateway cannot be reached. Check that it is up and its address is right.")


def _forbidden(status: int) -> GatewayForbiddenError:
    return GatewayForbiddenError(
        "The dashboard's key may not see this on the gateway. An admin viewer's key sees all teams.",
        status=status,
    )


def _has_litellm_error(response: Response) -> bool:
    try:
        body = _LiteLLMErrorBody.model_validate_json(response.content)
    except ValidationError:
        return False
    return isinstance(body.detail, dict) or isinstance(body.error, dict)


def _retry_after(response: Response) -> float | None:
    text = response.headers.get("Retry-After", "").strip()
    return float(text) if _SECONDS.fullmatch(text) else None
