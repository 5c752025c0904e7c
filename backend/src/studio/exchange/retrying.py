"""Which failures of a provider may be gone a moment later, and how long that moment is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.llm import failures

if TYPE_CHECKING:
    import random

    from src.studio.llm.answer import Answer

MOST_TRIES = 4
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 8.0
LONGEST_ASKED_WAIT_SECONDS = 60.0
"""What a provider asks for beyond that (`Retry-After`) is not waited for: other cases have their turn."""
JITTER = 0.25

# 529 is Anthropic's "overloaded"
TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504, 529})
# An answer that broke off is none: it is asked for again, as one that never came
TRANSIENT_KINDS = frozenset({failures.CONNECTION, failures.TRUNCATED, failures.IN_STREAM})


def is_transient(answer: Answer) -> bool:
    """Tell whether a call failed in a way that another try may not.

    Where no connection was made at all, nothing was lost: what keeps it from being made is there for all calls.
    """
    if answer.failure is None or answer.status == "timeout":
        return False
    if answer.failure.kind in TRANSIENT_KINDS:
        return answer.sent_ns is not None
    return answer.http_status in TRANSIENT_STATUSES


def wait_seconds(answer: Answer, tries: int, rng: random.Random) -> float | None:
    """Return how long to wait after so many tries, None where no other one is made.

    Twice as long each time, and at least what the provider asks for; longer by up to a quarter, so that calls that
    failed together do not come back together.
    """
    if tries >= MOST_TRIES or not is_transient(answer):
        return None
    asked = answer.retry_after_seconds or 0.0
    if asked > LONGEST_ASKED_WAIT_SECONDS:
        return None
    wait = max(min(FIRST_WAIT_SECONDS * 2 ** (tries - 1), LONGEST_WAIT_SECONDS), asked)
    return wait * (1 + JITTER * rng.random())
