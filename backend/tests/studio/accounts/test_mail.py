"""Mails are handed to a real mail server, by a thread that nobody waits for, and no line tells what is in them."""

import contextlib
import datetime as dt
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from src.studio.accounts import mail as module
from src.studio.accounts.mail import Mail, Mailer
from src.telemetry.logs import JsonLines
from tests.settings import settings

FROM, TO, PASSWORD, TOKEN = "studio@example.com", "ada@example.com", "the password of SMTP", "the-token-of-a-link"
LINK = f"https://board.example.com/studio/reset?token={TOKEN}"
Received = list[tuple[Envelope, Any]]
Serve = Callable[..., int]
MakeMailer = Callable[..., Mailer]
SECURITIES = pytest.mark.parametrize("security", ["starttls", "tls"])
# aiosmtpd leaves connections open that begin with TLS
UNCLOSED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Keeper:
    """Keeps what is delivered, and refuses recipients that are told."""

    def __init__(self) -> None:
        self.received: Received = []
        self.arrived = threading.Event()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("unknown"):
            return f"550 {address} is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append((envelope, message_from_bytes(content, policy=default)))
        self.arrived.set()
        return "250 OK"


@pytest.fixture
def keeper() -> Keeper:
    """Return where mails arrive."""
    return Keeper()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def serve(keeper: Keeper) -> Iterator[Serve]:
    """Return what starts a mail server, as aiosmtpd can be told, and returns its port."""
    with contextlib.ExitStack() as stack:

        def start(**told: Any) -> int:
            controller = Controller(keeper, "127.0.0.1", free_port(), **told)
            controller.start()
            stack.callback(controller.stop)
            return controller.port

        yield start


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """Return what a server of 127.0.0.1 shows itself by; its certificate is in `tmp_path / "ca.pem"`."""
    key, now, day = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - day).not_valid_after(now + day)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "ca.pem").write_bytes(pem)
    (tmp_path / "key.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "key.pem")
    return context


@pytest.fixture
def trusted(certificate: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return the same, where the machine trusts it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return certificate


@pytest.fixture
def make_mailer(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeMailer]:
    """Return a maker of mailers. At the end, no line may have told of anybody, of a link, or of the password."""
    caplog.set_level(logging.DEBUG)
    made: list[Mailer] = []
    lines: list[logging.LogRecord] = []
    monkeypatch.setattr(module.logger, "handle", lambda line: (lines.append(line), caplog.handler.emit(line)))

    def make(port: int, **changes: Any) -> Mailer:
        told = {"smtp_host": "localhost", "smtp_port": port, "smtp_from": FROM, "smtp_security": "none"}
        made.append(Mailer(settings(**{**told, **changes})))
        return made[-1]

    yield make
    for mailer in made:
        mailer.close()
        thread = mailer._thread
        assert thread is not None
        thread.join(10)
        assert not thread.is_alive()
    form = JsonLines()
    logged = "\n".join(map(form.format, lines))
    assert "mail_" in logged
    for secret in (TOKEN, TO, PASSWORD, "unknown@"):
        assert secret not in logged


def failing(mailer: Mailer, caplog: pytest.LogCaptureFixture, to: str = TO) -> str:
    """Send a mail, which takes no time, and return the reason that the log has for its failure."""
    failed, began = threading.Event(), time.monotonic()
    mailer.send(Mail(to, "Set a new password", LINK, failed.set))
    assert time.monotonic() - began < 0.2
    assert failed.wait(10)
    lines: list[Any] = [record.msg for record in caplog.records if record.name == module.__name__]
    assert lines[-1]["event"] == "mail_not_sent"
    return lines[-1]["reason"]


def test_a_mail_arrives_as_it_was_written(serve: Serve, make_mailer: MakeMailer, keeper: Keeper) -> None:
    mailer = make_mailer(serve())
    assert mailer.is_there
    mailer.send(Mail(TO, "Set a new password", f"Grüße\n\n{LINK}\n"))
    assert keeper.arrived.wait(10)
    envelope, message = keeper.received[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [TO])
    assert (message["to"], message["subject"]) == (TO, "Set a new password")
    assert message["from"].addresses[0].addr_spec == FROM
    assert message["message-id"].endswith("@example.com>")
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().splitlines() == ["Grüße", "", LINK]


def test_a_link_is_in_one_line_whole(serve: Serve, make_mailer: MakeMailer, keeper: Keeper) -> None:
    link = f"{LINK}{'x' * 100}"
    make_mailer(serve()).send(Mail(TO, "Hi", f"Here it is:\n\n{link}\n"))
    assert keeper.arrived.wait(10)
    content = keeper.received[0][0].content
    assert isinstance(content, bytes)
    assert link.encode() in content.splitlines()


def test_a_domain_in_unicode_is_written_to_as_mail_servers_know_it(
    serve: Serve, make_mailer: MakeMailer, keeper: Keeper
) -> None:
    make_mailer(serve()).send(Mail("ada@straße.example", "Hi", "Hi"))
    assert keeper.arrived.wait(10)
    assert keeper.received[0][0].rcpt_tos == ["ada@xn--strae-oqa.example"]


@UNCLOSED
@SECURITIES
def test_mails_go_by_tls(
    serve: Serve, make_mailer: MakeMailer, keeper: Keeper, trusted: ssl.SSLContext, security: str
) -> None:
    by_tls = {"ssl_context": trusted}
    told = by_tls if security == "tls" else {"tls_context": trusted, "require_starttls": True}

    def allow(*_: object) -> AuthResult:
        return AuthResult(success=True)

    port = serve(**told, authenticator=allow, auth_required=security == "starttls")
    signs_in = {"smtp_username": "studio", "smtp_password": PASSWORD} if security == "starttls" else {}
    make_mailer(port, smtp_security=security, **signs_in).send(Mail(TO, "Hi", LINK))
    assert keeper.arrived.wait(10)


@UNCLOSED
@SECURITIES
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    serve: Serve,
    make_mailer: MakeMailer,
    certificate: ssl.SSLContext,
    caplog: pytest.LogCaptureFixture,
    security: str,
) -> None:
    port = serve(**{"ssl_context" if security == "tls" else "tls_context": certificate})
    assert "certificate cannot be trusted" in failing(make_mailer(port, smtp_security=security), caplog)


def test_where_tls_is_asked_for_nothing_goes_without(
    serve: Serve, make_mailer: MakeMailer, keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    signs_in = {"smtp_username": "studio", "smtp_password": PASSWORD}
    port = serve()
    assert "SMTP_SECURITY" in failing(make_mailer(port, smtp_security="starttls", **signs_in), caplog)
    assert "SMTP_SECURITY" in failing(make_mailer(port, smtp_security="tls", **signs_in), caplog)
    assert keeper.received == []


def test_a_wrong_password_of_the_mail_server_is_told_by_its_settings(
    serve: Serve, make_mailer: MakeMailer, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False, message=f"535 {PASSWORD} is wrong")

    port = serve(authenticator=refuse, auth_require_tls=False)
    mailer = make_mailer(port, smtp_username="studio", smtp_password=PASSWORD)
    assert "SMTP_USERNAME and SMTP_PASSWORD" in failing(mailer, caplog)


def test_an_unknown_recipient_is_a_line_without_them(
    serve: Serve, make_mailer: MakeMailer, caplog: pytest.LogCaptureFixture
) -> None:
    assert "recipient" in failing(make_mailer(serve()), caplog, "unknown@example.com")


@pytest.mark.parametrize("said", [b"", b"220 mail.example.com\r\n"])
def test_nobody_waits_for_a_mail_server_that_hangs(
    make_mailer: MakeMailer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    said: bytes,
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as stack:

        def accept() -> None:
            while True:
                with contextlib.suppress(OSError):
                    connection = stack.enter_context(listener.accept()[0])
                    connection.sendall(said)
                if listener.fileno() < 0:
                    return

        threading.Thread(target=accept, daemon=True).start()
        mailer = make_mailer(listener.getsockname()[1])
        assert failing(mailer, caplog) == "The mail server did not answer in time."
        assert failing(mailer, caplog) == "The mail server did not answer in time."  # the next one is tried, too
        listener.shutdown(socket.SHUT_RDWR)


def test_a_mail_server_that_is_not_there_is_told(
    make_mailer: MakeMailer, caplog: pytest.LogCaptureFixture
) -> None:
    assert failing(make_mailer(free_port()), caplog) == "The mail server cannot be reached."


def test_what_does_not_fit_the_queue_is_given_up(
    make_mailer: MakeMailer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()
    monkeypatch.setattr(module, "ROOM", 2)
    monkeypatch.setattr(Mailer, "_deliver", lambda _self, _mail: going_on.wait(10))
    mailer = make_mailer(1)
    for _ in range(4):
        mailer.send(Mail(TO, "Hi", LINK))
    assert "wait for the mail server already" in failing(mailer, caplog)
    going_on.set()


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\nBcc: eve@example.com",
        "ada@example.com, eve@example.com",
        "",
        "@",
    ],
)
def test_no_address_adds_a_header_or_a_recipient(
    serve: Serve, make_mailer: MakeMailer, keeper: Keeper, caplog: pytest.LogCaptureFixture, to: str
) -> None:
    failing(make_mailer(serve()), caplog, to)
    assert keeper.received == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"smtp_host": "mail.example.com"}, "SMTP_FROM is missing"),
        ({"smtp_username": "studio"}, "SMTP_PASSWORD is missing"),
        ({"smtp_password": PASSWORD}, "SMTP_USERNAME is missing"),
        ({"smtp_from": "Studio <studio@example.com>"}, "e-mail address alone"),
        ({"smtp_from": "studio@example.com\r\nBcc: eve@example.com"}, "e-mail address alone"),
        ({"smtp_security": "ssl"}, "'starttls', 'tls' or 'none'"),
        ({"smtp_port": 0}, "greater than or equal to 1"),
    ],
)
def test_settings_of_mail_are_checked_at_start(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        settings(**changes)
    assert PASSWORD not in str(refused.value)


def test_whoever_signs_in_at_the_mail_server_is_whom_mails_are_from() -> None:
    told = {"smtp_host": "mail.example.com", "smtp_username": FROM, "smtp_password": PASSWORD}
    assert settings(**told).mail_from == FROM
    assert settings(**told, smtp_from="other@example.com").mail_from == "other@example.com"
    assert PASSWORD not in repr(settings(**told))
