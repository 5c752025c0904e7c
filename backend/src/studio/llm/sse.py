"""Server-sent events from bytes, as the HTML standard has them, whatever the pieces that they arrive in."""

from __future__ import annotations

from typing import NamedTuple

from src.studio.llm.limits import LONGEST_LINE, TooLargeError

BOM = b"\xef\xbb\xbf"


class ServerSentEvent(NamedTuple):
    """One event: its name, mostly empty, and its data, whose lines are joined by LF. Bytes are left undecoded."""

    name: bytes
    data: bytes


class SseParser:
    """Takes a stream piece by piece. Lines end in LF, CRLF or CR; comments, ids and retry times are left out.

    It keeps no more than the event that is under way, at most `longest` bytes; beyond that, `feed` raises
    `TooLargeError`.
    """

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._line = bytearray()
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0
        self._at_start = True
        self._after_cr = False

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        """Return the events that are complete with this piece."""
        if self._after_cr and piece.startswith(b"\n"):
            piece = piece[1:]
            self._after_cr = False
        if not piece:
            return []
        self._after_cr = piece.endswith(b"\r")
        lines = piece.splitlines()
        rest = b"" if piece.endswith((b"\n", b"\r")) else lines.pop()
        events = [event for line in lines if (event := self._take(line)) is not None]
        self._line += rest
        self._check(len(self._line))
        return events

    def close(self) -> ServerSentEvent | None:
        """Return the event that was under way when the stream ended, if it has data; its last line may be cut."""
        if self._line:
            self._take(b"")
        return self._take(b"")

    def _take(self, end: bytes) -> ServerSentEvent | None:
        """Complete the line that is under way; an empty one ends an event."""
        if self._line:
            self._line += end
            line = bytes(self._line)
            self._line.clear()
        else:
            line = end
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(BOM)
        self._check(len(line))
        if line:
            self._field(line)
            return None
        return self._dispatch()

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._size += len(value) + 1
            self._check(self._size)
        elif name == b"event":
            self._name = value

    def _dispatch(self) -> ServerSentEvent | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = b"", [], 0
        return ServerSentEvent(name, b"\n".join(data)) if data else None

    def _check(self, size: int) -> None:
        if size > self._longest:
            raise TooLargeError("The answer has a line or an event that is too long to be read.")
