"""A wish is checked before it is taken; what is taken is done."""

import json
from typing import Any

import pytest

from src.studio.benchmarks import service
from src.studio.providers.service import DEFAULT_PROMPT
from tests.studio.benchmarks.conftest import Studio
from tests.studio.conftest import sign_up
from tests.studio.providers.conftest import Lists

FAST = [{"provider_key": "gateway", "model_id": "fast"}]


@pytest.fixture
def studio_url(tmp_path: Any) -> str:
    """Return a database in a file: these tests are about what is asked for."""
    return f"sqlite:///{tmp_path / 'studio.db'}"


def test_a_benchmark_is_a_job_of_the_same_id(own: Studio) -> None:
    answer = own.send("POST", "/api/benchmark", {"targets": FAST})
    assert answer == {"job_id": answer["job_id"], "run_id": answer["job_id"], "status": "submitted"}
    run = own.get(f"/api/history/{answer['job_id']}")
    earlier = {  # what clients of old know
        "targets": FAST,
        "models": [],
        "max_tokens": 512,
        "temperature": 0.7,
        "context_tiers": [0],
        "runs": 1,
        "timeout": 120,
        "warmup": True,
        "mode": "single",
        "concurrency": 1,
        "provider_params": {},
        "profiles": {},
    }
    assert run["config"].items() >= earlier.items()
    assert run["config"]["requests"] is run["config"]["duration_seconds"] is run["config"]["sweep"] is None
    assert (run["slo"], run["tool"], run["knees"]) == (None, "studio", [])
    assert (run["prompt"], run["state"], run["started_at"]) == (DEFAULT_PROMPT, "running", None)
    assert (run["requests_total"], run["through"], run["results"]) == (1, "gateway", [])
    job = own.services.jobs.get(own.user_id, run["id"])
    assert (job.kind, job.result_ref) == ("benchmark", run["id"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"targets": []}, "name one model at least"),
        ({"targets": FAST, "models": ["fast", "slow"]}, "models: name models by targets or by models"),
        ({"targets": FAST * 101}, "targets"),
        ({"targets": [{"provider_key": "gateway"}]}, "model_id"),
        ({"targets": [{"provider_key": "gateway", "model_id": "fast\0"}]}, "model_id"),
        ({"runs": 0}, "runs"),
        ({"runs": 21}, "runs"),
        ({"runs": 11}, "runs: you may have 10 at most in a benchmark (max_runs_per_benchmark), not 11."),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 128_001}, "max_tokens"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"context_tiers": []}, "context_tiers"),
        ({"context_tiers": [-1]}, "greater than or equal to 0"),
        ({"timeout": 9}, "timeout"),
        ({"timeout": 601}, "timeout"),
        ({"mode": "burst"}, "mode"),
        ({"mode": "rate"}, "rates: name one at least, in requests per second."),
        ({"mode": "rate", "rates": [0]}, "rates"),
        ({"mode": "rate", "rates": [1e5]}, "rates"),
        ({"mode": "rate", "rates": [5], "runs": 2}, "runs: a rate has requests or duration_seconds"),
        ({"mode": "rate", "rates": [5], "concurrency": 2}, "concurrency: is for mode concurrency, not for rate"),
        ({"rates": [5]}, "rates: are for mode rate, not for single."),
        ({"concurrencies": [5]}, "set mode to concurrency"),
        ({"mode": "sweep", "concurrencies": [5]}, "concurrencies: are for mode concurrency, not for sweep"),
        ({"mode": "concurrency", "concurrencies": [5], "concurrency": 4}, "give one of them"),
        ({"mode": "concurrency", "concurrencies": [1001]}, "concurrencies"),
        ({"mode": "concurrency", "concurrencies": [0]}, "concurrencies"),
        ({"sweep": {}}, "sweep: is for mode sweep, not for single"),
        ({"mode": "sweep", "sweep": {"start": 9, "most": 8}}, "starts at 9, which is more than its most, 8"),
        ({"mode": "sweep", "sweep": {"start": 1.5}}, "whole numbers"),
        ({"mode": "sweep", "sweep": {"most": 2000}}, "1,000 people at once at most"),
        ({"mode": "sweep", "arrival": "constant"}, "arrival: is for rates alone"),
        ({"mode": "rate", "rates": [5], "arrival": "constant", "burstiness": 2}, "burstiness"),
        ({"max_concurrency": 5}, "max_concurrency: is for rates alone"),
        ({"requests": 5, "duration_seconds": 5}, "a number of requests or a duration, not both"),
        ({"runs": 2, "requests": 5}, "runs: requests, or duration_seconds, take its place"),
        ({"requests": 0}, "requests"),
        ({"requests": 50_001}, "requests"),
        ({"duration_seconds": 0.5}, "duration_seconds"),
        ({"ramp_seconds": 5}, "there is nothing to ramp up where mode is single"),
        ({"mode": "sweep", "duration_seconds": 5, "ramp_seconds": 5}, "must be less than the 5 s"),
        ({"mode": "rate", "rates": [2000]}, "these are 60,000 requests in all, and a benchmark may have 50,000"),
        ({"mode": "sweep", "duration_seconds": 3600}, "h at most, and a job may take 2.0 h"),
        ({"slo": "ttft"}, "slo: “ttft” is no limit of an SLO"),
        ({"slo": "speed<3"}, "“speed” is no metric of an SLO"),
        ({"output_tiers": [0]}, "output_tiers"),
        ({"cache": "on"}, "cache"),
        ({"dataset": ""}, "dataset: The dataset has no line that can be used."),
        ({"dataset": '{"prompt": "a"}\n{"prompt": 1}'}, "dataset: Line 2 of the dataset cannot be used"),
        ({"dataset": '{"prompt": "a"}', "prompt": "b"}, "prompt: leave it empty where a dataset has the prompts"),
        ({"dataset": "x" * 5_000_001}, "dataset: may have 5 MB at most"),
        ({"mode": "concurrency", "concurrency": 101}, "concurrency"),
        ({"concurrency": 2}, "set mode to concurrency"),
        ({"label": "x" * 257}, "label"),
        ({"prompt": "x" * 500_001}, "prompt"),
        ({"profiles": {"fast": "p1"}}, "profiles: there is no profile p1 of fast."),
        ({"profiles": {"other": "p1"}}, "profiles: other is none of the models that are measured"),
        ({"provider_params": {"max_tokens": "9"}}, "max_tokens must be a whole number, or null"),
        ({"provider_params": {"seed": 10**30}}, "what JSON can say"),
        ({"provider_params": {"x": "y" * 100_000}}, "100,000 bytes of JSON at most"),
        ({"provider_params": {"stream": False}}, "may not set stream"),
        ({"provider_params": {"passthrough": {"api_base": "http://x", "model": "y"}}}, "api_base, model"),
        ({"provider_params": {"passthrough": []}}, "passthrough must be an object"),
        ({"experiment": 1}, "experiment"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(own: Studio, wrong: dict[str, Any], sentence: str) -> None:
    for path in ("/api/benchmark", "/api/benchmark/estimate"):
        answer = own.send("POST", path, {"targets": FAST, **wrong}, status=422)
        assert answer["code"] == "invalid_parameter"
        assert sentence in answer["detail"]
        assert not answer["detail"].endswith("..")
    assert own.get("/api/history")["runs"] == []


def test_more_requests_than_a_benchmark_may_have_are_refused(own: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_REQUESTS", 9)
    answer = own.send("POST", "/api/benchmark", {"targets": FAST, "runs": 10}, status=422)
    assert "10 requests in all, and a benchmark may have 9" in answer["detail"]


def test_long_prompts_are_taken_whole(own: Studio) -> None:
    prompt = "日" * 499_999 + "\0"
    run_id = own.start(prompt=prompt)
    assert own.get(f"/api/history/{run_id}")["prompt"] == prompt
    (listed,) = own.get("/api/history")["runs"]
    assert listed["prompt"] == prompt[:1_000]
    own.send("POST", "/api/benchmark", {"targets": FAST, "label": "x" * 12_600_000}, status=413)


def test_long_prompts_may_come_in_escapes(own: Studio) -> None:
    prompt = "🙂" * 500_000
    targets = [{"provider_key": "gateway", "model_id": "fast"}]
    body = json.dumps({"targets": targets, "prompt": prompt})
    answer = own.client.post(
        "/api/benchmark", content=body, headers={**own.headers, "Content-Type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    assert own.get(f"/api/history/{answer.json()['run_id']}")["prompt"] == prompt


def test_half_a_character_is_no_text(own: Studio) -> None:
    body = b'{"targets": [{"provider_key": "gateway", "model_id": "fast"}], "prompt": "\\ud800"}'
    headers = {**own.headers, "Content-Type": "application/json"}
    answer = own.client.post("/api/benchmark", content=body, headers=headers)
    assert answer.status_code == 422


def test_a_hundred_models_are_taken(own: Studio) -> None:
    run_id = own.start("fast", *(f"gone-{n}" for n in range(99)))
    run = own.get(f"/api/history/{run_id}")
    assert [target["model_id"] for target in run["targets"]] == ["fast"]
    assert len(run["skipped"]) == 99


def test_earlier_clients_name_models_by_ids_alone(own: Studio) -> None:
    answer = own.send("POST", "/api/benchmark", {"models": ["slow", "fast", "slow"], "prompt": "  "})
    run = own.get(f"/api/history/{answer['job_id']}")
    assert [target["model_id"] for target in run["targets"]] == ["slow", "fast"]
    assert run["prompt"] == DEFAULT_PROMPT


def test_earlier_clients_may_name_models_both_ways_and_send_null_for_nothing(own: Studio) -> None:
    nothing = {"provider_params": None, "profiles": None}
    for body in ({"targets": FAST, "models": ["fast"]}, {"targets": None, "models": ["fast"]}):
        answer = own.send("POST", "/api/benchmark", {**body, **nothing})
        run = own.get(f"/api/history/{answer['job_id']}")
        assert [target["model_id"] for target in run["targets"]] == ["fast"]
        assert (run["config"]["provider_params"], run["config"]["profiles"]) == ({}, {})


def test_what_does_not_fit_a_window_is_told_with_the_estimate(own: Studio) -> None:
    body = {"targets": [{"provider_key": "gateway", "model_id": "small"}], "context_tiers": [0, 8_000], "runs": 2}
    told = own.send("POST", "/api/benchmark/estimate", body)
    assert (told["requests"], told["warmup_requests"], told["output_tokens_max"]) == (2, 1, 3 * 512)
    assert told["cost_max"] == pytest.approx((told["input_tokens"] + 2 * 3 * 512) / 1e6)
    assert told["seconds"] is None
    (skipped,) = told["skipped"]
    assert (skipped["model_id"], skipped["context_tokens"]) == ("small", 8_000)
    assert own.get("/api/history")["runs"] == []


def test_more_models_than_there_are_threads_that_wait_ask_the_gateway_once(own: Studio, lists: Lists) -> None:
    for _ in range(3):
        own.send("POST", "/api/benchmark/estimate", {"targets": FAST})
    assert len(lists.asked) == 1


def test_cancelling_is_always_fine_and_takes_the_newest_unless_told(own: Studio) -> None:
    own.send("POST", "/api/benchmark/cancel")
    for unknown in ("f" * 32, "x" * 1000, "\0"):
        own.send("POST", "/api/benchmark/cancel", {"job_id": unknown})
    first, second, third = own.start(), own.start(), own.start()
    own.send("POST", "/api/benchmark/cancel", {"job_id": first})
    own.send("POST", "/api/benchmark/cancel", {"job_id": ""})
    states = {run["id"]: run["state"] for run in own.get("/api/history")["runs"]}
    assert states == {first: "cancelled", second: "running", third: "cancelled"}
    assert own.get(f"/api/history/{first}")["completed_at"]


def test_nobody_cancels_the_benchmarks_of_others(own: Studio) -> None:
    run_id = own.start()
    stranger = sign_up(own.client, "eve@example.com")
    for body in ({"job_id": run_id}, {}):
        assert own.client.post("/api/benchmark/cancel", json=body, headers=stranger).status_code == 200
    assert own.get(f"/api/history/{run_id}")["state"] == "running"


def test_a_run_is_made_again_with_all_its_settings(own: Studio) -> None:
    settings = {
        "prompt": "Say hi.",
        "runs": 3,
        "context_tiers": [0, 1000],
        "mode": "concurrency",
        "concurrency": 4,
    }
    params = {"top_p": 0.5, "passthrough": {"seed": 7}}
    first = own.start("fast", "gone", **settings, provider_params=params, label="Monday", warmup=False)
    second = own.send("POST", f"/api/history/{first}/rerun")["job_id"]
    one, two = own.get(f"/api/history/{first}"), own.get(f"/api/history/{second}")
    assert two["id"] != one["id"]
    assert {name: two[name] for name in ("config", "prompt", "label", "targets", "skipped", "requests_total")} == {
        name: one[name] for name in ("config", "prompt", "label", "targets", "skipped", "requests_total")
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/config"),
        ("GET", "/api/config/prompts"),
        ("POST", "/api/config/prompts"),
        ("POST", "/api/benchmark"),
        ("POST", "/api/benchmark/estimate"),
        ("POST", "/api/benchmark/cancel"),
        ("POST", "/api/benchmark/direct-results"),
        ("GET", "/api/history"),
        ("GET", f"/api/history/{'a' * 32}"),
        ("GET", f"/api/history/{'a' * 32}/records"),
        ("PUT", f"/api/history/{'a' * 32}"),
        ("DELETE", f"/api/history/{'a' * 32}"),
        ("POST", f"/api/history/{'a' * 32}/rerun"),
        ("GET", f"/api/export/run/{'a' * 32}"),
        ("GET", "/api/export/history"),
    ],
)
def test_nothing_is_told_to_nobody(own: Studio, method: str, path: str) -> None:
    assert own.client.request(method, path, json={}).status_code == 401


def test_the_catalog_tells_models_prices_and_what_was_measured(own: Studio) -> None:
    catalog = own.get("/api/config")
    assert catalog["providers"] == {}
    assert catalog["defaults"] == {
        "max_tokens": 512, "temperature": 0.7, "context_tiers": [0], "prompt": DEFAULT_PROMPT,
    }  # fmt: skip
    gateway = catalog["shared"]["Gateway"]
    assert (gateway["provider_key"], gateway["status"], gateway["detail"]) == ("gateway", "ok", None)
    assert [model["model_id"] for model in gateway["models"]] == ["fast", "slow", "small"]
    assert gateway["models"][2] == {
        "model_id": "small",
        "display_name": "small",
        "context_window": 8_000,
        "max_output_tokens": None,
        "input_cost_per_mtok": 1.0,
        "output_cost_per_mtok": 2.0,
        "cached_cost_per_mtok": None,
        "price_source": "gateway",
        "price_at": "2026-11-20",
        "skip_params": [],
        "system_prompt": None,
        "custom_fields": {},
        "last_measured": None,
    }
    assert gateway["models"][1]["price_source"] is None


def test_prompts_can_be_added_once(own: Studio) -> None:
    body = {"key": "mine", "label": "Mine", "prompt": "Say hi."}
    assert own.send("POST", "/api/config/prompts", body) == {"status": "ok", "key": "mine"}
    assert own.get("/api/config/prompts")["mine"] == {
        "category": "general",
        "label": "Mine",
        "prompt": "Say hi.",
        "is_own": True,
    }
    assert own.send("POST", "/api/config/prompts", body, status=400)["code"] == "invalid_request"
    for wrong in ({**body, "key": "no spaces"}, {"key": "other"}, {**body, "key": "other", "prompt": ""}, []):
        assert own.send("POST", "/api/config/prompts", wrong, status=400)["code"] == "invalid_parameter"
    own.send("POST", "/api/config/prompts", {"key": "other", "prompt": "Say ho."})
    assert own.get("/api/config/prompts")["other"]["label"] == "other"


def test_ones_own_prompts_are_changed_and_deleted_and_those_to_begin_with_stay(own: Studio) -> None:
    path = "/api/config/prompts"
    own.send("POST", path, {"key": "mine", "label": "Mine", "prompt": "Say hi."})
    own.send("PUT", path, {"key": "mine", "prompt": "Say ho."})
    own.send("PUT", path, {"key": "mine"})
    kept = {"category": "general", "label": "Mine", "prompt": "Say ho.", "is_own": True}
    assert own.get(path)["mine"] == kept
    assert own.get(path)["recursion"]["is_own"] is False
    for wrong in ({"key": "mine", "prompt": ""}, {"key": "mine", "other": 1}, {"prompt": "x"}):
        own.send("PUT", path, wrong, 400)
    for method in ("PUT", "DELETE"):
        own.send(method, path, {"key": "none"}, 404)
        assert "stays as it is" in own.send(method, path, {"key": "recursion"}, 400)["detail"]
    own.send("DELETE", path, status=400)
    own.send("DELETE", f"{path}?key=mine")
    assert "mine" not in own.get(path)
    own.send("DELETE", path, {"key": "mine"}, 404)
