"""How sure an evaluation is: rates with intervals, several repeats of a case, and two runs on the same cases.

Everything stands on counts per case: how often it passed, of how often it could be scored. Repeats of one case
hang together, so cases are the clusters; pooling all repeats as if they were independent covers 74 % where 95 is
said.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from src.studio.scoring.sign_flips import Count, sign_flip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

K = TypeVar("K")

Verdict = Literal["better", "worse", "none_shown", "too_few"]
Method = Literal["mcnemar", "sign_flip", "sign_flip_drawn"]

SHOWN = {"better", "worse"}
LEVEL = 0.95
Z, POWER = 1.959963984540054, 0.8416212335729143
"""Quantiles of the normal distribution: 97.5 % for the level, and 80 %, how often a difference is to be shown."""
FEWEST_CASES = 6
"""With fewer, not even a win in every case shows a difference: its probability by chance is 2 / 2^5, above 5 %."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """A rate with the interval that holds the true one with 95 %; from 0 to 1.

    `successes` of `n` scored answers, whose interval is as wide as that of `n_effective` independent ones.
    """

    successes: int
    n: int
    rate: float
    low: float
    high: float
    n_effective: float

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """What `b` does otherwise than `a` on the same cases, as a difference of pass rates from -1 to 1.

    `difference` is the mean over cases of b's rate less a's, `low` and `high` hold the true one with 95 %, `p` is
    the probability of one so far from 0 where there is none. `wins` and `losses` count the cases in which b is
    above and below a. `verdict` is b's; `none_shown` is not to say that there is none. With `too_few` cases, or
    none in common, what cannot be said is None.
    """

    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: Verdict
    method: Method | None
    n_cases: int
    wins: int
    losses: int

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, for JSON."""
        return asdict(self)

    def among_several(self, p_adjusted: float | None) -> PairedDifference:
        """Return it as it is to be told beside others, with its p by `holm`: what is not shown there holds 0."""
        if self.verdict not in SHOWN or self.low is None or self.high is None:
            return self
        if p_adjusted is not None and p_adjusted <= 1 - LEVEL:
            return self
        return replace(self, low=min(self.low, 0.0), high=max(self.high, 0.0), verdict="none_shown")


def wilson(rate: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a rate that was seen in `n` independent trials, a fraction of them, too."""
    shift = Z * Z / n
    middle = (rate + shift / 2) / (1 + shift)
    half = Z * math.sqrt(rate * (1 - rate) / n + shift / (4 * n)) / (1 + shift)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def accuracy(per_case: Iterable[Count]) -> Proportion | None:
    """Return the share of scored answers that passed; None where nothing was scored.

    The interval is Wilson's on the effective number n = p(1 - p) / SE² of Korn and Graubard, where SE is the
    standard error with cases as clusters. With one repeat it is the plain one.
    """
    counts = [count for count in per_case if count[1]]
    n = sum(scored for _, scored in counts)
    if not n:
        return None
    successes = sum(passed for passed, _ in counts)
    rate = successes / n
    effective = _effective(counts, rate, n)
    low, high = wilson(rate, effective)
    return Proportion(successes, n, rate, min(low, rate), max(high, rate), effective)


def pass_at_k(per_case: Iterable[Count], k: int) -> float | None:
    """Return how probable it is that of k answers to a case at least one passes: 1 - C(n - c, k) / C(n, k).

    It is the mean over cases that were scored k times or more; None where there is none.
    """
    return _mean([1 - math.comb(n - c, k) / math.comb(n, k) for c, n in per_case if n >= k > 0])


def pass_hat_k(per_case: Iterable[Count], k: int) -> float | None:
    """Return how probable it is that k answers to a case all pass: C(c, k) / C(n, k), a mean as `pass_at_k` is."""
    return _mean([math.comb(c, k) / math.comb(n, k) for c, n in per_case if n >= k > 0])


def flaky(cases: Mapping[K, Count]) -> list[K]:
    """Return the cases that passed at one time and failed at another, in their order."""
    return [case for case, (passed, scored) in cases.items() if 0 < passed < scored]


def taxonomy(reasons: Iterable[str | None]) -> dict[str, int]:
    """Count the reasons of verdicts, the most frequent first; those that passed have none."""
    counts = Counter(reason for reason in reasons if reason is not None)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def compare_paired(a: Mapping[K, Count], b: Mapping[K, Count]) -> PairedDifference:
    """Return how b differs from a on the cases that both have scored, by the cases' keys.

    With one repeat this is McNemar's exact test; with more, the differences of the cases' means have their signs
    flipped, all ways of it counted, or, where they are too many, many of them drawn by a fixed seed, or taken for
    normal, which `sign_flip_drawn` stands for, too. The interval
    is Bonett and Price's for one repeat, or where few cases differ from the others, else Student's. It holds 0
    just where no difference was shown.
    """
    pairs = [(a[case], b[case]) for case in a if case in b and a[case][1] and b[case][1]]
    differences = [theirs[0] / theirs[1] - ours[0] / ours[1] for ours, theirs in pairs]
    wins, losses = sum(one > 0 for one in differences), sum(one < 0 for one in differences)
    mean = _mean(differences)
    if mean is None or len(pairs) < FEWEST_CASES:
        return PairedDifference(mean, None, None, None, "too_few", None, len(pairs), wins, losses)
    p, is_exact = sign_flip(pairs)
    is_single = all(ours[1] == theirs[1] == 1 for ours, theirs in pairs)
    is_shown = p <= 1 - LEVEL
    low, high = _interval(differences, few=is_single or _alike(differences) > len(pairs) - FEWEST_CASES)
    if not is_shown:
        low, high = min(low, 0.0), max(high, 0.0)
    elif mean > 0:
        low = max(low, 0.0)
    else:
        high = min(high, 0.0)
    verdict: Verdict = "none_shown" if not is_shown else "better" if mean > 0 else "worse"
    method: Method = "mcnemar" if is_single else "sign_flip" if is_exact else "sign_flip_drawn"
    return PairedDifference(mean, low, high, p, verdict, method, len(pairs), wins, losses)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p-values of several tests, adjusted by Holm's step-down method; None stays, and is no test.

    Those that are at most 0.05 then are shown, all of them together with 95 %.
    """
    tested = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, at) in enumerate(tested):
        highest = max(highest, min(p * (len(tested) - rank), 1.0))
        adjusted[at] = highest
    return adjusted


def smallest_difference(n_cases: int, rate: float, disagreement: float | None = None) -> float | None:
    """Return the smallest difference of pass rates that so many cases show with 80 %, tested at 5 %.

    By Connor's formula for paired rates, with a correction for the exact test. `disagreement` is the share of
    cases in which two runs differ (with repeats, the mean of squared differences per case); where it is not
    known, that of two independent models of which one passes at `rate`. None where no difference is large enough.
    """
    if not _can_show(n_cases, 1.0, rate, disagreement):
        return None
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if _can_show(n_cases, middle, rate, disagreement):
            high = middle
        else:
            low = middle
    return high


def _can_show(n: int, difference: float, rate: float, disagreement: float | None) -> bool:
    if disagreement is None:
        other = rate - difference if rate >= difference else min(rate + difference, 1.0)
        disagreement = rate * (1 - other) + other * (1 - rate)
    differing = max(disagreement, difference)
    needed = Z * math.sqrt(differing) + POWER * math.sqrt(max(differing - difference**2, 0.0))
    return n * difference - 1 >= math.sqrt(n) * needed and n * differing >= FEWEST_CASES


def _effective(counts: Sequence[Count], rate: float, n: int) -> float:
    """Return the number of independent answers that would tell as much: at most all.

    At least one for each case, and where some were scored more often than others, Kish's number of them: however
    much repeats hang together, their variance is no larger than that.
    """
    cases = len(counts)
    least = n**2 / sum(scored**2 for _, scored in counts)
    if cases == 1 or not 0 < rate < 1:
        return least  # alike all through: it may be that repeats tell nothing new
    between = math.fsum((passed - rate * scored) ** 2 for passed, scored in counts)
    variance = between / n**2 * (cases / (cases - 1)) / (n / (n - 1))
    effective = min(rate * (1 - rate) / variance, float(n)) if variance else float(n)
    return max(effective * (_student(n - 1) / _student(cases - 1)) ** 2, least)


def _interval(differences: Sequence[float], *, few: bool) -> tuple[float, float]:
    """Return the 95 % interval of the mean: Student's; with `few` that differ, Bonett and Price's.

    The latter add a case that b wins and one that a wins, each by as much as the greatest difference there is; by
    as much as there can be, where all are the same: how much they might differ is not known from them.
    """
    n, total = len(differences), math.fsum(differences)
    squares = math.fsum(one * one for one in differences)
    if few:
        greatest = 1.0 if _alike(differences) == n else max(map(abs, differences))
        n, squares, quantile, degrees = n + 2, squares + 2 * greatest**2, Z, n + 2
    else:
        quantile, degrees = _student(n - 1), n - 1
    mean = total / n
    half = quantile * math.sqrt(max(squares - n * mean * mean, 0.0) / degrees / n)
    return max(mean - half, -1.0), min(mean + half, 1.0)


def _alike(differences: Sequence[float]) -> int:
    """Return how many differences are the same, of those that most are."""
    return Counter(round(one, 9) for one in differences).most_common(1)[0][1]


def _student(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t: exactly for one and two degrees, else within 0.2 %.

    The expansion is Abramowitz and Stegun's, 26.7.5.
    """
    if degrees == 1:
        return math.tan(math.pi * LEVEL / 2)
    if degrees == 2:  # noqa: PLR2004 - of which there is a closed form
        return LEVEL * math.sqrt(2 / (1 - LEVEL**2))
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )
    return Z + math.fsum(term / degrees**power for power, term in enumerate(terms, 1))


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
