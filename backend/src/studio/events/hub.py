"""`EventHub`: gives the events of jobs to the sockets of their owners, in order, from where each socket is."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from src.core.redaction import place_of
from src.studio.jobs import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from src.studio.database.changes import Changes
    from src.studio.database.database import Database
    from src.studio.jobs.journal import Event, Head

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# Between two looks: what comes meanwhile goes out together.
PAUSE_SECONDS = 0.02
# How many messages wait for a socket, and how many are read at once.
ROOM, BATCH = 512, 128
# How long a socket may take nothing while there is more for it.
STALL_SECONDS = 5.0
# How long a new socket's jobs are held back, so that it can say where it was: what it is told is in order then.
HOLD_SECONDS = 1.0
SOCKETS_A_USER = 5


class Heads(Protocol):
    """Where jobs are."""

    def moving(self, known: AbstractSet[str]) -> Mapping[str, Head]:
        """Return where each job is that has not ended, ended not long ago, or is one of `known`."""
        ...


class TooManySocketsError(Exception):
    """The user has as many sockets in this process as one may have."""


class Listener:
    """One socket's messages that wait, and how far it has been told of each job."""

    def __init__(self, user_id: str, heads: Mapping[str, int], drained: Callable[[], None]) -> None:
        self.user_id = user_id
        self.too_slow = asyncio.Event()
        self._told = dict(heads)
        # Jobs that may have ended long ago, by their newest event: told of because the socket asked for it.
        self._asked: dict[str, int] = {}
        self._held, self._held_until = set(heads), time.monotonic() + HOLD_SECONDS
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._there = asyncio.Event()
        self._drained = drained
        self._full_since: float | None = None

    def put(self, message: Mapping[str, Any]) -> None:
        """Let a message wait for the socket."""
        self._waiting.append(message)
        self._there.set()

    def tell(self, event: Event) -> None:
        """Let an event wait for the socket."""
        self._told[event.job_id] = event.seq
        self.put(event.message())

    async def take(self) -> Mapping[str, Any]:
        """Return the next message, when there is one."""
        while not self._waiting:
            self._there.clear()
            await self._there.wait()
        self._full_since = None
        message = self._waiting.popleft()
        if len(self._waiting) == ROOM // 2:
            self._drained()
        return message

    @property
    def room(self) -> int:
        """How many events may still wait. Where there is no room for too long, the socket is too slow."""
        left = ROOM - len(self._waiting)
        if left > 0:
            return left
        self._full_since = self._full_since or time.monotonic()
        if time.monotonic() - self._full_since > STALL_SECONDS:
            self.too_slow.set()
        return 0

    def go_on(self, job_id: str, after: int, head: int) -> None:
        """Have told what came after `after` of a job whose newest event is `head`, and what comes then."""
        self._held.discard(job_id)
        self._told[job_id], self._asked[job_id] = after, head

    def skip(self, job_id: str, seq: int) -> None:
        """Take it that everything up to `seq` has been told of a job: it is not there any more."""
        self._told[job_id] = seq

    def behind(self, heads: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
        """Yield each job of which there is more to tell: its id, what was told last, and what is newest."""
        if self._held and time.monotonic() > self._held_until:
            self._held.clear()
        for job_id, head in {**self._asked, **heads}.items():
            told = self._told.get(job_id, 0)
            if told < head and job_id not in self._held:
                yield job_id, told, head
            else:
                self._asked.pop(job_id, None)


class EventHub:
    """The sockets of this process. One task reads for all of them; nobody reads while there are none."""

    def __init__(self, database: Database, changes: Changes, heads: Heads) -> None:
        self._database, self._changes, self._heads = database, changes, heads
        self._listeners: dict[str, list[Listener]] = {}
        self._wake = asyncio.Event()
        # What had not ended at the last look: its end is told of, however long ago the clock says that it was.
        self._active: AbstractSet[str] = frozenset()
        self.sent = 0

    @property
    def sockets(self) -> int:
        """How many sockets there are."""
        return sum(map(len, self._listeners.values()))

    def join(self, user_id: str, heads: Mapping[str, int]) -> Listener:
        """Add a socket that knows of jobs as far as `heads`. Raises `TooManySocketsError`.

        Of those it is told what comes next, once it has said from where on, or `HOLD_SECONDS` are over. Of jobs
        that are submitted from now on it is told everything.
        """
        there = self._listeners.setdefault(user_id, [])
        if len(there) >= SOCKETS_A_USER:
            raise TooManySocketsError
        listener = Listener(user_id, heads, self._wake.set)
        there.append(listener)
        self._wake.set()
        asyncio.get_running_loop().call_later(HOLD_SECONDS + PAUSE_SECONDS, self._wake.set)
        return listener

    def leave(self, listener: Listener) -> None:
        """Take a socket away."""
        there = self._listeners[listener.user_id]
        there.remove(listener)
        if not there:
            del self._listeners[listener.user_id]

    def wake(self) -> None:
        """Look whether there is anything to tell."""
        self._wake.set()

    async def run(self) -> None:
        """Give out events, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            group.create_task(self._give_out())

    async def _hear(self) -> None:
        async for _ in self._changes.watch(LOOK_SECONDS):
            self._wake.set()

    async def _give_out(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._listeners:
                try:
                    await self._look()
                except Exception as error:  # noqa: BLE001 - there will be another look, and nobody else to look
                    logger.warning("Sockets are not told of jobs: %s", place_of(error))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _look(self) -> None:
        moving = await asyncio.to_thread(self._heads.moving, self._active)
        self._active = {job_id for job_id, head in moving.items() if head.is_active}
        for user_id, listeners in list(self._listeners.items()):
            heads = {job_id: head.seq for job_id, head in moving.items() if head.owner_id == user_id}
            read: dict[tuple[str, int], Sequence[Event]] = {}
            for listener in list(listeners):
                for job_id, told, head in list(listener.behind(heads)):
                    if (job_id, told) not in read and listener.room > 0:
                        read[job_id, told] = await asyncio.to_thread(self._read, job_id, told)
                    self._tell(listener, job_id, head, read.get((job_id, told), ()))

    def _tell(self, listener: Listener, job_id: str, head: int, events: Sequence[Event]) -> None:
        """Tell as much as there is room for; what is left is told when there is room again."""
        room = listener.room
        for event in events[:room]:
            listener.tell(event)
            self.sent += 1
        if not events and room > 0:
            listener.skip(job_id, head)  # it was deleted meanwhile
        elif room > 0 and events[-1].seq < head:
            self._wake.set()

    def _read(self, job_id: str, told: int) -> Sequence[Event]:
        with self._database.reading() as connection:
            return journal.after(connection, job_id, told, BATCH)
