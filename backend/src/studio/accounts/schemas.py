"""What is sent to, and answered by, the endpoints of accounts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from src.studio.accounts.service import Grant
from src.studio.accounts.user import Role, User
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
