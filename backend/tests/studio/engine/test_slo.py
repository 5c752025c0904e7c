"""A service level objective says what is good, and a text that is none is refused with the part that is wrong."""

from typing import Any

import pytest

from src.studio.engine.slo import Slo
from src.studio.engine.statistics import summarise_records
from tests.studio.engine.records import record

GOOD: dict[str, Any] = {"ttft_ms": 700.0, "itl_ms": 40.0, "request_latency_ms": 5000.0, "output_tokens": 9}


def test_limits_are_read_and_told_again() -> None:
    slo = Slo.parse(" ttft < 800, itl<=50,request_latency<5e3,scheduled_ttft<0.5 ")
    assert str(slo) == "ttft<800,itl<=50,request_latency<5000,scheduled_ttft<0.5"
    assert Slo.parse(str(slo)) == slo


@pytest.mark.parametrize(
    ("slo", "fields", "met"),
    [
        ("ttft<800,itl<50", {}, True),
        ("ttft<700", {}, False),
        ("ttft<=700", {}, True),
        ("ttft<800,itl<40", {}, False),
        ("request_latency<=5000", {}, True),
        ("ttft<800", {"status": "truncated"}, False),
        ("ttft<800", {"ttft_ms": None}, False),
        ("itl<50", {"itl_ms": None}, False),
        ("itl<50", {"itl_ms": None, "output_tokens": 1}, True),
        ("itl<50", {"itl_ms": None, "output_tokens": 0}, False),
        ("scheduled_ttft<800", {}, False),
        ("scheduled_ttft<800", {"scheduled_ttft_ms": 799.0}, True),
        ("ttfo<800", {"ttfo_ms": 900.0}, False),
        ("scheduled_latency<800", {"scheduled_latency_ms": 700.0}, True),
    ],
)
def test_an_answer_is_good_when_it_keeps_every_limit(slo: str, fields: dict[str, Any], *, met: bool) -> None:
    assert Slo.parse(slo).met(record(**{**GOOD, **fields})) is met


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "“” is no limit"),
        ("ttft<800,", "“” is no limit"),
        (
            "ttft>800",
            "“ttft>800” is no limit of an SLO: it has a metric, < or <=, and milliseconds, as in ttft<800",
        ),
        ("ttft<800 itl<50", "“ttft<800 itl<50” is no limit"),
        (
            "speed<800",
            "“speed” is no metric of an SLO: there are ttft, ttfo, itl, request_latency, scheduled_ttft",
        ),
        ("ttft<0", "“ttft<0” has no limit above 0 ms"),
        ("ttft<-1", "“ttft<-1” is no limit"),
        ("ttft<1.2.3", "“ttft<1.2.3” has no limit above 0 ms"),
        ("ttft<1e999", "“ttft<1e999” has no limit above 0 ms"),
        ("ttft<nan", "“ttft<nan” is no limit"),
        ("ttft<800,ttft<900", "ttft is there twice"),
        ("x" * 5000, "…” is no limit"),
    ],
)
def test_what_is_no_limit_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        Slo.parse(text)
    assert len(str(raised.value)) < 200


def test_goodput_counts_what_met_the_limits_among_all_that_had_their_time() -> None:
    records = [record(at=n, ttft_ms=100.0 if n < 6 else 900.0) for n in range(8)]
    records += [record(at=8, status="error"), record(at=9, status="cancelled"), record(at=10, status="cancelled")]
    summary = summarise_records(records, Slo.parse("ttft<800"))
    assert (summary.good, summary.goodput_share) == (6, pytest.approx(6 / 9))
    assert summary.goodput == pytest.approx(6 / 11)
    assert summary.request_rate == pytest.approx(8 / 11)
    assert summarise_records(records).goodput_share is None
    nothing = summarise_records([record(status="cancelled")], Slo.parse("ttft<800"))
    assert (nothing.good, nothing.goodput_share) == (0, None)
