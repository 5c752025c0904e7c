"""Files that one user of the machine alone may read, made whole by whichever process comes first."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

ANYBODY_ELSE = stat.S_IRWXG | stat.S_IRWXO


def make_private(path: Path, text: str) -> None:
    """Write a file, whole or not at all; one that is there, or was written meanwhile, stays. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _written(path, text) as name:
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        _keep_entries(path.parent)


def replace_private(path: Path, text: str) -> None:
    """Write a file in place of the one that is there, whole or not at all. Raises `OSError`."""
    with _written(path, text) as name:
        Path(name).replace(path)
        _keep_entries(path.parent)


def is_readable_by_others(path: Path) -> bool:
    """Tell whether others on this machine can read, or change, a file. Raises `OSError`."""
    return os.name == "posix" and bool(path.stat().st_mode & ANYBODY_ELSE)


def _keep_entries(folder: Path) -> None:
    """Let the names in a folder outlast a loss of power, as what the files have does."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _written(path: Path, text: str) -> Generator[str]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by its owner alone
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield name
    finally:
        Path(name).unlink(missing_ok=True)
