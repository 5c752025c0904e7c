"""The demo gateway's HTTP side: the part of LiteLLM that the dashboard reads and Studio calls, errors included."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response

from src.demo import directory
from src.demo.activity import activity_page
from src.demo.chat import chat
from src.demo.errors import ProxyError, answer_error, json_answer
from src.demo.history import DailyRow, History
from src.demo.lessons import Lessons, Memory, no_lessons
from src.demo.models import MODELS
from src.demo.spend_logs import Window, logs_page
from src.demo.teams import TEAMS

DEMO_API_KEY = "sk-demo-leaderboard"
"""The dashboard's: it sees all teams, and calls no model."""
DEMO_STUDIO_API_KEY = "sk-demo-studio"
"""Studio's: it calls models, and sees no team."""
ROUTES = {
    DEMO_API_KEY: ("/team/list", "/team/daily/activity", "/spend/logs/v2", "/model/info", "/v1/model/info"),
    DEMO_STUDIO_API_KEY: (
        *("/chat/completions", "/v1/chat/completions", "/models", "/v1/models"),
        *("/model/info", "/v1/model/info"),
    ),
}
"""What each key may call; LiteLLM refuses the rest, as a key's `allowed_routes` say."""

Clock = Callable[[], datetime]
"""Tells the time, with a time zone."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def create_demo_gateway(clock: Clock = utc_now, lessons: Callable[[], Lessons] = no_lessons) -> FastAPI:
    """Build the stand-in gateway; what it has seen ends at `clock`'s now.

    `lessons` gives what its models know to call by heart, each as well as its skill has it.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.clock = clock
    app.state.memory = Memory(lessons)
    app.state.history = History()
    app.state.asked = Counter[str]()
    app.state.turns = {name: asyncio.Semaphore(model.at_once) for name, model in MODELS.items()}
    app.add_exception_handler(ProxyError, answer_error)
    app.include_router(public)
    app.include_router(guarded)
    app.include_router(chat, dependencies=[Depends(require_key)])
    return app


async def require_key(request: Request) -> None:
    """Refuse a request that carries no key, or one that is not for this."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if not key:
        raise ProxyError(401, "auth_error", "Authentication Error, this call needs a key.")
    routes = ROUTES.get(key) if scheme.lower() == "bearer" else None
    if routes is None:
        raise ProxyError(401, "auth_error", "Authentication Error, the demo gateway does not know this key.")
    path = request.url.path
    if path not in routes:
        raise HTTPException(
            403,
            f"Virtual key is not allowed to call this route. Only allowed to call routes: {list(routes)}. "
            f"Tried to call route: {path}",
        )


def usage_until_now(request: Request) -> tuple[History, datetime]:
    """Return what the gateway has seen, with the moment of this request (UTC)."""
    state = request.app.state
    return state.history, state.clock().astimezone(UTC)


Usage = Annotated[tuple[History, datetime], Depends(usage_until_now)]

public = APIRouter()
guarded = APIRouter(dependencies=[Depends(require_key)])


@public.get("/health/liveliness")
def liveliness() -> str:
    """Answer that the gateway is there."""
    return "I'm alive!"


@guarded.get("/team/list")
def team_list() -> Response:
    """List teams with their keys."""
    return json_answer(directory.team_list())


@guarded.get("/model/info")
@guarded.get("/v1/model/info")
def model_info() -> Response:
    """List deployments."""
    return json_answer(directory.model_info())


@guarded.get("/team/daily/activity")
def team_daily_activity(  # noqa: PLR0913, PLR0917 - one for each query parameter
    usage: Usage,
    team_ids: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    page: int = 1,
    page_size: int = 10,
) -> Response:
    """Answer one page of usage by UTC day; `team_ids` is a comma-separated list."""
    start, end = _day_range(start_date, end_date)
    if page < 1 or page_size < 1:
        raise HTTPException(400, f"page and page_size start at 1, not at {page} and {page_size}")
    wanted = _positions(team_ids.split(",") if team_ids else None)
    return json_answer(activity_page(_rows(usage, wanted, start, end), page, page_size))


@guarded.get("/spend/logs/v2")
def spend_logs(  # noqa: PLR0913, PLR0917 - one for each query parameter
    usage: Usage,
    start_date: str | None = None,
    end_date: str | None = None,
    team_id: str | None = None,
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Response:
    """Answer one page of single requests, newest first."""
    if start_date is None or end_date is None:
        raise ProxyError(400, "bad_request", "start_date and end_date are needed")
    wanted = _positions(None if team_id is None else [team_id])
    window = Window(_log_moment(start_date), _log_moment(end_date), wanted)
    history, now = usage
    return json_answer(logs_page(history, window, now, page, page_size))


def _rows(usage: tuple[History, datetime], teams: list[int], start: date, end: date) -> list[DailyRow]:
    history, now = usage
    return [row for day in history.days(start, end, now) for row in history.rows_of(teams, day, now)]


def _positions(team_ids: list[str] | None) -> list[int]:
    return [place for place, team in enumerate(TEAMS) if team_ids is None or team.team_id in team_ids]


def _day_range(start_date: str | None, end_date: str | None) -> tuple[date, date]:
    if start_date is None or end_date is None:
        raise HTTPException(400, {"error": "start_date and end_date are needed"})
    return _day(start_date), _day(end_date)


def _day(text: str) -> date:
    """Read a day that is spelt strictly `YYYY-MM-DD`: the standard library also takes `20261121` and more."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise HTTPException(400, {"error": "start_date and end_date have to be days as YYYY-MM-DD"})
    return found


def _log_moment(text: str) -> datetime:
    for spelling in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), spelling).replace(tzinfo=UTC)
        except ValueError:
            continue
    message = f"Invalid date format: {text}; 'YYYY-MM-DD' and 'YYYY-MM-DD HH:MM:SS' are understood"
    raise ProxyError(400, "internal_server_error", message)
