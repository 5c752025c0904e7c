"""Names that are given once each."""

from hypothesis import given
from hypothesis import strategies as st

from src.studio.suites.free_names import FreeNames
from tests.cpu import CpuTime


def test_a_name_that_is_taken_gets_a_number() -> None:
    names = FreeNames("{} ({})", 20, ["a (2)"])
    assert [names.take("a") for _ in range(3)] == ["a", "a (3)", "a (4)"]


def test_a_name_that_is_taken_back_is_given_again() -> None:
    names = FreeNames("{}_{}", 20)
    assert [names.take("a"), names.take("a")] == ["a", "a_2"]
    names.take_back()
    assert names.take("a") == "a_2"
    names.take_back()
    names.take_back()
    assert names.take("a") == "a"


@given(st.lists(st.text("ab_2", max_size=14)), st.lists(st.text("ab_2", max_size=14)))
def test_names_are_unique_and_not_too_long(taken: list[str], wanted: list[str]) -> None:
    names = FreeNames("{}_{}", 12, taken)
    given_names = [names.take(name) for name in wanted]
    assert len(set(given_names)) == len(wanted)
    assert not set(given_names) & set(taken)
    assert all(len(name) <= 12 for name in given_names)


def test_thousands_that_begin_alike_are_named_quickly() -> None:
    names = FreeNames("{}_{}", 64)
    started = CpuTime()
    found = {names.take("x" * 60 + str(number % 10)) for number in range(20_000)}
    assert started.seconds < 2
    assert len(found) == 20_000
