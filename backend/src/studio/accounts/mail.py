"""`Mailer`: sends mails by the operator's mail server, on a thread of its own, so that nobody waits for it."""

from __future__ import annotations

import contextlib
import logging
import queue
import smtplib
import ssl
import threading
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from typing import TYPE_CHECKING

from src.core.redaction import place_of
from src.studio.accounts.emails import in_ascii

if TYPE_CHECKING:
    from collections.abc import Callable

    from src.studio.settings import StudioSettings

logger = logging.getLogger(__name__)

# For each thing that is waited for; a server that hangs holds up other mails for so long.
TIMEOUT_SECONDS = 10.0
# How many mails wait at most.
ROOM = 200
# Links stay on one line, whole, for whoever reads mails as they come.
POLICY = policy.SMTP.clone(max_line_length=500)
PORTS = {"starttls": 587, "tls": 465, "none": 25}
# What is told of a failure: what the server says itself could quote addresses.
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "The mail server did not answer in time."),
    (smtplib.SMTPAuthenticationError, "The mail server does not accept SMTP_USERNAME and SMTP_PASSWORD."),
    (smtplib.SMTPRecipientsRefused, "The mail server does not accept the recipient."),
    (smtplib.SMTPSenderRefused, "The mail server does not accept SMTP_FROM as a sender."),
    (smtplib.SMTPNotSupportedError, "The mail server cannot do what SMTP_SECURITY, or the address, asks of it."),
    (ssl.SSLCertVerificationError, "The mail server's certificate cannot be trusted."),
    (ssl.SSLError, "There is no TLS with the mail server: does SMTP_SECURITY fit SMTP_PORT?"),
    (smtplib.SMTPServerDisconnected, "The mail server hung up."),
    (smtplib.SMTPException, "The mail server refused the mail."),
    (OSError, "The mail server cannot be reached."),
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `failed` is called, on the mailer's thread, where it could not be handed to the mail server."""

    to: str
    subject: str
    text: str = field(repr=False)
    failed: Callable[[], None] | None = field(default=None, repr=False)


class Mailer:
    """Hands mails to the mail server, one after the other. The thread begins with the first of them."""

    def __init__(self, settings: StudioSettings) -> None:
        self._settings = settings
        self._waiting: queue.Queue[Mail | None] = queue.Queue(ROOM)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._is_closing = False

    @property
    def is_there(self) -> bool:
        """Whether there is a mail server."""
        return self._settings.smtp_host is not None

    def send(self, mail: Mail) -> None:
        """Have a mail sent soon. Returns at once, whatever becomes of it: a failure is a line in the log."""
        with self._starting:
            if self._thread is None:
                # a daemon: no mail server can keep the process from ending
                self._thread = threading.Thread(target=self._work, name="studio-mail", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(mail)
        except queue.Full:
            _give_up(mail, f"{ROOM} mails wait for the mail server already.")

    def close(self) -> None:
        """Have the thread end when it has sent what waits; it is not waited for."""
        self._is_closing = True
        with contextlib.suppress(queue.Full):  # then it is awake
            self._waiting.put_nowait(None)

    def _work(self) -> None:
        while not (self._is_closing and self._waiting.empty()):
            mail = self._waiting.get()
            if mail is None:
                return
            try:
                self._deliver(mail)
            except Exception as error:  # noqa: BLE001 - the next mail is another one
                _give_up(mail, _reason_of(error))
            else:
                logger.info({"event": "mail_sent"})

    def _deliver(self, mail: Mail) -> None:
        message = self._message(mail)
        with self._connected() as server:
            if self._settings.smtp_username and self._settings.smtp_password:
                server.login(self._settings.smtp_username, self._settings.smtp_password.get_secret_value())
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        security, host = self._settings.smtp_security, self._settings.smtp_host or ""
        port = self._settings.smtp_port or PORTS[security]
        if security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server

    def _message(self, mail: Mail) -> EmailMessage:
        """Return a mail as it is sent. Raises where a header cannot carry what it is to: none is ever added."""
        message, sender = EmailMessage(POLICY), self._settings.mail_from or ""
        message["From"] = Address("Leaderboard Studio", addr_spec=sender)
        message["To"] = Address(addr_spec=in_ascii(mail.to))
        message["Subject"] = mail.subject
        message["Date"] = localtime()
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message


def _reason_of(error: Exception) -> str:
    # smtplib tells of a time that is over as of a connection that was closed
    known = error.__context__ if isinstance(error.__context__, TimeoutError) else error
    return next((told for kind, told in REASONS if isinstance(known, kind)), place_of(error))


def _give_up(mail: Mail, reason: str) -> None:
    logger.warning({"event": "mail_not_sent", "reason": reason})
    if mail.failed is not None:
        try:
            mail.failed()
        except Exception as error:  # noqa: BLE001 - there is nobody to tell but the log
            logger.warning({"event": "mail_failure_not_kept", "error": place_of(error)})
