"""Carries out an evaluation: each case asked of each model, a few at a time, and judged as its answer comes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from src.core.redaction import place_of
from src.studio.bench.errors import FilesError
from src.studio.eval.results import Item, Result, record_of, result_of
from src.studio.exchange.asked import AskedModel, Asking
from src.studio.exchange.caller import Caller
from src.studio.exchange.conversation import converse
from src.studio.exchange.record import Exchange
from src.studio.llm.egress import EgressPolicy
from src.studio.scoring.score import score_case
from src.studio.scoring.work import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from src.studio.bench.measuring import Interrupt
    from src.studio.eval.asked import AskedSuite
    from src.studio.eval.live import Live
    from src.studio.eval.options import Options

HOPELESS = 10
"""After so many errors that stay, and no answer, a model is asked no more."""
OURS = "Something went wrong in this program with this answer, which says nothing of the model"


class Evaluation:
    """A run under way, and what it came to. `keep` is given each result's record, and may raise `FilesError`.

    `files_error` is a sentence where a file kept the run from going on.
    """

    def __init__(
        self, options: Options, asked: AskedSuite, keep: Callable[[dict[str, Any]], None], interrupt: Interrupt
    ) -> None:
        self._options, self._asked, self._keep, self._interrupt = options, asked, keep, interrupt
        self.results: list[Result] = []
        self.files_error: str | None = None
        self._models = {model: _model(options, asked, model) for model in options.models}
        self._refusals = dict.fromkeys(options.models, 0)
        self._asking = Asking(options.tool_choice, options.parallel_tool_calls, options.streaming)
        self._began = time.monotonic()

    @property
    def total(self) -> int:
        """How many answers there will be."""
        return len(self._models) * len(self._asked.cases) * self._options.repeats

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended it before its end."""
        return self._interrupt.asked.is_set() and len(self.results) < self.total

    def seconds_left(self) -> float | None:
        """Return how long it will take at the pace so far, None before the first answer."""
        done = len(self.results)
        return (time.monotonic() - self._began) / done * (self.total - done) if done else None

    async def run(self, live: Live) -> None:
        """Ask everything, or as much as there is time for until somebody stops it."""
        for model in self._models:
            live.begin(model, self.total // len(self._models))
        items = self._items()
        async with Caller(EgressPolicy(), at_once=self._options.concurrency) as caller:
            workers = [
                asyncio.create_task(self._work(items, caller, live)) for _ in range(self._options.concurrency)
            ]
            stopped = asyncio.create_task(self._interrupt.asked.wait())
            try:
                await self._until_done(workers, stopped)
            except FilesError as error:
                self.files_error = str(error)
            finally:
                for task in (*workers, stopped):
                    task.cancel()
                await asyncio.gather(*workers, stopped, return_exceptions=True)
        cases, models = (
            {name: at for at, name in enumerate(names)} for names in (self._asked.cases, self._models)
        )
        self.results.sort(
            key=lambda result: (cases[result.figures.case], models[result.model], result.figures.repeat)
        )

    @staticmethod
    async def _until_done(workers: list[asyncio.Task[None]], stopped: asyncio.Task[Any]) -> None:
        """Wait for all workers, the first that fails, or somebody who stops it. Raises what a worker raised."""
        waiting = set(workers)
        while waiting and not stopped.done():
            done, _ = await asyncio.wait({*waiting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for worker in waiting & done:
                worker.result()
            waiting -= done

    def _items(self) -> Iterator[Item]:
        """Yield what is asked: models by turns, so that no slow hour falls on one of them, and repeats apart."""
        for repeat in range(1, self._options.repeats + 1):
            for name, case in self._asked.cases.items():
                for model in self._models:
                    yield Item(model, name, case, repeat)

    async def _work(self, items: Iterator[Item], caller: Caller, live: Live) -> None:
        for item in items:
            result, record = await self._ask(item, caller)
            self._keep(record)
            self.results.append(result)
            live.ended(result)

    async def _ask(self, item: Item, caller: Caller) -> tuple[Result, dict[str, Any]]:
        """Ask, and judge what comes. What goes wrong here with one answer leaves it unscored, and no other."""
        exchange = Exchange()
        try:
            await self._converse(item, caller, exchange)
            # a case may have very much to look at: not on the loop, which stamps the others' times
            return await asyncio.to_thread(self._judged, item, exchange)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are to be asked
            problem = f"{OURS} ({place_of(error)})."
        exchange.status, exchange.error = "error", problem
        try:
            return self._judged(item, exchange)
        except Exception:  # noqa: BLE001 - it is in what came, then, which is left out
            return self._judged(item, Exchange("error", error=problem))

    async def _converse(self, item: Item, caller: Caller, exchange: Exchange) -> None:
        if self._refusals[item.model] >= HOPELESS:
            exchange.status = "error"
            exchange.error = f"Not asked: the first {HOPELESS} cases were refused."
            return
        model, tools = self._models[item.model], self._asked.suite.tools
        await converse(caller, model, item.case, tools, self._asking, exchange=exchange)
        self._note(item.model, exchange)

    def _judged(self, item: Item, exchange: Exchange) -> tuple[Result, dict[str, Any]]:
        verdict = None
        if exchange.status == "answered":
            try:
                toolbox, rounds = self._asked.toolbox, len(exchange.rounds)
                verdict = score_case(item.case, exchange.turns, toolbox, self._options.profile, rounds)
            except TooLargeError as error:
                exchange.status, exchange.error = "error", str(error)
        result = result_of(item, exchange, verdict)
        return result, record_of(result, exchange)

    def _note(self, model: str, exchange: Exchange) -> None:
        """Count errors that stay, as long as there was no answer at all."""
        if exchange.status == "answered":
            self._refusals[model] = -self.total
        elif exchange.status == "error" and not exchange.transient:
            self._refusals[model] += 1


def _model(options: Options, asked: AskedSuite, model: str) -> AskedModel:
    params = dict(options.params)
    if options.temperature is not None:
        params["temperature"] = options.temperature
    return AskedModel(
        target_id=model,
        provider_key=options.provider,
        model=model,
        base_url=options.base_url or "",
        api_key=options.api_key,
        params=params,
        price=options.price_of(model),
        system_prompt=options.system_of(model, asked.suite.system_prompt),
        timeout_seconds=options.timeout_s,
    )
