"""What the client sends, and that neither the key nor the gateway's address gets out of it."""

import datetime as dt
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from src.client.api_client import LiteLLMAPI
from src.client.errors import GatewayError
from tests.days import MONDAY, day, utc
from tests.fake_gateway.faults import proxy_error
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")

SECRET = "sk-very-secret"
MIDNIGHT = utc(f"{MONDAY}T00:00:00")

CALLS: dict[str, Callable[[LiteLLMAPI], Any]] = {
    "teams": LiteLLMAPI.fetch_teams,
    "models": LiteLLMAPI.fetch_model_info,
    "activity": lambda client: client.fetch_team_daily_activity(["red"], day(MONDAY), day(MONDAY)),
    "logs": lambda client: list(client.fetch_spend_logs(MIDNIGHT, MIDNIGHT + dt.timedelta(days=1))),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def quoting(gateway: FakeGateway) -> str:
    return f"key {SECRET} at {gateway.base_url}/team/list"


FAULTS: dict[str, Callable[[FakeGateway], None]] = {
    "401": lambda gateway: gateway.fail(401, proxy_error(401, quoting(gateway))),
    "403": lambda gateway: gateway.fail(403, {"detail": {"error": quoting(gateway)}}),
    "404": lambda gateway: gateway.fail(404, quoting(gateway)),
    "429": lambda gateway: gateway.fail(429, quoting(gateway), headers={"Retry-After": "999"}),
    "500": lambda gateway: gateway.fail(500, quoting(gateway)),
    "504": lambda gateway: gateway.fail(504, quoting(gateway)),
    "html": lambda gateway: gateway.fail(200, f"<a href='{gateway.base_url}'>{SECRET}</a>"),
    "json": lambda gateway: gateway.fail(200, {"results": quoting(gateway), "data": quoting(gateway)}),
    "redirect": lambda gateway: gateway.fail(302, headers={"Location": gateway.base_url}),
    "dropped": lambda gateway: gateway.fail(drop=True),
    "truncated": lambda gateway: gateway.fail(200, quoting(gateway), missing_bytes=10),
}


@every_call
def test_only_reads_are_sent_and_each_carries_the_key(
    gateway: FakeGateway, call: Callable[[LiteLLMAPI], Any]
) -> None:
    call(gateway.client())
    assert {request.method for request in gateway.requests} == {"GET"}
    assert {request.headers["authorization"] for request in gateway.requests} == {
        f"Bearer {gateway.knows.api_key}"
    }
    assert gateway.knows.api_key not in "".join(request.target for request in gateway.requests)


@every_call
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_error_tells_the_key_or_the_address(
    gateway: FakeGateway,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[FakeGateway], None],
    call: Callable[[LiteLLMAPI], Any],
) -> None:
    caplog.set_level("INFO")
    fault(gateway)
    with pytest.raises(GatewayError) as caught:
        call(gateway.client(SECRET))
    said = [*traceback.format_exception(caught.value), repr(caught.value), repr(vars(caught.value)), caplog.text]
    for secret in (SECRET, gateway.address, "127.0.0.1"):
        assert secret not in "".join(said)


def test_the_client_itself_shows_nothing(gateway: FakeGateway) -> None:
    shown = repr(gateway.client(SECRET)) + str(gateway.client(SECRET))
    assert SECRET not in shown
    assert gateway.address not in shown


def test_a_netrc_entry_does_not_replace_the_key(
    gateway: FakeGateway, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    gateway.client().fetch_teams()
    assert gateway.requests[0].headers["authorization"] == f"Bearer {gateway.knows.api_key}"


def test_clients_are_equal_when_gateway_and_key_are(gateway: FakeGateway) -> None:
    one, same = gateway.client("sk-a"), LiteLLMAPI(f"{gateway.base_url}/", "sk-a")
    other_key, other_place = gateway.client("sk-b"), LiteLLMAPI(f"{gateway.base_url}/prefix", "sk-a")
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, other_key, other_place}) == 3
    assert one != "sk-a"


def test_a_gateway_below_a_path_is_asked_there(gateway: FakeGateway) -> None:
    client = LiteLLMAPI(f"{gateway.base_url}/litellm/", gateway.knows.api_key)
    with pytest.raises(GatewayError):
        client.fetch_teams()
    assert gateway.paths == ["/litellm/team/list"]
    client.close()


@every_call
def test_a_gateway_that_cannot_be_reached_is_not_named_in_the_log(
    no_proxies: None, call: Callable[[LiteLLMAPI], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client = LiteLLMAPI("http://127.0.0.1:1", SECRET)
    with pytest.raises(GatewayError):
        call(client)
    client.close()
    assert "127.0.0.1" not in caplog.text
