"""Rates of requests with times of their own, of loops that open place by place, and how many were under way."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.engine.record import Record
from src.studio.engine.schedule import Arrival, send_times
from src.studio.engine.slo import Slo
from src.studio.engine.statistics import summarise_records
from src.studio.engine.sweep import Outcome
from src.studio.engine.throughput import max_in_flight
from tests.studio.engine.records import record


def served(times_ms: list[float], places: int, seconds: float) -> list[Record]:
    """Return the records of requests that were sent at these times to a server of so many places."""
    free, records = [0.0] * places, []
    for at in (time / 1000 for time in times_ms):
        place = min(range(places), key=free.__getitem__)
        free[place] = max(free[place], at) + seconds
        sent = record(
            at=at, took=free[place] - at, open_loop=True, output_tokens=10, ttft_ms=1000 * (free[place] - at)
        )
        sent.sent_ns = sent.scheduled_ns
        records.append(sent)
    return records


@pytest.mark.parametrize("arrival", ["constant", "poisson"])
@pytest.mark.parametrize("rate", [0.5, 5, 19])
def test_a_server_that_keeps_up_answers_as_much_as_is_sent(rate: float, arrival: Arrival) -> None:
    summary = summarise_records(served(send_times(rate, arrival, count=300), places=4, seconds=0.2))
    assert summary.offered_rate == pytest.approx(rate, rel=0.15 if arrival == "poisson" else 0.01)
    assert summary.request_rate == pytest.approx(summary.offered_rate, rel=0.03)
    assert summary.output_tps == pytest.approx(10 * (summary.request_rate or 0))


@pytest.mark.parametrize("rate", [25, 40, 100])
def test_a_server_that_does_not_answers_what_it_can(rate: float) -> None:
    summary = summarise_records(served(send_times(rate, "constant", count=400), places=4, seconds=0.2))
    assert summary.request_rate == pytest.approx(20, rel=0.05)
    assert summary.offered_rate == pytest.approx(rate)
    assert summary.window_seconds == pytest.approx(400 / rate - 0.2, rel=0.05)


def test_few_requests_are_enough_to_tell_whether_a_server_keeps_up() -> None:
    for seed in range(60):
        slow = summarise_records(served(send_times(10, "poisson", count=25, seed=seed), places=50, seconds=0.3))
        assert Outcome.of(10, slow).keeps_up
        full = summarise_records(served(send_times(30, "poisson", count=60, seed=seed), places=4, seconds=0.2))
        assert not Outcome.of(30, full).keeps_up


def test_a_straggler_and_what_was_cancelled_do_not_lower_the_rate() -> None:
    records = served(send_times(10, "constant", count=100), places=50, seconds=0.1)
    records[50].end_ns += round(60e9)
    records[51].status = "cancelled"
    assert summarise_records(records).request_rate == pytest.approx(10, rel=0.03)


def test_a_burst_has_the_rate_from_its_start_to_its_last_end() -> None:
    summary = summarise_records(served([0.0] * 8, places=4, seconds=0.5))
    assert (summary.request_rate, summary.window_seconds) == (pytest.approx(8), pytest.approx(1))
    assert summary.offered_rate is None  # all at once is no rate


def test_goodput_of_a_rate_is_per_second_too() -> None:
    records = served(send_times(10, "constant", count=101), places=50, seconds=0.1)
    for number, one in enumerate(records):
        one.ttft_ms = 900.0 if number % 4 == 0 else 100.0
    summary = summarise_records(records, Slo.parse("ttft<800"))
    assert summary.goodput == pytest.approx(7.5, rel=0.02)
    assert summary.goodput_share == pytest.approx(0.75, abs=0.01)


def test_while_places_open_one_by_one_the_load_is_not_full() -> None:
    records = []
    for place in range(10):
        at = float(place)
        while at < 60:
            records.append(record(at=at, took=0.5))
            at += 0.5
    summary = summarise_records(records)
    assert summary.request_rate == pytest.approx(20, rel=0.01)
    assert summary.window_seconds == pytest.approx(50.5, abs=0.6)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=40))
def test_how_many_were_under_way_is_what_counting_at_each_moment_gives(spans: list[tuple[int, int]]) -> None:
    records = [record(sent_ns=start, end_ns=start + length) for start, length in spans]
    moments = [sum(start <= moment < start + length for start, length in spans) for moment in range(101)]
    # what began and ended in one moment was not under way beside others
    assert max_in_flight(records) == max(moments, default=0) or any(length == 0 for _, length in spans)


@given(st.integers(1, 8), st.lists(st.floats(0.01, 2), min_size=10, max_size=60), st.integers(0, 99))
def test_the_rate_of_a_closed_loop_is_that_of_counting_in_small_steps(
    places: int, lengths: list[float], seed: int
) -> None:
    free, records = [0.0] * places, []
    draws = random.Random(seed)  # noqa: S311 - not a secret
    for length in lengths:
        place = min(range(places), key=free.__getitem__)
        records.append(record(at=free[place], took=length, status=draws.choice(["success", "error"])))
        free[place] += length
    until = min(free)
    since = sorted(one.end_ns for one in records)[places - 1] / 1e9 if 1 < places <= len(lengths) / 3 else 0.0
    summary = summarise_records(records)
    done = sum(
        max(min(one.end_ns / 1e9, until) - max(one.scheduled_ns / 1e9, since), 0)
        / ((one.end_ns - one.scheduled_ns) / 1e9)
        for one in records
        if one.status == "success"
    )
    assert summary.window_seconds == pytest.approx(until - since, rel=1e-6)
    assert summary.request_rate == pytest.approx(done / (until - since), rel=1e-6)


@pytest.mark.parametrize("places", [4, 8, 32])
def test_a_queue_is_no_quicker_for_those_who_came_first(places: int) -> None:
    """Four are served at once, for 0.2 s each: 20 a second, however many wait."""
    free, served, records = [0.0] * places, [0.0] * 4, []
    for _ in range(4 * places):
        place, slot = min(range(places), key=free.__getitem__), min(range(4), key=served.__getitem__)
        end = max(free[place], served[slot]) + 0.2
        records.append(record(at=free[place], took=end - free[place]))
        free[place] = served[slot] = end
    assert summarise_records(records).request_rate == pytest.approx(20, rel=0.02)
