"""`ToolEvalService`: tells what came of suites that were asked of models, and keeps it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from src.studio.errors import NotFoundError
from src.studio.jobs.deleting import delete_in_pieces
from src.studio.scoring.junit import junit_pieces
from src.studio.tool_eval import exports, repository, runs
from src.studio.tool_eval.comparison import Side, compare, counts_of
from src.studio.tool_eval.live import LiveSummaries
from src.studio.tool_eval.matrix import matrix
from src.studio.tool_eval.repository import Stretch, Wanted
from src.studio.tool_eval.settling import settle
from src.studio.tool_eval.sides import pairs_of
from src.studio.tool_eval.summaries import enough, names_of
from src.studio.tool_eval.tables import tool_eval_runs
from src.studio.tool_eval.told import case_told, result_told, run_told, whole_target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection, RowMapping

    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.scoring.junit import AnswerTest
    from src.studio.tool_eval.runs import Place
    from src.studio.tool_eval.sides import Named
    from src.studio.tool_suites.service import ToolSuiteService

Values = dict[str, Any]

NOT_FOUND = "There is no such run."
MOST_RAW = 1_000
"""Results of a run that are told with what was sent and what came, unless it is asked for."""
EXPORTED_RUNS = 20
"""Runs that are read at once for a file."""


class ToolEvalService:
    """Runs of suites of users. Those of others are not found."""

    def __init__(self, database: Database, suites: ToolSuiteService) -> None:
        self._database, self._suites = database, suites
        self._live = LiveSummaries()
        suites.register(self)

    def page(self, owner: User, wanted: Wanted) -> tuple[list[Values], str | None]:
        """Return runs, the newest first, and where the next ones begin."""
        with self._database.reading() as connection:
            found = repository.list_runs(connection, owner.id, replace(wanted, limit=wanted.limit + 1))
        page = found[: wanted.limit]
        return [run_told(run) for run in page], page[-1]["id"] if len(found) > len(page) else None

    def detail(self, owner: User, run_id: str) -> Values:
        """Return a run and what it came to, or has come to so far, without results. Raises `NotFoundError`."""
        self._settle(owner, run_id)
        with self._database.reading() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
            told: Values = dict(run)
            if run["state"] == "running":
                told |= self._live.of(connection, run, runs.cases_of(connection, self._suites, run))
            else:
                self._live.forget(run_id)
            targets = runs.targets_of(run)
            summaries = told["summaries"] or []
            unscored = repository.unscored_by_error(connection, owner.id, run_id)
            version = repository.version_there(connection, owner.id, run["suite_id"])
        names = names_of(targets)
        settings = {name: value for name, value in run["settings"].items() if name != "warnings"}
        return {
            **run_told(told),
            "targets": [whole_target(at, target) for at, target in enumerate(targets)],
            "settings": settings,
            "skipped": run["skipped"],
            "adjustments": run["adjustments"],
            "warnings": run["settings"].get("warnings", []),
            "all_cases": run["cases"] is None,
            "suite_changed": None if version is None else version != run["version"],
            "summaries": summaries,
            "summary": {names[summary["target"]]: summary for summary in summaries},
            "enough": enough(summaries),
            "unscored_reasons": [_reason(row) for row in unscored],
        }

    def whole(self, owner: User, run_id: str, *, raw: bool | None) -> Iterator[bytes]:
        """Return a run with its results, in pieces of JSON. Raises `NotFoundError`.

        With `raw` each has what was sent and what came last; None: of runs that are not too long for it.
        """
        detail = self.detail(owner, run_id)
        is_raw = detail["results_done"] <= MOST_RAW if raw is None else raw
        return exports.json_pieces(detail | {"raw_omitted": not is_raw}, self._pages(owner, run_id, raw=is_raw))

    def matrix(self, owner: User, run_id: str) -> Values:
        """Return what came of each case of each model. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
            cells = repository.cells(connection, owner.id, run_id)
            cases = runs.cases_of(connection, self._suites, run)
        return matrix(cells, runs.targets_of(run), cases, run["repeats"])

    def exchange(self, owner: User, run_id: str, place: Place) -> Values:
        """Return one result with all that was sent and all that came. Raises `NotFoundError`."""
        with self._database.reading() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
            row = repository.result(connection, owner.id, run_id, place.key)
            if row is None:
                raise NotFoundError("There is no such result, or not yet.")
            frozen = self._suites.frozen(connection, owner.id, run["version_id"])
        (asked,) = runs.asked_of(frozen, [row["case_index"]])
        target, kept = runs.targets_of(run)[row["target"]], row["exchange"]
        offered = asked.case.tools
        return {
            **result_told(row, target, asked),
            "run_id": run_id,
            "suite_id": run["suite_id"],
            "suite_name": run["suite_name"],
            "version": run["version"],
            "repeats": run["repeats"],
            "case": {**case_told(asked), **asked.case.to_dict()},
            "tools": [
                tool for tool in frozen.suite.tools if offered is None or tool["function"]["name"] in offered
            ],
            "system_prompt": target.system_prompt,
            "turns": [_turn(at, turn, kept["pairs"]) for at, turn in enumerate(kept["turns"])],
            "rounds": kept["rounds"],
            "transient": kept["transient"],
            "verdict": None
            if row["status"] == "unscored"
            else {
                "passed": row["status"] == "pass",
                "reason": row["reason"],
                "problems": row["problems"],
                "pairs": kept["pairs"],
                "scores": row["scores"],
                "extra_rounds": kept["extra_rounds"],
            },
        }

    def compare(self, owner: User, named: Sequence[Named]) -> list[Values]:
        """Compare runs, or models of them, with the first. Raises `NotFoundError`, `InvalidRequestError`."""
        with self._database.reading() as connection:
            found = {
                run_id: _found(repository.own_run(connection, owner.id, run_id))
                for run_id in dict.fromkeys(name.run_id for name in named)
            }
            pairs = pairs_of(found, named)
            cells = {run_id: repository.cells(connection, owner.id, run_id) for run_id in found}
            versions = {
                run_id: self._suites.frozen(connection, owner.id, run["version_id"])
                for run_id, run in found.items()
            }

        def side(run_id: str, at: int) -> Side:
            run, frozen = found[run_id], versions[run_id]
            cases = {asked.index: asked for asked in runs.asked_of(frozen, run["cases"])}
            counts = counts_of(cells[run_id], at)
            return Side(run, at, runs.targets_of(run)[at], frozen.suite.tools, cases, counts)

        return compare([(side(*a), side(*b)) for a, b in pairs])

    def change(self, owner: User, run_id: str, label: str | None) -> None:
        """Give a run another label. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
            names = [name for target in runs.targets_of(run) for name in (target.model_id, target.provider)]
            values = {"label": label or None, "search_text": runs.search_text(label, run["suite_name"], names)}
            repository.change_run(connection, owner.id, run_id, values)

    def delete(self, owner: User, run_id: str) -> None:
        """Delete a run and all of it. Raises `NotFoundError`, and `ConflictError` while it is under way."""
        delete_in_pieces(
            self._database,
            tool_eval_runs,
            lambda connection: _found(repository.own_run(connection, owner.id, run_id)),
            lambda connection: repository.delete_some_results(connection, owner.id, run_id),
            lambda connection, run: repository.delete_run(connection, owner.id, run),
        )

    def export_run(self, owner: User, run_id: str, form: str) -> Iterator[bytes]:
        """Return a run as a file. Raises `NotFoundError`."""
        detail = self.detail(owner, run_id)
        if form == "csv":
            pages = self._pages(owner, run_id, raw=False)
            return exports.csv_pieces(exports.COLUMNS, (map(exports.csv_row, page) for page in pages))
        if form == "jsonl":
            return exports.lines(self._pages(owner, run_id, raw=True))
        if form == "junit":
            models = self._by_model(owner, run_id, detail["models"])
            began = detail["started_at"] or detail["timestamp"]
            return (piece.encode() for piece in junit_pieces(detail["suite_name"], began, models))
        head = {"eval_id": run_id, **detail, "summary": detail["summary"]}
        return exports.json_pieces(head, self._pages(owner, run_id, raw=True))

    def export_history(self, owner: User) -> Iterator[bytes]:
        """Return all runs of one's own as CSV: a line for each model of each."""
        pages = ((row for run in page for row in exports.history_rows(run)) for page in self._run_pages(owner))
        return exports.csv_pieces(exports.HISTORY_COLUMNS, pages)

    # what suites ask of those who use their versions

    def count_runs(self, connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
        """Return how many runs were on each version."""
        return repository.count_runs(connection, owner_id, version_ids)

    def _settle(self, owner: User, run_id: str) -> None:
        """Sum up a run that ended this moment, without its worker."""
        with self._database.reading() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
        if run["state"] != "running" and run["summaries"] is None and run["results_done"]:
            settle(self._database, self._suites, owner.id, run_id)

    def _pages(self, owner: User, run_id: str, *, raw: bool) -> Iterator[list[Values]]:
        """Yield pages of results, each read by itself: a slow reader holds no connection."""
        with self._database.reading() as connection:
            run = _found(repository.own_run(connection, owner.id, run_id))
            cases = {asked.index: asked for asked in runs.cases_of(connection, self._suites, run)}
        targets = runs.targets_of(run)
        wanted = Stretch(raw=raw)
        while True:
            with self._database.reading() as connection:
                page = repository.results_page(connection, owner.id, run_id, wanted)
            if not page:
                return
            yield [result_told(row, targets[row["target"]], cases[row["case_index"]]) for row in page]
            last = page[-1]
            wanted = replace(wanted, after=(last["target"], last["case_index"], last["repeat"]))

    def _by_model(self, owner: User, run_id: str, names: Sequence[str]) -> Iterator[tuple[str, list[AnswerTest]]]:
        found: dict[int, list[AnswerTest]] = {at: [] for at in range(len(names))}
        for page in self._pages(owner, run_id, raw=False):
            for result in page:
                found[result["target"]].append(exports.junit_test(result))
        yield from ((names[at], results) for at, results in found.items())

    def _run_pages(self, owner: User) -> Iterator[Sequence[RowMapping]]:
        before = None
        while True:
            with self._database.reading() as connection:
                wanted = Wanted(EXPORTED_RUNS, before=before)
                page = repository.list_runs(connection, owner.id, wanted, summaries=True)
            if not page:
                return
            yield page
            before = page[-1]["id"]


def _found(run: RowMapping | None) -> RowMapping:
    if run is None:
        raise NotFoundError(NOT_FOUND)
    return run


def _turn(at: int, turn: Values, pairs: Sequence[Sequence[int]]) -> Values:
    """Return a turn with its own pairs: which wanted call was taken for which that was made."""
    return {**turn, "pairs": [pair[1:] for pair in pairs if pair[0] == at]}


def _reason(row: RowMapping) -> Values:
    target, case, repeat = map(int, row["key"].split("-"))
    example = {"target": target, "case_index": case, "repeat": repeat}
    return {"target": row["target"], "error": row["error"], "count": row["count"], "example": example}
