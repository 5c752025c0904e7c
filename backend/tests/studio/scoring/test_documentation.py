"""The page on verdicts names every reason and every way to match, in the order of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from src.studio.scoring.expected import OPERATORS
from src.studio.scoring.fields import MOST_DEPTH
from src.studio.scoring.mass import MOST_CHARACTERS, MOST_PARTS
from src.studio.scoring.mass import MOST_DEPTH as MOST_LEVELS
from src.studio.scoring.mocks import MOST_ANSWERED
from src.studio.scoring.schemas import MOST_EXPANDED, MOST_STRANGE
from src.studio.scoring.verdict import Reason, Scores

PAGE = (Path(__file__).parents[3] / "docs/scoring.md").read_text()


def test_all_reasons_are_told_in_the_order_of_their_gravity() -> None:
    assert re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE) == list(get_args(Reason))


def test_all_ways_to_match_are_told() -> None:
    assert re.findall(r"^\| `(\$[a-z]+)` \|", PAGE, re.MULTILINE) == list(OPERATORS)


@pytest.mark.parametrize("score", Scores.__dataclass_fields__)
def test_all_scores_are_told(score: str) -> None:
    assert f"`{score}`" in PAGE


def test_the_depth_that_is_told_is_the_bound() -> None:
    assert f"more than {MOST_DEPTH} levels" in PAGE


def test_the_bounds_that_are_told_are_those_of_the_code() -> None:
    page = " ".join(PAGE.split())
    assert f"of more than {MOST_EXPANDED:,} parts" in page
    assert f"of more than {MOST_STRANGE} references" in page
    assert (MOST_CHARACTERS, MOST_ANSWERED) == (1_000_000, 4_000_000)
    assert f"may have a million characters, {MOST_PARTS:,} parts and {MOST_LEVELS} levels" in page
    assert "exchange four million characters" in page
