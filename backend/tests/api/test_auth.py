"""The dashboard's own token: asked for by every `/tokens*` call where one is set, and by nothing else."""

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.dataset import ENDPOINTS, RANGE
from tests.api.test_error_table import assert_error
from tests.fake_gateway.server import FakeGateway

TOKEN = "a-token:with/signs+and=more"
ASKED = "This dashboard asks for a token. Send it as 'Authorization: Bearer' followed by the token."


@pytest.fixture
def guarded(make_app: MakeApp, gateway: FakeGateway) -> TestClient:
    return TestClient(make_app(gateway.client(), server_basic_auth_token=TOKEN), raise_server_exceptions=False)


WRONG: list[bytes | None] = [
    None,
    b"",
    b"Bearer",
    b"Bearer ",
    b"Bearer wrong",
    b"Bearer " + TOKEN[:-1].encode(),
    b"Bearer " + TOKEN.encode() + b"x",
    b"Bearer " + TOKEN.upper().encode(),
    TOKEN.encode(),
    b"Basic " + TOKEN.encode(),
    b"Token " + TOKEN.encode(),
    b"Bearer t\xc3\xb6k\xc3\xa9n",
    b"Bearer \xff\xfe",
]


@pytest.mark.parametrize("given", WRONG)
def test_a_missing_or_wrong_token_is_refused(
    guarded: TestClient, gateway: FakeGateway, given: bytes | None
) -> None:
    headers = {} if given is None else {b"Authorization": given}
    response = guarded.get("/tokens", params=RANGE, headers=headers)
    assert_error(response, 401, "unauthorized", ASKED)
    assert response.headers["www-authenticate"] == "Bearer"
    assert gateway.requests == []


@pytest.mark.parametrize("path", ENDPOINTS)
def test_every_report_asks_for_the_token(guarded: TestClient, path: str) -> None:
    assert guarded.get(path, params=RANGE).status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get(path, params=RANGE, headers=headers).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_in_any_case(guarded: TestClient, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {TOKEN}"}
    assert guarded.get("/tokens", params=RANGE, headers=headers).status_code == 200


def test_the_token_comes_before_everything_else_that_may_be_wrong(guarded: TestClient) -> None:
    assert guarded.get("/tokens", params={"start_date": "x"}).status_code == 401


def test_the_token_is_no_parameter(guarded: TestClient) -> None:
    assert guarded.get("/tokens", params={**RANGE, "authorization": f"Bearer {TOKEN}"}).status_code == 401


@pytest.mark.parametrize("path", ["/config", "/health", "/ready"])
def test_what_the_page_and_a_probe_need_asks_for_no_token(guarded: TestClient, path: str) -> None:
    response = guarded.get(path)
    assert response.status_code == 200
    assert TOKEN not in response.text


def test_without_a_token_none_is_asked_for(api: TestClient) -> None:
    assert api.get("/tokens", params=RANGE).status_code == 200
    assert api.get("/tokens", params=RANGE, headers={"Authorization": "Bearer any"}).status_code == 200
