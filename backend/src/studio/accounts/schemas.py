"""What is sent to, and answered by, the endpoints of accounts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from src.core.clock import iso
from src.studio.accounts.repository import KeptSession
from src.studio.accounts.service import Grant
from src.studio.accounts.sessions import NewToken
from src.studio.accounts.user import Kind, Role, User
from src.studio.schemas import Text
from src.studio.settings import Policy


class LoginIn(BaseModel):
    """`POST /api/auth/login`."""

    email: Text
    password: Text = Field(repr=False)


class RegisterIn(LoginIn):
    """`POST /api/auth/register`."""

    email: Text = Field(description="At most 254 characters, one of them @; kept in lower case.")
    password: Text = Field(repr=False, description="At least 8 characters, at most 1,024 bytes.")
    setup_code: Text | None = Field(
        None, repr=False, description="For the first account of a server that others can reach."
    )
    invitation: Text | None = Field(None, repr=False, description="Where registration is by invitation.")


class UserOut(BaseModel):
    """Somebody who has an account."""

    id: str
    email: str
    role: Role
    onboarding_completed: bool
    is_demo: bool = Field(description="A guest of the demo, who has no password.")

    @classmethod
    def of(cls, user: User) -> UserOut:
        """Return what clients see of a user."""
        return cls(
            id=user.id,
            email=user.email,
            role=user.role,
            onboarding_completed=user.onboarding_completed,
            is_demo=user.is_demo,
        )


class MeOut(BaseModel):
    """`GET /api/auth/me`."""

    user: UserOut


class SignedInOut(MeOut):
    """Whoever is in now."""

    access_token: str = Field(repr=False, description="For `Authorization: Bearer`, a quarter of an hour long.")

    @classmethod
    def of(cls, grant: Grant) -> SignedInOut:
        """Return what the client may know; the refresh token goes into a cookie."""
        return cls(user=UserOut.of(grant.user), access_token=grant.access_token)


class OptionsOut(BaseModel):
    """`GET /api/auth/options`."""

    registration: Policy = Field(description="Who may make an account now; the first one can always be made.")
    setup_code_required: bool = Field(description="The first account needs the code that the start has printed.")
    demo: bool = Field(description="`POST /api/auth/demo` lets anybody try it.")
    mail: bool = Field(description="Links to set a new password are sent; else administrators hand them over.")


class OkOut(BaseModel):
    """It is done."""

    status: Literal["ok"] = "ok"


class DoneOut(BaseModel):
    """It is done, or not told whether."""

    message: str


class ForgotPasswordIn(BaseModel):
    """`POST /api/auth/forgot-password`."""

    email: Text


class ResetPasswordIn(BaseModel):
    """`POST /api/auth/reset-password`."""

    token: Text = Field(repr=False, description="Of the link, which holds for an hour, once.")
    password: Text = Field(repr=False, description="At least 8 characters, at most 1,024 bytes.")


class ChangePasswordIn(BaseModel):
    """`POST /api/auth/change-password`."""

    current_password: Text = Field(repr=False)
    new_password: Text = Field(repr=False, description="At least 8 characters, at most 1,024 bytes.")


class ChangeEmailIn(BaseModel):
    """`POST /api/auth/change-email`."""

    password: Text = Field(repr=False)
    email: Text = Field(description="At most 254 characters, one of them @; kept in lower case.")


class ChangedEmailOut(OkOut, MeOut):
    """`POST /api/auth/change-email`."""


class DeleteAccountIn(BaseModel):
    """`POST /api/auth/delete-account`."""

    password: Text = Field(repr=False)


class TokenIn(BaseModel):
    """`POST /api/auth/cli-token`, all of which may be left out."""

    name: Text | None = Field(None, description="To know it by, 128 characters at most.")


class TokenOut(BaseModel):
    """A token for the command line, which is shown this once."""

    token: str = Field(repr=False, description="For `Authorization: Bearer`.")
    expires_in_days: int
    id: str
    name: str
    expires_at: str = Field(description="UTC.")

    @classmethod
    def of(cls, made: NewToken) -> TokenOut:
        """Return a token as it is shown."""
        days = (made.expires_at - made.created_at).days
        return cls(
            token=made.token, expires_in_days=days, id=made.id, name=made.name, expires_at=iso(made.expires_at)
        )


class SessionOut(BaseModel):
    """Where somebody is signed in, or a token of theirs."""

    id: str
    kind: Kind = Field(description="`cli`: a token for the command line.")
    name: str | None = Field(description="Of a token.")
    user_agent: str | None
    created_at: str = Field(description="UTC, as all times.")
    last_used_at: str = Field(description="To a quarter of an hour.")
    expires_at: str
    current: bool = Field(description="It is the one by which this was asked.")

    @classmethod
    def of(cls, session: KeptSession, current_id: str) -> SessionOut:
        """Return what its user sees of a session."""
        times = ("created_at", "last_used_at", "expires_at")
        told = {name: getattr(session, name) for name in ("id", "kind", "name", "user_agent")}
        told |= {name: iso(getattr(session, name)) for name in times}
        return cls(**told, current=session.id == current_id)


class SessionsOut(BaseModel):
    """`GET /api/auth/sessions`."""

    sessions: list[SessionOut] = Field(description="The last used first, 200 at most.")


class RevokedOut(OkOut):
    """`POST /api/auth/sessions/revoke-others`."""

    revoked: int = Field(description="How many sessions were ended.")


class TicketOut(BaseModel):
    """`POST /api/ws-ticket`."""

    ticket: str = Field(repr=False, description="For `/ws?ticket=`, once.")
    expires_in_seconds: int


class LimitsIn(BaseModel):
    """What of somebody's limits is to change."""

    benchmarks_per_hour: int | None = Field(None, ge=1, le=1000, strict=True)
    max_concurrent: int | None = Field(None, ge=1, le=50, strict=True)
    max_runs_per_benchmark: int | None = Field(None, ge=1, le=100, strict=True)


class LimitsOut(BaseModel):
    """Somebody's limits."""

    benchmarks_per_hour: int = Field(description="Jobs in an hour.")
    max_concurrent: int = Field(description="Jobs at once.")
    max_runs_per_benchmark: int


class ChangedLimitsOut(OkOut, LimitsOut):
    """`PUT /api/admin/users/{id}/rate-limit`."""
