"""`/api/auth/*`, tickets for sockets, and administrators' changes to accounts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Cookie, Depends, Request, Response

from src.core.errors import ForbiddenOriginError
from src.core.http.errors import answers_wrong_form_with
from src.core.http.guards import has_known_origin
from src.core.request_notes import current_request
from src.studio.accounts.schemas import (
    ChangedLimitsOut,
    LimitsIn,
    LimitsOut,
    LoginIn,
    MeOut,
    OkOut,
    OptionsOut,
    RegisterIn,
    SignedInOut,
    TicketOut,
    UserOut,
)
from src.studio.accounts.service import SESSION_LIFETIME, TICKET_LIFETIME, Application, Grant
from src.studio.dependencies import AdminUser, CallerDep, CurrentSession, CurrentUser, Provided

T = TypeVar("T")

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients of accounts know it
COOKIE = "refresh_token"
COOKIE_PATH = "/api/auth"
# A password takes a processor for a while. One is left to everything else, and those who wait do so in a queue of
# their own, not on the threads that answer others.
AT_ONCE = min(4, max(1, (os.cpu_count() or 1) - 1))


async def from_own_page(request: Request) -> None:
    """Refuse what a stranger's page asks: the browser would send the cookie of whoever looks at it."""
    if not has_known_origin(request.scope, request.app.state.origins):
        raise ForbiddenOriginError("Pages of this origin may not sign anybody in or out here.")


RefreshToken = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]
OwnPage = Depends(from_own_page)


@router.post("/api/auth/register", dependencies=[OwnPage])
@answers_wrong_form_with(WRONG_FORM)
async def register(
    asked: RegisterIn, request: Request, response: Response, services: Provided, caller: CallerDep
) -> SignedInOut:
    """Make an account, and sign in. The first account is an administrator's."""
    application = Application(asked.email, asked.password, asked.setup_code, asked.invitation)
    grant = await _in_turn(request, partial(services.accounts.register, application, caller))
    return _let_in(grant, request, response, services)


@router.post("/api/auth/login", dependencies=[OwnPage])
@answers_wrong_form_with(WRONG_FORM)
async def login(
    asked: LoginIn, request: Request, response: Response, services: Provided, caller: CallerDep
) -> SignedInOut:
    """Sign in."""
    grant = await _in_turn(request, partial(services.accounts.login, asked.email, asked.password, caller))
    return _let_in(grant, request, response, services)


@router.post("/api/auth/demo", dependencies=[OwnPage])
def enter_demo(request: Request, response: Response, services: Provided, caller: CallerDep) -> SignedInOut:
    """Try the demo, as a guest of one's own."""
    return _let_in(services.accounts.enter_demo(caller), request, response, services)


@router.post("/api/auth/refresh", dependencies=[OwnPage])
def refresh(
    request: Request, response: Response, services: Provided, caller: CallerDep, token: RefreshToken = None
) -> SignedInOut:
    """Go on with a session: a new access token, by the cookie, which is renewed."""
    return _let_in(services.accounts.refresh(token, caller), request, response, services)


@router.post("/api/auth/logout", dependencies=[OwnPage])
def logout(response: Response, services: Provided, caller: CallerDep, token: RefreshToken = None) -> OkOut:
    """Sign out: the session ends, and its access tokens with it."""
    services.accounts.logout(token, caller)
    response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")
    return OkOut()


@router.get("/api/auth/me")
async def get_me(user: CurrentUser) -> MeOut:
    """Tell who is signed in."""
    return MeOut(user=UserOut.of(user))


@router.get("/api/auth/options")
def get_options(services: Provided) -> OptionsOut:
    """Tell how one can get in."""
    return OptionsOut(**asdict(services.accounts.options()))


@router.post("/api/ws-ticket")
def issue_ticket(session: CurrentSession, response: Response, services: Provided) -> TicketOut:
    """Give a ticket that opens one socket."""
    response.headers["Cache-Control"] = "no-store"
    ticket = services.accounts.issue_ticket(session)
    return TicketOut(ticket=ticket, expires_in_seconds=int(TICKET_LIFETIME.total_seconds()))


@router.get("/api/admin/users/{user_id}/rate-limit")
def get_limits(user_id: str, _admin: AdminUser, services: Provided) -> LimitsOut:
    """Tell what somebody may have at once, and in an hour."""
    return LimitsOut(**asdict(services.accounts.user(user_id).limits))


@router.put("/api/admin/users/{user_id}/rate-limit")
def change_limits(
    user_id: str, asked: LimitsIn, admin: AdminUser, services: Provided, caller: CallerDep
) -> ChangedLimitsOut:
    """Change what somebody may have; what is not given stays."""
    limits = services.accounts.change_limits(admin, user_id, asked.model_dump(exclude_none=True), caller)
    return ChangedLimitsOut(**asdict(limits))


async def _in_turn(request: Request, work: Callable[[], T]) -> T:
    """Do what takes a processor, `AT_ONCE` at a time, in the order in which it was asked for."""
    limiter: CapacityLimiter = request.app.state.password_turns
    return await to_thread.run_sync(work, limiter=limiter)


def _let_in(grant: Grant, request: Request, response: Response, services: Provided) -> SignedInOut:
    current_request().user_id = grant.user.id
    response.headers["Cache-Control"] = "no-store"
    if grant.refresh_token is not None:
        secure = services.settings.cookie_secure
        response.set_cookie(
            COOKIE,
            grant.refresh_token,
            max_age=int(SESSION_LIFETIME.total_seconds()),
            path=COOKIE_PATH,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https" if secure is None else secure,
        )
    return SignedInOut.of(grant)
