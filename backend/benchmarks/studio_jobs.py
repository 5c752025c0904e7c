"""Rows about Studio's jobs, on SQLite and, where it is there, PostgreSQL; a model server's log is the truth."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from benchmarks.bench import say
from benchmarks.studio_server import Person, behind, has_ended, studio
from benchmarks.table import Row, duration
from tests.postgres import NoPostgresError, running_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.asking import Peer
    from benchmarks.bench import Bench
    from benchmarks.studio_server import Studio

NAME = "studio"
# One for each user, so that the model server tells them apart; none takes as long as a job's start.
MODELS = ("fast", "cached", "reasoning", "chunky", "jittery")
STALLED, STEADY, REQUESTS = "stalled", "steady", 10
MOST_CANCEL_SECONDS, MOST_RESUME_SECONDS = 0.5, 5.0
JOBS_SECONDS, JOB_SECONDS, SETTLE_SECONDS = 600.0, 120.0, 1.0
CANCELS, KILLS = 3, 3


def jobs(bench: Bench, gateway: Peer) -> None:
    """Measure jobs on both databases."""
    _on(bench, gateway, "SQLite", {})
    with contextlib.ExitStack() as stack:
        try:
            address = stack.enter_context(running_server())
        except NoPostgresError as error:
            say(f"Jobs are not measured on PostgreSQL: {error}.")
            return
        url = f"{address.replace('postgresql:', 'postgresql+psycopg:')}/postgres"
        _on(bench, gateway, "PostgreSQL", {"studio_database_url": url})


def _on(bench: Bench, gateway: Peer, database: str, settings: Mapping[str, str]) -> None:
    with studio(bench.work / f"jobs-{database}", **behind(gateway), **settings) as server:
        people = [server.sign_up(f"person{number}") for number in range(len(MODELS))]
        _submits(bench, gateway, people, database)
        for person in people[1:]:
            people[0].ask("PUT", f"/api/admin/users/{person.id}/rate-limit", {"benchmarks_per_hour": 1000})
        _cancels(bench, gateway, people[1], database)
        _kills(bench, gateway, server, people[1], database)


def _submits(bench: Bench, gateway: Peer, people: Sequence[Person], database: str) -> None:
    """Submit all at once, and look in rows and log for two of one user at the same time."""
    each = bench.sizes.jobs_each
    _forget(gateway)
    wanted = list(zip(people, MODELS, strict=True)) * each
    since = time.perf_counter()
    with ThreadPoolExecutor(len(wanted)) as threads:
        ids = list(threads.map(lambda who: who[0].measure(who[1], warmup=False), wanted))
    submitted = time.perf_counter() - since
    for (person, _), job_id in zip(wanted, ids, strict=True):
        person.wait(job_id, has_ended, JOBS_SECONDS)
    whole = time.perf_counter() - since
    ended = [_ended_jobs(person) for person in people]
    over = sum(_overlaps(listed) for listed in ended)
    over += sum(call["active_model"] > 1 for call in _log(gateway))
    done = sum(job["status"] == "done" for listed in ended for job in listed)
    calls = len(_log(gateway))
    bench.table.add(
        Row(
            NAME,
            f"{database}: {len(wanted)} jobs of {len(people)} users submitted at once: over the limit of one each",
            str(over),
            f"{done} done with {calls} calls in {duration(whole)}, all accepted in {duration(submitted)}",
            limit="0",
            reached=over == 0 and done == calls == len(wanted),
        )
    )


def _ended_jobs(person: Person) -> list[dict[str, Any]]:
    return person.ask("GET", "/api/jobs?limit=200")["jobs"]


def _overlaps(listed: Sequence[Mapping[str, Any]]) -> int:
    """Return how many jobs began before the one before them had ended."""
    times = sorted(
        (datetime.fromisoformat(job["started_at"]), datetime.fromisoformat(job["completed_at"])) for job in listed
    )
    return sum(begun < ended for (_, ended), (begun, _) in pairwise(times))


def _cancels(bench: Bench, gateway: Peer, person: Person, database: str) -> None:
    """Cancel calls that would never end, and let the model server say when they were gone."""
    gone = []
    for _ in range(CANCELS):
        _forget(gateway)
        job_id = person.measure(STALLED, timeout=600)
        person.wait(job_id, lambda job: job["status"] == "running", JOB_SECONDS)
        time.sleep(2 * SETTLE_SECONDS)  # the generator has to start; the log shows below that the call was made
        asked_ns = time.perf_counter_ns()
        person.ask("POST", f"/api/jobs/{job_id}/cancel")
        person.wait(job_id, has_ended, JOB_SECONDS)
        time.sleep(SETTLE_SECONDS)
        calls = [call for call in _log(gateway) if call["recv_ns"] < asked_ns]
        gone.append(max((call["end_ns"] - asked_ns for call in calls), default=float("inf")) / 1e9)
    bench.table.add(
        Row(
            NAME,
            f"{database}: a call in flight cancelled: until the model server sees it go, slowest of {CANCELS}",
            duration(max(gone)),
            limit=f"≤ {duration(MOST_CANCEL_SECONDS)}",
            reached=max(gone) <= MOST_CANCEL_SECONDS,
        )
    )


def _kills(bench: Bench, gateway: Peer, server: Studio, person: Person, database: str) -> None:
    """Kill the worker in the middle of a run, and let the model server say when it went on, and with what."""
    seconds, lost, doubled, repeated = [], 0, 0, 0
    for _ in range(KILLS):
        _forget(gateway)
        job_id = person.measure(STEADY, runs=REQUESTS, warmup=False)
        person.wait(job_id, lambda job: job["progress_pct"] >= 100 / REQUESTS, JOB_SECONDS)
        killed_ns = time.perf_counter_ns()
        os.kill(server.worker_pid(), signal.SIGKILL)
        person.wait(job_id, has_ended, JOB_SECONDS)
        log = _log(gateway)
        first = min((call["recv_ns"] for call in log if call["connected_ns"] > killed_ns), default=float("inf"))
        seconds.append((first - killed_ns) / 1e9)
        records = person.ask("GET", f"/api/history/{job_id}/records")["records"]
        succeeded = {record["key"] for record in records if record["status"] == "success"}
        lost += REQUESTS - len(succeeded)
        doubled += len(records) - len({record["key"] for record in records})
        repeated += len(log) - REQUESTS
    bench.table.add(
        Row(
            NAME,
            f"{database}: kill -9 of the worker until its job goes on, slowest of {KILLS}",
            duration(max(seconds)),
            f"{lost} results lost, {doubled} doubled, {repeated} calls made again",
            limit=f"≤ {duration(MOST_RESUME_SECONDS)}",
            reached=max(seconds) <= MOST_RESUME_SECONDS and lost == doubled == 0,
        )
    )


def _forget(gateway: Peer) -> None:
    gateway.request("/_reset", method="POST", body=b"")


def _log(gateway: Peer) -> list[dict[str, Any]]:
    """Return what the model server tells of calls of models."""
    found = [json.loads(line) for line in gateway.get("/_log").body.splitlines()]
    return [call for call in found if call["path"].endswith("/chat/completions")]
