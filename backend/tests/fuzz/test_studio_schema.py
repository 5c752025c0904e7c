"""Schemathesis asks Studio what its description allows and forbids, as a user, an administrator and nobody."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from src.api.server import create_backend
from tests.fuzz.conftest import NOW, serving
from tests.settings import settings as configured
from tests.studio.conftest import PASSWORD, SECRET

WHO = ["admin", "user", "nobody"]


def description() -> dict[str, Any]:
    """Return what an app with Studio says of it."""
    app = create_backend(configured(studio=True, studio_database_url="sqlite://", studio_secret=SECRET))
    described = app.openapi()
    app.state.studio.close()
    app.state.leaderboard.close()
    return described


schema = schemathesis.openapi.from_dict(description()).include(tag="studio")

# Which models, jobs and runs there are, and what fits together, is not the schema's to say. What is not of the
# type it says and can be taken for it (0 for false, "2" for 2) is taken, as earlier clients know it.
LEFT_OUT: list[Any] = [positive_data_acceptance, negative_data_rejection]
# Of these an address may be one of another's, too: /api/profiles/x/set-default is /api/profiles/{model_id}.
SHARED = ("/api/profiles/", "/api/auth/sessions/", "/api/tool-suites/")
OF_METHODS: list[Any] = [allow_header_conformance, unsupported_method]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server whose jobs wait for good."""
    database = f"sqlite:///{tmp_path_factory.mktemp('studio') / 'studio.db'}"
    app = create_backend(
        configured(studio=True, studio_database_url=database, studio_secret=SECRET, studio_workers=0),
        clock=lambda: NOW,
    )
    with serving(app, lifespan="on") as base_url:
        yield base_url


@pytest.fixture(scope="module")
def headers(studio: str) -> dict[str, dict[str, str]]:
    """Return what each of them asks with."""
    given: dict[str, dict[str, str]] = {"nobody": {}}
    for who in ("admin", "user"):
        account = {"email": f"{who}@example.com", "password": PASSWORD}
        answer = httpx2.post(f"{studio}/api/auth/register", json=account)
        given[who] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return given


@pytest.mark.parametrize("who", WHO)
@schema.parametrize()
@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(
    case: schemathesis.Case, studio: str, headers: dict[str, dict[str, str]], who: str
) -> None:
    left_out = [*LEFT_OUT, *(OF_METHODS if case.path.startswith(SHARED) else [])]
    response = case.call_and_validate(base_url=studio, headers=headers[who], excluded_checks=left_out)
    assert response.headers["x-request-id"]
