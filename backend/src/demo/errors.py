"""Errors in the two shapes that LiteLLM gives to them."""

from typing import Any

import orjson
from fastapi import Request, Response


class ProxyError(Exception):
    """An error of LiteLLM's own making, as `{"error": {"message", "type", "param", "code"}}`."""

    def __init__(
        self,
        status: int,
        kind: str | None,
        message: str,
        param: str | None = "None",
        *,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.param = param
        self.retry_after = retry_after  # seconds

    @property
    def body(self) -> dict[str, Any]:
        """What is answered, or told in a stream that has begun."""
        return {
            "error": {"message": str(self), "type": self.kind, "param": self.param, "code": str(self.status)},
        }


def answer_error(_: Request, error: Exception) -> Response:
    """Answer with an error's status and body."""
    known = error if isinstance(error, ProxyError) else ProxyError(500, "internal_server_error", str(error))
    headers = {} if known.retry_after is None else {"Retry-After": str(known.retry_after)}
    return json_answer(known.body, known.status, headers)


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401 - whatever is to be serialised
    """Answer with JSON."""
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
