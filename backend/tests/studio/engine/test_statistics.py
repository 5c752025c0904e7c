"""Percentiles are exact, intervals are the bootstrap's, and rates are those of the time that counts."""

import random
import statistics as reference

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.studio.engine.bootstrap import bootstrap_interval, percentile
from src.studio.engine.record import Record
from src.studio.engine.statistics import summarise, summarise_records
from tests.studio.engine.records import record

VALUES = st.lists(st.floats(min_value=0, max_value=1e6), min_size=2, max_size=300)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # of a busy machine
@given(VALUES)
def test_percentiles_are_those_of_a_slow_reference(values: list[float]) -> None:
    cuts = reference.quantiles(values, n=100, method="inclusive")
    summary = summarise(values)
    assert summary is not None
    for percent, found in ((50, summary.p50), (75, summary.p75), (90, summary.p90), (95, summary.p95)):
        assert found == pytest.approx(cuts[percent - 1], rel=1e-9, abs=1e-9)
    assert (summary.n, summary.min, summary.max) == (len(values), min(values), max(values))
    assert summary.mean == pytest.approx(reference.mean(values))
    assert summary.std == pytest.approx(reference.stdev(values), abs=1e-6)
    assert summary.p99 == (pytest.approx(cuts[98], abs=1e-9) if len(values) >= 100 else None)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(VALUES, st.sampled_from([50, 95]))
def test_an_interval_holds_its_percentile(values: list[float], percent: int) -> None:
    ordered = sorted(values)
    low, high = bootstrap_interval(ordered, percent)
    assert ordered[0] <= low <= percentile(ordered, percent) <= high <= ordered[-1]


@pytest.mark.parametrize(("n", "percent"), [(7, 50), (10, 50), (30, 50), (30, 95), (101, 50), (200, 95)])
def test_an_interval_is_what_resampling_tends_to(n: int, percent: int) -> None:
    draws = random.Random(n)  # noqa: S311 - not a secret
    values = sorted(draws.lognormvariate(0, 1) for _ in range(n))
    resampled = sorted(percentile(sorted(draws.choices(values, k=n)), percent) for _ in range(4000))
    drawn = resampled[100], resampled[3900]
    # Where the drawn ends lie among the values may be off by one, which is the noise of drawing
    for bound, end in zip(bootstrap_interval(values, percent), drawn, strict=True):
        assert abs(sum(value <= bound for value in values) - sum(value <= end for value in values)) <= 1


def test_one_value_is_its_own_summary_and_none_have_none() -> None:
    summary = summarise([4.0])
    assert summary is not None
    assert (summary.p50, summary.p95, summary.std, summary.p50_interval) == (4.0, 4.0, 0.0, (4.0, 4.0))
    assert summarise([]) is None


def test_an_interval_of_many_values_is_narrow() -> None:
    low, high = bootstrap_interval(list(range(100_000)), 50)
    assert 49_000 < low < 50_000 < high < 51_000


def test_latencies_are_those_of_successes_and_all_else_is_counted() -> None:
    records = [
        record(ttft_ms=100.0, request_latency_ms=200.0, itl_ms=5.0, icl_ms=[1.0, 3.0], output_tokens=10),
        record(ttft_ms=300.0, request_latency_ms=400.0, itl_ms=5.0, icl_ms=[2.0], output_tokens=10),
        record(ttft_ms=9999.0, status="truncated", error_kind="truncated", error="cut", output_tokens=1),
        record(status="error", error_kind="http_429", error="first"),
        record(status="error", error_kind="http_429", error="second"),
        record(status="cancelled"),
        record(ttft_ms=5.0, phase="warmup"),
    ]
    summary = summarise_records(records)
    assert summary.n == 6
    assert summary.statuses == {"success": 2, "truncated": 1, "error": 2, "cancelled": 1}
    assert summary.ttft_ms is not None
    assert (summary.ttft_ms.n, summary.ttft_ms.mean) == (2, 200.0)
    assert summary.icl_ms is not None
    assert (summary.icl_ms.n, summary.icl_ms.p50) == (3, 2.0)
    assert summary.output_tps_user is not None
    assert summary.output_tps_user.p50 == 200.0
    assert [(error.kind, error.count, error.example) for error in summary.errors] == [
        ("http_429", 2, "first"),
        ("truncated", 1, "cut"),
    ]
    assert summary.output_tokens == 21
    assert orjson.loads(orjson.dumps(summary.to_dict()))["ttft_ms"]["p50_interval"] == [100.0, 300.0]


def test_what_is_not_there_is_none_and_not_nought() -> None:
    summary = summarise_records([record(status="error", took=0.0)])
    assert (summary.cost, summary.ttft_ms, summary.request_rate, summary.tokens_source) == (None, None, None, None)
    assert summarise_records([]).request_rate is None


def test_cost_is_the_sum_of_what_has_one_and_an_estimate_shows() -> None:
    records = [
        record(cost=0.25, tokens_source="usage"),
        record(cost=0.5, tokens_source="estimate"),
        record(cost=None),
    ]
    summary = summarise_records(records)
    assert (summary.cost, summary.tokens_source) == (0.75, "estimate")
    assert summarise_records([record(cost=0.0)]).cost == 0.0


@pytest.mark.parametrize(
    ("values", "confidence"),
    [([100.0] * 30, "high"), ([1.0, 1000.0] * 15, "high"), ([100.0, 101.0], "high"), ([100.0, 200.0], "low"),
     ([100.0], "low"), ([], "low")],
)  # fmt: skip
def test_confidence_needs_thirty_values_or_little_variation(values: list[float], confidence: str) -> None:
    records = [record(ttft_ms=value, request_latency_ms=2 * value) for value in values]
    assert summarise_records(records).confidence == confidence


def loop(places: int, lengths: list[float], gap: float = 0.0) -> list[Record]:
    """Return the records of a closed loop whose requests last so long; each makes ten tokens."""
    free, records = [0.0] * places, []
    for length in lengths:
        place = min(range(places), key=free.__getitem__)
        records.append(record(at=free[place], took=length, output_tokens=10))
        free[place] += length + gap
    return records


@pytest.mark.parametrize(
    ("places", "lengths", "rate"),
    [(1, [0.05] * 20, 20), (8, [1.0] * 24, 8), (4, [0.5] * 10, 8), (1, [2.0], 0.5)],
)
def test_a_rate_is_that_of_the_loop_at_work(places: int, lengths: list[float], rate: float) -> None:
    summary = summarise_records(loop(places, lengths))
    assert summary.request_rate == pytest.approx(rate)
    assert summary.output_tps == pytest.approx(10 * rate)


def test_a_straggler_at_the_end_does_not_lower_the_rate() -> None:
    assert summarise_records(loop(4, [1.0] * 39 + [30.0])).request_rate == pytest.approx(4, rel=0.03)


def test_the_turns_of_other_models_do_not_lower_the_rate() -> None:
    assert summarise_records(loop(1, [0.5] * 6, gap=5.0)).request_rate == pytest.approx(2)


def test_failures_take_time_and_are_no_successes() -> None:
    records = loop(1, [1.0] * 4)
    records[1].status = "error"
    assert summarise_records(records).request_rate == pytest.approx(0.75)
