"""A real PostgreSQL for tests, on a free port of this machine, where its binaries are found."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

USER = "postgres"


class NoPostgresError(Exception):
    """There is no PostgreSQL to start here. The message says what is missing."""


class Server:
    """A server that can be stopped as if it had crashed, and started again."""

    def __init__(self, address: str, control: list[str], start: list[str]) -> None:
        self.address = address
        self._control, self._start = control, start

    def start(self) -> None:
        _run([*self._control, *self._start])

    def stop(self) -> None:
        _run([*self._control, "-m", "immediate", "stop"])


@contextlib.contextmanager
def running_server() -> Generator[str]:
    """Start a server with an empty data directory, yield its address without a database, and stop it."""
    with stoppable_server() as server:
        yield server.address


@contextlib.contextmanager
def stoppable_server() -> Generator[Server]:
    """Start a server with an empty data directory, and stop it in the end."""
    binaries, as_user = _binaries(), _not_as_root()
    folder = Path(tempfile.mkdtemp(prefix="leaderboard-postgres-"))
    try:
        folder.chmod(0o755)
        if as_user:
            shutil.chown(folder, USER)
        data = folder / "data"
        run = [*as_user, str(binaries / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "--no-sync"]
        _run([*run, "--encoding=UTF8", "--locale=C"])
        control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        start = ["-l", str(folder / "log"), "-o", options, "start"]
        server = Server(f"postgresql://{USER}@127.0.0.1:{port}", control, start)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    """Return the folder of the newest installed server's programs."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(9))
    on_path = shutil.which("initdb")
    if installed:
        return installed[-1].parent
    if on_path is None:
        raise NoPostgresError("PostgreSQL's server programs are not installed")
    return Path(on_path).resolve().parent


def _not_as_root() -> list[str]:
    """Return what goes before a command: the server does not run as root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam(USER)
    except KeyError:
        raise NoPostgresError(f"root cannot run PostgreSQL, and there is no user {USER}") from None
    if shutil.which("setpriv") is None:
        raise NoPostgresError("root cannot run PostgreSQL, and there is no setpriv")
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _run(command: list[str]) -> None:
    # its own standard streams: a server that inherits a pipe keeps whoever reads it waiting
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(  # noqa: S603 - the server's own programs
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", timeout=60, check=False
        )
        output.seek(0)
        assert ended.returncode == 0, output.read().decode(errors="replace")
