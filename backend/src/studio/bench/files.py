"""The files under `--output`: records as the run goes, and the rest at its end, each whole or not there."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.bench.errors import FilesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

RECORDS, SUMMARY, TABLE, REPORT = "records.jsonl", "summary.json", "summary.csv", "report.html"
FLUSH_SECONDS = 1.0
FLUSH_BYTES = 1024 * 1024


class Files:
    """A folder for the results of one run. Raises `FilesError` where it has another run's, or cannot be written.

    `names` are those of its files, the records' first. Once a record could not be written, no more of them are:
    what is in the file ends with a whole line.
    """

    def __init__(self, folder: Path, names: Sequence[str] = (RECORDS, SUMMARY, TABLE, REPORT)) -> None:
        self.folder = folder
        self._path = folder / names[0]
        self._pending = bytearray()
        self._size = 0
        self._flushed = time.monotonic()
        taken = next((name for name in names if (folder / name).exists()), None)
        if taken is not None:
            raise FilesError(f"{folder} has a {taken} already: name a folder without another run's results.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._records = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        except OSError as error:
            raise FilesError(f"Nothing can be written to {folder}: {error.strerror}.") from None

    def add(self, record: Mapping[str, Any]) -> None:
        """Keep a record; it is on its way to the disk a second later. Raises `FilesError`."""
        self._pending += orjson.dumps(record) + b"\n"
        if len(self._pending) >= FLUSH_BYTES or time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is kept so far. Raises `FilesError`; the file has whole lines then, too."""
        lines, self._pending = bytes(self._pending), bytearray()
        self._flushed = time.monotonic()
        rest = memoryview(lines)
        try:
            while rest:
                rest = rest[os.write(self._records, rest) :]
        except OSError as error:
            written = lines[: len(lines) - len(rest)]
            self._size += written.rfind(b"\n") + 1
            with contextlib.suppress(OSError):  # what is no file of a disk cannot be cut
                os.ftruncate(self._records, self._size)
            raise FilesError(f"{self._path} could not be written on: {error.strerror}.") from None
        self._size += len(lines)

    def close(self) -> None:
        """Write the last records to the disk. Raises `FilesError`."""
        try:
            self.flush()
            with contextlib.suppress(OSError):  # what is no file of a disk has nothing to wait for
                os.fsync(self._records)
        finally:
            os.close(self._records)

    def discard(self) -> None:
        """Leave nothing behind where nothing was kept, so that the folder can be named again."""
        os.close(self._records)
        if not self._size:
            self._path.unlink()

    def end(self, summary: dict[str, Any], writes: Iterable[Callable[[], None]]) -> str | None:
        """Close the records, do what else is to be written, and return what went wrong first, a sentence.

        Where records are missing, the summary says that the run has failed. What comes after something that could
        not be written may be smaller, so it is written all the same.
        """
        wrong = None
        for write in (self.close, *writes):
            try:
                write()
            except FilesError as error:
                if write == self.close:
                    summary |= {"state": "failed", "error": str(error)}
                wrong = wrong or str(error)
        return wrong

    def put(self, name: str, content: str | bytes) -> None:
        """Write a file as a whole, or leave nothing of it. Raises `FilesError`."""
        put(self.folder / name, content)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the records, one at a time. Raises `FilesError`."""
        return read_records(self._path)


def put(path: Path, content: str | bytes) -> None:
    """Write a file as a whole, or leave nothing of it. Raises `FilesError`."""
    data = content.encode() if isinstance(content, str) else content
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise FilesError(f"{path} could not be written: {error.strerror}.") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file, one at a time. Raises `FilesError` where it is none of ours."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = orjson.loads(line)
                except ValueError:
                    raise FilesError(f"Line {number} of {path} is not JSON.") from None
                if not isinstance(record, dict):
                    raise FilesError(f"Line {number} of {path} is no record.")
                yield record
    except OSError as error:
        raise FilesError(f"{path} cannot be read: {error.strerror}.") from None
