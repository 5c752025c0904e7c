"""What suites told of a model stands with all that is known of it."""

from typing import Any

from sqlalchemy import insert

from src.studio.tool_eval import repository
from src.studio.tool_eval.runs import search_text
from src.studio.tool_eval.tables import tool_eval_runs
from tests.studio.llm_mock import LlmMock
from tests.studio.people import add_user
from tests.studio.tool_eval.conftest import HISTORY, MAIL, RIGHT, WEATHER, Evals
from tests.studio.tool_eval.made import keep_run, run_row
from tests.studio.tool_eval.test_telling import WRONG_MAIL

MODEL = "/api/analytics/model"


def evals_of(evals: Evals, model_id: str, provider_key: str = "gateway") -> list[dict[str, Any]]:
    return evals.get(MODEL, provider_key=provider_key, model_id=model_id)["evals"]


def test_each_evaluation_tells_the_share_of_the_model_and_what_it_was_of(evals: Evals, mock: LlmMock) -> None:
    evals.script(mock, WRONG_MAIL, *RIGHT)
    assert evals_of(evals, "tools-weak") == []
    suite = evals.suite(WEATHER, MAIL)
    first = evals.asked(suite, "fast", "tools-weak", label="Before")
    second = evals.asked(suite, "tools-weak", repeats=3)
    evals.ask(suite, "tools-weak")
    told = evals_of(evals, "tools-weak")
    assert [one["id"] for one in told] == [second["id"], first["id"]]
    newest, older = told
    assert (newest["accuracy"]["rate"], newest["accuracy"]["n"], newest["repeats"]) == (0.5, 6, 3)
    assert newest["accuracy"] == second["summaries"][0]["accuracy"]
    assert (older["accuracy"], older["target"]) == (first["summaries"][1]["accuracy"], 1)
    assert (older["label"], older["suite_name"], older["version"]) == ("Before", "Office", 1)
    assert (older["state"], older["profile"], older["suite_id"]) == ("done", "strict", suite)
    assert [one["accuracy"]["rate"] for one in evals_of(evals, "fast")] == [1.0]


def kept(evals: Evals, owner_id: str, model_id: str, provider_key: str, at: int = 0) -> str:
    """Keep a run of a model that is offered by nobody, and return its id."""
    names = {"provider_key": provider_key, "provider": "Gone", "model_id": model_id, "display_name": "Once there"}
    summary = {**names, "target": 0, "accuracy": None, "total_cases": 0, "unscored": at}
    with evals.database.writing() as connection:
        like = repository.own_run(connection, owner_id, keep_run(connection, owner_id, 1))
        assert like is not None
        row = run_row(owner_id, like["version_id"], summaries=[summary])
        row["search_text"] = search_text(None, "Mine", [model_id, "Gone"])
        connection.execute(insert(tool_eval_runs), [row])
    return row["id"]


def test_it_is_of_this_model_of_this_provider_and_of_no_one_elses_runs(evals: Evals) -> None:
    bob = add_user(evals.database, "bob@example.org")
    mine = kept(evals, evals.user_id, "Team/100%_fast", "gone")
    kept(evals, evals.user_id, "Team/100%_fast", "other")
    kept(evals, evals.user_id, "Team/100%_faster", "gone")
    kept(evals, evals.user_id, "Team/1000_fast", "gone")
    kept(evals, bob.id, "Team/100%_fast", "gone")
    assert [one["id"] for one in evals_of(evals, "Team/100%_fast", "gone")] == [mine]


def test_a_model_that_was_evaluated_alone_and_is_gone_is_still_known(evals: Evals) -> None:
    kept(evals, evals.user_id, "old", "gone")
    model = evals.get(MODEL, provider_key="gone", model_id="old")
    assert (model["display_name"], model["provider"], model["health"]["status"]) == ("Once there", "Gone", "gone")
    assert (model["runs"], model["series"], model["evals"][0]["accuracy"]) == (0, [], None)


def test_the_newest_are_told_and_deleted_ones_are_not(evals: Evals) -> None:
    ids = [kept(evals, evals.user_id, "old", "gone", at) for at in range(12)]
    assert [one["id"] for one in evals_of(evals, "old", "gone")] == ids[:1:-1]
    evals.send("DELETE", f"{HISTORY}/{ids[-1]}")
    assert [one["id"] for one in evals_of(evals, "old", "gone")] == ids[-2:0:-1]
