"""`BenchmarkService`: asks for benchmarks, tells what they came to, and keeps them."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from src.core.clock import iso
from src.studio.benchmarks import exports, repository, runs
from src.studio.benchmarks.course import MOST_POINTS, MOST_REQUESTS, count_points, count_requests
from src.studio.benchmarks.direct import (
    records_of_results,
    targets_of_results,
    wish_of_results,
    with_what_was_asked,
)
from src.studio.benchmarks.direct_plan import DirectPlan, check_provider, check_wish, plan_of
from src.studio.benchmarks.estimate import Estimate, TargetKey, estimate
from src.studio.benchmarks.handler import KIND
from src.studio.benchmarks.imports import imported_run
from src.studio.benchmarks.live import LiveResults
from src.studio.benchmarks.progress import duration
from src.studio.benchmarks.repository import Stretch, Wanted
from src.studio.benchmarks.run_files import FORMS, file_pieces
from src.studio.benchmarks.tables import benchmark_runs
from src.studio.benchmarks.targets import Resolved, refusal, resolve
from src.studio.database.metadata import new_id
from src.studio.engine.dataset import DatasetError
from src.studio.errors import InvalidFieldError, InvalidRequestError, NotFoundError
from src.studio.jobs.deleting import delete_in_pieces
from src.studio.profiles.service import ProfileToUse
from src.studio.providers.service import DEFAULT_PROMPT
from src.studio.report.foreign import UnreadableResultsError
from src.studio.report.reading import read_results

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, RowMapping

    from src.studio.accounts.user import User
    from src.studio.benchmarks.imports import ImportedRun
    from src.studio.benchmarks.schemas import BenchmarkIn, DirectResultsIn
    from src.studio.benchmarks.sending import SendingRules
    from src.studio.benchmarks.targets import RunTarget
    from src.studio.database.database import Database
    from src.studio.engine.dataset import Dataset
    from src.studio.jobs.job import Job
    from src.studio.jobs.service import JobService
    from src.studio.providers.service import ProviderService

NOT_FOUND = "There is no such run."
HOUR = 3600
TIMELINE = ("key", "point", "status", "scheduled_ns", "sent_ns", "first_token_ns", "last_token_ns", "end_ns")
EXPORTED_RUNS = 100
"""Runs that are read at once for a file."""

Values = dict[str, Any]
Profiles = dict[str, ProfileToUse]
"""By model."""


class BenchmarkService:
    """Benchmarks of users. Runs of others are not found, but for those that they share, which can be read."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime],
        providers: ProviderService,
        jobs: JobService,
        rules: SendingRules,
    ) -> None:
        self._database, self._clock, self._providers, self._jobs = database, clock, providers, jobs
        self._rules = rules
        self._live = LiveResults()

    def submit(self, owner: User, request: BenchmarkIn, kept: Profiles | None = None) -> str:
        """Submit a benchmark and return its id, which is its job's, too.

        `kept` are profiles as a run had them, which take the place of those that are there now. Where none of its
        models is there, its job will fail with a reason that names them. Raises
        `InvalidFieldError`, and `TooManyRequestsError` at the owner's limits.
        """
        prompt, resolved, _ = self._resolve(owner, request, kept or {})

        def keep(connection: Connection, job: Job) -> None:
            run = runs.new_run(job.id, request, prompt, resolved, self._clock())
            repository.add_run(connection, run | {"user_id": owner.id})

        asked = request.model_dump(exclude={"prompt", "dataset"})
        return self._jobs.submit(owner, KIND, asked, connection_hook=keep).id

    def estimate(self, owner: User, request: BenchmarkIn) -> tuple[Estimate, Resolved]:
        """Return what a benchmark would come to. Raises `InvalidFieldError`."""
        prompt, resolved, dataset = self._resolve(owner, request, {})
        return estimate(request, prompt, resolved, self._latencies(owner), dataset), resolved

    def rerun(self, owner: User, run_id: str) -> str:
        """Submit a run's settings once more, profiles as they were, and return the new one's id.

        Raises as `submit` does.
        """
        with self._database.reading() as connection:
            run = _found(repository.readable_run(connection, owner.id, run_id))
            dataset = repository.dataset_of(connection, owner.id, run_id)
        if run["source"] == "import":
            raise InvalidRequestError("This run was measured elsewhere: it cannot be run again from here.")
        kept = {
            target.model_id: ProfileToUse(**target.profile) for target in runs.targets_of(run) if target.profile
        }
        return self.submit(owner, runs.request_of(run, dataset), kept)

    def direct_plan(self, owner: User, request: BenchmarkIn) -> DirectPlan:
        """Return what a browser sends to models on its user's own machine. Raises `InvalidFieldError`."""
        check_wish(request)
        prompt, resolved, _ = self._resolve(owner, request, {})
        if not resolved.targets:
            raise InvalidFieldError(f"targets: {refusal(resolved.skipped)}")
        addresses = {}
        for key in dict.fromkeys(target.provider_key for target in resolved.targets):
            own = self._providers.own.find(owner.id, key)
            addresses[key] = check_provider(own.provider if own else None, key)
        return plan_of(request, prompt, resolved.targets, addresses)

    def keep_direct(self, owner: User, given: DirectResultsIn) -> tuple[str, int]:
        """Keep what a browser measured as a run that is marked so. Returns its id, and how many results it has."""
        targets = targets_of_results(given.results)
        request, prompt, resolved = given.asked, given.prompt, Resolved()
        if request is None:
            request = wish_of_results(given, targets)
        else:
            prompt, resolved, _ = self._resolve(owner, request, {})
            targets = with_what_was_asked(targets, resolved.targets)
        records = records_of_results(given.results, targets)
        now = self._clock()
        run = runs.new_run(new_id(), request, prompt, replace(resolved, targets=targets), now)
        run |= {"source": "client", "state": "done", "requests_total": len(records)}
        run |= {"started_at": now, "completed_at": now, "user_id": owner.id}
        rows = [runs.record_row(run["id"], record, 1) for record in records.values()]
        with self._database.writing() as connection:
            repository.add_run(connection, run)
            repository.keep_records(self._database, connection, rows)
            runs.write_results(connection, run, runs.results_of_run(run, records.values()))
        return run["id"], len(rows)

    def import_run(self, owner: User, files: Mapping[str, Any], name: str) -> ImportedRun:
        """Keep what was measured elsewhere as a run that is marked so. Raises `InvalidRequestError`."""
        try:
            found = imported_run(read_results(files), owner.id, name, self._clock())
        except UnreadableResultsError as error:
            raise InvalidRequestError(str(error)) from None
        with self._database.writing() as connection:
            repository.add_run(connection, found.run)
            repository.add_results(connection, found.results)
            if found.records:
                repository.keep_records(self._database, connection, found.records)
        return found

    def cancel(self, owner: User, job_id: str | None) -> None:
        """Cancel a benchmark, the newest one that waits or runs unless given; nothing happens where none is."""
        active = [job.id for job in self._jobs.active_of(owner.id) if job.kind == KIND]
        wanted = [found for found in active if job_id in {None, "", found}]
        with contextlib.suppress(NotFoundError, InvalidRequestError):  # it has ended meanwhile
            if wanted:
                self._jobs.cancel(owner.id, wanted[0])

    def page(
        self, reader: User, wanted: Wanted, period: dt.timedelta | None = None
    ) -> tuple[list[Values], str | None]:
        """Return runs with their results, the newest first, of a period until now; and where the next begin."""
        since = wanted.since if period is None else self._clock() - period
        found = self._read_runs(reader, replace(wanted, limit=wanted.limit + 1, since=since))
        page = found[: wanted.limit]
        listed = [
            {**_told(run, reader), "results": runs.listed_results(run, results), "results_total": len(results)}
            for run, results in page
        ]
        return listed, page[-1][0]["id"] if len(found) > len(page) else None

    def detail(self, reader: User, run_id: str) -> Values:
        """Return a run and what it came to, or has come to so far. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            run = _found(repository.readable_run(connection, reader.id, run_id))
            if run["state"] != "running":
                self._live.forget(run_id)
            if run["state"] == "running" or repository.is_settled(connection, reader.id, run_id):
                return self._detail(connection, reader, run)
        runs.settle(self._database, run["user_id"], run_id)  # it ended this moment, without its worker
        with self._database.reading() as connection:
            return self._detail(connection, reader, _found(repository.readable_run(connection, reader.id, run_id)))

    def records(self, reader: User, run_id: str) -> Iterator[bytes]:
        """Return all records of a run in pieces of JSON, in the order of sending. Raises `NotFoundError`."""
        self.check(reader, run_id)
        return exports.list_pieces(b'{"records":[', self._record_texts(reader, run_id), b"]}")

    def timeline(self, reader: User, run_id: str, wanted: Stretch) -> Values:
        """Return when requests were sent and answered, in columns. Raises `NotFoundError`."""
        self.check(reader, run_id)
        with self._database.reading() as connection:
            total, texts = repository.timeline(connection, reader.id, run_id, wanted)
        found = [orjson.loads(text) for text in texts]
        return {"total": total, "requests": {name: [one.get(name) for one in found] for name in TIMELINE}}

    def dataset(self, reader: User, run_id: str) -> str | None:
        """Return the dataset of a run, JSON lines; None where it has none. Raises `NotFoundError`."""
        self.check(reader, run_id)
        with self._database.reading() as connection:
            return repository.dataset_of(connection, reader.id, run_id)

    def change(self, owner: User, run_id: str, change: Values) -> None:
        """Give a run another `label`, or share it. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
            values: Values = {
                name: value for name, value in change.items() if name == "shared" and value is not None
            }
            if "label" in change:
                label = change["label"] or None
                names = [name for target in runs.targets_of(run) for name in (target.model_id, target.provider)]
                prompt = run["prompt"] or run["prompt_start"]
                values |= {"label": label, "search_text": runs.search_text(label, prompt, names)}
            if values:
                repository.change_run(connection, owner.id, run_id, values)

    def delete(self, owner: User, run_id: str) -> None:
        """Delete a run and all of it. Raises `NotFoundError`, and `ConflictError` while it is under way."""
        delete_in_pieces(
            self._database,
            benchmark_runs,
            lambda connection: _found(repository.own_run(connection, owner.id, run_id)),
            lambda connection: repository.delete_some_records(connection, owner.id, run_id),
            lambda connection, _: repository.delete_run(connection, owner.id, run_id),
        )

    def last_measured(self, owner: User) -> dict[TargetKey, Values]:
        """Return what each model came to when its owner last measured it."""
        return {
            model: {
                "ttft_ms_p50": row["ttft_ms_p50"],
                "output_tps_p50": row["output_tps_p50"],
                "run_id": row["run_id"],
                "measured_at": iso(row["created_at"]),
            }
            for model, row in self._last_measured(owner).items()
        }

    def export_run(self, reader: User, run_id: str, form: str) -> Iterator[bytes]:
        """Return a run as a file: a line for each request, all in JSON, or a report. Raises `NotFoundError`."""
        if form == "csv":
            with self._database.reading() as connection:
                load = runs.usual_load(_found(repository.readable_run(connection, reader.id, run_id)))
            pages = (exports.record_rows(page, load) for page in self._record_pages(reader, run_id))
            return exports.csv_pieces(exports.RUN_COLUMNS, pages)
        if form in FORMS:
            texts = (text for page in self._record_texts(reader, run_id) for text in page)
            return file_pieces(form, self.detail(reader, run_id), texts)
        start = orjson.dumps(self.detail(reader, run_id)).removesuffix(b"}")
        return exports.list_pieces(start + b',"records":[', self._record_texts(reader, run_id), b"]}")

    def export_history(self, owner: User, form: str) -> Iterator[bytes]:
        """Return all runs of one's own as a file: a line for each result, or all runs in JSON."""
        if form == "csv":
            pages = (
                (row for run, found in page for row in exports.history_rows(run, found))
                for page in self._run_pages(owner)
            )
            return exports.csv_pieces(exports.HISTORY_COLUMNS, pages)
        texts = (
            [
                orjson.dumps({**_told(run, owner), "results": found, "results_total": len(found)})
                for run, found in page
            ]
            for page in self._run_pages(owner)
        )
        return exports.list_pieces(b'{"runs":[', texts, b"]}")

    def check(self, reader: User, run_id: str) -> None:
        """Raise `NotFoundError` where somebody may not read a run."""
        with self._database.reading() as connection:
            _found(repository.readable_run(connection, reader.id, run_id))

    def _resolve(self, owner: User, request: BenchmarkIn, kept: Profiles) -> tuple[str, Resolved, Dataset | None]:
        """Return the prompt that is sent, or the dataset, and what is measured. Raises `InvalidFieldError`."""
        limit = owner.limits.max_runs_per_benchmark
        if request.runs > limit:
            raise InvalidFieldError(
                f"runs: you may have {limit} at most in a benchmark (max_runs_per_benchmark), not {request.runs}."
            )
        try:
            dataset = runs.dataset_of(request)
        except DatasetError as error:
            raise InvalidFieldError(f"dataset: {error}") from None
        prompt = request.prompt if request.prompt.strip() else "" if dataset else DEFAULT_PROMPT
        sending = self._rules.of(owner, request.profiles, kept)
        items = dataset.items if dataset else ()
        resolved = resolve(request, prompt, self._providers.offered(owner), sending, items)
        self._check_size(request, resolved)
        return prompt, resolved, dataset

    def _check_size(self, request: BenchmarkIn, resolved: Resolved) -> None:
        """Raise `InvalidFieldError` where a run would be longer than one may be."""
        at_most = " at most" if request.mode == "sweep" else ""
        points, count = count_points(request, resolved.targets), count_requests(request, resolved.targets)
        if count is not None and count > MOST_REQUESTS:
            raise InvalidFieldError(
                f"{_number_of(request)}: these are {count:,} requests in all{at_most}, and a benchmark may have "
                f"{MOST_REQUESTS:,}. Ask for fewer {_parts(request)}."
            )
        if points > MOST_POINTS:
            raise InvalidFieldError(
                f"targets: these are {points:,} points in all{at_most}, models by lengths by loads, and a "
                f"benchmark may have {MOST_POINTS:,}. Ask for fewer models, lengths or loads."
            )
        seconds = (request.seconds or 0) * points
        if seconds > self._jobs.timeout_seconds:
            raise InvalidFieldError(
                f"duration_seconds: a run of {points:,} × {request.seconds:g} s takes {_long(seconds)}{at_most}, "
                f"and a job may take {_long(self._jobs.timeout_seconds)}. Ask for shorter or fewer points."
            )

    def _latencies(self, owner: User) -> dict[TargetKey, float]:
        return {
            model: latency
            for model, row in self._last_measured(owner).items()
            if (latency := row["request_latency_ms_p50"]) is not None
        }

    def _last_measured(self, owner: User) -> dict[TargetKey, RowMapping]:
        with self._database.reading() as connection:
            found = repository.last_measured(connection, owner.id)
        return {(row["provider_key"], row["model_id"]): row for row in found}

    def _detail(self, connection: Connection, reader: User, run: RowMapping) -> Values:
        if run["state"] == "running":
            so_far = self._live.of(connection, reader.id, run)
            results = [{**result.figures(), "statistics": result.summary.to_dict()} for result in so_far]
        else:
            results = repository.results_of_run(connection, reader.id, run["id"])
        names = ("prompt", "has_dataset", "skipped", "adjustments", "measured")
        own = {name: run[name] for name in names} | {
            "targets": [_whole(target) for target in runs.targets_of(run)]
        }
        return {**_told(run, reader), **own, "config": run["settings"], "results": results}

    def _record_pages(self, reader: User, run_id: str) -> Iterator[Sequence[RowMapping]]:
        """Yield pages of records, each read by itself: a slow reader holds no connection."""

        def read(after: tuple[int, str]) -> Sequence[RowMapping]:
            with self._database.reading() as connection:
                return repository.records_page(connection, reader.id, run_id, after)

        return repository.record_pages(read)

    def _record_texts(self, reader: User, run_id: str) -> Iterator[list[bytes]]:
        for page in self._record_pages(reader, run_id):
            yield [row["record"].encode() for row in page]

    def _run_pages(self, owner: User) -> Iterator[list[tuple[RowMapping, list[Values]]]]:
        before = None
        while page := self._read_runs(owner, Wanted(EXPORTED_RUNS, before=before)):
            yield page
            before = page[-1][0]["id"]

    def _read_runs(self, owner: User, wanted: Wanted) -> list[tuple[RowMapping, list[Values]]]:
        """Return runs with their results, the newest first."""
        with self._database.reading() as connection:
            found = repository.list_runs(connection, owner.id, wanted)
            results = repository.figures_of(connection, owner.id, [run["id"] for run in found])
        return [(run, results.get(run["id"], [])) for run in found]


def _number_of(request: BenchmarkIn) -> str:
    """Return the field that says how many requests there are."""
    if request.seconds is not None:
        return "duration_seconds"
    return "runs" if request.requests is None else "requests"


def _parts(request: BenchmarkIn) -> str:
    """Return what there may be fewer of."""
    own = "requests" if request.requests is not None else "runs"
    several = ("output tiers" if request.output_tiers else "", "loads" if request.has_levels else "")
    parts = [part for part in ("seconds" if request.seconds else own, "models", *several) if part]
    return f"{', '.join(parts)} or context tiers"


def _long(seconds: float) -> str:
    return duration(seconds) if seconds < HOUR else f"{seconds / HOUR:,.1f} h"


def _found(run: RowMapping | None) -> RowMapping:
    if run is None:
        raise NotFoundError(NOT_FOUND)
    return run


def _told(run: RowMapping, reader: User) -> Values:
    """Return a run as lists have it."""
    settings, targets, measured = run["settings"], runs.targets_of(run), run["measured"]
    as_it_is = ("id", "state", "label", "sentence", "error", "shared")
    counts = ("requests_total", "requests_done", "error_count", "cost")
    of_settings = ("context_tiers", "max_tokens", "temperature", "warmup", "mode", "concurrency")
    return {
        **{name: run[name] for name in (*as_it_is, *counts)},
        **{name: settings[name] for name in of_settings},
        "kind": KIND,
        "timestamp": iso(run["created_at"]),
        "started_at": run["started_at"] and iso(run["started_at"]),
        "completed_at": run["completed_at"] and iso(run["completed_at"]),
        "prompt": run["prompt_start"],
        "metadata": {"source": run["source"]},
        "slo": run["slo"],
        "tool": run["tool"],
        "knees": run["knees"] or [],
        "config_json": orjson.dumps(settings).decode(),
        "is_owner": run["user_id"] == reader.id,
        "targets": [_named(target) for target in targets],
        "client_limited": bool(measured and measured["client_limited"]),
        "through": "gateway" if any(target.through == "gateway" for target in targets) else "direct",
    }


def _named(target: RunTarget) -> Values:
    """Return a model that was measured as lists have it."""
    as_it_is = ("provider_key", "provider", "model_id", "display_name", "price_source", "price_at", "route")
    prices = ("input_cost_per_mtok", "output_cost_per_mtok")
    told = {name: getattr(target, name) for name in (*as_it_is, *prices)}
    return {**told, "profile": target.profile and target.profile["name"]}


def _whole(target: RunTarget) -> Values:
    """Return it with what it was sent."""
    return {**_named(target), "params": target.params, "system_prompt": target.system_prompt}
