"""Keeps variables in the git-ignored `.env`, which only its owner may read."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from workshop.errors import WorkshopError

ANY_TEXT = {"encoding": "utf-8", "errors": "surrogateescape"}  # a stray byte in a comment stays as it is


class EnvFile:
    """A file of `NAME=value` lines; what is not asked for is left as it is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> None:
        """Raise `WorkshopError` where a secret must not, or cannot, be written there."""
        if self.path.is_symlink() or (self.path.exists() and not self.path.is_file()):
            raise WorkshopError(f"{self.path} is not a plain file: a key is not written there.")
        if not os.access(self.path.parent, os.W_OK):
            raise WorkshopError(f"{self.path.parent} cannot be written to: a key cannot be kept there.")
        if _git(self.path, "rev-parse", "--is-inside-work-tree") and not (
            _git(self.path, "check-ignore", "--quiet", self.path.name)
        ):
            raise WorkshopError(f"{self.path} is not ignored by git: a key could be committed with it.")

    def get(self, name: str) -> str | None:
        """Return a variable's value, None where it is missing or empty."""
        found = None
        for line in self._lines():
            if match := _assignment(name).match(line):
                found = match["value"].strip()
        return _unquoted(found) if found else None

    def set(self, **values: str) -> None:
        """Write variables: all of the new file or nothing, mode 0600, all other lines as they were."""
        lines = self._lines()
        for name, value in values.items():
            lines = _placed(lines, name, value)
        self._replace("".join(lines))

    def protect(self) -> None:
        """Take from others the right to read it, mode 0600."""
        self.path.chmod(0o600)

    def _lines(self) -> list[str]:
        try:
            text = self.path.read_bytes().decode(**ANY_TEXT)
        except FileNotFoundError:
            return []
        return re.findall(r"[^\n]*\n|[^\n]+", text)

    def _replace(self, text: str) -> None:
        # `.env.*` is ignored by git, too; mkstemp gives it mode 0600
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f"{self.path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode(**ANY_TEXT))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _placed(lines: list[str], name: str, value: str) -> list[str]:
    """Return the lines with one that sets a variable: where the first such line was, or at the end."""
    placed, line = [], f"{name}={value}"
    found = False
    for old in lines:
        if not _assignment(name).match(old):
            placed.append(old)
        elif not found:
            placed.append(line + _line_end(old))
            found = True
    if not found:
        if placed and not _line_end(placed[-1]):
            placed[-1] += "\n"
        placed.append(line + (_line_end(placed[-1]) if placed else "\n"))
    return placed


def _assignment(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:export\s+)?{re.escape(name)}\s*=(?P<value>.*)")


def _line_end(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""


def _unquoted(value: str) -> str | None:
    quoted = re.match(r"""(['"])(.*?)\1""", value)
    return (quoted[2] if quoted else re.split(r"\s+#", value)[0].strip()) or None


def _git(path: Path, *arguments: str) -> bool:
    """Tell whether git agrees; False also where there is no git."""
    command = ["git", "-C", str(path.parent), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - no shell
    except OSError:
        return False
