"""`LogTail`: the newest lines of this process's log, to be looked at where its standard error cannot be."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from typing import TYPE_CHECKING

from src.telemetry.logs import JsonLines

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Sequence

ROOM = 2000


class LogTail(logging.Handler):
    """Keeps the newest lines, as JSON, thus without traces, keys and URLs, whatever form the log itself has."""

    def __init__(self, room: int = ROOM) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self._lines: deque[tuple[str, str]] = deque(maxlen=room)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        try:
            self._lines.append((record.levelname.lower(), self.format(record)))
        except Exception:  # noqa: BLE001 - as all handlers: whoever logs is not to break over it
            self.handleError(record)

    def newest(self, count: int, levels: Collection[str] = (), search: str = "") -> Sequence[str]:
        """Return the newest lines, the oldest of them first: of these levels, any where there are none.

        `search` is found in what a line says, whatever its case.
        """
        self.acquire()
        try:
            kept = list(self._lines)
        finally:
            self.release()
        wanted = search.lower()
        found = [
            line
            for level, line in reversed(kept)
            if (not levels or level in levels) and (not wanted or wanted in line.lower())
        ]
        return found[:count][::-1]

    @contextlib.contextmanager
    def listening(self) -> Generator[None]:
        """Keep what is logged within the block."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield
        finally:
            root.removeHandler(self)
