"""A Studio that was used for long, written into its database: runs with all requests, people, what they did."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, literal, select

from src.core.clock import utc_now
from src.studio.accounts.tables import audit, users
from src.studio.benchmarks import repository, runs
from src.studio.benchmarks.schemas import BenchmarkIn, TargetIn
from src.studio.benchmarks.tables import benchmark_records, benchmark_results, benchmark_runs
from src.studio.benchmarks.targets import Resolved, RunTarget
from src.studio.database.metadata import new_id
from src.studio.engine.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from src.studio.database.database import Database

MODELS = 12
MODELS_A_RUN, TIERS, USUAL_RUNS, PEOPLE_AT_ONCE = 3, (0, 1000, 5000), 5, 4
TEMPLATES, LOADED = 40, 8
"""Runs that are made, and how many of those put several requests on a model at once; the others repeat them."""
ANSWER_TOKENS = 100
DAYS = 180
NS_PER_MS = 1_000_000
USERS_AT_ONCE = 1000


def write_runs(database: Database, owners: Sequence[str], count: int) -> None:
    """Write runs of 3 models at 3 context sizes, 5 requests each: the first owner's, and what others share."""
    drawn = random.Random(1)  # noqa: S311 - the same each time
    made = [_write_run(database, owners[0], drawn, number) for number in range(TEMPLATES)]
    start = utc_now() - dt.timedelta(days=DAYS)
    with database.writing() as connection:
        for number in range(TEMPLATES, count):
            owner = owners[number % len(owners)]
            at = start + dt.timedelta(days=DAYS) * number / count
            _repeat(connection, drawn.choice(made), owner, at, shared=owner != owners[0])


def write_large_runs(database: Database, owner: str, count: int, requests: int) -> list[str]:
    """Write runs of one model with so many requests, 8 at once, and return their ids."""
    drawn = random.Random(2)  # noqa: S311
    wish = _wish(["model-0"], mode="concurrency", concurrency=8, context_tiers=[0])
    return [_write(database, owner, wish, _records(wish, drawn, requests)) for _ in range(count)]


def write_people(database: Database, count: int) -> None:
    """Write so many users, and ten lines of the audit for each."""
    now = utc_now()
    limits = {"benchmarks_per_hour": 20, "max_concurrent": 1, "max_runs_per_benchmark": 10}
    told = {"role": "user", "is_demo": False, "onboarding_completed": True, "created_at": now, **limits}
    for first in range(0, count, USERS_AT_ONCE):
        numbers = range(first, min(first + USERS_AT_ONCE, count))
        people = [{"id": new_id(), "email": f"seeded-{number}@example.com", **told} for number in numbers]
        did = [
            {"id": new_id(), "user_id": one["id"], "email": one["email"], "action": "login", "at": now}
            for one in people
            for _ in range(10)
        ]
        with database.writing() as connection:
            connection.execute(insert(users), people)
            connection.execute(insert(audit), did)


def _write_run(database: Database, owner: str, drawn: random.Random, number: int) -> str:
    names = [f"model-{at}" for at in drawn.sample(range(MODELS), MODELS_A_RUN)]
    load = {"mode": "concurrency", "concurrency": PEOPLE_AT_ONCE} if number < LOADED else {}
    wish = _wish(names, context_tiers=list(TIERS), runs=USUAL_RUNS, **load)
    return _write(database, owner, wish, _records(wish, drawn, USUAL_RUNS * wish.concurrency))


def _wish(names: Sequence[str], **settings: Any) -> BenchmarkIn:  # noqa: ANN401 - whatever it takes
    return BenchmarkIn(targets=[TargetIn(provider_key="gateway", model_id=name) for name in names], **settings)


def _write(database: Database, owner: str, wish: BenchmarkIn, records: Sequence[Record]) -> str:
    targets = [_target(target.model_id, wish.context_tiers) for target in wish.targets]
    now = utc_now()
    run = runs.new_run(new_id(), wish, "Tell a story of a hundred words.", Resolved(targets), now)
    run |= {"user_id": owner, "state": "done", "started_at": now, "completed_at": now, "measured": None}
    with database.writing() as connection:
        repository.add_run(connection, run)
        repository.keep_records(database, connection, [runs.record_row(run["id"], one, 1) for one in records])
        runs.write_results(connection, run, runs.results_of_run(run, records))
    return run["id"]


def _target(name: str, tiers: Sequence[int]) -> RunTarget:
    return RunTarget(
        provider_key="gateway",
        provider="Gateway",
        model_id=name,
        display_name=name.title(),
        through="gateway",
        tiers=list(tiers),
        input_cost_per_mtok=1.25,
        output_cost_per_mtok=10.0,
    )


def _records(wish: BenchmarkIn, drawn: random.Random, each: int) -> list[Record]:
    return [
        _record(drawn, at, target.model_id, tier, number)
        for at, target in enumerate(wish.targets)
        for tier in wish.context_tiers
        for number in range(1, each + 1)
    ]


def _record(drawn: random.Random, at: int, model: str, tier: int, number: int) -> Record:
    """Return a request as a model answers it that has its own pace, and an off day now and then."""
    pace = 1 + int(model.rpartition("-")[2]) / 4
    first = drawn.lognormvariate(math.log(150 * pace + tier / 50), 0.25)
    gaps = [drawn.gammavariate(4, 2 * pace) for _ in range(ANSWER_TOKENS - 1)]
    sent, latency = number * 2_000 * NS_PER_MS, first + math.fsum(gaps)
    return Record(
        key=f"{at}-{tier}-{number}",
        target=str(at),
        model=model,
        provider="gateway",
        point=f"{model}@{tier}",
        phase="measure",
        run=number,
        request_id=new_id(),
        response_id=f"chatcmpl-{new_id()}",
        scheduled_ns=sent,
        sent_ns=sent,
        first_token_ns=sent + round(first * NS_PER_MS),
        first_output_ns=sent + round(first * NS_PER_MS),
        last_token_ns=sent + round(latency * NS_PER_MS),
        end_ns=sent + round(latency * NS_PER_MS),
        icl_ms=gaps,
        chunks=ANSWER_TOKENS,
        first_chunk_tokens=1,
        input_tokens=20 + tier,
        output_tokens=ANSWER_TOKENS,
        tokens_source="usage",
        finish_reason="stop",
        streamed=True,
        status="success",
        http_status=200,
        cost=(20 + tier) * 1.25e-6 + ANSWER_TOKENS * 1e-5,
        ttft_ms=first,
        ttfo_ms=first,
        request_latency_ms=latency,
        itl_ms=(latency - first) / (ANSWER_TOKENS - 1),
        dispatch_delay_ms=0.0,
    )


def _repeat(connection: Connection, run_id: str, owner: str, at: dt.datetime, *, shared: bool) -> None:
    """Write a run once more, as somebody's of another time."""
    own = {"user_id": owner, "created_at": at}
    new = new_id()
    _copy(connection, benchmark_runs, "id", run_id, {"id": new, "shared": shared, **own})
    _copy(connection, benchmark_results, "run_id", run_id, {"run_id": new, **own})
    _copy(connection, benchmark_records, "run_id", run_id, {"run_id": new})


def _copy(connection: Connection, table: Table, key: str, value: str, changes: dict[str, Any]) -> None:
    columns = [
        literal(changes[column.name], column.type) if column.name in changes else column for column in table.c
    ]
    chosen = select(*columns).where(table.c[key] == value)
    connection.execute(insert(table).from_select([column.name for column in table.c], chosen))
