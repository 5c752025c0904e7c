"""The documents lead to each other, every link leads somewhere, and the files that they name are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docs.markdown import DOCUMENTS, PAGES, SOURCES, Document, files_of, of_code, text_of
from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_README_LINES = 150
BASES = [TOP_LEVEL, TOP_LEVEL / "backend", TOP_LEVEL / "frontend"]
# Installed, kept or built, so not in git.
MADE = ("backend/.venv", "backend/data", "frontend/dist")


def targets(document: Document) -> list[tuple[Path, str]]:
    """Return what a document links to within the repository: paths from the top level, and anchors."""
    folder = (TOP_LEVEL / document.path).parent
    links = [link.partition("#") for link in document.links if "://" not in link]
    return [
        ((folder / path).resolve().relative_to(TOP_LEVEL) if path else document.path, anchor)
        for path, _, anchor in links
    ]


def tree(page: str) -> Iterator[Path]:
    """Return the paths in a page's tree: one or several on a line, below the nearest line that is less deep."""
    block = next(block for language, block in PAGES[page].blocks if not language)
    above: list[tuple[int, Path]] = []
    for depth, entries in re.findall(r"^( *)((?:[\w./-]+, )*[\w./-]+)(?: {2,}.*)?$", block, re.MULTILINE):
        while above and above[-1][0] >= len(depth):
            above.pop()
        folder = above[-1][1] if above else Path()
        paths = [folder / entry for entry in entries.split(", ")]
        yield from paths
        above.append((len(depth), paths[0]))


def test_the_readme_is_a_front_door() -> None:
    assert len(PAGES["README.md"].text.splitlines()) <= MAX_README_LINES


def test_the_readme_leads_to_every_page_or_to_one_that_does() -> None:
    pages = {page.path for page in PAGES.values()} - {Path("README.md")}
    assert len(pages) > 5
    near = {target for target, _ in targets(PAGES["README.md"])}
    assert len(pages & near) > 5
    near |= {target for page in PAGES.values() if page.path in near for target, _ in targets(page)}
    assert pages - near == set()


def test_every_document_is_reached_from_the_readme() -> None:
    reached: set[str] = set()
    ahead = ["README.md"]
    while ahead:
        path = ahead.pop()
        if path in DOCUMENTS and path not in reached:
            reached.add(path)
            ahead += [target.as_posix() for target, _ in targets(DOCUMENTS[path])]
    assert DOCUMENTS.keys() - reached == set()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_link_leads_somewhere(path: str) -> None:
    for target, anchor in targets(DOCUMENTS[path]):
        assert (TOP_LEVEL / target).exists(), target
        assert not anchor or anchor in DOCUMENTS[target.as_posix()].anchors, f"{target}#{anchor}"


def test_code_and_settings_point_to_documents_that_are_there() -> None:
    pointers = [
        (path.as_posix(), found)
        for path in files_of(*SOURCES)
        if not path.is_relative_to("backend/tests/docs")
        for found in re.findall(r"(?<![\w./])[\w./-]*\bdocs/[\w/-]+\.md\b", text_of(path))
    ]
    assert pointers
    assert [pointer for pointer in pointers if not any((base / pointer[1]).is_file() for base in BASES)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = of_code([PAGES[page]], r"^(?:backend|frontend|src|tests|\.devcontainer|\.github)/[\w./-]*$")
    missing = {name for name in named if not any((base / name).exists() for base in BASES)}
    assert {name for name in missing if not name.startswith(MADE)} == set()


@pytest.mark.parametrize("page", ["README.md", "architecture.md"])
def test_what_is_in_a_tree_is_there(page: str) -> None:
    paths = set(tree(page))
    assert len(paths) > 8
    assert {path for path in paths if not (TOP_LEVEL / path).exists()} == set()


def test_every_package_is_in_the_tree() -> None:
    packages = {path.parent for path in (TOP_LEVEL / "backend/src").glob("*/__init__.py")}
    assert len(packages) > 5
    assert packages - {TOP_LEVEL / path for path in tree("architecture.md")} == set()
