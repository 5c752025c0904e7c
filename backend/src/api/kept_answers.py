"""Answers that were made, kept and sent again for as long as nothing in them has changed."""

from __future__ import annotations

import hashlib
import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.responses import Response

from src.core.http.responses import COMPRESSED_FROM_BYTES, IDENTITY, choose_encoding, compress
from src.core.request import current_request

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Mapping

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from src.api.audience import Audience
    from src.services.report import Names, Report
    from src.utils.dependency_config import AppState

BUDGET_BYTES = 32_000_000
MAX_REQUESTS = 1024
NOT_MODIFIED = 304
# private: a shared cache must not hand one person's answer to another
CACHE_CONTROL = "private, no-cache"
VARY = "Authorization, Accept-Encoding"


class Answer:
    """The bytes of an answer in each encoding that was asked for, its headers, and the names in its report.

    `good_until` is when (UTC) the report has to be looked at again, None where that is at each request. The
    `ETag` is a weak one, as it stands for the compressed bytes too.
    """

    def __init__(self, plain: bytes, headers: Mapping[str, str], names: Names) -> None:
        told = hashlib.sha256(plain)
        told.update(repr(sorted(headers.items())).encode())
        self.etag = f'W/"{told.hexdigest()[:32]}"'
        self.good_until: dt.datetime | None = None
        self._headers = {"ETag": self.etag, "Cache-Control": CACHE_CONTROL, "Vary": VARY}
        self._content_headers = {**self._headers, **headers}
        self._names = weakref.ref(names)
        self._bodies = {IDENTITY: plain}

    def is_of(self, report: Report) -> bool:
        """Tell whether it tells what this report does: names belong to one usage, and do not change."""
        return self._names() is report.names

    def is_ready(self, accepted: str) -> bool:
        """Tell whether it can be sent at once to a client with this `Accept-Encoding`."""
        return self._encoding(accepted) in self._bodies

    def response(self, accepted: str, if_none_match: str) -> Response:
        """Return what a client gets that accepts these encodings, and has these `ETag`s."""
        if self.etag in if_none_match or if_none_match.strip() == "*":
            return Response(status_code=NOT_MODIFIED, headers=self._headers)
        encoding = self._encoding(accepted)
        headers = self._content_headers
        if encoding != IDENTITY:
            headers = {**headers, "Content-Encoding": encoding}
        body = self._bodies.get(encoding)
        if body is None:
            body = self._bodies[encoding] = compress(self._bodies[IDENTITY], encoding)
        return Response(body, headers=headers)

    @property
    def size(self) -> int:
        """How many bytes it keeps."""
        return sum(map(len, list(self._bodies.values())))

    def _encoding(self, accepted: str) -> str:
        short = len(self._bodies[IDENTITY]) < COMPRESSED_FROM_BYTES
        return IDENTITY if short else choose_encoding(accepted)


class KeptAnswers:
    """The answers used last, as many as fit `budget` bytes: by what they tell, and by how they were asked for.

    Safe to use from several threads.
    """

    def __init__(self, budget: int = BUDGET_BYTES) -> None:
        self._budget = budget
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._requests: OrderedDict[Hashable, tuple[Hashable, dt.datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """Return the answer that tells `key`."""
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer in place of an older one."""
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            size = sum(kept.size for kept in self._answers.values())
            while size > self._budget and len(self._answers) > 1:
                _, dropped = self._answers.popitem(last=False)
                size -= dropped.size

    def remember(self, request: Hashable, key: Hashable, until: dt.datetime) -> None:
        """Remember that `request` is answered by what tells `key`, `until` it asks for other days (UTC)."""
        with self._lock:
            self._requests[request] = key, until
            self._requests.move_to_end(request)
            while len(self._requests) > MAX_REQUESTS:
                self._requests.popitem(last=False)

    def find(self, request: Hashable, now: dt.datetime) -> Answer | None:
        """Return the answer to a request that was answered before, if all that it tells is still good."""
        key, until = self._requests.get(request, (None, now))
        answer = self.get(key) if now < until else None
        good = answer is not None and answer.good_until is not None and now < answer.good_until
        return answer if good else None


def request_key(scope: Scope, audience: Audience, seen: Hashable) -> Hashable:
    """Return what tells requests apart that may be answered differently, but for `conditions`."""
    return scope["path"], scope["query_string"], audience.name, seen


def conditions(request: HTTPConnection) -> tuple[str, str]:
    """Return the headers that decide in which form an answer is sent: `Accept-Encoding` and `If-None-Match`."""
    return request.headers.get("Accept-Encoding", ""), request.headers.get("If-None-Match", "")


class FastPathMiddleware:
    """Sends kept answers for as long as all that they tell is good, and leaves everything else to the routes.

    An app whose dependencies are overridden is asked each time: its answers depend on more than the request.
    """

    def __init__(self, app: ASGIApp, backend: FastAPI, state: AppState) -> None:
        self._app, self._backend, self._state = app, backend, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        app: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] == "GET" and not self._backend.dependency_overrides:
            app = self._known(scope) or app
        await app(scope, receive, send)

    def _known(self, scope: Scope) -> ASGIApp | None:
        request = HTTPConnection(scope)
        audience = self._backend.state.audiences.of(request.headers.get("Authorization"))
        if audience is None:
            return None
        key = request_key(scope, audience, self._state.generation)
        answer = self._backend.state.answers.find(key, self._state.clock())
        if answer is None:
            return None
        accepted, etags = conditions(request)
        if not answer.is_ready(accepted):
            return None
        current_request().source = "kept"
        return answer.response(accepted, etags)
