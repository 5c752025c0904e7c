"""The server from a terminal: settings, the demo gateway where it is asked for, and the commands beside it."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging.config
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import uvicorn
from pydantic import AnyHttpUrl, SecretStr

from src.client.errors import GatewayError
from src.core.errors import ConfigurationError, InvalidRangeError
from src.core.http.guards import MAX_BODY_BYTES
from src.core.settings import LOOPBACK
from src.demo.server import DemoGateway
from src.resync import resync
from src.settings import Settings, load_settings
from src.studio.commands import CommandError, add_commands, run_command
from src.studio.database.migrate import check
from src.studio.errors import StorageError
from src.studio.supervisor import command, supervised_workers
from src.telemetry.logs import logging_config, server_level
from src.telemetry.telemetry import shared_among
from src.utils.common import get_api_key, get_base_url

if TYPE_CHECKING:
    from collections.abc import Generator

    from src.demo.lessons import Lessons

USAGE_ERROR = 2
STUDIO_DATABASE = "STUDIO_DATABASE_URL"


def main(arguments: list[str]) -> int:
    """Start the server and return the exit status when it has stopped."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, _end)
    if options.command == "openapi":
        return _describe()
    try:
        settings = load_settings()
        logging.config.dictConfig(logging_config(settings.log_level))
        if options.command == "resync":
            return _resync(options, settings)
        if options.command == "worker":
            _become_worker(settings)
        if options.command == "studio":
            return run_command(options, settings, _say)
        _check_port(settings)
        with _gateway(options, settings), shared_among(settings.web_concurrency):
            served = load_settings()
            if served.studio:
                check(served.studio_database_url.get_secret_value())
            _announce(served, demo=os.environ.get("LEADERBOARD_DEMO") == "1")
            with supervised_workers(served) if served.studio else contextlib.nullcontext():
                _serve(settings, reload=options.reload)
    except (ConfigurationError, InvalidRangeError, GatewayError, CommandError, StorageError) as error:
        print(f"leaderboard: {error}", file=sys.stderr)  # noqa: T201 - this is the terminal's part
        return USAGE_ERROR
    except (KeyboardInterrupt, EOFError):
        return 130
    return 0


def _end(number: int, _frame: object) -> None:
    """Leave in order when the server has stopped: it hands on the signal that stopped it."""
    sys.exit(128 + number)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Dashboard for a LiteLLM gateway.")
    parser.add_argument("--demo", action="store_true", help="read the embedded demo gateway")
    parser.add_argument(
        "--demo-if-unconfigured", action="store_true", help="the same, where no gateway is configured"
    )
    parser.add_argument("--reload", action="store_true", help="restart when a source file changes")
    commands = parser.add_subparsers(dest="command", metavar="")
    commands.add_parser("openapi", help="print the API's description, then stop")
    resync_days = commands.add_parser("resync", help="fetch days of the store anew, then stop")
    resync_days.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD")
    resync_days.add_argument("--to", dest="last", required=True, metavar="YYYY-MM-DD")
    commands.add_parser("worker", help="run Studio's jobs, beside a server or on another machine")
    add_commands(
        commands.add_parser("studio", help="care for what Studio keeps: back it up, help who is locked out, …")
    )
    commands.add_parser("bench", help="measure models at load: needs no server and no account", add_help=False)
    commands.add_parser("eval", help="ask models a suite of tool calls: needs neither, either", add_help=False)
    options = parser.parse_args(arguments)
    if options.command in {"bench", "eval"}:  # alone, they never come here
        parser.error(f"{options.command} stands first: its options come after it")
    return options


def _describe() -> int:
    from src.api.server import create_backend  # noqa: PLC0415 - the server's processes alone need it otherwise

    _say(json.dumps(create_backend(Settings.model_construct()).openapi(), indent=2, ensure_ascii=False))
    return 0


def _become_worker(settings: Settings) -> NoReturn:
    """Let a worker take this process's place: it needs little of what has been imported here."""
    if not settings.studio:
        raise ConfigurationError("STUDIO: there are no jobs to run where it is 0.")
    arguments, environment = command()
    os.execve(arguments[0], arguments, environment)  # noqa: S606 - our own program


def _resync(options: argparse.Namespace, settings: Settings) -> int:
    configured = settings.model_copy(
        update={
            "litellm_base_url": AnyHttpUrl(get_base_url(settings)),
            "litellm_api_key": SecretStr(get_api_key(settings)),
        }
    )
    fetched, missing = resync(configured, options.first, options.last)
    days = f"{len(fetched)} day{'' if len(fetched) == 1 else 's'}"
    _say(f"Fetched anew from {options.first} to {options.last}: {days}.")
    if missing:
        _say(f"Not read whole, so left as before: {', '.join(map(str, missing))}. Try again.")
    return 1 if missing else 0


@contextlib.contextmanager
def _gateway(options: argparse.Namespace, settings: Settings) -> Generator[None]:
    """Put the gateway's address and key into the environment, where the server's processes read them."""
    unconfigured = settings.litellm_base_url is None and settings.litellm_api_key is None
    if options.demo or (options.demo_if_unconfigured and unconfigured):
        with DemoGateway(lessons=_lessons) as demo, _demo_database():
            os.environ.update(
                LITELLM_BASE_URL=demo.base_url,
                LITELLM_API_KEY=demo.api_key,
                STUDIO_GATEWAY_API_KEY=demo.studio_api_key,
                LEADERBOARD_DEMO="1",
            )
            yield
        return
    os.environ.update(
        LITELLM_BASE_URL=get_base_url(settings), LITELLM_API_KEY=get_api_key(settings), LEADERBOARD_DEMO="0"
    )
    yield


def _lessons() -> Lessons:
    """Return what the demo's models know by heart: what to call in Studio's example suites."""
    from src.studio.exchange.truth import examples_by_heart  # noqa: PLC0415 - only where somebody asks with tools

    return examples_by_heart()


@contextlib.contextmanager
def _demo_database() -> Generator[None]:
    """Let Studio keep what is made up in a folder that goes with it, unless a database is named."""
    if os.environ.get(STUDIO_DATABASE):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="studio-demo-", ignore_cleanup_errors=True) as folder:
        os.environ[STUDIO_DATABASE] = f"sqlite:///{folder}/studio.db"
        try:
            yield
        finally:
            del os.environ[STUDIO_DATABASE]


def _check_port(settings: Settings) -> None:
    """Raise `ConfigurationError` where the address is taken or not this machine's."""
    port = settings.vite_leaderboard_backend_port
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, port))
        except OSError as error:
            raise ConfigurationError(
                f"VITE_LEADERBOARD_BACKEND_PORT: cannot listen on {settings.host}, port {port} "
                f"({error.strerror}). Stop what uses it, or set another port."
            ) from None


def _announce(settings: Settings, *, demo: bool) -> None:
    host = "localhost" if settings.host in LOOPBACK | {"0.0.0.0"} else settings.host  # noqa: S104 - compared only
    if demo:
        _say("Demo gateway with made-up data. Set LITELLM_BASE_URL and LITELLM_API_KEY to read your own.")
    if settings.is_public and settings.server_basic_auth_token is None:
        _say(
            "Warning: HOST is public and SERVER_BASIC_AUTH_TOKEN is not set: anyone who can reach it can read it."
        )
    if settings.studio:
        from src.studio.accounts.setup import setup_code  # noqa: PLC0415 - who leaves Studio out need not load it

        if (code := setup_code(settings)) is not None:
            _say(f"Set-up code for the first account of Studio: {code}")
    _say(f"Leaderboard: http://{host}:{settings.vite_leaderboard_backend_port}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is the terminal's part


def _serve(settings: Settings, *, reload: bool) -> None:
    source = Path(__file__).parent
    uvicorn.run(
        f"src.api.server:{'create_development_backend' if reload else 'create_backend'}",
        factory=True,
        host=settings.host,
        port=settings.vite_leaderboard_backend_port,
        reload=reload,
        reload_dirs=[str(source)] if reload else None,
        app_dir=str(source.parent),
        workers=None if reload else settings.web_concurrency,
        log_config=logging_config(settings.log_level),
        log_level=server_level(settings.log_level),
        forwarded_allow_ips=settings.forwarded_allow_ips,
        access_log=False,  # the app tells of requests itself, and knows more about them
        server_header=False,
        ws_max_size=MAX_BODY_BYTES,
    )
