"""Reads WORKSHOP.md: which files it makes, and what it adds to those that there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STEP = re.compile(
    r"^(?:Make `(?P<new>[^`]+)`"
    r"|In `(?P<path>[^`]+)`, (?P<where>below|above|instead of) the line "
    r"(?P<ticks>`+)(?P<anchor>[^\n]+?)(?P=ticks)):\n\n"
    r"```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
BLOCK = re.compile(r"^```(\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A file to make, or lines to add to one beside a line that is there once."""

    path: Path
    text: str
    where: str | None = None
    anchor: str | None = None

    def apply(self, root: Path) -> None:
        """Do it in a tree. Fails with what no longer fits."""
        target = root / self.path
        if self.where is None:
            assert not target.exists(), f"WORKSHOP.md makes {self.path}, which is there already"
            target.write_text(self.text)
            return
        lines = target.read_text().splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.rstrip("\n") == self.anchor]
        assert len(places) == 1, (
            f"WORKSHOP.md needs the line {self.anchor!r} once in {self.path}: {len(places)} found"
        )
        begin = places[0] + (self.where == "below")
        end = begin + (self.where == "instead of")
        target.write_text("".join([*lines[:begin], self.text, *lines[end:]]))


def steps_of(document: str) -> list[Step]:
    """Return the steps in their order."""
    return [
        Step(Path(found["new"] or found["path"]), found["text"], found["where"], found["anchor"])
        for found in STEP.finditer(document)
    ]


def blocks_without_a_step(document: str) -> int:
    """Return how many blocks of code belong to no step and are not for the shell."""
    languages = [language for language in BLOCK.findall(document) if language != "sh"]
    return len(languages) - len(steps_of(document))
