"""Works out which team used which key for which model, exactly.

LiteLLM tells team × key and key × model. For a key that only one team used on a day, the two join to
team × key × model. For a key that several teams used on a day (a shared key, a key that moved, no key at
all under JWT) they do not; then each of those teams is asked for alone, and usage without a team, which
cannot be asked for, is what the others leave. What comes of it is held against what the gateway says that a day
adds up to.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from src.client.usage_rows import COUNTS, IS_SOMETHING, METRICS, SPEND, ZEROS, rest_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from src.client.usage_rows import Numbers, UsageRows

logger = logging.getLogger(__name__)

# Money is added up in another order there: the last digits may differ, by more where amounts take each other away.
CENTS_TOLERANCE, RELATIVE_TOLERANCE = 1e-6, 1e-9

COLUMNS = ("date", "team_id", "api_key", "key_alias", "model", *METRICS)
OWNED = ("date", "team_id", "api_key")
# A key that more than one team, or a team and nobody, used on that day.
IS_SHARED = pl.len().over("date", "api_key") > 1
# What is left of a whole when what is told of it goes.
REST = [rest_of(name, pl.col(name), pl.col(f"{name}_told")) for name in METRICS]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The usage frame, and the dates whose parts contradict each other: usage came in between two questions.

    So it may be on `doubtful` dates, where less than nothing is left for whoever was not asked. That may as well
    be a correction; then it is the same the next time. The rows of `broken` dates do not add up to what the
    gateway says that these dates have.
    """

    frame: pl.DataFrame
    contradictory: frozenset[dt.date]
    doubtful: frozenset[dt.date]
    broken: frozenset[dt.date]


def teams_to_ask_alone(rows: UsageRows) -> dict[str, tuple[dt.date, dt.date]]:
    """Return the teams that used a key on a day on which others used it too, with the first and last such day."""
    shared = rows.by_team_key.filter(IS_SHARED).filter(pl.col("team_id").is_not_null())
    spans = shared.group_by("team_id").agg(first=pl.col("date").min(), last=pl.col("date").max()).sort("team_id")
    # a comma separates ids in LiteLLM's parameter, so a team whose id has one cannot be asked for
    return {row["team_id"]: (row["first"], row["last"]) for row in spans.to_dicts() if "," not in row["team_id"]}


def attribute(rows: UsageRows, alone: Mapping[str, UsageRows]) -> Attribution:
    """Join `rows` to the usage frame, with the split of shared keys from `alone` (a team's own rows by its id)."""
    shared = rows.by_team_key.filter(IS_SHARED)
    own = rows.by_team_key.join(shared, on=OWNED, how="anti", nulls_equal=True).select(OWNED)
    split = own.join(rows.by_key_model, on=("date", "api_key")).select(*OWNED, "model", *METRICS)
    asked = shared.filter(pl.col("team_id").is_in(list(alone)))
    silent = shared.join(asked, on=OWNED, how="anti", nulls_equal=True)
    told = _split_told_alone(asked, alone) if alone else split.clear()
    # the one owner of a shared key who was not asked has what the others leave; where there are two, nothing tells
    # them apart: their usage has no known model
    sole = silent.filter(pl.len().over("date", "api_key") == 1).select(OWNED)
    left = _rest(sole.join(rows.by_key_model, on=("date", "api_key")), told, ("date", "api_key", "model"))
    models = pl.concat([split, told, left.select(split.columns)])
    # what a team used with a key and is in no model is real usage, of an unknown one
    unknown = _rest(rows.by_team_key, models, OWNED).with_columns(model=pl.lit(None, pl.String))
    parts = pl.concat([models, unknown.select(split.columns)])
    aliases = rows.by_team_key.select(*OWNED, "key_alias")
    frame = parts.join(aliases, on=OWNED, how="left", nulls_equal=True).select(COLUMNS)
    return Attribution(
        frame,
        contradictory=_dates_told_otherwise(asked, alone) if alone else frozenset(),
        doubtful=frozenset(left.filter(pl.any_horizontal(pl.col(name) < 0 for name in COUNTS))["date"]),
        broken=_dates_unlike_their_totals(frame, rows.totals),
    )


def _split_told_alone(asked: pl.DataFrame, alone: Mapping[str, UsageRows]) -> pl.DataFrame:
    by_model = pl.concat(
        [rows.by_key_model.with_columns(team_id=pl.lit(team_id)) for team_id, rows in alone.items()]
    )
    return asked.select(OWNED).join(by_model, on=OWNED).select(*OWNED, "model", *METRICS)


def _dates_told_otherwise(asked: pl.DataFrame, alone: Mapping[str, UsageRows]) -> frozenset[dt.date]:
    """Return the dates on which a team's own answer gives another total for a shared key than the common one."""
    by_key = pl.concat([rows.by_team_key.filter(pl.col("team_id") == team_id) for team_id, rows in alone.items()])
    compared = asked.join(by_key, on=OWNED, how="left", suffix="_alone")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_alone")) for name in COUNTS)
    return frozenset(compared.filter(differs)["date"])


def _rest(whole: pl.DataFrame, told: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return what each combination of `keys` has in `whole` and not in `told`, where that is something."""
    known = told.group_by(keys).agg(pl.col(METRICS).sum())
    joined = whole.join(known, on=keys, how="left", suffix="_told", nulls_equal=True)
    return joined.with_columns(REST).filter(IS_SOMETHING)


def _dates_unlike_their_totals(frame: pl.DataFrame, totals: Mapping[dt.date, Numbers]) -> frozenset[dt.date]:
    """Return the dates whose rows do not add up to the day's own totals: nobody knows which are right.

    Each leaves a line in the log.
    """
    sums = frame.group_by("date").agg(pl.col(METRICS).sum())
    added = {date: tuple(figures) for date, *figures in sums.iter_rows()}
    unlike = frozenset(date for date, told in totals.items() if not _agree(added.get(date, ZEROS), told))
    for date in sorted(unlike):
        logger.warning("%s is left out: its parts do not add up to what the gateway says that it has", date)
    return unlike


def _agree(added: Numbers, told: Numbers) -> bool:
    """Compare what is told: where no count is, nothing is; and money only where it is known."""
    counts = [(a, b) for i, (a, b) in enumerate(zip(added, told, strict=True)) if i != SPEND and b is not None]
    if not counts or math.isnan(added[SPEND]) or math.isnan(told[SPEND]):
        return all(a == b for a, b in counts)
    is_same_money = math.isclose(added[SPEND], told[SPEND], rel_tol=RELATIVE_TOLERANCE, abs_tol=CENTS_TOLERANCE)
    return is_same_money and all(a == b for a, b in counts)
