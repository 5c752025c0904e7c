"""Benchmarks of providers of one's own, at a model server whose log is the truth."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.studio.accounts.user import Caller
from src.studio.benchmarks.handler import BenchmarkHandler
from src.studio.jobs.handler import JobFailedError
from src.studio.llm import sdk
from src.studio.llm.egress import EgressPolicy
from tests.conftest import SettableClock
from tests.studio.benchmarks.conftest import JobHere, Studio
from tests.studio.conftest import MakeStudio
from tests.studio.llm_mock import LlmMock

CALLER = Caller("127.0.0.1")
KEY = "sk-of-my-own-provider-1"
MINE = {"provider_key": "mine"}


@pytest.fixture
def own(make_studio: MakeStudio, store_url: str, mock: LlmMock, clock: SettableClock) -> Iterator[Studio]:
    """Return Studio without a gateway, and with a provider that is the model server."""
    mock.reset()
    with TestClient(make_studio(studio_database_url=store_url, studio_workers=0)) as client:
        studio = Studio(client, client.app.state.studio)  # ty: ignore[missing-attribute]
        provider = {**MINE, "display_name": "Mine", "api_base": mock.api_url, "api_key": KEY}
        studio.send("POST", "/api/config/provider", {**provider, "model_id_prefix": "org"})
        studio.send("POST", "/api/config/model", {**MINE, "id": "fast"})
        yield studio


def start(own: Studio, *models: str, **changes: Any) -> str:
    targets = [{**MINE, "model_id": model} for model in models or ("org/fast",)]
    return own.send(
        "POST", "/api/benchmark", {"targets": targets, "prompt": "Count.", "warmup": False, **changes}
    )["job_id"]


def carry_out(own: Studio, run_id: str, policy: EgressPolicy = EgressPolicy(allow_private=True)) -> JobHere:  # noqa: B008
    job = JobHere(own.database, own.user_id, run_id)
    handler = BenchmarkHandler(own.database, own.services.providers, own.services.clock, policy)
    asyncio.run(handler.run(job))
    own.end(run_id)
    return job


def change(own: Studio, **values: Any) -> None:
    own.send("PUT", "/api/config/model", {**MINE, "model_id": "org/fast", **values})


def test_all_that_is_said_of_a_model_is_in_the_request_that_is_sent(own: Studio, mock: LlmMock) -> None:
    change(
        own, display_name="Fast one", system_prompt="You count.", skip_params=["temperature"],
        custom_fields={"reasoning_effort": "low"}, input_cost_per_mtok=3, output_cost_per_mtok=15,
    )  # fmt: skip
    run_id = start(own, max_tokens=7)
    carry_out(own, run_id)
    (entry,) = mock.log()
    body = entry["body"]
    assert body["model"] == "fast"
    assert body["messages"][0] == {"role": "system", "content": "You count."}
    assert body["messages"][1]["content"].endswith("Count.")
    assert (body["reasoning_effort"], body["max_tokens"]) == ("low", 7)
    assert body.keys().isdisjoint({"temperature", "metadata"})
    run = own.get(f"/api/history/{run_id}")
    (result,), (target,) = run["results"], run["targets"]
    usage = entry["usage"]
    assert result["cost"] == pytest.approx((usage["prompt_tokens"] * 3 + usage["completion_tokens"] * 15) / 1e6)
    assert (result["model_id"], result["model"], result["provider"]) == ("org/fast", "Fast one", "Mine")
    assert (target["price_source"], target["price_at"]) == ("user", "2026-11-20")
    assert run["adjustments"][0]["adjustments"][0]["param"] == "temperature"
    assert KEY not in str(run)
    last = own.get("/api/config")["providers"]["Mine"]["models"][0]["last_measured"]
    assert last["run_id"] == run_id


def test_a_providers_time_out_holds_for_its_requests(own: Studio) -> None:
    own.send("POST", "/api/config/model", {**MINE, "id": "slow"})
    own.send("PUT", "/api/config/provider", {**MINE, "timeout": 1})
    run_id = start(own, "org/slow")
    with pytest.raises(JobFailedError, match="not complete after 1 seconds"):
        carry_out(own, run_id)


def test_ids_alone_are_found_at_ones_own_providers(own: Studio) -> None:
    body = {"models": ["org/fast"], "warmup": False}
    run_id = own.send("POST", "/api/benchmark", body)["job_id"]
    carry_out(own, run_id)
    assert own.get(f"/api/history/{run_id}")["results"][0]["success_count"] == 1


def test_deleting_a_model_or_a_provider_keeps_what_was_measured(own: Studio) -> None:
    change(own, input_cost_per_mtok=1, output_cost_per_mtok=1)
    run_id = start(own)
    carry_out(own, run_id)
    before = own.get(f"/api/history/{run_id}")
    own.send("DELETE", "/api/config/model", {**MINE, "model_id": "org/fast"})
    assert own.get(f"/api/history/{run_id}") == before
    own.send("DELETE", "/api/config/provider", MINE)
    assert own.get(f"/api/history/{run_id}") == before
    assert len(own.get(f"/api/history/{run_id}/records")["records"]) == 1


def test_what_was_deleted_before_the_run_began_fails_it_with_the_reason(own: Studio, mock: LlmMock) -> None:
    run_id = start(own)
    own.services.vault.delete(own.services.accounts.user(own.user_id), "mine", CALLER)
    with pytest.raises(JobFailedError, match=r"^There is no key for Mine any more"):
        carry_out(own, run_id)
    own.send("DELETE", "/api/config/provider", MINE)
    with pytest.raises(JobFailedError, match=r"^The provider Mine \(mine\) is not set up any more.$"):
        carry_out(own, run_id)
    assert mock.log() == []


def test_models_that_are_not_there_are_named(own: Studio) -> None:
    run_id = start(own, "org/gone")
    with pytest.raises(JobFailedError, match=r"^org/gone: There is no such model.$"):
        carry_out(own, run_id)


def test_a_provider_that_needs_the_pack_says_so(own: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "sdk_available", lambda: False)
    own.send("POST", "/api/config/provider", {"provider_key": "anthropic", "display_name": "Anthropic"})
    own.send("POST", "/api/config/model", {"provider_key": "anthropic", "id": "claude"})
    targets = [{"provider_key": "anthropic", "model_id": "claude"}]
    run_id = own.send("POST", "/api/benchmark", {"targets": targets})["job_id"]
    with pytest.raises(
        JobFailedError,
        match=r"^claude: This provider is called through LiteLLM's SDK, which is not installed here.",
    ):
        carry_out(own, run_id)


def test_an_address_that_is_not_open_is_not_called(own: Studio, mock: LlmMock) -> None:
    run_id = start(own)
    with pytest.raises(JobFailedError, match="not open here"):
        carry_out(own, run_id, EgressPolicy())
    assert mock.log() == []


needs_pack = pytest.mark.skipif(not sdk.sdk_available(), reason="LiteLLM's SDK is not installed")


@needs_pack
@pytest.mark.parametrize("key", ["anthropic", "gemini"])
def test_who_speaks_a_dialect_of_its_own_is_called_through_the_sdk_and_marked(
    own: Studio, mock: LlmMock, key: str
) -> None:
    provider = {"provider_key": key, "display_name": key, "api_base": mock.base_url, "api_key": KEY}
    own.send("POST", "/api/config/provider", {**provider, "model_id_prefix": key})
    own.send("POST", "/api/config/model", {"provider_key": key, "id": "fast", "system_prompt": "You count."})
    targets = [{"provider_key": key, "model_id": f"{key}/fast"}, {**MINE, "model_id": "org/fast"}]
    run_id = own.send("POST", "/api/benchmark", {"targets": targets, "prompt": "Count.", "warmup": False})[
        "job_id"
    ]
    carry_out(own, run_id)
    run = own.get(f"/api/history/{run_id}")
    assert [(target["provider_key"], target["route"]) for target in run["targets"]] == [
        (key, "sdk"),
        ("mine", "native"),
    ]
    assert [result["success_count"] for result in run["results"]] == [1, 1], run["results"]
    assert {entry["protocol"] for entry in mock.log()} == {key, "openai"}
    assert "You count." in str([entry["body"] for entry in mock.log() if entry["protocol"] == key])


@needs_pack
def test_an_address_that_is_not_open_is_not_called_through_the_sdk_either(own: Studio, mock: LlmMock) -> None:
    own.send(
        "POST",
        "/api/config/provider",
        {"provider_key": "anthropic", "display_name": "A", "api_base": mock.base_url, "api_key": KEY},
    )
    own.send("POST", "/api/config/model", {"provider_key": "anthropic", "id": "fast"})
    run_id = own.send(
        "POST", "/api/benchmark", {"targets": [{"provider_key": "anthropic", "model_id": "fast"}], "warmup": False}
    )["job_id"]
    with pytest.raises(JobFailedError, match="not open here"):
        carry_out(own, run_id, EgressPolicy())
    assert mock.log() == []
