"""A run as it is kept: made of a wish, read back for the worker, and summed up at its end."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.benchmarks import repository
from src.studio.benchmarks.course import count_requests
from src.studio.benchmarks.knees import knees_of, sentence_of_knees
from src.studio.benchmarks.planning import RunToDo
from src.studio.benchmarks.points import ONE_AFTER_ANOTHER, Point, cell_of
from src.studio.benchmarks.results import Result, empty_result, results_of, total_cost
from src.studio.benchmarks.schemas import BenchmarkIn
from src.studio.benchmarks.sentence import sentence_of
from src.studio.benchmarks.targets import RunTarget
from src.studio.engine.dataset import messages_of, read_dataset
from src.studio.engine.record import Record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.benchmarks.knees import RowKnee
    from src.studio.benchmarks.targets import Resolved
    from src.studio.database.database import Database
    from src.studio.engine.dataset import Dataset

PROMPT_START = 1_000
"""Characters of a prompt that lists show, and that searches look at."""
NOT_SETTINGS = {"prompt", "label", "dataset"}
"""What of a wish has a column of its own."""


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
        "prompt_start": (prompt or first_prompt(request))[:PROMPT_START],
        "prompt": prompt,
        "settings": request.model_dump(exclude=NOT_SETTINGS),
        "dataset": request.dataset,
        "slo": request.slo or None,
        "targets": [target.to_dict() for target in resolved.targets],
        "skipped": [item.to_dict() for item in resolved.skipped],
        "adjustments": resolved.adjustments,
        "requests_total": count_requests(request, resolved.targets) or 0,
        "requests_done": 0,
        "error_count": 0,
        "cost": None,
        "created_at": now,
        "search_text": search_text(
            request.label,
            prompt or first_prompt(request),
            [name for target in resolved.targets for name in (target.model_id, target.provider)],
        ),
    }


def search_text(label: str | None, prompt: str, names: list[str]) -> str:
    """Return what a search looks at: lower case, and nothing that PostgreSQL cannot hold."""
    return "\n".join([label or "", *dict.fromkeys(names), prompt[:PROMPT_START]]).lower().replace("\0", "")


def request_of(run: Mapping[str, Any], dataset: str | None = None) -> BenchmarkIn:
    """Return what was asked for, from a run's row and its dataset, which is read apart."""
    return BenchmarkIn(**run["settings"], prompt=run["prompt"], label=run["label"], dataset=dataset)


def dataset_of(request: BenchmarkIn) -> Dataset | None:
    """Return the dataset of a wish, None where it has none. Raises `DatasetError`."""
    if request.dataset is None:
        return None
    return read_dataset(request.dataset.split("\n"), skip_broken=request.dataset_on_error == "skip")


def first_prompt(request: BenchmarkIn) -> str:
    """Return what lists show of a dataset: its first text; nothing without one."""
    dataset = dataset_of(request)
    if dataset is None:
        return ""
    contents = (message.get("content") for message in messages_of(dataset.items[0]))
    return next((content for content in contents if isinstance(content, str)), "")


def targets_of(run: Mapping[str, Any]) -> list[RunTarget]:
    """Return a run's targets, from its row."""
    return [RunTarget(**target) for target in run["targets"]]


def run_to_do(run: Mapping[str, Any], text: str | None = None) -> RunToDo:
    """Return a run for the worker, from its row and the text of its dataset."""
    request = request_of(run, text)
    dataset = dataset_of(request)
    return RunToDo(
        id=run["id"],
        owner_id=run["user_id"],
        request=request,
        prompt=run["prompt"],
        targets=targets_of(run),
        skipped=run["skipped"],
        adjustments=run["adjustments"],
        started_at=run["started_at"],
        items=dataset.items if dataset else (),
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
        "scheduled_ttft_ms": record.scheduled_ttft_ms,
        "attempt": attempt,
        "record": record.to_dict(),
    }


def results_of_run(run: Mapping[str, Any], records: Iterable[Record]) -> list[Result]:
    """Sum up records of a run, whose row is given."""
    request = request_of(run)
    load = request.levels[0] if request.levels else ONE_AFTER_ANOTHER
    return results_of(targets_of(run), records, load, request.objective)


def results_so_far(connection: Connection, reader_id: str, run: Mapping[str, Any]) -> list[Result]:
    """Sum up what is recorded of a run, whether or not it has ended.

    Of one that goes point by point, one point at a time is in memory: they were sent one after another.
    """
    rows = repository.all_records(connection, reader_id, run["id"])
    records = (record_of(row) for row in rows if row["phase"] == "measure")
    if not request_of(run).goes_by_points:
        return results_of_run(run, records)
    points = itertools.groupby(records, key=lambda record: cell_of(record.key).point)
    return in_order(result for _, group in points for result in results_of_run(run, group))


def results_between(
    connection: Connection, reader_id: str, run: Mapping[str, Any], since_ns: int, until_ns: int | None
) -> list[Result]:
    """Sum up what was sent between two times since the run's start."""
    rows = repository.all_records(connection, reader_id, run["id"], since_ns, until_ns)
    return results_of_run(run, (record_of(row) for row in rows if row["phase"] == "measure"))


def nothing_at(run: RunToDo, point: Point) -> Result:
    """Return the result of a point of which nothing is recorded."""
    return empty_result(run.targets, point, run.load_of(point), run.request.objective)


def in_order(results: Iterable[Result]) -> list[Result]:
    """Return results as they are listed."""
    return sorted(results, key=lambda result: result.at.order)


def record_of(row: Mapping[str, Any]) -> Record:
    """Return a record as it was kept."""
    return Record.from_dict(orjson.loads(row["record"]))


def ended_points(run: Mapping[str, Any]) -> dict[Point, dict[str, Any]]:
    """Return what is kept of each point that was measured as a whole, of a run that goes point by point.

    `began_ns` and `ended_ns` count from the run's start; beside them stands what the generator says of itself.
    """
    kept = (run.get("measured") or {}).get("points", ())
    return {cell_of(f"{point['key']}0").point: point for point in kept}


def write_results(connection: Connection, run: Mapping[str, Any], found: Sequence[Result]) -> None:
    """Write what a run came to into it, in the place of what it had. Nothing happens where it was deleted.

    `run` has in `measured` which points count for its knees.
    """
    owner_id, run_id = run["user_id"], run["id"]
    knees = knees_so_far(found, ended_points(run))
    told = {
        "cost": total_cost(found),
        "sentence": sentence_of_knees(knees) or sentence_of(_least(found)),
        "knees": [found.told() for found in knees],
    }
    if repository.change_run(connection, owner_id, run_id, told):  # it is locked from here on
        repository.replace_results(connection, run, found)
        repository.count_records(connection, owner_id, run_id)


def knees_so_far(found: Iterable[Result], ended: Collection[Point]) -> list[RowKnee]:
    """Return the knees that points show which were measured as a whole."""
    return knees_of(result for result in found if result.at in ended)


def _least(found: Sequence[Result]) -> list[Result]:
    """Return the results of the shortest answers and the smallest load: a sentence does not mix them."""
    least = min(((result.at.output or 0, result.load.value or 0) for result in found), default=None)
    return [result for result in found if (result.at.output or 0, result.load.value or 0) == least]


def settle(database: Database, owner_id: str, run_id: str) -> None:
    """Sum up a run that ended without its worker, beside whoever writes: it may take seconds."""
    with database.reading() as connection:
        run = repository.own_run(connection, owner_id, run_id)
        found = [] if run is None else results_so_far(connection, owner_id, run)
    if run is not None:
        with database.writing() as connection:
            write_results(connection, run, found)
