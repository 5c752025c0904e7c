"""`app.py studio reset-link`: an operator helps whoever has nobody else to help them."""

import argparse
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from src.core.clock import utc_now
from src.studio.accounts.tables import audit
from src.studio.commands import CommandError, add_commands, run_command
from tests.conftest import SettableClock
from tests.settings import settings
from tests.studio.conftest import PASSWORD, MakeStudio, sign_up

ROOT = "root@example.com"
NEW = "another horse, another battery"
SECRET = "a secret that is long enough for a test"


def make_link(store_url: str, email: str, **more: Any) -> list[str]:
    """Run the command, and return the lines that it says."""
    said: list[str] = []
    parser = argparse.ArgumentParser()
    add_commands(parser)
    given = settings(studio=True, studio_database_url=store_url, studio_secret=SECRET, **more)
    assert run_command(parser.parse_args(["reset-link", email]), given, said.append) == 0
    return said


def test_the_last_administrator_is_helped_while_studio_runs(
    make_studio: MakeStudio, store_url: str, clock: SettableClock
) -> None:
    clock.now = utc_now()  # the command's own
    app = make_studio(studio_database_url=store_url, studio_secret=SECRET, studio_workers=0)
    with TestClient(app) as client:
        old = sign_up(client, ROOT)
        link, words = make_link(store_url, "Root@Example.com", app_base_url="https://studio.example.com/")
        assert link.startswith("https://studio.example.com/studio/reset?token=")
        assert "once, until 20" in words
        body = {"token": parse_qs(urlsplit(link).query)["token"][0], "password": NEW}
        assert client.post("/api/auth/reset-password", json=body).status_code == 200
        assert client.post("/api/auth/reset-password", json=body).status_code == 400
        assert client.get("/api/auth/me", headers=old).status_code == 401
        for password, status in ((PASSWORD, 401), (NEW, 200)):
            answer = client.post("/api/auth/login", json={"email": ROOT, "password": password})
            assert answer.status_code == status
        with app.state.studio.database.reading() as connection:
            line = connection.execute(select(audit).where(audit.c.action == "reset_link_made")).one()
        assert (line.user_id, line.email, line.address) == (None, None, "terminal")
        assert line.detail == {"email": ROOT, "by": "terminal"}
        assert "Put the page's address before it." in make_link(store_url, ROOT)[1]


@pytest.mark.parametrize(
    ("email", "sentence"), [("no@example.com", "no account of the e-mail no@example.com"), ("nobody", "e-mail")]
)
def test_what_cannot_be_done_is_a_line(tmp_path: Path, email: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        make_link(f"sqlite:///{tmp_path}/studio.db", email)
