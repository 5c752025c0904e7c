"""The page may call models on the machine that it is looked at on: with Studio alone, and nothing beside."""

from typing import Any

from fastapi.testclient import TestClient

from tests.studio.conftest import MakeStudio


def sources(app: Any) -> str:
    policy = TestClient(app).get("/healthz").headers["content-security-policy"]
    return next(part for part in policy.split("; ") if part.startswith("connect-src"))


def test_the_page_may_call_this_machine_and_its_own_server(make_studio: MakeStudio) -> None:
    assert sources(make_studio()) == "connect-src 'self' http://localhost:* http://127.0.0.1:*"


def test_a_back_end_elsewhere_stands_before_it(make_studio: MakeStudio) -> None:
    app = make_studio(vite_backend_url="https://api.example/")
    assert sources(app) == "connect-src 'self' https://api.example http://localhost:* http://127.0.0.1:*"
