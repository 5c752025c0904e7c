"""GitHub's workflows: what they may do, what they run, and that nothing in them can change unseen."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from src.studio.bench.options import read_options as read_bench
from src.studio.eval.options import read_options as read_eval
from tests.operations.places import TOP_LEVEL, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["ci", "publish-devcontainer", "release"]
EXAMPLES = {"bench": read_bench, "eval": read_eval}
PINNED = re.compile(r"^\s*-?\s*uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$")


def workflow(name: str) -> dict[str, Any]:
    return read_yaml(f".github/workflows/{name}.yml")


def commands(job: dict[str, Any]) -> str:
    """Return all that a job runs."""
    return "\n".join(step.get("run", "") for step in job["steps"])


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_by_a_commit_and_says_its_release(name: str) -> None:
    lines = (TOP_LEVEL / f".github/workflows/{name}.yml").read_text().splitlines()
    used = [line for line in lines if "uses:" in line]
    assert used
    assert [line for line in used if not PINNED.match(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_may_be_written_but_by_the_jobs_that_publish(name: str) -> None:
    found = workflow(name)
    assert found["permissions"] in ({}, {"contents": "read"})
    writing = {
        (job, scope)
        for job, content in found["jobs"].items()
        for scope, access in content.get("permissions", {}).items()
        if access == "write"
    }
    assert (
        writing
        == {
            "ci": set(),
            "publish-devcontainer": {("publish", "packages")},
            "release": {
                ("files", "contents"),
                *(("image", of) for of in ("packages", "id-token", "attestations")),
            },
        }[name]
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_run_is_left_to_itself(name: str) -> None:
    found = workflow(name)
    assert "group" in found["concurrency"]
    assert all(0 < job["timeout-minutes"] <= 90 for job in found["jobs"].values())


def example(command: str) -> str:
    """Return the path of a workflow that runs a command every night."""
    return f"backend/docs/examples/{command}-nightly.yml"


@pytest.mark.parametrize("command", EXAMPLES)
def test_the_example_of_a_nightly_run_may_do_as_little_and_is_pinned_as_the_workflows_are(command: str) -> None:
    lines = (TOP_LEVEL / example(command)).read_text().splitlines()
    assert [line for line in lines if "uses:" in line and not PINNED.match(line)] == []
    found = read_yaml(example(command))
    assert found["permissions"] == {"contents": "read"}
    (job,) = found["jobs"].values()
    assert "permissions" not in job
    ours = {
        line.strip()
        for name in NAMES
        for line in (TOP_LEVEL / f".github/workflows/{name}.yml").read_text().splitlines()
    }
    used = {line.strip() for line in lines if "uses:" in line}
    assert {line for line in used - ours if "upload-artifact" not in line} == set()  # kept as new as these are


@pytest.mark.parametrize(("command", "read_options"), EXAMPLES.items())
def test_the_example_of_a_nightly_run_is_a_command_that_can_be_carried_out(
    command: str, read_options: Callable[[list[str]], Any]
) -> None:
    (job,) = read_yaml(example(command))["jobs"].values()
    run = next(step["run"] for step in job["steps"] if f"app.py {command}" in step.get("run", ""))
    assert "|" not in run  # GitHub's shell passes over what fails before one
    given = shlex.split(run.replace("\\\n", " ").partition(f"app.py {command}")[2])
    values = {"$GATEWAY_URL/v1": "http://127.0.0.1:9/v1", "GATEWAY_KEY": "PATH"}
    options = read_options([values.get(part, part) for part in given])
    assert options.baseline is not None
    assert any(condition.relative for condition in options.conditions)


def test_all_supported_pythons_and_nodes_are_tested() -> None:
    job = workflow("ci")["jobs"]["test"]
    assert job["strategy"]["matrix"] == {
        "python": ["3.11", "3.12", "3.13", "3.14"],
        "node": ["20", "22", "24"],
    }
    assert "make test" in commands(job)


def test_both_supported_releases_of_litellm_are_compared_with_sql() -> None:
    job = workflow("ci")["jobs"]["contract"]
    assert [entry["litellm"] for entry in job["strategy"]["matrix"]["include"]] == ["1.106.2", "1.95.0"]
    assert "postgres" in job["services"]
    run = commands(job)
    assert run.index(".ci/litellm.yaml") < run.index(".ci/seed") < run.index("pytest tests/contract")


def test_images_are_built_for_both_architectures() -> None:
    for name, job in (("publish-devcontainer", "publish"), ("release", "image")):
        steps = workflow(name)["jobs"][job]["steps"]
        (build,) = [step["with"] for step in steps if "build-push-action" in step.get("uses", "")]
        assert build["platforms"] == "linux/amd64,linux/arm64"
        assert (TOP_LEVEL / build["file"]).is_file()


def test_a_release_is_tested_before_and_carries_its_provenance() -> None:
    jobs = workflow("release")["jobs"]
    assert jobs["files"]["needs"] == jobs["image"]["needs"] == "test"
    steps = jobs["image"]["steps"]
    assert any("attest-build-provenance" in step.get("uses", "") for step in steps)
    assert any(step.get("with", {}).get("provenance") == "mode=max" for step in steps)


def test_what_is_pinned_is_kept_up_to_date_or_audited() -> None:
    updates = read_yaml(".github/dependabot.yml")["updates"]
    ecosystems = {update["package-ecosystem"] for update in updates}
    assert ecosystems == {"npm", "docker", "docker-compose", "github-actions"}
    audit = str(workflow("ci")["jobs"]["audit"])
    locks = sorted((TOP_LEVEL / "backend").glob("requirements*.lock"))
    assert locks
    assert [lock.name for lock in locks if f"backend/{lock.name}" not in audit] == []
    folders = [folder for update in updates for folder in update.get("directories", [update.get("directory")])]
    assert all((TOP_LEVEL / folder.strip("/")).is_dir() for folder in folders)
