"""Rows about judging tool calls: verdicts for a second of one core, and how long many calls take to be paired."""

from __future__ import annotations

import json
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, get_args

from benchmarks.statistics_of import median
from benchmarks.table import Row, duration
from src.studio.scoring.case import ExpectedCall, ScoringConfig
from src.studio.scoring.score import Profile, score_calls
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.bench import Bench

NAME = "eval"
LEAST_VERDICTS = 20_000
MOST_PAIRING_SECONDS = 0.5
CALLS = 50

Asked = tuple[list[ExpectedCall], list[tuple[str, str]]]

_TEXT = {"type": "string"}
TOOLBOX = Toolbox(
    [
        {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": _TEXT,
                    "unit": {"enum": ["celsius", "fahrenheit"]},
                    "days": {"type": "integer", "minimum": 1},
                },
                "required": ["city"],
            },
        },
        {
            "name": "book_table",
            "parameters": {
                "type": "object",
                "properties": {"date": _TEXT, "guests": {"type": "integer"}, "name": _TEXT, "notes": _TEXT},
                "required": ["date", "guests"],
            },
        },
    ]
)


def verdicts(bench: Bench) -> None:
    """Measure how many verdicts a core gives: of right calls, wrong ones, and a model that is right in 3 of 4."""
    right, wrong = _right(), _wrong()
    mixed = [*right * 3, *wrong * 2]  # six right and two wrong of eight
    for profile in get_args(Profile):
        for what, asked in (("right calls", right), ("wrong calls", wrong), ("3 of 4 right", mixed)):
            limit = LEAST_VERDICTS if asked is mixed else None
            _add(bench, f"{profile} profile, {what}", _each(bench, asked, profile), limit)
    _pair(bench)


def _add(bench: Bench, what: str, seconds: float, least: int | None) -> None:
    what, figure = f"verdicts for a second of CPU: {what}", 1 / seconds
    limit, reached = (f"≥ {least:,}", figure >= least) if least else ("", None)
    bench.table.add(Row(NAME, what, f"{figure:,.0f}", limit=limit, reached=reached))


def _each(bench: Bench, asked: Sequence[Asked], profile: Profile) -> float:
    """Return the CPU seconds of one verdict, reading the calls' text included; the median of some rounds."""
    config, count = ScoringConfig(), bench.sizes.verdicts
    rounds = []
    for _ in range(bench.sizes.rounds):
        start = time.process_time()
        for expected, calls in islice(cycle(asked), count):
            score_calls(expected, True, [Call(*call) for call in calls], TOOLBOX, config, profile)
        rounds.append((time.process_time() - start) / count)
    return median(rounds)


def _pair(bench: Bench) -> None:
    """Measure as many calls as a model may make at once: each fits two of the wanted ones, but one fits none."""
    expected = [_wanted("get_weather", city={"$any": [f"c{n}", f"c{n + 1}"]}) for n in range(CALLS)]
    calls = [_made("get_weather", city=f"c{n}") for n in [*reversed(range(1, CALLS)), CALLS + 1]]
    seconds = _each_of(bench, (expected, calls))
    limit, reached = f"≤ {duration(MOST_PAIRING_SECONDS)}", seconds <= MOST_PAIRING_SECONDS
    what = f"{CALLS} calls paired with {CALLS}, one of them wrong: CPU time"
    bench.table.add(Row(NAME, what, duration(seconds), limit=limit, reached=reached))


def _each_of(bench: Bench, asked: Asked) -> float:
    expected, calls = asked
    rounds = []
    for _ in range(bench.sizes.rounds):
        start = time.process_time()
        score_calls(expected, True, [Call(*call) for call in calls], TOOLBOX)
        rounds.append(time.process_time() - start)
    return median(rounds)


def _right() -> list[Asked]:
    booking = {"date": "2026-05-03", "guests": 4, "name": "Ada"}
    either = _wanted("get_weather", city={"$any": ["Paris", "London"]})
    return [
        ([_wanted("get_weather", city="Paris", days=3)], [_made("get_weather", city="Paris", days=3)]),
        ([_wanted("book_table", **booking)], [_made("book_table", **booking)]),
        (
            [either, _wanted("get_weather", city="Paris")],
            [_made("get_weather", city="Paris"), _made("get_weather", city="London")],
        ),
        (
            [_wanted("book_table", **booking), _wanted("get_weather", city="Paris")],
            [_made("get_weather", city="Paris"), _made("book_table", **booking)],
        ),
    ]


def _wrong() -> list[Asked]:
    weather = [_wanted("get_weather", city="Paris", days=3)]
    return [
        (weather, [_made("get_weather", city="London", days=3)]),
        (weather, [_made("get_weather", city="Paris", days="3")]),
    ]


def _wanted(tool: str, **arguments: Any) -> ExpectedCall:  # noqa: ANN401 - JSON
    return ExpectedCall((tool,), arguments)


def _made(tool: str, **arguments: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON
    return tool, json.dumps(arguments)
