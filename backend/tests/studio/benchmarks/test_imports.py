"""What was measured elsewhere is kept as a run that says so, and can be read like any other."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from src.studio.report.records import row_of
from tests.studio.benchmarks.conftest import Studio
from tests.studio.report.made import point, record, summary, sweep

DATA = Path(__file__).parents[1] / "report" / "data"


def text(name: str) -> str:
    return (DATA / name).read_text()


def own_files(count: int = 5, **changes: Any) -> dict[str, str]:
    """Return the files of a run of the command line."""
    lines = [json.dumps(row_of(record(at, model="fast", point="fast@0 c4"))) for at in range(count)]
    return {"summary.json": json.dumps(sweep() | changes), "records.jsonl": "\n".join(lines)}


def _file(own: Studio, run_id: str, form: str) -> Response:
    answer = own.client.get(f"/api/export/run/{run_id}", params={"format": form}, headers=own.headers)
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("name", "tool", "points", "requests"),
    [("aiperf-0.13.0.json", "aiperf", 1, 0), ("guidellm-0.8.1.json", "guidellm", 2, 40)],
)
def test_results_of_other_tools_become_a_run_marked_as_theirs(
    own: Studio, name: str, tool: str, points: int, requests: int
) -> None:
    answer = own.send("POST", "/api/import/run", json.loads(text(name)))
    assert answer == {"status": "ok", "run_id": answer["run_id"], "tool": tool, "points": points} | {
        "notes": answer["notes"]
    }
    assert len(answer["notes"]) >= 3
    run = own.get(f"/api/history/{answer['run_id']}")
    assert (run["state"], run["metadata"], run["tool"]) == ("done", {"source": "import"}, tool)
    assert run["measured"]["notes"] == answer["notes"]
    assert run["mode"] == "concurrency"
    first = run["results"][0]
    assert (first["model_id"], first["load_mode"]) == ("fast", "concurrency")
    assert first["ttft_ms_p50"] == first["statistics"]["ttft_ms"]["p50"] > 0
    assert (first["cost"], first["goodput"], first["std_dev_tps"]) == (None, None, None)
    records = own.get(f"/api/history/{answer['run_id']}/records")["records"]
    assert len(records) == requests
    assert [listed["id"] for listed in own.get("/api/history", search="fast")["runs"]] == [answer["run_id"]]
    own.send("DELETE", f"/api/history/{answer['run_id']}")


def test_a_run_of_the_command_line_comes_with_its_records_and_its_knee(own: Studio) -> None:
    answer = own.send(
        "POST", "/api/import/run", {"name": "From CI", "files": own_files(started_at="2026-11-01T20:00:00+00:00")}
    )
    assert (answer["tool"], answer["points"], answer["notes"]) == ("bench", 10, [])
    run = own.get(f"/api/history/{answer['run_id']}")
    assert (run["label"], run["slo"], run["sentence"]) == ("From CI", "ttft<400", sweep()["sentence"])
    assert run["knees"] == sweep()["knees"]
    assert run["started_at"].startswith("2026-11-01T20:00:00")
    assert [(one["model_id"], one["load"]) for one in run["results"]][:2] == [("fast", 1), ("fast", 2)]
    assert run["completed_at"] == "2026-11-20T12:00:00.000Z"  # not when the file says, which was not yet
    records = own.get(f"/api/history/{answer['run_id']}/records")["records"]
    assert [one["sent_ns"] for one in records] == [record(at)["sent_ns"] for at in range(5)]
    assert {one["point"] for one in records} == {"fast@0 c4"}


def test_runs_of_two_tools_can_be_compared_request_by_request(own: Studio) -> None:
    aiperf = {"a.json": text("aiperf-0.13.0.json"), "a.jsonl": text("aiperf-0.13.0.jsonl")}
    ids = [
        own.send("POST", "/api/import/run", body)["run_id"]
        for body in ({"files": aiperf}, json.loads(text("guidellm-0.8.1.json")))
    ]
    compared = own.get("/api/analytics/compare", runs=",".join(ids))
    (metric,) = [one for one in compared["points"][0]["metrics"] if one["name"] == "ttft_ms"]
    assert [value["n"] for value in metric["values"]] == [24, 20]
    assert metric["values"][1]["verdict"] is not None


def test_it_is_exported_again_in_every_form(own: Studio) -> None:
    run_id = own.send("POST", "/api/import/run", {"files": own_files()})["run_id"]
    page = _file(own, run_id, "html")
    assert "knee of slow: 4 at once" in page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-disposition"] == f'attachment; filename="run-{run_id}.html"'
    lines = _file(own, run_id, "jsonl")
    assert [json.loads(line)["sent_ns"] for line in lines.text.splitlines()] == [
        record(at)["sent_ns"] for at in range(5)
    ]
    assert _file(own, run_id, "parquet").content[:4] == b"PAR1"
    assert _file(own, run_id, "csv").text.count("\n") == 6


def test_it_is_not_taken_for_what_was_measured_here(own: Studio) -> None:
    named = summary([point("fast", provider_key="gateway")])
    own.send("POST", "/api/import/run", named)
    assert own.get("/api/config")["shared"]["Gateway"]["models"][0]["last_measured"] is None


def test_it_cannot_be_run_again_from_here(own: Studio) -> None:
    run_id = own.send("POST", "/api/import/run", summary())["run_id"]
    refused = own.send("POST", f"/api/history/{run_id}/rerun", {}, status=400)
    assert refused["error"] == "This run was measured elsewhere: it cannot be run again from here."


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], "The body: is no object, as results are."),
        ({}, "These are no results that can be read"),
        ({"files": {"a.json": "{"}}, "a.json: is no JSON."),
        ({"files": {"a.json": "[" * 10_000}}, "a.json: is no JSON."),
        ({"files": {}, "name": "x"}, "These are no results that can be read"),
        (summary([point(f"m{at}", n=1) for at in range(101)]), "There are 101 models"),
        (summary([point(context_tokens=at) for at in range(21)]), "There are 21 context sizes"),
        (summary([point(context_tokens=2_000_001)]), "A load or a context size in it"),
        (summary([point(load=100_000)]), "A load or a context size in it"),
        ({"files": own_files() | {"summary.json": json.dumps(summary([point("other")]))}}, "“fast”"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence_and_leaves_nothing(
    own: Studio, body: Any, told: str
) -> None:
    refused = own.send("POST", "/api/import/run", body, status=400)
    assert told in refused["error"]
    assert own.get("/api/history")["runs"] == []


@pytest.mark.parametrize("started_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "long ago"])
def test_a_time_that_cannot_be_is_that_of_the_import(own: Studio, started_at: str) -> None:
    run_id = own.send("POST", "/api/import/run", {"files": own_files(started_at=started_at)})["run_id"]
    assert own.get(f"/api/history/{run_id}")["timestamp"] == "2026-11-20T12:00:00.000Z"  # the clock of these tests
    assert _file(own, run_id, "html").status_code == 200


def test_names_that_are_tags_or_controls_stay_text(own: Studio) -> None:
    evil = "<script>alert(1)</script>\u202e\0"
    run_id = own.send("POST", "/api/import/run", summary([point(evil)], title=evil))["run_id"]
    page = _file(own, run_id, "html").text
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"a":' * 200_000, b'{"points": NaN}', b"\xff", b""])
def test_a_body_that_is_no_json_is_refused_in_a_sentence(own: Studio, content: bytes) -> None:
    headers = {**own.headers, "Content-Type": "application/json"}
    answer = own.client.post("/api/import/run", content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert len(answer.json()["error"]) < 200
    assert own.get("/api/history")["runs"] == []


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(own: Studio) -> None:
    headers = {**own.headers, "Content-Type": "application/json", "Content-Length": str(65 * 1024 * 1024)}
    answer = own.client.post("/api/import/run", content=b"{}", headers=headers)
    assert answer.status_code == 413


def test_thousands_of_requests_are_kept_and_given_in_pieces(own: Studio) -> None:
    files = own_files(3_000)
    run_id = own.send("POST", "/api/import/run", {"files": files})["run_id"]
    assert _file(own, run_id, "jsonl").text.count("\n") == 3_000
    assert "The first 500 requests" in _file(own, run_id, "html").text
