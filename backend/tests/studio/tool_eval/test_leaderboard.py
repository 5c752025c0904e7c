"""Which model calls rightly, by all runs on one version of a suite: never of two mixed."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import Connection

from src.studio.analytics import eval_repository, service
from src.studio.tool_eval import repository
from tests.studio.llm_mock import LlmMock
from tests.studio.people import add_user
from tests.studio.tool_eval.conftest import CHAT, HISTORY, MAIL, RIGHT, WEATHER, Evals
from tests.studio.tool_eval.made import keep_run
from tests.studio.tool_eval.test_telling import WRONG_MAIL

BOARD = "/api/analytics/leaderboard"


@pytest.fixture
def suite(evals: Evals, mock: LlmMock) -> str:
    """Return a suite that two models were asked twice, of which one fails a case."""
    evals.script(mock, WRONG_MAIL, *RIGHT)
    suite_id = evals.suite(WEATHER, {**MAIL, "name": "mail"}, {**CHAT, "disputed": True})
    for repeats in (1, 3):
        evals.asked(suite_id, "tools-weak", "fast", repeats=repeats)
    return suite_id


def board(evals: Evals, **asked: Any) -> Any:
    return evals.get(BOARD, type="tool_eval", **asked)


def test_models_are_ranked_by_all_answers_with_cases_as_clusters(evals: Evals, suite: str) -> None:
    told = board(evals)
    assert told["suite"] == {"suite_id": suite, "suite_name": "Office", "version": 1, "runs": 2}
    fast, weak = told["models"]
    assert [(one["rank"], one["model_id"], one["total_evals"], one["cases"]) for one in (fast, weak)] == [
        (1, "fast", 2, 2), (2, "tools-weak", 2, 2),
    ]  # fmt: skip
    assert (fast["accuracy"]["rate"], fast["accuracy"]["n"]) == (1, 8)
    assert (weak["accuracy"]["rate"], weak["accuracy"]["successes"], weak["accuracy"]["n"]) == (0.5, 4, 8)
    assert weak["accuracy"]["n_effective"] < 8
    assert (weak["avg_tool_pct"], weak["avg_param_pct"] < 100) == (100, True)


def test_suites_and_versions_are_never_mixed(evals: Evals, suite: str) -> None:
    other = evals.suite(WEATHER, name="Other")
    evals.asked(other)
    assert board(evals)["suite"]["suite_name"] == "Other"
    assert [row["suite_name"] for row in board(evals)["available"]] == ["Other", "Office"]
    assert board(evals, suite_id=suite)["models"][0]["total_evals"] == 2
    case = evals.get(f"/api/tool-suites/{suite}")["test_cases"][1]
    evals.send(
        "PUT", f"/api/tool-suites/{suite}/cases/{case['id']}", {"prompt": "Write to Ann about lunch, please."}
    )
    evals.asked(suite)
    assert (
        board(evals, suite_id=suite)["suite"]["version"],
        board(evals, suite_id=suite)["models"][0]["cases"],
    ) == (2, 2)
    assert board(evals, suite_id=suite, version=1)["models"][0]["total_evals"] == 2
    assert board(evals, profile="bfcl") == {
        "type": "tool_eval", "period": "all", "profile": "bfcl", "suite": None, "models": [], "available": [],
    }  # fmt: skip


def test_only_runs_that_ended_well_count(evals: Evals, suite: str) -> None:
    run_id = evals.ask(suite)
    evals.carry_out(run_id)
    evals.finish(run_id, "cancelled")
    assert evals.get(f"{HISTORY}/{run_id}")["passed"] == 2
    assert board(evals)["models"][0]["total_evals"] == 2


def test_it_is_given_as_a_file(evals: Evals, suite: str) -> None:
    answer = evals.client.get("/api/export/leaderboard", params={"type": "tool_eval"}, headers=evals.headers)
    assert answer.text.startswith(
        "rank,model,model_id,avg_tool_pct,avg_param_pct,avg_overall_pct,total_evals,last_eval,"
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["model_id"], row["accuracy"], row["suite_name"]) for row in rows] == [
        ("fast", "1", "Office"), ("tools-weak", "0.5", "Office"),
    ]  # fmt: skip


def test_anybody_reads_what_people_have_let_in_and_nothing_else(evals: Evals, suite: str) -> None:
    public = "/api/leaderboard/tool-eval"
    assert evals.get("/api/leaderboard/opt-in") == {"opt_in": False}
    assert evals.client.get(public).json()["leaderboard"] == []
    evals.send("PUT", "/api/leaderboard/opt-in", {"opt_in": True})
    answer = evals.client.get(public)
    fast, weak = sorted(answer.json()["leaderboard"], key=lambda one: one["model_name"])
    assert (fast["model_name"], fast["sample_count"], fast["param_accuracy_pct"]) == ("fast", 8, 100)
    assert weak["param_accuracy_pct"] < 100
    assert (fast["ttft_ms"], fast["throughput_tps"], fast["irrel_accuracy_pct"]) == (None, None, None)
    for private in (suite, "Office", "ada@example.com", evals.user_id):
        assert private not in answer.text
    evals.send("PUT", "/api/leaderboard/opt-in", {"opt_in": False})
    assert evals.client.get(public).json()["leaderboard"] == []
    evals.send("PUT", "/api/leaderboard/opt-in", {"opt_in": "maybe"}, 422)


def test_runs_of_people_who_have_not_opted_in_take_no_place_of_others(
    evals: Evals, suite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_PUBLIC_RUNS", 2)
    evals.send("PUT", "/api/leaderboard/opt-in", {"opt_in": True})
    before = evals.client.get("/api/leaderboard/tool-eval").json()["leaderboard"]
    bob = add_user(evals.database, "bob@example.org")
    summaries = [{**before[0], "accuracy": {"n": 1}}]
    with evals.database.writing() as connection:
        for _ in range(3):
            run_id = keep_run(connection, bob.id)
            repository.change_run(connection, bob.id, run_id, {"summaries": summaries})
    assert before
    assert evals.client.get("/api/leaderboard/tool-eval").json()["leaderboard"] == before


def test_what_anybody_reads_is_put_together_anew_only_where_it_has_changed(
    evals: Evals, suite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries_of, times = eval_repository.public_summaries, list[int]()

    def summaries(connection: Connection, limit: int) -> Any:
        times.append(limit)
        return summaries_of(connection, limit)

    monkeypatch.setattr(eval_repository, "public_summaries", summaries)
    evals.send("PUT", "/api/leaderboard/opt-in", {"opt_in": True})
    first, second = (evals.client.get("/api/leaderboard/tool-eval").json() for _ in range(2))
    assert (first == second, len(times)) == (True, 1)
    evals.asked(suite)
    third = evals.client.get("/api/leaderboard/tool-eval").json()
    assert third["leaderboard"][0]["sample_count"] > first["leaderboard"][0]["sample_count"]


def test_what_anybody_reads_forgets_a_run_that_is_deleted_while_one_ends(evals: Evals, suite: str) -> None:
    public = "/api/leaderboard/tool-eval"
    evals.send("PUT", "/api/leaderboard/opt-in", {"opt_in": True})
    slow_one, deleted = evals.ask(suite, "fast", repeats=2), evals.ask(suite, "tools-weak")
    evals.carry_out(deleted)
    evals.asked(suite, "fast")  # the newest of all
    before = evals.client.get(public).json()["leaderboard"]
    evals.send("DELETE", f"{HISTORY}/{deleted}")
    evals.carry_out(slow_one)
    after = evals.client.get(public).json()["leaderboard"]
    samples = [{one["model_name"]: one["sample_count"] for one in models} for models in (before, after)]
    assert samples[1]["tools-weak"] < samples[0]["tools-weak"]
    assert samples[1]["fast"] > samples[0]["fast"]
