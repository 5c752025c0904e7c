"""A run as it is kept: made of a wish, read back for the worker, and summed up at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from src.studio.benchmarks import repository
from src.studio.benchmarks.planning import RunToDo, cell_of, count_requests, load_of
from src.studio.benchmarks.results import Result, results_of, total_cost
from src.studio.benchmarks.schemas import BenchmarkIn
from src.studio.benchmarks.sentence import sentence_of
from src.studio.benchmarks.targets import RunTarget
from src.studio.engine.record import Record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from src.studio.benchmarks.targets import Resolved
    from src.studio.database.database import Database

PROMPT_START = 1_000
"""Characters of a prompt that lists show, and that searches look at."""
NS_PER_MS = 1e6


def new_run(
    run_id: str, request: BenchmarkIn, prompt: str, resolved: Resolved, now: dt.datetime
) -> dict[str, Any]:
    """Return the row of a run that was just asked for."""
    return {
        "id": run_id,
        "source": "server",
        "tool": "studio",
        "mode": request.mode,
        "state": "running",
        "label": request.label or None,
        "shared": False,
        "prompt_start": prompt[:PROMPT_START],
        "prompt": prompt,
        "settings": request.model_dump(exclude={"prompt", "label"}),
        "targets": [target.to_dict() for target in resolved.targets],
        "skipped": [item.to_dict() for item in resolved.skipped],
        "adjustments": resolved.adjustments,
        "requests_total": count_requests(request, resolved.targets),
        "requests_done": 0,
        "error_count": 0,
        "cost": None,
        "created_at": now,
        "search_text": search_text(
            request.label,
            prompt,
            [name for target in resolved.targets for name in (target.model_id, target.provider)],
        ),
    }


def search_text(label: str | None, prompt: str, names: list[str]) -> str:
    """Return what a search looks at: lower case, and nothing that PostgreSQL cannot hold."""
    return "\n".join([label or "", *dict.fromkeys(names), prompt[:PROMPT_START]]).lower().replace("\0", "")


def request_of(run: Mapping[str, Any]) -> BenchmarkIn:
    """Return what was asked for, from a run's row."""
    return BenchmarkIn(**run["settings"], prompt=run["prompt"], label=run["label"])


def targets_of(run: Mapping[str, Any]) -> list[RunTarget]:
    """Return a run's targets, from its row."""
    return [RunTarget(**target) for target in run["targets"]]


def run_to_do(run: Mapping[str, Any]) -> RunToDo:
    """Return a run for the worker, from its row."""
    return RunToDo(
        id=run["id"],
        owner_id=run["user_id"],
        request=request_of(run),
        prompt=run["prompt"],
        targets=targets_of(run),
        skipped=run["skipped"],
        adjustments=run["adjustments"],
        started_at=run["started_at"],
    )


def record_row(run_id: str, record: Record, attempt: int) -> dict[str, Any]:
    """Return the row of a request."""
    cell = cell_of(record.key)
    return {
        "run_id": run_id,
        "key": record.key,
        "target": cell.target,
        "context_tokens": cell.tier,
        "point": record.point,
        "phase": record.phase,
        "status": record.status,
        "sent_ns": record.scheduled_ns if record.sent_ns is None else record.sent_ns,
        "cost": record.cost,
        "ttft_ms": record.ttft_ms,
        "itl_ms": record.itl_ms,
        "request_latency_ms": record.request_latency_ms,
        "scheduled_ttft_ms": _scheduled_ttft_ms(record),
        "attempt": attempt,
        "record": record.to_dict(),
    }


def _scheduled_ttft_ms(record: Record) -> float | None:
    return None if record.first_token_ns is None else (record.first_token_ns - record.scheduled_ns) / NS_PER_MS


def results_of_run(run: Mapping[str, Any], records: Iterable[Record]) -> list[Result]:
    """Sum up records of a run, whose row is given."""
    return results_of(targets_of(run), records, load_of(request_of(run)))


def results_so_far(connection: Connection, reader_id: str, run: Mapping[str, Any]) -> list[Result]:
    """Sum up what is recorded of a run, whether or not it has ended."""
    found = repository.all_records(connection, reader_id, run["id"])
    return results_of_run(run, (Record.from_dict(orjson.loads(row["record"])) for row in found))


def write_results(connection: Connection, run: Mapping[str, Any], found: list[Result]) -> None:
    """Write what a run came to into it, in the place of what it had. Nothing happens where it was deleted."""
    owner_id, run_id = run["user_id"], run["id"]
    told = {"cost": total_cost(found), "sentence": sentence_of(found)}
    if repository.change_run(connection, owner_id, run_id, told):  # it is locked from here on
        repository.replace_results(connection, run, found)
        repository.count_records(connection, owner_id, run_id)


def settle(database: Database, owner_id: str, run_id: str) -> None:
    """Sum up a run that ended without its worker, beside whoever writes: it may take seconds."""
    with database.reading() as connection:
        run = repository.own_run(connection, owner_id, run_id)
        found = [] if run is None else results_so_far(connection, owner_id, run)
    if run is not None:
        with database.writing() as connection:
            write_results(connection, run, found)
