"""Large answers are read when there is room for them, and one that breaks off is an error and makes room."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from src.client.errors import GatewayUnavailableError
from src.core.memory import LARGE_ANSWERS
from tests.days import MONDAY, day, used
from tests.fake_gateway.server import FakeGateway

ACTIVITY = "/team/daily/activity"


@pytest.fixture
def client(gateway: FakeGateway) -> Any:
    gateway.knows.rows = [used("red", "k", "gpt", 1)]
    return gateway.client()


def tokens(client: Any) -> int:
    rows = client.fetch_usage_rows(None, day(MONDAY), day(MONDAY))
    return rows.by_team_key["prompt_tokens"].sum()


def test_an_answer_waits_until_there_is_room_for_it(client: Any) -> None:
    with ThreadPoolExecutor() as pool:
        with LARGE_ANSWERS, LARGE_ANSWERS:
            reading = pool.submit(tokens, client)
            with pytest.raises(TimeoutError):
                reading.result(0.3)
        assert reading.result(30) == 1


def test_an_answer_that_breaks_off_is_an_error_and_makes_room(gateway: FakeGateway, client: Any) -> None:
    gateway.fail(body={"results": []}, missing_bytes=10, path=ACTIVITY, times=3)
    for _ in range(3):
        with pytest.raises(GatewayUnavailableError):
            tokens(client)
    assert tokens(client) == 1
