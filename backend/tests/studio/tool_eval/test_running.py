"""Suites as the worker asks them, against a model server whose answers are scripted and whose log is the truth."""

import asyncio
import json
import time
from typing import Any

import pytest

from src.studio.exchange.asked import AskedModel
from src.studio.exchange.caller import Caller
from src.studio.exchange.record import Exchange
from src.studio.jobs.handler import JobFailedError, JobLostError
from src.studio.scoring.score import TurnOutcome
from src.studio.tool_eval import evaluation, events, repository
from src.studio.tool_eval.evaluation import CANCEL_SECONDS
from src.studio.tool_eval.repository import Recorded
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import KEY, JobHere
from tests.studio.llm_mock import LlmMock
from tests.studio.tool_eval.conftest import CHAT, HISTORY, MAIL, RIGHT, WEATHER, Evals, answers
from tests.studio.tool_eval.made import result


def test_a_run_asks_each_case_of_each_model_and_tells_of_it_in_order(evals: Evals, mock: LlmMock) -> None:
    evals.script(
        mock,
        answers("Ann about lunch", ("send_mail", {"to": "Bob", "subject": "lunch"}), model="tools-weak"),
        *RIGHT,
    )
    run_id = evals.ask(evals.suite(WEATHER, MAIL, CHAT), "fast", "tools-weak", label="First")
    job = evals.carry_out(run_id)
    assert job.types[:2] == ["tool_eval_init", "param_adjustments"]
    assert job.types[-3:] == ["tool_eval_summary", "tool_eval_summary", "tool_eval_complete"]
    results = [fields["data"] for event, fields in job.events if event == "tool_eval_result"]
    assert sorted((data["model_id"], data["test_case"], data["status"]) for data in results) == [
        ("fast", "chat", "pass"), ("fast", "mail", "pass"), ("fast", "weather", "pass"),
        ("tools-weak", "chat", "pass"), ("tools-weak", "mail", "fail"), ("tools-weak", "weather", "pass"),
    ]  # fmt: skip
    (failed,) = [data for data in results if data["status"] == "fail"]
    assert (failed["reason"], failed["actual_params"]) == ("wrong_arguments", {"to": "Bob", "subject": "lunch"})
    assert failed["raw_response"]["choices"][0]["message"]["tool_calls"][0]["function"]["name"] == "send_mail"
    assert job.calls == ["success"] * 6
    assert [fields for event, fields in job.events if event == "job_progress"][-1] == {
        "progress_pct": 100.0,
        "progress_detail": "6 of 6 answers.",
    }

    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["state"], run["label"], run["version"], run["suite_changed"]) == ("done", "First", 1, False)
    assert (run["results_done"], run["passed"], run["failed"], run["unscored"]) == (6, 5, 1, 0)
    assert [one["accuracy"]["rate"] for one in run["summaries"]] == [1.0, 2 / 3]
    assert run["accuracy"]["rate"] == 5 / 6
    assert run["summary"]["tools-weak"]["by_category"]["mail"]["accuracy"]["rate"] == 0
    assert run["summaries"][1]["reasons"] == {"wrong_arguments": 1}
    assert run["sentence"].startswith("fast calls rightly in 100 % of 3 cases")
    assert len(run["results"]) == 6
    assert {entry["tool_choice"] for entry in mock.log()} == {"auto"}
    assert {tuple(entry["tools"]) for entry in mock.log()} == {("get_weather", "send_mail")}


def test_nothing_that_could_be_scored_fails_the_job_with_the_commonest_reason(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, {"reply": {"options": {"status": 400}}})
    run_id = evals.ask(evals.suite(WEATHER, MAIL))
    with pytest.raises(JobFailedError, match=r"^No answer could be scored. Most often: "):
        evals.carry_out(run_id)
    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["unscored"], run["passed"], run["failed"], run["accuracy"]) == (2, 0, 0, None)
    (reason,) = run["unscored_reasons"]
    assert (reason["count"], reason["target"]) == (2, 0)
    example = evals.get(f"{HISTORY}/{run_id}/results/0/{reason['example']['case_index']}/1")
    assert example["error"] == reason["error"]
    assert example["verdict"] is None


async def lost_after(evals: Evals, job: JobHere, count: int) -> None:
    """Run a job until it has written so many results; then another attempt has it."""
    written = 0

    async def write(work: Any, *, events: Any = (), calls: Any = ()) -> Any:
        nonlocal written
        if written >= count:
            raise JobLostError
        written += len(list(calls))
        return await JobHere.write(job, work, events=events, calls=calls)

    job.write = write
    with pytest.raises(JobLostError):
        await evals.evals.run(job)


def test_what_is_recorded_is_not_asked_again(evals: Evals, mock: LlmMock) -> None:
    run_id = evals.ask(evals.suite(WEATHER, MAIL, CHAT), "fast", "tools-weak", repeats=3, concurrency=1)
    asyncio.run(lost_after(evals, evals.job(run_id), 4))
    recorded = evals.get(f"{HISTORY}/{run_id}")["results_done"]
    assert 4 <= recorded < 18
    mock.reset()
    evals.script(mock, *RIGHT)
    job = evals.carry_out(run_id, attempt=2)
    assert len(mock.log()) == 18 - recorded
    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["results_done"], run["passed"]) == (18, 18)
    assert len({result["key"] for result in run["results"]}) == 18
    assert [fields["progress_detail"] for event, fields in job.events if event == "job_progress"][-1] == (
        "18 of 18 answers."
    )


def test_a_run_that_is_cancelled_ends_at_once_with_what_there_is(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, RIGHT[0], {"reply": {"options": {"hang": 1}}})
    run_id = evals.ask(evals.suite(WEATHER, MAIL, CHAT))
    job = evals.job(run_id)

    async def cancelled() -> float:
        task = asyncio.create_task(evals.evals.run(job))
        await job.has_measured.wait()
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - began

    assert asyncio.run(cancelled()) < 2  # half a second on a machine that has nothing else to do
    evals.finish(run_id, "cancelled")
    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["state"], run["results_done"], run["results_total"]) == ("cancelled", 1, 3)
    assert run["summaries"][0]["accuracy"]["rate"] == 1
    assert evals.get(f"{HISTORY}/{run_id}/matrix")["cells"] == {"0-0": "p"}


def stopped_while_it_writes(evals: Evals, job: JobHere) -> None:
    """Run a job, and cancel it in the midst of the first write of results, which takes a moment."""
    is_writing = asyncio.Event()

    async def write(work: Any, *, events: Any = (), calls: Any = ()) -> Any:
        if calls:
            is_writing.set()
            await asyncio.sleep(0.1)
        return await JobHere.write(job, work, events=events, calls=calls)

    async def stopped() -> None:
        task = asyncio.create_task(evals.evals.run(job))
        await is_writing.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    job.write = write
    asyncio.run(stopped())


def test_what_is_being_written_when_a_run_is_cancelled_is_written(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, RIGHT[0], {"reply": {"options": {"hang": 1}}})
    run_id = evals.ask(evals.suite(WEATHER, MAIL, CHAT))
    job = evals.job(run_id)
    began = time.monotonic()
    stopped_while_it_writes(evals, job)
    assert time.monotonic() - began < CANCEL_SECONDS
    evals.finish(run_id, "cancelled")
    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["results_done"], run["passed"], len(run["results"])) == (1, 1, 1)
    assert job.types.count("tool_eval_result") == job.types.count("tool_eval_complete") == 1


def test_a_run_whose_worker_stops_does_not_end(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, RIGHT[0], {"reply": {"options": {"hang": 1}}})
    run_id = evals.ask(evals.suite(WEATHER, MAIL, CHAT))
    job = evals.job(run_id)
    job.is_stopping = True
    stopped_while_it_writes(evals, job)
    assert "tool_eval_result" in job.types
    assert {"tool_eval_summary", "tool_eval_complete"}.isdisjoint(job.types)
    with evals.database.reading() as connection:
        run = repository.own_run(connection, evals.user_id, run_id)
    assert run is not None
    assert (run["state"], run["results_done"], run["summaries"], run["sentence"]) == ("running", 1, None, None)


def test_no_run_ends_before_it_began(evals: Evals, clock: SettableClock) -> None:
    run_id = evals.ask(evals.suite(WEATHER))
    asyncio.run(evals.evals.run(evals.job(run_id)))
    clock.move(seconds=-5)
    evals.finish(run_id, "failed", "It was too much.")
    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["state"], run["error"]) == ("failed", "It was too much.")
    assert run["completed_at"] == run["started_at"]


def test_errors_of_a_provider_are_tried_again_and_else_unscored(evals: Evals, mock: LlmMock) -> None:
    again = {"sequence": [{"options": {"status": 503, "retry_after": 0}}, RIGHT[0]["reply"]]}
    refused = {"match": {"prompt_contains": "Ann"}, "reply": {"options": {"status": 401}}}
    evals.script(mock, {"match": RIGHT[0]["match"], **again}, refused, *RIGHT)
    run = evals.asked(evals.suite(WEATHER, MAIL, CHAT))
    assert {result["test_case"]: result["status"] for result in run["results"]} == {
        "weather": "pass",
        "mail": "unscored",
        "chat": "pass",
    }
    assert (run["passed"], run["unscored"], run["accuracy"]["n"], run["accuracy"]["rate"]) == (2, 1, 2, 1.0)
    assert run["state"] == "done"
    exchange = evals.get(f"{HISTORY}/{run['id']}/results/0/0/1")
    assert exchange["rounds"][0]["retries"][0]["http_status"] == 503


THREE_TIMES: Any = {"state": {"all": "x" * 400_000}, "mock_responses": {"get_weather": [{"$state": "/all"}] * 3}}
IN_ANY_ORDER: Any = {
    "state": {"all": [{"n": n} for n in range(2000)]},
    "expected_state": {"/all": {"$multiset": [{"n": n + 0.5} for n in range(2000)]}},
}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (THREE_TIMES, "What the mock of get_weather answers is too large to be sent."),
        (IN_ANY_ORDER, "Too large to be judged: there is too much to compare in the case and its answer."),
    ],
)
def test_a_case_that_is_too_large_to_be_judged_is_unscored_and_says_so(
    evals: Evals, mock: LlmMock, more: dict[str, Any], told: str
) -> None:
    evals.script(mock, *RIGHT)
    run = evals.asked(evals.suite(WEATHER | {"name": "large"} | more, MAIL))
    assert {result["test_case"]: result["status"] for result in run["results"]} == {
        "large": "unscored",
        "mail": "pass",
    }
    assert [reason["error"] for reason in run["unscored_reasons"]] == [told]
    assert len(evals.get(f"{HISTORY}/{run['id']}/results/0/0/1")["rounds"]) == 1


@pytest.mark.parametrize("broken", ["converse", "score_case", "result_row"])
def test_what_goes_wrong_in_studio_with_one_answer_leaves_the_others_alone(
    evals: Evals, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    works: Any = getattr(evaluation, broken)

    def breaks(*given: Any, **more: Any) -> Any:
        if "Ann about lunch" in str(given):
            raise RuntimeError("with sk-a-key-in-it-4711")
        return works(*given, **more)

    monkeypatch.setattr(evaluation, broken, breaks)
    if broken == "result_row":  # which cannot be made at all where it has what came
        monkeypatch.setattr(
            evaluation, broken, lambda *given: breaks(*given) if given[3].rounds else works(*given)
        )
    run = evals.asked(evals.suite(WEATHER, MAIL, CHAT))
    assert {result["test_case"]: result["status"] for result in run["results"]} == {
        "weather": "pass",
        "mail": "unscored",
        "chat": "pass",
    }
    assert (run["state"], run["accuracy"]["n"], run["unscored_reasons"][0]["error"]) == (
        "done",
        2,
        evaluation.OURS,
    )
    told = evals.get(f"{HISTORY}/{run['id']}/results/0/1/1")
    assert (told["verdict"], len(told["rounds"])) == (None, 1 if broken == "score_case" else 0)
    (record,) = [record for record in caplog.records if "answer_not_judged" in record.getMessage()]
    assert "RuntimeError in " in record.getMessage()
    assert "sk-a-key" not in caplog.text


@pytest.mark.parametrize(("of_provider", "of_run", "expected"), [(300, 60, 60), (30, 60, 30), (None, 60, 60)])
def test_a_request_takes_no_longer_than_its_provider_and_its_run_allow(
    evals: Evals, monkeypatch: pytest.MonkeyPatch, of_provider: float | None, of_run: float, expected: float
) -> None:
    mine, asked = {"provider_key": "mine"}, []
    address = {"display_name": "Mine", "api_base": "http://127.0.0.1:9/v1", "api_key": "sk-of-mine"}
    evals.send("POST", "/api/config/provider", {**mine, **address, "timeout": of_provider})
    evals.send("POST", "/api/config/model", {**mine, "id": "fast"})

    async def converse(_: Caller, model: AskedModel, *__: Any, exchange: Exchange) -> None:
        asked.append(model.timeout_seconds)
        exchange.status, exchange.turns = "answered", [TurnOutcome()]

    monkeypatch.setattr(evaluation, "converse", converse)
    evals.asked(evals.suite(CHAT), targets=[{**mine, "model_id": "fast"}], timeout=of_run)
    assert asked == [expected]


def test_disputed_cases_are_asked_and_are_in_no_rate(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, answers("Ann about lunch", ("send_mail", {"to": "Bob", "subject": "lunch"})), *RIGHT)
    run = evals.asked(evals.suite(WEATHER, {**MAIL, "disputed": True}))
    assert (run["results_done"], run["passed"], run["failed"]) == (2, 1, 0)
    assert (run["summaries"][0]["disputed"], run["summaries"][0]["accuracy"]["rate"]) == (1, 1)
    assert [result["disputed"] for result in run["results"]] == [False, True]


def test_counts_under_way_leave_out_what_is_disputed() -> None:
    recorded = Recorded()
    recorded.count([result("a-run"), result("a-run", disputed=True), result("a-run", status="unscored")])
    assert recorded.counts == {"results_done": 3, "passed": 1, "failed": 0, "unscored": 1}


def test_several_turns_are_asked_to_their_end_and_state_is_looked_at(evals: Evals, mock: LlmMock) -> None:
    case = {
        **WEATHER,
        "multi_turn": True,
        "optimal_hops": 3,
        "mock_responses": {"get_weather": [{"result": {"sky": "rain"}, "set": {"/asked": {"$arg": "city"}}}]},
        "turns": [{"prompt": "Write to Ann about lunch.", "expected_calls": MAIL["expected_calls"]}],
    }
    rules = [
        {"match": {"prompt_contains": "Oslo", "turn": 2}, "reply": {"content": "It rains."}},
        {"match": {"turn": 4}, "reply": {"content": "Done."}},
        *RIGHT,
    ]
    evals.script(mock, *rules)
    run = evals.asked(evals.suite(case))
    assert run["passed"] == 1, run["results"][0]["problems"]
    exchange = evals.get(f"{HISTORY}/{run['id']}/results/0/0/1")
    assert [turn["calls"][0]["name"] for turn in exchange["turns"]] == ["get_weather", "send_mail"]
    assert exchange["turns"][0]["state"] == {"asked": "Oslo"}
    assert exchange["turns"][0]["pairs"] == [[0, 0]]
    assert [one["turn"] for one in exchange["rounds"]] == [0, 0, 1, 1]
    assert exchange["verdict"]["extra_rounds"] == 1
    assert "tools" not in exchange["rounds"][0]["request"]
    assert [one["function"]["name"] for one in exchange["tools"]] == ["get_weather", "send_mail"]


def test_what_no_database_can_hold_is_told_all_the_same(evals: Evals, mock: LlmMock) -> None:
    huge = '{"city": 123456789012345678901234567890, "half": "\\ud83d", "zero": "\\u0000"}'
    evals.script(mock, answers("Oslo", ("get_weather", huge), content="\0 \ud83d"))
    run = evals.asked(evals.suite(WEATHER))
    assert (run["failed"], run["results"][0]["status"]) == (1, "fail")
    assert "123456789012345678901234567890" in str(run["results"][0]["calls"])


def test_what_must_not_be_told_is_judged_and_is_neither_kept_nor_told(evals: Evals, mock: LlmMock) -> None:
    address = f"{mock.base_url}/v1/docs"
    right = {**WEATHER, "expected_calls": [{"tool": "get_weather", "arguments": {"city": {"$contains": address}}}]}
    evals.script(mock, answers("Oslo", ("get_weather", {"city": f"{address} {KEY}"})))
    run_id = evals.ask(evals.suite(right, {**WEATHER, "name": "other"}))
    job = evals.carry_out(run_id)
    run = evals.get(f"{HISTORY}/{run_id}")
    assert [result["status"] for result in run["results"]] == ["pass", "fail"]
    assert "[address]/docs [key]" in run["results"][1]["problems"][0]["actual"]
    told = json.dumps([run["results"], job.events, evals.get(f"{HISTORY}/{run_id}/results/0/0/1")])
    assert KEY not in told
    assert mock.base_url not in told.replace(json.dumps(right["expected_calls"][0]["arguments"]), "")


def test_a_whole_number_of_any_size_is_judged_and_told(evals: Evals, mock: LlmMock) -> None:
    evals.script(
        mock, answers("Oslo", ("get_weather", '{"city": "Oslo", "days": 123456789012345678901234567890}'))
    )
    run_id = evals.ask(evals.suite(WEATHER))
    job = evals.carry_out(run_id)
    (result,) = evals.get(f"{HISTORY}/{run_id}")["results"]
    assert (result["status"], result["error"]) == ("fail", None)
    assert result["reason"] in {"unexpected_argument", "hallucinated_argument"}
    assert result["actual_params"] == {"city": "Oslo", "days": "123456789012345678901234567890"}
    (data,) = [fields["data"] for event, fields in job.events if event == "tool_eval_result"]
    assert data["actual_params"] == result["actual_params"]
    for form in ("json", "jsonl", "csv"):
        path = f"/api/export/eval/{run_id}"
        file = evals.client.get(path, params={"format": form}, headers=evals.headers)
        assert "123456789012345678901234567890" in file.text


@pytest.mark.parametrize(
    "city",
    [
        f"{'x' * 100}{KEY}",  # of which what was expected instead is told up to the middle of the key
        "".join(f"\\u{ord(character):04x}" for character in KEY),
        "\\u0073" + KEY[1:],
    ],
)
def test_a_key_is_told_neither_in_part_nor_by_escapes(evals: Evals, mock: LlmMock, city: str) -> None:
    evals.script(mock, answers("Oslo", ("get_weather", f'{{"city": "{city}"}}')))
    run_id = evals.ask(evals.suite(WEATHER))
    job = evals.carry_out(run_id)
    (result,) = evals.get(f"{HISTORY}/{run_id}")["results"]
    assert (result["status"], result["reason"]) == ("fail", "wrong_arguments")
    assert "[key]" in result["actual_params"]["city"]
    told = json.dumps([result, job.events, evals.get(f"{HISTORY}/{run_id}/results/0/0/1")])
    assert KEY[1:] not in told
    assert KEY[:8] not in told
    assert city not in told


def test_an_event_leaves_out_what_is_long(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, answers("Oslo", ("get_weather", {"city": "Oslo" * 3_000})))
    run_id = evals.ask(evals.suite(WEATHER))
    job = evals.carry_out(run_id)
    (data,) = [fields["data"] for event, fields in job.events if event == "tool_eval_result"]
    assert (data["raw_omitted"], data["status"], data["reason"]) == (True, "fail", "wrong_arguments")
    assert data.keys().isdisjoint({"raw_request", "raw_response", "problems", "calls", "actual_params"})
    assert len(evals.get(f"{HISTORY}/{run_id}/results/0/0/1")["actual_params"]["city"]) == 12_000


def test_of_very_many_results_how_far_it_is_is_told_alone(evals: Evals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_TOLD", 2)
    job = evals.carry_out(evals.ask(evals.suite(WEATHER, MAIL, CHAT)))
    assert "tool_eval_result" not in job.types
    assert job.types.count("tool_eval_progress") == 1
    assert job.events[0][1]["data"]["tells_each"] is False
