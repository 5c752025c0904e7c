"""The dashboard under test, run in this process against the live gateway, and what it answers."""

from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from fastapi.testclient import TestClient

from src.api.server import create_backend
from src.settings import Settings
from src.utils.common import IN_MEMORY
from tests.contract.period import Period

if TYPE_CHECKING:
    from httpx2 import Response

RANGE_ENDPOINTS = (
    "/tokens",
    "/tokens/timeseries",
    "/tokens/models",
    "/tokens/success-rate",
    "/tokens/cost-efficiency",
)
ENDPOINTS = (*RANGE_ENDPOINTS, "/tokens/hourly")
LONGEST_WAIT = 120.0
"""Seconds that a range may take to be whole: an answer after ten seconds holds what is there by then."""


@dataclass(frozen=True)
class Gateway:
    """A live gateway: its address, an admin's key, its database, and whether a test may make it fail."""

    base_url: str
    api_key: str
    database_url: str
    may_disturb: bool


class Dashboard:
    """Asks an app of its own, with nothing kept from another one."""

    def __init__(self, gateway: Gateway, **settings: Any) -> None:
        # defaults are given too, so that the environment of the run has no say
        values: dict[str, Any] = {name: field.default for name, field in Settings.model_fields.items()}
        values["usage_store_url"] = IN_MEMORY
        values |= {"litellm_base_url": gateway.base_url, "litellm_api_key": gateway.api_key, **settings}
        app = create_backend(Settings(**values, _env_file=None))
        self._client = TestClient(app, raise_server_exceptions=False)

    def ask(self, path: str, period: Period, **params: str) -> "Response":
        """Return the raw response, whatever its status."""
        return self._client.get(path, params=period.params | params)

    def get(self, path: str, period: Period, **params: str) -> dict[str, Any]:
        """Return the body of a 200 that has every day."""
        latest = monotonic() + LONGEST_WAIT
        while True:
            response = self.ask(path, period, **params)
            asked = f"{path} {period} {params}"
            assert response.status_code == 200, f"{asked}: {response.status_code} {response.text}"
            body = response.json()
            if not body["meta"]["missing_days"]:
                return body
            assert monotonic() < latest, f"{asked}: still not whole: {body['meta']}"
            sleep(0.2)

    def csv(self, path: str, period: Period) -> str:
        """Return the same answer, whole, as CSV without its byte order mark."""
        self.get(path, period)
        response = self.ask(path, period, format="csv")
        assert response.status_code == 200, f"{path} {period} as CSV: {response.status_code} {response.text}"
        assert response.headers["content-type"].startswith("text/csv")
        return response.content.decode("utf-8-sig")
