"""Studio in front of a model server whose answers are scripted, with suites, and jobs that run here."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.studio.llm.egress import EgressPolicy
from src.studio.tool_eval.handler import ToolEvalHandler
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import KEY, JobHere, Studio
from tests.studio.conftest import MakeStudio
from tests.studio.llm_mock import LlmMock

HISTORY = "/api/tool-eval/history"


def tool(name: str, **properties: Any) -> dict[str, Any]:
    """Return a tool whose arguments are all required."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


TEXT = {"type": "string"}
TOOLS = [tool("get_weather", city=TEXT), tool("send_mail", to=TEXT, subject=TEXT)]


def calls(name: str, **arguments: Any) -> list[dict[str, Any]]:
    """Return one call that is expected."""
    return [{"tool": name, "arguments": arguments}]


WEATHER = {
    "name": "weather",
    "prompt": "How is the weather in Oslo?",
    "expected_calls": calls("get_weather", city="Oslo"),
}
MAIL = {
    "name": "mail",
    "prompt": "Write to Ann about lunch.",
    "expected_calls": calls("send_mail", to="Ann", subject="lunch"),
    "category": "mail",
}
CHAT = {"name": "chat", "prompt": "Who are you?", "should_call_tool": False, "category": "irrelevance"}


def answers(prompt: str, *made: tuple[str, Any], model: str | None = None, **reply: Any) -> dict[str, Any]:
    """Return a rule of the model server: whoever says this is answered with these calls."""
    match = {"prompt_contains": prompt} | ({"model": model} if model else {})
    told = [{"name": name, "arguments": arguments} for name, arguments in made]
    return {"match": match, "reply": ({"tool_calls": told} if told else {}) | reply}


RIGHT = [
    answers("weather in Oslo", ("get_weather", {"city": "Oslo"})),
    answers("Ann about lunch", ("send_mail", {"to": "Ann", "subject": "lunch"})),
    answers("Who are you", content="A model."),
]


class Evals(Studio):
    """A client that is signed in, with suites and runs of them."""

    def suite(self, *cases: dict[str, Any], tools: Any = TOOLS, **fields: Any) -> str:
        """Keep a suite and return its id."""
        suite_id = self.send("POST", "/api/tool-suites", {"name": "Office", "tools": tools, **fields})["suite_id"]
        if cases:
            self.send("POST", f"/api/tool-suites/{suite_id}/cases", {"cases": list(cases)})
        return suite_id

    def wish(self, suite_id: str, *models: str, **changes: Any) -> dict[str, Any]:
        """Return a wish for a run."""
        targets = [{"provider_key": "gateway", "model_id": model} for model in models or ("fast",)]
        return {"suite_id": suite_id, "targets": targets, "tool_choice": "auto", **changes}

    def ask(self, suite_id: str, *models: str, **changes: Any) -> str:
        """Ask for a run and return its id."""
        return self.send("POST", "/api/tool-eval", self.wish(suite_id, *models, **changes))["job_id"]

    @property
    def evals(self) -> ToolEvalHandler:
        """What runs runs."""
        services = self.services
        policy = EgressPolicy()
        return ToolEvalHandler(self.database, services.providers, services.tool_suites, services.clock, policy)

    def job(self, run_id: str, attempt: int = 1) -> JobHere:
        """Return a run as the worker has it."""
        return JobHere(self.database, self.user_id, run_id, attempt)

    def finish(self, run_id: str, state: str = "done", error: str | None = None) -> None:
        """End a run, as the worker does."""
        with self.database.writing() as connection:
            self.evals.ended(connection, run_id, state, error)
        self.evals.settle()

    def carry_out(self, run_id: str, attempt: int = 1) -> JobHere:
        """Run it to its end, as the worker does."""
        job = self.job(run_id, attempt)
        asyncio.run(self.evals.run(job))
        self.finish(run_id)
        return job

    def asked(self, suite_id: str, *models: str, **changes: Any) -> dict[str, Any]:
        """Ask for a run, carry it out, and return what it came to."""
        run_id = self.ask(suite_id, *models, **changes)
        self.carry_out(run_id)
        return self.get(f"{HISTORY}/{run_id}")

    def script(self, mock: LlmMock, *rules: dict[str, Any]) -> None:
        """Have the model server answer by these rules."""
        request = urllib.request.Request(f"{mock.base_url}/_script", data=json.dumps(rules).encode())  # noqa: S310 - our own
        urllib.request.urlopen(request).close()  # noqa: S310 - our own


@pytest.fixture
def evals(make_studio: MakeStudio, store_url: str, mock: LlmMock, clock: SettableClock) -> Iterator[Evals]:
    """Return Studio in front of the model server, which answers rightly."""
    mock.reset()
    app = make_studio(
        studio_database_url=store_url, litellm_base_url=mock.base_url, studio_gateway_api_key=KEY, studio_workers=0
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        evals = Evals(client, app.state.studio)
        many = {"benchmarks_per_hour": 1000, "max_concurrent": 50}
        evals.send("PUT", f"/api/admin/users/{evals.user_id}/rate-limit", many)
        evals.script(mock, *RIGHT)
        yield evals
