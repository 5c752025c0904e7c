"""`/api/auth/*`, tickets for sockets, and administrators' changes to accounts."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Cookie, Depends, Request, Response
from fastapi.responses import RedirectResponse

from src.core.errors import ForbiddenOriginError
from src.core.http.errors import answers_wrong_form_with
from src.core.http.guards import has_known_origin
from src.core.request_notes import current_request
from src.studio.accounts import google
from src.studio.accounts.schemas import (
    ChangedEmailOut,
    ChangedLimitsOut,
    ChangeEmailIn,
    ChangePasswordIn,
    DeleteAccountIn,
    DoneOut,
    ForgotPasswordIn,
    LimitsIn,
    LimitsOut,
    LoginIn,
    MeOut,
    OkOut,
    OptionsOut,
    RegisterIn,
    ResetPasswordIn,
    RevokedOut,
    SessionOut,
    SessionsOut,
    SignedInOut,
    TicketOut,
    TokenIn,
    TokenOut,
    UserOut,
)
from src.studio.accounts.service import SESSION_LIFETIME, TICKET_LIFETIME, Application, Grant
from src.studio.dependencies import (
    AdminUser,
    CallerDep,
    CurrentSession,
    CurrentUser,
    MailedPageAddress,
    PageAddress,
    Provided,
)
from src.studio.errors import InvalidRequestError

T = TypeVar("T")

router = APIRouter(tags=["studio"])

WRONG_FORM = 400  # as clients of accounts know it
SENT = "If there is an account with this e-mail, a link to set a new password is on its way. It holds for an hour."
REMEMBERED = (
    "If there is an account with this e-mail, administrators now see that it needs a link to set a new password. "
    "Ask one of them for it."
)
# How long that answer takes at least: an account makes for a little more to write, which nobody is to measure.
ANSWER_SECONDS = 0.1
# How long a deletion waits for the account's jobs to end, which it has cancelled.
JOBS_END_SECONDS = 5.0
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


@router.post("/api/auth/forgot-password", dependencies=[OwnPage])
@answers_wrong_form_with(WRONG_FORM)
def forgot_password(
    asked: ForgotPasswordIn, services: Provided, caller: CallerDep, page_address: MailedPageAddress
) -> DoneOut:
    """Ask for a link to set a new password. The answer is the same whoever has an account."""
    began = time.monotonic()
    is_sent = services.accounts.resets.ask(asked.email, page_address, caller)
    time.sleep(max(0.0, ANSWER_SECONDS - (time.monotonic() - began)))
    return DoneOut(message=SENT if is_sent else REMEMBERED)


@router.post("/api/auth/reset-password", dependencies=[OwnPage])
@answers_wrong_form_with(WRONG_FORM)
async def reset_password(
    asked: ResetPasswordIn, request: Request, services: Provided, caller: CallerDep
) -> DoneOut:
    """Set a new password by a link. All sessions and tokens end."""
    await _in_turn(request, partial(services.accounts.resets.redeem, asked.token, asked.password, caller))
    return DoneOut(message="Your password is set. Sign in with it.")


@router.post("/api/auth/change-password")
@answers_wrong_form_with(WRONG_FORM)
async def change_password(
    asked: ChangePasswordIn, request: Request, session: CurrentSession, services: Provided, caller: CallerDep
) -> OkOut:
    """Set a new password by the one that holds. All other sessions and tokens end."""
    change = services.accounts.own.change_password
    await _in_turn(request, partial(change, session, asked.current_password, asked.new_password, caller))
    return OkOut()


@router.post("/api/auth/change-email")
@answers_wrong_form_with(WRONG_FORM)
async def change_email(
    asked: ChangeEmailIn, request: Request, session: CurrentSession, services: Provided, caller: CallerDep
) -> ChangedEmailOut:
    """Set another e-mail. Links for a new password that were asked for by the old one end."""
    change = services.accounts.own.change_email
    user = await _in_turn(request, partial(change, session, asked.password, asked.email, caller))
    return ChangedEmailOut(user=UserOut.of(user))


@router.post("/api/auth/delete-account")
@answers_wrong_form_with(WRONG_FORM)
async def delete_account(
    asked: DeleteAccountIn, request: Request, session: CurrentSession, services: Provided, caller: CallerDep
) -> OkOut:
    """Delete one's own account and all that belongs to it; jobs are cancelled first."""
    own = services.accounts.own
    await _in_turn(request, partial(own.begin_to_leave, session, asked.password, caller))

    def leave() -> None:
        jobs = services.jobs.end_all_of(session.user.id, JOBS_END_SECONDS)
        own.leave(session.user, jobs, caller)
        services.administration.finish_deletion(session.user.id)

    await to_thread.run_sync(leave)
    return OkOut()


@router.post("/api/auth/cli-token")
@answers_wrong_form_with(WRONG_FORM)
def make_cli_token(
    session: CurrentSession,
    services: Provided,
    caller: CallerDep,
    asked: TokenIn | None = None,
) -> TokenOut:
    """Make a token for the command line, which is shown this once, and holds for 30 days."""
    return TokenOut.of(services.accounts.sessions.make_token(session, asked.name if asked else None, caller))


@router.get("/api/auth/sessions")
def list_sessions(session: CurrentSession, services: Provided) -> SessionsOut:
    """List where one is signed in, and one's tokens for the command line."""
    found = services.accounts.sessions.of(session.user.id)
    return SessionsOut(sessions=[SessionOut.of(one, session.session_id) for one in found])


@router.delete("/api/auth/sessions/{session_id}")
def revoke_session(session_id: str, session: CurrentSession, services: Provided, caller: CallerDep) -> OkOut:
    """Sign out there, or revoke a token: it holds no more, and its sockets close."""
    services.accounts.sessions.revoke(session, session_id, caller)
    return OkOut()


@router.post("/api/auth/sessions/revoke-others")
def revoke_other_sessions(session: CurrentSession, services: Provided, caller: CallerDep) -> RevokedOut:
    """Sign out everywhere else. Tokens for the command line stay."""
    return RevokedOut(revoked=services.accounts.sessions.revoke_others(session, caller))


@router.get("/api/auth/google/authorize")
async def begin_google() -> None:
    """Tell that nobody signs in by Google here."""
    raise InvalidRequestError(google.NOT_CONFIGURED)


@router.get("/api/auth/google/callback", status_code=302, response_class=RedirectResponse)
async def end_google(
    request: Request,
    page_address: PageAddress,
    state: Annotated[str | None, Cookie(alias=google.STATE_COOKIE, include_in_schema=False)] = None,
) -> RedirectResponse:
    """Lead back to the page, which tells why nobody is signed in."""
    failure = google.failure_of(request.query_params, state)
    response = RedirectResponse(google.page_of(page_address, failure), 302)
    response.delete_cookie(google.STATE_COOKIE, path=google.COOKIE_PATH)
    return response


@router.get("/api/auth/me")
async def get_me(user: CurrentUser) -> MeOut:
    """Tell who is signed in."""
    return MeOut(user=UserOut.of(user))


@router.get("/api/auth/options")
def get_options(services: Provided) -> OptionsOut:
    """Tell how one can get in."""
    return OptionsOut(**asdict(services.accounts.options()))


@router.post("/api/ws-ticket")
def issue_ticket(session: CurrentSession, services: Provided) -> TicketOut:
    """Give a ticket that opens one socket."""
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
