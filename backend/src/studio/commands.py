"""`app.py studio …`: what is done to Studio's database from a terminal."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from src.core.clock import iso, utc_now
from src.studio.database.backup import BackupError, back_up, restore
from src.studio.database.database import Database
from src.studio.database.migrate import migrate
from src.studio.errors import InvalidRequestError, NotFoundError, StorageError, VaultError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from src.studio.settings import StudioSettings


class CommandError(Exception):
    """A command could not do its work. The message is a line for a terminal."""


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands to a parser."""
    commands = parser.add_subparsers(dest="studio_command", metavar="", required=True)
    backup = commands.add_parser("backup", help="copy all that Studio keeps into a file, while it runs")
    backup.add_argument("file", metavar="FILE", type=Path)
    restoring = commands.add_parser("restore", help="put such a copy back, in place of all that is there")
    restoring.add_argument("file", metavar="FILE", type=Path)
    restoring.add_argument("--yes", action="store_true", help="do not ask")
    helping = commands.add_parser("reset-link", help="make a link to set a new password, for whom no mail reaches")
    helping.add_argument("email", metavar="EMAIL")
    rotating = commands.add_parser("rotate-vault", help="encrypt all keys with the vault's newest one")
    rotating.add_argument("--new-key", action="store_true", help="make that key first, in the vault's file")


def run_command(options: argparse.Namespace, settings: StudioSettings, say: Callable[[str], None]) -> int:
    """Do what was asked for, and return the exit status. Raises `CommandError` and `ConfigurationError`."""
    try:
        return _run(options, settings, say)
    except (BackupError, StorageError, VaultError, InvalidRequestError, NotFoundError) as error:
        raise CommandError(str(error)) from None


def _run(options: argparse.Namespace, settings: StudioSettings, say: Callable[[str], None]) -> int:
    with contextlib.closing(Database(settings.studio_database_url.get_secret_value())) as database:
        if options.studio_command == "backup":
            say(f"Written: {back_up(database, options.file):,} rows to {options.file}.")
            return 0
        if options.studio_command == "rotate-vault":
            return _rotate(database, settings, say, new_key=options.new_key)
        if options.studio_command == "reset-link":
            return _make_reset_link(database, settings, say, options.email)
        if not (options.yes or _is_sure(options.file)):
            say("Nothing was changed.")
            return 1
        say(f"Put back: {restore(database, options.file):,} rows from {options.file}.")
        return 0


def _rotate(database: Database, settings: StudioSettings, say: Callable[[str], None], *, new_key: bool) -> int:
    from src.studio.vault.service import VaultService  # noqa: PLC0415 - every start would load what it stands on

    migrate(database)
    told = VaultService(settings, database, utc_now).rotate(new_key=new_key)
    say(f"Encrypted with the vault's newest key: {told.rows:,} of {told.rows + len(told.failed):,} keys.")
    for key_id, reason in told.failed.items():
        say(f"Left as it was: {key_id}, {reason}.")
    return 1 if told.failed else 0


def _make_reset_link(database: Database, settings: StudioSettings, say: Callable[[str], None], email: str) -> int:
    from src.studio.accounts.mail import Mailer  # noqa: PLC0415 - every start would load what these stand on
    from src.studio.accounts.resets import PATH, PasswordResets  # noqa: PLC0415
    from src.studio.accounts.tokens import Keyring  # noqa: PLC0415

    migrate(database)
    resets = PasswordResets(database, utc_now, Mailer(settings), Keyring(settings, utc_now))
    token, expires_at = resets.make_operators_link_token(email)
    page = str(settings.app_base_url or "").rstrip("/")
    say(f"{page}{PATH}{quote(token)}")
    where = "" if page else "Put the page's address before it. "
    say(f"{where}It sets a new password for {email}, once, until {iso(expires_at)}; then all their sessions end.")
    return 0


def _is_sure(path: Path) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(f"Replace all that Studio keeps by what {path.name} has? Type yes: ").strip() == "yes"
