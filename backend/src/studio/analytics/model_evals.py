"""What a model came to with suites of tool calls, run by run. Runs are one's own: they cannot be shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select

from src.core.clock import iso
from src.studio.tool_eval.tables import tool_eval_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select

    from src.studio.analytics.repository import ModelKey

Values = dict[str, Any]

runs = tool_eval_runs.c
OF_RUN = ("id", "label", "state", "suite_id", "suite_name", "version", "profile", "repeats")
OF_MODEL = (
    "provider_key",
    "provider",
    "model_id",
    "display_name",
    "target",
    "accuracy",
    "total_cases",
    "unscored",
)
READ_AHEAD = 10


def evals_of(connection: Connection, owner_id: str, key: ModelKey, limit: int) -> list[Values]:
    """Return what a model came to in runs of suites that have ended with answers of it, the newest first."""
    told: list[Values] = []
    with connection.execution_options(yield_per=READ_AHEAD).execute(_runs_naming(owner_id, key[1])) as found:
        for run in found.mappings():
            told += [_told(run, one) for one in run["summaries"] if (one["provider_key"], one["model_id"]) == key]
            if len(told) >= limit:
                break
    return told


def _runs_naming(owner_id: str, model_id: str) -> Select[Any]:
    """Ask for runs with a line of this id in what is searched: those of the model, and of namesakes."""
    lines = literal("\n") + runs.search_text + literal("\n")
    line = f"\n{model_id.lower()}\n".replace("\0", "")
    asked = select(*(runs[name] for name in OF_RUN), runs.summaries, runs.created_at)
    asked = asked.where(runs.user_id == owner_id, runs.summaries.is_not(None))
    return asked.where(lines.contains(line, autoescape=True)).order_by(runs.id.desc())


def _told(run: Mapping[str, Any], summary: Values) -> Values:
    of_run = {name: run[name] for name in OF_RUN}
    return {**of_run, "timestamp": iso(run["created_at"]), **{name: summary[name] for name in OF_MODEL}}
