"""Invitations: each lets one person in, in the role that it was made for, whoever has its token."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select, true

from src.studio.accounts import audit, emails, repository
from src.studio.accounts.mail import Mail
from src.studio.accounts.tables import invitations, users
from src.studio.accounts.tokens import new_token
from src.studio.database.locks import Lock, take
from src.studio.database.metadata import new_id
from src.studio.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row

    from src.studio.accounts.mail import Mailer
    from src.studio.accounts.user import Caller, Role, User
    from src.studio.database.database import Database

# How long those are listed that let nobody in any more.
KEPT = dt.timedelta(days=90)
NOT_THERE = "There is no such invitation."
UNKNOWN = "This invitation is not known here. Ask the administrator of this server."
USED = "This invitation has been used already. Ask the administrator of this server for another one."
EXPIRED = "This invitation has expired. Ask the administrator of this server for another one."
OTHER_EMAIL = "This invitation is for another e-mail address. Use the one that it was sent to."
TAKEN = "There is an account with this e-mail already."
SUBJECT = "You are invited to Leaderboard Studio"
TEXT = """You are invited to Leaderboard Studio.

This link makes an account for {email}, once, until {until}:

{link}

If you did not expect it, do nothing.
"""
NOT_ADMIN = "Admin access required"

_MAKER, _GUEST = users.alias("maker"), users.alias("guest")
_LISTED = (
    select(
        invitations,
        _MAKER.c.email.label("maker"),
        _GUEST.c.email.label("guest"),
    )
    .join(_MAKER, _MAKER.c.id == invitations.c.created_by)
    .outerjoin(_GUEST, _GUEST.c.id == invitations.c.used_by)
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation. `email` None: for anybody. `created_by` and `used_by` are e-mail addresses."""

    id: str
    email: str | None
    role: Role
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    used_by: str | None  # none, too, where that account is gone


@dataclass(frozen=True, slots=True)
class InvitationsPage:
    """Some invitations, the newest first, and where the next ones begin."""

    invitations: Sequence[Invitation]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation: the one time that its token is told."""

    id: str
    email: str | None
    expires_at: dt.datetime
    token: str = field(repr=False)


class Invitations:
    """What administrators do with invitations."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], mailer: Mailer) -> None:
        self._database, self._clock, self._mailer = database, clock, mailer

    def page(self, limit: int, cursor: str | None) -> InvitationsPage:
        """Return invitations, whatever became of them. `cursor` is an id."""
        before = true() if cursor is None else invitations.c.id < cursor
        with self._database.reading() as connection:
            chosen = _LISTED.where(before).order_by(invitations.c.id.desc()).limit(limit + 1)
            found = list(map(_invitation_of, connection.execute(chosen)))
        shown = found[:limit]
        return InvitationsPage(shown, shown[-1].id if len(found) > limit else None)

    def create(self, admin: User, email: str | None, role: Role, days: int, caller: Caller) -> Invited:
        """Make an invitation that holds for so many days.

        Raises `InvalidRequestError` for what cannot be an e-mail, `ConflictError` for one that has an account, and
        `ForbiddenError` for somebody who is no administrator any more.
        """
        checked, now = None if email is None else emails.checked(email), self._clock()
        made = Invited(new_id(), checked, now + dt.timedelta(days=days), new_token())
        with self._database.writing() as connection:
            take(connection, Lock.ADMINISTRATORS)  # else one could be left by somebody who is none any more
            maker = repository.find_user(connection, admin.id)
            if maker is None or not maker.is_admin:
                raise ForbiddenError(NOT_ADMIN)
            if checked is not None and repository.find_by_email(connection, checked) is not None:
                raise ConflictError(TAKEN)
            connection.execute(
                invitations.insert().values(
                    id=made.id,
                    hash=_hash(made.token),
                    email=checked,
                    role=role,
                    created_by=admin.id,
                    created_at=now,
                    expires_at=made.expires_at,
                )
            )
            detail = {"email": checked, "role": role, "days": days}
            audit.note(
                connection,
                "invitation_created",
                self._clock(),
                user=admin,
                address=caller.address,
                subject=made.id,
                detail=detail,
            )
        return made

    def mail(self, made: Invited, link: str) -> bool:
        """Have a new invitation sent to whom it is for, and return whether there is anybody, and a mail server."""
        if made.email is None or not self._mailer.is_there:
            return False
        until = f"{made.expires_at:%d %B %Y, %H:%M} UTC"
        self._mailer.send(Mail(made.email, SUBJECT, TEXT.format(email=made.email, link=link, until=until)))
        return True

    def withdraw(self, admin: User, invitation_id: str, caller: Caller) -> None:
        """Take an invitation back. Raises `NotFoundError`, and `InvalidRequestError` for one that was used."""
        is_it = invitations.c.id == invitation_id
        with self._database.writing() as connection:
            gone = connection.execute(
                invitations.delete()
                .where(is_it, invitations.c.used_at.is_(None))
                .returning(invitations.c.email, invitations.c.role)
            ).first()
            if gone is None:
                if connection.execute(select(invitations.c.id).where(is_it)).first() is None:
                    raise NotFoundError(NOT_THERE)
                raise InvalidRequestError("The invitation has been used already.")
            detail = {"email": gone.email, "role": gone.role}
            audit.note(
                connection,
                "invitation_withdrawn",
                self._clock(),
                user=admin,
                address=caller.address,
                subject=invitation_id,
                detail=detail,
            )


@dataclass(frozen=True, slots=True)
class Admission:
    """What an invitation gives to whoever has its token."""

    id: str
    role: Role
    is_personal: bool  # for one e-mail alone


def find(connection: Connection, token: str, email: str, now: dt.datetime) -> Admission:
    """Return what an invitation gives to somebody with this e-mail. Raises `ForbiddenError` if that is nothing."""
    row = connection.execute(select(invitations).where(invitations.c.hash == _hash(token))).first()
    if row is None:
        raise ForbiddenError(UNKNOWN)
    if row.used_at is not None:
        raise ForbiddenError(USED)
    if row.expires_at <= now:
        raise ForbiddenError(EXPIRED)
    if row.email is not None and row.email != email:
        raise ForbiddenError(OTHER_EMAIL)
    return Admission(row.id, row.role, row.email is not None)


def use(connection: Connection, admission: Admission, user_id: str, now: dt.datetime) -> None:
    """Use up an invitation. Raises `ForbiddenError` where somebody else was first."""
    used = (
        invitations.update()
        .where(invitations.c.id == admission.id, invitations.c.used_at.is_(None))
        .values(used_at=now, used_by=user_id)
    )
    if connection.execute(used).rowcount == 0:
        raise ForbiddenError(USED)


def withdraw_all_of(connection: Connection, user_id: str) -> None:
    """Take back what somebody has made who is no administrator any more, and nobody has used."""
    connection.execute(
        invitations.delete().where(invitations.c.created_by == user_id, invitations.c.used_at.is_(None))
    )


def purge(connection: Connection, now: dt.datetime) -> None:
    """Forget those that have not let anybody in for long."""
    is_old = or_(
        invitations.c.used_at <= now - KEPT,
        and_(invitations.c.used_at.is_(None), invitations.c.expires_at <= now - KEPT),
    )
    connection.execute(invitations.delete().where(is_old))


def _invitation_of(row: Row) -> Invitation:
    return Invitation(
        row.id,
        row.email,
        row.role,
        row.maker,
        row.created_at,
        row.expires_at,
        row.used_at,
        row.guest,
    )


def _hash(token: str) -> str:
    """Return what is kept of a token, which is long and random: it need not be made slow to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
