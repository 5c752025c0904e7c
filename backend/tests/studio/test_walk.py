"""A walk over every operation below `/api`: as whoever may, as others, as nobody, and as administrators.

A route is walked by being there: one that has no recipe here fails.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.core.http.page import METHODS
from src.studio.accounts.tables import users
from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.handler import BenchmarkHandler
from src.studio.database.database import Database
from src.studio.database.metadata import new_id
from src.studio.llm.egress import EgressPolicy
from src.studio.tool_eval import repository as tool_evals
from src.studio.tool_eval.handler import ToolEvalHandler
from tests.conftest import SettableClock
from tests.fake_gateway.activity import activity_page
from tests.studio.benchmarks.made import record
from tests.studio.conftest import PASSWORD, MakeStudio, sign_up
from tests.studio.people import add_user
from tests.studio.providers.conftest import Lists, deployment, lists
from tests.studio.tool_eval.made import result

__all__ = ["lists"]

Operation = tuple[str, str]
Named = Literal[
    "job",
    "run",
    "user",
    "session",
    "invitation",
    "model",
    "profile",
    "version",
    "suite",
    "case",
    "example",
    "eval",
    "result",
]
USAGE: Operation = ("GET", "/api/analytics/usage")
"""What the administrators' is beside what lies below `/api/admin/`."""
Headers = dict[str, str]

TARGETS = [{"provider_key": "gateway", "model_id": "fast"}]
SUITE = {"name": "Mine", "tools": [{"type": "function", "function": {"name": "mine"}}]}
BFCL = {"id": "mine", "question": [[{"role": "user", "content": "Mine."}]], "function": [{"name": "mine"}]}
OPENAPI = {"openapi": "3.1.0", "info": {"title": "Mine"}, "paths": {"/mine": {"get": {}}}}
TRAFFIC = {
    "request": {"messages": [{"role": "user", "content": "Mine."}]},
    "answer": {"choices": [{"message": {"role": "assistant", "content": "Mine."}}]},
}
NOT_THERE = "f" * 32
NO_IDS = ["nope", "%00", "A" * 32, "a" * 300, "%2e%2e", "%F0%9F%A6%8A", "'%20OR%201=1%20--"]
ENTITY = {
    "analytics": "run",
    "auth": "session",
    "history": "run",
    "export": "run",
    "tool-eval": "run",
    "jobs": "job",
    "profiles": "profile",
    "prompt-versions": "prompt version",
    "tool-suites": "suite",
}
# A model's profiles are asked for by its name, which may be anything.
ALSO_TAKEN = {
    "/api/profiles/from-tuner": {"GET", "PUT", "DELETE"},
    "/api/profiles/{id}/set-default": {"GET"},
}


@dataclass(frozen=True)
class Recipe:
    """How an operation is asked. `names` is whose thing its path, or its query, names: made anew for each request.

    `by` is who may: `cookie` is a browser that was signed in. `reads`: a shared run may be asked for so.
    """

    by: Literal["anybody", "cookie", "user", "admin"]
    body: Any = None
    names: Named | None = None
    reads: bool = False
    status: int = 200
    query: str = ""


USER, READ, EVAL = Recipe("user"), Recipe("user", names="run", reads=True), Recipe("user", names="eval")
RECIPES: dict[Operation, Recipe] = {
    ("POST", "/api/auth/register"): Recipe("anybody", {"email": "eve@example.com", "password": PASSWORD}),
    ("POST", "/api/auth/login"): Recipe("anybody", {"email": "bob@example.com", "password": PASSWORD}),
    ("POST", "/api/auth/demo"): Recipe("anybody", status=404),
    ("POST", "/api/auth/refresh"): Recipe("cookie"),
    ("POST", "/api/auth/logout"): Recipe("anybody"),
    ("GET", "/api/auth/options"): Recipe("anybody"),
    ("GET", "/api/auth/me"): USER,
    ("POST", "/api/auth/forgot-password"): Recipe("anybody", {"email": "ada@example.com"}),
    ("POST", "/api/auth/reset-password"): Recipe("anybody", {"token": "x", "password": PASSWORD}, status=400),
    ("POST", "/api/auth/change-password"): Recipe(
        "user", {"current_password": PASSWORD, "new_password": PASSWORD}
    ),
    ("POST", "/api/auth/change-email"): Recipe("user", {"password": PASSWORD, "email": "ada@example.com"}),
    ("POST", "/api/auth/delete-account"): Recipe("user", {"password": "not the password"}, status=403),
    ("POST", "/api/auth/cli-token"): Recipe("user", {"name": "Mine"}),
    ("GET", "/api/auth/sessions"): USER,
    ("DELETE", "/api/auth/sessions/{session_id}"): Recipe("user", names="session"),
    ("POST", "/api/auth/sessions/revoke-others"): USER,
    ("GET", "/api/auth/google/authorize"): Recipe("anybody", status=400),
    ("GET", "/api/auth/google/callback"): Recipe("anybody", status=302),
    ("POST", "/api/ws-ticket"): USER,
    ("GET", "/api/admin/users/{user_id}/rate-limit"): Recipe("admin", names="user"),
    ("PUT", "/api/admin/users/{user_id}/rate-limit"): Recipe("admin", {"max_concurrent": 2}, names="user"),
    ("GET", "/api/admin/users"): Recipe("admin"),
    ("PUT", "/api/admin/users/{user_id}/role"): Recipe("admin", {"role": "admin"}, names="user"),
    ("DELETE", "/api/admin/users/{user_id}"): Recipe("admin", names="user"),
    ("POST", "/api/admin/users/{user_id}/reset-link"): Recipe("admin", names="user"),
    ("GET", "/api/admin/password-resets"): Recipe("admin"),
    ("GET", "/api/admin/invitations"): Recipe("admin"),
    ("POST", "/api/admin/invitations"): Recipe("admin", {"role": "user"}),
    ("DELETE", "/api/admin/invitations/{invitation_id}"): Recipe("admin", names="invitation"),
    ("GET", "/api/admin/audit"): Recipe("admin"),
    ("GET", "/api/admin/logs"): Recipe("admin"),
    ("GET", "/api/admin/stats"): Recipe("admin"),
    ("GET", "/api/admin/system"): Recipe("admin"),
    ("GET", "/api/admin/jobs"): Recipe("admin"),
    ("POST", "/api/admin/jobs/{job_id}/cancel"): Recipe("admin", names="job"),
    ("GET", "/api/jobs"): USER,
    ("GET", "/api/jobs/{job_id}"): Recipe("user", names="job"),
    ("POST", "/api/jobs/{job_id}/cancel"): Recipe("user", names="job"),
    ("GET", "/api/user/rate-limit"): USER,
    ("GET", "/api/keys"): USER,
    ("PUT", "/api/keys"): Recipe("user", {"provider_key": "openai", "value": "sk-of-ada", "key_name": "Mine"}),
    ("DELETE", "/api/keys"): Recipe("user", {"provider_key": "openai"}),
    ("GET", "/api/config"): USER,
    ("GET", "/api/config/presets"): USER,
    ("POST", "/api/config/provider"): Recipe("user", {"provider_key": "mine", "display_name": "Mine"}),
    ("PUT", "/api/config/provider"): Recipe("user", {"provider_key": "mine", "timeout": 5}),
    ("POST", "/api/config/model"): Recipe("user", {"provider_key": "mine", "id": "fast"}),
    ("PUT", "/api/config/model"): Recipe(
        "user", {"provider_key": "mine", "model_id": "fast", "display_name": "F"}
    ),
    ("DELETE", "/api/config/model"): Recipe("user", {"provider_key": "mine", "model_id": "fast"}),
    ("DELETE", "/api/config/provider"): Recipe("user", {"provider_key": "mine"}),
    ("POST", "/api/config/provider/test"): Recipe("user", {"provider_key": "gateway"}),
    ("GET", "/api/models/discover"): Recipe("user", query="?provider_key=gateway"),
    ("GET", "/api/lm-studio/detect"): USER,
    ("GET", "/api/health/providers"): USER,
    ("GET", "/api/config/prompts"): USER,
    ("POST", "/api/config/prompts"): Recipe("user", {"key": "mine", "label": "Mine", "prompt": "Say hi."}),
    ("PUT", "/api/config/prompts"): Recipe("user", {"key": "no-such-prompt", "prompt": "Say ho."}, status=404),
    ("DELETE", "/api/config/prompts"): Recipe("user", {"key": "no-such-prompt"}, status=404),
    ("POST", "/api/benchmark"): Recipe("user", {"targets": TARGETS}),
    ("POST", "/api/benchmark/estimate"): Recipe("user", {"targets": TARGETS}),
    ("POST", "/api/benchmark/cancel"): USER,
    ("POST", "/api/benchmark/direct-plan"): Recipe(
        "user", {"targets": [{"provider_key": "mine", "model_id": "tiny"}]}, status=422
    ),
    ("POST", "/api/benchmark/direct-results"): Recipe(
        "user", {"results": [{"provider": "home", "model_id": "tiny", "run_number": 1, "success": True}]}
    ),
    ("GET", "/api/history"): USER,
    ("GET", "/api/history/{run_id}"): READ,
    ("GET", "/api/history/{run_id}/records"): READ,
    ("GET", "/api/history/{run_id}/timeline"): READ,
    ("GET", "/api/history/{run_id}/dataset"): READ,
    ("PUT", "/api/history/{run_id}"): Recipe("user", {"label": "Changed", "shared": True}, names="run"),
    ("DELETE", "/api/history/{run_id}"): Recipe("user", names="run"),
    ("POST", "/api/history/{run_id}/rerun"): READ,
    ("GET", "/api/export/run/{run_id}"): READ,
    ("POST", "/api/import/run"): Recipe(
        "user",
        {
            "version": 1,
            "targets": [],
            "points": [
                {"model_id": "tiny", "success_count": 1, "statistics": {"n": 1, "ttft_ms": {"n": 1, "p50": 9}}}
            ],
        },
    ),
    ("GET", "/api/export/history"): USER,
    ("GET", "/api/analytics/leaderboard"): USER,
    ("GET", "/api/export/leaderboard"): USER,
    ("GET", "/api/analytics/trends"): Recipe("user", query="?models=fast"),
    ("GET", "/api/analytics/compare"): Recipe("user", names="run", reads=True, query="?runs={other},{thing}"),
    ("GET", "/api/analytics/models"): USER,
    ("GET", "/api/analytics/model"): Recipe("user", query="?provider_key=gateway&model_id=fast"),
    USAGE: Recipe("admin", query="?model_id=fast"),
    ("GET", "/api/provider-params/registry"): USER,
    ("POST", "/api/provider-params/validate"): Recipe("user", {"model_id": "fast", "params": {"top_p": 2}}),
    ("POST", "/api/param-support/seed"): USER,
    ("GET", "/api/prompt-versions"): USER,
    ("POST", "/api/prompt-versions"): Recipe("user", {"prompt_text": "Mine."}),
    ("GET", "/api/prompt-versions/{version_id}"): Recipe("user", names="version"),
    ("PATCH", "/api/prompt-versions/{version_id}"): Recipe("user", {"label": "Mine"}, names="version"),
    ("DELETE", "/api/prompt-versions/{version_id}"): Recipe("user", names="version"),
    ("GET", "/api/profiles"): USER,
    ("POST", "/api/profiles"): Recipe("user", {"model_id": "fast", "name": "Mine"}),
    ("POST", "/api/profiles/from-tuner"): Recipe(
        "user", {"model_id": "slow", "name": "Mine", "source_type": "param_tuner", "source_id": "x"}
    ),
    ("GET", "/api/profiles/detail/{id}"): Recipe("user", names="profile"),
    ("GET", "/api/profiles/{id}"): Recipe("user", names="model"),
    ("PUT", "/api/profiles/{id}"): Recipe("user", {"description": "Mine"}, names="profile"),
    ("DELETE", "/api/profiles/{id}"): Recipe("user", names="profile"),
    ("POST", "/api/profiles/{id}/set-default"): Recipe("user", names="profile"),
    ("GET", "/api/tool-suites"): USER,
    ("POST", "/api/tool-suites"): Recipe("user", SUITE),
    ("POST", "/api/tool-suites/check"): Recipe("user", {"tools": []}),
    ("POST", "/api/tool-suites/case/check"): Recipe("user", {"case": {"prompt": "Mine."}}),
    ("POST", "/api/tool-suites/score"): Recipe("user", {"case": {"prompt": "Mine."}, "tools": [], "calls": []}),
    ("GET", "/api/tool-suites/examples"): USER,
    ("POST", "/api/tool-suites/examples/{key}"): Recipe("user", names="example"),
    ("GET", "/api/tool-suites/{suite_id}"): Recipe("user", names="suite"),
    ("PUT", "/api/tool-suites/{suite_id}"): Recipe("user", {"name": "Mine"}, names="suite"),
    ("PATCH", "/api/tool-suites/{suite_id}"): Recipe("user", {"name": "Mine"}, names="suite"),
    ("DELETE", "/api/tool-suites/{suite_id}"): Recipe("user", names="suite"),
    ("POST", "/api/tool-suites/{suite_id}/copy"): Recipe("user", names="suite"),
    ("GET", "/api/tool-suites/{suite_id}/versions"): Recipe("user", names="suite"),
    ("GET", "/api/tool-suites/{suite_id}/export"): Recipe("user", names="suite"),
    ("GET", "/api/tool-suites/{suite_id}/export/bfcl"): Recipe("user", names="suite"),
    ("GET", "/api/tool-suites/{suite_id}/cases"): Recipe("user", names="suite"),
    ("POST", "/api/tool-suites/{suite_id}/cases"): Recipe("user", {"prompt": "Mine."}, names="suite"),
    ("PUT", "/api/tool-suites/{suite_id}/cases/order"): Recipe("user", {"ids": []}, names="suite"),
    ("GET", "/api/tool-suites/{suite_id}/cases/{case_id}"): Recipe("user", names="case"),
    ("PUT", "/api/tool-suites/{suite_id}/cases/{case_id}"): Recipe("user", {"prompt": "Mine."}, names="case"),
    ("DELETE", "/api/tool-suites/{suite_id}/cases/{case_id}"): Recipe("user", names="case"),
    ("POST", "/api/tool-eval/import"): Recipe("user", SUITE),
    ("POST", "/api/tool-eval/import/bfcl"): Recipe("user", BFCL),
    ("POST", "/api/tool-eval/import/openapi"): Recipe("user", {"document": OPENAPI}),
    ("POST", "/api/tool-eval/import/traffic"): Recipe("user", TRAFFIC),
    ("GET", "/api/tool-eval/import/example"): Recipe("anybody"),
    ("POST", "/api/mcp/discover"): Recipe("user", {"url": "ftp://example.org"}, status=400),
    ("POST", "/api/mcp/import"): Recipe("user", {"tools": [{"name": "mine", "inputSchema": {}}]}),
    ("POST", "/api/tool-eval"): Recipe("user", {"suite_id": NOT_THERE, "targets": TARGETS}, status=404),
    ("POST", "/api/tool-eval/estimate"): Recipe("user", {"suite_id": NOT_THERE, "targets": TARGETS}, status=404),
    ("POST", "/api/tool-eval/cancel"): USER,
    ("GET", "/api/tool-eval/history"): USER,
    ("GET", "/api/leaderboard/tool-eval"): Recipe("anybody"),
    ("GET", "/api/leaderboard/opt-in"): USER,
    ("PUT", "/api/leaderboard/opt-in"): Recipe("user", {"opt_in": True}),
    ("GET", "/api/tool-eval/history/{run_id}"): EVAL,
    ("PATCH", "/api/tool-eval/history/{run_id}"): Recipe("user", {"label": "Changed"}, names="eval"),
    ("DELETE", "/api/tool-eval/history/{run_id}"): EVAL,
    ("GET", "/api/tool-eval/history/{run_id}/matrix"): EVAL,
    ("GET", "/api/tool-eval/history/{run_id}/results/{target}/{case}/{repeat}"): Recipe("user", names="result"),
    ("GET", "/api/tool-eval/compare"): Recipe("user", names="eval", query="?a={thing}&b={thing}"),
    ("GET", "/api/export/eval/{run_id}"): EVAL,
    ("GET", "/api/export/tool-eval"): USER,
    ("GET", "/api/settings/phase10"): USER,
    ("GET", "/api/settings/benchmark"): USER,
    ("PUT", "/api/settings/benchmark"): Recipe("user", {"default_slo": "ttft<800"}),
    ("PUT", "/api/settings/phase10"): Recipe("user", {"judge": {"custom_instructions": "Mine."}}),
    ("GET", "/api/onboarding/status"): USER,
    ("POST", "/api/onboarding/complete"): USER,
}
OVER_SHARED_RUNS = {operation for operation in RECIPES if "analytics" in operation[1]}
OVER_SHARED_RUNS |= {("GET", "/api/export/leaderboard")}
PROTECTED = {operation: recipe for operation, recipe in RECIPES.items() if recipe.by in {"user", "admin"}}


class World:
    """An app with an administrator, Ada, to whom things belong, and Bob, who is somebody else."""

    def __init__(self, client: TestClient, app: FastAPI) -> None:
        self.client, self.services = client, app.state.studio
        self.admin = sign_up(client, "root@example.com")
        self.ada = sign_up(client, "ada@example.com")
        self.cookie = {"Cookie": f"refresh_token={client.cookies['refresh_token']}"}
        self.bob = sign_up(client, "bob@example.com")
        client.cookies.clear()
        many = {"benchmarks_per_hour": 1000, "max_concurrent": 50}
        for who in (self.ada, self.bob):
            assert self._send(self.admin, "PUT", f"/api/admin/users/{self.id_of(who)}/rate-limit", many)
        self.other = self.run(shared=True)  # to be named beside another one of Ada's

    def _send(self, headers: Headers, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, path, headers=headers, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, headers: Headers, path: str) -> Any:
        return self._send(headers, "GET", path)

    def id_of(self, headers: Headers) -> str:
        return self.get(headers, "/api/auth/me")["user"]["id"]

    def job(self) -> str:
        """Return a job of Ada's that waits."""
        return self._send(self.ada, "POST", "/api/benchmark", {"targets": TARGETS, "prompt": "Mine."})["job_id"]

    def run(self, shared: bool = False) -> str:
        """Return a run of Ada's that has ended."""
        run_id, owner_id = self.job(), self.id_of(self.ada)
        database = self.services.database
        with database.writing() as connection:
            repository.keep_records(database, connection, [runs.record_row(run_id, record(0, 0, 1), 1)])
            handler = BenchmarkHandler(database, self.services.providers, self.services.clock, EgressPolicy())
            handler.ended(connection, run_id, "done", None)
            repository.change_run(connection, owner_id, run_id, {"shared": shared})
        handler.settle()
        return run_id

    def eval(self) -> str:
        """Return a run of a suite of Ada's that has ended."""
        tools = [{"type": "function", "function": {"name": "mine", "parameters": {"type": "object"}}}]
        suite = {"name": "Mine", "tools": tools}
        suite_id = self._send(self.ada, "POST", "/api/tool-suites", suite)["suite_id"]
        self._send(self.ada, "POST", f"/api/tool-suites/{suite_id}/cases", {"prompt": "Mine."})
        run_id = self._send(self.ada, "POST", "/api/tool-eval", {"suite_id": suite_id, "targets": TARGETS})[
            "job_id"
        ]
        services, database = self.services, self.services.database
        with database.writing() as connection:
            tool_evals.keep_results(database, connection, [result(run_id)])
            tool_evals.change_run(connection, self.id_of(self.ada), run_id, {"results_done": 1})
            handler = ToolEvalHandler(
                database, services.providers, services.tool_suites, services.clock, EgressPolicy()
            )
            handler.ended(connection, run_id, "done", None)
        return run_id

    def session(self) -> str:
        """Return a token of Ada's for the command line."""
        return self._send(self.ada, "POST", "/api/auth/cli-token", {"name": "Mine"})["id"]

    def version(self) -> str:
        """Return a prompt version of Ada's."""
        return self._send(self.ada, "POST", "/api/prompt-versions", {"prompt_text": "Mine."})["version_id"]

    def profile(self) -> str:
        """Return a profile of Ada's, of a model of its own."""
        body = {"model_id": f"maker/{new_id()}", "name": "Mine", "system_prompt": "Mine."}
        return self._send(self.ada, "POST", "/api/profiles", body)["profile_id"]

    def suite(self) -> str:
        """Return a suite of Ada's."""
        return self._send(self.ada, "POST", "/api/tool-suites", SUITE)["suite_id"]

    def case(self) -> str:
        """Return a suite of Ada's and a case of it."""
        suite_id = self.suite()
        case_id = self._send(self.ada, "POST", f"/api/tool-suites/{suite_id}/cases", {"prompt": "Mine."})[
            "case_id"
        ]
        return f"{suite_id} {case_id}"

    def thing(self, recipe: Recipe) -> str:
        """Return the id of what a recipe names."""
        made: dict[str, Callable[[], str]] = {
            "job": self.job,
            "run": self.run,
            "user": lambda: add_user(self.services.database, f"{new_id()}@example.com").id,
            "invitation": lambda: self._send(self.admin, "POST", "/api/admin/invitations", {})["id"],
            "session": self.session,
            "version": self.version,
            "profile": self.profile,
            "model": lambda: "maker/model",
            "suite": self.suite,
            "case": self.case,
            "example": lambda: "smart-home",
            "eval": self.eval,
            "result": lambda: f"{self.eval()} 0 0 1",
        }
        return made[recipe.names]() if recipe.names else ""

    def ask(self, operation: Operation, headers: Headers, thing: str = "", method: str = "") -> httpx2.Response:
        """Ask an operation of something."""
        path = operation[1]
        if "{" in path:
            parts = iter(thing.split(" "))  # of a path that names several things, each; else its first one
            path = re.sub(r"{[a-z_]+}", lambda _: next(parts, "0"), path)
        self.client.cookies.clear()  # who asks is said by the headers alone
        recipe = RECIPES[operation]
        query = recipe.query.format(thing=thing, other=self.other) if thing else recipe.query
        path, method = path + query, method or operation[0]
        return self.client.request(method, path, headers=headers, json=recipe.body, follow_redirects=False)

    def headers_of(self, recipe: Recipe) -> Headers:
        """Return the headers of who may do it."""
        return {"anybody": {}, "cookie": self.cookie, "user": self.ada, "admin": self.admin}[recipe.by]

    def delete(self, headers: Headers) -> None:
        """Delete somebody's account."""
        user_id = self.id_of(headers)
        with self.services.database.writing() as connection:
            connection.execute(users.delete().where(users.c.id == user_id))


@pytest.fixture
def world(make_studio: MakeStudio, store_url: str, lists: Lists) -> Iterator[World]:
    """Return a world on SQLite, and on PostgreSQL, whose jobs wait for good."""
    lists.tell("/model/info", {"data": [deployment("fast")]})
    lists.tell("/team/daily/activity", activity_page([], {}, 1, 10, old=False))
    keys = {"litellm_api_key": "sk-of-the-dashboard", "studio_gateway_api_key": "sk-of-the-walk"}
    gateway = {"litellm_base_url": lists.base_url, **keys}
    app = make_studio(studio_database_url=store_url, studio_workers=0, **gateway)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(client, app)


def assert_refused(answer: httpx2.Response, status: int, detail: str, code: str, where: object) -> None:
    """Fail where an error has another status, other words, or says more than errors say."""
    assert answer.status_code == status, (where, answer.text)
    told = answer.json()
    request_id = answer.headers["x-request-id"]
    assert told == {"detail": detail, "error": detail, "code": code, "request_id": request_id}, where
    assert answer.headers["content-type"] == "application/json", where
    assert answer.headers["cache-control"] == "no-store", where
    assert answer.headers["x-content-type-options"] == "nosniff", where


def test_every_operation_has_a_recipe(make_studio: MakeStudio) -> None:
    schema = make_studio().openapi()
    there = {
        (method.upper(), path): described
        for path, methods in schema["paths"].items()
        if path.startswith("/api/")
        for method, described in methods.items()
    }
    assert set(there) == set(RECIPES)
    for operation, recipe in RECIPES.items():
        assert bool(there[operation].get("security")) == (recipe.by in {"user", "admin"}), operation
        is_administrators = operation == USAGE or operation[1].startswith("/api/admin/")
        assert is_administrators == (recipe.by == "admin"), operation
        assert ("{" in operation[1] + recipe.query) == (recipe.names is not None), operation


def test_whoever_may_is_served(world: World) -> None:
    for operation, recipe in RECIPES.items():
        answer = world.ask(operation, world.headers_of(recipe), world.thing(recipe))
        assert answer.status_code == recipe.status, (operation, answer.text)
        assert answer.headers["x-content-type-options"] == "nosniff", operation
        assert answer.headers["cache-control"] == "no-store", operation
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert kind in ({""} if answer.is_redirect else {"application/json", "text/csv"}), operation
        assert answer.headers["x-request-id"], operation


def test_nobody_waits_for_the_database_of_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the event loop, a database that is slow would hold up everything that is asked meanwhile."""
    on_the_loop: set[Operation] = set()
    asked: list[Operation] = []

    def watched(use: Callable[[Database], Any]) -> Callable[[Database], Any]:
        def noted(database: Database) -> Any:
            with contextlib.suppress(RuntimeError):  # there is no loop on this thread
                asyncio.get_running_loop()
                on_the_loop.add(asked[-1])
            return use(database)

        return noted

    for use in ("reading", "writing"):
        monkeypatch.setattr(Database, use, watched(getattr(Database, use)))
    for operation, recipe in RECIPES.items():
        asked.append(operation)
        assert world.ask(operation, world.headers_of(recipe), world.thing(recipe)).status_code == recipe.status
    assert on_the_loop == set()


def test_a_head_tells_what_a_get_tells_without_its_body(world: World) -> None:
    for operation, recipe in RECIPES.items():
        if operation[0] == "GET":
            headers, thing = world.headers_of(recipe), world.thing(recipe)
            got, head = (world.ask(operation, headers, thing, method) for method in ("GET", "HEAD"))
            assert (head.status_code, head.content) == (recipe.status, b""), operation
            assert head.headers.get("content-type") == got.headers.get("content-type"), operation


def test_nobody_is_told_anything(world: World, clock: SettableClock) -> None:
    job, token = world.job(), world.ada["Authorization"]
    strangers = [
        ({}, "Not authenticated"),
        ({"Authorization": "Basic cm9vdDpyb290"}, "Not authenticated"),
        ({"Authorization": "Bearer nonsense"}, "Invalid token"),
        ({"Authorization": token[:-3] + "abc"}, "Invalid token"),
        (world.cookie, "Not authenticated"),
    ]
    for headers, detail in strangers:
        assert_all_refused(world, headers, detail)
    assert world.get(world.ada, f"/api/jobs/{job}")["status"] == "pending"
    clock.move(minutes=15)
    assert_all_refused(world, world.ada, "Token expired")


def test_whoever_has_signed_out_is_told_nothing_more(world: World) -> None:
    assert world.ask(("POST", "/api/auth/logout"), world.cookie).status_code == 200
    assert_all_refused(world, world.ada, "Token expired")


def test_whoever_was_deleted_is_told_nothing_more_and_leaves_nothing_that_was_shared(world: World) -> None:
    shared = world.run(shared=True)
    assert world.get(world.bob, f"/api/history/{shared}")["shared"]
    world.delete(world.ada)
    assert_all_refused(world, world.ada, "User not found")
    assert world.ask(("GET", "/api/history/{run_id}"), world.bob, shared).status_code == 404
    assert world.ask(("POST", "/api/auth/refresh"), world.cookie).status_code == 401


def assert_all_refused(world: World, headers: Headers, detail: str) -> None:
    """Fail where somebody gets anything, or other words."""
    for operation in PROTECTED:
        answer = world.ask(operation, headers, NOT_THERE)
        assert_refused(answer, 401, detail, "unauthorized", operation)
        assert answer.headers["www-authenticate"] == "Bearer", operation


def test_what_belongs_to_somebody_is_not_there_for_others(world: World) -> None:
    for operation, recipe in PROTECTED.items():
        if recipe.by == "user" and recipe.names not in {None, "model", "example"}:
            thing = world.thing(recipe)
            entity = "case" if recipe.names == "case" else ENTITY[operation[1].split("/")[2]]
            sentence = f"There is no such {entity}."
            for headers in (world.bob, world.admin):
                assert_refused(world.ask(operation, headers, thing), 404, sentence, "not_found", operation)
            assert_refused(world.ask(operation, world.ada, NOT_THERE), 404, sentence, "not_found", operation)
            assert world.ask(operation, world.ada, thing).status_code == 200, operation


def test_what_cannot_be_an_id_is_not_there_either(world: World) -> None:
    for operation, recipe in PROTECTED.items():
        for thing in NO_IDS if recipe.names not in {None, "model"} else ():
            answer = world.ask(operation, world.headers_of(recipe), thing)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (operation, thing)


def test_nobodys_lists_and_files_have_anything_of_others(world: World) -> None:
    job, run, own = world.job(), world.run(shared=True), world.run()
    for path in ("config/prompts", "config/provider", "config/model", "prompt-versions", "profiles"):
        world.ask(("POST", f"/api/{path}"), world.ada)
    world.ask(("PUT", "/api/settings/phase10"), world.ada)
    world.ask(("PUT", "/api/keys"), world.ada)
    for operation, recipe in PROTECTED.items():
        if operation[0] == "GET" and recipe.by == "user" and recipe.names in {None, "model"}:
            for headers in (world.bob, world.admin):
                text = world.ask(operation, headers, "fast" if recipe.names else "").text
                shared = () if operation in OVER_SHARED_RUNS else (run,)
                for mine in (job, own, *shared, "Mine", world.id_of(world.ada), "ada@example.com"):
                    assert mine not in text, (operation, mine)
    assert run in world.ask(("GET", "/api/export/history"), world.ada).text


def test_nobody_cancels_the_benchmarks_of_others_by_naming_them(world: World) -> None:
    job = world.job()
    for body in ({"job_id": job}, {"job_id": ""}, {}):
        answer = world.client.post("/api/benchmark/cancel", headers=world.bob, json=body)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert world.get(world.ada, f"/api/jobs/{job}")["status"] == "pending"


def test_nobody_uses_changes_or_deletes_the_keys_of_others_by_naming_their_provider(world: World) -> None:
    asked = {name: (name, "/api/keys") for name in ("GET", "PUT", "DELETE")}
    world.ask(asked["PUT"], world.ada)
    before = world.get(world.ada, "/api/keys")
    for headers in (world.bob, world.admin):
        refused = world.ask(asked["DELETE"], headers)
        assert_refused(refused, 404, "There is no such key.", "not_found", "DELETE")
        assert not any(key["has_user_key"] for key in world.get(headers, "/api/keys")["keys"])
        assert world.client.put(
            "/api/keys", headers=headers, json={"provider_key": "openai", "value": "sk-of-bob"}
        ).is_success
    assert world.get(world.ada, "/api/keys") == before
    assert world.services.vault.reveal(world.id_of(world.ada), "openai") == "sk-of-ada"


def test_shared_runs_are_read_and_not_changed_until_they_are_taken_back(world: World) -> None:
    for operation, recipe in PROTECTED.items():
        if recipe.names != "run":
            continue
        run = world.run(shared=True)
        before = world.get(world.ada, f"/api/history/{run}")
        answer = world.ask(operation, world.bob, run)
        assert answer.status_code == (200 if recipe.reads else 404), operation
        assert world.get(world.ada, f"/api/history/{run}") == before, operation
        assert not world.get(world.bob, f"/api/history/{run}")["is_owner"]
        assert world.client.get(f"/api/jobs/{run}", headers=world.bob).status_code == 404
        world.client.put(f"/api/history/{run}", headers=world.ada, json={"shared": False})
        assert_refused(world.ask(operation, world.bob, run), 404, "There is no such run.", "not_found", operation)


def test_a_shared_run_does_not_say_who_shares_it(world: World) -> None:
    run = world.run(shared=True)
    told = [world.ask(operation, world.bob, run).text for operation, recipe in PROTECTED.items() if recipe.reads]
    assert "ada@example.com" not in "".join(told)
    assert world.id_of(world.ada) not in "".join(told)


def test_what_is_the_administrators_is_theirs_alone_and_no_longer_than_they_are_one(world: World) -> None:
    administrated = {operation: recipe for operation, recipe in PROTECTED.items() if recipe.by == "admin"}
    for operation, recipe in administrated.items():
        thing = world.thing(recipe)
        for headers in (world.ada, world.bob):
            refused = world.ask(operation, headers, thing)
            assert_refused(refused, 403, "Admin access required", "forbidden", operation)
        assert world.ask(operation, world.admin, thing).status_code == 200, operation
    things = {operation: world.thing(recipe) for operation, recipe in administrated.items()}
    with world.services.database.writing() as connection:
        connection.execute(users.update().values(role="user"))
    for operation, thing in things.items():
        refused = world.ask(operation, world.admin, thing)
        assert_refused(refused, 403, "Admin access required", "forbidden", operation)


def test_a_job_is_cancelled_once_by_its_owner_and_then_refused(world: World) -> None:
    for operation in (("POST", "/api/jobs/{job_id}/cancel"), ("POST", "/api/admin/jobs/{job_id}/cancel")):
        recipe, job = RECIPES[operation], world.job()
        headers = world.headers_of(recipe)
        assert world.ask(operation, headers, job).json()["status"] == "ok"
        ended = "The job has ended already: it is cancelled."
        assert_refused(world.ask(operation, headers, job), 400, ended, "invalid_request", operation)


def test_nobody_follows_or_cancels_the_jobs_of_others_over_a_socket(world: World) -> None:
    job = world.job()
    ticket = world.client.post("/api/ws-ticket", headers=world.bob).json()["ticket"]
    with world.client.websocket_connect(f"/ws?ticket={ticket}") as socket:
        assert job not in str(socket.receive_json())
        for message in ("subscribe", "cancel"):
            for job_id in (job, NOT_THERE, "\0"):
                socket.send_json({"type": message, "job_id": job_id, "after": 0})
                told = socket.receive_json()
                assert told["type"] == "error", told
                assert "There is no such job." in str(told), told
        socket.send_json({"type": "ping"})
        assert socket.receive_json()["type"] == "pong"
    assert world.get(world.ada, f"/api/jobs/{job}")["status"] == "pending"


def test_unknown_addresses_are_json_whatever_is_asked(world: World) -> None:
    for path in ("/api/nothing", "/api/", "/api/history/a/b/c", "/api/admin/nothing"):
        for method in ("GET", "POST", "DELETE"):
            answer = world.client.request(method, path, headers=world.ada)
            assert_refused(answer, 404, "There is nothing at this address.", "not_found", (method, path))


def test_an_address_says_which_methods_it_takes(world: World) -> None:
    for path in {path for _, path in RECIPES}:
        # an address can be one of another's ids: `sessions/revoke-others`
        there = {method for method, other in RECIPES if re.fullmatch(re.sub(r"{\w+}", "[^/]+", other), path)}
        there |= ALSO_TAKEN.get(path, set())
        taken = [method for method in METHODS if method in there]
        for method in {*METHODS, "OPTIONS", "TRACE"}.difference(taken):
            answer = world.client.request(method, path.replace("{", "").replace("}", ""), headers=world.ada)
            sentence = "This address does not take this method."
            assert_refused(answer, 405, sentence, "method_not_allowed", (method, path))
            assert answer.headers["allow"] == ", ".join(taken), (method, path)
