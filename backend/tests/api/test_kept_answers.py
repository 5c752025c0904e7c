"""Answers are kept within a budget of memory, and no longer than the report that they were made of."""

import weakref
from types import SimpleNamespace
from typing import Any

from src.api.answers import Answer, KeptAnswers
from src.services.report import Names
from src.services.team_service import build_directory
from tests.days import utc

NOW = utc("2025-03-20T12:00:00")
LATER = utc("2025-03-20T12:00:30")


def report() -> Any:
    """Return something that an answer can be of."""
    return SimpleNamespace(names=Names(build_directory({}, {}, "all")))


REPORT = report()


def answer(size: int = 10, *, of: Any = REPORT, good: bool = True) -> Answer:
    made = Answer(b"x" * size, {"Content-Type": "application/json"}, of.names)
    made.good_until = LATER if good else None
    return made


def test_the_answers_used_last_stay_within_the_budget() -> None:
    kept = KeptAnswers(budget=100)
    answers = [answer(40) for _ in range(3)]
    kept.put(0, answers[0])
    kept.put(1, answers[1])
    assert kept.get(0) is answers[0]
    kept.put(2, answers[2])
    assert [kept.get(key) for key in range(3)] == [answers[0], None, answers[2]]


def test_an_answer_larger_than_the_budget_is_kept_alone() -> None:
    kept = KeptAnswers(budget=100)
    kept.put(0, answer(40))
    large = answer(1000)
    kept.put(1, large)
    assert (kept.get(0), kept.get(1)) == (None, large)


def test_compressed_bytes_count_too() -> None:
    made = answer(5000)
    made.response("gzip", "")
    made.response("br", "")
    assert made.size > 5000


def test_a_request_finds_what_it_was_answered_until_that_is_no_longer_good() -> None:
    kept = KeptAnswers()
    made = answer()
    kept.put("what it tells", made)
    kept.remember("a request", "what it tells", LATER)
    assert kept.find("a request", NOW) is made
    assert kept.find("another", NOW) is None
    assert kept.find("a request", LATER) is None


def test_a_request_that_asks_for_other_days_by_now_is_not_answered_with_the_former_ones() -> None:
    kept = KeptAnswers()
    kept.put("what it tells", answer())
    kept.remember("of yesterday", "what it tells", NOW)
    kept.remember("of today", "what it tells", LATER)
    assert kept.find("of yesterday", NOW) is None
    assert kept.find("of today", NOW) is not None


def test_the_same_table_with_something_else_said_beside_it_has_another_tag() -> None:
    tags = {Answer(b"a", {"Leaderboard-Stale": stale}, REPORT.names).etag for stale in ("true", "false", "true")}
    assert len(tags) == 2


def test_what_is_not_good_is_not_found() -> None:
    kept = KeptAnswers()
    kept.put("key", answer(good=False))
    kept.remember("request", "key", LATER)
    assert kept.find("request", NOW) is None


def test_an_answer_is_of_one_report_and_does_not_keep_it_alive() -> None:
    mine = report()
    made = answer(of=mine)
    assert (made.is_of(mine), made.is_of(report())) == (True, False)
    alive = weakref.ref(mine.names)
    del mine
    assert alive() is None
