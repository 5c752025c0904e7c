"""Rates, repeats and comparisons of evaluations agree with their definitions, and hold what they promise."""

import math
import random
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.studio.scoring import sign_flips
from src.studio.scoring.statistics import (
    Z,
    _student,
    accuracy,
    compare_paired,
    flaky,
    holm,
    pass_at_k,
    pass_hat_k,
    smallest_difference,
    taxonomy,
    wilson,
)
from tests.cpu import CpuTime

COUNT = st.integers(1, 5).flatmap(lambda scored: st.tuples(st.integers(0, scored), st.just(scored)))
COUNTS = st.lists(COUNT, min_size=1, max_size=40)
PAIRS = st.lists(st.tuples(COUNT, COUNT), min_size=1, max_size=9)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_s_interval_ends_where_the_rate_is_z_standard_errors_away(count: tuple[int, int]) -> None:
    passed, n = count
    rate = passed / n
    for end in wilson(rate, n):
        error = math.sqrt(end * (1 - end) / n)
        assert abs(rate - end) == pytest.approx(Z * error, abs=1e-6)


@pytest.mark.parametrize(
    ("passed", "n", "low", "high"), [(28, 30, 0.7868, 0.9815), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1)]
)
def test_one_repeat_has_the_interval_that_tables_have(passed: int, n: int, low: float, high: float) -> None:
    found = accuracy([(1, 1)] * passed + [(0, 1)] * (n - passed))
    assert found is not None
    assert (found.successes, found.n, found.rate) == (passed, n, passed / n)
    assert found.n_effective == pytest.approx(n)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_repeats_that_always_agree_tell_no_more_than_one() -> None:
    once, often = accuracy([(1, 1)] * 24 + [(0, 1)] * 6), accuracy([(5, 5)] * 24 + [(0, 5)] * 6)
    assert once is not None
    assert often is not None
    assert often.rate == once.rate
    assert often.n == 5 * once.n
    assert often.n_effective == pytest.approx(once.n_effective)
    assert (often.low, often.high) == (pytest.approx(once.low), pytest.approx(once.high))


def test_repeats_that_differ_as_chance_lets_them_tell_more() -> None:
    alike = accuracy([(4, 5)] * 30)
    assert alike is not None
    assert 30 < alike.n_effective <= 150


@given(COUNTS)
def test_an_interval_holds_its_rate_and_stays_between_0_and_1(counts: list[tuple[int, int]]) -> None:
    found = accuracy([*counts, (0, 0)])
    assert found is not None
    assert 0 <= found.low <= found.rate <= found.high <= 1
    assert 0 < found.n_effective <= found.n * (1 + 1e-9)


def test_what_was_never_scored_has_no_rate() -> None:
    assert accuracy([]) is None
    assert accuracy([(0, 0), (0, 0)]) is None


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (29, 2.0452), (10_000, 1.9602)],
)
def test_student_s_quantiles_are_those_of_tables(degrees: int, quantile: float) -> None:
    assert _student(degrees) == pytest.approx(quantile, rel=0.002)


@given(COUNTS, st.integers(1, 5))
def test_pass_at_k_and_pass_hat_k_are_shares_of_all_choices_of_k_answers(
    counts: list[tuple[int, int]], k: int
) -> None:
    enough = [(passed, scored) for passed, scored in counts if scored >= k]
    if not enough:
        assert pass_at_k(counts, k) is None
        assert pass_hat_k(counts, k) is None
        return
    choices = [list(combinations([True] * c + [False] * (n - c), k)) for c, n in enough]
    any_passes = sum(Fraction(sum(map(any, of)), len(of)) for of in choices) / len(enough)
    all_pass = sum(Fraction(sum(map(all, of)), len(of)) for of in choices) / len(enough)
    assert pass_at_k(counts, k) == pytest.approx(float(any_passes))
    assert pass_hat_k(counts, k) == pytest.approx(float(all_pass))


def test_cases_that_pass_at_one_time_and_fail_at_another_are_flaky() -> None:
    assert flaky({"a": (3, 3), "b": (1, 3), "c": (0, 3), "d": (2, 3), "e": (0, 0)}) == ["b", "d"]


def test_reasons_are_counted_the_most_frequent_first() -> None:
    told = taxonomy(["wrong_tool", None, "wrong_arguments", "extra_call", "wrong_arguments", None])
    assert list(told.items()) == [("wrong_arguments", 2), ("extra_call", 1), ("wrong_tool", 1)]


@settings(deadline=None)
@given(PAIRS)
def test_the_paired_test_counts_all_ways_to_choose_signs(
    pairs: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    differences = [Fraction(*theirs) - Fraction(*ours) for ours, theirs in pairs]
    seen = abs(sum(differences))
    ways = list(product((-1, 1), repeat=len(pairs)))
    as_far = sum(
        abs(sum(sign * one for sign, one in zip(signs, differences, strict=True))) >= seen for signs in ways
    )
    assert sign_flips.sign_flip(pairs) == (pytest.approx(as_far / len(ways)), True)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(6, 30))
def test_with_one_repeat_it_is_mcnemar_s_exact_test(wins: int, losses: int, ties: int) -> None:
    outcomes = [(0, 1)] * wins + [(1, 0)] * losses + [(1, 1)] * ties
    a, b = ({at: (pair[side], 1) for at, pair in enumerate(outcomes)} for side in (0, 1))
    found = compare_paired(a, b)
    differ = wins + losses
    tail = sum(math.comb(differ, count) for count in range(min(wins, losses) + 1)) / 2**differ
    assert found.p == pytest.approx(min(2 * tail, 1.0))
    assert (found.method, found.wins, found.losses, found.n_cases) == ("mcnemar", wins, losses, differ + ties)
    assert found.difference == pytest.approx((wins - losses) / (differ + ties))


def test_ways_are_drawn_where_they_are_too_many_to_count_and_tell_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(3)  # noqa: S311 - not a secret
    pairs = [((rng.randint(0, 5), 5), (min(rng.randint(0, 6), 5), 5)) for _ in range(60)]
    counted, all_of_them = sign_flips.sign_flip(pairs)
    monkeypatch.setattr(sign_flips, "MOST_STEPS", 10)
    drawn, not_all = sign_flips.sign_flip(pairs)
    assert (all_of_them, not_all) == (True, False)
    assert drawn == pytest.approx(counted, abs=0.015)
    assert sign_flips.sign_flip(pairs)[0] == drawn


@pytest.mark.parametrize("shift", [0, 300, 900, 1500])
def test_differences_of_very_many_sizes_are_told_by_the_normal_distribution_as_by_drawing(
    monkeypatch: pytest.MonkeyPatch, shift: int
) -> None:
    rng = random.Random(shift)  # noqa: S311 - not a secret
    pairs = [((rng.randint(500, 5000), 10_000), (rng.randint(500, 5000 + shift), 10_000)) for _ in range(150)]
    start = CpuTime()
    normal, is_counted = sign_flips.sign_flip(pairs)
    assert start.seconds < 0.2
    assert not is_counted
    monkeypatch.setattr(sign_flips, "MOST_SIZES", 1000)
    drawn, _ = sign_flips.sign_flip(pairs)
    assert drawn != normal
    assert normal == pytest.approx(drawn, abs=0.01)


def test_ten_thousand_cases_of_as_many_sizes_are_compared_in_time() -> None:
    rng = random.Random(1)  # noqa: S311 - not a secret
    scored = [rng.randint(50, 100) for _ in range(10_000)]
    a, b = ({at: (rng.randint(0, n), n) for at, n in enumerate(scored)} for _ in "ab")
    start = CpuTime()
    found = compare_paired(a, b)
    assert start.seconds < 2
    assert 0 < (found.p or 0) <= 1


@pytest.mark.parametrize("cases", [6, 30, 200])
@pytest.mark.parametrize(("before", "after"), [(3, 4), (0, 1), (5, 0), (2, 2)])
@pytest.mark.parametrize("others", [0, 1, 3])
def test_where_all_cases_differ_alike_the_interval_is_still_one(
    cases: int, before: int, after: int, others: int
) -> None:
    """That each of ten cases got better by a fifth does not say that the next one will, by just a fifth."""
    a = dict.fromkeys(range(cases), (before, 5))
    b = dict.fromkeys(range(cases), (after, 5)) | dict.fromkeys(range(others), (4, 5))
    found = compare_paired(a, b)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > (0.2 if not others else 0.1) / math.sqrt(cases)
    assert found.low <= (found.difference or 0) + 1e-9
    assert found.high >= (found.difference or 0) - 1e-9


@settings(deadline=None)
@given(st.lists(st.tuples(COUNT, COUNT), min_size=6, max_size=60))
def test_the_other_way_round_wins_are_losses(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    a, b = ({at: pair[side] for at, pair in enumerate(pairs)} for side in (0, 1))
    there, back = compare_paired(a, b), compare_paired(b, a)
    assert there.p == back.p
    assert (there.wins, there.losses) == (back.losses, back.wins)
    assert there.difference == pytest.approx(-(back.difference or 0))
    assert there.low == pytest.approx(-(back.high or 0))
    assert {there.verdict, back.verdict} in ({"better", "worse"}, {"none_shown"})
    assert there.low is not None
    assert there.high is not None
    assert -1 <= there.low <= there.high <= 1
    assert there.low - 1e-9 <= (there.difference or 0) <= there.high + 1e-9
    assert (there.verdict == "none_shown") == (there.low <= 0 <= there.high and (there.p or 0) > 0.05)


def test_cases_are_paired_by_their_names_and_what_only_one_side_scored_is_left_out() -> None:
    a = {"lost": (1, 1), "unscored": (0, 0), **{f"c{at}": (0, 1) for at in range(8)}}
    b = {"new": (1, 1), "unscored": (1, 1), **{f"c{at}": (1, 1) for at in reversed(range(8))}}
    found = compare_paired(a, b)
    assert (found.n_cases, found.wins, found.losses, found.verdict) == (8, 8, 0, "better")
    assert found.low is not None
    assert found.low > 0


def test_too_few_cases_have_a_difference_but_no_verdict() -> None:
    found = compare_paired(dict.fromkeys(range(5), (0, 1)), dict.fromkeys(range(5), (1, 1)))
    assert (found.difference, found.p, found.low, found.high, found.verdict) == (1, None, None, None, "too_few")
    nothing = compare_paired({"a": (1, 1)}, {"b": (1, 1)})
    assert (nothing.difference, nothing.n_cases, nothing.verdict) == (None, 0, "too_few")


def test_runs_that_never_differ_show_no_difference_and_say_how_large_one_may_be() -> None:
    same = dict.fromkeys(range(30), (1, 1))
    found = compare_paired(same, same)
    assert (found.difference, found.p, found.verdict) == (0, 1, "none_shown")
    assert found.low == -(found.high or 0)
    assert 0.05 < (found.high or 0) < 0.15


def test_what_is_not_shown_beside_others_holds_no_difference_too() -> None:
    a, b = dict.fromkeys(range(30), (1, 1)), {at: (int(at >= 6), 1) for at in range(30)}
    alone = compare_paired(a, b)
    assert (alone.verdict, alone.p) == ("worse", pytest.approx(2 / 2**6))
    assert alone.high is not None
    assert alone.high < 0
    assert alone.among_several(alone.p) == alone
    beside = alone.among_several(2 * (alone.p or 0))
    assert (beside.verdict, beside.high, beside.low) == ("none_shown", 0, alone.low)
    few = compare_paired({1: (1, 1)}, {1: (0, 1)})
    assert few.among_several(None) == few


def test_holm_adjusts_the_smallest_most_and_keeps_their_order() -> None:
    assert holm([0.01, 0.04, None, 0.03]) == [pytest.approx(0.03), pytest.approx(0.06), None, pytest.approx(0.06)]
    assert holm([0.9, 0.6]) == [1, 1]


@given(st.lists(st.none() | st.floats(0, 0.1), max_size=12))
def test_holm_shows_what_stepping_down_by_hand_shows(p_values: list[float | None]) -> None:
    adjusted = holm(p_values)
    tested = sorted(p for p in p_values if p is not None)
    shown = 0
    while shown < len(tested) and tested[shown] * (len(tested) - shown) <= 0.05:
        shown += 1
    assert sum(p is not None and p <= 0.05 for p in adjusted) == shown
    assert [p is None for p in adjusted] == [p is None for p in p_values]
    assert all(p is None or p <= (after or 0) <= 1 for p, after in zip(p_values, adjusted, strict=True))


@pytest.mark.parametrize(("n", "rate"), [(30, 0.7), (60, 0.9), (200, 0.5)])
def test_the_smallest_difference_is_shown_four_times_of_five(n: int, rate: float) -> None:
    least = smallest_difference(n, rate)
    assert least is not None
    rng = random.Random(n)  # noqa: S311 - not a secret
    shown = 0
    for _ in range(400):
        a = {at: (int(rng.random() < rate), 1) for at in range(n)}
        b = {at: (int(rng.random() < rate - least), 1) for at in range(n)}
        shown += compare_paired(a, b).verdict == "worse"
    assert 0.74 <= shown / 400 <= 0.92


def test_more_cases_show_smaller_differences_and_too_few_none() -> None:
    told = [smallest_difference(n, 0.8) or math.inf for n in (12, 30, 100, 1000)]
    assert told == sorted(told, reverse=True)
    assert told[-1] < 0.06
    assert smallest_difference(5, 0.8) is None
    assert (smallest_difference(100, 0.8, disagreement=0.1) or 1) < (smallest_difference(100, 0.8) or 0)


# The simulations below are seeded: what they find is always the same.


def _passes(rng: random.Random, rate: float, repeats: int) -> int:
    return sum(rng.random() < rate for _ in range(repeats))


@pytest.mark.parametrize("cases", [30, 100])
@pytest.mark.parametrize("repeats", [1, 3, 5])
def test_intervals_hold_the_true_rate_as_often_as_they_say(cases: int, repeats: int) -> None:
    """Over cases that are hard or easy for a model, always the same, or each time anew: 95 % ± 2."""
    kinds = [(2.7, 0.3), (0.7, 0.3), (7.0, 3.0), (2.0, 2.0), (900.0, 100.0)]
    held = pooled = 0
    runs = 1200
    rng = random.Random(1000 * cases + repeats)  # noqa: S311 - not a secret
    for run in range(runs):
        alpha, beta = kinds[run % len(kinds)]
        true = alpha / (alpha + beta)
        found = accuracy([(_passes(rng, rng.betavariate(alpha, beta), repeats), repeats) for _ in range(cases)])
        assert found is not None
        low, high = wilson(found.rate, found.n)
        held += found.low <= true <= found.high
        pooled += low <= true <= high
    assert 0.93 <= held / runs <= 0.97
    if repeats == 5:
        assert pooled / runs < 0.88  # what the clusters are for


@pytest.mark.parametrize("cases", [30, 100])
@pytest.mark.parametrize("repeats", [1, 3, 5])
def test_the_difference_s_interval_holds_the_true_one_as_often_as_it_says(cases: int, repeats: int) -> None:
    kinds = [((0.7, 0.3), 0.2, 0.5), ((7.0, 3.0), 0.15, 1.0), ((2.0, 2.0), 0.3, 1.0), ((2.7, 0.3), 0.15, 0.8)]
    held, runs = 0, 1000
    rng = random.Random(7 * cases + repeats)  # noqa: S311 - not a secret
    for run in range(runs):
        (alpha, beta), loss, alike = kinds[run % len(kinds)]
        a, b = {}, {}
        for case in range(cases):
            rate = rng.betavariate(alpha, beta)
            other = (rate if rng.random() < alike else rng.betavariate(alpha, beta)) * (1 - loss)
            a[case] = (_passes(rng, rate, repeats), repeats)
            b[case] = (_passes(rng, other, repeats), repeats)
        found = compare_paired(a, b)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= -loss * alpha / (alpha + beta) <= found.high
    assert 0.93 <= held / runs <= 0.975


@pytest.mark.parametrize(("cases", "repeats"), [(30, 1), (200, 1), (30, 3), (100, 5)])
def test_where_there_is_no_difference_one_is_shown_in_one_of_twenty_at_most(cases: int, repeats: int) -> None:
    shown, runs = 0, 1500
    rng = random.Random(cases + repeats)  # noqa: S311 - not a secret
    for _ in range(runs):
        rates = [rng.betavariate(2, 2) for _ in range(cases)]
        a, b = ({case: (_passes(rng, rate, repeats), repeats) for case, rate in enumerate(rates)} for _ in "ab")
        shown += compare_paired(a, b).verdict != "none_shown"
    assert shown / runs <= 0.06
    if repeats > 1:
        assert shown / runs >= 0.03  # nor is it blind
