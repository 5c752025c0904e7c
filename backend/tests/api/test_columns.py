"""Long lists are written from columns: the same bytes as row by row, whatever is in them, for every audience."""

import math
import struct
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.api.answers import to_json
from src.api.audience import HIDDEN_FROM_THE_PUBLIC, INSIDERS, Audience
from src.api.models import DailyTeamTokens
from src.api.pseudonyms import Pseudonyms
from src.api.shapes import columns_of, shape_of
from src.services.team_service import build_directory

TEAMS = {"red": 'Red "1"\\', "blue": "Блю 🚀\u2028\x00", "gone": "</script>"}
DIRECTORY = build_directory(TEAMS, {}, "all")
PUBLIC = Audience("public", HIDDEN_FROM_THE_PUBLIC)
DISGUISED = Audience("disguised", HIDDEN_FROM_THE_PUBLIC, Pseudonyms(b"secret"))

COUNTED = ("tokens", "prompt_tokens", "completion_tokens", "api_requests", "successful_requests")

floats = st.floats(width=64) | st.binary(min_size=8, max_size=8).map(lambda text: struct.unpack("d", text)[0])
integers = st.integers(-(2**63), 2**63 - 1)


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    counts = (
        "tokens",
        "prompt_tokens",
        "completion_tokens",
        "api_requests",
        "successful_requests",
        "failed_requests",
    )
    schema = {
        "team_id": pl.Categorical,
        "name": pl.String,
        "kind": pl.String,
        **dict.fromkeys(counts, pl.Int64),
        "spend": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def row(team_id: str | None, spend: float, count: int) -> dict[str, Any]:
    who = {"team_id": team_id, "name": DIRECTORY.name(team_id), "kind": DIRECTORY.kind(team_id)}
    return {**who, **dict.fromkeys(COUNTED, count), "failed_requests": -1, "spend": spend}


rows_of_teams = st.lists(st.builds(row, st.sampled_from([*TEAMS, None]), floats, integers), max_size=8)


@given(rows_of_teams)
@settings(max_examples=200, deadline=None)
def test_columns_are_written_as_rows_are(rows: list[dict[str, Any]]) -> None:
    for audience in (INSIDERS, PUBLIC, DISGUISED):
        said = audience.hidden, audience.disguise(DIRECTORY)
        by_row = [shape_of(DailyTeamTokens, *said)(row) for row in rows]
        assert to_json({"teams": columns_of(DailyTeamTokens, *said)(frame_of(rows))}) == orjson.dumps(
            {"teams": by_row}
        )


def test_money_that_is_not_known_is_null() -> None:
    shaped = columns_of(DailyTeamTokens)(frame_of([row("red", math.nan, 2**53 + 1)]))
    (told,) = orjson.loads(to_json({"teams": shaped}))["teams"]
    assert (told["spend"], told["tokens"]) == (None, 2**53 + 1)


def test_a_team_without_a_pseudonym_is_never_told_by_its_name() -> None:
    frame = frame_of([{**row("red", 0.0, 1), "team_id": "stranger"}])
    with pytest.raises(pl.exceptions.InvalidOperationError):
        columns_of(DailyTeamTokens, DISGUISED.hidden, DISGUISED.disguise(DIRECTORY))(frame)
