"""Reads a Dockerfile: its stages, and in each stage the instructions with their words."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    """One instruction: `RUN`, and what follows it in one line."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """Return what follows as words, without options such as `--from=page`."""
        return [word for word in shlex.split(self.text) if not word.startswith("--")]

    @property
    def options(self) -> dict[str, str]:
        """Return the options at the start."""
        found: dict[str, str] = {}
        for word in self.text.split():
            if not word.startswith("--"):
                break
            name, _, value = word.removeprefix("--").partition("=")
            found[name] = value
        return found

    @property
    def exec_form(self) -> list[str]:
        """Return the command of a CMD or HEALTHCHECK. Raises `ValueError` unless it is a JSON list."""
        return json.loads(self.text[self.text.index("[") :])


@dataclass
class Stage:
    """What one FROM begins."""

    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def of(self, name: str) -> list[Instruction]:
        """Return all instructions of that name."""
        return [instruction for instruction in self.instructions if instruction.name == name]


def stages(path: Path) -> list[Stage]:
    """Return a Dockerfile's stages from first to last."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE)
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        name, _, rest = line.strip().partition(" ")
        if not name:
            continue
        instruction = Instruction(name.upper(), rest.strip())
        if instruction.name == "FROM":
            base, *alias = instruction.words
            found.append(Stage(base, alias[-1] if alias else ""))
        else:
            found[-1].instructions.append(instruction)
    return found
