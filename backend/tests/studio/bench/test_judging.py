"""A change fails a build only where chance does not explain it, and what was not compared is said."""

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from src.studio.bench.baseline import Baseline, read_baseline
from src.studio.bench.conditions import read_conditions
from src.studio.bench.errors import FilesError
from src.studio.bench.judging import Change, Finding, _judged, judge, of_skipped
from src.studio.bench.samples import Samples
from src.studio.engine.record import Record
from src.studio.engine.statistics import summarise_records

NAME = "m@0"


def requests(*ttfts: float, errors: int = 0, point: str = NAME) -> list[Record]:
    """Return records, one a second, that failed or took so long."""
    records = [
        Record(
            key=f"0-0-{at}", target="0", model="m", provider="p", point=point, phase="measure", run=at,
            request_id="", scheduled_ns=at * 10**9, sent_ns=at * 10**9, end_ns=(at + 1) * 10**9, status="success",
            ttft_ms=ttft, request_latency_ms=ttft, output_tokens=10, tokens_source="usage",
        )
        for at, ttft in enumerate(ttfts)
    ]  # fmt: skip
    for record in records[:errors]:
        record.status, record.error_kind = "error", "http_500"
    return records


def around(mean: float, n: int = 100) -> list[float]:
    chance = random.Random(f"{mean} {n}")  # noqa: S311
    return [chance.gauss(mean, mean / 10) for _ in range(n)]


def row(records: list[Record]) -> dict[str, Any]:
    summary = summarise_records(records)
    n = summary.statuses.get("success", 0)
    return {
        "point": records[0].point,
        "success_count": n,
        "error_count": len(records) - n,
        "request_rate": summary.request_rate,
        "output_tps": summary.output_tps,
        "goodput": None,
        "cost": None,
        "load_mode": "concurrency",
        "load": 2,
        "statistics": summary.to_dict(),
    }


def samples(records: list[Record]) -> Samples:
    kept = Samples(None)
    for record in records:
        kept.add(record)
    return kept


def judged(text: str, before: list[Record], now: list[Record], *, with_records: bool = True) -> list[Finding]:
    theirs = {before[0].point: samples(before)} if with_records else None
    baseline = Baseline({before[0].point: row(before)}, {}, theirs, "done")
    conditions = read_conditions(text) if text else ()
    return judge(conditions, [row(now)], {now[0].point: samples(now)}, baseline)


def test_a_change_that_chance_does_not_explain_fails() -> None:
    (finding,) = judged("ttft_p50>+20%", requests(*around(100)), requests(*around(150)))
    assert finding.fails
    assert "above the baseline's" in finding.sentence
    assert finding.sentence.endswith("so ttft_p50>+20% holds.")


def test_a_change_that_is_smaller_than_asked_for_passes() -> None:
    (finding,) = judged("ttft_p50>+20%", requests(*around(100)), requests(*around(110)))
    assert not finding.fails
    assert finding.sentence.endswith("so ttft_p50>+20% does not hold.")


def test_a_change_that_may_be_chance_does_not_fail_and_that_is_said() -> None:
    before, now = requests(*around(100, 12)), requests(*around(100, 11), 400)
    before[0].ttft_ms = 30
    (finding,) = judged("ttft_p50>+0%", before, [*now[:5], *requests(105, 106, 107, 108, 109, 110, 111)])
    assert not finding.fails
    assert "no difference is shown, it may be chance" in finding.sentence


def test_too_few_values_do_not_fail_and_that_is_said() -> None:
    (finding,) = judged("ttft_p95>+20%", requests(*around(100, 20)), requests(*around(500, 20)))
    assert not finding.fails
    assert "there are too few values" in finding.sentence


@pytest.mark.parametrize(("now", "fails"), [(150, True), (101, False)])
def test_without_records_the_summarys_intervals_decide(now: float, fails: bool) -> None:
    (finding,) = judged("ttft_p95>+0%", requests(*around(100)), requests(*around(now)), with_records=False)
    assert finding.fails is fails


def test_what_has_no_interval_without_records_does_not_fail_and_that_is_said() -> None:
    (finding,) = judged("ttft_p90>+20%", requests(*around(100)), requests(*around(900)), with_records=False)
    assert not finding.fails
    assert "records.jsonl is not beside it" in finding.sentence


@pytest.mark.parametrize(("errors", "fails"), [(1, False), (20, True)])
def test_more_errors_fail_where_chance_does_not_explain_them(errors: int, fails: bool) -> None:
    (finding,) = judged("error_rate>+0%", requests(*around(100)), requests(*around(100), errors=errors))
    assert finding.fails is fails


def test_rates_are_compared_by_the_parts_of_their_time() -> None:
    slower = requests(*around(100, 200))
    for record in slower:
        record.scheduled_ns, record.end_ns = 2 * record.scheduled_ns, 2 * record.end_ns
    (finding,) = judged("request_rate<-10%", requests(*around(100, 200)), slower)
    assert finding.fails
    (finding,) = judged("request_rate<-10%", requests(*around(100, 200)), requests(*around(100, 200)))
    assert not finding.fails


def test_of_several_changes_each_has_to_be_the_less_explained_by_chance() -> None:
    """By itself, each would be taken for shown: one of twenty such would be so wrongly."""
    (condition,) = read_conditions("ttft_p50>+20%")
    changes = [Change(condition, name, 100, 200, 0.03, None) for name in ("a@0", "b@0")]
    assert [finding.fails for finding in _judged(changes[:1], informs=False)] == [True]
    assert [finding.fails for finding in _judged(changes, informs=False)] == [False, False]


def test_points_are_matched_by_name_and_others_are_named() -> None:
    findings = judged("ttft_p50>+20%", requests(*around(100), point="old@0"), requests(*around(150)))
    assert [finding.sentence for finding in findings] == [
        "m@0 is not in the baseline, so it was not compared.",
        "old@0 of the baseline was not measured here, so it was not compared.",
        "Nothing could be compared with the baseline, which is no pass.",
    ]
    assert findings[-1].fails


def test_the_same_name_at_another_load_is_not_compared() -> None:
    """A run with one concurrency does not have it in the names of its points."""
    before, now = requests(*around(100)), requests(*around(150))
    baseline = Baseline({NAME: row(before) | {"load": 4}}, {}, {NAME: samples(before)}, "done")
    findings = judge(read_conditions("ttft_p50>+20%"), [row(now)], {NAME: samples(now)}, baseline)
    assert [finding.sentence for finding in findings] == [
        "m@0 had another load in the baseline, so it was not compared.",
        "Nothing could be compared with the baseline, which is no pass.",
    ]
    assert findings[-1].fails


def test_a_baseline_alone_tells_and_fails_nothing() -> None:
    findings = judged("", requests(*around(100)), requests(*around(150)))
    assert findings
    assert not any(finding.fails for finding in findings)
    assert "a difference that is shown" in findings[0].sentence


def test_what_cannot_be_judged_is_no_pass() -> None:
    failed = requests(*around(100), errors=100)
    (finding,) = judge(read_conditions("ttft_p95>800"), [row(failed)], {}, None)
    assert finding.fails
    (finding,) = judge(read_conditions("ttft_p99>800"), [row(requests(*around(100, 99)))], {}, None)
    assert finding.fails
    assert "99 answers are too few" in finding.sentence


def test_a_baseline_is_read_with_the_records_beside_it(tmp_path: Path) -> None:
    records = requests(*around(100))
    summary = {"version": 1, "state": "done", "settings": {"max_tokens": 5, "seed": 1}, "points": [row(records)]}
    (tmp_path / "summary.json").write_bytes(orjson.dumps(summary))
    assert read_baseline(tmp_path / "summary.json", None).samples is None
    (tmp_path / "records.jsonl").write_bytes(b"".join(orjson.dumps(r.to_dict()) + b"\n" for r in records))
    baseline = read_baseline(tmp_path / "summary.json", None)
    assert baseline.samples is not None
    assert list(baseline.samples[NAME].of("ttft")) == [record.ttft_ms for record in records]
    assert baseline.differing({"max_tokens": 6, "seed": 2}) == ["max_tokens"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: No such file"),
        ("{", "is not JSON"),
        ("[]", "is no summary.json"),
        ('{"version": 2, "points": [{}]}', "is no summary.json"),
        ('{"version": 1, "points": [{"point": "a"}]}', "is no summary.json"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "summary.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(FilesError) as error:
        read_baseline(path, None)
    assert told in str(error.value)


def test_what_was_not_measured_is_no_pass() -> None:
    conditions = read_conditions("ttft_p95>800")
    skipped = [{"model_id": "big", "context_tokens": 8000, "reason": "It is longer than the model takes."}]
    (finding,) = of_skipped(conditions, skipped)
    assert finding.fails
    assert finding.sentence.startswith("big at 8,000 tokens was not measured: It is longer than")
    assert of_skipped((), skipped) == []
