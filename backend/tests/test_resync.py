"""`app.py resync` puts what the gateway tells now in place of what was kept, whatever that was."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.api.server import create_backend
from src.core.errors import ConfigurationError, InvalidRangeError
from src.resync import resync
from src.settings import Settings
from tests.days import MONDAY, TUESDAY, used
from tests.fake_gateway.server import FakeGateway
from tests.settings import settings

pytestmark = pytest.mark.usefixtures("pauses")

RANGE = {"start_date": MONDAY, "end_date": TUESDAY}


@pytest.fixture
def configured(gateway: FakeGateway, tmp_path: Path) -> Settings:
    """Return settings with a store that has Monday and Tuesday."""
    gateway.knows.teams = {"red": "Red"}
    gateway.knows.rows = [used("red", "k", "gpt", 1), used("red", "k", "gpt", 2, date=TUESDAY)]
    given = settings(
        litellm_base_url=gateway.base_url,
        litellm_api_key=gateway.knows.api_key,
        usage_store_url=f"sqlite:///{tmp_path / 'usage.db'}",
        sync_days=0,
    )
    assert totals(given)["tokens"] == 3
    return given


def totals(given: Settings) -> dict[str, Any]:
    """Return what a dashboard tells that starts now."""
    with TestClient(create_backend(given)) as client:
        return client.get("/tokens", params=RANGE).json()["meta"]["totals"]


def fetched(given: Settings, first: str, last: str) -> int:
    """Return how many days were fetched anew, which are all of them."""
    days, missing = resync(given, first, last)
    assert missing == []
    return len(days)


def test_days_that_were_corrected_are_right_afterwards(gateway: FakeGateway, configured: Settings) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 10), used("red", "k", "gpt", 20, date=TUESDAY)]
    assert totals(configured)["tokens"] == 3
    assert fetched(configured, TUESDAY, TUESDAY) == 1
    assert totals(configured)["tokens"] == 1 + 20
    assert fetched(configured, MONDAY, TUESDAY) == 2
    assert totals(configured)["tokens"] == 30


def test_of_another_database_the_days_asked_for_are_kept_and_none_of_the_former_one(
    gateway: FakeGateway, configured: Settings
) -> None:
    gateway.knows.rows = [used("red", "k", "gpt", 10), used("red", "k", "gpt", 20, date=TUESDAY)]
    gateway.knows.created["red"] = "2025-03-01T00:00:00"
    assert fetched(configured, TUESDAY, TUESDAY) == 1
    assert totals(configured)["tokens"] == 30


def test_what_cannot_be_done_is_told(configured: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidRangeError):
        resync(configured, TUESDAY, MONDAY)
    for url in ("memory", f"sqlite:///{tmp_path}"):
        with pytest.raises(ConfigurationError, match=r"^USAGE_STORE_URL: "):
            resync(settings(usage_store_url=url), MONDAY, MONDAY)
