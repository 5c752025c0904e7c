"""Requests that are longer than any that is meant are refused before anything reads them."""

import pytest
from fastapi.testclient import TestClient

from src.core.http.guards import MAX_ADDRESS_BYTES, MAX_HEADER_BYTES
from tests.api.dataset import ENDPOINTS, RANGE
from tests.api.test_error_table import assert_error
from tests.fake_gateway.server import FakeGateway

ADDRESS = "The address is longer than 8,192 bytes. Ask for less at once."
HEADERS = "The headers are longer than 16,384 bytes. Send fewer cookies."


@pytest.mark.parametrize("path", [*ENDPOINTS, "/config", "/leaderboard", "/nothing"])
def test_a_long_query_is_refused(api: TestClient, gateway: FakeGateway, path: str) -> None:
    query = f"x={'é' * MAX_ADDRESS_BYTES}"
    assert_error(api.get(f"{path}?{query}"), 414, "address_too_long", ADDRESS)
    assert gateway.requests == []


def test_a_long_path_is_refused(api: TestClient) -> None:
    assert_error(api.get("/" + "x" * MAX_ADDRESS_BYTES), 414, "address_too_long", ADDRESS)


def test_path_and_query_may_have_so_many_bytes_together_and_not_one_more(api: TestClient) -> None:
    longest = "x" * (MAX_ADDRESS_BYTES - len("/health"))
    assert api.get(f"/health?{longest}").status_code == 200
    assert api.get(f"/health?{longest}x").status_code == 414


def test_long_headers_are_refused(api: TestClient, gateway: FakeGateway) -> None:
    cookies = {f"Cookie-{number}": "x" * 1000 for number in range(1 + MAX_HEADER_BYTES // 1000)}
    assert_error(api.get("/tokens", params=RANGE, headers=cookies), 431, "headers_too_long", HEADERS)
    assert gateway.requests == []


def test_many_cookies_and_a_long_token_are_no_reason(api: TestClient) -> None:
    sent = {"Cookie": "x" * 8000, "Authorization": f"Bearer {'x' * 4000}"}
    assert api.get("/tokens", params=RANGE, headers=sent).status_code == 200
