"""The live gateway made to fail, where it is LiteLLM behind a harness that can do that."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tests.contract.dashboard import Dashboard, Gateway
from tests.contract.period import Period


@dataclass(frozen=True)
class FaultyGateway:
    """A gateway that does as it is told, and a day to ask about while it does."""

    gateway: Gateway
    day: Period

    def inject(self, **rule: Any) -> None:
        """Make the gateway follow a rule until the next one; none makes it well."""
        address = f"{self.gateway.base_url}/_control"
        request = Request(address, json.dumps(rule).encode(), method="POST")  # noqa: S310 - http alone
        with urlopen(request, timeout=10):  # noqa: S310
            pass

    def dashboard(self, **settings: Any) -> Dashboard:
        """Return a dashboard that has fetched nothing yet."""
        return Dashboard(self.gateway, **settings)

    def assert_error(self, dashboard: Dashboard, path: str, status: int, code: str) -> None:
        """Check an answer's status and code, and that its sentence gives nothing away."""
        response = dashboard.ask(path, self.day)
        body = response.json()
        assert (response.status_code, body.get("code")) == (status, code), body
        assert body["request_id"]
        assert " " in body["detail"]
        assert body["detail"].endswith(".")
        for secret in (self.gateway.api_key, urlsplit(self.gateway.base_url).netloc, "Traceback"):
            assert secret not in response.text
