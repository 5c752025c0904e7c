"""Links that administrators hand over, or have mailed: to set a new password, and to come by an invitation."""

import socket
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi.testclient import TestClient

from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.administration.conftest import ADA, ROOT, Headers, fill, id_of, told, user_row
from tests.studio.conftest import PASSWORD, MakeStudio, sign_up

RESETS, INVITATIONS = "/api/admin/password-resets", "/api/admin/invitations"
NEW_PASSWORD = "another horse, another battery"
PAGE = "https://studio.example.com"
SMTP_SETTINGS = {"smtp_host": "127.0.0.1", "smtp_from": "studio@example.com", "smtp_security": "none"}


def reset_link(client: TestClient, headers: Headers, user_id: str) -> Any:
    answer = client.post(f"/api/admin/users/{user_id}/reset-link", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def token_of(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


def test_whoever_has_forgotten_their_password_is_helped_by_a_link(
    studio: TestClient, root: Headers, ada: Headers, clock: SettableClock, audited: Callable[[], list[Any]]
) -> None:
    assert studio.get(RESETS, headers=root).json() == {"resets": []}
    assert studio.post("/api/auth/forgot-password", json={"email": ADA}).status_code == 200
    studio.post("/api/auth/forgot-password", json={"email": "nobody@example.com"})
    ada_id = id_of(studio, ada)
    pending = {"user_id": ada_id, "email": ADA, "asked_at": "2026-11-20T12:00:00.000Z"}
    assert studio.get(RESETS, headers=root).json() == {"resets": [pending]}
    made = reset_link(studio, root, ada_id)
    assert made.keys() == {"url", "expires_at"}
    assert made["url"].startswith("http://testserver/studio/reset?token=")
    assert made["expires_at"] == "2026-11-20T13:00:00.000Z"
    assert studio.get(RESETS, headers=root).json() == {"resets": []}
    clock.move(seconds=1)
    new = {"token": token_of(made["url"], "token"), "password": NEW_PASSWORD}
    assert studio.post("/api/auth/reset-password", json=new).status_code == 200
    assert told(studio.get("/api/auth/me", headers=ada), 401) == "Token expired"
    assert studio.post("/api/auth/login", json={"email": ADA, "password": NEW_PASSWORD}).status_code == 200
    assert told(studio.post("/api/auth/reset-password", json=new), 400)
    (line,) = [line for line in audited() if line.action == "reset_link_made"]
    assert (line.email, line.subject, line.detail) == (ROOT, ada_id, {"email": ADA})
    assert token_of(made["url"], "token") not in str(audited())


def test_there_is_no_link_for_whoever_is_not_there_or_has_no_password(
    studio: TestClient, services: Services, root: Headers
) -> None:
    fill(services.database, users=[guest := user_row("demo-1@demo.invalid", is_demo=True)])
    for user_id, status in (("f" * 32, 404), ("%00", 404), ("nope", 404), (guest["id"], 400)):
        assert told(studio.post(f"/api/admin/users/{user_id}/reset-link", headers=root), status)


class Keeper:
    """Keeps what is delivered."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        return "250 OK"


@pytest.fixture
def keeper() -> Iterator[tuple[Keeper, int]]:
    """Return where mails arrive, and the port of its server."""
    kept = Keeper()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = Controller(kept, "127.0.0.1", port)
    controller.start()
    yield kept, port
    controller.stop()


def mailing(make_studio: MakeStudio, port: int, **changes: Any) -> TestClient:
    changes = {"studio_registration": "invite", "app_base_url": PAGE, **changes}
    return TestClient(make_studio(**SMTP_SETTINGS, smtp_port=port, **changes))


def arrived(keeper: Keeper) -> Any:
    deadline = time.monotonic() + 10
    while not keeper.mails:
        assert time.monotonic() < deadline, "no mail has come"
        time.sleep(0.01)
    (mail,) = keeper.mails
    return mail


def test_an_invitation_for_an_e_mail_is_mailed(make_studio: MakeStudio, keeper: tuple[Keeper, int]) -> None:
    with mailing(make_studio, keeper[1]) as client:
        root = sign_up(client, ROOT)
        assert not client.post(INVITATIONS, headers=root, json={}).json()["mailed"]
        made = client.post(INVITATIONS, headers=root, json={"email": ADA, "role": "admin"}).json()
        assert made["mailed"]
        mail = arrived(keeper[0])
        text = mail.get_content()
        assert (mail["To"], mail["Subject"]) == (ADA, "You are invited to Leaderboard Studio")
        assert made["url"] in text
        assert "until 27 November 2026, 12:00 UTC" in text
        body = {"email": ADA, "password": PASSWORD, "invitation": token_of(made["url"], "invitation")}
        assert client.post("/api/auth/register", json=body).json()["user"]["role"] == "admin"


def test_no_mail_leads_to_an_address_that_nobody_is_sure_of(
    make_studio: MakeStudio, keeper: tuple[Keeper, int]
) -> None:
    with mailing(make_studio, keeper[1], app_base_url=None) as client:
        root = sign_up(client, ROOT)
        made = client.post(INVITATIONS, headers=root, json={"email": ADA}).json()
        assert made["url"].startswith("http://testserver/")
        assert not made["mailed"]


def test_an_invitation_holds_whatever_becomes_of_its_mail(make_studio: MakeStudio) -> None:
    with mailing(make_studio, 1) as client:  # nobody is there
        root = sign_up(client, ROOT)
        made = client.post(INVITATIONS, headers=root, json={"email": ADA}).json()
        body = {"email": ADA, "password": PASSWORD, "invitation": made["token"]}
        assert client.post("/api/auth/register", json=body).status_code == 200
