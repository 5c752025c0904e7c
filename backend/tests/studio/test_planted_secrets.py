"""Secrets planted wherever Studio has them, and a gateway that quotes what it is sent: none of them is told.

A server and its worker run as they do for people, with the most talkative log. What is told is all of it: answers,
exports, events, the log, and what lies in files.
"""

import contextlib
import json
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx2
import pytest
from websockets.sync.client import connect

from tests.studio.providers.conftest import deployment
from tests.test_cli import top_level
from tests.test_serving import Serve, Server, serve

__all__ = ["serve", "top_level"]

# Like no key that is known: nothing but being ours gives it away.
KEY, LEADERBOARD_KEY = "planted.Gateway~Key/7f3a91", "planted.Leaderboard~Key/55c2"
OWN_KEY = "planted.Own~Key/c04e7d"
PASSWORD, OTHER_PASSWORD = "planted pass phrase of ada", "planted pass phrase of root"
SETUP_CODE, AGENT, PROMPT, LABEL = "planted-setup-code", "planted-agent", "planted-prompt", "planted-label"
ADA, ROOT = "planted-ada@example.com", "planted-root@example.com"
SECRET = "planted-studio-secret-of-more-than-32-bytes"
STREAM = ["quotes-in-stream", "quotes-in-answer"]
REFUSALS = ["quotes-as-json", "quotes-as-page", "quotes-as-text", "quotes-as-fields"]
MODELS = [*REFUSALS, *STREAM]


class QuotingGateway:
    """A gateway that says back whatever it is sent, each model in another way."""

    def __init__(self) -> None:
        handler = type("Handler", (_Handler,), {"gateway": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.base_url = f"http://{self.address}"
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    gateway: QuotingGateway

    def do_GET(self) -> None:
        if self.path == "/model/info":
            self._answer(200, "application/json", json.dumps({"data": [deployment(name) for name in MODELS]}))
        else:
            self._answer(500, "application/json", json.dumps({"error": {"message": self._quotation()}}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said, model = f"{self._quotation()} {body['messages']}", body.get("model", "")
        self.gateway.asked.append(model)
        match model:
            case "quotes-as-json":
                self._answer(401, "application/json", json.dumps({"error": {"message": said, "code": KEY}}))
            case "quotes-as-page":
                self._answer(502, "text/html", f"<html><title>{self._quotation()}</title>{said}</html>")
            case "quotes-as-text":
                self._answer(429, "text/plain", said)
            case "quotes-as-fields":
                self._answer(422, "application/json", json.dumps({"detail": [{"msg": said, "input": said}]}))
            case "quotes-in-stream":
                self._stream({"error": {"message": said}})
            case _:
                delta = {"content": said, "reasoning_content": said}
                finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": self.headers["Authorization"]}]}
                named = {"id": said, "model": said, "system_fingerprint": said}
                self._stream({**named, "choices": [{"index": 0, "delta": delta}]}, {**named, **finish})

    def _quotation(self) -> str:
        """Return all that the request's head has, and where it came to, also in other letters."""
        head = " ".join(f"{name}: {value}" for name, value in self.headers.items())
        asked = f"{self.gateway.base_url}{self.path} {self.gateway.base_url.upper()}/V1"
        return f"{head} key={self.headers['Authorization'].split()[-1]} at {asked}"

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Quoted", self.headers["Authorization"])
        self.send_header("X-Request-Id", self.headers["Authorization"])
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, *events: dict[str, Any]) -> None:
        self._answer(
            200, "text/event-stream", "".join(f"data: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        """Keep the output to what fails."""


@dataclass
class Visit:
    """What somebody was told, and the tokens that they had."""

    base_url: str
    told: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=lambda: {"User-Agent": AGENT, "X-Planted": AGENT})

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = httpx2.request(method, self.base_url + path, json=body, headers={**self.headers, **headers})
        self.told.append(f"{answer.text} {dict(answer.headers)}")
        return answer

    def sign_up(self, email: str, password: str) -> None:
        account = {"email": email, "password": password, "setup_code": SETUP_CODE, "invitation": SETUP_CODE}
        answer = self.ask("POST", "/api/auth/register", account)
        assert answer.status_code == 200, answer.text
        self.tokens += [answer.json()["access_token"], answer.cookies["refresh_token"]]
        self.headers["Authorization"] = f"Bearer {self.tokens[0]}"
        self.told.clear()  # whose they are may know them

    def events_of(self, job_id: str) -> None:
        """Take all events of a job, over a socket."""
        ticket = self.ask("POST", "/api/ws-ticket").json()["ticket"]
        self.told.pop()
        self.tokens.append(ticket)
        with connect(f"{self.base_url.replace('http', 'ws')}/ws?ticket={ticket}") as socket:
            socket.send(json.dumps({"type": "subscribe", "job_id": job_id, "after": 0}))
            while json.loads(message := str(socket.recv(30)))["type"] not in {"job_completed", "job_failed"}:
                self.told.append(message)
            self.told.append(message)
        with connect(f"{self.base_url.replace('http', 'ws')}/ws?token={self.tokens[0]}") as socket:
            self.told.append(str(socket.recv(30)))


@pytest.fixture
def quoting() -> Iterator[QuotingGateway]:
    with QuotingGateway() as gateway:
        yield gateway


@contextlib.contextmanager
def planted(serve: Serve, gateway: QuotingGateway, folder: Path) -> Generator[Server]:
    """Run a server with its worker, all secrets planted."""
    with serve(
        LITELLM_BASE_URL=gateway.base_url,
        LITELLM_API_KEY=LEADERBOARD_KEY,
        STUDIO_GATEWAY_API_KEY=KEY,
        STUDIO_SECRET=SECRET,
        STUDIO_DATABASE_URL=f"sqlite:///{folder / 'planted.db'}",
        LOG_LEVEL="debug",
    ) as server:
        yield server


def measured(visit: Visit, **changes: Any) -> str:
    """Run a benchmark to its end and ask for all that there is of it."""
    targets = [{"provider_key": "gateway", "model_id": model} for model in MODELS]
    asked = {"targets": targets, "prompt": PROMPT, "label": LABEL, "warmup": False, **changes}
    visit.ask("POST", "/api/benchmark/estimate", asked)
    job_id = visit.ask("POST", "/api/benchmark", asked).json()["job_id"]
    deadline = time.monotonic() + 120
    while visit.ask("GET", f"/api/jobs/{job_id}").json()["status"] not in {"done", "failed"}:
        assert time.monotonic() < deadline, visit.told[-1]
        visit.told.pop()
        time.sleep(0.1)
    for path in (
        f"/api/history/{job_id}",
        f"/api/history/{job_id}/records",
        "/api/history",
        "/api/jobs",
        "/api/config",
    ):
        visit.ask("GET", path)
    for path in (f"/api/export/run/{job_id}", "/api/export/history"):
        for form in ("csv", "json"):
            visit.ask("GET", f"{path}?format={form}")
    visit.events_of(job_id)
    return job_id


def keys_entered(visit: Visit) -> None:
    """Enter keys of one's own, rightly and wrongly, and ask for what there is of them."""
    for body in (
        {"provider_key": "openai", "value": OWN_KEY, "key_name": LABEL},
        {"provider_key": "openai", "api_key": OWN_KEY},
        {"provider_key": "openai", "value": f"{OWN_KEY}\n"},
        {"provider_key": "openai", "value": [OWN_KEY]},
        {"provider_key": "openai", "key_name": {"value": OWN_KEY}},
        {"provider_key": f"{OWN_KEY}/", "value": OWN_KEY},
        [OWN_KEY],
    ):
        visit.ask("PUT", "/api/keys", body)
    visit.ask("GET", "/api/keys")
    visit.ask("DELETE", "/api/keys", {"provider_key": OWN_KEY})


def refused(visit: Visit) -> None:
    """Ask for what is refused, with secrets where they may be and where they may not."""
    token, refresh_token, *_ = visit.tokens
    visit.ask("GET", "/api/auth/me", Authorization=f"Bearer {token}x")
    visit.ask("GET", f"/api/jobs/{token}?token={token}")
    visit.ask("GET", f"/api/jobs?status={token}", Authorization="")
    visit.ask("POST", "/api/auth/login", {"email": ADA, "password": f"{PASSWORD}!"})
    visit.ask("POST", "/api/auth/login", {"email": {"is": ADA}, "password": [PASSWORD]})
    visit.ask("POST", "/api/auth/register", {"email": ADA, "password": PASSWORD})
    visit.ask("POST", "/api/auth/refresh", Cookie=f"refresh_token={refresh_token}x")
    visit.ask(
        "POST", "/api/auth/logout", Origin=f"https://{SETUP_CODE}.example", Cookie=f"refresh_token={refresh_token}"
    )
    visit.ask("POST", "/api/benchmark", {"models": [KEY], "api_key": KEY, "provider_params": {"api_key": KEY}})
    visit.ask("GET", "/metrics", Authorization="Bearer dashboard-token")
    visit.ask("GET", "/config")


def test_a_gateway_that_quotes_what_it_is_sent_gives_nothing_away(
    serve: Serve, quoting: QuotingGateway, tmp_path: Path
) -> None:
    with planted(serve, quoting, tmp_path) as server:
        base_url = f"http://127.0.0.1:{server.port}"
        root, ada = Visit(base_url), Visit(base_url)
        root.sign_up(ROOT, OTHER_PASSWORD)
        ada.sign_up(ADA, PASSWORD)
        keys_entered(ada)
        job_id = measured(ada)
        ada.ask("PUT", f"/api/history/{job_id}", {"shared": True})
        for path in (f"/api/history/{job_id}", f"/api/history/{job_id}/records", "/api/admin/jobs", "/api/config"):
            root.ask("GET", path)
        refused(ada)
    assert set(quoting.asked) == set(MODELS)
    to_ada, to_root, log = "\n".join(ada.told), "\n".join(root.told), "\n".join([*server.out, *server.errors])
    assert to_ada.count("[key]") >= len(MODELS)
    assert "[address]" in to_ada
    assert {"request", "worker_started"} <= {json.loads(line)["event"] for line in server.errors}
    vault_key = (tmp_path / "vault.key").read_text().strip()
    keys = [KEY, LEADERBOARD_KEY, OWN_KEY, vault_key]
    secrets = [*keys, PASSWORD, OTHER_PASSWORD, SECRET, SETUP_CODE, *ada.tokens, *root.tokens]
    everywhere = [*secrets, quoting.address, "/V1"]
    for secret in everywhere:
        for where, text in (("Ada", to_ada), ("root", to_root), ("log", log)):
            assert secret not in text, (where, secret, near(text, secret))
    for other in (ROOT, AGENT):
        assert other not in to_ada, near(to_ada, other)
    assert ADA not in to_root, near(to_root, ADA)
    for private in (ADA, ROOT, PROMPT, LABEL, AGENT, *MODELS):
        assert private not in log, (private, near(log, private))
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert PROMPT.encode() in kept
    for secret in secrets:
        assert secret.encode() not in kept, secret


def near(text: str, secret: str) -> str:
    """Return what stands around a secret."""
    at = text.find(secret)
    return text[max(0, at - 200) : at + 200]
