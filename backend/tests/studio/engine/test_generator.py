"""A generator is a process of its own: it carries out its plan, tells how, and ends when told to or left alone."""

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from src.studio.engine import generator as module
from src.studio.engine.events import Event, Finished, Ready, Report, Started
from src.studio.engine.generator import BACKEND, Generator, GeneratorError
from src.studio.engine.plan import Plan, Price
from src.studio.engine.record import Record
from src.studio.llm.egress import EgressPolicy
from tests.studio.engine.records import KEY, plan
from tests.studio.llm.raw_server import CHUNKED, DONE, END, FINISH, HELLO, USAGE, chunk, raw_server, response

WHOLE = CHUNKED + chunk(HELLO + HELLO + FINISH + USAGE + DONE) + END
FOREVER = (CHUNKED, chunk(HELLO), 60.0)


def told(given: Plan) -> list[Event]:
    """Return all that a generator tells of a plan."""

    async def run() -> list[Event]:
        async with Generator(given) as generator:
            return [event async for event in generator]

    return asyncio.run(run())


def records(events: list[Event]) -> list[Record]:
    return [event.record for event in events if isinstance(event, Finished)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_a_plan_is_carried_out_and_all_of_it_is_told() -> None:
    with raw_server(WHOLE) as server:
        given = plan(server.base_url, ["a", "b/c d 🦙"], times=3, price=Price(1, 2), params={"max_tokens": 5})
        events = told(given)
    assert isinstance(events[0], Ready)
    assert isinstance(events[-1], Report)
    keys = [f"{model}/{number}" for number in range(3) for model in ("a", "b/c d 🦙")]
    assert [event.key for event in events if isinstance(event, Started)] == keys
    found = records(events)
    assert [record.key for record in found] == keys
    assert {record.status for record in found} == {"success"}
    assert [request.json["model"] for request in server.requests] == ["a", "b/c d 🦙"] * 3
    assert [request.headers["x-request-id"] for request in server.requests] == [one.request_id for one in found]
    assert {request.json["max_tokens"] for request in server.requests} == {5}
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    assert all("metadata" not in request.json for request in server.requests)
    assert len({request.json["messages"][0]["content"] for request in server.requests}) == 6
    assert (found[0].input_tokens, found[0].output_tokens, found[0].chunks) == (7, 3, 2)
    assert found[0].cost == pytest.approx(13e-6)
    assert server.connections == 1


def test_as_many_are_under_way_as_the_block_has_places() -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def count(change: int) -> None:
        nonlocal under_way, most
        with lock:
            under_way += change
            most = max(most, under_way)

    with raw_server(lambda _: count(1), 0.05, lambda _: count(-1), WHOLE) as server:
        found = records(told(plan(server.base_url, ["m"], concurrency=4, times=20)))
    assert (len(found), most, server.connections) == (20, 4, 4)
    assert all(record.scheduled_ns <= (record.sent_ns or 0) <= record.end_ns for record in found)


def test_lanes_run_beside_each_other() -> None:
    with raw_server(0.5, WHOLE) as server:
        one, two = plan(server.base_url, ["a"], times=2), plan(server.base_url, ["b"], times=2)
        both = Plan(one.targets + two.targets, one.prompts, one.lanes + two.lanes)
        found = records(told(both))
    of = {model: [record for record in found if record.target == model] for model in ("a", "b")}
    first, other = of["a"][0], of["b"][0]
    assert max(first.scheduled_ns, other.scheduled_ns) < min(first.end_ns, other.end_ns)
    assert [len(one) for one in of.values()] == [2, 2]


def test_what_is_refused_is_counted_and_not_asked_again() -> None:
    with raw_server(response("429 Too Many", b'{"error": "slow down"}', "Retry-After: 7")) as server:
        found = records(told(plan(server.base_url, ["m"], times=5)))
    assert len(server.requests) == 5
    assert {(one.status, one.error_kind, one.retry_after_seconds) for one in found} == {("error", "http_429", 7.0)}


def test_a_cancel_closes_all_and_tells_what_was_in_flight() -> None:
    async def run(given: Plan) -> tuple[list[Event], float]:
        events, cancelled = list[Event](), 0.0
        async with Generator(given) as generator:
            async for event in generator:
                events.append(event)
                if sum(isinstance(one, Started) for one in events) == 3 and not cancelled:
                    await asyncio.sleep(0.2)
                    cancelled = time.monotonic()
                    generator.cancel()
        return events, time.monotonic() - cancelled

    with raw_server(*FOREVER) as server:
        events, seconds = asyncio.run(run(plan(server.base_url, ["m"], concurrency=3, times=9)))
    found = records(events)
    assert [(one.status, one.chunks, one.error) for one in found] == [("cancelled", 1, None)] * 3
    assert isinstance(events[-1], Report)
    assert seconds < 20  # of the minute that answers would have taken


def test_a_cancel_before_anything_was_sent_still_brings_the_report() -> None:
    async def run(given: Plan) -> list[Event]:
        async with Generator(given) as generator:
            generator.cancel()
            return [event async for event in generator]

    with raw_server(*FOREVER) as server:
        events = asyncio.run(run(plan(server.base_url, ["m"], concurrency=3, times=3)))
    assert isinstance(events[-1], Report)
    assert {record.status for record in records(events)} <= {"cancelled"}


def test_leaving_the_block_ends_the_process() -> None:
    async def run(given: Plan) -> int:
        async with Generator(given) as generator:
            async for event in generator:
                if isinstance(event, Started):
                    break
            return generator.pid

    with raw_server(*FOREVER) as server:
        assert not alive(asyncio.run(run(plan(server.base_url, ["m"]))))


def test_a_cancelled_task_ends_the_process_at_once() -> None:
    async def run(given: Plan) -> tuple[int, float]:
        pids = []

        async def watch() -> None:
            async with Generator(given) as generator:
                pids.append(generator.pid)
                async for _ in generator:
                    pass

        task = asyncio.create_task(watch())
        while not pids:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return pids[0], time.monotonic() - started

    with raw_server(*FOREVER) as server:
        pid, seconds = asyncio.run(run(plan(server.base_url, ["m"])))
    assert not alive(pid)
    assert seconds < 20


def test_a_generator_that_dies_is_told_in_a_sentence() -> None:
    async def run(given: Plan) -> None:
        async with Generator(given) as generator:
            async for event in generator:
                if isinstance(event, Started):
                    os.kill(generator.pid, signal.SIGKILL)

    with (
        raw_server(*FOREVER) as server,
        pytest.raises(GeneratorError, match=r"ended before its work did \(signal 9\)\.$"),
    ):
        asyncio.run(run(plan(server.base_url, ["m"])))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise ValueError('sk-the-key-in-use-4711')", r"exit code 1\): ValueError: \[key\]\.$"),
        ("print('nonsense', flush=True)", "something that cannot be read"),
        ('print(\'{"type": "other"}\', flush=True)', "something that cannot be read"),
        ("print('[]', flush=True)", "something that cannot be read"),
    ],
)
def test_a_generator_that_fails_is_told_without_keys(
    program: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text(program)
    monkeypatch.setattr(module, "BACKEND", tmp_path)
    monkeypatch.setattr(module, "MODULE", "broken")
    with pytest.raises(GeneratorError, match=said):
        told(plan("http://127.0.0.1:1/v1", ["m"]))


def test_a_generator_gets_no_setting_and_shows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_API_KEY", "sk-of-the-server")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")

    async def run(given: Plan) -> str:
        async with Generator(given) as generator:
            async for event in generator:
                if isinstance(event, Started):
                    process = Path(f"/proc/{generator.pid}")
                    return (process / "environ").read_text() + (process / "cmdline").read_text()
        return ""

    with raw_server(*FOREVER) as server:
        shown = asyncio.run(run(plan(server.base_url, ["m"])))
    assert "src.studio.engine" in shown
    for name in (KEY, "LITELLM", "PROXY", "127.0.0.1"):
        assert name not in shown


def test_a_generator_ends_with_its_parent() -> None:
    program = textwrap.dedent(
        """
        import asyncio, sys
        from src.studio.engine.generator import Generator
        from tests.studio.engine.records import plan

        async def run():
            async with Generator(plan(sys.argv[1], ["m"])) as generator:
                async for event in generator:
                    print(generator.pid, type(event).__name__, flush=True)

        asyncio.run(run())
        """
    )
    with raw_server(*FOREVER) as server:
        command = [sys.executable, "-c", program, server.base_url]
        with subprocess.Popen(command, cwd=BACKEND, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603
            assert parent.stdout is not None
            pid = next(int(line.split()[0]) for line in parent.stdout if "Started" in line)
            assert alive(pid)
            parent.kill()
            until = time.monotonic() + 30
            while alive(pid) and time.monotonic() < until:
                time.sleep(0.02)
            assert not alive(pid)


@pytest.mark.parametrize("given", [b"", b"{", b"[]\n", b'{"targets": []}\n'])
def test_what_is_no_plan_is_refused_in_a_line(given: bytes) -> None:
    command = [sys.executable, "-m", "src.studio.engine"]
    ended = subprocess.run(  # noqa: S603
        command, input=given, cwd=BACKEND, capture_output=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert ended.stderr.startswith(b"The plan cannot be read")
    assert ended.stderr.count(b"\n") == 1


def test_a_generator_loads_nothing_of_the_server() -> None:
    program = "import sys, src.studio.engine.__main__; print(*sys.modules)"
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], cwd=BACKEND, capture_output=True, text=True, timeout=30, check=True
    )
    loaded = set(ended.stdout.split())
    ours = {name for name in loaded if name.startswith("src.")}
    assert {name.split(".")[1] for name in ours} == {"core", "studio"}
    assert {name.split(".")[2] for name in ours if name.count(".") > 1 and ".studio." in name} == {"engine", "llm"}
    assert loaded.isdisjoint({"fastapi", "pydantic", "sqlalchemy", "starlette", "requests", "structlog", "dbos"})


def test_a_plan_with_long_prompts_stays_small() -> None:
    prompts = {"hello": [{"role": "user", "content": "x" * 500_000}]}
    with raw_server(WHOLE) as server:
        given = plan(server.base_url, [f"m{n}" for n in range(100)], concurrency=50, prompts=prompts)
        events = told(given)
    assert {record.status for record in records(events)} == {"success"}
    assert isinstance(events[-1], Report)
    assert events[-1].max_rss_mb < 100


def test_what_a_user_has_named_is_called_where_the_plan_allows_it_alone() -> None:
    """A target that is refused is an error of its own; one beside it that nobody guards is called."""
    with raw_server(WHOLE) as server, raw_server(WHOLE) as other:
        given = plan(server.base_url, ["a", "b"])
        named = dataclasses.replace(given.targets[1], base_url=other.base_url, guarded=True)
        given = dataclasses.replace(given, targets=[given.targets[0], named])
        free, refused = records(told(given))
        assert (free.status, refused.status, refused.error_kind) == ("success", "error", "egress_refused")
        assert refused.error is not None
        assert refused.error.startswith(
            "The address [address] leads to this machine itself, which is not open here."
        )
        assert (refused.sent_ns, other.connections) == (None, 0)
        opened = dataclasses.replace(given, egress=EgressPolicy(("127.0.0.1/32",)))
        assert [record.status for record in records(told(opened))] == ["success", "success"]
