"""The command line, run as people run it, in a tree of its own: no `.env` of a developer is read."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from src.cli import main
from src.demo.gateway import DEMO_API_KEY, DEMO_STUDIO_API_KEY
from src.settings import Settings
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway

BACKEND = Path(__file__).resolve().parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment_of(**environment: str) -> dict[str, str]:
    """Return the environment of the run without what it says of settings, and with `environment`."""
    unset = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in unset} | environment


@pytest.fixture
def top_level(tmp_path: Path) -> Path:
    """Return a copy of the program."""
    return copied(tmp_path)


def copied(folder: Path) -> Path:
    """Return a folder once the program is in it."""
    (folder / "backend").mkdir()
    shutil.copy(BACKEND / "app.py", folder / "backend")
    shutil.copytree(BACKEND / "src", folder / "backend" / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def run(top_level: Path) -> Run:
    """Return what runs the program without a terminal, with some environment, until it ends."""

    def run_it(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(top_level / "backend" / "app.py"), *arguments]
        return subprocess.run(  # noqa: S603 - our own program
            command,
            env=environment_of(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run_it


def assert_one_line(ended: subprocess.CompletedProcess[str], begins: str) -> None:
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"leaderboard: {begins}")
    assert ended.stderr.count("\n") == 1


def test_without_configuration_it_names_what_is_missing(run: Run) -> None:
    assert_one_line(run(), "LITELLM_BASE_URL is missing")


def test_a_malformed_setting_is_named_and_a_secret_is_not_shown(run: Run) -> None:
    ended = run("--demo", LITELLM_PAGE_SIZE="many", LITELLM_API_KEY="sk-with space")
    assert_one_line(ended, "LITELLM_API_KEY: ")
    assert "LITELLM_PAGE_SIZE: " in ended.stderr
    assert "sk-with" not in ended.stderr


def test_an_origin_that_is_none_is_named(run: Run) -> None:
    assert_one_line(run("--demo", CORS_ORIGINS="https://good.example,*"), "CORS_ORIGINS: must be origins such as")


def test_a_level_of_the_log_that_is_none_is_named(run: Run) -> None:
    assert_one_line(run("--demo", LOG_LEVEL="loud"), "LOG_LEVEL: ")


def test_a_port_in_use_is_named(run: Run, top_level: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (top_level / ".env").write_text(f"VITE_LEADERBOARD_BACKEND_PORT={port}\n")
        ended = run("--demo")
    assert_one_line(ended, f"VITE_LEADERBOARD_BACKEND_PORT: cannot listen on 127.0.0.1, port {port}")


def test_an_address_of_another_machine_is_named(run: Run) -> None:
    ended = run("--demo", HOST="192.0.2.1")
    assert ended.returncode == 2
    assert "192.0.2.1" in ended.stderr


def resynced(run: Run, gateway: FakeGateway, folder: Path, last: str) -> tuple[int, list[str]]:
    """Resync from Monday to `last`; return how it ended and what it said."""
    gateway.knows.rows = [used("red", "k", "gpt", 1)]
    ended = run(
        *("resync", "--from", MONDAY, "--to", last),
        LITELLM_BASE_URL=gateway.base_url,
        LITELLM_API_KEY=gateway.knows.api_key,
        USAGE_STORE_URL=f"sqlite:///{folder / 'usage.db'}",
    )
    return ended.returncode, ended.stdout.splitlines()


def test_the_demo_has_a_key_for_studio_and_takes_none_of_another_gateway(
    unconfigured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LITELLM_BASE_URL", "LITELLM_API_KEY", "LEADERBOARD_DEMO"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("STUDIO_GATEWAY_API_KEY", "sk-of-another-gateway")
    seen: dict[str, str] = {}
    monkeypatch.setattr("src.serving.logging_config", lambda _level: {"version": 1, "incremental": True})
    monkeypatch.setattr("src.serving._check_port", lambda _settings: None)
    monkeypatch.setattr("src.serving._serve", lambda _settings, **_options: seen.update(os.environ))
    assert main(["--demo"]) == 0
    assert seen["LITELLM_API_KEY"] == DEMO_API_KEY
    assert seen["STUDIO_GATEWAY_API_KEY"] == DEMO_STUDIO_API_KEY


def test_a_resync_tells_how_many_days_it_fetched(run: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    assert resynced(run, gateway, tmp_path, MONDAY) == (0, [f"Fetched anew from {MONDAY} to {MONDAY}: 1 day."])
    assert resynced(run, gateway, tmp_path, TUESDAY) == (0, [f"Fetched anew from {MONDAY} to {TUESDAY}: 2 days."])


def test_a_resync_begins_with_the_first_day_that_there_can_be_usage_of(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("resync", "--from", "2022-12-31", "--to", "2023-01-01"),
        LITELLM_BASE_URL="http://127.0.0.1:1",
        LITELLM_API_KEY="sk-key",
        USAGE_STORE_URL=f"sqlite:///{tmp_path / 'usage.db'}",
    )
    assert_one_line(ended, "The range begins on 2022-12-31. There is no usage before 2023-01-01: begin there.")
    assert not (tmp_path / "usage.db").exists()


def test_a_resync_names_the_days_that_it_could_not_read(run: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    def grow(request: Request) -> None:
        if request.path != "/team/list" and request.query["start_date"] <= TUESDAY <= request.query["end_date"]:
            page = int(request.query["page"])
            pages = {"page": page, "total_pages": 2 + len(gateway.usage_requests)}
            gateway.fail(body={"results": [], "metadata": pages}, times=1)

    gateway.on_request = grow
    status, said = resynced(run, gateway, tmp_path, TUESDAY)
    assert status == 1
    assert said == [
        f"Fetched anew from {MONDAY} to {TUESDAY}: 1 day.",
        f"Not read whole, so left as before: {TUESDAY}. Try again.",
    ]


def test_ctrl_c_while_a_benchmark_is_being_loaded_is_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(name: str, *_: object) -> ModuleType:
        raise KeyboardInterrupt(name)

    monkeypatch.delitem(sys.modules, "src.studio.bench.command", raising=False)
    monkeypatch.setattr("builtins.__import__", loaded)
    assert main(["bench"]) == 130
