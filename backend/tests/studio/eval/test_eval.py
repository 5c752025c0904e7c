"""The command as it runs: what it asks, judges, prints and writes."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from ruamel.yaml import YAML

from tests.studio.eval.conftest import (
    FILES,
    KEY,
    LATE,
    RIGHT,
    SUITE,
    Eval,
    calls,
    results_in,
    script,
    summary_in,
    to,
)
from tests.studio.llm_mock import LlmMock


def test_cases_are_asked_of_models_and_what_differs_is_told(evaluate: Eval, mock: LlmMock) -> None:
    script(mock, LATE, *RIGHT)
    ended = evaluate("--model", "fast", "--model", "steady")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert [line.split() for line in lines[:4]] == [
        ["case", "fast", "steady"],
        ["tomorrow", "pass", "FAIL"],
        ["both", "pass", "pass"],
        ["thanks", "pass", "pass"],
    ]
    at = lines.index("FAIL  steady: tomorrow: wrong arguments")
    assert "2026-05-09" in lines[at + 1]
    assert "2026-05-08" in lines[at + 1]
    assert lines[-1] == (
        "fast calls rightly in 100 % of 3 cases (44\N{EN DASH}100 %). No difference is shown to steady (67 %)."
    )
    assert lines[-2] == "Enough cases? 3 cases can show no difference at all."


def test_all_files_are_there_and_agree(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    script(mock, LATE, *RIGHT)
    ended = evaluate(
        *("--model", "fast", "--model", "steady", "--price", "1/2", "--title", "Nightly", "--output", "deep/out"),
        *("--api-key-env", "EVAL_TEST_KEY", "--format", "json", "--fail-if", "accuracy<0.5"),
    )
    assert ended.returncode == 0, ended.stderr
    folder = tmp_path / "deep/out"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    summary, results = summary_in(folder), results_in(folder)
    assert json.loads(ended.stdout) == summary
    assert (summary["state"], summary["title"], summary["error"]) == ("done", "Nightly", None)
    assert (summary["suite"]["name"], summary["suite"]["cases"]) == ("Trips", 3)
    assert len(results) == 6
    fast, steady = summary["models"]
    assert steady["counts"] == {"tomorrow": [0, 1], "both": [1, 1], "thanks": [1, 1]}
    assert steady["summary"]["reasons"] == {"wrong_arguments": 1}
    assert fast["summary"]["cost"] == pytest.approx(
        sum(result["cost"] for result in results if result["model"] == "fast")
    )
    (failed,) = [result for result in results if result["status"] == "fail"]
    assert (failed["case"], failed["reason"], failed["problems"][0]["path"]) == (
        "tomorrow",
        "wrong_arguments",
        "/date",
    )
    assert json.loads(failed["calls"][0][0]["arguments"])["date"] == "2026-05-09"
    rows = list(csv.DictReader(io.StringIO((folder / "summary.csv").read_text())))
    assert [(row["model"], row["category"], row["passed"], row["scored"]) for row in rows[:2]] == [
        ("fast", "", "3", "3"),
        ("fast", "dates", "1", "1"),
    ]
    assert float(rows[4]["accuracy"]) == steady["summary"]["accuracy"]["rate"]
    suites = ET.parse(folder / "junit.xml").getroot()  # noqa: S314 - our own
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("fast", "3", "0"),
        ("steady", "3", "1"),
    ]
    kept = "".join((folder / name).read_text() for name in FILES)
    assert KEY not in kept + ended.stdout + ended.stderr
    assert mock.base_url.partition("//")[2] not in kept
    assert all(request["credentials"] for request in mock.log())


def test_what_is_sent_is_what_was_asked_for(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    script(mock, *RIGHT)
    (tmp_path / "terse.txt").write_text("Be terse.")
    ended = evaluate(
        *("--model", "fast", "--model", "steady", "--model", "chunky", "--case", "tomorrow", "--temperature", "0"),
        *("--param", "top_p=0.5", "--system-of", "steady=@terse.txt", "--system-of", "chunky="),
        *("--tool-choice", "required", "--parallel-tool-calls", "off", "--concurrency", "1"),
    )
    assert ended.returncode == 0, ended.stderr
    fast, steady, chunky = mock.log()
    assert [tool["function"]["name"] for tool in fast["body"]["tools"]] == ["book_train", "get_weather"]
    asked = {name: fast["body"][name] for name in ("temperature", "top_p", "tool_choice", "parallel_tool_calls")}
    assert asked == {"temperature": 0, "top_p": 0.5, "tool_choice": "required", "parallel_tool_calls": False}
    assert fast["body"]["messages"][0] == {"role": "system", "content": "Today is Thursday, 7 May 2026."}
    assert steady["body"]["messages"][0] == {"role": "system", "content": "Be terse."}
    assert [message["role"] for message in chunky["body"]["messages"]] == ["user"]


@pytest.mark.parametrize(("streaming", "streamed"), [("auto", True), ("on", True), ("off", False)])
def test_answers_are_streamed_or_not(evaluate: Eval, mock: LlmMock, streaming: str, *, streamed: bool) -> None:
    script(mock, *RIGHT)
    assert evaluate("--model", "fast", "--streaming", streaming).returncode == 0
    assert {request["stream"] for request in mock.log()} == {streamed}
    assert all("parallel_tool_calls" not in request["body"] for request in mock.log())


def test_what_is_known_to_break_tool_calls_in_streams_is_asked_for_whole_answers(
    evaluate: Eval, mock: LlmMock
) -> None:
    script(mock, *RIGHT)
    assert evaluate("--model", "fast", "--provider", "vllm").returncode == 0
    assert {request["stream"] for request in mock.log()} == {False}


def test_tools_answer_by_their_mocks_until_the_model_has_done(
    evaluate: Eval, mock: LlmMock, tmp_path: Path
) -> None:
    (tmp_path / "steps.yaml").write_text(
        """\
name: Steps
tools:
  - {type: function, function: {name: find, parameters: {type: object, properties: {name: {type: string}}}}}
  - {type: function, function: {name: pay, parameters: {type: object, properties: {id: {type: integer}}}}}
test_cases:
  - name: find and pay
    prompt: Pay Ada's bill.
    multi_turn: true
    optimal_hops: 2
    expected_calls:
      - {tool: find, arguments: {name: Ada}}
      - {tool: pay, arguments: {id: 4711}}
    mock_responses: {find: {id: 4711}}
"""
    )
    script(
        mock,
        to("Ada", calls(("find", {"name": "Ada"})), turn=1),
        to("Ada", calls(("pay", {"id": 4711})), turn=2),
        to("Ada", {"content": "It is paid."}, turn=3),
    )
    ended = evaluate("--model", "fast", "--output", "out", suite="steps.yaml")
    assert ended.returncode == 0, ended.stderr
    (result,) = results_in(tmp_path / "out")
    assert (result["status"], result["rounds"], result["extra_rounds"]) == ("pass", 3, 1)
    second = mock.log()[1]["body"]["messages"][-1]
    assert (second["role"], json.loads(second["content"])) == ("tool", {"id": 4711})


def test_a_case_that_is_too_large_to_be_judged_is_unscored_and_says_so(
    evaluate: Eval, mock: LlmMock, tmp_path: Path
) -> None:
    script(mock, *RIGHT)
    suite = YAML(typ="safe").load((tmp_path / "trips.yaml").read_text())
    suite["test_cases"][0] |= {
        "state": {"all": [{"n": n} for n in range(2000)]},
        "expected_state": {"/all": {"$multiset": [{"n": n + 0.5} for n in range(2000)]}},
    }
    (tmp_path / "large.json").write_text(json.dumps(suite))
    ended = evaluate("--model", "fast", "--output", "out", suite="large.json")
    assert ended.returncode == 0, ended.stderr
    (unscored,) = [result for result in results_in(tmp_path / "out") if result["status"] == "unscored"]
    assert unscored["case"] == "tomorrow"
    assert unscored["error"].startswith("Too large to be judged")


def test_a_provider_s_error_is_unscored_and_no_failure_of_the_model(
    evaluate: Eval, mock: LlmMock, tmp_path: Path
) -> None:
    script(mock, to("Oslo", {"options": {"status": 400}}), *RIGHT[1:])
    ended = evaluate("--model", "fast", "--output", "out", "--fail-if", "unscored>10%,accuracy<1")
    assert ended.returncode == 1
    assert "FAIL  fast: unscored is 33 %, so unscored>10% holds." in ended.stdout
    assert "ok    fast: accuracy is 100 %, so accuracy<1 does not hold." in ended.stdout
    assert "1 of 3 answers could not be scored." in ended.stdout.splitlines()[-1]
    (unscored,) = [result for result in results_in(tmp_path / "out") if result["status"] == "unscored"]
    assert "HTTP 400" in unscored["error"]
    assert unscored["reason"] is None
    (case,) = ET.parse(tmp_path / "out/junit.xml").getroot().findall(".//testcase[error]")  # noqa: S314 - our own
    assert case.get("name") == "tomorrow"


def test_what_may_be_gone_in_a_moment_is_asked_again(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    failing = {"options": {"status": 503, "retry_after": 0}}
    script(mock, {"match": {"prompt_contains": "Oslo"}, "sequence": [failing, RIGHT[0]["reply"]]}, *RIGHT[1:])
    ended = evaluate("--model", "fast", "--output", "out", "--case", "tomorrow")
    assert ended.returncode == 0, ended.stderr
    (result,) = results_in(tmp_path / "out")
    assert result["status"] == "pass"
    assert [retry["http_status"] for retry in result["exchange"][0]["retries"]] == [503]


def test_where_nothing_can_be_scored_the_reason_is_told(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    script(mock)
    ended = evaluate("--model", "no-such-model", "--output", "out")
    assert ended.returncode == 3
    assert ended.stdout.count("No answer could be scored") == 1
    assert "No answer could be scored. Most often: The provider knows no such model" in ended.stdout
    summary = summary_in(tmp_path / "out")
    assert summary["state"] == "failed"
    assert summary["models"][0]["summary"]["accuracy"] is None


def test_a_model_that_refuses_everything_is_not_asked_on_and_on(evaluate: Eval, mock: LlmMock) -> None:
    script(mock, *RIGHT)
    ended = evaluate("--model", "no-such-model", "--model", "fast", "--repeats", "20", "--concurrency", "2")
    assert ended.returncode == 0, ended.stderr
    asked = [request["model"] for request in mock.log()]
    assert asked.count("fast") == 60
    assert 10 <= asked.count("no-such-model") <= 11
    assert "60 of 120 answers could not be scored." in ended.stdout


def test_an_address_where_nobody_listens_is_no_trace(evaluate: Eval) -> None:
    ended = evaluate("--base-url", "http://127.0.0.1:1/v1", "--model", "fast")
    assert ended.returncode == 3
    assert "The provider's address refuses connections." in ended.stdout
    assert "Traceback" not in ended.stderr


def test_repeats_show_what_is_flaky(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    wrong = calls(("book_train", {"to": "Oslo", "date": "tomorrow"}))
    script(mock, {"match": {"prompt_contains": "Oslo"}, "sequence": [wrong, RIGHT[0]["reply"]]}, *RIGHT[1:])
    ended = evaluate(
        *("--model", "fast", "--repeats", "3", "--concurrency", "1", "--output", "out"),
        *("--fail-if", "pass_hat_3<0.9,pass_at_3<0.9,flaky>50%"),
    )
    assert ended.returncode == 1
    assert "FAIL  fast: pass_hat_3 is 67 %, so pass_hat_3<0.9 holds." in ended.stdout
    assert "ok    fast: pass_at_3 is 100 %, so pass_at_3<0.9 does not hold." in ended.stdout
    assert ended.stdout.splitlines()[1].split() == ["tomorrow", "2/3"]
    summary = summary_in(tmp_path / "out")["models"][0]["summary"]
    assert summary["flaky"] == [{"case": "tomorrow", "passed": 2, "scored": 3}]
    assert summary["pass_hat_k"]["3"] == pytest.approx(2 / 3)


def test_disputed_cases_are_asked_and_count_for_nothing(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    suite = (tmp_path / "trips.yaml").read_text().replace("name: tomorrow", "name: tomorrow\n    disputed: true")
    (tmp_path / "disputed.yaml").write_text(suite)
    script(mock, to("Oslo", {"content": "No."}), *RIGHT[1:])
    ended = evaluate("--model", "fast", "--output", "out", "--fail-if", "accuracy<1", suite="disputed.yaml")
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.splitlines()[1].split() == ["tomorrow", "(FAIL)"]
    assert len(results_in(tmp_path / "out")) == 3
    assert ET.parse(tmp_path / "out/junit.xml").getroot().find(".//testcase[skipped]") is not None  # noqa: S314


def test_bfcl_s_questions_and_answers_are_asked_as_they_are(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    parameters = {"type": "dict", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    question = {
        "id": "simple_0",
        "question": [[{"role": "user", "content": "Weather in Rome?"}]],
        "function": [{"name": "weather.now", "description": "", "parameters": parameters}],
    }
    answer = {"id": "simple_0", "ground_truth": [{"weather.now": {"city": ["Rome", "Roma"]}}]}
    (tmp_path / "questions.json").write_text(json.dumps(question) + "\n")
    (tmp_path / "answers.json").write_text(json.dumps(answer) + "\n")
    script(mock, to("Rome", calls(("weather_now", {"city": "roma."}))))
    arguments = ("--model", "fast", "--answers", "answers.json")
    assert evaluate(*arguments, "--profile", "bfcl", suite="questions.json").stdout.splitlines()[1].split() == [
        "simple_0",
        "pass",
    ]
    strict = evaluate(*arguments, suite="questions.json").stdout.splitlines()
    assert strict[1].split() == ["simple_0", "FAIL"]


def test_a_baseline_fails_the_build_only_where_chance_does_not_explain_it(
    evaluate: Eval, mock: LlmMock, tmp_path: Path
) -> None:
    cases = "\n".join(
        f"  - {{name: c{at}, prompt: Number {at}., expected_calls: [{{tool: f, arguments: {{n: {at}}}}}]}}"
        for at in range(12)
    )
    tools = "tools: [{type: function, function: {name: f, parameters: {type: object, properties: {n: {}}}}}]"
    (tmp_path / "n.yaml").write_text(f"name: N\n{tools}\ntest_cases:\n{cases}\n")
    right = [to(f"Number {at}.", calls(("f", {"n": at}))) for at in range(12)]
    wrong = [to(f"Number {at}.", calls(("f", {"n": -1}))) for at in range(12)]
    check = ("--baseline", "before/summary.json", "--fail-if", "accuracy<baseline")
    script(mock, *right)
    assert evaluate("--model", "fast", "--output", "before", suite="n.yaml").returncode == 0
    assert evaluate("--model", "fast", *check, suite="n.yaml").returncode == 0
    script(mock, *wrong[:3], *right[3:])
    few = evaluate("--model", "fast", *check, suite="n.yaml")
    assert few.returncode == 0
    assert "no difference is shown, it may be chance, so accuracy<baseline does not fail." in few.stdout
    script(mock, *wrong[:8], *right[8:])
    many = evaluate("--model", "steady", "--baseline-model", "fast", *check, "--output", "now", suite="n.yaml")
    assert many.returncode == 1, many.stdout
    assert (
        "FAIL  steady: accuracy is 33 %, 66.7 points below the baseline's 100 % on the same 12 cases"
        in many.stdout
    )
    assert [check["fails"] for check in summary_in(tmp_path / "now")["checks"]] == [True]


def test_a_case_that_changed_since_the_baseline_is_not_compared(
    evaluate: Eval, mock: LlmMock, tmp_path: Path
) -> None:
    script(mock, *RIGHT)
    assert evaluate("--model", "fast", "--output", "before").returncode == 0
    suite = (tmp_path / "trips.yaml").read_text().replace("2026-05-08", "2026-05-10").replace("thanks", "bye")
    (tmp_path / "changed.yaml").write_text(suite)
    ended = evaluate("--model", "fast", "--baseline", "before/summary.json", suite="changed.yaml")
    assert ended.returncode == 0, ended.stderr
    assert "beside the baseline's, 1 changed, 1 new, 1 not asked now; only those that are the same" in ended.stdout
    assert "as is the baseline's 100 % on the same 1 case; too few cases to tell from chance." in ended.stdout


def test_thousands_of_cases_are_asked_and_written(evaluate: Eval, mock: LlmMock, tmp_path: Path) -> None:
    suite = YAML(typ="safe").load(SUITE)
    (tomorrow, *_) = suite["test_cases"]
    suite["test_cases"] = [{**tomorrow, "name": f"day {at}"} for at in range(2_000)]
    (tmp_path / "many.json").write_text(json.dumps(suite))
    script(mock, *RIGHT)
    ended = evaluate(
        *("--model", "fast", "--concurrency", "32", "--streaming", "off", "--output", "out"), suite="many.json"
    )
    assert ended.returncode == 0, ended.stderr
    assert [result["case"] for result in results_in(tmp_path / "out")].count("day 1999") == 1
    (model,) = summary_in(tmp_path / "out")["models"]
    assert model["counts"] == {f"day {at}": [1, 1] for at in range(2_000)}
    assert len(list(ET.parse(tmp_path / "out" / "junit.xml").iter("testcase"))) == 2_000  # noqa: S314 - our own
    assert len(ended.stdout.splitlines()) < 20


def test_csv_has_nothing_else_beside_it(evaluate: Eval, mock: LlmMock) -> None:
    script(mock, *RIGHT)
    ended = evaluate("--model", "fast", "--format", "csv", "--fail-if", "accuracy<=1")
    assert ended.returncode == 1
    rows = list(csv.DictReader(io.StringIO(ended.stdout)))
    assert [(row["model"], row["category"], row["state"]) for row in rows] == [
        ("fast", category, "done") for category in ("", "dates", "parallel", "irrelevance")
    ]
    assert "FAIL" in ended.stderr


def test_a_line_now_and_then_tells_how_far_it_is_and_quiet_tells_nothing(evaluate: Eval, mock: LlmMock) -> None:
    script(mock, *(to(word, {"content": "No.", "options": {"ttft": 2600}}) for word in ("Oslo", "Rome", "Thank")))
    told = evaluate("--model", "fast", "--concurrency", "1").stderr.splitlines()
    assert len(told) == 1
    assert told[0].endswith("left  fast: 1 of 3, 0 passed, 1 failed, 0 unscored, accuracy 0 %")
    assert evaluate("--model", "fast", "--concurrency", "3", "--quiet").stderr == ""


def test_results_of_another_run_are_never_written_over(evaluate: Eval, mock: LlmMock) -> None:
    script(mock, *RIGHT)
    assert evaluate("--model", "fast", "--output", "out").returncode == 0
    mock.reset()
    ended = evaluate("--model", "fast", "--output", "out")
    assert ended.returncode == 2
    assert ended.stderr == "eval: out has a results.jsonl already: name a folder without another run's results.\n"
    assert mock.log() == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: [", "eval: bad.yaml: Line 1: This is no YAML: "),
        ("", "eval: bad.yaml: There is nothing in it."),
        ("name: x\ntools: []\ntest_cases: []\n", "eval: bad.yaml has no cases."),
        ('{"name": "x", "tools": [], "test_cases": [{"prompt": 7}]}', "prompt"),
    ],
)
def test_a_suite_that_cannot_be_read_is_refused_in_a_sentence(
    evaluate: Eval, mock: LlmMock, tmp_path: Path, text: str, told: str
) -> None:
    script(mock)
    (tmp_path / "bad.yaml").write_text(text)
    ended = evaluate("--model", "fast", suite="bad.yaml")
    assert ended.returncode == 2
    assert told in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert mock.log() == []


def test_files_and_names_that_are_not_there_are_named(evaluate: Eval) -> None:
    missing = evaluate("--model", "fast", suite="nowhere.yaml")
    assert (missing.returncode, missing.stderr) == (
        2,
        "eval: nowhere.yaml cannot be read: No such file or directory.\n",
    )
    for arguments, told in (
        (("--category", "date"), "eval: trips.yaml has no category 'date'.\n"),
        (("--case", "x"), "eval: trips.yaml has no case 'x'.\n"),
        (("--fail-if", "accuracy[category=x]<1"), "trips.yaml has no category 'x'."),
        (("--baseline", "trips.yaml"), "eval: The baseline trips.yaml is not JSON.\n"),
    ):
        ended = evaluate("--model", "fast", *arguments)
        assert ended.returncode == 2
        assert told in ended.stderr
