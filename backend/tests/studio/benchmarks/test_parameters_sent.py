"""Parameters and profiles, all the way into the requests: the model server's log is the truth."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.studio.benchmarks.handler import BenchmarkHandler
from src.studio.llm.egress import EgressPolicy
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import JobHere, Studio
from tests.studio.conftest import MakeStudio, sign_up
from tests.studio.llm_mock import LlmMock

OPENAI = {"provider_key": "openai"}
MODEL = "mock:ttft=5,itl=1,tokens=3"
REASONS = "o3-mini"
TARGETS = [{**OPENAI, "model_id": model} for model in (MODEL, REASONS)]
QUICK = {"prompt": "Count.", "warmup": False}


@pytest.fixture
def own(make_studio: MakeStudio, store_url: str, mock: LlmMock, clock: SettableClock) -> Iterator[Studio]:
    """Return Studio with a provider of the key `openai`, which is the model server."""
    mock.reset()
    with TestClient(make_studio(studio_database_url=store_url, studio_workers=0)) as client:
        studio = Studio(client, client.app.state.studio)  # ty: ignore[missing-attribute]
        provider = {**OPENAI, "display_name": "OpenAI", "api_base": mock.api_url, "api_key": "sk-mine-of-a-test-1"}
        studio.send("POST", "/api/config/provider", provider)
        for model in (MODEL, REASONS):
            studio.send("POST", "/api/config/model", {**OPENAI, "id": model})
        studio.send("PUT", "/api/config/model", {**OPENAI, "model_id": MODEL, "system_prompt": "The model's."})
        yield studio


def carry_out(own: Studio, run_id: str) -> JobHere:
    job = JobHere(own.database, own.user_id, run_id)
    policy = EgressPolicy(allow_private=True)
    handler = BenchmarkHandler(own.database, own.services.providers, own.services.clock, policy)
    asyncio.run(handler.run(job))
    own.end(run_id)
    return job


def profile(own: Studio, **more: Any) -> str:
    return own.send("POST", "/api/profiles", {"model_id": MODEL, "name": "Mine", **more})["profile_id"]


def bodies(mock: LlmMock) -> list[dict[str, Any]]:
    return [entry["body"] for entry in mock.log()]


def test_what_is_told_before_a_run_is_done_in_it_and_kept_with_it(own: Studio, mock: LlmMock) -> None:
    params = {"top_p": 2, "top_k": 5, "passthrough": {"verbosity": "low"}}
    wanted = {"targets": TARGETS, "max_tokens": 3, "temperature": 0.5, "provider_params": params, **QUICK}
    before = own.send("POST", "/api/benchmark/estimate", wanted)["adjustments"]
    assert [(told["model_id"], told["provider"], told["provider_key"]) for told in before] == [
        (MODEL, "OpenAI", "openai"),
        (REASONS, "OpenAI", "openai"),
    ]
    done = [{(item["param"], item["action"], item["adjusted"]) for item in told["adjustments"]} for told in before]
    both = {("top_p", "clamp", 1), ("top_k", "warn", 5)}
    assert done == [both, both | {("temperature", "clamp", 1.0), ("max_tokens", "rename", 3)}]

    run_id = own.send("POST", "/api/benchmark", wanted)["job_id"]
    job = carry_out(own, run_id)
    assert [fields["models"] for event, fields in job.events if event == "param_adjustments"] == [before]
    run = own.get(f"/api/history/{run_id}")
    assert run["adjustments"] == before
    sent = {"top_p": 1, "top_k": 5, "verbosity": "low"}
    first, second = (
        {"temperature": 0.5, "max_tokens": 3, **sent},
        {"temperature": 1.0, "max_completion_tokens": 3, **sent},
    )
    assert [target["params"] for target in run["targets"]] == [first, second]
    plain = {"model", "messages", "stream", "stream_options"}
    assert [{name: body[name] for name in body.keys() - plain} for body in bodies(mock)] == [first, second]


def test_a_profile_that_is_named_is_sent_and_its_prompt_goes_before_the_models(own: Studio, mock: LlmMock) -> None:
    version = own.send("POST", "/api/prompt-versions", {"prompt_text": "The profile's."})["version_id"]
    used = profile(own, params_json={"temperature": 0.1, "seed": 4}, prompt_version_id=version, is_default=True)
    wanted = {"targets": TARGETS[:1], **QUICK}
    plain = own.send("POST", "/api/benchmark", wanted)["job_id"]
    carry_out(own, plain)
    run_id = own.send("POST", "/api/benchmark", {**wanted, "profiles": {MODEL: used}})["job_id"]
    own.send("DELETE", f"/api/profiles/{used}")
    own.send("DELETE", f"/api/prompt-versions/{version}")
    carry_out(own, run_id)
    again = own.send("POST", f"/api/history/{run_id}/rerun")["job_id"]
    carry_out(own, again)
    without, first, second = bodies(mock)
    assert (without["temperature"], "seed" in without) == (0.7, False)  # a default is used where it is named
    assert without["messages"][0]["content"] == "The model's."
    for body in (first, second):
        assert (body["temperature"], body["seed"], body["max_tokens"]) == (0.1, 4, 512)
        assert body["messages"][0] == {"role": "system", "content": "The profile's."}
    names = [own.get(f"/api/history/{id_}")["targets"][0]["profile"] for id_ in (plain, run_id, again)]
    assert names == [None, "Mine", "Mine"]


def test_profiles_of_others_and_of_other_models_are_not_there(own: Studio) -> None:
    used = profile(own)
    wanted = {"targets": TARGETS, **QUICK}
    told = own.send("POST", "/api/benchmark", {**wanted, "profiles": {REASONS: used}}, status=422)
    assert told["detail"] == f"profiles: there is no profile {used} of {REASONS}."
    own.headers = sign_up(own.client, "bob@example.com")
    told = own.send("POST", "/api/benchmark", {**wanted, "profiles": {MODEL: used}}, status=422)
    assert told["detail"] == f"profiles: there is no profile {used} of {MODEL}."


def test_what_a_user_says_of_parameters_holds_for_their_runs(own: Studio) -> None:
    support = {"model_overrides": {REASONS: {"temperature": {"min": 0, "max": 2}}}}
    own.send("PUT", "/api/settings/phase10", {"param_support": support})
    (told,) = own.send("POST", "/api/benchmark/estimate", {"targets": TARGETS, **QUICK})["adjustments"]
    assert [change["param"] for change in told["adjustments"]] == ["max_tokens"]
