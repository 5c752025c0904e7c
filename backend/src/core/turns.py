"""How much of one kind somebody may have under way at once: beyond that, others would wait behind it."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Turns:
    """Counts what each has under way, on whatever threads; `most` of it is taken, and more is refused.

    `refusal` makes the error that is raised.
    """

    def __init__(self, most: int, refusal: Callable[[], Exception]) -> None:
        self._most, self._refusal = most, refusal
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()

    @contextlib.contextmanager
    def taken_by(self, who: str) -> Generator[None]:
        """Count one more of somebody's until this ends. Raises what `refusal` makes."""
        with self._lock:
            if self._under_way[who] >= self._most:
                raise self._refusal()
            self._under_way[who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[who] -= 1
                if not self._under_way[who]:
                    del self._under_way[who]
