"""Results of other tools and of ours are read as far as they can be believed; the rest is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from src.studio.report.foreign import UnreadableResultsError
from src.studio.report.html import report_html
from src.studio.report.reading import read_results
from src.studio.report.records import row_of
from tests.studio.report.made import point, record, summary, sweep

DATA = Path(__file__).with_name("data")
AIPERF, GUIDELLM = "aiperf-0.13.0.json", "guidellm-0.8.1.json"
"""Made by these versions from llm-mock's `fast`, and cut down to what is read."""
ODD = (None, True, -1, 0, 1e308, "", "text", "\x00", [], {}, [[]], [{}], {"a": 1}, [1, 2, 3])


def given(name: str) -> dict[str, Any]:
    return json.loads((DATA / name).read_text())


def own(**more: Any) -> dict[str, Any]:
    return json.loads(json.dumps(sweep() | more))


def test_aiperf_has_a_point_a_file() -> None:
    found = read_results({"profile_export_aiperf.json": (DATA / AIPERF).read_text()}).summary
    (only,) = found["points"]
    assert (found["tool"], found["tool_version"], found["state"]) == ("aiperf", "0.13.0", "done")
    assert (only["model_id"], only["load_mode"], only["load"]) == ("fast", "concurrency", 4)
    assert (only["success_count"], only["error_count"]) == (24, 0)
    figures, theirs = only["statistics"], given(AIPERF)
    assert figures["ttft_ms"]["p95"] == theirs["time_to_first_token"]["p95"]
    assert figures["itl_ms"]["mean"] == theirs["inter_token_latency"]["avg"]
    assert figures["icl_ms"]["n"] == 456
    assert only["request_rate"] == theirs["request_throughput"]["avg"]
    assert figures["ttft_ms"]["p99"] is None  # of 24
    assert figures["ttft_ms"]["p50_interval"] is None
    assert (only["cost"], only["goodput"], figures["scheduled_ttft_ms"]) == (None, None, None)
    assert any("counts a stream that breaks off" in note for note in found["notes"])


def test_several_files_of_aiperf_are_the_points_of_one_run() -> None:
    first, second = given(AIPERF), given(AIPERF)
    second["input_config"]["phases"][0] |= {"type": "poisson", "rate": 20, "concurrency": None}
    found = read_results({"a.json": first, "b.json": second}).summary
    assert [(one["load_mode"], one["load"]) for one in found["points"]] == [("concurrency", 4), ("rate", 20)]


def test_earlier_versions_of_aiperf_are_read_too() -> None:
    data = given(AIPERF)
    del data["aiperf_version"]
    data["input_config"] = {"endpoint": {"model_names": ["old"]}, "loadgen": {"request_rate": 10.0}}
    (only,) = read_results({"a.json": data}).summary["points"]
    assert (only["model_id"], only["load_mode"], only["load"]) == ("old", "rate", 10)


def test_aiperfs_errors_keep_their_kind_and_sentence() -> None:
    details = {"code": 503, "type": "HTTPError", "message": "The mock was told to."}
    data = given(AIPERF) | {
        "error_request_count": {"unit": "requests", "avg": 3},
        "error_summary": [{"error_details": details, "count": 3}],
    }
    (only,) = read_results({"a.json": data}).summary["points"]
    assert only["error_count"] == 3
    assert only["statistics"]["errors"] == [{"kind": "http_503", "count": 3, "example": "The mock was told to."}]


def test_guidellm_has_a_point_a_benchmark() -> None:
    found = read_results({"benchmarks.json": given(GUIDELLM)}).summary
    assert (found["tool"], found["tool_version"]) == ("guidellm", "0.8.1")
    assert [(one["model_id"], one["load_mode"], one["load"]) for one in found["points"]] == [
        ("fast", "concurrency", 2),
        ("fast", "concurrency", 4),
    ]
    metrics, figures = given(GUIDELLM)["benchmarks"][0]["metrics"], found["points"][0]["statistics"]
    theirs = metrics["request_latency"]["successful"]
    assert figures["request_latency_ms"]["p95"] == pytest.approx(1000 * theirs["percentiles"]["p95"])
    assert figures["ttft_ms"]["p50"] == metrics["time_to_first_token_ms"]["successful"]["percentiles"]["p50"]
    assert figures["itl_ms"]["mean"] == metrics["inter_token_latency_ms"]["successful"]["mean"]
    assert figures["icl_ms"] is None
    assert found["started_at"].startswith("2026-")
    assert any("includes the time to the first one" in note for note in found["notes"])


def test_ours_come_back_as_they_were_with_their_records() -> None:
    told = own()
    lines = "".join(json.dumps(row_of(record(number))) + "\n" for number in range(5))
    found = read_results({"summary.json": json.dumps(told), "records.jsonl": lines + "\n"})
    assert found.summary["tool"] == "bench"
    assert [one["load"] for one in found.summary["points"]] == [one["load"] for one in told["points"]]
    before, after = told["points"][3]["statistics"], found.summary["points"][3]["statistics"]
    assert after["ttft_ms"] == before["ttft_ms"]
    assert after["statuses"] == before["statuses"]
    assert found.summary["knees"] == told["knees"]
    assert [row_of(one)["sent_ns"] for one in found.records] == [record(number)["sent_ns"] for number in range(5)]
    assert found.records[0].icl_ms == [2.0, 2.5]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.json": "{"}, "a.json: is no JSON."),
        ({"a.json": "[]"}, "a.json: is no object, as results are."),
        ({"a.json": "[" * 100_000}, "a.json: is no JSON."),
        ({"a.json": '{"a": NaN}'}, "a.json: is no JSON."),
        ({"a.json": "{}"}, "These are no results that can be read"),
        ({}, "These are no results that can be read"),
        ({"a" * 500: "{"}, f"{'a' * 64}…: is no JSON."),
        ({"a.json": own(version=2)}, "another version than 1"),
        ({"a.json": own(points=[])}, "This summary has no points in it."),
        ({"a.json": own(points=[{}])}, "A point of this summary has no model_id."),
        ({"a.json": own(points=[point("m" * 600)])}, "A model's name has more than 512 characters."),
        ({"a.json": own(points=[point(f"m{at}", n=1) for at in range(101)])}, "There are 101 models; 100 can be"),
        ({"a.json": own(points=[{"model_id": "m"}] * 2_001)}, "There are 2,001 points"),
        ({"a.json": own(), "b.json": own()}, "Several files are of one run only where all are AIPerf's"),
        ({"a.json": own(), "records.jsonl": "{}\n{"}, "records.jsonl: line 2 is no JSON."),
        ({"a.json": own(), "records.jsonl": "[]"}, "records.jsonl: line 1 is no record."),
        ({"a.json": own(), "records.jsonl": 1}, "records.jsonl: has to be its text."),
        ({"a.json": given(GUIDELLM) | {"benchmarks": []}}, "GuideLLM's file has no benchmarks in it."),
        ({"a.json": {"metadata": {"guidellm_version": "1"}, "benchmarks": [{}]}}, "does not say which model"),
        ({"a.json": {"aiperf_version": "1"}}, "AIPerf's file does not say which model was measured"),
        ({"a.json": given(AIPERF) | {"request_count": None}}, "AIPerf's file has no requests"),
        ({f"{at}.json": "{}" for at in range(101)}, "These are 101 files; 100 can be read at once."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence(files: dict[str, Any], told: str) -> None:
    with pytest.raises(UnreadableResultsError) as refused:
        read_results(files)
    sentence = str(refused.value)
    assert told in sentence
    assert len(sentence) < 250
    assert sentence.endswith(".")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("source", [AIPERF, GUIDELLM, "own"])
def test_any_value_of_a_wrong_kind_is_unknown_or_refused(source: str, odd: Any) -> None:
    honest = own(points=own()["points"][:2]) if source == "own" else given(source)
    for path in _paths(honest):
        changed = json.loads(json.dumps(honest))
        _put(changed, path, odd)
        try:
            found = read_results({"a.json": changed})
        except UnreadableResultsError:
            continue
        assert found.summary["points"]
        for one in found.summary["points"]:
            _is_sound(one)
    report_html(read_results({"a.json": honest}).summary)


def _paths(value: Any, depth: int = 0) -> list[list[Any]]:
    """Return the way to each value, not deeper than what is read of it, and of lists the first item alone."""
    if depth > 6 or not isinstance(value, dict | list):
        return []
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))[:1]
    return [[name, *rest] for name, item in items for rest in ([], *_paths(item, depth + 1))]


def _put(data: Any, path: list[Any], value: Any) -> None:
    for name in path[:-1]:
        data = data[name]
    data[path[-1]] = value


def _is_sound(one: dict[str, Any]) -> None:
    assert one["model_id"]
    assert isinstance(one["success_count"], int)
    assert one["load"] is None or one["load"] > 0
    assert (one["load"] is None) == (one["load_mode"] == "single")
    json.dumps(one, allow_nan=False)
    for name in ("ttft_ms", "request_latency_ms", "itl_ms"):
        metric = one["statistics"][name]
        assert metric is None or (metric["p50"] >= 0 and metric["n"] >= 0)


@pytest.mark.parametrize("odd", [*ODD, 1e400, "🙂" * 300])
def test_records_with_odd_fields_are_taken_without_these(odd: Any) -> None:
    for name in record():
        line = json.dumps(record() | {name: odd}).replace("Infinity", "1e400")
        try:
            found = read_results({"summary.json": summary(), "records.jsonl": line}).records
        except UnreadableResultsError as error:
            assert "line 1" in str(error)  # noqa: PT017 - either is right
            continue
        assert found[0].status in {"success", "error"}
        json.dumps(found[0].to_dict(), allow_nan=False)
