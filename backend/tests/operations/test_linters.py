"""What builds, publishes and starts the project passes its linters and schemas."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.places import TOP_LEVEL

EXAMPLES = sorted(TOP_LEVEL.glob("backend/docs/examples/*.yml"))
WORKFLOWS = [*sorted(TOP_LEVEL.glob(".github/workflows/*.yml")), *EXAMPLES]
DOCKERFILES = [TOP_LEVEL / "backend/Dockerfile", TOP_LEVEL / ".devcontainer/Dockerfile"]
SCRIPTS = [TOP_LEVEL / "get_api_key.sh", TOP_LEVEL / ".ci/run"]


def passes(program: str, *arguments: str | Path) -> None:
    """Run a linter of the environment or of the system, which must find nothing; skip where there is none."""
    found = shutil.which(program, path=Path(sys.executable).parent) or shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    command = [found, *map(str, arguments)]
    result = subprocess.run(command, cwd=TOP_LEVEL, capture_output=True, text=True, check=False)  # noqa: S603
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_dockerfiles_pass_hadolint(file: Path) -> None:
    passes("hadolint", "--failure-threshold", "info", file)


def test_shell_scripts_pass_shellcheck() -> None:
    passes("shellcheck", *SCRIPTS)


def test_workflows_pass_zizmor() -> None:
    passes("zizmor", "--offline", "--pedantic", "--no-progress", TOP_LEVEL / ".github", *EXAMPLES)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.dependabot", [TOP_LEVEL / ".github/dependabot.yml"]),
        ("vendor.compose-spec", [TOP_LEVEL / "backend/compose.yaml"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_keep_to_their_schema(schema: str, files: list[Path]) -> None:
    assert files
    passes("check-jsonschema", "--builtin-schema", schema, *files)
