"""Runs are kept, found again, shared, exported and deleted, and are their owner's alone."""

import csv
import io
import time
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from src.studio.benchmarks import repository
from src.studio.benchmarks.points import Cell, Load
from src.studio.benchmarks.schemas import ListedRunOut, RunDetailOut
from src.studio.benchmarks.service import TIMELINE
from src.studio.benchmarks.tables import benchmark_records, benchmark_results, benchmark_runs
from src.studio.database.metadata import new_id
from src.studio.jobs.deleting import HALF_DELETED
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import Studio
from tests.studio.benchmarks.made import failed, record
from tests.studio.conftest import sign_up
from tests.studio.lost_database import lose_after_first


@pytest.fixture
def run_id(own: Studio) -> str:
    """Return a run of two models that has ended: two answers each, one failure, and warm-ups."""
    made = own.start("fast", "slow", runs=3, label="Monday")
    own.keep(made, [record(0, 0, 0), record(1, 0, 0, "slow", cost=None)])
    own.keep(made, [record(0, 0, number) for number in (1, 2)] + [failed(0, 0, 3)])
    own.keep(made, [record(1, 0, number, "slow", ttft_ms=400.0, cost=None) for number in (1, 2)])
    own.end(made)
    return made


def test_a_run_that_has_ended_tells_what_it_came_to(own: Studio, run_id: str) -> None:
    run = own.get(f"/api/history/{run_id}")
    assert (run["state"], run["kind"], run["label"], run["is_owner"], run["shared"]) == (
        "done", "benchmark", "Monday", True, False,
    )  # fmt: skip
    assert (run["requests_total"], run["requests_done"], run["error_count"]) == (6, 5, 1)
    assert run["cost"] is None
    assert run["sentence"] == (
        "fast answers first: 20 ms, p95 20 ms; slow takes 20 times as long; n = 2 each, too few to be sure of. "
        "1 of 5 requests failed."
    )
    assert run["timestamp"] == run["completed_at"] == "2026-11-20T12:00:00.000Z"
    fast, slow = run["results"]
    assert (fast["model_id"], fast["point"], fast["runs"], fast["avg_ttft_ms"]) == ("fast", "fast@0", 3, 20)
    assert fast["statistics"]["statuses"] == {"success": 2, "error": 1}
    assert fast["statistics"]["errors"] == [{"kind": "http_500", "count": 1, "example": "It failed: http_500."}]
    assert slow["statistics"]["ttft_ms"]["p50"] == 400
    assert (fast["cost"], slow["cost"]) == (pytest.approx(0.0001), None)


def test_a_run_under_way_tells_what_it_has_come_to_so_far(own: Studio) -> None:
    made = own.start("fast", runs=3)
    own.keep(made, [record(0, 0, 0), record(0, 0, 1)])
    run = own.get(f"/api/history/{made}")
    assert (run["state"], run["requests_done"], run["sentence"], run["completed_at"]) == ("running", 1, None, None)
    assert run["results"][0]["statistics"]["n"] == 1
    own.keep(made, [record(0, 0, 1), record(0, 0, 2)])
    assert own.get(f"/api/history/{made}")["results"][0]["statistics"]["n"] == 2
    assert own.get("/api/history")["runs"][0]["results"] == []


def test_what_is_told_has_the_declared_form(own: Studio, run_id: str) -> None:
    own.start("fast", "gone")
    for found in own.get("/api/history")["runs"]:
        run = own.get(f"/api/history/{found['id']}")
        assert RunDetailOut.model_validate(run).model_dump() == run
        assert ListedRunOut.model_validate(found).model_dump() == found


def test_lists_have_the_newest_first_page_by_page(own: Studio, run_id: str) -> None:
    made = [run_id, *(own.start() for _ in range(4))]
    first = own.get("/api/history", limit=2)
    second = own.get("/api/history", limit=2, cursor=first["next_cursor"])
    third = own.get("/api/history", limit=2, cursor=second["next_cursor"])
    found = [run["id"] for page in (first, second, third) for run in page["runs"]]
    assert found == made[::-1]
    assert third["next_cursor"] is None
    listed = third["runs"][0]
    whole = own.get(f"/api/history/{run_id}")
    left_out = {"config", "skipped", "adjustments", "measured", "has_dataset"}
    assert listed == {
        **{name: value for name, value in whole.items() if name not in left_out},
        "targets": [
            {name: target[name] for name in target if name not in {"params", "system_prompt"}}
            for target in whole["targets"]
        ],
        "results": [{name: row[name] for name in row if name != "statistics"} for row in whole["results"]],
        "results_total": len(whole["results"]),
    }


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 201}, {"cursor": "x"}, {"state": "queued"}, {"kind": "x"}, {"person": "eve"}]
)
def test_lists_refuse_what_they_do_not_know(own: Studio, wrong: dict[str, Any]) -> None:
    assert own.get("/api/history", 422, **wrong)["code"] == "invalid_parameter"


def test_runs_are_found_by_words_and_by_state(own: Studio, run_id: str) -> None:
    other = own.start("small", prompt="Zähle 100% der Äpfel_", label="Dienstag")

    def found(**params: Any) -> list[str]:
        return [run["id"] for run in own.get("/api/history", **params)["runs"]]

    assert found(search="monday") == [run_id]
    assert found(search="SLOW") == [run_id]
    assert found(search="gateway") == [other, run_id]
    assert found(search="ÄPFEL_ small") == [other]
    assert found(search="small monday") == []
    assert found(search="100%") == [other]
    assert found(search="0% d") == [other]
    assert found(search="%") == [other]
    assert found(state="done") == [run_id]
    assert found(state="running") == [other]
    assert found(search="\0") == [other, run_id]


def test_runs_are_found_by_model_by_kind_and_by_when_they_were_made(
    own: Studio, run_id: str, clock: SettableClock
) -> None:
    row = {"provider": "Ollama", "model_id": "fast", "run_number": 1, "context_tokens": 0, "success": True}
    direct = {"results": [{**row, "ttft_ms": 20.0, "total_time_s": 1.0, "output_tokens": 9, "cost": 0.0}]}
    browsers = own.send("POST", "/api/benchmark/direct-results", direct)["run_id"]
    clock.move(hours=25)
    own.sign_in()
    other = own.start("small")

    def found(**params: Any) -> list[str]:
        return [run["id"] for run in own.get("/api/history", **params)["runs"]]

    assert found(model_id="slow") == [run_id]
    assert found(model_id="fast") == [browsers, run_id]
    assert found(model_id="fast", provider_key="gateway") == [run_id]
    assert found(model_id="small") == []  # it has no result yet
    assert found(kind="client") == [browsers]
    assert found(kind="studio") == [other, run_id]
    assert found(kind="import") == []
    assert found(period="24h") == [other]
    assert found(period="7d", kind="studio", model_id="fast") == [run_id]


def test_runs_that_others_share_are_listed_where_they_are_asked_for(own: Studio, run_id: str) -> None:
    eve = sign_up(own.client, "eve@example.com")

    def found(person: str) -> list[Any]:
        return own.client.get("/api/history", params={"person": person}, headers=eve).json()["runs"]

    assert [found(person) for person in ("own", "shared", "all")] == [[], [], []]
    own.send("PUT", f"/api/history/{run_id}", {"shared": True})
    assert found("own") == []
    for person in ("shared", "all"):
        (listed,) = found(person)
        assert (listed["id"], listed["is_owner"], len(listed["results"])) == (run_id, False, 2)
    assert own.get("/api/history", person="shared")["runs"] == []
    assert [run["id"] for run in own.get("/api/history", person="all")["runs"]] == [run_id]


def test_records_come_in_the_order_of_sending(own: Studio, run_id: str) -> None:
    found = own.get(f"/api/history/{run_id}/records")["records"]
    assert [row["key"] for row in found] == ["0-0-0", "1-0-0", "0-0-1", "1-0-1", "0-0-2", "1-0-2", "0-0-3"]
    assert found[2] == record(0, 0, 1).to_dict()
    assert own.get(f"/api/history/{own.start()}/records") == {"records": []}


def test_all_records_come_however_many_they_are(own: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    made = own.start("fast", runs=10, mode="concurrency", concurrency=100)
    own.keep(made, [record(0, 0, number, sent_ns=number // 7) for number in range(1, 1001)])
    found = own.get(f"/api/history/{made}/records")["records"]
    assert sorted(row["run"] for row in found) == list(range(1, 1001))
    own.end(made)
    assert own.get(f"/api/history/{made}")["results"][0]["runs"] == 1000


def test_labels_are_changed_and_found(own: Studio, run_id: str) -> None:
    own.send("PUT", f"/api/history/{run_id}", {"label": " Tuesday\0 "})
    assert own.get(f"/api/history/{run_id}")["label"] == "Tuesday\0"
    assert [run["id"] for run in own.get("/api/history", search="tuesday")["runs"]] == [run_id]
    assert own.get("/api/history", search="monday")["runs"] == []
    own.send("PUT", f"/api/history/{run_id}", {"shared": False})
    assert own.get(f"/api/history/{run_id}")["label"] == "Tuesday\0"
    own.send("PUT", f"/api/history/{run_id}", {"label": None})
    assert own.get(f"/api/history/{run_id}")["label"] is None
    own.send("PUT", f"/api/history/{run_id}", {"state": "failed"}, status=422)


def test_runs_of_others_are_not_there_unless_they_share_them_and_then_to_read_alone(
    own: Studio, run_id: str
) -> None:
    eve = sign_up(own.client, "eve@example.com")
    page, file = f"/api/history/{run_id}", f"/api/export/run/{run_id}"
    reads = [page, f"{page}/records", file, f"{file}?format=json"]
    writes: list[tuple[str, str, Any]] = [("PUT", page, {"shared": True}), ("DELETE", page, None)]

    def status(method: str, path: str, body: Any = None) -> int:
        return own.client.request(method, path, json=body, headers=eve).status_code

    assert [status("GET", path) for path in reads] == [404] * 4
    assert status("POST", f"{page}/rerun") == 404
    own.send("PUT", page, {"shared": True})
    assert [status("GET", path) for path in reads] == [200] * 4
    assert [status(*write) for write in writes] == [404] * 2
    told = own.client.get(page, headers=eve).json()
    assert (told["is_owner"], told["shared"]) == (False, True)
    assert len(told["results"]) == 2
    assert own.client.get("/api/history", headers=eve).json()["runs"] == []
    assert own.client.get("/api/export/history", headers=eve).text.count("\n") == 1
    own.send("PUT", page, {"shared": False})
    assert [status("GET", path) for path in reads] == [404] * 4


def test_a_run_is_deleted_with_all_of_it_but_not_while_it_is_under_way(
    own: Studio, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_DELETED", 3)
    delete_some, pieces = repository.delete_some_records, list[bool]()

    def delete(connection: Connection, owner_id: str, run_id: str) -> bool:
        pieces.append(delete_some(connection, owner_id, run_id))
        return pieces[-1]

    monkeypatch.setattr(repository, "delete_some_records", delete)
    other = own.start()
    assert "Cancel it" in own.send("DELETE", f"/api/history/{other}", status=409)["detail"]
    own.send("DELETE", f"/api/history/{run_id}")
    own.get(f"/api/history/{run_id}", 404)
    own.send("DELETE", f"/api/history/{run_id}", status=404)
    assert pieces == [True, True, True, False]  # of three records at most
    with own.database.reading() as connection:
        for table in (benchmark_results, benchmark_records):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_a_run_that_was_deleted_in_part_says_so(own: Studio, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MOST_DELETED", 3)
    with monkeypatch.context() as broken:
        lose_after_first(broken, repository, "delete_some_records")
        own.send("DELETE", f"/api/history/{run_id}", status=503)
    run = own.get(f"/api/history/{run_id}")
    assert (run["state"], run["error"]) == ("failed", HALF_DELETED)
    own.send("DELETE", f"/api/history/{run_id}")
    own.get(f"/api/history/{run_id}", 404)


def test_what_ends_without_its_worker_is_summed_up_all_the_same(own: Studio) -> None:
    made = own.start("fast", runs=3)
    own.keep(made, [record(0, 0, 1)])
    own.end(made, "interrupted", "The worker died.")
    run = own.get(f"/api/history/{made}")
    assert (run["state"], run["error"], run["results"][0]["runs"]) == ("interrupted", "The worker died.", 1)
    assert run["cost"] == pytest.approx(0.00005)
    with own.database.writing() as connection:
        own.handler.ended(connection, "f" * 32, "failed", "Nobody's.")


def test_models_are_told_with_what_they_last_came_to(own: Studio, run_id: str) -> None:
    models = own.get("/api/config")["shared"]["Gateway"]["models"]
    assert models[0]["last_measured"] == {
        "ttft_ms_p50": 20, "output_tps_p50": 500, "run_id": run_id, "measured_at": "2026-11-20T12:00:00.000Z",
    }  # fmt: skip
    assert models[2]["last_measured"] is None
    later = own.start("fast", "small", runs=1)
    own.keep(later, [record(0, 0, 1, ttft_ms=33.0), failed(1, 0, 1)])
    own.end(later)
    measured = [model["last_measured"] for model in own.get("/api/config")["shared"]["Gateway"]["models"]]
    assert measured[0] == {
        "ttft_ms_p50": 33, "output_tps_p50": 500, "run_id": later, "measured_at": "2026-11-20T12:00:00.000Z",
    }  # fmt: skip
    assert measured[2] is None
    body = {"targets": [{"provider_key": "gateway", "model_id": "fast"}], "runs": 9, "warmup": False}
    assert own.send("POST", "/api/benchmark/estimate", body)["seconds"] == pytest.approx(9 * 0.058)


def table_of(own: Studio, path: str) -> list[dict[str, str]]:
    answer = own.client.get(path, headers=own.headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_runs_file_has_a_line_for_each_request_in_the_columns_of_old(own: Studio, run_id: str) -> None:
    rows = table_of(own, f"/api/export/run/{run_id}")
    assert list(rows[0])[:8] == [
        "model_id", "run_number", "tokens_per_second", "ttft_ms", "cost", "context_tokens", "output_tokens",
        "input_tokens",
    ]  # fmt: skip
    assert len(rows) == 7
    line = rows[2]
    assert (line["model_id"], line["run_number"], line["ttft_ms"], line["cost"]) == ("fast", "1", "20", "0.00005")
    assert float(line["tokens_per_second"]) == pytest.approx(20 / 0.058)
    assert (line["status"], line["phase"], line["sent_s"], line["output_speed_tps"]) == (
        "success", "measure", "0.1", "500",
    )  # fmt: skip
    assert (rows[-1]["error_kind"], rows[-1]["ttft_ms"], rows[-1]["cost"]) == ("http_500", "", "")


def test_the_historys_file_has_a_line_for_each_result_with_the_pages_figures(own: Studio, run_id: str) -> None:
    own.send("PUT", f"/api/history/{run_id}", {"label": "=1+1"})
    for _ in range(2):
        made = own.start(prompt="@SUM(1)")
        own.keep(made, [record(0, 0, 1)])
        own.end(made)
    rows = table_of(own, "/api/export/history")
    assert list(rows[0])[:8] == [
        "timestamp", "prompt", "model_id", "tokens_per_second", "ttft_ms", "cost", "context_tokens",
        "output_tokens",
    ]  # fmt: skip
    assert len(rows) == 4
    assert rows[0]["prompt"] == "'@SUM(1)"
    assert rows[2]["label"] == "'=1+1"
    shown = own.get(f"/api/history/{run_id}")["results"][0]
    line = rows[2]
    figures = {"tokens_per_second": "avg_tokens_per_second", "ttft_ms": "avg_ttft_ms", "cost": "cost"}
    figures |= {"output_tokens": "output_tokens", "success_count": "success_count", "std_dev_tps": "std_dev_tps"}
    assert {name: float(line[name]) for name in figures} == {name: shown[figures[name]] for name in figures}


def test_files_in_json_have_everything(own: Studio, run_id: str) -> None:
    run = own.get(f"/api/export/run/{run_id}", format="json")
    assert run == {**own.get(f"/api/history/{run_id}"), **own.get(f"/api/history/{run_id}/records")}
    assert own.get("/api/export/history", format="json") == {"runs": own.get("/api/history")["runs"]}
    own.get("/api/export/history", 422, format="xml")


def test_two_thousand_runs_are_listed_at_once(own: Studio, run_id: str) -> None:
    with own.database.writing() as connection:
        row = dict(connection.execute(select(benchmark_runs)).mappings().one())
        results = [dict(found) for found in connection.execute(select(benchmark_results)).mappings()]
        ids = [new_id() for _ in range(2_000)]
        connection.execute(insert(benchmark_runs), [row | {"id": each} for each in ids])
        connection.execute(
            insert(benchmark_results), [found | {"run_id": each} for each in ids for found in results]
        )
    asked: list[dict[str, Any]] = [{}, {"limit": 200}, {"search": "monday fast"}, {"search": "nowhere"}]
    for params in asked:
        began = time.perf_counter()
        own.get("/api/history", **params)
        took = time.perf_counter() - began
        print(f"history {params}: {took * 1000:.0f} ms")  # noqa: T201 - shown with -s
        assert took < 2
    began = time.perf_counter()
    own.get("/api/config")
    print(f"config: {(time.perf_counter() - began) * 1000:.0f} ms")  # noqa: T201 - shown with -s
    began = time.perf_counter()
    answer = own.client.get("/api/export/history", headers=own.headers)
    print(f"export: {(time.perf_counter() - began) * 1000:.0f} ms")  # noqa: T201 - shown with -s
    assert answer.text.count("\r\n") == 1 + 2 * 2_001


def test_a_run_of_several_loads_is_listed_by_its_knee_and_told_in_files_and_on_a_timeline(own: Studio) -> None:
    made = own.start("fast", mode="concurrency", concurrencies=[1, 2], requests=3)
    found = []
    for at, load in enumerate((Load("concurrency", 1.0), Load("concurrency", 2.0))):
        for number in (1, 2, 3):
            key = Cell(0, 0, number, load=load).key
            sent = (at * 10 + number) * 10**9
            times: dict[str, Any] = {
                "scheduled_ns": sent,
                "sent_ns": sent,
                "end_ns": sent + 10**8,
                "first_token_ns": sent + 10**7,
            }
            found.append(record(0, 0, number, key=key, point=f"fast@0 {load.token}", **times))
    own.keep(made, [*found, record(0, 0, 0)])
    own.end(made)
    (listed,) = own.get("/api/history")["runs"]
    assert (len(listed["results"]), listed["results_total"], listed["mode"]) == (1, 2, "concurrency")
    path = f"/api/history/{made}"
    told = own.get(f"{path}/timeline")
    assert (told["total"], told["requests"]["key"][::3]) == (6, ["0-0-c1-1", "0-0-c2-1"])
    assert told["requests"].keys() == set(TIMELINE)
    page = own.get(f"{path}/timeline", point="fast@0 c2", limit=1, offset=1)
    assert (page["total"], page["requests"]["sent_ns"]) == (3, [12 * 10**9])
    assert page["requests"]["first_token_ns"] == [12 * 10**9 + 10**7]
    own.get(f"{path}/timeline", status=422, limit=2_001)
    assert "code 0" in own.get(f"{path}/timeline", status=422, point="\0")["error"]
    run_file = own.client.get(f"/api/export/run/{made}", headers=own.headers).text
    rows = list(csv.DictReader(io.StringIO(run_file)))
    assert [(row["point"], row["load_mode"], row["load"]) for row in rows[-2:]] == [
        ("fast@0 c2", "concurrency", "2")
    ] * 2
    file = own.client.get("/api/export/history", headers=own.headers).text
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["point"], row["load"]) for row in rows] == [("fast@0 c1", "1"), ("fast@0 c2", "2")]
    assert {float(row["ttft_ms_p50"]) for row in rows} == {20}
