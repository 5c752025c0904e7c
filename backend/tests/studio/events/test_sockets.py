"""Sockets: who may have one, what it is told, in which order, and when it is closed."""

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from src.studio.accounts.service import AccountService
from src.studio.database.metadata import new_id
from src.studio.errors import StorageError
from src.studio.events.hub import ROOM
from src.studio.jobs import journal, repository
from src.studio.jobs.admission import admit
from src.studio.jobs.job import Job
from src.studio.jobs.lifecycle import Lifecycle
from src.studio.services import Services
from tests.conftest import SettableClock
from tests.studio.conftest import MakeStudio, sign_up

Headers = dict[str, str]
Message = Mapping[str, Any]


@pytest.fixture
def studio(make_studio: MakeStudio, store_url: str) -> Iterator[TestClient]:
    """Return a client of an app with Studio, on SQLite and on PostgreSQL."""
    app = make_studio(studio_database_url=store_url)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def services(studio: TestClient) -> Services:
    assert isinstance(studio.app, FastAPI)
    return studio.app.state.studio


@pytest.fixture
def ada(studio: TestClient) -> Headers:
    return sign_up(studio)


def submit(services: Services, headers: Headers) -> Job:
    owner = services.accounts.user_of_token(headers["Authorization"].removeprefix("Bearer ")).user
    return services.jobs.submit(owner, "benchmark", {})


def tell(services: Services, job: Job, count: int) -> None:
    """Let a job tell of `count` things, as its worker does."""
    with services.database.writing() as connection:
        locked = repository.lock(connection, None, job.id)
        assert locked is not None
        repository.change(connection, locked, services.clock(), [("item", {"n": n}) for n in range(count)])
        services.changes.notify(connection)


def run_to_its_end(services: Services, job: Job) -> None:
    with services.database.writing() as connection:
        life = Lifecycle(connection, services.clock(), {})
        claim = admit(life, new_id(), services.jobs.limits)
        assert claim is not None
        assert claim.job.id == job.id
        life.end(claim.job, "done")
        services.changes.notify(connection)


def opened(studio: TestClient, headers: Headers) -> WebSocketTestSession:
    ticket = studio.post("/api/ws-ticket", headers=headers).json()["ticket"]
    return studio.websocket_connect(f"/ws?ticket={ticket}")


def code_of(socket: WebSocketTestSession) -> int:
    """Return the code that a socket is closed with; what comes before is not looked at."""
    try:
        while True:
            socket.receive_json()
    except WebSocketDisconnect as closed:
        return closed.code


def told(socket: WebSocketTestSession, count: int) -> list[tuple[int, str]]:
    messages = [socket.receive_json() for _ in range(count)]
    return [(message["seq"], message["type"]) for message in messages]


def test_a_socket_is_greeted_with_what_is_under_way(studio: TestClient, services: Services, ada: Headers) -> None:
    job = submit(services, ada)
    with opened(studio, ada) as socket:
        sync = socket.receive_json()
    assert sync["type"] == "sync"
    (row,) = sync["active_jobs"]
    assert (row["id"], row["seq"], row["status"]) == (job.id, 1, "pending")
    assert sync["recent_jobs"] == [row]
    assert row == studio.get(f"/api/jobs/{job.id}", headers=ada).json()


def test_jobs_are_told_of_as_they_go_on(studio: TestClient, services: Services, ada: Headers) -> None:
    with opened(studio, ada) as socket:
        socket.receive_json()
        job = submit(services, ada)
        assert told(socket, 1) == [(1, "job_created")]
        run_to_its_end(services, job)
        assert socket.receive_json() == {
            "type": "job_started",
            "job_id": job.id,
            "seq": 2,
            "job_type": "benchmark",
        }
        assert told(socket, 1) == [(3, "job_completed")]


def test_what_was_missed_is_replayed_in_order_and_goes_on(
    studio: TestClient, services: Services, ada: Headers
) -> None:
    job = submit(services, ada)
    tell(services, job, 300)
    with opened(studio, ada) as socket:
        socket.receive_json()
        tell(services, job, 3)
        socket.send_json({"type": "subscribe", "job_id": job.id, "after": 100})
        tell(services, job, 2)
        assert [seq for seq, _ in told(socket, 206)] == list(range(101, 307))


def test_who_does_not_ask_is_told_of_what_comes_only(studio: TestClient, services: Services, ada: Headers) -> None:
    job = submit(services, ada)
    with opened(studio, ada) as socket:
        socket.receive_json()
        tell(services, job, 2)
        assert [seq for seq, _ in told(socket, 2)] == [2, 3]


def test_a_long_replay_is_whole(
    studio: TestClient, services: Services, ada: Headers, clock: SettableClock
) -> None:
    job = submit(services, ada)
    run_to_its_end(services, job)
    tell(services, job, 3 * ROOM)
    clock.move(minutes=2)  # it is looked for no more
    with opened(studio, ada) as socket:
        socket.receive_json()
        socket.send_json({"type": "subscribe", "job_id": job.id, "after": 0})
        assert [seq for seq, _ in told(socket, 3 * ROOM + 3)] == list(range(1, 3 * ROOM + 4))


def test_what_is_not_kept_any_more_is_told_as_it_is_now(
    studio: TestClient, services: Services, ada: Headers
) -> None:
    job = submit(services, ada)
    run_to_its_end(services, job)
    with services.database.writing() as connection:
        journal.forget(connection, [job.id])
    with opened(studio, ada) as socket:
        socket.receive_json()
        socket.send_json({"type": "subscribe", "job_id": job.id, "after": 1})
        snapshot = socket.receive_json()
    assert (snapshot["type"], snapshot["seq"], snapshot["job"]["status"]) == ("snapshot", 3, "done")


def test_each_user_is_told_of_their_own_jobs_on_all_their_sockets(
    studio: TestClient, services: Services, ada: Headers
) -> None:
    bob = sign_up(studio, "bob@example.com")
    with opened(studio, ada) as first, opened(studio, ada) as second, opened(studio, bob) as other:
        for socket in (first, second, other):
            socket.receive_json()
        job = submit(services, ada)
        for socket in (first, second):
            assert socket.receive_json()["job_id"] == job.id
        other.send_json({"type": "subscribe", "job_id": job.id, "after": 0})
        assert other.receive_json() == {"type": "error", "job_id": job.id, "detail": "There is no such job."}
        other.send_json({"type": "cancel", "job_id": job.id})
        assert other.receive_json()["type"] == "error"
    assert services.jobs.get(job.user_id, job.id).state == "pending"


def test_a_job_is_cancelled_over_a_socket(studio: TestClient, services: Services, ada: Headers) -> None:
    job = submit(services, ada)
    with opened(studio, ada) as socket:
        socket.receive_json()
        socket.send_json({"type": "subscribe", "job_id": job.id, "after": 1})
        socket.send_json({"type": "cancel", "job_id": job.id})
        assert told(socket, 1) == [(2, "job_cancelled")]


def test_a_ping_is_answered_and_nonsense_is_explained(studio: TestClient, ada: Headers) -> None:
    with opened(studio, ada) as socket:
        socket.receive_json()
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}
        for nonsense in ("{", "[]", '{"type": "subscribe"}'):
            socket.send_text(nonsense)
            assert socket.receive_json()["type"] == "error"


@pytest.mark.parametrize("query", ["", "?ticket=unknown", "?token=unknown"])
def test_strangers_are_closed_after_they_were_accepted(studio: TestClient, query: str) -> None:
    with studio.websocket_connect(f"/ws{query}") as socket:
        assert code_of(socket) == 4001


def test_a_ticket_opens_one_socket_for_a_while(studio: TestClient, ada: Headers, clock: SettableClock) -> None:
    used, old = (studio.post("/api/ws-ticket", headers=ada).json()["ticket"] for _ in range(2))
    with studio.websocket_connect(f"/ws?ticket={used}") as socket:
        assert socket.receive_json()["type"] == "sync"
    clock.move(seconds=31)
    for ticket in (used, old):
        with studio.websocket_connect(f"/ws?ticket={ticket}") as socket:
            assert code_of(socket) == 4001


def test_a_token_opens_a_socket_until_it_expires(
    studio: TestClient, ada: Headers, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.studio.events.socket.SESSION_SECONDS", 0.05)
    token = ada["Authorization"].removeprefix("Bearer ")
    with studio.websocket_connect(f"/ws?token={token}") as socket:
        assert socket.receive_json()["type"] == "sync"
        clock.now += dt.timedelta(minutes=16)
        assert code_of(socket) == 4001


def test_a_socket_is_closed_when_its_session_ends(
    studio: TestClient, ada: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.studio.events.socket.SESSION_SECONDS", 0.05)
    with opened(studio, ada) as socket:
        socket.receive_json()
        assert studio.post("/api/auth/logout", headers={"Origin": "http://testserver"}).status_code == 200
        assert code_of(socket) == 4001


@pytest.mark.parametrize("by", ["token", "ticket"])
def test_sockets_of_a_token_are_closed_when_it_is_revoked(
    studio: TestClient, ada: Headers, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr("src.studio.events.socket.SESSION_SECONDS", 0.05)
    made = studio.post("/api/auth/cli-token", headers=ada).json()
    shown = {"token": made["token"]}
    if by == "ticket":
        shown = studio.post("/api/ws-ticket", headers={"Authorization": f"Bearer {made['token']}"}).json()
    with opened(studio, ada) as other, studio.websocket_connect(f"/ws?{by}={shown[by]}") as socket:
        assert socket.receive_json()["type"] == "sync"
        assert studio.delete(f"/api/auth/sessions/{made['id']}", headers=ada).status_code == 200
        assert code_of(socket) == 4001
        other.receive_json()
        other.send_json({"type": "ping"})
        assert other.receive_json() == {"type": "pong"}
    with studio.websocket_connect(f"/ws?token={made['token']}") as socket:
        assert code_of(socket) == 4001


def test_a_socket_outlives_a_database_that_is_away_for_a_while(
    studio: TestClient, ada: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def away(_service: AccountService, _session_id: str) -> bool:
        asked.set()
        raise StorageError("Studio's database cannot be reached. Try again.")

    monkeypatch.setattr("src.studio.events.socket.SESSION_SECONDS", 0.05)
    with opened(studio, ada) as socket:
        socket.receive_json()
        with monkeypatch.context() as patch:
            patch.setattr(AccountService, "is_session_alive", away)
            assert asked.wait(10)
            socket.send_json({"type": "ping"})
            assert socket.receive_json() == {"type": "pong"}
        assert studio.post("/api/auth/logout", headers={"Origin": "http://testserver"}).status_code == 200
        assert code_of(socket) == 4001


def test_a_sixth_socket_is_closed_and_makes_room_when_another_goes(studio: TestClient, ada: Headers) -> None:
    sockets = [opened(studio, ada) for _ in range(6)]
    for socket in sockets[:5]:
        socket.__enter__()
        socket.receive_json()
    with sockets[5] as sixth:
        assert code_of(sixth) == 4008
    sockets[0].__exit__(None, None, None)
    with opened(studio, ada) as another:
        assert another.receive_json()["type"] == "sync"
    for socket in sockets[1:5]:
        socket.__exit__(None, None, None)


def test_a_client_that_is_silent_is_closed(
    studio: TestClient, ada: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("src.studio.events.socket.SILENCE_SECONDS", 0.05)
    with opened(studio, ada) as socket:
        assert code_of(socket) == 4002
