"""What an engine is to a worker: it keeps claimed jobs going. Who may run, and how it ended, is not its part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from src.studio.jobs.admission import Claim


class Engine(Protocol):
    """Runs what a worker has claimed. `work` is told a job's id, and returns when that job has ended here."""

    async def open(self, work: Callable[[str], Awaitable[None]]) -> None:
        """Get ready to run things."""
        ...

    async def start(self, claim: Claim) -> None:
        """Begin a job, or go on with one that another worker began; returns when `work` will be called."""
        ...

    async def forget(self, job_ids: list[str]) -> None:
        """Delete what is kept of jobs that are deleted."""
        ...

    async def close(self) -> None:
        """Let go of everything, when all `work` has returned."""
        ...
