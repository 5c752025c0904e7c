"""Reads a document: its tables, links, anchors, and what is code in it."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
RULE = re.compile(r"\|(?: -+ \|)+")
# What is installed, built, kept or left behind: nothing of it is in git.
NOT_OURS = {"backend/data", *(f"frontend/{name}" for name in ("node_modules", "dist", "coverage", "test-results"))}

Row = dict[str, str]


@dataclass(frozen=True)
class Document:
    """A file in Markdown, by its path from the top level."""

    path: Path

    @cached_property
    def text(self) -> str:
        """The whole of it."""
        return text_of(self.path)

    @cached_property
    def blocks(self) -> list[tuple[str, str]]:
        """Its blocks of code: language and text."""
        return FENCE.findall(self.text)

    @cached_property
    def prose(self) -> str:
        """All but blocks of code."""
        return FENCE.sub("", self.text)

    @cached_property
    def code(self) -> list[str]:
        """What is to be read letter by letter: spans of code, and the lines of blocks."""
        lines = [line for _, block in self.blocks for line in block.splitlines()]
        return [*(span for _, span in SPAN.findall(self.prose)), *lines]

    @cached_property
    def links(self) -> list[str]:
        """Where its links and pictures lead."""
        return [address or source for address, source in LINK.findall(SPAN.sub("code", self.prose))]

    @cached_property
    def anchors(self) -> set[str]:
        """What can be named after `#`, as GitHub makes it of headings."""
        seen: Counter[str] = Counter()
        anchors = set()
        for heading in HEADING.findall(self.prose):
            name = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
            anchors.add(f"{name}-{seen[name]}" if seen[name] else name)
            seen[name] += 1
        return anchors

    def rows(self, *header: str) -> list[Row]:
        """Return the rows of all tables with this header, each by column."""
        return [row for columns, row in self._rows() if columns == header]

    def _rows(self) -> Iterator[tuple[tuple[str, ...], Row]]:
        columns: tuple[str, ...] = ()
        lines = self.prose.splitlines()
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            if RULE.fullmatch(below):
                columns = _cells(line)
            elif not line.startswith("|"):
                columns = ()
            elif columns and not RULE.fullmatch(line):
                yield columns, dict(zip(columns, _cells(line), strict=True))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def names(cell: str) -> list[str]:
    """Return what is code in a cell of a table."""
    return [span for _, span in SPAN.findall(cell)]


def of_code(documents: Iterable[Document], pattern: str) -> set[str]:
    """Return what a pattern finds in the code of documents."""
    return {found for document in documents for line in document.code for found in re.findall(pattern, line)}


@cache
def text_of(path: Path) -> str:
    """Return a file by its path from the top level."""
    return (TOP_LEVEL / path).read_text()


def files_of(*suffixes: str) -> Iterator[Path]:
    """Return the repository's files with these endings, by their paths from the top level."""
    for folder, folders, files in os.walk(TOP_LEVEL):
        inside = Path(folder).relative_to(TOP_LEVEL)
        folders[:] = [name for name in folders if _is_ours(inside / name)]
        yield from (inside / name for name in files if name.endswith(suffixes))


def _is_ours(folder: Path) -> bool:
    hidden = folder.name.startswith(".") and folder.name not in {".devcontainer", ".github"}
    return not hidden and folder.as_posix() not in NOT_OURS


# Every document by its path, and the README and the pages that it leads to, whose names are reference.
DOCUMENTS = {path.as_posix(): Document(path) for path in sorted(files_of(".md"))}
PAGES = {
    document.path.name: document
    for document in DOCUMENTS.values()
    if document.path.parent in {Path(), Path("backend/docs")}
}
# What people write, documents aside.
SOURCES = (
    ".py",
    ".js",
    ".vue",
    ".sh",
    ".yaml",
    ".yml",
    "devcontainer.env",
    ".env.example",
    "Makefile",
    "Dockerfile",
)
