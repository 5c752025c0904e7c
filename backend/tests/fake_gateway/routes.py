"""What a healthy gateway answers."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fake_gateway.activity import activity_page
from tests.fake_gateway.faults import Answer, Request, body_of, proxy_error
from tests.fake_gateway.rows import LogRow, UsageRow
from tests.fake_gateway.spend_logs import logs_page

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEAM_PAGE_SIZE = 100
ROLE_TOO_LOW = "Only proxy admins can list all teams. Your user role=internal_user"


@dataclass
class Knowledge:
    """What the gateway knows, and which of LiteLLM's releases it is like. May be changed while it serves."""

    rows: list[UsageRow] = field(default_factory=list)
    logs: list[LogRow] = field(default_factory=list)
    teams: dict[str, str | None] = field(default_factory=dict)
    deployments: list[tuple[str, str]] = field(default_factory=list)
    api_key: str = "sk-fake-gateway-key"
    created: dict[str, str] = field(default_factory=dict)  # when a team was created, unless long ago
    deleted: dict[str, str | None] = field(default_factory=dict)  # teams, as the table of deleted ones has them
    may_list_teams: bool = True
    has_deleted_teams: bool = True
    has_spend_logs: bool = True
    max_log_page_size: int = 1000
    log_cap: int = 10_000
    old: bool = False

    def answer(self, request: Request) -> Answer:
        """Answer as LiteLLM does."""
        routes: dict[str, Callable[[Request], Answer]] = {
            "/team/list": self._team_list,
            "/team/daily/activity": self._activity,
            "/model/info": self._model_info,
        }
        if self.has_deleted_teams:
            routes["/v2/team/list"] = self._team_page
        if self.has_spend_logs:
            routes["/spend/logs/v2"] = self._spend_logs
        if request.path not in routes:
            return _json({"detail": "Not Found"}, 404)
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _json(proxy_error(401, f"Authentication Error, unable to find token {self.api_key}"), 401)
        return routes[request.path](request)

    def _team_list(self, request: Request) -> Answer:
        if not self.may_list_teams:
            return _json(proxy_error(401, ROLE_TOO_LOW), 401)
        return _json([self._team(*team) for team in self.teams.items()])

    def _team(self, team_id: str, alias: str | None) -> dict[str, Any]:
        created = self.created.get(team_id, "2025-01-06T08:00:00.123000")
        return {"team_id": team_id, "team_alias": alias, "created_at": created, "keys": []}

    def _team_page(self, request: Request) -> Answer:
        query = request.query
        size, page = int(query.get("page_size", 10)), int(query.get("page", 1))
        if size > MAX_TEAM_PAGE_SIZE:
            problem = {"type": "less_than_equal", "loc": ["query", "page_size"], "msg": "at most 100"}
            return _json({"detail": [problem]}, 422)
        if not self.may_list_teams:
            return _json(proxy_error(401, ROLE_TOO_LOW), 401)
        if query.get("status") not in {None, "deleted"}:
            return _json({"detail": {"error": "Invalid status value."}}, 400)
        found = list((self.deleted if "status" in query else self.teams).items())
        told = [self._team(*team) for team in found[(page - 1) * size : page * size]]
        pages = -(-len(found) // size)
        return _json({"teams": told, "total": len(found), "page": page, "page_size": size, "total_pages": pages})

    def _activity(self, request: Request) -> Answer:
        query = request.query
        rows = [row for row in self.rows if query["start_date"] <= row.date <= query["end_date"]]
        if "team_ids" in query:
            wanted = set(query["team_ids"].split(","))
            rows = [row for row in rows if row.team_id in wanted]
        if "model" in query:
            rows = [row for row in rows if query["model"] == (row.provider_model or row.model)]
        page, size = int(query.get("page", 1)), int(query.get("page_size", 10))
        return _json(activity_page(rows, self.teams, page, size, old=self.old))

    def _model_info(self, request: Request) -> Answer:
        data = [{"model_name": name, "litellm_params": {"model": model}} for name, model in self.deployments]
        return _json({"data": data})

    def _spend_logs(self, request: Request) -> Answer:
        query = request.query
        size = int(query.get("page_size", 50))
        if size > self.max_log_page_size:
            limit = f"Input should be less than or equal to {self.max_log_page_size}"
            problem = {"type": "less_than_equal", "loc": ["query", "page_size"], "msg": limit}
            return _json({"detail": [problem]}, 422)
        span = (query["start_date"], query["end_date"])
        return _json(logs_page(self.logs, span, int(query.get("page", 1)), size, self.log_cap))


def _json(content: Any, status: int = 200) -> Answer:
    return Answer(status, body_of(content))
