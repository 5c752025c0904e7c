"""How much may be looked at for one verdict, so that no suite and no answer keeps a worker busy for ever."""

from __future__ import annotations

MOST_STEPS = 2_000_000


class TooLargeError(ValueError):
    """What is too large to be judged, which says nothing of the model: it is unscored. Its text is a sentence."""


class Work:
    """What is left of the work that may be done for one verdict, in steps of about a microsecond."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take so many steps from what is left. Raises `TooLargeError` where there are not as many."""
        self.left -= steps
        if self.left < 0:
            raise TooLargeError("Too large to be judged: there is too much to compare in the case and its answer.")
