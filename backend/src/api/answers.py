"""Turns reports into answers: JSON or CSV, made once, kept, and sent again for as long as nothing has changed."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import threading
import weakref
from collections import OrderedDict
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson
from starlette.requests import HTTPConnection
from starlette.responses import Response

from src.api.fields import Meta, Totals
from src.api.shapes import Row, shape_of
from src.core.http.responses import COMPRESSED_FROM_BYTES, IDENTITY, choose_encoding, compress
from src.core.memory import give_back_memory
from src.core.request_notes import current_request

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    import polars as pl
    from fastapi import FastAPI
    from pydantic import BaseModel
    from starlette.types import ASGIApp, Receive, Scope, Send

    from src.api.audience import Asked, Audience
    from src.services.report import Names, Report
    from src.utils.common import LeaderboardSettings
    from src.utils.dependency_config import AppState

DAY = dt.timedelta(days=1)
LARGE_BYTES = 1_000_000
BUDGET_BYTES = 32_000_000
MAX_REQUESTS = 1024
NOT_MODIFIED = 304
# private: a shared cache must not hand one person's answer to another
CACHE_CONTROL = "private, no-cache"
VARY = "Authorization, Accept-Encoding"


def meta(report: Report, settings: LeaderboardSettings, audience: Audience) -> Row:
    """Say how whole and how recent a report is, as far as it is for `audience`."""
    usage = report.usage
    told = Meta(
        as_of=usage.as_of,
        stale=usage.stale,
        complete=report.is_whole,
        missing_days=list(usage.missing_days),
        source="demo" if settings.leaderboard_demo else "gateway",
        scope=report.names.directory.scope,
        totals=Totals(**asdict(usage.totals())),
    )
    return shape_of(Meta, audience.hidden)(told.model_dump(mode="json"))


def to_json(content: Row) -> bytes:
    """Write JSON. A data frame is a list of its rows: Polars writes them as orjson does, without objects."""
    return orjson.dumps(content, default=_rows_as_json)


def _rows_as_json(frame: pl.DataFrame) -> orjson.Fragment:
    return orjson.Fragment(frame.write_json())


def json_answer(model: BaseModel) -> Response:
    """Answer with a model; what was never set is left out."""
    return Response(model.model_dump_json(exclude_unset=True), media_type="application/json")


async def report_answer(
    asked: Asked, report: Report, told: Hashable, make: Callable[[], Answer], seen: Hashable
) -> Response:
    """Answer with what `make` makes of a report, or with what it made: `told` says what of it, and in which form.

    `seen` is the app's `generation` from before the report was made: by now, the gateway may have another
    database, for which this answer is not to be sent again.
    """
    request, audience, state = asked.request, asked.audience, asked.state
    kept: KeptAnswers = request.app.state.answers
    key = (told, report.usage.start, report.usage.end, audience.name, seen)
    answer = kept.get(key)
    if answer is None or not answer.is_of(report):
        answer = await asyncio.to_thread(_make_once, kept, key, report, make)
    # at most for the time to live of live days, so that what changes in settled ones is seen then, too
    soon = state.clock() + dt.timedelta(seconds=state.settings.live_ttl_seconds)
    expires_at = report.expires_at()
    answer.good_until = None if expires_at is None else min(expires_at, soon)
    # from then on, the same request may be one for other days
    midnight = dt.datetime.combine(asked.at.date() + DAY, dt.time(), dt.UTC)
    asked_for, headers = _told_apart_by(request, audience, seen)
    kept.remember(asked_for, key, midnight)
    return await asyncio.to_thread(answer.response, *headers)


def _make_once(kept: KeptAnswers, key: Hashable, report: Report, make: Callable[[], Answer]) -> Answer:
    """Many ask at the same time: the first makes it."""
    with report.usage.deriving:
        answer = kept.get(key)
        if answer is None or not answer.is_of(report):
            answer = make()
            kept.put(key, answer)
            if answer.size >= LARGE_BYTES:
                give_back_memory()
        return answer


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


def _told_apart_by(
    request: HTTPConnection, audience: Audience, seen: Hashable
) -> tuple[Hashable, tuple[str, str]]:
    """Return what tells requests apart that are answered differently, and what decides in which form that is sent.

    The latter are `Accept-Encoding` and `If-None-Match`.
    """
    scope, headers = request.scope, request.headers
    told = scope["path"], scope["query_string"], audience.name, seen
    return told, (headers.get("Accept-Encoding", ""), headers.get("If-None-Match", ""))


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
        key, (accepted, etags) = _told_apart_by(request, audience, self._state.generation)
        answer = self._backend.state.answers.find(key, self._state.clock())
        if answer is None or not answer.is_ready(accepted):
            return None
        current_request().source = "kept"
        return answer.response(accepted, etags)
