"""The search finds the knee of a server whose knee is known, with few loads, and goes on where it was."""

import itertools
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.studio.engine.sweep import Outcome, Over, Sweep, knee

Server = Callable[[float], Outcome]


def of_rate(capacity: float) -> Server:
    """Return a server that answers so many a second and no more."""
    return lambda rate: Outcome(rate, min(rate, capacity), offered_rate=rate)


def of_places(places: int, seconds: float = 0.2) -> Server:
    """Return a server that serves so many at once, each for some seconds."""
    return lambda at_once: Outcome(at_once, min(at_once, places) / seconds)


def swept(sweep: Sweep, server: Server) -> list[Outcome]:
    """Return what was tried, in order."""
    outcomes: list[Outcome] = []
    while (load := sweep.next(outcomes)) is not None:
        assert load not in [outcome.load for outcome in outcomes]
        assert load <= sweep.most
        outcomes.append(server(load))
    return outcomes


@given(st.floats(min_value=1, max_value=1000))
def test_the_knee_of_a_rate_is_found(capacity: float) -> None:
    outcomes = swept(Sweep("rate", 1, 5000), of_rate(capacity))
    found = knee(outcomes, "rate")
    assert found is not None
    assert found.is_bound is None
    # what is kept up with is 95 % of what was sent, so that the knee lies up to 5.3 % above the capacity
    assert capacity * 0.99 <= found.load <= capacity * 1.06
    assert len(outcomes) <= 18


@given(st.integers(1, 900))
def test_the_knee_of_a_concurrency_is_found(places: int) -> None:
    outcomes = swept(Sweep("concurrency", 1, 2048), of_places(places))
    found = knee(outcomes, "concurrency")
    assert found is not None
    assert found.is_bound is None
    assert 0.9 * places <= found.load <= places
    if places < 20:
        assert found.load == places
    assert found.goodput == pytest.approx(found.load / 0.2)


def test_the_knees_of_the_mock_s_presets_in_theory() -> None:
    queueing = knee(swept(Sweep("rate", 1, 64), of_rate(20)), "rate")
    assert queueing is not None
    assert queueing.load == pytest.approx(20, rel=0.1)
    assert [outcome.load for outcome in swept(Sweep("concurrency", 1, 64), of_places(4))] == [1, 2, 4, 8, 3]
    assert [outcome.load for outcome in swept(Sweep(), of_places(8))] == [1, 2, 4, 8, 16, 6, 7]


def test_with_an_slo_the_most_may_be_between_what_was_doubled() -> None:
    def server(at_once: float) -> Outcome:
        good = at_once if at_once <= 13 else 0
        return Outcome(at_once, at_once, goodput=good, goodput_share=good / at_once)

    found = knee(swept(Sweep("concurrency", 1, 64), server), "concurrency")
    assert found is not None
    assert (found.load, found.goodput) == (13, 13)
    assert "good answers a second" in found.reason


def test_of_rates_an_slo_ends_what_is_good() -> None:
    def server(rate: float) -> Outcome:
        return Outcome(rate, rate, goodput=rate * 0.9, goodput_share=0.9 if rate > 10 else 1.0, offered_rate=rate)

    outcomes = swept(Sweep("rate", 1, 64), server)
    found = knee(outcomes, "rate")
    assert found is not None
    assert found.load == pytest.approx(10, rel=0.05)
    assert "90% of the answers met the SLO" in found.reason


@pytest.mark.parametrize(
    ("over", "server", "bound", "load"),
    [
        ("rate", of_rate(1000), "none_reached", 50),
        ("rate", of_rate(0.5), "below", 2),
        ("concurrency", of_places(1000), "none_reached", 50),
        ("concurrency", of_places(1), "below", 2),
        ("concurrency", lambda at_once: Outcome(at_once, None), "below", 2),
        ("rate", lambda rate: Outcome(rate, None), "below", 2),
    ],
)
def test_a_knee_out_of_reach_is_a_bound(over: Over, server: Server, bound: str, load: float) -> None:
    found = knee(swept(Sweep(over, 2, 50), server), over)
    assert found is not None
    assert (found.is_bound, found.load) == (bound, load)


@given(st.floats(1, 500), st.randoms(use_true_random=False))
def test_what_is_next_follows_from_what_was_found_in_any_order(capacity: float, shuffled: random.Random) -> None:
    sweep, outcomes = Sweep("rate", 1, 1000), swept(Sweep("rate", 1, 1000), of_rate(capacity))
    for done in range(len(outcomes)):
        so_far = outcomes[:done]
        shuffled.shuffle(so_far)
        assert sweep.next(so_far) == outcomes[done].load


@given(st.lists(st.floats(0, 100), min_size=40, max_size=40), st.sampled_from(["rate", "concurrency"]))
def test_a_server_without_sense_ends_the_search_too(throughputs: list[float], over: Over) -> None:
    answers = itertools.cycle(throughputs)
    outcomes = swept(Sweep(over, 1, 64), lambda load: Outcome(load, next(answers), offered_rate=load))
    assert 1 <= len(outcomes) <= 64
    assert knee(outcomes, over) is not None


def test_loads_that_were_given_have_a_knee_as_well() -> None:
    outcomes = [of_places(8)(at_once) for at_once in (32, 8, 1)]
    found = knee(outcomes, "concurrency")
    assert found is not None
    assert (found.load, found.is_bound) == (8, None)
    assert knee([], "rate") is None


@pytest.mark.parametrize(
    ("seconds", "latency_ms", "is_told"),
    [(3.0, 200.0, True), (30.0, 200.0, False), (30.0, 9000.0, True), (None, 200.0, False), (3.0, None, True)],
)
def test_a_rate_that_was_looked_at_shortly_may_be_too_high(
    seconds: float | None, latency_ms: float | None, is_told: bool
) -> None:
    outcomes = [Outcome(rate, min(rate, 20), None, None, rate, latency_ms, seconds) for rate in (10.0, 20.0, 40.0)]
    found = knee(outcomes, "rate")
    assert found is not None
    assert found.load == 20
    assert (found.caveat is not None) == is_told
    if is_told:
        assert f"looked at for {seconds:g} s only" in str(found.caveat)


@pytest.mark.parametrize(("requests", "is_told"), [(20, True), (400, False)])
def test_a_concurrency_with_few_rounds_may_be_told_too_high(requests: int, is_told: bool) -> None:
    """Of 20 requests of 16 people, the last are served while places empty: more than comes for long."""
    outcomes = [
        Outcome(at_once, 20.0 * min(at_once, 4) / 4, latency_p95_ms=200.0 * at_once / 4, seconds=requests / 20)
        for at_once in (4, 8, 16)
    ]
    found = knee(outcomes, "concurrency")
    assert found is not None
    assert (found.caveat is not None) == is_told
    if is_told:
        assert "With 8 at once or more, fewer than 5 answers" in str(found.caveat)


@pytest.mark.parametrize(
    "wrong", [("rate", 0, 5), ("rate", 6, 5), ("concurrency", 1.5, 5), ("rate", 1, float("inf"))]
)
def test_a_sweep_without_sense_is_refused(wrong: tuple) -> None:
    with pytest.raises(ValueError, match=r"A sweep starts|whole number"):
        Sweep(*wrong)
