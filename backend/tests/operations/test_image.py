"""The production image, rehearsed: its Dockerfile is carried out and its command run, read-only and as its user.

Takes two minutes, and root: `make rehearse`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError

import pytest

from tests.operations.dockerfile import stages
from tests.operations.engine import Engine, Layer, Process, missing, start
from tests.operations.ignored import copy_context
from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = os.environ.get("REHEARSE_IMAGE") == "1"
START_SECONDS = 30

pytestmark = [
    pytest.mark.skipif(not WANTED, reason="takes two minutes: make rehearse"),
    pytest.mark.skipif(WANTED and missing() is not None, reason=f"cannot be rehearsed here: {missing()}"),
]


def command_of(name: str) -> list[str]:
    """Return the command of the image's CMD or HEALTHCHECK."""
    return stages(TOP_LEVEL / "backend/Dockerfile")[-1].of(name)[-1].exec_form


@pytest.fixture(scope="module")
def image() -> Iterator[Layer]:
    # not in pytest's own folder, which other users may not enter
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    try:
        copy_context(TOP_LEVEL, folder / "context")
        yield Engine(folder, folder / "context").build(stages(TOP_LEVEL / "backend/Dockerfile"))
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def data(image: Layer) -> Iterator[Path]:
    """Return a volume, as an engine makes it: with the owner and mode of the image's own folder."""
    folder = image.folder / "data"
    shutil.copytree(image.upper / "app/backend/data", folder)
    own = (image.upper / "app/backend/data").stat()
    os.chown(folder, own.st_uid, own.st_gid)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def service(image: Layer, port: int, data: Path) -> Iterator[Process]:
    env = {"VITE_LEADERBOARD_BACKEND_PORT": str(port), "USAGE_STORE_URL": "sqlite:////app/backend/data/usage.db"}
    env |= {"LITELLM_BASE_URL": f"http://127.0.0.1:{port}", "LITELLM_API_KEY": "sk-none"}
    process = start(image, command_of("CMD"), env, {"/app/backend/data": data})
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    if process.poll() is not None:
        pytest.fail(f"the service did not start:\n{process.communicate()[0]}")
    yield process
    process.terminate()
    process.communicate(timeout=60)


def get(port: int, path: str) -> tuple[int, str, bytes]:
    """Return status, content type and body."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def test_it_serves_the_page_and_the_api(service: Process, port: int) -> None:
    status, kind, body = get(port, "/leaderboard")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert b'<div id="app">' in body
    script = body.decode().split('src="/assets/')[1].split('"')[0]
    assert get(port, f"/assets/{script}")[:1] == (200,)
    assert json.loads(get(port, "/config")[2])["demo"] is False


def test_its_user_is_nobody_in_particular_and_can_write_data_alone(
    image: Layer, service: Process, data: Path
) -> None:
    assert image.user == "10001:10001"
    probe = "import os; [open(p, 'w') for p in os.environ['P'].split(':')]"
    for path, status in (("/app/backend/data/x", 0), ("/app/x", 1), ("/opt/venv/x", 1), ("/etc/x", 1)):
        process = start(image, ["python", "-c", probe], {"P": path}, {"/app/backend/data": data})
        output = process.communicate(timeout=20)[0]
        assert process.returncode == status, f"{path}: {output}"
    assert (data / "usage.db").stat().st_uid == 10001


def test_its_health_check_passes_while_it_serves_and_fails_when_it_does_not(
    image: Layer, service: Process, port: int, data: Path
) -> None:
    def check() -> int:
        # proxies must not be asked for what is in the same container
        env = {"VITE_LEADERBOARD_BACKEND_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
        process = start(image, command_of("HEALTHCHECK"), env, {"/app/backend/data": data})
        process.communicate(timeout=20)
        return process.returncode

    assert check() == 0
    service.terminate()
    service.wait(60)
    assert check() == 1


def test_it_contains_nothing_that_is_only_for_developing(image: Layer) -> None:
    app = image.upper / "app"
    files = [str(path.relative_to(app)) for path in app.rglob("*") if path.is_file()]
    assert "backend/app.py" in files
    # the page's own docs/ are what GET /docs serves
    unwanted = ("tests/", "node_modules", ".env", "backend/docs/", "backend/benchmarks/")
    assert not [name for name in files for part in unwanted if part in name]
    assert not list((image.upper / "opt/venv").rglob("pytest"))
