"""Which workers are taken for gone: by what was seen of them, whatever the clocks say."""

import datetime as dt

import pytest

from src.studio.jobs.others import Others, Sign
from tests.days import utc

AT = utc("2026-11-20T12:00:00")


class Watch:
    """What one worker sees of another, second by second."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.others = Others(lambda: self.now)

    def sees(self, heartbeat_at: dt.datetime, *, locked: bool = True, stopped: bool = False) -> bool:
        """Look, and tell whether it is gone."""
        return bool(self.others.gone({"b": Sign(heartbeat_at, locked, stopped)}))

    def sees_for(self, seconds: float, heartbeat_at: dt.datetime, *, locked: bool = True) -> bool:
        """Look again and again, and tell whether it is gone by then."""
        is_gone = self.sees(heartbeat_at, locked=locked)
        for _ in range(round(seconds)):
            self.now += 1
            is_gone = self.sees(heartbeat_at, locked=locked)
        return is_gone


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_who_has_ended_is_gone_after_two_seconds(watch: Watch) -> None:
    assert not watch.sees_for(5, AT)
    assert not watch.sees_for(2, AT, locked=False)
    assert watch.sees_for(1, AT, locked=False)


def test_who_had_ended_before_anybody_looked_is_gone_after_two_seconds(watch: Watch) -> None:
    assert not watch.sees_for(2, AT, locked=False)
    assert watch.sees_for(1, AT, locked=False)


def test_who_hangs_is_gone_after_ten_seconds(watch: Watch) -> None:
    assert not watch.sees_for(10, AT)
    assert watch.sees_for(1, AT)
    assert not watch.sees(AT + dt.timedelta(seconds=1))


def test_who_has_stopped_in_order_is_gone_at_once(watch: Watch) -> None:
    assert watch.sees(AT, stopped=True)


@pytest.mark.parametrize("jump", [dt.timedelta(hours=1), dt.timedelta(hours=-1), dt.timedelta(0)])
def test_clocks_that_jump_or_differ_are_of_no_account(watch: Watch, jump: dt.timedelta) -> None:
    assert not watch.sees_for(8, AT)
    assert not watch.sees_for(8, AT + jump + dt.timedelta(seconds=4))
    assert not watch.sees_for(8, AT + dt.timedelta(seconds=8))


def test_nobody_is_gone_because_the_database_was_away(watch: Watch) -> None:
    assert not watch.sees_for(4, AT)
    watch.now += 15
    assert not watch.sees_for(2, AT, locked=False)
    assert not watch.sees_for(2, AT)


def test_a_worker_that_is_slow_to_look_finds_out_all_the_same(watch: Watch) -> None:
    watch.sees(AT, locked=False)
    for _ in range(2):
        watch.now += 8
        is_gone = watch.sees(AT, locked=False)
    assert is_gone
