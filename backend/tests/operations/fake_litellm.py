"""LiteLLM's management endpoints in memory; answers and refusals have the shapes of 1.95 and 1.106."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ADMIN_KEY = "sk-the-admins-own-key"
DAYS = {"h": 1 / 24, "d": 1, "w": 7, "mo": 30}


class RefusedError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str, kind: str = "internal_server_error") -> None:
        super().__init__(message)
        self.status, self.body = (
            status,
            {"error": {"message": message, "type": kind, "param": None, "code": str(status)}},
        )


@dataclass
class FakeLiteLLM:
    """What the gateway knows, and what it was asked. `fault` answers instead, where it returns something."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    teams: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    fault: Callable[[str], tuple[int, dict[str, str], bytes] | None] = lambda _path: None
    base_url: str = ""

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> Any:
        """Return what LiteLLM answers with; raises `RefusedError`."""
        endpoints = {
            ("GET", "/user/info"): lambda: self._user_info(query["user_id"]),
            ("POST", "/user/new"): lambda: self._user_new(body),
            ("GET", "/team/list"): lambda: list(self.teams.values()),
            ("POST", "/team/new"): lambda: self._team_new(body),
            ("POST", "/team/member_add"): lambda: self._member_add(body),
            ("POST", "/key/generate"): lambda: self._key_generate(body),
            ("POST", "/key/delete"): lambda: self._key_delete(body),
        }
        return endpoints[method, path]()

    def key_of(self, secret: str) -> dict[str, Any] | None:
        """Return the row of a key, if it still works."""
        return self.keys.get(hashlib.sha256(secret.encode()).hexdigest())

    def _user_info(self, user_id: str) -> Any:
        if user_id not in self.users:
            raise RefusedError(404, f"User {user_id} not found")
        keys = [row for row in self.keys.values() if row["user_id"] == user_id]
        return {"user_id": user_id, "user_info": self.users[user_id], "keys": keys, "teams": []}

    def _user_new(self, body: dict[str, Any]) -> Any:
        if body["user_id"] in self.users:
            raise RefusedError(409, f"{{'error': 'User with id {body['user_id']} already exists'}}")
        assert body["auto_create_key"] is False, "LiteLLM would make a key without an end"
        self.users[body["user_id"]] = body
        return {**body, "key": ""}

    def _team_new(self, body: dict[str, Any]) -> Any:
        if body["team_id"] in self.teams:
            message = f"Team id = {body['team_id']} already exists. Please use a different team id."
            raise RefusedError(400, str({"error": message}))
        admin = {"user_id": "default_user_id", "user_email": None, "role": "admin"}
        self.teams[body["team_id"]] = {**body, "members_with_roles": [admin]}
        return self.teams[body["team_id"]]

    def _member_add(self, body: dict[str, Any]) -> Any:
        members = self.teams[body["team_id"]]["members_with_roles"]
        if any(member["user_id"] == body["member"]["user_id"] for member in members):
            raise RefusedError(400, "User already in team. Member: …", "team_member_already_in_team")
        members.append({**body["member"], "user_email": None})
        return self.teams[body["team_id"]]

    def _key_generate(self, body: dict[str, Any]) -> Any:
        if any(row["key_alias"] == body["key_alias"] for row in self.keys.values()):
            message = f"Key with alias '{body['key_alias']}' already exists."
            raise RefusedError(400, message, "bad_request_error")
        secret = f"sk-{secrets.token_urlsafe(16)}"
        days = next(
            n * int(number)
            for unit, n in DAYS.items()
            if (number := body["duration"].removesuffix(unit)).isdigit()
        )
        row = {"team_id": None, **body, "token": hashlib.sha256(secret.encode()).hexdigest(), "blocked": None}
        row["expires"] = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        self.keys[row["token"]] = row
        return {**body, "key": secret, "expires": row["expires"]}

    def _key_delete(self, body: dict[str, Any]) -> Any:
        hashes = [
            hashlib.sha256(key.encode()).hexdigest() if key.startswith("sk-") else key for key in body["keys"]
        ]
        if not any(self.keys.pop(token, None) for token in hashes):
            raise RefusedError(404, "{'error': 'No keys found'}")
        return {"deleted_keys": body["keys"]}


class Handler(BaseHTTPRequestHandler):
    """HTTP in front of it."""

    gateway: FakeLiteLLM

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_GET  # noqa: N815 - the base class looks for these names

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.gateway.requests.append(f"{self.command} {parts.path}")
        fault = self.gateway.fault(parts.path)
        status, headers, body = fault or self._judge(parts.path, parts.query, text)
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _judge(self, path: str, query: str, text: bytes) -> tuple[int, dict[str, str], bytes]:
        try:
            if self.headers["Authorization"] != f"Bearer {ADMIN_KEY}":
                message = "Authentication Error, Invalid proxy server token passed."
                raise RefusedError(401, message, "token_not_found_in_db")  # noqa: TRY301
            flat = {name: values[0] for name, values in parse_qs(query).items()}
            answer = self.gateway.answer(self.command, path, flat, json.loads(text or b"{}"))
        except RefusedError as refused:
            return refused.status, {}, json.dumps(refused.body).encode()
        return 200, {}, json.dumps(answer).encode()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so named in the base class
        """Say nothing."""


@contextmanager
def fake_litellm() -> Generator[FakeLiteLLM]:
    """Serve a gateway that knows nobody yet."""
    gateway = FakeLiteLLM()
    handler = type("GatewayHandler", (Handler,), {"gateway": gateway})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        gateway.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield gateway
        server.shutdown()
        thread.join()
