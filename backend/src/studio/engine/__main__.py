"""A generator process, `python -m src.studio.engine`: stdin's first line is a plan, stdout has an event a line.

A line `{"type": "cancel"}` on stdin, or its end, closes all connections: a generator does not outlive its parent.
A line `{"type": "go", "lane", "block", "at_ns", "overheads"}` lets a block begin, where the plan has them held.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sys
import threading
from typing import TYPE_CHECKING, Any

import orjson

from src.core.memory import rare_collections
from src.studio.engine.events import Event, event_to_dict
from src.studio.engine.plan import Plan
from src.studio.engine.run import Run
from src.studio.llm.client import ChatClient
from src.studio.llm.guarded import guarded_connector

if TYPE_CHECKING:
    from collections.abc import Callable

STDIN, STDOUT = 0, 1
PIECE = 1024 * 1024
UNREADABLE = 2


class Output:
    """Writes events in a thread of its own: a parent that reads slowly must not hold up the loop."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def emit(self, event: Event) -> None:
        """Write an event, soon."""
        self._lines.put(orjson.dumps(event_to_dict(event)) + b"\n")

    def close(self) -> None:
        """Wait until all is written."""
        self._lines.put(None)
        self._thread.join()

    def _write(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # whoever read it is gone; stdin tells so, too
            while (line := self._lines.get()) is not None:
                rest = memoryview(line)
                while rest:
                    rest = rest[os.write(STDOUT, rest) :]


def read_plan() -> tuple[Plan, bytes]:
    """Return the plan, and what came behind it. Raises `ValueError`, `KeyError` or `TypeError`."""
    read = bytearray()
    while True:
        piece = os.read(STDIN, PIECE)
        end = piece.find(b"\n")
        if end >= 0 or not piece:
            read += piece[: max(end, 0)]
            return Plan.from_dict(orjson.loads(read)), piece[end + 1 :]
        read += piece


def listen(rest: bytes, cancel: Callable[[], object], go: Callable[[dict[str, Any]], object]) -> None:
    """Call `go` with each line that says so; call `cancel`, and end, at one that says that, or when stdin ends."""
    read = bytearray(rest)
    while True:
        *lines, read = read.split(b"\n")
        for said in map(orjson.loads, lines):
            if said["type"] == "cancel":
                cancel()
                return
            go(said)
        piece = os.read(STDIN, PIECE)
        if not piece:
            cancel()
            return
        read += piece


async def generate(plan: Plan, rest: bytes, output: Output) -> None:
    """Carry out a plan until it is done or cancelled."""
    loop = asyncio.get_running_loop()
    async with ChatClient(guarded_connector(plan.open_to)) as client:
        run = Run(plan, client, output.emit)
        task = asyncio.create_task(run())

        def soon(call: Callable[..., object], *arguments: Any) -> None:  # noqa: ANN401 - whatever it takes
            with contextlib.suppress(RuntimeError):  # the loop is closed: all is done
                loop.call_soon_threadsafe(call, *arguments)

        def go(said: dict[str, Any]) -> None:
            soon(run.go, said["lane"], said["block"], said["at_ns"], said["overheads"])

        await asyncio.sleep(0)  # it has begun, and will report, however soon it is cancelled
        threading.Thread(target=listen, args=(rest, lambda: soon(task.cancel), go), daemon=True).start()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def main() -> int:
    """Run a generator, and return its exit code."""
    try:
        plan, rest = read_plan()
    except (ValueError, KeyError, TypeError) as error:
        print(f"The plan cannot be read ({type(error).__name__})", file=sys.stderr)  # noqa: T201 - the parent reads it
        return UNREADABLE
    output = Output()
    with rare_collections(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(generate(plan, rest, output))
    output.close()
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
