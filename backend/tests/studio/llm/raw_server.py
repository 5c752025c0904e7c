"""A server of raw sockets: says what it is told to, byte by byte, whether that is HTTP or not."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import orjson

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
UNTIL_CLOSED = HEAD + b"Connection: close\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
TLS_HANDSHAKE = b"\x16"
END = b"0\r\n\r\n"

Say = Callable[[socket.socket], None]


@dataclass
class Request:
    """What arrived: the first line, headers by lower-case name, and the body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return orjson.loads(self.body)


@dataclass
class RawServer:
    """Answers each request with `say`, on connections that are kept unless `say` closes them."""

    base_url: str
    say: Say
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            while True:
                self.requests.append(_read(connection))
                self.say(connection)


@contextlib.contextmanager
def raw_server(*said: bytes | float | Say) -> Generator[RawServer]:
    """Run a server that answers with these bytes, pauses (seconds), or calls, one after another."""

    def say(connection: socket.socket) -> None:
        for part in said:
            if isinstance(part, bytes):
                connection.sendall(part)
            elif isinstance(part, int | float):
                time.sleep(part)
            else:
                part(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", say)
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server


def close(connection: socket.socket) -> None:
    """End the connection in order."""
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def reset(connection: socket.socket) -> None:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def endless(piece: bytes, most: int) -> Say:
    """Return a call that sends `piece` until `most` bytes are sent or nobody listens any more."""

    def say(connection: socket.socket) -> None:
        for _ in range(most // len(piece)):
            connection.sendall(piece)
        close(connection)

    return say


def chunk(data: bytes) -> bytes:
    """Return bytes as a piece of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(delta: dict | None = None, **fields: object) -> bytes:
    """Return a server-sent event of OpenAI's form."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": fields.pop("finish_reason", None)}
    return b"data: " + orjson.dumps({"id": "chatcmpl-1", "choices": [choice], **fields}) + b"\n\n"


def response(status: str, body: bytes, *headers: str, content_type: str = "application/json") -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


DONE = b"data: [DONE]\n\n"
HELLO = event({"content": "Hello"})
FINISH = event(finish_reason="stop")
USAGE = b'data: {"id": "chatcmpl-1", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}\n\n'


def _read(connection: socket.socket) -> Request:
    read = b""
    while b"\r\n\r\n" not in read:
        read += _some(connection)
        if read.startswith(TLS_HANDSHAKE):
            raise ValueError("this is no HTTP")
    head, _, body = read.partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _some(connection)
    return Request(line, headers, body)


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ValueError("the client is gone")
    return data
