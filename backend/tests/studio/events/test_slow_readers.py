"""A client that reads too slowly, over a real connection: it holds nobody up, and catches up later."""

import contextlib
import json
import threading
import time
from collections.abc import Generator

import pytest
import uvicorn
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from src.studio.accounts.service import Application
from src.studio.accounts.user import Caller, User
from src.studio.database.metadata import new_id
from src.studio.jobs import repository
from src.studio.jobs.admission import admit
from src.studio.jobs.job import Job
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.conftest import PASSWORD, MakeStudio

EVENTS, SIZE, TOGETHER = 240, 100_000, 20


@contextlib.contextmanager
def served(app: FastAPI) -> Generator[int]:
    """Serve an app, and yield its port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def begin(services: Services, owner: User) -> Job:
    job = services.jobs.submit(owner, "benchmark", {})
    with services.database.writing() as connection:
        admit(Lifecycle(connection, services.clock(), {}), new_id(), services.jobs.limits)
    return job


def tell(services: Services, job: Job) -> None:
    """Let a job tell of much."""
    for _ in range(EVENTS // TOGETHER):
        with services.database.writing() as connection:
            locked = repository.lock(connection, None, job.id)
            assert locked is not None
            told = [("item", {"text": "x" * SIZE})] * TOGETHER
            repository.change(connection, locked, services.clock(), told)
            services.changes.notify(connection)


def seqs_of(socket: ClientConnection, last: int) -> tuple[list[int], int | None]:
    """Return the numbers that are told until `last`, or the code of the end."""
    seqs: list[int] = []
    try:
        while not seqs or seqs[-1] < last:
            seqs.append(json.loads(socket.recv(10)).get("seq", 0))
    except ConnectionClosed as closed:
        return seqs, closed.rcvd.code if closed.rcvd else None
    return seqs, None


def test_a_slow_reader_is_closed_and_catches_up(
    make_studio: MakeStudio, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.studio.events.hub.ROOM", 16)
    monkeypatch.setattr("src.studio.events.hub.STALL_SECONDS", 0.3)
    app = make_studio()
    with served(app) as port:
        services: Services = app.state.studio
        grant = services.accounts.register(Application("ada@example.com", PASSWORD), Caller("here"))
        url = f"ws://127.0.0.1:{port}/ws?token={grant.access_token}"
        owner = services.accounts.user_of_token(grant.access_token).user
        with connect(url, max_queue=1, ping_interval=None, compression=None) as slow, connect(url) as quick:
            quick.recv()
            job = begin(services, owner)
            telling = threading.Thread(target=tell, args=(services, job))
            telling.start()
            seqs, _ = seqs_of(quick, EVENTS + 2)
            telling.join()
            assert seqs == list(range(1, EVENTS + 3))
            time.sleep(3)
            missed, code = seqs_of(slow, EVENTS + 2)
        assert code == 4010
        assert missed == list(range(len(missed)))
        assert len(missed) < EVENTS
        with connect(url) as again:
            again.recv()
            again.send(json.dumps({"type": "subscribe", "job_id": job.id, "after": missed[-1]}))
            seqs, _ = seqs_of(again, EVENTS + 2)
        assert seqs == list(range(missed[-1] + 1, EVENTS + 3))
