"""Mixed load for the soak: reports, mistakes, and clients that go away. Each answer is kept with its time."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.servers import ENDPOINTS
from benchmarks.sources import DAY, between
from src.utils.date_utils import MAX_RANGE_DAYS

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from benchmarks.asking import Peer
    from benchmarks.sources import Source

THREADS = 4
LONGEST_DAYS = 14
GONE = "a client that went away"
SERVER_ERROR = 500
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the statuses that it is answered with while nothing is wrong."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    right: frozenset[int] = frozenset({200, 304})


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer: from when to when it was waited for (`time.monotonic`), its status, its error's code, if any."""

    question: Question
    began: float
    ended: float
    status: int
    code: str

    @property
    def is_right(self) -> bool:
        """Whether it is what is answered while nothing is wrong."""
        return self.status in self.question.right


OTHERS = (
    Question("/config"),
    Question("/health"),
    Question("/metrics"),
    Question("/openapi.json"),
    Question("/ready", right=frozenset({200, 503})),
    Question("/tokens", {"start_date": "x"}, right=frozenset({400})),
    Question("/tokens/nothing", right=frozenset({404})),
    Question("/tokens", headers={"Authorization": "Bearer wrong"}, right=frozenset({401})),
)


class Load:
    """Asks on several threads until it is stopped. `samples` is what came of it."""

    def __init__(self, peer: Peer, source: Source) -> None:
        self._peer, self._days = peer, source.days
        # each is asked for once: what is not known yet is what a fault can keep from being answered
        self._unknown = iter([source.first - n * DAY for n in range(1, MAX_RANGE_DAYS)])
        self._etags: dict[str, str] = {}
        self._stopped = threading.Event()
        self.samples: list[Sample] = []

    @contextlib.contextmanager
    def running(self) -> Generator[None]:
        """Ask for as long as the block runs."""
        self._stopped.clear()
        threads = [threading.Thread(target=self._run, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def _run(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - not a secret
        while not self._stopped.is_set():
            if chance.random() < 0.03:  # noqa: PLR2004 - some
                self._go_away(chance)
            else:
                self.samples.append(self._ask(self._question(chance)))

    def _question(self, chance: random.Random) -> Question:
        """Return a question: mostly for a report of some days, now and then for something else, or a wrong one."""
        (make,) = chance.choices([self._report, self._older_day, self._hours, self._another], [60, 2, 8, 30])
        return make(chance)

    def _another(self, chance: random.Random) -> Question:
        return chance.choice(OTHERS)

    def _hours(self, chance: random.Random) -> Question:
        return Question("/tokens/hourly", self._range(chance, 2))

    def _report(self, chance: random.Random) -> Question:
        path = chance.choice(ENDPOINTS)
        form = chance.choice(["json", "json", "csv"])
        params = {**self._range(chance, LONGEST_DAYS), "format": form}
        known = self._etags.get(f"{path}{params}", "") if chance.random() < 0.5 else ""  # noqa: PLR2004 - half of them
        encoding = chance.choice(["gzip", "br", "identity"])
        return Question(path, params, {"Accept-Encoding": encoding, "If-None-Match": known})

    def _older_day(self, chance: random.Random) -> Question:
        day = next(self._unknown, self._days[0])
        return Question(chance.choice(ENDPOINTS), between(day, day))

    def _range(self, chance: random.Random, longest: int) -> dict[str, str]:
        last = self._days[-1] - chance.randrange(len(self._days)) * DAY
        return between(max(self._days[0], last - chance.randrange(longest) * DAY), last)

    def _ask(self, question: Question) -> Sample:
        began = time.monotonic()
        try:
            answer = self._peer.request(question.path, question.params, headers=question.headers)
        except OSError as error:
            return Sample(question, began, time.monotonic(), NO_ANSWER, type(error).__name__)
        if "etag" in answer.headers:
            self._etags[f"{question.path}{dict(question.params)}"] = answer.headers["etag"]
        code = json.loads(answer.body).get("code", "") if answer.status >= SERVER_ERROR else ""
        return Sample(question, began, time.monotonic(), answer.status, code)

    def _go_away(self, chance: random.Random) -> None:
        """Ask, and do not wait for the answer."""
        question = self._report(chance)
        with socket.create_connection(("127.0.0.1", self._peer.port), timeout=5) as connection:
            query = "&".join(f"{name}={value}" for name, value in question.params.items())
            token = self._peer.headers["Authorization"]
            head = f"GET {question.path}?{query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"
            connection.sendall(head.encode())
