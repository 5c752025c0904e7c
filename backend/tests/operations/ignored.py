"""Which files of the repository are sent to a container engine, by `.dockerignore`."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """Return a pattern as Docker reads it: `**/` is any folder or none, and a folder stands for all in it."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    text = re.sub(r"\*\*/|\*\*|[*?]|[^*?]+", lambda found: parts.get(found[0], re.escape(found[0])), glob)
    return re.compile(rf"{text}(?:/.*)?")


def is_sent(path: str, rules: list[str]) -> bool:
    """Tell whether a file is sent: the last rule that fits it says so."""
    sent = True
    for rule in rules:
        if _pattern(rule.removeprefix("!").strip("/")).fullmatch(path):
            sent = rule.startswith("!")
    return sent


def rules_of(text: str) -> list[str]:
    """Return the rules of a `.dockerignore`."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def copy_context(repository: Path, target: Path) -> None:
    """Copy what an engine would be sent, except for what git ignores."""
    rules = rules_of((repository / ".dockerignore").read_text())
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if is_sent(name, rules) and (repository / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repository / name, target / name)
