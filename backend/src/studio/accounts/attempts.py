"""Limits on guessing, in the database: one for an account, and a wider one for an address that many may share."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from src.studio.accounts.tables import failed_logins
from src.studio.database.locks import Lock, take
from src.studio.database.metadata import new_id
from src.studio.errors import TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Column, Connection

WINDOW = dt.timedelta(minutes=15)
IPV6_OF_ONE = 64
ADDRESS_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted by itself, and how much of it there may be within `WINDOW`."""

    name: str
    per_account: int
    per_address: int
    sentence: str = "Too many attempts have failed. Wait a while, then try again."


GUESSES = Kind("", 10, 100)
RESETS = Kind("reset ", 5, 60, "Too many links have been asked for. Wait a while, then try again.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody's at an account, from an address."""

    account: str
    address: str
    kind: Kind = GUESSES


def begin(
    connection: Connection, attempt: Attempt, now: dt.datetime, is_at_home: Callable[[], bool] = lambda: False
) -> None:
    """Count an attempt as failed before it is looked at, so that no number of them at once gets past the limit.

    `is_at_home` tells, where an address has no attempts left, whether the account is known there: what others do
    at the same address does not keep it out. Raises `TooManyRequestsError`, of which nothing is counted.
    """
    take(connection, Lock.ATTEMPTS)
    kind = attempt.kind
    account = _hash(kind.name + attempt.account)
    address = f"{kind.name}{network_of(attempt.address)}"[:ADDRESS_LENGTH]
    if (wait := _wait(connection, failed_logins.c.account, account, kind.per_account, now)) is not None:
        raise TooManyRequestsError(kind.sentence, wait)
    wait = _wait(connection, failed_logins.c.address, address, kind.per_address, now)
    if wait is not None and not is_at_home():
        raise TooManyRequestsError(kind.sentence, wait)
    connection.execute(failed_logins.insert().values(id=new_id(), account=account, address=address, at=now))


def forget(connection: Connection, account: str, address: str | None = None) -> None:
    """Take back what was guessed of an account, from an address or from all: they know what to say."""
    counted = failed_logins.delete().where(failed_logins.c.account == _hash(account))
    if address is not None:
        counted = counted.where(failed_logins.c.address == network_of(address))
    connection.execute(counted)


def purge(connection: Connection, now: dt.datetime) -> None:
    """Forget what no limit looks at."""
    at = failed_logins.c.at
    connection.execute(failed_logins.delete().where(or_(at <= now - WINDOW, at >= now + WINDOW)))


def network_of(address: str) -> str:
    """Return what one person has of addresses: all of IPv4, half of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:ADDRESS_LENGTH]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), IPV6_OF_ONE), strict=False))
    return str(parsed)


def _wait(connection: Connection, column: Column[str], value: str, limit: int, now: dt.datetime) -> float | None:
    """Return how many seconds there are until the next attempt, None where it may be made now.

    What a clock that was set back meanwhile wrote long after now is not counted: nobody waits for hours.
    """
    newest = select(failed_logins.c.at).where(column == value, failed_logins.c.at > now - WINDOW)
    newest = newest.where(failed_logins.c.at < now + WINDOW).order_by(failed_logins.c.at.desc())
    nth = connection.execute(newest.limit(1).offset(limit - 1)).scalar()
    return None if nth is None else (nth + WINDOW - now).total_seconds()


def _hash(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
