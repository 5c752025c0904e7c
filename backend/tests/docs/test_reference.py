"""What the pages name is there, and what is there is named: settings, endpoints, errors, metrics, commands."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from src.cli import main
from src.settings import Settings
from src.studio.bench.conditions import METRICS, STATISTICS
from src.studio.eval.conditions import METRICS as EVAL_METRICS
from src.studio.eval.contradictions import MOST_AT_A_STUDIO
from src.studio.exchange.retrying import LONGEST_ASKED_WAIT_SECONDS, TRANSIENT_STATUSES
from src.studio.scoring.fields import MOST_DEPTH as MOST_CASE_DEPTH
from src.studio.scoring.summary import MOST_K
from src.studio.suites.limits import MOST_DEPTH
from src.studio.suites.openapi import MOST_OPERATIONS
from src.studio.tool_eval.told import LONG
from tests.api.dataset import RANGE
from tests.api.test_history import SYNC_DAYS, wait_for_history
from tests.docs.markdown import DOCUMENTS, PAGES, SOURCES, files_of, names, of_code, text_of
from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.api.conftest import MakeApp
    from tests.docs.markdown import Document

API, CONFIGURATION, OPERATIONS = PAGES["api.md"], PAGES["configuration.md"], PAGES["operations.md"]
BENCH, EVAL = PAGES["bench.md"], PAGES["eval.md"]


def test_every_setting_is_in_the_table_with_its_default() -> None:
    table = {
        name: row["default"].strip("`")
        for row in CONFIGURATION.rows("variable", "default", "meaning")
        for name in names(row["variable"])
    }
    assert table == {name.upper(): shown(field.default) for name, field in Settings.model_fields.items()}


def shown(default: Any) -> str:
    """Return a default as the table has it: nothing where something is off or has no value."""
    if default is None or default is False or default == ():
        return ""
    text = default.get_secret_value() if isinstance(default, SecretStr) else str(default)
    return text.removeprefix(f"sqlite:///{TOP_LEVEL}/")


def test_every_variable_that_a_page_names_is_read_somewhere() -> None:
    named = of_code(PAGES.values(), r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
    read = {name.upper() for name in Settings.model_fields}
    read |= {name for path in files_of(*SOURCES) for name in re.findall(r"\b[A-Z][A-Z0-9_]+\b", text_of(path))}
    assert len(named) > 40
    assert named - read == set()


def test_every_endpoint_is_in_the_table(make_app: MakeApp) -> None:
    app = make_app()
    described = {
        f"{method.upper()} {path}" for path, operations in app.openapi()["paths"].items() for method in operations
    }
    endpoints = [names(row["endpoint"]) for row in API.rows("endpoint", "tells")]
    assert sorted(chain(*endpoints)) == sorted({*described, f"GET {app.openapi_url}"})


def test_every_address_on_the_page_of_the_api_is_there(make_app: MakeApp) -> None:
    app = make_app()
    there = {*app.openapi()["paths"], app.openapi_url}
    there |= {f"/{folder.name}" for folder in (TOP_LEVEL / "frontend/public").iterdir() if folder.is_dir()}
    named = of_code([API], r"^(?:GET )?(/[\w./-]+)") | of_code([API], r"http://localhost:8000(/[\w/-]+)")
    assert named >= {"/tokens", "/docs", "/openapi.json"}
    assert named - there == set()


def test_every_error_is_in_the_table_under_its_status(make_app: MakeApp) -> None:
    client = TestClient(make_app())
    declared = {
        (status, code)
        for operations in client.get("/openapi.json").json()["paths"].values()
        for operation in operations.values()
        for status, response in operation["responses"].items()
        for code in response.get("content", {}).get("application/json", {}).get("examples", {})
    }
    strays = [client.get("/tokens/astray"), client.post("/tokens")]
    declared |= {(str(answer.status_code), answer.json()["code"]) for answer in strays}
    table = [(row["status"], code) for row in API.rows("status", "code", "when") for code in names(row["code"])]
    assert sorted(table) == sorted(declared)


@pytest.mark.usefixtures("pauses")
def test_every_metric_is_in_the_table_with_its_labels(configured: Any) -> None:
    with configured(sync_days=SYNC_DAYS) as client:
        wait_for_history(client)
        client.get("/tokens", params=RANGE)
        exposed = client.get("/metrics").text
    told = {
        re.sub("_(bucket|sum|count)$", "", sample.name): sample.labels.keys() - {"le"}
        for family in text_string_to_metric_families(exposed)
        for sample in family.samples
        if sample.name.startswith("leaderboard_")
    }
    rows = OPERATIONS.rows("metric", "labels", "tells")
    assert {name: set(names(row["labels"])) for row in rows for name in names(row["metric"])} == told


def test_no_page_names_another_metric() -> None:
    table = {name for row in OPERATIONS.rows("metric", "labels", "tells") for name in names(row["metric"])}
    assert of_code(PAGES.values(), r"\bleaderboard_\w+\b") == table


def test_every_target_of_make_is_named_and_every_one_that_is_named_is_there() -> None:
    makefile = text_of(Path("Makefile"))
    listed = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    there = set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE))
    assert len(listed) > 10
    assert listed - of_code(PAGES.values(), r"\bmake ([a-z-]+)") == set()
    assert of_code(DOCUMENTS.values(), r"\bmake ([a-z-]+)") - there == set()


def test_every_command_and_option_is_in_the_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_COLORS", "0")  # from Python 3.14 on, a terminal's help is in colours
    there = set(commands(capsys))
    lines = chain(*(names(row["command"]) for row in CONFIGURATION.rows("command", "does")))
    options = {
        (command, name)
        for command, page in (("bench", BENCH), ("eval", EVAL))
        for row in page.rows("option", "means")
        for name in names(row["option"])
    }
    assert set(chain(*map(asked, lines))) | options == there
    named = {part for document in DOCUMENTS.values() for line in document.code for part in asked(line)}
    assert named - there == set()


def test_the_page_on_bench_has_every_metric_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = [name for row in BENCH.rows("metric", "statistics", "units") for name in names(row["metric"])]
    assert sorted(metrics) == sorted(METRICS)
    (statistics, *_) = [names(row["statistics"]) for row in BENCH.rows("metric", "statistics", "units")]
    assert [name.removeprefix("_") for name in statistics] == list(STATISTICS)
    assert exit_codes(BENCH) == told_exit_codes(capsys, "bench")


def test_the_page_on_eval_has_every_metric_and_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = [name for row in EVAL.rows("metric", "is", "units") for name in names(row["metric"])]
    assert sorted(metrics) == sorted(EVAL_METRICS)
    assert exit_codes(EVAL) == told_exit_codes(capsys, "eval")


def test_the_bounds_on_the_pages_of_evaluation_are_those_of_the_code() -> None:
    suites, command, studio = (
        " ".join(PAGES[name].text.split()) for name in ("suites.md", "eval.md", "studio.md")
    )
    assert f"be nested {MOST_DEPTH} deep, values of a case {MOST_CASE_DEPTH} deep" in suites
    assert f"There may be {MOST_OPERATIONS:,} operations." in suites
    assert f"asks for more than {LONGEST_ASKED_WAIT_SECONDS:.0f} seconds" in command
    assert all(f"{status}," in command for status in TRANSIENT_STATUSES)
    assert f"a `--concurrency` of more than {MOST_AT_A_STUDIO};" in command
    assert f"with a number for K, {MOST_K} at most," in command
    assert all(f"`{name}`" in studio.partition("An event of a result")[2][:300] for name in LONG)


def exit_codes(page: Document) -> list[str]:
    return [row["code"] for row in page.rows("code", "means")]


def told_exit_codes(capsys: pytest.CaptureFixture[str], command: str) -> list[str]:
    told = " ".join(help_of(capsys, command).rpartition("exit codes")[2].split())
    return re.findall(r"(?:: |; )(\d+) ", told)


def commands(capsys: pytest.CaptureFixture[str]) -> Iterable[tuple[str, str]]:
    """Return what `app.py --help` tells: commands, and their options; the server has no name."""
    told = help_of(capsys)
    for command in ["", *re.findall(r"^ {4}(\w[\w-]*)", told, re.MULTILINE)]:
        yield command, ""
        options = re.findall(r"^ {2}(?:-\w, )?(--[\w-]+)", help_of(capsys, command), re.MULTILINE)
        yield from ((command, option) for option in options if option != "--help")


def help_of(capsys: pytest.CaptureFixture[str], command: str = "") -> str:
    with pytest.raises(SystemExit):
        main([*filter(None, [command]), "--help"])
    return capsys.readouterr().out


def asked(line: str) -> Iterable[tuple[str, str]]:
    """Return the command and the options that a line of code gives to `app.py`, if it runs it."""
    _, runs, rest = line.partition("app.py")
    if runs:
        first = rest.removeprefix(" ").partition(" ")[0]
        command = "" if first.startswith("-") else first
        yield command, ""
        yield from ((command, option) for option in re.findall(r"--[\w-]+", rest))


def test_every_script_of_npm_that_is_named_is_there() -> None:
    scripts = json.loads(text_of(Path("frontend/package.json")))["scripts"]
    named = of_code(DOCUMENTS.values(), r"\bnpm run ([\w:]+)")
    assert named
    assert named - scripts.keys() == set()
