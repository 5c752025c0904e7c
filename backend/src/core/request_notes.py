"""What is noted of a request while it is answered: for its line in the log, metrics, trace, place in a queue."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

# `kept`: bytes that were sent before; `known`: made of what was here; `fetched`: the gateway was waited for
Source = Literal["kept", "known", "fetched"]


@dataclass(slots=True)
class RequestNotes:
    """A request's id, the calls to the gateway that it has caused so far, and where its answer came from.

    `gives_way` says that others go before it where the gateway has to be waited for. `user_id` is whose request it
    is, where somebody is signed in: an id, never a name. A job in a worker has notes, too: its own `job_id`.
    Calls are made on threads of their own, which count them here, too.
    """

    request_id: str = ""
    gateway_calls: int = 0
    has_waited: bool = False
    source: Source | None = None
    gives_way: bool = False
    user_id: str | None = None
    job_id: str | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count_call(self) -> None:
        """Count a call to the gateway."""
        with self._lock:
            self.gateway_calls += 1


_CURRENT: ContextVar[RequestNotes] = ContextVar("request")
# Let `current_request` return some notes here, and in what is started from here, until the token is given back.
begin_request, end_request = _CURRENT.set, _CURRENT.reset


def current_request() -> RequestNotes:
    """Return the notes on the request that is being answered; work that is nobody's has notes for nobody."""
    return _CURRENT.get(None) or RequestNotes()
