"""WORKSHOP.md fits the code: what it says is done in a copy, where its tests, linters and type checks pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.exercise import blocks_without_a_step, steps_of
from tests.operations.places import TOP_LEVEL

DOCUMENT = (TOP_LEVEL / "backend/WORKSHOP.md").read_text()
STEPS = steps_of(DOCUMENT)
MODULES = TOP_LEVEL / "frontend/node_modules"
LEFT_OUT = shutil.ignore_patterns(
    "node_modules", "dist", ".venv", "data", "__pycache__", ".*_cache", "test-results"
)


def paths(folder: str, suffixes: tuple[str, ...]) -> list[str]:
    """Return the files of the exercise below a folder, each once."""
    found = [str(step.path.relative_to(folder)) for step in STEPS if step.path.is_relative_to(folder)]
    return [path for path in dict.fromkeys(found) if path.endswith(suffixes)]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the tree in which the exercise is done."""
    root = tmp_path_factory.mktemp("exercise")
    for folder in ("backend", "frontend"):
        shutil.copytree(TOP_LEVEL / folder, root / folder, ignore=LEFT_OUT)
    for step in STEPS:
        step.apply(root)
    return root


def run(folder: Path, *command: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "LITELLM_"))}
    result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stdout}{result.stderr}"


def tool(name: str) -> str:
    """Return a program of this environment, which the copy has none of."""
    return shutil.which(name, path=Path(sys.executable).parent) or name


def test_every_block_of_code_says_where_it_goes() -> None:
    assert len(STEPS) > 10
    assert blocks_without_a_step(DOCUMENT) == 0


def test_a_report_is_one_file_of_the_back_end() -> None:
    sources = [path for path in paths("backend", (".py",)) if path.startswith("src/")]
    assert sources == ["src/api/reports/weekdays.py"]


def test_the_files_that_it_names_are_there(walked: Path) -> None:
    named = set(re.findall(r"\b(?:src|tests|backend|frontend)/[\w/.-]+\.\w+", DOCUMENT))
    assert len(named) > len({step.path for step in STEPS})
    bases = [walked, walked / "backend", walked / "frontend"]
    assert [name for name in named if not any((base / name).is_file() for base in bases)] == []


def test_the_back_ends_tests_pass(walked: Path) -> None:
    tests = [path for path in paths("backend", (".py",)) if path.startswith("tests/")]
    description = subprocess.check_output([sys.executable, "app.py", "openapi"], cwd=walked / "backend")
    (walked / "backend" / "openapi.json").write_bytes(description)
    command = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    listed = "tests/docs/test_reference.py::test_every_endpoint_is_in_the_table"
    run(walked / "backend", *command, *tests, "tests/api/test_openapi.py", listed)


def test_the_back_ends_code_is_in_form(walked: Path) -> None:
    changed = paths("backend", (".py",))
    run(walked / "backend", tool("ruff"), "check", "--no-cache", *changed)
    run(walked / "backend", tool("ruff"), "format", "--no-cache", "--check", *changed)
    run(walked / "backend", tool("ty"), "check", "--python", sys.prefix, *changed)


@pytest.mark.skipif(not MODULES.is_dir(), reason="the front end's packages are not installed")
def test_the_pages_tests_pass_and_its_code_is_in_form(walked: Path) -> None:
    frontend = walked / "frontend"
    (frontend / "node_modules").symlink_to(MODULES)
    changed = paths("frontend", (".js", ".vue"))
    tests = [path for path in changed if path.endswith(".test.js")]
    run(frontend, "npx", "--no-install", "vitest", "run", *tests)
    run(frontend, "npx", "--no-install", "vitest", "run", "tests/accessibility", "-t", "Weekday|case for each")
    run(frontend, "npx", "--no-install", "eslint", *changed)
    run(frontend, "npx", "--no-install", "prettier", "--check", *changed)
