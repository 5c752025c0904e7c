"""Tables that are derived from SQL's answers: who has to be in an answer, and with which figures."""

from tests.contract.period import Period
from tests.contract.truth import MEASURES, Figures, Table, Truth

UNASSIGNED = "Unassigned"


def nothing() -> Figures:
    """Return the figures of a team without usage."""
    return {name: 0.0 if name == "spend" else 0 for name in MEASURES}


def every_team(truth: Truth, period: Period) -> Table:
    """Return all teams that exist, with 0 where they had no usage, and those others that had usage."""
    return {(team_id,): nothing() for team_id in truth.teams()} | truth.usage(period, "team_id")


def renamed(table: Table, **names: str) -> Table:
    """Return the table with figures under new names too, as in `total_tokens="tokens"`."""
    return {key: row | {new: row[old] for new, old in names.items()} for key, row in table.items()}


def kind(team_id: str | None, teams: dict[str, str | None]) -> str:
    """Return what a team's row is said to be."""
    if team_id is None:
        return "unassigned"
    return "team" if team_id in teams else "former"


def percent(part: float, total: float) -> float | None:
    """Return a rate in percent, None of nothing."""
    return part / total * 100 if total else None
