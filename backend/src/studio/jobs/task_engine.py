"""An engine of asyncio's own tasks: what has to outlive the process stands in the rows of jobs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from src.studio.jobs.admission import Claim


class TaskEngine:
    """Runs each job as a task. Where its worker dies, another one claims its row and starts it anew."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, work: Callable[[str], Awaitable[None]]) -> None:
        """Take what runs a job."""
        self._work = work

    async def start(self, claim: Claim) -> None:
        """Run a job, or what is left of it."""
        task = asyncio.ensure_future(self._work(claim.job.id))
        self._tasks.add(task)  # the loop itself holds tasks loosely
        task.add_done_callback(self._tasks.discard)

    async def forget(self, job_ids: list[str]) -> None:
        """Do nothing: nothing is kept."""

    async def close(self) -> None:
        """Wait for the last task."""
        await asyncio.gather(*self._tasks)
