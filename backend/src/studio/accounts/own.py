"""`OwnAccount`: what people change of their own account, by their password: that, their e-mail, and its end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from src.studio.accounts import attempts, audit, emails, invitations, passwords, repository, resets
from src.studio.accounts.attempts import Attempt
from src.studio.database.locks import Lock, take
from src.studio.errors import ConflictError, ForbiddenError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from src.studio.accounts.user import Caller, SignedIn, User
    from src.studio.database.database import Database

GUEST = "Guests of the demo have no password and no e-mail. Their data goes with the demo."
WRONG = "The password is wrong."
CHANGED = "Your password was changed meanwhile. Sign in again."
TAKEN = "There is an account with this e-mail already."
KEPT_FOR_ADMIN = "This e-mail is kept for the administrator of this server."
LAST_ADMIN = "You are the last administrator. Make somebody else one first."


class OwnAccount:
    """Accounts, as those who have them change them. Each change takes their password, and is guessed like it."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], admin_email: str | None) -> None:
        self._database, self._clock, self._admin_email = database, clock, admin_email

    def change_password(self, signed_in: SignedIn, current: str, new: str, caller: Caller) -> None:
        """Set a new password, and end all other sessions and tokens: whoever has them knew the old one.

        Raises `InvalidRequestError` for what cannot be one, `ForbiddenError` for a wrong one and for guests,
        `TooManyRequestsError`, and `ConflictError` where it was changed at the same time.
        """
        _refuse_guests(signed_in.user)
        passwords.check(new)
        kept = self._kept(signed_in.user, current, caller)
        after = passwords.hash_of(new)
        with self._database.writing() as connection:
            user, now = self._unchanged(connection, signed_in.user, kept), self._clock()
            repository.change_password_hash(connection, user.id, after)
            ended = repository.revoke_all(connection, user.id, now, but=signed_in.session_id)
            resets.forget(connection, user.id)
            detail = {"sessions": ended}
            audit.note(connection, "password_changed", now, user=user, address=caller.address, detail=detail)

    def change_email(self, signed_in: SignedIn, password: str, email: str, caller: Caller) -> User:
        """Set a new e-mail, and return the user as they are then; links that were asked for by the old one end.

        Raises `InvalidRequestError` for what cannot be one, `ConflictError` for one that has an account,
        `ForbiddenError` for a wrong password and for guests, and `TooManyRequestsError`.
        """
        _refuse_guests(signed_in.user)
        email = emails.checked(email)
        # at the next start, whoever has it administrates
        if email == self._admin_email and not signed_in.user.is_admin:
            raise ForbiddenError(KEPT_FOR_ADMIN)
        kept = self._kept(signed_in.user, password, caller)
        try:
            with self._database.writing() as connection:
                user, now = self._unchanged(connection, signed_in.user, kept), self._clock()
                changed = replace(user, email=email)
                if email != user.email:
                    repository.change_email(connection, user.id, email)
                    resets.forget(connection, user.id)
                    detail = {"before": user.email, "after": email}
                    address = caller.address
                    audit.note(connection, "email_changed", now, user=changed, address=address, detail=detail)
        except IntegrityError:
            raise ConflictError(TAKEN) from None
        return changed

    def begin_to_leave(self, signed_in: SignedIn, password: str, caller: Caller) -> None:
        """End all sessions and tokens of somebody who deletes their account, so that nothing new begins.

        Raises `ForbiddenError` for a wrong password and for guests, `ConflictError` for the last administrator,
        and `TooManyRequestsError`.
        """
        _refuse_guests(signed_in.user)
        kept = self._kept(signed_in.user, password, caller)
        with self._database.writing() as connection:
            take(connection, Lock.ADMINISTRATORS)
            user = self._unchanged(connection, signed_in.user, kept)
            _refuse_last_admin(connection, user)
            repository.revoke_all(connection, user.id, self._clock())

    def leave(self, user: User, jobs: int, caller: Caller) -> None:
        """Begin to delete an account with all that is its user's; what is written down of them stays.

        `jobs` is how many were cancelled for it. Raises `ConflictError` for the last administrator.
        """
        with self._database.writing() as connection:
            take(connection, Lock.ADMINISTRATORS)
            now_user = repository.find_user(connection, user.id)
            if now_user is None or repository.is_leaving(now_user):
                return
            _refuse_last_admin(connection, now_user)
            at = self._clock()
            repository.begin_to_delete(connection, user.id, at)
            resets.forget(connection, user.id)
            invitations.withdraw_all_of(connection, user.id)
            detail, address = {"cancelled_jobs": jobs}, caller.address
            audit.note(
                connection, "account_deleted", at, user=user, address=address, subject=user.id, detail=detail
            )

    def _kept(self, user: User, password: str, caller: Caller) -> str:
        """Return what is kept of somebody's password, which is this one. Raises `ForbiddenError`."""
        with self._database.writing() as connection:
            # whoever is signed in is not kept out by what others do at the same address
            attempts.begin(connection, Attempt(user.email, caller.address), self._clock(), lambda: True)
            kept = repository.password_hash_of(connection, user.id)
        is_right = passwords.is_right(password, kept)
        with self._database.writing() as connection:
            if is_right:
                attempts.forget(connection, user.email, caller.address)
            else:
                audit.note(connection, "password_refused", self._clock(), user=user, address=caller.address)
        if not is_right or kept is None:
            raise ForbiddenError(WRONG)
        return kept

    @staticmethod
    def _unchanged(connection: Connection, user: User, kept: str) -> User:
        """Return somebody as they are now, whom nobody changes until the transaction ends."""
        is_same = repository.is_password_hash(connection, user.id, kept)
        found = repository.find_user(connection, user.id) if is_same else None
        if found is None:
            raise ConflictError(CHANGED)
        return found


def _refuse_guests(user: User) -> None:
    if user.is_demo:
        raise ForbiddenError(GUEST)


def _refuse_last_admin(connection: Connection, user: User) -> None:
    """Raise `ConflictError` where nobody else administrates; who does changes under a lock alone."""
    if user.is_admin and not repository.has_another_admin(connection, user.id):
        raise ConflictError(LAST_ADMIN)
