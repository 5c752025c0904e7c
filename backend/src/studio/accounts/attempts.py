"""Limits on guessing, in the database: one for an account, and a wider one for an address that many may share."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from typing import TYPE_CHECKING

from sqlalchemy import select

from src.studio.accounts.tables import failed_logins
from src.studio.database.locks import Lock, take
from src.studio.database.metadata import new_id
from src.studio.errors import TooManyRequestsError

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection

WINDOW = dt.timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 100
IPV6_OF_ONE = 64
ADDRESS_LENGTH = 64


def begin(connection: Connection, account: str, address: str, now: dt.datetime) -> None:
    """Count an attempt as failed before it is looked at, so that no number of them at once gets past the limit.

    Raises `TooManyRequestsError`, of which nothing is counted.
    """
    take(connection, Lock.ATTEMPTS)
    account, address = _hash(account), network_of(address)
    _check(connection, failed_logins.c.account, account, PER_ACCOUNT, now)
    _check(connection, failed_logins.c.address, address, PER_ADDRESS, now)
    connection.execute(failed_logins.insert().values(id=new_id(), account=account, address=address, at=now))


def forget(connection: Connection, account: str, address: str) -> None:
    """Take back what was counted for an account from an address: whoever is there knows what to say."""
    connection.execute(
        failed_logins.delete().where(
            failed_logins.c.account == _hash(account), failed_logins.c.address == network_of(address)
        )
    )


def purge(connection: Connection, now: dt.datetime) -> None:
    """Forget what no limit looks at."""
    connection.execute(failed_logins.delete().where(failed_logins.c.at <= now - WINDOW))


def network_of(address: str) -> str:
    """Return what one person has of addresses: all of IPv4, half of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:ADDRESS_LENGTH]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), IPV6_OF_ONE), strict=False))
    return str(parsed)


def _check(connection: Connection, column: Column[str], value: str, limit: int, now: dt.datetime) -> None:
    newest = select(failed_logins.c.at).where(column == value, failed_logins.c.at > now - WINDOW)
    nth = connection.execute(newest.order_by(failed_logins.c.at.desc()).limit(1).offset(limit - 1)).scalar()
    if nth is not None:
        wait = (nth + WINDOW - now).total_seconds()
        raise TooManyRequestsError("Too many attempts have failed. Wait a while, then try again.", wait)


def _hash(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
