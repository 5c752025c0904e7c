"""What a fake gateway can be told to do wrong, and what it remembers of requests."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request that the gateway got; header names are in lower case."""

    method: str
    path: str
    target: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A status, a body and headers. `missing_bytes`: how much of the announced body does not come."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing_bytes: int = 0
    drop: bool = False


@dataclass
class Fault:
    """An answer in place of the right one, for the next `times` requests (None: all) to `path` (None: any)."""

    answer: Answer
    times: int | None = None
    path: str | None = None

    def strikes(self, request: Request) -> bool:
        """Tell whether the request gets it, and count it."""
        if self.times == 0 or self.path not in {None, request.path}:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Hold:
    """Holds requests to `path` back until it is released; `arrived` is set when the first one is there."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self.arrived = threading.Event()
        self._released = threading.Event()

    def release(self) -> None:
        """Let all requests go on."""
        self._released.set()

    def wait(self, request: Request) -> None:
        """Hold one request back."""
        if self._path in {None, request.path}:
            self.arrived.set()
            self._released.wait(30)


def body_of(content: Any) -> bytes:
    """Return bytes and text as they are, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else json.dumps(content).encode()


def proxy_error(status: int, message: str) -> dict[str, Any]:
    """Return an error body in the shape that LiteLLM gives to those of its own making."""
    return {"error": {"message": message, "type": "auth_error", "param": "None", "code": str(status)}}
