"""How runs are told: in lists, as a matrix, one exchange at a time, beside each other, and as files."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import Connection

from src.studio.jobs.deleting import HALF_DELETED
from src.studio.tool_eval import repository
from src.studio.tool_eval.events import summary_event
from tests.studio.llm_mock import LlmMock
from tests.studio.lost_database import lose_after_first
from tests.studio.tool_eval.conftest import CHAT, HISTORY, MAIL, RIGHT, WEATHER, Evals, answers, calls

WRONG_MAIL = answers("Ann about lunch", ("send_mail", {"to": "Bob", "subject": "lunch"}), model="tools-weak")


@pytest.fixture
def run(evals: Evals, mock: LlmMock) -> dict[str, Any]:
    """Return a run of two models, of which one fails a case."""
    evals.script(mock, WRONG_MAIL, *RIGHT)
    return evals.asked(evals.suite(WEATHER, MAIL, CHAT), "fast", "tools-weak", repeats=2)


def test_lists_are_narrowed_paged_and_labelled(evals: Evals) -> None:
    office, other = evals.suite(WEATHER), evals.suite(WEATHER)
    ids = [evals.ask(office), evals.ask(other, label="Nightly"), evals.ask(office, "tools-weak")]
    assert [run["id"] for run in evals.get(HISTORY)["runs"]] == ids[::-1]
    page = evals.get(HISTORY, limit=2)
    assert [run["id"] for run in page["runs"]] == ids[:0:-1]
    assert [run["id"] for run in evals.get(HISTORY, limit=2, cursor=page["next_cursor"])["runs"]] == ids[:1]
    assert [run["id"] for run in evals.get(HISTORY, suite_id=other)["runs"]] == [ids[1]]
    assert [run["id"] for run in evals.get(HISTORY, q="NIGHT")["runs"]] == [ids[1]]
    assert [run["id"] for run in evals.get(HISTORY, q="office weak")["runs"]] == [ids[2]]
    assert evals.get(HISTORY, state="done")["runs"] == []
    evals.send("PATCH", f"{HISTORY}/{ids[0]}", {"label": "Weekly"})
    assert [run["label"] for run in evals.get(HISTORY, q="weekly")["runs"]] == ["Weekly"]
    assert evals.get(HISTORY)["runs"][1]["models"] == ["fast"]


def test_a_matrix_has_a_letter_a_repeat(evals: Evals, run: dict[str, Any]) -> None:
    told = evals.get(f"{HISTORY}/{run['id']}/matrix")
    assert [case["name"] for case in told["cases"]] == ["weather", "mail", "chat"]
    assert [target["index"] for target in told["targets"]] == [0, 1]
    assert told["cells"] == {"0-0": "pp", "0-1": "pp", "0-2": "pp", "1-0": "pp", "1-1": "ff", "1-2": "pp"}
    assert told["reasons"] == {"1-1": ["wrong_arguments"] * 2}


def test_one_exchange_tells_what_was_sent_what_came_and_why(evals: Evals, run: dict[str, Any]) -> None:
    told = evals.get(f"{HISTORY}/{run['id']}/results/1/1/2")
    assert told["case"]["expected_calls"] == MAIL["expected_calls"]
    assert told["turns"][0]["calls"][0]["name"] == "send_mail"
    assert told["rounds"][0]["request"]["messages"][-1]["content"] == MAIL["prompt"]
    (problem,) = told["verdict"]["problems"]
    assert (problem["reason"], problem["path"], problem["expected"], problem["actual"]) == (
        "wrong_arguments", "/to", "Ann", "Bob",
    )  # fmt: skip
    assert "sk-" not in json.dumps(told)
    for place in ("1/1/3", "2/1/1", "0/9/1"):
        assert evals.get(f"{HISTORY}/{run['id']}/results/{place}", 404)["detail"] == (
            "There is no such result, or not yet."
        )


def test_what_is_long_is_left_out_where_it_is_not_wanted(evals: Evals, run: dict[str, Any]) -> None:
    path = f"{HISTORY}/{run['id']}"
    assert run["raw_omitted"] is False
    assert run["results"][0]["raw_request"]["messages"][-1]["content"] == WEATHER["prompt"]
    assert "results" not in evals.get(path, results=False)
    without = evals.get(path, raw=False)
    assert (without["raw_omitted"], len(without["results"])) == (True, 12)
    assert "raw_request" not in without["results"][0]


@pytest.mark.parametrize("largest", [1, 4_000_000])
def test_pages_of_results_end_where_these_are_long_and_none_is_left_out(
    evals: Evals, run: dict[str, Any], monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(repository, "LARGEST_PAGE", largest)
    page_of, sizes = repository.results_page, list[int]()

    def page(*given: Any) -> Any:
        found = page_of(*given)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(repository, "results_page", page)
    assert evals.get(f"{HISTORY}/{run['id']}", raw=True)["results"] == run["results"]
    assert sizes == ([1] * 12 if largest == 1 else [12]) + [0]


def test_lists_read_no_more_of_runs_than_they_tell(evals: Evals, run: dict[str, Any]) -> None:
    with evals.database.reading() as connection:
        (row,) = repository.list_runs(connection, evals.user_id, repository.Wanted(10))
        (whole,) = repository.list_runs(connection, evals.user_id, repository.Wanted(10), summaries=True)
    assert {"settings", "summaries", "cases", "adjustments"}.isdisjoint(row)
    assert len(whole["summaries"]) == 2


def test_a_summary_s_event_is_short_however_many_cases_and_categories_there_are(run: dict[str, Any]) -> None:
    summary = run["summaries"][0]
    assert summary_event(summary) == ("tool_eval_summary", {"data": summary})
    flaky = [{"case": at, "passed": 1, "scored": 2, "name": f"case-{at}"} for at in range(1_000)]
    _, fields = summary_event(summary | {"flaky": flaky})
    assert fields["data"]["lists_omitted"] is True
    assert fields["data"].keys().isdisjoint({"flaky", "by_category", "category_breakdown"})
    assert fields["data"]["accuracy"] == summary["accuracy"]


def test_a_run_is_deleted_in_pieces(evals: Evals, run: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "PAGE", 5)
    delete_some, left = repository.delete_some_results, list[int]()

    def delete(connection: Connection, owner_id: str, run_id: str) -> bool:
        is_more = delete_some(connection, owner_id, run_id)
        left.append(len(repository.cells(connection, owner_id, run_id)))
        return is_more

    monkeypatch.setattr(repository, "delete_some_results", delete)
    evals.send("DELETE", f"{HISTORY}/{run['id']}")
    assert left == [7, 2, 0, 0]
    evals.get(f"{HISTORY}/{run['id']}", 404)


def test_a_run_that_was_deleted_in_part_says_so_and_counts_nowhere(
    evals: Evals, run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "PAGE", 5)
    with monkeypatch.context() as broken:
        lose_after_first(broken, repository, "delete_some_results")
        evals.send("DELETE", f"{HISTORY}/{run['id']}", status=503)
    told = evals.get(f"{HISTORY}/{run['id']}")
    assert (told["state"], told["error"]) == ("failed", HALF_DELETED)
    assert evals.get("/api/analytics/leaderboard?type=tool_eval&period=all")["models"] == []
    evals.send("DELETE", f"{HISTORY}/{run['id']}")
    evals.get(f"{HISTORY}/{run['id']}", 404)


def test_a_run_under_way_tells_what_there_is(evals: Evals) -> None:
    run_id = evals.ask(evals.suite(WEATHER))
    run = evals.get(f"{HISTORY}/{run_id}")
    assert (run["state"], run["started_at"], run["results"], run["summaries"]) == ("running", None, [], [])
    assert (run["accuracy"], run["sentence"], run["enough"]["smallest_difference"]) == (None, None, None)
    assert evals.get(f"{HISTORY}/{run_id}/matrix")["cells"] == {}
    assert evals.send("DELETE", f"{HISTORY}/{run_id}", status=409)["detail"].startswith("The run is under way.")


def test_a_suite_that_changes_leaves_runs_as_they_were_and_it_is_said(evals: Evals, mock: LlmMock) -> None:
    suite_id = evals.suite(WEATHER, MAIL)
    before = evals.asked(suite_id)
    mail = evals.get(f"/api/tool-suites/{suite_id}")["test_cases"][1]
    evals.send("PUT", f"/api/tool-suites/{suite_id}/cases/{mail['id']}", {"prompt": "Write to Ann about dinner."})
    assert evals.get(f"{HISTORY}/{before['id']}")["suite_changed"] is True
    assert evals.get(f"{HISTORY}/{before['id']}/results/0/1/1")["case"]["prompt"] == MAIL["prompt"]
    after = evals.asked(suite_id)
    assert (before["version"], after["version"]) == (1, 2)
    (pair,) = evals.get("/api/tool-eval/compare", a=before["id"], b=after["id"])["pairs"]
    assert (pair["same_suite"], pair["same_version"], pair["common_cases"], pair["changed_cases"]) == (
        True, False, 1, 1,
    )  # fmt: skip
    assert "They ran on different versions of the suite, 1 and 2; 1 that changed is left out." in pair["sentence"]
    versions = evals.get(f"/api/tool-suites/{suite_id}/versions")
    assert [version["runs"] for version in versions["versions"]] == [1, 1]
    assert versions["next_cursor"] is None
    newest = evals.get(f"/api/tool-suites/{suite_id}/versions", limit=1)
    older = evals.get(f"/api/tool-suites/{suite_id}/versions", limit=1, cursor=newest["next_cursor"])
    assert ([newest["versions"], older["versions"]], older["next_cursor"]) == (
        [[version] for version in versions["versions"]], None,
    )  # fmt: skip
    evals.get(f"/api/tool-suites/{suite_id}/versions", 422, cursor="-1")
    evals.send("DELETE", f"/api/tool-suites/{suite_id}")
    gone = evals.get(f"{HISTORY}/{before['id']}")
    assert (gone["suite_changed"], gone["suite_name"], len(gone["results"])) == (None, "Office", 2)
    evals.send("DELETE", f"{HISTORY}/{before['id']}")
    evals.get(f"{HISTORY}/{before['id']}", 404)


def many(count: int) -> list[dict[str, Any]]:
    cities = [f"City{at}" for at in range(count)]
    return [
        {"name": city, "prompt": f"Weather in {city}!", "expected_calls": calls("get_weather", city=city)}
        for city in cities
    ]


def test_models_are_compared_on_the_same_cases_and_differences_are_shown_only_where_there_are(
    evals: Evals, mock: LlmMock
) -> None:
    right = [answers(f"in City{at}!", ("get_weather", {"city": f"City{at}"})) for at in range(12)]
    wrong = [answers(f"in City{at}!", ("get_weather", {"city": "?"}), model="tools-weak") for at in range(9)]
    evals.script(mock, *wrong, *right)
    run = evals.asked(evals.suite(*many(12)), "fast", "tools-weak")
    (pair,) = evals.get("/api/tool-eval/compare", a=f"{run['id']}:0", b=f"{run['id']}:1")["pairs"]
    assert (pair["verdict"], pair["method"], pair["common_cases"]) == ("worse", "mcnemar", 12)
    assert (pair["difference"], len(pair["wins"]), len(pair["losses"])) == (-0.75, 0, 9)
    assert pair["low"] < -0.75 < pair["high"] < 0
    assert pair["losses"][0]["name"] == "City0"
    assert pair["sentence"].startswith(
        "tools-weak calls rightly less often than fast on the 12 cases that both were asked, "
        "by 75 percentage points"
    )
    differing = [setting["name"] for setting in pair["settings"] if setting["differs"]]
    assert differing == ["model"]
    again = evals.asked(run["suite_id"], "fast")
    (same,) = evals.get("/api/tool-eval/compare", runs=f"{run['id']},{again['id']}")["pairs"]
    assert (same["a"]["model_id"], same["b"]["model_id"], same["verdict"]) == ("fast", "fast", "none_shown")
    assert same["sentence"].startswith("No difference is shown between fast (")
    (others,) = evals.get("/api/tool-eval/compare", a=run["id"], b=run["id"])["pairs"]
    assert (others["a"]["target"], others["b"]["target"]) == (0, 1)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"a": "RUN"}, "Name 2 to 6 runs"),
        ({"a": "RUN:x", "b": "RUN"}, "names no model of a run"),
        ({"a": "RUN:7", "b": "RUN"}, "has no model 7: it has 2."),
        ({"runs": "RUN,RUN,RUN,RUN,RUN,RUN,RUN"}, "Name 2 to 6 runs"),
    ],
)
def test_what_cannot_be_compared_is_refused(evals: Evals, run: dict[str, Any], named: Any, told: str) -> None:
    asked = {name: text.replace("RUN", run["id"]) for name, text in named.items()}
    assert told in evals.get("/api/tool-eval/compare", 400, **asked)["detail"]
    evals.get("/api/tool-eval/compare", 404, a=run["id"], b="f" * 32)


def file(evals: Evals, path: str, **params: Any) -> str:
    answer = evals.client.get(path, params=params, headers=evals.headers)
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.text


def test_a_run_is_given_as_json_lines_csv_and_junit(evals: Evals, run: dict[str, Any]) -> None:
    path = f"/api/export/eval/{run['id']}"
    whole = json.loads(file(evals, path))
    assert {"eval_id", "suite_name", "temperature", "timestamp", "results", "summary"} <= whole.keys()
    assert (whole["eval_id"], len(whole["results"])) == (run["id"], 12)
    lines = [json.loads(line) for line in file(evals, path, format="jsonl").splitlines()]
    assert [line["key"] for line in lines] == [result["key"] for result in whole["results"]]
    rows = list(csv.DictReader(io.StringIO(file(evals, path, format="csv"))))
    assert [row["status"] for row in rows].count("fail") == 2
    (failed,) = [row for row in rows if row["status"] == "fail" and row["repeat"] == "1"]
    assert (failed["reason"], json.loads(failed["actual_params"])["to"]) == ("wrong_arguments", "Bob")
    suites = ET.fromstring(file(evals, path, format="junit"))  # noqa: S314 - our own
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("fast", "6", "0"), ("tools-weak", "6", "2"),
    ]  # fmt: skip
    failure = suites.find(".//failure")
    assert failure is not None
    assert (failure.get("type"), "Bob" in (failure.text or "")) == ("wrong_arguments", True)


def test_all_runs_are_given_as_csv_a_line_for_each_model(evals: Evals, run: dict[str, Any]) -> None:
    text = file(evals, "/api/export/tool-eval")
    assert text.startswith(
        "timestamp,suite_name,model_id,model_display_name,tool_accuracy_pct,param_accuracy_pct,overall_score_pct,"
        "total_cases,cases_passed,"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["model_id"], row["total_cases"], row["cases_passed"]) for row in rows] == [
        ("fast", "3", "3"), ("tools-weak", "3", "2"),
    ]  # fmt: skip
    assert rows[0]["run_id"] == run["id"]


def test_names_that_xml_cannot_say_are_said_otherwise(evals: Evals) -> None:
    case = {**WEATHER, "name": 'a<b>&"\x01', "category": "c\nd", "prompt": "Nothing that anybody knows."}
    run = evals.asked(evals.suite(case, name="<&>"))
    suites = ET.fromstring(file(evals, f"/api/export/eval/{run['id']}", format="junit"))  # noqa: S314 - our own
    (test,) = suites.iter("testcase")
    assert test.get("name") == 'a<b>&"\N{REPLACEMENT CHARACTER}'
