"""Benchmarks as the worker runs them, against a model server whose log is the truth."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.demo.server import DemoGateway
from src.studio.jobs.handler import JobFailedError, JobLostError
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import KEY, JobHere, Studio
from tests.studio.benchmarks.made import record
from tests.studio.conftest import MakeStudio
from tests.studio.llm_mock import LlmMock

QUICK = {"prompt": "Count to twenty.", "temperature": 0}


@pytest.fixture
def own(make_studio: MakeStudio, store_url: str, mock: LlmMock, clock: SettableClock) -> Iterator[Studio]:
    """Return Studio in front of the model server."""
    mock.reset()
    app = make_studio(
        studio_database_url=store_url, litellm_base_url=mock.base_url, studio_gateway_api_key=KEY, studio_workers=0
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Studio(client, app.state.studio)


async def lost_after(own: Studio, job: JobHere, count: int) -> None:
    """Run a job until it has told so many results; then another attempt has it."""

    async def write(work: Any, *, events: Any = (), calls: Any = ()) -> Any:
        if Counter(job.types)["benchmark_result"] >= count:
            raise JobLostError
        return await JobHere.write(job, work, events=events, calls=calls)

    job.write = write
    with pytest.raises(JobLostError):
        await own.handler.run(job)


def job_of(own: Studio, run_id: str, attempt: int = 1) -> JobHere:
    return JobHere(own.database, own.user_id, run_id, attempt)


def carry_out(own: Studio, run_id: str, attempt: int = 1) -> JobHere:
    """Run a benchmark to its end, as the worker does."""
    job = job_of(own, run_id, attempt)
    asyncio.run(own.handler.run(job))
    own.end(run_id)
    return job


def test_a_benchmark_writes_every_request_and_tells_of_it_in_order(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", "reasoning", runs=2, **QUICK)
    job = carry_out(own, run_id)
    assert job.types[:2] == ["benchmark_init", "param_adjustments"]
    each = [event for event in job.types[2:] if event != "job_progress"]
    assert each == ["benchmark_progress", "benchmark_result"] * 4
    results = [fields["data"] for event, fields in job.events if event == "benchmark_result"]
    assert [(data["model_id"], data["run"], data["runs"]) for data in results] == [
        ("fast", 1, 2), ("reasoning", 1, 2), ("fast", 2, 2), ("reasoning", 2, 2),
    ]  # fmt: skip
    assert results[0].keys() >= {
        "type",
        "provider",
        "model",
        "ttft_ms",
        "total_time_s",
        "tokens_per_second",
        "cost",
    }
    assert results[0]["success"] is True
    assert "icl_ms" not in results[0]["record"]
    last = [fields for event, fields in job.events if event == "job_progress"][-1]
    assert last == {"progress_pct": 100, "progress_detail": "6 of 6 requests."}

    run = own.get(f"/api/history/{run_id}")
    fast, reasoning = run["results"]
    assert 19 < fast["statistics"]["ttft_ms"]["p50"] < 500  # how exact that is, the engine is held to
    assert (fast["output_tokens"], reasoning["output_tokens"]) == (40, 180)
    assert reasoning["statistics"]["reasoning_tokens"] == 80
    assert reasoning["statistics"]["ttft_ms"]["p50"] < reasoning["statistics"]["ttfo_ms"]["p50"]
    assert (run["requests_done"], run["error_count"], run["cost"]) == (4, 0, None)
    assert run["measured"].keys() >= {"lag_p99_ms", "cpu_share", "client_limited"}
    assert run["sentence"].startswith("fast answers first: ")

    log = mock.log()
    assert [entry["model"] for entry in log] == ["fast", "reasoning"] * 3
    records = own.get(f"/api/history/{run_id}/records")["records"]
    assert [row["response_id"] for row in records] == [entry["id"] for entry in log]
    assert {entry["body"]["metadata"]["tags"][0] for entry in log} == {"studio"}
    assert {entry["params"]["temperature"] for entry in log} == {0}
    assert job.calls == ["success"] * 6  # warm-up is paid, too


def test_contexts_have_their_length_and_those_that_do_not_fit_are_told(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", "gone", runs=1, context_tiers=[0, 1000], warmup=False, **QUICK)
    job = carry_out(own, run_id)
    skipped = [fields["data"] for _, fields in job.events if fields.get("data", {}).get("type") == "skipped"]
    assert [(data["model"], data["reason"]) for data in skipped] == [("gone", "There is no such model.")]
    short, long = sorted(entry["usage"]["prompt_tokens"] for entry in mock.log())
    assert 900 < long - short < 1100


def test_faults_are_told_apart_and_the_rest_is_measured(own: Studio) -> None:
    run_id = own.start("fast", "truncated", "broken", "stream-error", runs=2, warmup=False, **QUICK)
    carry_out(own, run_id)
    run = own.get(f"/api/history/{run_id}")
    kinds = {row["model_id"]: [error["kind"] for error in row["statistics"]["errors"]] for row in run["results"]}
    assert kinds == {
        "fast": [],
        "truncated": ["truncated"],
        "broken": ["connection"],
        "stream-error": ["in_stream"],
    }
    assert (run["requests_done"], run["error_count"]) == (8, 6)
    assert run["results"][1]["avg_ttft_ms"] is None


def test_where_every_request_fails_the_job_says_why(own: Studio) -> None:
    run_id = own.start("truncated", runs=2, warmup=False, **QUICK)
    with pytest.raises(JobFailedError, match=r"^No request succeeded. Most often: .*ended"):
        carry_out(own, run_id)
    own.end(run_id, "failed", "No request succeeded.")
    run = own.get(f"/api/history/{run_id}")
    assert (run["state"], run["error"], run["requests_done"]) == ("failed", "No request succeeded.", 2)
    assert run["results"][0]["error_count"] == 2


def test_models_that_are_not_there_fail_the_job_at_once_by_their_names(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("gone", "lost")
    with pytest.raises(JobFailedError, match=r"^gone, lost: There is no such model.$"):
        carry_out(own, run_id)
    assert mock.log() == []


def test_a_gateway_without_a_key_fails_the_job_with_what_to_set(
    make_studio: MakeStudio, store_url: str, mock: LlmMock
) -> None:
    app = make_studio(studio_database_url=store_url, litellm_base_url=mock.base_url, studio_workers=0)
    with TestClient(app) as client:
        own = Studio(client, app.state.studio)
        run_id = own.start("fast")
        with pytest.raises(JobFailedError, match="STUDIO_GATEWAY_API_KEY"):
            carry_out(own, run_id)


def test_the_demos_models_answer(make_studio: MakeStudio, store_url: str) -> None:
    with DemoGateway() as demo:
        told = {"litellm_base_url": demo.base_url, "studio_gateway_api_key": demo.studio_api_key}
        app = make_studio(studio_database_url=store_url, leaderboard_demo=True, studio_workers=0, **told)
        with TestClient(app) as client:
            own = Studio(client, app.state.studio)
            models = own.get("/api/config")["shared"]["Demo models"]["models"]
            assert {model["price_source"] for model in models} == {"demo", None}
            wanted = [{"provider_key": "demo", "model_id": "gemini-3-flash"}]
            run_id = own.send("POST", "/api/benchmark", {"targets": wanted, "runs": 2})["job_id"]
            carry_out(own, run_id)
            run = own.get(f"/api/history/{run_id}")
    assert (run["through"], run["requests_done"], run["error_count"]) == ("direct", 2, 0)
    assert run["results"][0]["statistics"]["ttft_ms"]["p50"] == pytest.approx(90, rel=3)
    assert run["cost"] > 0


def test_several_at_a_time_are_under_way_at_a_time(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("steady", runs=1, mode="concurrency", concurrency=8, **QUICK)
    job = carry_out(own, run_id)
    assert max(entry["active_model"] for entry in mock.log()) == 8
    run = own.get(f"/api/history/{run_id}")
    assert (run["requests_done"], run["requests_total"], run["concurrency"]) == (8, 8, 8)
    assert Counter(job.types)["benchmark_result"] == 8


def test_a_cancelled_run_keeps_what_it_has(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", "slow", runs=5, **QUICK)
    job = job_of(own, run_id)

    async def cancelled_in_the_middle() -> float:
        running = asyncio.create_task(own.handler.run(job))
        await job.has_measured.wait()
        await asyncio.sleep(0.3)  # `slow` is under way
        began = asyncio.get_running_loop().time()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(cancelled_in_the_middle()) < 1
    own.end(run_id, "cancelled")
    run = own.get(f"/api/history/{run_id}")
    assert (run["state"], run["requests_done"], run["error_count"]) == ("cancelled", 1, 0)
    assert [row["model_id"] for row in run["results"]] == ["fast", "slow"]
    statuses = Counter(row["status"] for row in own.get(f"/api/history/{run_id}/records")["records"])
    assert statuses == {"success": 3, "cancelled": 1} == Counter(job.calls)
    assert mock.log()[-1]["outcome"] == "client gone"


def test_a_later_attempt_sends_what_is_not_recorded_and_its_times_go_on(
    own: Studio, mock: LlmMock, clock: SettableClock
) -> None:
    run_id = own.start("fast", runs=3, **QUICK)
    first = job_of(own, run_id)

    asyncio.run(lost_after(own, first, 1))
    own.keep(run_id, [record(0, 0, 2, status="cancelled")])
    before = own.get(f"/api/history/{run_id}/records")["records"]
    sent = len(mock.log())
    clock.move(seconds=60)
    again = carry_out(own, run_id, attempt=2)
    assert again.types[0] == "benchmark_init"
    assert Counter(again.types)["benchmark_result"] == 2
    assert len(mock.log()) - sent == 2
    records = {row["key"]: row for row in own.get(f"/api/history/{run_id}/records")["records"]}
    assert records.keys() == {"0-0-0", "0-0-1", "0-0-2", "0-0-3"}
    assert records["0-0-1"] == next(row for row in before if row["key"] == "0-0-1")
    assert records["0-0-3"]["sent_ns"] > records["0-0-2"]["sent_ns"] > 60 * 10**9
    assert {row["status"] for row in records.values()} == {"success"}
    run = own.get(f"/api/history/{run_id}")
    assert (run["requests_done"], run["results"][0]["runs"]) == (3, 3)
    assert run["started_at"] == "2026-11-20T12:00:00.000Z"


def test_times_go_on_where_they_were_when_the_clock_was_set_back(
    own: Studio, mock: LlmMock, clock: SettableClock
) -> None:
    run_id = own.start("fast", runs=3, **QUICK)
    asyncio.run(lost_after(own, job_of(own, run_id), 1))
    latest = max(row["sent_ns"] for row in own.get(f"/api/history/{run_id}/records")["records"])
    clock.move(hours=-1)
    own.sign_in()  # a token from the future is none
    carry_out(own, run_id, attempt=2)
    records = {row["key"]: row for row in own.get(f"/api/history/{run_id}/records")["records"]}
    assert latest < records["0-0-2"]["sent_ns"] < records["0-0-3"]["sent_ns"] < latest + 60 * 10**9


def test_what_an_attempt_that_was_stopped_came_to_is_not_taken_for_the_end(own: Studio) -> None:
    run_id = own.start("fast", "steady", runs=3, warmup=False, **QUICK)
    first = job_of(own, run_id)

    async def stopped_in_the_middle() -> None:
        running = asyncio.create_task(own.handler.run(first))
        await first.has_measured.wait()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    asyncio.run(stopped_in_the_middle())
    before = own.get(f"/api/history/{run_id}")
    assert (before["state"], before["requests_done"]) == ("running", 1)
    asyncio.run(lost_after(own, job_of(own, run_id, 2), 2))
    own.end(run_id, "interrupted", "The worker died.")
    run = own.get(f"/api/history/{run_id}")
    assert run["requests_done"] >= 3
    assert sum(row["success_count"] for row in run["results"]) == run["requests_done"]


def test_an_attempt_with_nothing_left_sums_up(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", runs=1, **QUICK)
    own.keep(run_id, [record(0, 0, 0), record(0, 0, 1)])
    carry_out(own, run_id, attempt=2)
    assert mock.log() == []
    assert own.get(f"/api/history/{run_id}")["results"][0]["runs"] == 1


def test_a_generator_that_dies_fails_the_job_and_leaves_what_was_measured(
    own: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = own.start("fast", "slow", runs=2, **QUICK)
    job = job_of(own, run_id)

    async def killed_in_the_middle() -> None:
        running = asyncio.create_task(own.handler.run(job))
        await job.has_measured.wait()
        started[0].kill()
        await running

    started: list[Any] = []
    create = asyncio.create_subprocess_exec

    async def noted(*args: Any, **options: Any) -> Any:
        started.append(await create(*args, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    with pytest.raises(JobFailedError, match="The load generator ended before its work did"):
        asyncio.run(killed_in_the_middle())
    own.end(run_id, "failed", "The load generator ended.")
    assert own.get(f"/api/history/{run_id}")["results"][0]["success_count"] == 1


def test_no_key_is_kept_or_told(own: Studio, caplog: pytest.LogCaptureFixture) -> None:
    run_id = own.start("fast", "broken", runs=1, **QUICK)
    job = carry_out(own, run_id)
    told = [own.client.get(path, headers=own.headers).text for path in pages_of(run_id)]
    assert KEY not in "".join([*told, str(job.events), caplog.text])


def pages_of(run_id: str) -> list[str]:
    page = f"/api/history/{run_id}"
    return [page, f"{page}/records", f"/api/export/run/{run_id}?format=json", "/api/history", "/api/config"]
