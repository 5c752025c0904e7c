"""What Dockerfiles, the compose file and the workshop's container promise."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from src.settings import Settings
from tests.operations.dockerfile import stages
from tests.operations.ignored import is_sent, rules_of
from tests.operations.places import TOP_LEVEL, read_yaml

if TYPE_CHECKING:
    from pathlib import Path

PRODUCTION = TOP_LEVEL / "backend/Dockerfile"
WORKSHOP = TOP_LEVEL / ".devcontainer/Dockerfile"
RULES = rules_of((TOP_LEVEL / ".dockerignore").read_text())


def devcontainer() -> dict[str, Any]:
    return json.loads((TOP_LEVEL / ".devcontainer/devcontainer.json").read_text())


@pytest.mark.parametrize("file", [PRODUCTION, WORKSHOP], ids=lambda file: file.parent.name)
def test_base_images_are_pinned_by_a_tag(file: Path) -> None:
    bases = [stage.base for stage in stages(file)]
    assert bases
    assert [base for base in bases if not re.fullmatch(r"[\w./-]+:\d[\w.-]+", base)] == []


@pytest.mark.parametrize("file", [PRODUCTION, WORKSHOP], ids=lambda file: file.parent.name)
def test_what_is_copied_is_there_and_is_sent(file: Path) -> None:
    copied = [copy for stage in stages(file) for copy in stage.of("COPY") if "from" not in copy.options]
    sources = [source for copy in copied for source in copy.words[:-1]]
    assert sources
    for source in sources:
        place = TOP_LEVEL / source
        example = place if place.is_file() else next(path for path in place.iterdir() if path.is_file())
        assert is_sent(str(example.relative_to(TOP_LEVEL)), RULES), source


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".env.local",
        "frontend/.env",
        ".git/config",
        "backend/.venv/bin/python",
        "backend/data/usage.db",
        "backend/tests/conftest.py",
        "backend/src/__pycache__/cli.cpython-311.pyc",
        "frontend/node_modules/vue/package.json",
        "frontend/dist/index.html",
    ],
)
def test_what_is_secret_local_or_built_is_not_sent(path: str) -> None:
    assert not is_sent(path, RULES)


def test_the_image_runs_its_command_without_a_shell_as_an_ordinary_user() -> None:
    final = stages(PRODUCTION)[-1]
    assert final.of("CMD")[-1].exec_form == ["python", "backend/app.py"]
    assert final.of("HEALTHCHECK")[-1].exec_form == ["python", "backend/healthcheck.py"]
    assert final.of("USER")[-1].text == "10001:10001"
    assert final.of("VOLUME")[-1].exec_form == ["/app/backend/data"]


def test_the_health_check_finds_the_service_wherever_it_listens() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen()
        command = [sys.executable, str(TOP_LEVEL / "backend/healthcheck.py")]
        every_address = "0.0.0.0"  # noqa: S104 - nothing listens on it here
        env = os.environ | {"HOST": every_address, "VITE_LEADERBOARD_BACKEND_PORT": str(port)}
        for answer, status in (("200 OK", 0), ("503 Service Unavailable", 1)):
            process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)  # noqa: S603
            connection = listener.accept()[0]
            assert connection.recv(4096).startswith(b"GET /health ")
            connection.sendall(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
            connection.close()
            process.communicate(timeout=20)
            assert process.returncode == status


def test_every_service_is_hardened_and_says_when_it_is_well() -> None:
    services = read_yaml("backend/compose.yaml")["services"]
    assert set(services) == {"dashboard", "studio-worker", "studio-postgres", "litellm", "postgres"}
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "healthcheck" in service or name == "dashboard"  # whose image has one
        assert service.get("read_only") is True or name == "litellm"  # whose image writes to itself


def test_nothing_is_published_beyond_this_machine_and_the_database_not_at_all() -> None:
    compose = read_yaml("backend/compose.yaml")
    services = compose["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    for database in ("postgres", "studio-postgres"):
        assert "ports" not in services[database]
    assert "database" not in services["dashboard"]["networks"]
    assert compose["networks"]["database"]["internal"] is True
    assert compose["networks"]["studio"]["internal"] is True


def test_the_compose_file_holds_no_secret_and_names_settings_that_exist() -> None:
    services = read_yaml("backend/compose.yaml")["services"]
    variables = services["dashboard"]["environment"]
    # the image's own, those of the page's build and of development, and what app.py tells itself
    others = {name for name in Settings.model_fields if name.startswith("vite_")} | {"host", "leaderboard_demo"}
    assert {name.lower() for name in variables} == set(Settings.model_fields) - others
    for service in services.values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|KEY|TOKEN", name):
                assert value.startswith("${"), name


def test_the_workshop_forwards_both_ports_by_name_and_starts_on_attach() -> None:
    config = devcontainer()
    defaults = Settings.model_fields
    ports = [defaults[f"vite_leaderboard_{end}_port"].default for end in ("frontend", "backend")]
    assert config["forwardPorts"] == ports
    assert [config["portsAttributes"][str(port)]["label"] for port in ports] == [
        "Leaderboard page",
        "Leaderboard API",
    ]
    assert config["postAttachCommand"] == "make dev"


def test_the_workshops_variables_are_placeholders_of_settings_and_no_secrets() -> None:
    text = (TOP_LEVEL / ".devcontainer/devcontainer.env").read_text()
    lines = [line for line in text.splitlines() if line]
    assert [line for line in lines if not line.startswith("#")] == []
    names = re.findall(r"^#([A-Z_]+)=", text, re.MULTILINE)
    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)
    assert not [name for name in names if re.search("PASSWORD|KEY|TOKEN", name)]


def test_devbox_and_the_workshop_have_the_same_tools_and_make_targets() -> None:
    box = json.loads((TOP_LEVEL / "devbox.json").read_text())
    python, node = box["packages"]["python"], box["packages"]["nodejs"]
    assert [stage.base for stage in stages(WORKSHOP)] == [
        f"node:{node}-bookworm-slim",
        f"python:{python}-bookworm",
    ]
    assert box["shell"]["scripts"] == {name: f"make {name}" for name in ("start", "test", "dev")}
