"""Whatever the gateway's rows are, every sum of the frame is the sum of the rows."""

import random

import polars as pl
import pytest

from src.utils.dependency_config import Gateway
from tests.days import MONDAY, TUESDAY, WEDNESDAY
from tests.fake_gateway.rows import UsageRow
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch, figures, figures_of_rows

TEAMS = ("red", "blue", "green", "gone", None)
KEYS = ("", "k1", "k2", "k3", "k4", "k5")
MODELS = ("gpt", "openai/gpt", "claude", "ünïcode 🦊", None)
PROVIDER_MODELS = ("openai/gpt-5", "anthropic/claude", "text-embedding", None)
GROUPINGS = [
    ("date",),
    ("team_id",),
    ("api_key",),
    ("model",),
    ("team_id", "api_key"),
    ("date", "team_id", "api_key", "model"),
]


def draw_rows(seed: int, teams: tuple[str | None, ...] = TEAMS) -> list[UsageRow]:
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    return [draw_row(draw, teams) for _ in range(draw.randint(1, 120))]


def draw_row(draw: random.Random, teams: tuple[str | None, ...]) -> UsageRow:
    requests = draw.randint(1, 9)
    return UsageRow(
        date=draw.choice([MONDAY, TUESDAY, WEDNESDAY]),
        team_id=draw.choice(teams),
        api_key=draw.choice(KEYS),
        model=draw.choice(MODELS),
        provider_model=draw.choice(PROVIDER_MODELS),
        prompt=draw.choice([0, draw.randint(0, 10**9)]),
        completion=draw.randint(0, 10**6),
        spend=draw.choice([0.0, draw.random(), draw.random() * 1e-7]),
        requests=requests,
        failed=draw.randint(0, requests),
        cache_read=draw.randint(0, 100),
        cache_creation=draw.randint(0, 100),
    )


@pytest.mark.parametrize("old", [False, True], ids=["1.106", "1.95"])
@pytest.mark.parametrize("seed", range(15))
def test_every_figure_is_the_sum_of_its_rows(
    gateway: FakeGateway, services: Gateway, seed: int, *, old: bool
) -> None:
    rows = gateway.knows.rows = draw_rows(seed)
    gateway.knows.old = old
    usage = fetch(services)
    for names in GROUPINGS:
        assert figures(usage, *names) == figures_of_rows(rows, *names), names
    assert usage.totals().spend == pytest.approx(sum(row.spend for row in rows), abs=1e-9)
    assert usage.missing_days == []


@pytest.mark.parametrize("seed", range(6))
def test_sums_by_team_and_by_key_agree_also_where_models_cannot_be_told(
    gateway: FakeGateway, services: Gateway, seed: int
) -> None:
    rows = gateway.knows.rows = draw_rows(seed, ("a,b", "c,d", "red", None))
    usage = fetch(services)
    for names in [("date",), ("team_id",), ("api_key",), ("date", "team_id", "api_key")]:
        assert figures(usage, *names) == figures_of_rows(rows, *names), names


@pytest.mark.parametrize("seed", range(4))
def test_spend_is_right_for_every_team_key_and_model(gateway: FakeGateway, services: Gateway, seed: int) -> None:
    rows = gateway.knows.rows = draw_rows(seed)
    expected: dict[tuple[str | None, ...], float] = {}
    for row in rows:
        name = (row.team_id, row.api_key, row.group)
        expected[name] = expected.get(name, 0) + row.spend
    found = fetch(services).frame.group_by("team_id", "api_key", "model").agg(spend=pl.col("spend").sum())
    spend = {row[:3]: row[3] for row in found.rows()}
    assert spend == pytest.approx(expected, abs=1e-9)
