"""The made-up requests as pages of LiteLLM's spend logs."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from src.demo.activity import NANO, Json
from src.demo.deployments import DEPLOYMENTS
from src.demo.history import History, milliseconds
from src.demo.plans import ENDPOINTS
from src.demo.teams import TEAMS
from src.demo.traffic import NO_DEPLOYMENT, Request

COUNT_CAP = 10_000

UNUSED: Json = {
    **dict.fromkeys(("completionStartTime", "organization_id", "end_user", "requester_ip_address", "session_id")),
    **dict.fromkeys(("mcp_namespaced_tool_name", "agent_id", "litellm_call_id")),
    **dict.fromkeys(("api_base", "cache_hit", "cache_key"), ""),
    "user": "default_user_id",
}
"""What LiteLLM tells about a request and the demo has no use for."""


class Window(NamedTuple):
    """From `start` to `end` (UTC, both included) by when a request started, of these teams (positions)."""

    start: datetime
    end: datetime
    teams: list[int]


class Logged(NamedTuple):
    """One request with the day and the team that it belongs to."""

    day: date
    team: int
    request: Request


def logs_page(history: History, window: Window, now: datetime, page: int, page_size: int) -> Json:
    """Return one page of the window's requests, newest first; `total` counts to 10,000 and no further."""
    offset = (page - 1) * page_size
    found = _newest(history, window, now, at_least=max(offset + page_size, COUNT_CAP + 1))
    total = min(len(found), COUNT_CAP)
    return {
        "data": [_as_json(logged) for logged in found[offset : offset + page_size]],
        "total": total,
        "page": page,
        "page_size": page_size,
        "total_pages": -(-total // page_size),
        "total_is_capped": len(found) > COUNT_CAP,
    }


def _newest(history: History, window: Window, now: datetime, at_least: int) -> list[Logged]:
    """Return the window's newest requests: all of them, or `at_least` so many and the rest of that day."""
    found: list[Logged] = []
    for day in history.days(window.start.date(), window.end.date(), now):
        first, last = milliseconds(day, window.start), milliseconds(day, window.end)
        of_day = [
            Logged(day, team, request)
            for team in window.teams
            for request in history.requests(team, day, now)
            if first <= request.start <= last
        ]
        of_day.sort(key=lambda logged: (logged.request.start, logged.team, logged.request.number), reverse=True)
        found += of_day
        if len(found) >= at_least:
            break
    return found


def _as_json(logged: Logged) -> Json:
    day, team_index, request = logged
    team = TEAMS[team_index]
    key = team.key_list[request.key]
    request_id = hashlib.sha256(f"{team.slug} {day} {request.number}".encode()).hexdigest()[:32]
    return {
        "request_id": request_id,
        "call_type": ENDPOINTS[request.endpoint].call_type,
        "api_key": key.token,
        "spend": request.spend / NANO,
        "total_tokens": request.prompt + request.completion,
        "prompt_tokens": request.prompt,
        "completion_tokens": request.completion,
        "startTime": _moment(day, request.start),
        "endTime": _moment(day, request.end),
        **_model_fields(request),
        "metadata": _metadata(logged),
        "request_tags": [],
        "team_id": team.team_id,
        "status": "failure" if request.failure else "success",
        "request_duration_ms": request.end - request.start,
        **UNUSED,
    }


def _model_fields(request: Request) -> Json:
    found = None if request.deployment == NO_DEPLOYMENT else DEPLOYMENTS[request.deployment]
    return {
        "model": found.model if found else "",
        "model_id": found.model_id if found else "",
        "model_group": found.public_name if found else "",
        "custom_llm_provider": found.provider if found else "",
    }


def _metadata(logged: Logged) -> Json:
    team, request = TEAMS[logged.team], logged.request
    about: Json = {
        "user_api_key_alias": team.key_list[request.key].alias,
        "user_api_key_team_id": team.team_id,
        "user_api_key_team_alias": team.alias,
        "additional_usage_values": {
            "cache_read_input_tokens": request.cache_read,
            "cache_creation_input_tokens": request.cache_creation,
        },
    }
    if request.failure:
        about["error_information"] = {
            "error_code": request.failure.code,
            "error_class": request.failure.error_class,
            "llm_provider": _model_fields(request)["custom_llm_provider"],
            "error_message": request.failure.message,
        }
    return about


def _moment(day: date, elapsed: int) -> str:
    return (datetime.combine(day, time(), UTC) + timedelta(milliseconds=elapsed)).isoformat()
