"""The command as it runs: what it measures, prints and writes, and how it ends."""

import csv
import io
import json
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.studio.bench.conftest import KEY, Bench, records_in, script, summary_in
from tests.studio.llm_mock import LlmMock

FILES = ["records.jsonl", "report.html", "summary.csv", "summary.json"]


def test_models_are_measured_one_request_after_another_by_turns(
    bench: Bench, mock: LlmMock, tmp_path: Path
) -> None:
    mock.reset()
    ended = bench("--model", "fast", "--model", "mock:ttft=60,tokens=5", "--requests", "4", "--output", "out")
    assert ended.returncode == 0, ended.stderr
    asked = sorted(mock.log(), key=lambda request: request["recv_ns"])
    assert [request["model"] for request in asked] == [
        "fast",
        "mock:ttft=60,tokens=5",
    ] * 5  # the first two warm up
    assert all(a["end_ns"] <= b["recv_ns"] for a, b in pairwise(asked))
    records = records_in(tmp_path / "out")
    assert {record["request_id"] for record in records} == {request["request_id"] for request in asked}
    assert [record["phase"] for record in records] == ["warmup"] * 2 + ["measure"] * 8
    assert "fast answers first" in ended.stdout.splitlines()[-1]
    assert "n = 4 each, too few to be sure of" in ended.stdout.splitlines()[-1]


def test_all_files_are_there_and_agree(bench: Bench, tmp_path: Path) -> None:
    ended = bench(
        *("--model", "fast", "--concurrency", "1,4", "--requests", "12", "--price", "1/2", "--slo", "ttft<500"),
        *("--output", "deep/out", "--title", "Nightly", "--format", "json"),
    )
    assert ended.returncode == 0, ended.stderr
    folder = tmp_path / "deep/out"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    summary = summary_in(folder)
    assert json.loads(ended.stdout) == summary
    assert (summary["state"], summary["title"], summary["error"]) == ("done", "Nightly", None)
    assert [point["point"] for point in summary["points"]] == ["fast@0 c1", "fast@0 c4"]
    for point in summary["points"]:
        assert (point["runs"], point["success_count"], point["goodput_share"]) == (12, 12, 1)
        records = [record for record in records_in(folder) if record["point"] == point["point"]]
        ttfts = sorted(record["ttft_ms"] for record in records if record["phase"] == "measure")
        assert (len(ttfts), ttfts[0], ttfts[-1]) == (
            12,
            *(point["statistics"]["ttft_ms"][of] for of in ("min", "max")),
        )
        assert point["cost"] == pytest.approx(sum(r["cost"] for r in records if r["phase"] == "measure"))
    rows = list(csv.DictReader(io.StringIO((folder / "summary.csv").read_text())))
    assert [row["point"] for row in rows] == ["fast@0 c1", "fast@0 c4"]
    assert float(rows[1]["ttft_ms_p50"]) == summary["points"][1]["ttft_ms_p50"]
    assert "Nightly" in (folder / "report.html").read_text()


def test_a_load_is_what_was_asked_for(bench: Bench, mock: LlmMock) -> None:
    mock.reset()
    ended = bench(
        "--model", "mock:ttft=50,tokens=5,itl=5", "--concurrency", "6", "--requests", "30", "--warmup", "0"
    )
    assert ended.returncode == 0, ended.stderr
    assert max(request["active_model"] for request in mock.log()) == 6
    assert "mock:ttft=50,tokens=5,itl=5@0 " in ended.stdout  # one level alone is no part of the name


def test_a_rate_is_kept_whatever_becomes_of_requests(bench: Bench, mock: LlmMock, tmp_path: Path) -> None:
    mock.reset()
    ended = bench(
        *("--model", "mock:ttft=1000,tokens=2", "--rate", "20", "--arrival", "constant", "--max-concurrency", "8"),
        *("--requests", "40", "--output", "out", "--warmup", "0"),
    )
    assert ended.returncode == 0, ended.stderr
    (point,) = summary_in(tmp_path / "out")["points"]
    assert point["point"].endswith(" r20")
    statistics = point["statistics"]
    assert statistics["max_in_flight"] == 8
    assert statistics["ttft_ms"]["max"] < 1500  # what each request took, once it had a place
    assert statistics["scheduled_ttft_ms"]["max"] > 2500  # what somebody has waited who came at that time
    assert point["offered_rate"] == pytest.approx(20, rel=0.01)


def test_a_duration_ends_each_point(bench: Bench, tmp_path: Path) -> None:
    began = time.monotonic()
    ended = bench("--model", "fast", "--model", "steady", "--duration", "1.5", "--grace", "0.2", "--output", "out")
    assert ended.returncode == 0, ended.stderr
    assert 3 < time.monotonic() - began < 20
    fast, steady = summary_in(tmp_path / "out")["points"]
    assert fast["success_count"] > 10
    assert steady["success_count"] == 1
    assert steady["statistics"]["statuses"]["cancelled"] == 1  # the second would have ended after 2.4 s
    assert steady["error_count"] == 0


def test_a_matrix_of_lengths_is_measured(bench: Bench, mock: LlmMock, tmp_path: Path) -> None:
    mock.reset()
    ended = bench(
        "--model",
        "fast",
        "--input-tokens",
        "0,200",
        "--output-tokens",
        "3,9",
        "--requests",
        "2",
        "--output",
        "out",
    )
    assert ended.returncode == 0, ended.stderr
    points = {point["point"]: point for point in summary_in(tmp_path / "out")["points"]}
    assert list(points) == ["fast@0>3", "fast@0>9", "fast@200>3", "fast@200>9"]
    assert [point["output_tokens"] for point in points.values()] == [6, 18, 6, 18]
    assert points["fast@200>3"]["input_tokens"] - points["fast@0>3"]["input_tokens"] in range(380, 401)


def test_the_knee_of_a_queue_is_found_and_named(bench: Bench, tmp_path: Path) -> None:
    model = "mock:ttft=300,itl=10,tokens=11,slots=2"
    ended = bench("--model", model, "--sweep", "--sweep-most", "4", "--requests", "20", "--output", "out")
    assert ended.returncode == 0, ended.stderr
    summary = summary_in(tmp_path / "out")
    (knee,) = summary["knees"]
    assert knee["load"] in {1, 2, 3}  # 2, where nothing else keeps this machine busy
    assert summary["measured"]["client_limited"] or (knee["load"] > 1 and knee["is_bound"] is None)
    assert knee["over"] == "concurrency"
    assert knee["sentence"] in ended.stdout.splitlines()[-1]


def test_what_is_sent_is_what_was_asked_for(bench: Bench, mock: LlmMock, tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text('{"prompt": "first", "output_tokens": 3}\n{"prompt": "second"}\n')
    mock.reset()
    ended = bench(
        *(
            "--model",
            "fast",
            "--dataset",
            "asked.jsonl",
            "--output-tokens",
            "7",
            "--requests",
            "2",
            "--warmup",
            "0",
        ),
        *("--system", "Be brief.", "--temperature", "0", "--param", "top_p=0.5", "--cache", "reuse"),
        *("--api-key-env", "BENCH_TEST_KEY", "--output", "out"),
    )
    assert ended.returncode == 0, ended.stderr
    first, second = sorted(mock.log(), key=lambda request: request["recv_ns"])
    assert first["body"]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "first"},
    ]
    assert second["body"]["messages"][1]["content"] == "second"
    assert [request["body"]["max_tokens"] for request in (first, second)] == [3, 7]
    assert [first["body"][name] for name in ("temperature", "top_p")] == [0, 0.5]
    assert first["credentials"]
    kept = "".join((tmp_path / "out" / name).read_text() for name in FILES)
    assert KEY not in kept + ended.stdout + ended.stderr
    assert mock.base_url.partition("//")[2] not in kept


def test_a_condition_that_holds_fails_the_build(bench: Bench) -> None:
    ended = bench("--model", "fast", "--requests", "5", "--fail-if", "ttft_p95>1,error_rate>1%")
    assert ended.returncode == 1
    assert "FAIL  fast@0: ttft_p95 is " in ended.stdout
    assert "ok    fast@0: error_rate is 0.00 %" in ended.stdout
    assert bench("--model", "fast", "--requests", "5", "--fail-if", "ttft_p95>9s").returncode == 0


def test_a_regression_against_a_baseline_fails_the_build(bench: Bench, tmp_path: Path, mock: LlmMock) -> None:
    model, check = (
        "mock:ttft=30,itl=1,tokens=3",
        ("--fail-if", "ttft_p50>+20%", "--baseline", "before/summary.json"),
    )
    run = ("--model", model, "--concurrency", "2", "--requests", "40")
    assert bench(*run, "--output", "before").returncode == 0
    same = bench(*run, *check, "--output", "same")
    assert same.returncode == 0, same.stdout
    script(mock, {"match": {"model": model}, "reply": {"content": "a b c", "options": {"ttft": 60}}})
    now = bench(*run, *check, "--output", "now")
    mock.reset()
    assert now.returncode == 1, now.stdout
    assert "so ttft_p50>+20% holds." in now.stdout
    assert [check["fails"] for check in summary_in(tmp_path / "now")["checks"]] == [True]


def test_a_baseline_of_other_points_is_refused_before_anything_is_sent(bench: Bench, mock: LlmMock) -> None:
    assert bench("--model", "fast", "--requests", "1", "--output", "before").returncode == 0
    mock.reset()
    ended = bench("--model", "steady", "--baseline", "before/summary.json", "--fail-if", "ttft_p50>+1%")
    assert ended.returncode == 2
    assert (
        "has none of the points that are to be measured: it has fast@0; here there would be steady@0."
        in ended.stderr
    )
    ended = bench("--model", "fast", "--concurrency", "2", "--baseline", "before/summary.json")
    assert ended.returncode == 2
    assert "was measured at another load than is to be measured." in ended.stderr
    assert mock.log() == []


def test_results_of_another_run_are_never_written_over(bench: Bench, mock: LlmMock, tmp_path: Path) -> None:
    assert bench("--model", "fast", "--requests", "1", "--output", "out").returncode == 0
    before = {name: (tmp_path / "out" / name).read_bytes() for name in FILES}
    mock.reset()
    ended = bench("--model", "fast", "--requests", "1", "--output", "out")
    assert ended.returncode == 2
    assert ended.stderr == "bench: out has a records.jsonl already: name a folder without another run's results.\n"
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == before
    assert mock.log() == []


def test_a_folder_that_cannot_be_written_is_named(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = bench("--model", "fast", "--output", "file/out")
    assert ended.returncode == 2
    assert ended.stderr == "bench: Nothing can be written to file/out: Not a directory.\n"


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("no-such-model", "The provider knows no such model or address (HTTP 404)"),
        ("mock:hang=1", "There was no answer after 0.5 seconds."),
        ("mock:ttft=1,close_after=0", "The connection broke off in the middle of the answer."),
        ("mock:ttft=1,end_after=3", "The answer ended before it was complete."),
    ],
)
def test_where_nothing_succeeds_the_reason_is_told(bench: Bench, tmp_path: Path, model: str, told: str) -> None:
    ended = bench("--model", model, "--concurrency", "2", "--requests", "4", "--timeout", "0.5", "--output", "out")
    assert ended.returncode == 3, ended.stderr
    assert told in ended.stdout
    summary = summary_in(tmp_path / "out")
    assert summary["state"] == "failed"
    assert told in summary["error"]
    assert summary["points"][0]["success_count"] == 0


def test_an_address_where_nobody_listens_is_no_trace(bench: Bench) -> None:
    ended = bench("--base-url", "http://127.0.0.1:1/v1", "--model", "fast", "--requests", "2")
    assert ended.returncode == 3
    assert "The provider's address refuses connections." in ended.stdout
    assert "Traceback" not in ended.stderr


def test_csv_has_nothing_else_beside_it(bench: Bench) -> None:
    ended = bench("--model", "fast", "--requests", "2", "--format", "csv", "--fail-if", "ttft_p95>1")
    assert ended.returncode == 1
    (row,) = csv.DictReader(io.StringIO(ended.stdout))
    assert (row["point"], row["state"], row["runs"]) == ("fast@0", "done", "2")
    assert "FAIL" in ended.stderr


def test_a_line_now_and_then_tells_how_far_it_is_and_quiet_tells_nothing(bench: Bench) -> None:
    told = bench("--model", "steady", "--requests", "6").stderr.splitlines()
    assert len(told) == 1
    assert "s left  steady@0: " in told[0]
    assert " of 6, TTFT p50 " in told[0]
    assert bench("--model", "steady", "--requests", "6", "--quiet").stderr == ""
