"""What goes wrong in the command itself, with one answer of many."""

from pathlib import Path
from typing import Any

import pytest

from src.studio.eval import running
from src.studio.eval.command import main
from tests.studio.eval.conftest import RIGHT, SUITE, results_in, script, summary_in
from tests.studio.llm_mock import LlmMock


@pytest.mark.parametrize("broken", ["converse", "score_case", "record_of"])
def test_an_answer_that_it_fails_at_is_unscored_and_the_others_are_asked(
    mock: LlmMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    script(mock, *RIGHT)
    works: Any = getattr(running, broken)

    def breaks(*given: Any, **more: Any) -> Any:
        if "Rome" in str(given):
            raise RuntimeError("with sk-a-key-in-it-4711")
        return works(*given, **more)

    monkeypatch.setattr(running, broken, breaks)
    (tmp_path / "trips.yaml").write_text(SUITE)
    arguments = ["--base-url", mock.base_url, "--model", "fast", "--output", str(tmp_path / "out"), "--quiet"]
    assert main([str(tmp_path / "trips.yaml"), *arguments]) == 0
    results = {result["case"]: result for result in results_in(tmp_path / "out")}
    assert {case: result["status"] for case, result in results.items()} == {
        "tomorrow": "pass",
        "both": "unscored",
        "thanks": "pass",
    }
    told = results["both"]["error"]
    assert told.startswith(f"{running.OURS} (RuntimeError in ")
    assert "sk-a-key" not in told
    assert summary_in(tmp_path / "out")["models"][0]["summary"]["accuracy"]["n"] == 2
