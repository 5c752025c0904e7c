"""Rows about Studio: answers, what it takes, the first minute; more in `studio_analytics` and `studio_jobs`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from benchmarks.asking import Peer
from benchmarks.bench import say
from benchmarks.loads import Load, Outcome, Target, put
from benchmarks.machine import resident_megabytes, work_seconds
from benchmarks.processes import free_port, listens, running, script
from benchmarks.servers import bare_environment
from benchmarks.statistics_of import median, percentile
from benchmarks.studio_analytics import analytics
from benchmarks.studio_jobs import NAME, jobs
from benchmarks.studio_server import (
    LLM_MOCK,
    POLL_SECONDS,
    SECRET,
    Person,
    Studio,
    behind,
    has_ended,
    model_server,
)
from benchmarks.studio_server import (
    studio as started,
)
from benchmarks.table import Row, duration
from src.studio.accounts.secret import derive

if TYPE_CHECKING:
    from benchmarks.bench import Bench

CLIENTS, LOAD_SECONDS = 32, 20
MOST_REQUESTS = 1_000_000
LISTED_JOBS = 20
LIMIT_PERCENT, LIMIT_P99_SECONDS = 50, 0.1
REGISTRATIONS, HEALTH_PAUSE_SECONDS, HEALTH_LIMIT_SECONDS = 20, 0.002, 0.05
BUSY_SHARE = 0.5
"""Of a limit: where a reference takes more than that, the limit is not Studio's to miss."""
FIRST_MINUTE_SECONDS = 60.0
DEMO_MODELS, USUAL_RUNS = 3, 5  # what the page's form begins with
IDLE_SECONDS, SETTLE_SECONDS = 2.0, 3.0


def studio(bench: Bench) -> None:
    """Measure Studio; its jobs where there is a model server whose log is the truth."""
    _first_minute(bench)
    _start(bench)
    _answers(bench)
    analytics(bench)
    if LLM_MOCK.is_file():
        with model_server(bench.work) as gateway:
            jobs(bench, gateway)
    else:
        say("There is no ../shared/llm-mock beside the repository: Studio's jobs are not measured.")
        bench.table.add(Row(NAME, "jobs, against a model server's log", "not known here"))


def _first_minute(bench: Bench) -> None:
    """Start the demo as somebody does who has just cloned it, and run what the page's form begins with."""
    with started(bench.work / "demo", "--demo") as demo:
        guest = demo.enter_demo()
        offered = guest.ask("GET", "/api/config")["shared"]
        models = [model["model_id"] for provider in offered.values() for model in provider["models"]]
        run_id = guest.measure(*models[:DEMO_MODELS], provider="demo", runs=USUAL_RUNS)
        while guest.ask("GET", f"/api/history/{run_id}")["requests_done"] == 0:
            time.sleep(POLL_SECONDS)
        first = time.perf_counter() - demo.started_at
        job = guest.wait(run_id, has_ended, FIRST_MINUTE_SECONDS)
        whole = time.perf_counter() - demo.started_at
    what = f"first minute: from the start of the demo to the first result, by the API; {DEMO_MODELS} models"
    bench.table.add(
        Row(
            NAME,
            what,
            duration(first),
            f"{duration(whole)}, {job['status']} with all {DEMO_MODELS * USUAL_RUNS}",
            limit=f"≤ {duration(FIRST_MINUTE_SECONDS)}",
            reached=whole <= FIRST_MINUTE_SECONDS and job["status"] == "done",
        )
    )


def _start(bench: Bench) -> None:
    """Start servers with and without Studio in turns."""
    seconds: dict[str, list[float]] = {"0": [], "1": []}
    megabytes: dict[str, list[float]] = {"0": [], "1": []}
    unreachable = behind(Peer(f"http://127.0.0.1:{free_port()}", {}))
    for _ in range(bench.sizes.restarts):
        for switch in ("0", "1"):
            folder = bench.work / f"start-{switch}"
            with started(folder, **unreachable, studio=switch, studio_workers="0") as server:
                server.peer.get("/health")
                seconds[switch].append(time.perf_counter() - server.started_at)
                time.sleep(SETTLE_SECONDS)
                megabytes[switch].append((resident_megabytes(server.process.pid) or (0.0, 0.0))[0])
    without, beside = (f"{median(megabytes[switch]):.0f} MB" for switch in seconds)
    bench.table.add(
        Row(
            NAME,
            "start to the first answer, and resident memory, STUDIO=0",
            f"{duration(median(seconds['0']))}, {without}",
            f"{duration(median(seconds['1']))}, {beside}, with Studio, its worker apart",
        )
    )


def _answers(bench: Bench) -> None:
    """Measure what is answered while no worker runs, then what server and worker take when idle."""
    unreachable = behind(Peer(f"http://127.0.0.1:{free_port()}", {}))
    with started(bench.work / "answers", **unreachable, studio_workers="0") as server:
        person = server.sign_up("first")
        _list_of_jobs(bench, server, person)
        _registrations(bench, server)
    with started(bench.work / "answers", **unreachable) as server:
        _idle(bench, server)


def _list_of_jobs(bench: Bench, server: Studio, person: Person) -> None:
    for _ in range(LISTED_JOBS):
        person.measure("nothing")
    kept = server.ask("GET", "/api/jobs", headers=person.headers).body
    port, key = free_port(), derive(SECRET.encode(), "access tokens")
    command = [*script("bare_account.py"), str(port), str(bench.work / "answers" / "studio.db"), key.hex()]
    loads = {server.peer.port: ("/api/jobs", Outcome()), port: ("/kept", Outcome())}
    with running(command, bench.work / "bare-account.log", lambda: listens(port), bare_environment()):
        Peer(f"http://127.0.0.1:{port}", {}).request("/_keep", method="PUT", body=kept)
        seconds = LOAD_SECONDS / bench.sizes.rounds
        for _ in range(bench.sizes.rounds):
            for where, (path, outcome) in loads.items():
                outcome += put(  # noqa: PLW2901 - added to in place
                    Load(where, [Target(path, person.headers)], MOST_REQUESTS, CLIENTS, seconds)
                ).checked()
    ours, theirs = (outcome for _, outcome in loads.values())
    percent = 100 * ours.per_second / theirs.per_second
    what = f"GET /api/jobs, {LISTED_JOBS} jobs, {len(kept) / 1000:.0f} kB, {CLIENTS} clients"
    bench.table.add(
        Row(
            NAME,
            what,
            f"{ours.per_second:.0f} per s",
            f"{theirs.per_second:.0f} per s, a bare handler that authenticates",
            f"{percent:.0f} %",
            f"≥ {LIMIT_PERCENT} %",
            percent >= LIMIT_PERCENT,
        )
    )
    slow, bare = (percentile(found.latencies(), 99) for found in (ours, theirs))
    _add_p99(bench, "the same, p99", slow, LIMIT_P99_SECONDS, (bare, "the same handler"))


def _registrations(bench: Bench, server: Studio) -> None:
    idle = [_health(server) for _ in range(100)]
    meanwhile: list[float] = []
    began, taken = 0, 0.0
    for number in range(bench.sizes.rounds):
        people = [
            threading.Thread(target=server.sign_up, args=(f"{number}-{who}",)) for who in range(REGISTRATIONS)
        ]
        since = time.perf_counter()
        for thread in people:
            thread.start()
        while any(thread.is_alive() for thread in people):
            meanwhile.append(_health(server))
        taken += time.perf_counter() - since
        began += REGISTRATIONS
    slow = percentile(meanwhile, 99)
    what = f"/healthz during {REGISTRATIONS} registrations at once ({began / taken:.0f} per s), p99"
    _add_p99(bench, what, slow, HEALTH_LIMIT_SECONDS, (percentile(idle, 99), "idle"))


def _add_p99(bench: Bench, what: str, seconds: float, most: float, beside: tuple[float, str]) -> None:
    """Add a p99 with its limit, beside a reference: one that is slow itself says that the machine is busy.

    What is missed then is not judged.
    """
    reference, of = beside
    busy = reference > BUSY_SHARE * most
    reached = seconds <= most
    bench.table.add(
        Row(
            NAME,
            what,
            duration(seconds),
            f"{duration(reference)}, {of}" + (", too much to judge by" if busy else ""),
            limit=f"≤ {duration(most)}",
            reached=None if busy and not reached else reached,
        )
    )


def _health(server: Studio) -> float:
    time.sleep(HEALTH_PAUSE_SECONDS)
    return server.peer.get("/healthz").seconds


def _idle(bench: Bench, server: Studio) -> None:
    """Tell what a server and its worker take when nobody wants anything."""
    time.sleep(SETTLE_SECONDS)
    pids = {"server": server.process.pid, "worker": server.worker_pid()}
    before = {name: work_seconds(pid) for name, pid in pids.items()}
    seconds = IDLE_SECONDS * bench.sizes.rounds
    time.sleep(seconds)
    shares = {name: (work_seconds(pid) - before[name]) / seconds for name, pid in pids.items()}
    sizes = {name: resident_megabytes(pid) for name, pid in pids.items()}
    for name, share in shares.items():
        size = sizes[name]
        memory = "" if size is None else f", {size[0]:.0f} MB resident"
        bench.table.add(Row(NAME, f"{name}, idle for {seconds:.0f} s", f"{100 * share:.1f} % of a core{memory}"))
