"""Conditions are read as they are meant, and hold of what they say."""

import pytest

from src.studio.bench.conditions import ConditionError, read_conditions


def point(**figures: float | None) -> dict:
    return {
        "success_count": 97,
        "error_count": 3,
        "cost": 0.5,
        "goodput_share": 0.9,
        "statistics": {
            "ttft_ms": {"p50": 100.0, "p95": 900.0, "p99": None, "mean": 200.0},
            "output_tps_user": {"p50": 50.0},
        },
        **figures,
    }


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("ttft_p95>800", True),
        ("ttft_p95>900", False),
        ("ttft_p95>=900", True),
        ("ttft_p95 > 0.8s", True),
        ("ttft_p95>1 s", False),
        ("TTFT>99ms", True),  # the median, where nothing is said
        ("ttft_mean<=200", True),
        ("error_rate>0.01", True),
        ("error_rate>3%", False),
        ("goodput_share<95%", True),
        ("output_tps_user<50", False),
        ("cost>.4usd", True),
    ],
)
def test_a_condition_holds_of_what_it_says(text: str, holds: bool) -> None:
    (condition,) = read_conditions(text)
    value = condition.value_of(point())
    assert value is not None
    assert condition.holds(value) is holds


def test_what_is_not_known_has_no_value() -> None:
    conditions = read_conditions("ttft_p99>1,itl>1,cost>1,error_rate>1")
    nothing = point(cost=None, success_count=0, error_count=0)
    assert [condition.value_of(nothing) for condition in conditions] == [None] * 4


def test_a_change_is_a_share_of_the_baselines_value() -> None:
    grew, fell = read_conditions("ttft_p95>+20%,output_tps<-10%")
    assert (grew.holds(121, 100), grew.holds(120, 100)) == (True, False)
    assert (fell.holds(89, 100), fell.holds(91, 100)) == (True, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "'' is no condition"),
        ("ttft_p95>800,", "'' is no condition"),
        ("ttft_p95=800", "is no condition"),
        ("ttft_p95>20%", "ttft is not in %; a change from a baseline has a sign"),
        ("error_rate>3ms", "error_rate is not in ms"),
        ("ttft_p95>+20", "a change from a baseline is in %"),
        ("ttft_p95>-20%", "what grew is >+…%, and what fell <-…%"),
        ("ttft_mean>+20%", "percentiles are compared with a baseline, not mean"),
        ("icl_p95>+20%", "icl is not compared with a baseline"),
        ("cost>+1%", "cost is not compared with a baseline"),
        ("goodput_p95>1", "goodput has one value alone"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, told: str) -> None:
    with pytest.raises(ConditionError) as error:
        read_conditions(text)
    assert told in str(error.value)
