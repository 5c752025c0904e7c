"""What a browser measured by itself is kept beside our own runs, and marked."""

from typing import Any

import pytest

from tests.studio.benchmarks.conftest import Studio


def result(number: int = 1, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "provider": "Ollama",
        "model_id": "llama",
        "run_number": number,
        "context_tokens": 0,
        "success": True,
    }
    told |= {"ttft_ms": 100.0, "total_time_s": 2.0, "output_tokens": 50, "input_tokens": 10, "cost": 0.5}
    return {**told, "output_speed_tps": 25.0, **changes}


def test_results_become_a_run_that_can_be_read_like_any_other(own: Studio) -> None:
    results = [result(1), result(2), result(2, ttft_ms=999.0), result(3, success=False, error="It was busy.")]
    body = {"results": [*results, result(1, model_id="phi", cost=None)], "prompt": "Hi\0", "max_tokens": 50}
    answer = own.send("POST", "/api/benchmark/direct-results", body)
    assert answer == {"status": "ok", "run_id": answer["run_id"], "saved": 4, "skipped": 1}
    run = own.get(f"/api/history/{answer['run_id']}")
    assert (run["state"], run["metadata"], run["through"]) == ("done", {"source": "client"}, "direct")
    assert (run["prompt"], run["max_tokens"], run["context_tiers"]) == ("Hi\0", 50, [0])
    assert (run["requests_total"], run["requests_done"], run["error_count"], run["cost"]) == (4, 4, 1, None)
    llama, phi = run["results"]
    assert (llama["avg_ttft_ms"], llama["avg_tokens_per_second"], llama["avg_output_speed_tps"]) == (100, 25, 25)
    assert (llama["success_count"], llama["error"], llama["cost"], phi["cost"]) == (2, "It was busy.", 1.5, None)
    assert llama["statistics"]["request_rate"] is None
    assert [listed["id"] for listed in own.get("/api/history", search="ollama")["runs"]] == [answer["run_id"]]
    assert len(own.get(f"/api/history/{answer['run_id']}/records")["records"]) == 4
    own.send("DELETE", f"/api/history/{answer['run_id']}")


def test_they_are_not_taken_for_what_was_measured_here(own: Studio) -> None:
    own.send("POST", "/api/benchmark/direct-results", {"results": [result(provider="gateway", model_id="fast")]})
    assert own.get("/api/config")["shared"]["Gateway"]["models"][0]["last_measured"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"results": []},
        {"results": [result(0)]},
        {"results": [result(ttft_ms=-1)]},
        {"results": [result(provider="x\0")]},
        {"results": [result(model_id=f"m{n}") for n in range(101)]},
        {"results": [result(context_tokens=n) for n in range(21)]},
        {"results": [result()], "temperature": 3},
    ],
)
def test_what_cannot_be_a_result_is_refused(own: Studio, wrong: dict[str, Any]) -> None:
    own.send("POST", "/api/benchmark/direct-results", wrong, status=422)
    assert own.get("/api/history")["runs"] == []
