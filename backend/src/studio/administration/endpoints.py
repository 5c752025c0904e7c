"""`/api/admin/*`: users, invitations, what was done, the log, and how things are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request

from src.studio.accounts.invitations import Invited
from src.studio.accounts.schemas import OkOut
from src.studio.administration.schemas import (
    AdminUserOut,
    AuditOut,
    AuditQuery,
    BusyUserOut,
    EntryOut,
    InvitationIn,
    InvitationOut,
    InvitationsOut,
    InvitationsQuery,
    InvitedOut,
    KeysOut,
    LogsOut,
    LogsQuery,
    PasswordResetOut,
    PasswordResetsOut,
    ResetLinkOut,
    RoleIn,
    RoleOut,
    RunningJobOut,
    StatsOut,
    SystemOut,
    UsersOut,
    UsersQuery,
    WorkerOut,
)
from src.studio.administration.trail import Wanted
from src.studio.dependencies import AdminUser, CallerDep, MailedPageAddress, PageAddress, Provided
from src.studio.infrastructure import version

router = APIRouter(prefix="/api/admin", tags=["studio"])

BYTES_OF_MB = 1024 * 1024
UserId = Annotated[str, Path(description="The user's id.")]
InvitationId = Annotated[str, Path(description="The invitation's id.")]


@router.get("/users", summary="Everybody who has an account")
def get_users(asked: Annotated[UsersQuery, Query()], _admin: AdminUser, services: Provided) -> UsersOut:
    """List accounts, the newest first, with what each has."""
    found = services.administration.users(asked.search, asked.limit, asked.cursor)
    listed = [
        AdminUserOut(
            id=account.id,
            email=account.email,
            role=account.role,
            created_at=account.created_at,
            last_login=account.last_login_at,
            benchmark_count=found.benchmarks.get(account.id, 0),
            eval_count=found.evals.get(account.id, 0),
            key_count=found.keys.get(account.id, 0),
            is_demo=account.is_demo,
            active_sessions=account.active_sessions,
            **asdict(account.limits),
        )
        for account in found.page.accounts
    ]
    return UsersOut(users=listed, total=found.page.total, next_cursor=found.page.next_cursor)


@router.put("/users/{user_id}/role", summary="Make somebody an administrator, or a user")
def change_role(
    user_id: UserId, asked: RoleIn, admin: AdminUser, services: Provided, caller: CallerDep
) -> RoleOut:
    """Change somebody's role; it holds with their next request. Nobody changes their own."""
    services.directory.change_role(admin, user_id, asked.role, caller)
    return RoleOut(role=asked.role)


@router.delete("/users/{user_id}", summary="Delete an account")
def delete_user(user_id: UserId, admin: AdminUser, services: Provided, caller: CallerDep) -> OkOut:
    """Delete somebody with all that is theirs; their jobs are ended first. Nobody deletes themselves here."""
    services.administration.delete_user(admin, user_id, caller)
    return OkOut()


@router.post("/users/{user_id}/reset-link", summary="Help somebody who has forgotten their password")
def make_reset_link(
    user_id: UserId,
    admin: AdminUser,
    services: Provided,
    caller: CallerDep,
    page: PageAddress,
) -> ResetLinkOut:
    """Make a link that lets somebody set a new password, to be handed over. It is told this once."""
    token, expires_at = services.accounts.make_reset_link_token(admin, user_id, caller)
    return ResetLinkOut(url=f"{page}/studio/reset?token={quote(token)}", expires_at=expires_at)


@router.get("/password-resets", summary="Who has forgotten their password")
def get_password_resets(_admin: AdminUser, services: Provided) -> PasswordResetsOut:
    """List who has asked for a link that no mail has brought them, those who wait longest first."""
    resets = [PasswordResetOut(**asdict(reset)) for reset in services.accounts.pending_resets()]
    return PasswordResetsOut(resets=resets)


@router.get("/invitations", summary="Invitations, whatever became of them")
def get_invitations(
    asked: Annotated[InvitationsQuery, Query()], _admin: AdminUser, services: Provided
) -> InvitationsOut:
    """List invitations, the newest first, without their links."""
    page = services.invitations.page(asked.limit, asked.cursor)
    listed = [InvitationOut(**asdict(invitation)) for invitation in page.invitations]
    return InvitationsOut(invitations=listed, next_cursor=page.next_cursor)


@router.post("/invitations", summary="Invite somebody")
def invite(  # noqa: PLR0913, PLR0917 - what FastAPI is asked for
    asked: InvitationIn,
    admin: AdminUser,
    services: Provided,
    caller: CallerDep,
    page: PageAddress,
    mailed_page: MailedPageAddress,
) -> InvitedOut:
    """Make a link that lets one person in. It is told this once, and mailed where it is for somebody's e-mail."""
    made = services.invitations.create(admin, asked.email, asked.role, asked.expires_in_days, caller)
    is_mailed = mailed_page is not None and services.invitations.mail(made, _link(mailed_page, made))
    return InvitedOut(
        id=made.id, url=_link(page, made), token=made.token, expires_at=made.expires_at, mailed=is_mailed
    )


@router.delete("/invitations/{invitation_id}", summary="Take an invitation back")
def withdraw_invitation(
    invitation_id: InvitationId, admin: AdminUser, services: Provided, caller: CallerDep
) -> OkOut:
    """Let an invitation that nobody has used let nobody in."""
    services.invitations.withdraw(admin, invitation_id, caller)
    return OkOut()


@router.get("/audit", summary="Who did what")
def get_audit(asked: Annotated[AuditQuery, Query()], _admin: AdminUser, services: Provided) -> AuditOut:
    """Tell what was written down of accounts, the newest first."""
    entries, total = services.administration.trail(Wanted(**asked.model_dump()))
    return AuditOut(entries=[EntryOut(**asdict(entry)) for entry in entries], total=total)


@router.get("/logs", summary="The newest lines of the log")
def get_logs(asked: Annotated[LogsQuery, Query()], _admin: AdminUser, request: Request) -> LogsOut:
    """Tell what the process that answers has logged: nothing of workers, and of other server processes."""
    lines = request.app.state.studio_log.newest(asked.lines, asked.levels, asked.search)
    return LogsOut(count=len(lines), logs=list(lines))


@router.get("/stats", summary="How much Studio is used")
def get_stats(_admin: AdminUser, services: Provided) -> StatsOut:
    """Count benchmarks, users and keys."""
    stats = services.administration.stats()
    return StatsOut(
        benchmarks_24h=stats.benchmarks_24h,
        benchmarks_7d=stats.benchmarks_7d,
        benchmarks_30d=stats.benchmarks_30d,
        top_users=[BusyUserOut(**asdict(user)) for user in stats.top_users],
        keys_by_provider=[KeysOut(provider_key=key, count=count) for key, count in stats.keys_by_provider.items()],
        total_users=stats.total_users,
    )


@router.get("/system", summary="How the server is")
def get_system(_admin: AdminUser, services: Provided, request: Request) -> SystemOut:
    """Tell of the database, jobs, workers and sockets."""
    system = services.administration.system()
    workers = [
        WorkerOut(
            id=worker.id,
            host=worker.host,
            pid=worker.pid,
            started_at=worker.started_at,
            age_s=(system.at - worker.started_at).total_seconds(),
            heartbeat_age_s=round(system.silences[worker.id], 3),
        )
        for worker in system.workers
    ]
    return SystemOut(
        version=version(),
        database=system.database,
        db_size_mb=_megabytes(system.database_bytes),
        results_size_mb=_megabytes(system.results_bytes),
        results_count=system.results_count,
        benchmark_active=any(job.job_type == "benchmark" for job in system.running),
        active_jobs=[RunningJobOut(**asdict(job)) for job in system.running],
        total_active=len(system.running),
        total_queued=system.waiting,
        connected_ws_clients=request.app.state.studio_events.sockets,
        process_uptime_s=round(services.administration.uptime_seconds, 1),
        workers=workers,
    )


def _link(page: str, made: Invited) -> str:
    return f"{page}/studio/register?invitation={quote(made.token)}"


def _megabytes(size: int) -> float:
    return round(size / BYTES_OF_MB, 3)
