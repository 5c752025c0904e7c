"""Runs summed up: by the worker at their end, or by whoever asks where the worker could not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.tool_eval import repository
from src.studio.tool_eval.runs import cases_of, targets_of
from src.studio.tool_eval.summaries import case_results, sum_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.database.database import Database
    from src.studio.tool_eval.runs import AskedCase
    from src.studio.tool_suites.service import ToolSuiteService


def sum_up_results(connection: Connection, run: Mapping[str, Any], cases: Sequence[AskedCase]) -> dict[str, Any]:
    """Return the columns of a run, whose row is given, that its results decide, as far as there are any."""
    rows = repository.short_results(connection, run["user_id"], run["id"])
    return sum_up(case_results(rows, cases), targets_of(run), cases)


def settle(database: Database, suites: ToolSuiteService, owner_id: str, run_id: str) -> None:
    """Sum up a run that ended without its worker, beside whoever writes."""
    with database.reading() as connection:
        run = repository.own_run(connection, owner_id, run_id)
        if run is None:
            return
        told = sum_up_results(connection, run, cases_of(connection, suites, run))
    with database.writing() as connection:
        repository.change_run(connection, owner_id, run_id, told)
