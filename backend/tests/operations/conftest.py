"""Fixtures: a checkout with `get_api_key.sh` in it, and a gateway to issue keys at."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.operations.fake_litellm import ADMIN_KEY, FakeLiteLLM, fake_litellm
from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SECONDS = 30


@dataclass
class Checkout:
    """A git repository with the script, and the environment that it is run in."""

    root: Path
    env: dict[str, str]

    @property
    def env_file(self) -> Path:
        return self.root / ".env"

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script without a terminal."""
        return self.shell(["./get_api_key.sh", *arguments], **variables)

    def shell(self, command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
        """Run any command in the checkout without a terminal."""
        return subprocess.run(  # noqa: S603 - no shell
            command,
            cwd=self.root,
            env=self.env | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def answer(self, reply: str, *arguments: str) -> tuple[int, str]:
        """Run the script on a terminal on which `reply` is typed; return its status and all that is shown."""
        master, slave = pty.openpty()
        process = subprocess.Popen(  # noqa: S603 - no shell
            ["./get_api_key.sh", *arguments], cwd=self.root, env=self.env, stdin=slave, stdout=slave, stderr=slave
        )
        os.close(slave)
        os.write(master, f"{reply}\n".encode())
        shown = b""
        try:
            while chunk := os.read(master, 1024):
                shown += chunk
        except OSError:  # the terminal's other end is closed
            pass
        os.close(master)
        return process.wait(SECONDS), shown.decode()


@pytest.fixture
def gateway() -> Iterator[FakeLiteLLM]:
    with fake_litellm() as fake:
        yield fake


@pytest.fixture
def checkout(tmp_path: Path, gateway: FakeLiteLLM) -> Checkout:
    root = tmp_path / "a checkout"  # with a space in its path
    shutil.copytree(TOP_LEVEL / "backend/workshop", root / "backend/workshop")
    for name in ("get_api_key.sh", ".gitignore"):
        shutil.copy(TOP_LEVEL / name, root)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = kept | {"LITELLM_BASE_URL": gateway.base_url, "LITELLM_ADMIN_KEY": ADMIN_KEY}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "no_proxy": "*"}
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)  # noqa: S603, S607
    return Checkout(root, env)
