"""One attempt at a run: asks what is left of it, scores what comes, and writes down every result as it ends."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.core.redaction import place_of
from src.studio.benchmarks.progress import duration
from src.studio.exchange.caller import Caller
from src.studio.exchange.conversation import converse
from src.studio.exchange.record import Exchange
from src.studio.scoring.score import score_case
from src.studio.scoring.work import TooLargeError
from src.studio.tool_eval import repository
from src.studio.tool_eval.events import progress_event, result_event, tells_each
from src.studio.tool_eval.results import calls_made, result_row
from src.studio.tool_eval.told import for_event, result_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.database.database import Database
    from src.studio.exchange.asked import AskedModel, Asking
    from src.studio.jobs.handler import RunningJob
    from src.studio.llm.egress import EgressPolicy
    from src.studio.scoring.toolbox import Toolbox
    from src.studio.scoring.verdict import Verdict
    from src.studio.tool_eval.repository import Recorded
    from src.studio.tool_eval.runs import AskedCase, Place, RunToDo

logger = logging.getLogger(__name__)

# What is waited for when a run is cancelled: connections are closed at once.
CANCEL_SECONDS = 2.0
MOST_AT_ONCE, MOST_WAITING = 200, 400
"""Results that are written in one transaction, and that may wait for it before models are asked for more."""
# How often is written, and how often told how far it is where not each result is told of
PAUSE_SECONDS, TELL_SECONDS = 0.05, 1.0
OURS = (
    "Something went wrong in Studio with this answer, which says nothing of the model. Quote the run's id when "
    "you report it."
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A result, as it is kept; `told` is its event's data, None where none is told. `calls` are their outcomes."""

    place: Place
    row: dict[str, Any]
    told: dict[str, Any] | None
    calls: Sequence[str]


@dataclass(frozen=True, slots=True)
class Means:
    """What a run is asked with: models in the order of its targets, and the suite's tools, ready for scoring."""

    models: Sequence[AskedModel]
    asking: Asking
    tools: Toolbox
    egress: EgressPolicy


@dataclass(slots=True)
class Evaluation:
    """An attempt at what is left of a run."""

    database: Database
    job: RunningJob
    run: RunToDo
    recorded: Recorded
    means: Means
    began: float = field(default_factory=time.monotonic)
    ended: int = 0
    """How many results have ended in this attempt."""
    told_at: float = float("-inf")
    cases: Mapping[int, AskedCase] = field(init=False)
    toolboxes: dict[tuple[str, ...] | None, Toolbox] = field(default_factory=dict)
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_WAITING))
    """For results that are not written yet."""

    def __post_init__(self) -> None:
        """Find cases by their positions."""
        self.cases = {asked.index: asked for asked in self.run.cases}

    async def carry_out(self) -> None:
        """Ask what is not recorded, and write what comes of it."""
        finished: asyncio.Queue[Finished | None] = asyncio.Queue()
        asking = asyncio.create_task(self._ask(finished))
        writing = asyncio.create_task(self._write_until_the_end(finished))
        try:
            await asyncio.shield(writing)  # what is being written is written whole, whoever cancels
            await asking
        except asyncio.CancelledError:
            asking.cancel()  # which is an end, too
            await asyncio.wait({writing}, timeout=CANCEL_SECONDS)
            raise
        finally:
            for task in (asking, writing):
                task.cancel()
            await asyncio.gather(asking, writing, return_exceptions=True)

    async def _ask(self, finished: asyncio.Queue[Finished | None]) -> None:
        """Ask all providers beside each other, each for so many cases at a time."""
        concurrency = self.run.request.concurrency
        lanes: dict[str, list[int]] = {}
        for at, model in enumerate(self.means.models):
            lanes.setdefault(model.provider_key, []).append(at)
        try:
            async with (
                Caller(self.means.egress, at_once=concurrency) as caller,
                asyncio.TaskGroup() as group,
            ):
                for targets in lanes.values():
                    left = self._left(targets)
                    for _ in range(concurrency):
                        group.create_task(self._work(caller, left, finished))
        finally:
            finished.put_nowait(None)

    def _left(self, targets: Sequence[int]) -> Iterator[Place]:
        return (place for place in self.run.places(targets) if place.key not in self.recorded.keys)

    async def _work(self, caller: Caller, left: Iterator[Place], finished: asyncio.Queue[Finished | None]) -> None:
        for place in left:
            await self.room.acquire()
            finished.put_nowait(await self._answer(caller, place))

    async def _answer(self, caller: Caller, place: Place) -> Finished:
        """Ask, and judge what comes. What goes wrong here with one answer leaves it unscored, and no other."""
        asked, model, exchange = self.cases[place.case], self.means.models[place.target], Exchange()
        try:
            await converse(caller, model, asked.case, self.run.tools, self.means.asking, exchange=exchange)
            # a case may have very much to look at: not on the loop
            return await asyncio.to_thread(self._finished, place, exchange)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are to be asked
            fields = {"run_id": self.run.id, "result": place.key, "error": place_of(error)}
            logger.error({"event": "answer_not_judged", **fields})  # noqa: TRY400 - it could quote keys
        exchange.status, exchange.error = "error", OURS
        try:
            return self._finished(place, exchange)
        except Exception:  # noqa: BLE001 - it is in what came, then, which is left out
            return self._finished(place, Exchange("error", error=OURS))

    def _finished(self, place: Place, exchange: Exchange) -> Finished:
        asked = self.cases[place.case]
        verdict = self._score(asked, exchange) if exchange.status == "answered" else None
        row = result_row(self.run.id, place, asked, exchange, verdict) | {"attempt": self.job.attempt}
        told = None
        if tells_each(self.run):
            told = for_event(result_told(row, self.run.targets[place.target], asked))
        return Finished(place, row, told, list(calls_made(exchange)))

    def _score(self, asked: AskedCase, exchange: Exchange) -> Verdict | None:
        names = asked.case.tools
        if names not in self.toolboxes:
            whole = self.means.tools
            self.toolboxes[names] = whole if names is None else whole.subset(names)
        try:
            toolbox, rounds = self.toolboxes[names], len(exchange.rounds)
            return score_case(asked.case, exchange.turns, toolbox, self.run.request.profile, rounds)
        except TooLargeError as error:
            exchange.status, exchange.error = "error", str(error)
            return None

    async def _write_until_the_end(self, finished: asyncio.Queue[Finished | None]) -> None:
        while True:
            batch = [await finished.get()]
            while batch[-1] is not None and len(batch) < MOST_AT_ONCE and not finished.empty():
                batch.append(finished.get_nowait())
            done = [one for one in batch if one is not None]
            await self._write(done)
            for _ in done:
                self.room.release()
            if batch[-1] is None:
                return
            await asyncio.sleep(PAUSE_SECONDS)  # what comes meanwhile is written together

    async def _write(self, batch: Sequence[Finished]) -> None:
        """Keep results and their events together, so that both are there, or neither."""
        if not batch:
            return
        rows = [one.row for one in batch]
        self.recorded.count(rows)
        self.ended += len(rows)
        calls = [outcome for one in batch for outcome in one.calls]
        await self.job.write(
            lambda connection: self._keep(connection, rows), events=self._told(batch), calls=calls
        )
        await self.job.progress(*self._progress())

    def _keep(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        repository.keep_results(self.database, connection, rows)
        repository.change_run(connection, self.run.owner_id, self.run.id, self.recorded.counts)

    def _told(self, batch: Sequence[Finished]) -> list[tuple[str, dict[str, Any]]]:
        last = batch[-1].place
        progress = progress_event(self.run, last, self.cases[last.case].name, self.recorded.done)
        if tells_each(self.run):
            return [progress, *(result_event(one.told) for one in batch if one.told is not None)]
        if time.monotonic() - self.told_at < TELL_SECONDS:
            return []
        self.told_at = time.monotonic()
        return [progress]

    def _progress(self) -> tuple[float, str]:
        """Return percent and a sentence."""
        done, total = self.recorded.done, self.run.total
        told = f"{done:,} of {total:,} answers"
        if done >= total:
            return 100.0, f"{told}."
        left = (time.monotonic() - self.began) / self.ended * (total - done)
        return 100 * done / total, f"{told}, about {duration(left)} left."
