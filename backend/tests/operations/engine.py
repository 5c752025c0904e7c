"""A little container engine: does what a Dockerfile says over a copy-on-write view of this machine's files.

Each stage is an overlay mount of `/` in a mount namespace of its own, so that absolute paths are what they are in
the image and nothing of this machine changes. Its Python and Node stand in for the base images. Needs root.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.operations.dockerfile import Instruction, Stage

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PYTHON = Path("/usr/bin/python3")
# what a build needs to reach the package registries from here
NETWORK = re.compile(r"(?i)^(home|\w+_proxy|pip_.*|npm_.*|ssl_cert_\w+|requests_ca_bundle|node_extra_ca_certs)$")
STEP_SECONDS = 240
MOUNTS = "mount --rbind /proc $root/proc; mount --rbind /dev $root/dev"
BUILD = f"mount -t overlay overlay -o lowerdir=/,upperdir=$upper,workdir=$work $root; {MOUNTS}"
# nothing can be written but to what is mounted on top
RUN = f"{BUILD}; mount -o remount,ro $root; mount -t tmpfs tmpfs $root/tmp"
UNPRIVILEGED = "setpriv --reuid $user --regid $group --clear-groups --bounding-set=-all --no-new-privs"


def missing() -> str | None:
    """Return why this machine cannot do it, or None."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return "only root can mount file systems"
    if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode:  # noqa: S607
        return "mount namespaces are forbidden"
    for program in ("setpriv", "chroot", "node", "npm"):
        if shutil.which(program, path=SYSTEM_PATH) is None:
            return f"there is no {program} in {SYSTEM_PATH}"
    probe = [str(PYTHON), "-c", "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))"]
    if not PYTHON.exists() or subprocess.run(probe, check=False, capture_output=True).returncode:  # noqa: S603
        return f"{PYTHON} is not a Python 3.11 with venv"
    return None


@dataclass
class Layer:
    """The files of a stage, and its settings so far."""

    folder: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": SYSTEM_PATH})
    workdir: str = "/"
    user: str = "0:0"

    @property
    def upper(self) -> Path:
        return self.folder / "upper"

    def script(self, mounts: str, command: list[str], wrapper: str = "") -> list[str]:
        """Return the command that mounts what is needed and runs `command` in it."""
        user, _, group = self.user.partition(":")
        places = {"upper": self.upper, "work": self.folder / "work", "root": self.folder / "root"}
        inside = f"cd {shlex.quote(self.workdir)} && exec {wrapper} {shlex.join(command)}"
        names = {name: shlex.quote(str(place)) for name, place in places.items()} | {"user": user, "group": group}
        setup = Template(f"set -e; {mounts}; exec chroot $root /bin/sh -c ").substitute(names)
        inside = Template(inside.replace("$", "$$") if not wrapper else inside).safe_substitute(names)
        return ["unshare", "--mount", "/bin/sh", "-c", setup + shlex.quote(inside)]


class Engine:
    """Builds the stages of a Dockerfile in a folder, from a build context."""

    def __init__(self, folder: Path, context: Path) -> None:
        self._folder, self._context = folder, context
        self.layers: dict[str, Layer] = {}

    def build(self, all_stages: list[Stage]) -> Layer:
        """Do every instruction of every stage; return the last one's layer."""
        for number, stage in enumerate(all_stages):
            name = stage.name or str(number)
            self.layers[name] = layer = self._begin(name)
            for instruction in stage.instructions:
                self._do(layer, instruction)
        return layer

    def _begin(self, name: str) -> Layer:
        layer = Layer(self._folder / name)
        for part in ("upper/usr/local/bin", "work", "root"):
            (layer.folder / part).mkdir(parents=True)
        (layer.upper / "usr/local/bin/python").symlink_to(PYTHON)  # as the base image calls it
        return layer

    def _do(self, layer: Layer, instruction: Instruction) -> None:
        words = instruction.words
        if instruction.name in ("ENV", "ARG"):
            for name, _, value in (word.partition("=") for word in words):
                layer.env[name] = Template(value).safe_substitute(layer.env)
        elif instruction.name == "WORKDIR":
            layer.workdir = words[0]
            (layer.upper / words[0].lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif instruction.name == "USER":
            layer.user = words[0]
        elif instruction.name == "COPY":
            self._copy(layer, instruction)
        elif instruction.name == "RUN":
            self._run(layer, instruction.text)

    def _copy(self, layer: Layer, instruction: Instruction) -> None:
        *sources, target = instruction.words
        root = self.layers[instruction.options["from"]].upper if "from" in instruction.options else self._context
        place = layer.upper / str(Path(layer.workdir, target)).lstrip("/")
        for source in (root / source.lstrip("/") for source in sources):
            if source.is_dir():
                shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
            elif target.endswith("/"):
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place)
            else:
                shutil.copy(source, place)

    def _run(self, layer: Layer, command: str) -> None:
        env = {name: value for name, value in os.environ.items() if NETWORK.match(name)} | layer.env
        result = subprocess.run(  # noqa: S603 - the Dockerfile's own commands
            layer.script(BUILD, ["/bin/sh", "-c", command]),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )
        assert result.returncode == 0, f"RUN {command}\n{result.stdout[-4000:]}"


Process = subprocess.Popen[str]


def start(layer: Layer, command: list[str], env: dict[str, str], volumes: dict[str, Path]) -> Process:
    """Run a command as the image's user on a read-only file system with nothing but `volumes` to write to."""
    binds = "".join(f"; mount --bind {shlex.quote(str(here))} $root{there}" for there, here in volumes.items())
    return subprocess.Popen(  # noqa: S603 - the Dockerfile's own command
        layer.script(RUN + binds, command, UNPRIVILEGED),
        env=layer.env | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


if __name__ == "__main__":
    sys.stdout.write(missing() or "")
