"""Every way in which a gateway refuses is a kind of `GatewayError` with a sentence of the dashboard's own."""

from typing import Any

import pytest

from src.client import errors
from src.client.errors import GatewayError
from tests.fake_gateway.faults import proxy_error
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")

DETAIL = {"detail": {"error": "Team doesn't exist"}}
LIST = {"detail": [{"type": "missing", "loc": ["query", "start_date"], "msg": "Field required"}]}
HTML = "<html><h1>Sign in</h1></html>"

REFUSALS: list[tuple[int, Any, type[GatewayError]]] = [
    (
        401,
        proxy_error(401, "Authentication Error, Invalid proxy server token passed"),
        errors.GatewayRejectedKeyError,
    ),
    (401, proxy_error(401, "Authentication Error - Expired Key"), errors.GatewayRejectedKeyError),
    (401, "", errors.GatewayRejectedKeyError),
    (401, proxy_error(401, "Only proxy admins. Your user role=internal_user"), errors.GatewayForbiddenError),
    (401, {"detail": {"error": "Only proxy admins. Your role=unknown"}}, errors.GatewayForbiddenError),
    (403, DETAIL, errors.GatewayForbiddenError),
    (403, HTML, errors.GatewayForbiddenError),
    (404, DETAIL, errors.GatewayForbiddenError),
    (404, proxy_error(404, "Team doesn't exist"), errors.GatewayForbiddenError),
    (404, {"detail": "Not Found"}, errors.GatewayInvalidResponseError),
    (404, HTML, errors.GatewayInvalidResponseError),
    (404, "", errors.GatewayInvalidResponseError),
    (400, {"detail": {"error": "start_date and end_date must be valid"}}, errors.GatewayInvalidResponseError),
    (422, LIST, errors.GatewayInvalidResponseError),
    (405, {"detail": "Method Not Allowed"}, errors.GatewayInvalidResponseError),
    (429, proxy_error(429, "Too many requests"), errors.GatewayRateLimitedError),
    (500, proxy_error(500, "Internal Server Error"), errors.GatewayUnavailableError),
    (500, "", errors.GatewayUnavailableError),
    (502, HTML, errors.GatewayUnavailableError),
    (503, {"detail": "No connected db."}, errors.GatewayUnavailableError),
    (504, HTML, errors.GatewayTimeoutError),
    (529, HTML, errors.GatewayUnavailableError),
    (204, "", errors.GatewayInvalidResponseError),
    (200, HTML, errors.GatewayInvalidResponseError),
    (200, "", errors.GatewayInvalidResponseError),
    (200, '[{"team_id": "re', errors.GatewayInvalidResponseError),
    (200, b"\xff\xfe\x00", errors.GatewayInvalidResponseError),
    (200, {"error": "none"}, errors.GatewayInvalidResponseError),
    (200, "null", errors.GatewayInvalidResponseError),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
def test_a_refusal_is_of_a_kind(gateway: FakeGateway, status: int, body: Any, kind: type[GatewayError]) -> None:
    gateway.fail(status, body)
    with pytest.raises(GatewayError) as caught:
        gateway.client().fetch_teams()
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert str(caught.value).endswith(".")


def test_a_wrong_key_is_a_rejected_key(gateway: FakeGateway) -> None:
    with pytest.raises(errors.GatewayRejectedKeyError, match="LITELLM_API_KEY"):
        gateway.client("sk-another-key").fetch_teams()


def test_a_key_that_may_not_list_teams_is_forbidden_and_not_rejected(gateway: FakeGateway) -> None:
    gateway.knows.may_list_teams = False
    with pytest.raises(errors.GatewayForbiddenError, match="admin viewer"):
        gateway.client().fetch_teams()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(gateway: FakeGateway, status: int) -> None:
    with FakeGateway() as elsewhere:
        gateway.fail(status, headers={"Location": f"{elsewhere.base_url}/team/list"})
        with pytest.raises(errors.GatewayInvalidResponseError, match="LITELLM_BASE_URL"):
            gateway.client().fetch_teams()
        assert elsewhere.requests == []
    assert len(gateway.requests) == 1


def test_errors_are_not_repeated_where_that_cannot_help(gateway: FakeGateway) -> None:
    gateway.fail(403)
    with pytest.raises(errors.GatewayForbiddenError):
        gateway.client().fetch_teams()
    assert len(gateway.requests) == 1
