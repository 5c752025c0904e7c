"""A client who is signed in and expects each answer to have a status."""

from typing import Any

from fastapi.testclient import TestClient


class SettingsClient:
    """Asks as one user."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Return what is answered, read."""
        answer = self._client.request(method, path, headers=self._headers, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any, status: int) -> str:
        """Return the sentence of an error."""
        told = self.ask(method, path, body, status)
        assert told["detail"] == told["error"]
        return told["detail"]

    def post_text(self, path: str, text: str) -> tuple[int, Any]:
        """Send a body that is JSON to Python alone."""
        headers = {**self._headers, "Content-Type": "application/json"}
        answer = self._client.post(path, headers=headers, content=text)
        return answer.status_code, answer.json()

    def answer(self, method: str, path: str, **sent: Any) -> Any:
        """Return the whole answer, whatever it is; `content` and `headers` are sent as they are."""
        headers = {**self._headers, **sent.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **sent)
