"""A mail server for tests: listens on the port that it is given, and prints each mail as a line of JSON."""

import json
import signal
import sys
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Printer:
    """Prints what is delivered."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: D102, N802
        mail = message_from_bytes(envelope.content, policy=default)
        told = {"to": envelope.rcpt_tos, "subject": str(mail["Subject"]), "text": mail.get_content()}
        print(json.dumps(told), flush=True)  # noqa: T201 - this is how the test reads it
        return "250 OK"


server = Controller(Printer(), hostname="127.0.0.1", port=int(sys.argv[1]))
server.start()
print("ready", flush=True)  # noqa: T201
signal.sigwait({signal.SIGTERM, signal.SIGINT})
