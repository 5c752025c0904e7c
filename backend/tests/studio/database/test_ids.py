"""Ids sort as they were made, also within a millisecond, and are never the same."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from src.studio.database.metadata import Ids, new_id

MILLISECOND = 1_000_000


class Clock:
    """Stands still until it is set."""

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def __call__(self) -> int:
        return self.milliseconds * MILLISECOND + 999_999


def milliseconds_of(made: str) -> int:
    return int(made, 16) >> 80


def test_ids_of_one_millisecond_sort_as_they_were_made() -> None:
    ids = Ids(Clock(1_790_000_000_000))
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert {milliseconds_of(one) for one in made} == {1_790_000_000_000}
    for one in map(uuid.UUID, made):
        assert (one.version, one.variant) == (7, uuid.RFC_4122)


def test_what_comes_next_cannot_be_told_from_what_came_before() -> None:
    ids = Ids(Clock(1))
    made = [int(ids.new(), 16) & ((1 << 62) - 1) for _ in range(2_000)]
    steps = {later - earlier for earlier, later in pairwise(made)}
    assert len(steps) > 1_990
    assert len({Ids(Clock(1)).new() for _ in range(2_000)}) == 2_000


def test_a_clock_that_is_set_back_changes_nothing_of_the_order() -> None:
    clock = Clock(5_000)
    ids = Ids(clock)
    made = [ids.new()]
    for milliseconds in (5_000, 4_000, 10, 5_001, 5_000, 6_000):
        clock.milliseconds = milliseconds
        made += [ids.new(), ids.new()]
    assert made == sorted(set(made))
    assert milliseconds_of(made[-1]) == 6_000


def test_an_id_is_later_than_one_of_another_process_whose_clock_is_ahead() -> None:
    ids, other = Ids(Clock(5_000)), Ids(Clock(9_000))
    before, theirs = ids.new(), other.new()
    mine = ids.new(after=theirs)
    after = ids.new()
    assert before < theirs < mine < after
    again = ids.new(after=before)
    assert after < again
    assert milliseconds_of(again) == milliseconds_of(mine)  # it need not run ahead any further


def test_threads_never_make_the_same_and_each_makes_them_in_order() -> None:
    began = threading.Barrier(8)

    def make() -> list[str]:
        began.wait()
        return [new_id() for _ in range(2_000)]

    with ThreadPoolExecutor(8) as pool:
        made = [future.result() for future in [pool.submit(make) for _ in range(8)]]
    assert all(of_one == sorted(of_one) for of_one in made)
    assert len(set().union(*made)) == 16_000
