"""Turns the gateway's failures into kinds of `GatewayError`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import requests
from pydantic import BaseModel, ValidationError
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
    from requests import Response

INTERNAL_SERVER_ERROR = 500
_SECONDS = re.compile(r"[0-9]{1,6}")  # up to eleven days; more is nothing that a client could use

NOT_LITELLM = (
    "The gateway's answer is not one of LiteLLM's. Check that LITELLM_BASE_URL is the proxy's own address."
)


class _LiteLLMErrorBody(BaseModel):
    """`{"detail": {"error": …}}`, `{"detail": […]}` or `{"error": {"message", …}}`: LiteLLM's three shapes."""

    detail: dict[str, object] | list[object] | str | None = None
    error: dict[str, object] | str | None = None


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
