"""Limits that are everybody's; a user's own stand in the account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What may run, and what may wait, at once."""

    running: int = 16  # of all users, over all workers
    running_here: int = 8  # in one worker
    queued: int = 20  # of one user, beside those that could start at once
    crashes: int = 3  # workers that may die over a job, one after another without any progress


HOUR_SECONDS = 3600
# How long a worker may be silent, though it is not known to have ended, before others take its jobs over.
SILENCE_SECONDS = 10.0
