"""The parent's side: starts a generator process, hands it the plan, and gives what it tells."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import orjson

from src.core.redaction import redact_secrets
from src.studio.engine.events import Event, Report, event_from_dict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from types import TracebackType

    from src.studio.engine.plan import Plan

MODULE = "src.studio.engine"
BACKEND = Path(__file__).resolve().parents[3]
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one event; the record of an answer in a million pieces has 10 MB."""
END_SECONDS = 2.0
KEPT_STDERR = 4096
# The generator gets no key, address or setting of the server: what runs Python, and which authorities it trusts
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR")
CANCEL = b'{"type":"cancel"}\n'


class GeneratorError(Exception):
    """The generator died or spoke nonsense. The message is one sentence, without secrets."""


class Generator:
    """A generator process for one plan.

    `async with Generator(plan) as generator: async for event in generator: …` gives `Ready`, then `Started` and
    `Finished` for each request, and a `Report` as the last one. Leaving the block ends the process, whatever it is
    doing; it also ends by itself when this process is gone. Iterating raises `GeneratorError` when it dies.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._process: asyncio.subprocess.Process | None = None
        self._stderr = b""
        self._stderr_task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process's id, once it was started."""
        return self._started.pid

    @property
    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise GeneratorError("The load generator was not started.")
        return self._process

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", MODULE, stdin=pipe, stdout=pipe, stderr=pipe, cwd=BACKEND, env=environment,
                limit=LONGEST_LINE, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise GeneratorError(f"The load generator could not be started: {error.strerror}.") from None
        self._write(lambda stdin: stdin.write(orjson.dumps(self._plan.to_dict()) + b"\n"))
        self._stderr_task = asyncio.create_task(self._read_stderr())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._started
        self._write(lambda stdin: stdin.close())
        try:
            async with asyncio.timeout(END_SECONDS if kind is None else 0):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        finally:
            if self._stderr_task is not None:
                self._stderr_task.cancel()
                await asyncio.gather(self._stderr_task, return_exceptions=True)

    def cancel(self) -> None:
        """Close all connections at once.

        What was in flight still comes, as records with the status `cancelled`, and the report after them.
        """
        self._write(lambda stdin: stdin.write(CANCEL))

    def go(self, lane: int, block: int, at_ns: int, overheads: Mapping[str, int]) -> None:
        """Let a block that is `Held` begin at a time of `time.perf_counter_ns`."""
        said = {"type": "go", "lane": lane, "block": block, "at_ns": at_ns, "overheads": overheads}
        self._write(lambda stdin: stdin.write(orjson.dumps(said) + b"\n"))

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Give the events until the report."""
        stdout = self._started.stdout
        assert stdout is not None  # noqa: S101 - it was asked for
        while True:
            try:
                line = await stdout.readline()
                event = event_from_dict(orjson.loads(line)) if line.endswith(b"\n") else None
            except (ValueError, KeyError, TypeError, AttributeError):
                raise GeneratorError("The load generator told something that cannot be read.") from None
            if event is None:
                raise GeneratorError(await self._how_it_died())
            yield event
            if isinstance(event, Report):
                return

    async def _how_it_died(self) -> str:
        code = await self._started.wait()
        if self._stderr_task is not None:
            await asyncio.wait([self._stderr_task], timeout=END_SECONDS)
        last = self._stderr.decode(errors="replace").strip().rpartition("\n")[2]
        keys = [target.api_key for target in self._plan.targets if target.api_key]
        reason = f": {redact_secrets(last, keys)}" if last else ""
        return f"The load generator ended before its work did ({_ending(code)}){reason}."

    async def _read_stderr(self) -> None:
        stderr = self._started.stderr
        assert stderr is not None  # noqa: S101 - it was asked for
        while part := await stderr.read(KEPT_STDERR):
            self._stderr = (self._stderr + part)[-KEPT_STDERR:]

    def _write(self, call: Callable[[asyncio.StreamWriter], None]) -> None:
        stdin = self._started.stdin
        if stdin is not None and not stdin.is_closing():
            call(stdin)


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
