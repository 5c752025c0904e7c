"""The conversation: who gets a key, whether one may be replaced, and where the key goes."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.env_file import EnvFile
from workshop.errors import UsageError, WorkshopError
from workshop.gateway import Gateway
from workshop.holders import Holder, attendee, dashboard
from workshop.provision import Issued, issue, look_up, prepare, revoke

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

TOP_LEVEL = Path(__file__).resolve().parents[2]
VARIABLE = "LITELLM_API_KEY"
STUDIO_VARIABLE = "STUDIO_GATEWAY_API_KEY"  # what Studio calls models with
DURATION = re.compile(r"[1-9][0-9]{0,3}(s|m|h|d|w|mo)")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "names": {"nargs": "*", "metavar": "NAME", "help": "first and last name"},
    "--team": {"metavar": "NAME", "help": "a team to join, by name or id; one's own without it"},
    "--dashboard": {
        "action": "store_true",
        "help": "a key to run the leaderboard with: it sees all teams and calls no model",
    },
    "--duration": {"metavar": "7d", "help": "how long it works: 12h, 7d, 2w, 1mo (30d for --dashboard)"},
    "--renew": {"action": "store_true", "help": "replace a key that still works, too"},
    "--yes": {"action": "store_true", "help": "replace without asking"},
}
FAILED, MISUSED, INTERRUPTED = 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Issue or keep a key and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        holder = _holder(options)
        gateway = Gateway(_variable("LITELLM_BASE_URL"), _variable("LITELLM_ADMIN_KEY"))
        env_file = EnvFile(TOP_LEVEL / ".env")
        env_file.check()
        _hand_over(holder, _key(gateway, holder, env_file, options))
    except UsageError as error:
        return _fail(error, MISUSED)
    except (WorkshopError, OSError) as error:
        return _fail(error, FAILED)
    except (KeyboardInterrupt, EOFError):
        return INTERRUPTED
    return 0


class _Parser(argparse.ArgumentParser):
    """Helps on standard error: what is on standard output, a shell that sources the script carries out."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        super().print_help(file or sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="get_api_key.sh",
        description="Issue a key for a workshop's attendee and put it into .env, for the leaderboard and for "
        "Studio. Needs LITELLM_BASE_URL and LITELLM_ADMIN_KEY in the environment. Asked again, it keeps a key "
        "that still works.",
    )
    for name, options in ARGUMENTS.items():
        parser.add_argument(name, **options)
    return parser


def _holder(options: argparse.Namespace) -> Holder:
    options.duration = options.duration or ("30d" if options.dashboard else "7d")
    if not DURATION.fullmatch(options.duration):
        raise UsageError("--duration must be a number with a unit, such as 12h, 7d, 2w or 1mo.")
    if not options.dashboard:
        return attendee(options.names, options.team)
    if options.names or options.team:
        raise UsageError("--dashboard goes without a name and without --team.")
    return dashboard()


def _variable(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise UsageError(f"{name} is not set in the environment.")
    return value


def _key(gateway: Gateway, holder: Holder, env_file: EnvFile, options: argparse.Namespace) -> str:
    """Return the key that is in `.env` in the end."""
    found, kept = look_up(gateway, holder), env_file.get(VARIABLE)
    same = next((key for key in found.keys if kept and _is(key, kept, found.team_id, holder)), None)
    if kept and same and not options.renew:
        prepare(gateway, holder, found)
        # left over from a time when one was replaced, and the gateway did not answer to that
        revoke(gateway, [key.digest for key in found.keys if key is not same])
        if holder.calls_models and not env_file.get(STUDIO_VARIABLE):
            env_file.set(**{STUDIO_VARIABLE: kept})
        env_file.protect()
        _say(f"{holder.name} has a key that works {_until(same)}; it is kept.")
        return kept
    _agree(_replaced(env_file, holder, found.keys, kept), yes=options.yes)
    prepare(gateway, holder, found)
    key = issue(gateway, holder, found.team_id, options.duration)
    try:
        env_file.set(**dict.fromkeys(_variables(holder), key))
    except BaseException:
        revoke(gateway, [key])
        raise
    # only now, so that nobody is ever left without a key that works
    try:
        revoke(gateway, [old.digest for old in found.keys])
    except WorkshopError as error:
        raise WorkshopError(
            f"The new key is in {env_file.path}, but one that it replaces still works: {error} "
            "Run the same again, and that one is revoked."
        ) from None
    _say(f"{holder.name} has a new key for {options.duration}; it is in {env_file.path}.")
    return key


def _variables(holder: Holder) -> list[str]:
    """Return what the key is written to: Studio gets only one that can call models."""
    return [VARIABLE, STUDIO_VARIABLE] if holder.calls_models else [VARIABLE]


def _replaced(env_file: EnvFile, holder: Holder, known: list[Issued], kept: str | None) -> list[str]:
    """Return what a new key would put an end to, in words."""
    ends = []
    usable = [key for key in known if key.usable]
    values = {name: env_file.get(name) for name in _variables(holder)}
    for name, value in values.items():
        if value and (name == VARIABLE or value != kept):
            ends.append(f"{env_file.path} has a {name} ({value[:3]}…{value[-4:]}); it would be overwritten.")
    if usable:
        more = "" if usable[-1].routes == holder.routes else " and may call more than it has to"
        ends.append(
            f"{holder.name} has a key that works {_until(usable[-1])}{more}; it would stop working everywhere."
        )
    return ends


def _agree(ends: list[str], *, yes: bool) -> None:
    """Ask whether to go on. Raises `WorkshopError` on a no, and where there is nobody to ask."""
    if not ends or yes:
        return
    for end in ends:
        _say(end)
    if not sys.stdin.isatty():
        raise WorkshopError("Nothing was changed: there is no terminal to ask on. Add --yes to replace it.")
    sys.stderr.write("Replace it? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise WorkshopError("Nothing was changed.")


def _hand_over(holder: Holder, key: str) -> None:
    """Give the key to a shell that reads the output; on a terminal, tell how."""
    if sys.stdout.isatty():
        _say("To have it in this shell, too, repeat it with a dot in front: . ./get_api_key.sh …")
        return
    for name in _variables(holder):
        sys.stdout.write(f"export {name}={shlex.quote(key)}\n")


def _is(issued: Issued, key: str, team_id: str | None, holder: Holder) -> bool:
    """Tell whether a key is that one, by the hash that LiteLLM knows it by, and still right to have."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    right = issued.team_id == team_id and issued.routes == holder.routes
    return issued.usable and issued.digest == digest and right


def _until(key: Issued) -> str:
    return f"until {key.expires:%Y-%m-%d %H:%M} UTC" if key.expires else "without end"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _fail(error: Exception, status: int) -> int:
    _say(f"get_api_key.sh: {error}")
    return status
