"""Reads what runs of suites came to. Runs are one's own: they cannot be shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, case, func, select, type_coerce

from src.studio.preferences.tables import preferences
from src.studio.tool_eval.tables import tool_eval_results, tool_eval_runs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, RowMapping

runs, results = tool_eval_runs.c, tool_eval_results.c
TOLD = (runs.id, runs.suite_name, runs.targets, runs.summaries, runs.created_at)
OPT_IN = "leaderboard"
# As it is kept: JSON without spaces, in which nothing else stands
OPTED_IN = '"opt_in":true'
UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class EvalScope:
    """Which runs count: those that ended well, of a period, by one way to score."""

    owner_id: str
    since: dt.datetime | None
    profile: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """The same in SQL."""
        counts = and_(runs.user_id == self.owner_id, runs.profile == self.profile, runs.state == "done")
        return counts if self.since is None else and_(counts, runs.created_at >= self.since)


def _is_public() -> ColumnElement[bool]:
    """Say that a run counts for anybody, and that its owner lets it be read."""
    owners = select(preferences.c.user_id).where(
        preferences.c.section == OPT_IN, type_coerce(preferences.c.settings, Text).contains(OPTED_IN)
    )
    counts = and_(runs.state == "done", runs.profile == "strict", runs.summaries.is_not(None))
    return and_(counts, runs.user_id.in_(owners))


def public_stamp(connection: Connection) -> tuple[Any, ...]:
    """Return what changes when `public_summaries` do: whose they are, how many, which is the newest, and more.

    One that is deleted while another one ends changes the sum of their answers, at least.
    """
    figures = func.count(), func.max(runs.id), func.max(runs.completed_at), func.sum(runs.results_done)
    asked = select(runs.user_id, *figures).where(_is_public()).group_by(runs.user_id)
    return tuple(tuple(row) for row in connection.execute(asked.order_by(runs.user_id)))


def public_summaries(connection: Connection, limit: int) -> Sequence[RowMapping]:
    """Return what the newest runs came to of people who let that be read by anybody, whoever they are."""
    asked = select(runs.summaries, runs.created_at).where(_is_public()).order_by(runs.id.desc()).limit(limit)
    return connection.execute(asked).mappings().all()


def versions_of(connection: Connection, scope: EvalScope) -> Sequence[RowMapping]:
    """Return which versions of which suites runs were on, the one with the newest run first, and how many runs."""
    newest = func.max(runs.id).label("newest")
    asked = select(runs.suite_id, runs.version, newest, func.count().label("runs")).where(scope.condition)
    grouped = asked.group_by(runs.suite_id, runs.version).subquery()
    named = select(grouped, runs.suite_name).join(tool_eval_runs, runs.id == grouped.c.newest)
    return connection.execute(named.order_by(grouped.c.newest.desc())).mappings().all()


def runs_on(connection: Connection, scope: EvalScope, suite_id: str, version: int) -> Sequence[RowMapping]:
    """Return runs on a version of a suite, the newest first."""
    asked = select(*TOLD).where(scope.condition, runs.suite_id == suite_id, runs.version == version)
    return connection.execute(asked.order_by(runs.id.desc())).mappings().all()


def counts_on(connection: Connection, scope: EvalScope, suite_id: str, version: int) -> Sequence[tuple[Any, ...]]:
    """Return run, target, case, how often it passed, and of how many times, of undisputed cases."""
    passed = func.sum(case((results.status == "pass", 1), else_=0))
    place = (results.run_id, results.target, results.case_index)
    asked = select(*place, passed, func.count()).join(tool_eval_runs, runs.id == results.run_id)
    asked = asked.where(scope.condition, runs.suite_id == suite_id, runs.version == version)
    asked = asked.where(~results.disputed, results.status != UNSCORED).group_by(*place)
    return [tuple(row) for row in connection.execute(asked)]
