"""Loads on models, as the worker puts them, against a model server whose log and capacity are known."""

import asyncio
import contextlib
import dataclasses
import time
from collections import Counter
from typing import Any

import pytest

from src.studio.benchmarks import by_points, course, repository, runs
from src.studio.benchmarks.live import LiveResults
from src.studio.jobs.handler import JobFailedError, JobLostError
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import JobHere, Studio
from tests.studio.benchmarks.test_handler import carry_out, job_of, own
from tests.studio.llm_mock import LlmMock

__all__ = ["own"]

QUICK = {"prompt": "Count to twenty.", "temperature": 0, "warmup": False}
# Four at a time, each for 200 ms: 20 a second at most
QUEUEING = "queueing"


def points_told(job: JobHere) -> list[tuple[str, float]]:
    return [
        (fields["data"]["model_id"], fields["data"]["load"])
        for event, fields in job.events
        if event == "benchmark_point"
    ]


def test_levels_are_measured_one_after_another_models_by_turns(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", "chunky", mode="concurrency", concurrencies=[3, 1], requests=6, **QUICK)
    job = carry_out(own, run_id)
    assert points_told(job) == [("fast", 1), ("chunky", 1), ("fast", 3), ("chunky", 3)]
    run = own.get(f"/api/history/{run_id}")
    assert [(row["point"], row["load_mode"], row["load"], row["success_count"]) for row in run["results"]] == [
        ("fast@0 c1", "concurrency", 1, 6),
        ("fast@0 c3", "concurrency", 3, 6),
        ("chunky@0 c1", "concurrency", 1, 6),
        ("chunky@0 c3", "concurrency", 3, 6),
    ]
    assert [(row["statistics"]["max_in_flight"]) for row in run["results"]] == [1, 3, 1, 3]
    assert (run["requests_total"], run["requests_done"]) == (24, 24)
    log = mock.log()
    assert [entry["model"] for entry in log] == ["fast"] * 6 + ["chunky"] * 6 + ["fast"] * 6 + ["chunky"] * 6
    assert max(entry["active"] for entry in log) == 3  # nothing of one model beside another
    assert Counter(job.types)["benchmark_result"] == 24
    records = own.get(f"/api/history/{run_id}/records")["records"]
    sent, served = ([one[name] for one in of] for of, name in ((records, "response_id"), (log, "id")))
    assert sorted(sent) == sorted(served)
    assert (sent[:12], set(sent[12:18])) == (served[:12], set(served[12:18]))  # three at once come in any order
    assert {row["key"] for row in records} >= {"0-0-c1-1", "1-0-c3-6"}


def test_a_sweep_finds_the_knee_that_is_known_and_says_so(own: Studio, mock: LlmMock) -> None:
    sweep = {"over": "concurrency", "start": 1, "most": 8}
    run_id = own.start(QUEUEING, mode="sweep", sweep=sweep, duration_seconds=2, slo="ttft<5000", **QUICK)
    job = carry_out(own, run_id)
    run = own.get(f"/api/history/{run_id}")
    (knee,) = run["knees"]
    assert knee["over"] == "concurrency"
    assert knee["goodput"] < 22
    assert run["sentence"] == knee["sentence"]
    if not run["measured"]["client_limited"]:  # else another load may be found
        assert (knee["is_bound"], knee["goodput"] > 10) == (None, True)
        assert 3 <= knee["load"] <= 5  # how near to 4, the engine is held to
        assert f" good answers a second with {knee['load']:g} at once; from " in run["sentence"]
        assert points_told(job)[:4] == [(QUEUEING, 1), (QUEUEING, 2), (QUEUEING, 4), (QUEUEING, 8)]
    assert job.events[-1][0] != "benchmark_result"  # the end is the service's to tell
    assert (
        run["requests_total"] == run["requests_done"] == len([e for e in mock.log() if e["outcome"] == "complete"])
    )
    marks = run["measured"]["points"]
    assert [mark["point"] for mark in marks] == [f"{QUEUEING}@0 c{load:g}" for _, load in points_told(job)]
    assert all(mark["began_ns"] < mark["ended_ns"] for mark in marks)


def test_a_rate_is_sent_as_it_was_drawn_and_what_was_due_is_told(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", mode="rate", rates=[20, 40], duration_seconds=1, arrival="constant", **QUICK)
    carry_out(own, run_id)
    run = own.get(f"/api/history/{run_id}")
    assert [row["point"] for row in run["results"]] == ["fast@0 r20", "fast@0 r40"]
    assert [row["offered_rate"] for row in run["results"]] == [pytest.approx(20), pytest.approx(40)]
    assert [row["runs"] for row in run["results"]] == [20, 40]
    assert run["knees"][0]["over"] == "rate"
    said = run["sentence"].startswith("fast keeps up with 40 requests a second, the most that was tried")
    assert said == all(row["request_rate"] >= 0.95 * row["offered_rate"] for row in run["results"])


def test_a_load_that_was_cut_is_measured_again_whole_and_what_was_done_is_kept(
    own: Studio, mock: LlmMock, clock: SettableClock
) -> None:
    settings = {"mode": "sweep", "sweep": {"most": 4}, "requests": 6, **QUICK}
    run_id = own.start(QUEUEING, **settings)
    first = job_of(own, run_id)

    async def write(work: Any, *, events: Any = (), calls: Any = ()) -> Any:
        if points_told(first) and Counter(first.types)["benchmark_result"] > 8:
            raise JobLostError  # in the middle of the second load
        return await JobHere.write(first, work, events=events, calls=calls)

    first.write = write
    with pytest.raises(JobLostError):
        asyncio.run(own.handler.run(first))
    before = {row["key"]: row for row in own.get(f"/api/history/{run_id}/records")["records"]}
    assert {key.rpartition("-")[0] for key in before} == {"0-0-c1", "0-0-c2"}
    live = own.get(f"/api/history/{run_id}")["results"]
    assert [(row["load"], row["runs"] == 6) for row in live] == [(1, True), (2, False)]
    sent = len(mock.log())
    clock.move(seconds=60)
    own.sign_in()
    again = carry_out(own, run_id, attempt=2)
    assert points_told(again)[0] == (QUEUEING, 2)
    records = {row["key"]: row for row in own.get(f"/api/history/{run_id}/records")["records"]}
    assert {key: row for key, row in records.items() if "-c1-" in key} == {
        key: row for key, row in before.items() if "-c1-" in key
    }
    assert all(row["sent_ns"] > 60 * 10**9 for key, row in records.items() if "-c1-" not in key)
    assert len(mock.log()) - sent == len(records) - 6
    run = own.get(f"/api/history/{run_id}")
    assert {row["runs"] for row in run["results"]} == {6}
    assert run["requests_done"] == run["requests_total"] == len(records)
    assert len(run["measured"]["points"]) == len(run["results"])


def test_a_cancelled_load_ends_at_once_and_keeps_what_it_has(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("steady", mode="concurrency", concurrencies=[1, 8], requests=2, **QUICK)
    job = job_of(own, run_id)

    async def cancelled_in_the_middle() -> float:
        running = asyncio.create_task(own.handler.run(job))
        while not any(fields["data"].get("load") == 8 for _, fields in job.events if "data" in fields):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(cancelled_in_the_middle()) < 10  # a moment, and more of a busy machine
    own.end(run_id, "cancelled")
    run = own.get(f"/api/history/{run_id}")
    assert [row["load"] for row in run["results"]] == [1, 8]
    assert run["results"][1]["statistics"]["statuses"]["cancelled"] == 2
    assert run["knees"] == []  # half a load shows none
    assert [mark["point"] for mark in run["measured"]["points"]] == ["steady@0 c1"]
    assert "client gone" in {entry["outcome"] for entry in mock.log()}


def test_many_requests_are_told_of_together(own: Studio, mock: LlmMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "MOST_TOLD_BY_POINTS", 9)
    run_id = own.start("fast", mode="concurrency", concurrencies=[2, 4], requests=40, **QUICK)
    began = time.monotonic()
    job = carry_out(own, run_id)
    counts = Counter(job.types)
    assert counts["benchmark_result"] == 0
    assert counts["benchmark_point"] == 2
    assert 1 <= counts["benchmark_progress"] <= 4 + time.monotonic() - began
    told = [fields["data"] for event, fields in job.events if event == "benchmark_progress"]
    assert told[-1].keys() >= {"requests_done", "error_count", "point", "load", "load_mode"}
    (init,) = (fields["data"] for event, fields in job.events if event == "benchmark_init")
    assert (init["tells_each"], init["points"], init["requests"], init["loads"]) == (False, 2, 80, [2, 4])
    assert own.get(f"/api/history/{run_id}")["requests_done"] == 80


def test_prompts_of_a_dataset_are_sent_by_turns_with_their_own_lengths(own: Studio, mock: LlmMock) -> None:
    lines = [
        '{"prompt": "One?", "output_tokens": 3}',
        "nonsense",
        '{"messages": [{"role": "user", "content": "Two?"}]}',
    ]
    wish = {"dataset": "\n".join(lines), "dataset_on_error": "skip", "requests": 4, "cache": "reuse"}
    run_id = own.start("fast", warmup=False, **wish)
    carry_out(own, run_id)
    log = mock.log()
    assert [entry["body"]["messages"][-1]["content"] for entry in log] == ["One?", "Two?", "One?", "Two?"]
    assert [entry["params"].get("max_tokens", entry["body"]["max_tokens"]) for entry in log] == [3, 512, 3, 512]
    run = own.get(f"/api/history/{run_id}")
    assert (run["prompt"], run["config"].get("dataset")) == ("", None)
    assert own.get("/api/history")["runs"][0]["prompt"] == "One?"
    assert own.get(f"/api/history/{run_id}/dataset")["dataset"] == wish["dataset"]
    again = own.send("POST", f"/api/history/{run_id}/rerun")["run_id"]
    carry_out(own, again)
    assert len(mock.log()) == 8


def test_answers_of_several_lengths_are_points_of_their_own(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", output_tiers=[5, 10], runs=2, **QUICK)
    carry_out(own, run_id)
    run = own.get(f"/api/history/{run_id}")
    told = [(row["point"], row["output_tier"], row["output_tokens"]) for row in run["results"]]
    assert told == [("fast@0>5", 5, 10), ("fast@0>10", 10, 20)]
    assert [entry["body"]["max_tokens"] for entry in mock.log()] == [5, 10, 5, 10]
    assert run["sentence"].startswith("fast answers after")


def test_one_after_another_for_a_time(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", duration_seconds=1, **QUICK)
    carry_out(own, run_id)
    run = own.get(f"/api/history/{run_id}")
    assert run["results"][0]["point"] == "fast@0"
    assert 1 < run["requests_done"] == run["requests_total"] < 30
    assert max(entry["active"] for entry in mock.log()) == 1


def test_where_nothing_answers_a_sweep_ends_soon_and_says_why(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("truncated", mode="sweep", requests=2, **QUICK)
    with pytest.raises(JobFailedError, match=r"^No request succeeded\. Most often: "):
        carry_out(own, run_id)
    assert len(mock.log()) <= 6


def test_a_load_that_ended_without_its_worker_is_summed_up_as_if_by_it(own: Studio, mock: LlmMock) -> None:
    run_id = own.start("fast", mode="concurrency", concurrencies=[1, 2], requests=4, **QUICK)
    carry_out(own, run_id)
    before = own.get(f"/api/history/{run_id}")
    with own.database.writing() as connection:
        run = repository.own_run(connection, own.user_id, run_id)
        assert run is not None
        repository.replace_results(connection, run, [])
        repository.change_run(connection, own.user_id, run_id, {"knees": None, "sentence": None})
    own.handler.settle()
    after = own.get(f"/api/history/{run_id}")
    assert after == before
    with own.database.reading() as connection:
        assert [dataclasses.replace(r) for r in LiveResults().of(connection, own.user_id, run)] == list(
            runs.results_so_far(connection, own.user_id, run)
        )


def test_what_takes_long_to_sum_up_holds_up_no_cancel_and_is_summed_up_for_whoever_looks(
    own: Studio, mock: LlmMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_points, "FEW", 1)
    run_id = own.start("fast", mode="concurrency", concurrencies=[2, 4], requests=2_000, **QUICK)
    job = job_of(own, run_id)

    async def cancelled_in_the_middle() -> None:
        running = asyncio.create_task(own.handler.run(job))
        while own.get(f"/api/history/{run_id}")["requests_done"] < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    asyncio.run(cancelled_in_the_middle())
    with own.database.writing() as connection:
        own.handler.ended(connection, run_id, "cancelled", None)
        run = repository.own_run(connection, own.user_id, run_id)
    assert run is not None
    assert run["sentence"] is None
    told = own.get(f"/api/history/{run_id}")
    assert told["results"][0]["success_count"] >= 5
    assert told["sentence"].startswith("fast answers after")
