"""The largest suite that there can be, from its cases to its files and a comparison."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator

import pytest

from src.studio.tool_eval.schemas import MOST_CASES
from tests.studio.llm_mock import LlmMock
from tests.studio.tool_eval.conftest import HISTORY, TEXT, Evals, answers, calls, tool

WRONG = MOST_CASES // 10


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_run_on_the_largest_suite_is_whole(evals: Evals, mock: LlmMock) -> None:
    rain, snow = (("get_weather", {"city": city}) for city in ("Oslo", "Bergen"))
    evals.script(mock, answers("0?", snow), answers("Oslo", rain))
    cases = [
        {"name": f"case {at}", "prompt": f"Oslo, day {at}?", "expected_calls": calls("get_weather", city="Oslo")}
        for at in range(MOST_CASES)
    ]
    suite_id = evals.suite(*cases, tools=[tool("get_weather", city=TEXT)])
    run_id = evals.ask(suite_id, concurrency=32, streaming=False)
    evals.carry_out(run_id)
    run = evals.get(f"{HISTORY}/{run_id}", results="false")
    assert (run["state"], run["results_done"], run["results_total"]) == ("done", MOST_CASES, MOST_CASES)
    assert (run["passed"], run["failed"], run["unscored"]) == (MOST_CASES - WRONG, WRONG, 0)
    assert run["accuracy"]["rate"] == 0.9

    matrix = evals.get(f"{HISTORY}/{run_id}/matrix")
    assert len(matrix["cases"]) == MOST_CASES
    assert Counter(matrix["cells"].values()) == {"p": MOST_CASES - WRONG, "f": WRONG}
    last = evals.get(f"{HISTORY}/{run_id}/results/0/{MOST_CASES - 1}/1")
    assert (last["test_case"], last["status"]) == (f"case {MOST_CASES - 1}", "pass")
    results = [json.loads(line) for line in lines_of(evals, run_id, "jsonl")]
    assert len({result["key"] for result in results}) == len(results) == MOST_CASES
    rows = csv.DictReader(io.StringIO("\n".join(lines_of(evals, run_id, "csv"))))
    assert Counter(row["status"] for row in rows) == {"pass": MOST_CASES - WRONG, "fail": WRONG}

    (pair,) = evals.get("/api/tool-eval/compare", a=run_id, b=run_id)["pairs"]
    assert (pair["common_cases"], pair["verdict"]) == (MOST_CASES, "none_shown")


def lines_of(evals: Evals, run_id: str, form: str) -> Iterator[str]:
    """Yield the lines of a run's file."""
    path = f"/api/export/eval/{run_id}"
    with evals.client.stream("GET", path, params={"format": form}, headers=evals.headers) as answer:
        assert answer.status_code == 200
        yield from answer.iter_lines()
