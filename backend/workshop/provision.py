"""Finds or makes what a key needs on the gateway: its user, its team, the membership, and the key itself."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workshop.errors import GatewayError, NotFoundError, WorkshopError
from workshop.holders import Holder, stable_id

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from workshop.gateway import Gateway

ISSUER = "get_api_key.sh"
BAD_REQUEST, CONFLICT = 400, 409
# without it, members see the usage of their own keys alone
PERMISSIONS = ["/team/daily/activity"]


@dataclass(frozen=True, slots=True)
class Issued:
    """A key that this program has issued before, by its hash; LiteLLM does not keep the key itself."""

    digest: str
    team_id: str | None
    expires: datetime | None
    usable: bool
    routes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of a holder on the gateway. `team_id` is also that of a team that is still to be made."""

    has_user: bool
    keys: list[Issued]
    team_id: str | None
    has_team: bool
    is_member: bool


def look_up(gateway: Gateway, holder: Holder) -> Found:
    """Return what the gateway has of a holder, and change nothing.

    Raises `WorkshopError` where a user of that id has another role, or several teams have that name.
    """
    try:
        return _look_up(gateway, holder)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise gateway.strange() from None


def _look_up(gateway: Gateway, holder: Holder) -> Found:
    team = None if holder.team is None else _team(gateway, holder.team)
    team_id = None if holder.team is None else team["team_id"] if team else stable_id(holder.team)
    members = {member.get("user_id") for member in (team or {}).get("members_with_roles") or []}
    try:
        answer = gateway.get("/user/info", user_id=holder.user_id)
    except NotFoundError:
        return Found(False, [], team_id, team is not None, False)
    role = (answer.get("user_info") or {}).get("user_role")
    if role not in (holder.role, None):
        raise WorkshopError(f"The gateway's user {holder.user_id} has the role {role}, not {holder.role}.")
    rows = [row for row in answer.get("keys") or [] if (row.get("metadata") or {}).get("issued_by") == ISSUER]
    return Found(True, [_issued(row) for row in rows], team_id, team is not None, holder.user_id in members)


def _issued(row: dict[str, Any]) -> Issued:
    expires = datetime.fromisoformat(row["expires"]) if row.get("expires") else None
    if expires is not None and expires.tzinfo is None:
        expires = expires.replace(tzinfo=UTC)
    works = not row.get("blocked") and (expires is None or expires > datetime.now(UTC))
    return Issued(row["token"], row.get("team_id"), expires, works, tuple(row.get("allowed_routes") or ()))


def _team(gateway: Gateway, name: str) -> dict[str, Any] | None:
    """Return the team of that name or id; one that was made here goes before others of its name."""
    teams = [team for team in gateway.get_list("/team/list") if name in (team.get("team_alias"), team["team_id"])]
    exact = [team for team in teams if team["team_id"] in (stable_id(name), name)]
    if len(teams) > 1 and len(exact) != 1:
        ids = ", ".join(sorted(team["team_id"] for team in teams))
        raise WorkshopError(f"{len(teams)} teams are called {name}: give one of their ids with --team ({ids}).")
    return (exact or teams or [None])[0]


def prepare(gateway: Gateway, holder: Holder, found: Found) -> None:
    """Make what is missing of the user, the team and the membership.

    What somebody else makes at the same moment is as good as made here.
    """
    if not found.has_user:
        body = {"user_id": holder.user_id, "user_alias": holder.name, "user_role": holder.role}
        with _unless(lambda error: error.status == CONFLICT):
            gateway.post("/user/new", {**body, "auto_create_key": False})
    if found.team_id is None:
        return
    if not found.has_team:
        with _unless(lambda error: error.status == BAD_REQUEST and "already exists" in str(error)):
            team = {"team_id": found.team_id, "team_alias": holder.team, "team_member_permissions": PERMISSIONS}
            gateway.post("/team/new", team)
    if not found.is_member:
        member = {"role": "user", "user_id": holder.user_id}
        with _unless(lambda error: error.kind == "team_member_already_in_team"):
            gateway.post("/team/member_add", {"team_id": found.team_id, "member": member})


@contextlib.contextmanager
def _unless(harmless: Callable[[GatewayError], bool]) -> Generator[None]:
    try:
        yield
    except GatewayError as error:
        if not harmless(error):
            raise


def issue(gateway: Gateway, holder: Holder, team_id: str | None, duration: str) -> str:
    """Return a new key that stops working after `duration` (such as `7d`)."""
    # an alias has to be unique among all keys, also among those that have expired
    alias = f"{holder.user_id}-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"
    body = {"user_id": holder.user_id, "key_alias": alias, "duration": duration, "metadata": {"issued_by": ISSUER}}
    team = {} if team_id is None else {"team_id": team_id}
    routes = {"allowed_routes": list(holder.routes)} if holder.routes else {}
    key = gateway.create("/key/generate", {**body, **team, **routes}).get("key")
    if not isinstance(key, str) or not key:
        raise GatewayError(f"{gateway.address} issued no key: is it a LiteLLM gateway?")
    return key


def revoke(gateway: Gateway, keys: list[str]) -> None:
    """Make keys, given by themselves or by their hashes, stop working; those that are gone already may be."""
    for key in keys:
        with contextlib.suppress(NotFoundError):
            gateway.post("/key/delete", {"keys": [key]})
