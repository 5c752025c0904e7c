"""Whatever goes wrong, `get_api_key.sh` says so in one line, and leaves everything as it was."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from tests.operations.fake_litellm import ADMIN_KEY
from workshop import cli

if TYPE_CHECKING:
    from pathlib import Path

    from tests.operations.fake_litellm import FakeLiteLLM

BEFORE = "# mine\nOTHER=1\n"


class Desk:
    """Where keys are issued, in this process: a folder with a `.env`, and the environment."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._env_file, self._monkeypatch, self._capsys = folder / ".env", monkeypatch, capsys
        self._env_file.write_text(BEFORE)
        monkeypatch.setattr(cli, "TOP_LEVEL", folder)

    def error(self, *arguments: str, status: int = 1, **variables: str) -> str:
        """Ask for a key, which has to fail in one line; return the line."""
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)
        assert cli.main(list(arguments or ("Ada", "Lovelace"))) == status
        out, line = self._capsys.readouterr()
        assert out == ""
        assert line.startswith("get_api_key.sh: ")
        assert line.count("\n") == 1, line
        assert ADMIN_KEY not in line
        assert self._env_file.read_text() == BEFORE
        return line


@pytest.fixture
def desk(
    tmp_path: Path, gateway: FakeLiteLLM, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.setenv("LITELLM_BASE_URL", gateway.base_url)
    monkeypatch.setenv("LITELLM_ADMIN_KEY", ADMIN_KEY)
    monkeypatch.setenv("no_proxy", "*")
    return Desk(tmp_path, monkeypatch, capsys)


LITELLM = {"error": {"message": str({"error": f"No, {ADMIN_KEY}\x1b[31m\n because"}), "type": "x", "code": "500"}}
FIELD = {"loc": ["body", "user_id"], "msg": "Input should be"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, {}, LITELLM), "refuses this (400). No, sk-… [31m because"),
        ((401, {}, {"detail": {"error": "Only admin users can"}}), "does not accept LITELLM_ADMIN_KEY (401)"),
        ((403, {}, {"detail": {"error": "not yours"}}), "takes the key of a proxy admin. not yours"),
        ((404, {}, {"detail": "Not Found"}), "is LITELLM_BASE_URL a LiteLLM gateway's address?"),
        ((409, {}, LITELLM), "exists already, and differs (409)"),
        ((422, {}, {"detail": [FIELD]}), "user_id: Input should be"),
        ((429, {"Retry-After": "17"}, {}), "try again in 17 seconds"),
        ((429, {}, {}), "try again in a minute"),
        ((500, {}, LITELLM), "has trouble (500)"),
        ((503, {}, []), "has trouble (503)"),
        ((302, {"Location": "https://elsewhere.example"}, {}), "redirects to https://elsewhere.example"),
    ],
)
def test_a_refusal_is_told(desk: Desk, gateway: FakeLiteLLM, answer: tuple, expected: str) -> None:
    status, headers, body = answer
    gateway.fault = lambda _path: (status, headers, json.dumps(body).encode())
    assert expected in desk.error()


def test_an_admin_key_of_any_form_is_left_out_of_what_the_gateway_says(desk: Desk, gateway: FakeLiteLLM) -> None:
    body = json.dumps({"error": {"message": "No, correct-horse, and sk-other.key_1"}}).encode()
    gateway.fault = lambda _path: (400, {}, body)
    line = desk.error(LITELLM_ADMIN_KEY="correct-horse")
    assert "No, sk-…, and sk-…" in line


@pytest.mark.parametrize("path", ["/user/info", "/user/new", "/team/new", "/team/member_add", "/key/generate"])
def test_a_refusal_half_way_leaves_no_key(desk: Desk, gateway: FakeLiteLLM, path: str) -> None:
    gateway.fault = lambda asked: (503, {}, b"") if asked == path else None
    assert "has trouble (503)" in desk.error()
    assert not gateway.keys


@pytest.mark.parametrize("body", [b"<html>Welcome to nginx</html>", b"[1]", b'"x"', b"null", b"{", b"\xff"])
@pytest.mark.parametrize("path", ["/team/list", "/user/info", "/key/generate"])
def test_an_answer_that_is_not_litellms_is_told(desk: Desk, gateway: FakeLiteLLM, path: str, body: bytes) -> None:
    gateway.fault = lambda asked: (200, {}, body) if asked == path else None
    assert "does not answer as LiteLLM does" in desk.error()


@pytest.mark.parametrize(
    "row", [{}, {"token": 5}, {"token": "x", "expires": "soon"}, {"token": "x", "metadata": []}, "x", None]
)
def test_keys_of_an_unknown_form_are_told(desk: Desk, gateway: FakeLiteLLM, row: object) -> None:
    marked = {"metadata": {"issued_by": "get_api_key.sh"}, **row} if isinstance(row, dict) else row
    body = json.dumps({"user_info": {}, "keys": [marked, 7]}).encode()
    gateway.fault = lambda asked: (200, {}, body) if asked == "/user/info" else None
    assert "does not answer as LiteLLM does" in desk.error()


def test_the_admins_key_is_not_sent_to_where_a_gateway_redirects(desk: Desk, gateway: FakeLiteLLM) -> None:
    target = f"{gateway.base_url}/stolen"
    gateway.fault = lambda asked: (307, {"Location": target}, b"") if asked != "/stolen" else None
    desk.error()
    assert not any("/stolen" in request for request in gateway.requests)


def test_a_wrong_admin_key_is_told(desk: Desk) -> None:
    assert "(401)" in desk.error(LITELLM_ADMIN_KEY="sk-wrong")


def test_nothing_listening_is_told(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert "refuses the connection" in desk.error(LITELLM_BASE_URL=address)


def test_an_unknown_host_is_told(desk: Desk) -> None:
    assert "cannot be found" in desk.error(LITELLM_BASE_URL="http://gateway.invalid")


def test_tls_where_there_is_none_is_told(desk: Desk, gateway: FakeLiteLLM) -> None:
    address = gateway.base_url.replace("http:", "https:")
    assert "TLS" in desk.error(LITELLM_BASE_URL=address)


def test_a_connection_that_is_dropped_is_told(desk: Desk, gateway: FakeLiteLLM) -> None:
    gateway.fault = lambda _path: (200, {"Content-Length": "9999"}, b"{")
    assert "closed the connection" in desk.error()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LITELLM_BASE_URL": ""}, "LITELLM_BASE_URL is not set"),
        ({"LITELLM_ADMIN_KEY": " "}, "LITELLM_ADMIN_KEY is not set"),
        ({"LITELLM_BASE_URL": "litellm.example.com"}, "LITELLM_BASE_URL must be"),
        ({"LITELLM_BASE_URL": "ftp://litellm.example.com"}, "LITELLM_BASE_URL must be"),
        ({"LITELLM_BASE_URL": "http://user:secret@host"}, "LITELLM_BASE_URL must be"),
        ({"LITELLM_BASE_URL": "http://[::1"}, "LITELLM_BASE_URL must be"),
        ({"LITELLM_BASE_URL": "http://host:99999"}, "LITELLM_BASE_URL must be"),
        ({"LITELLM_ADMIN_KEY": "sk-ü"}, "LITELLM_ADMIN_KEY must be"),
    ],
)
def test_wrong_variables_are_named(
    desk: Desk, gateway: FakeLiteLLM, variables: dict[str, str], expected: str
) -> None:
    assert expected in desk.error(status=2, **variables)
    assert not gateway.requests


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["Ada"], "A first and a last name are needed"),
        (["  ", "\t"], "must have 1 to 100 characters"),
        (["Ada", "Love\x1b[31mlace"], "all of which can be shown"),
        (["Ada", "L" * 100], "must have 1 to 100 characters"),
        (["Ada", "Lovelace", "--duration", "7 days"], "--duration must be"),
        (["Ada", "Lovelace", "--duration", "0d"], "--duration must be"),
        (["Ada", "Lovelace", "--team", ""], "The team must have"),
        (["Ada", "Lovelace", "--dashboard"], "--dashboard goes without a name"),
    ],
)
def test_wrong_arguments_are_named(desk: Desk, gateway: FakeLiteLLM, arguments: list[str], expected: str) -> None:
    assert expected in desk.error(*arguments, status=2)
    assert not gateway.requests
