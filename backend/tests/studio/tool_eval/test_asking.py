"""What runs can be asked for, what is refused and with which words, and what they would come to."""

from typing import Any

import pytest

from tests.studio.llm_mock import LlmMock
from tests.studio.tool_eval.conftest import CHAT, HISTORY, MAIL, TOOLS, WEATHER, Evals


def refused(evals: Evals, wish: dict[str, Any], status: int) -> str:
    return evals.send("POST", "/api/tool-eval", wish, status)["detail"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tool_choice": "sometimes"}, "tool_choice: it is one of required, auto, none."),
        ({"targets": [{"provider_key": "gateway", "model_id": "gone"}]}, "gone: There is no such model."),
        (
            {"categories": ["none such"]},
            "None of the suite's cases is asked for: case_ids and categories leave none.",
        ),
    ],
)
def test_what_cannot_be_asked_is_400(evals: Evals, change: dict[str, Any], told: str) -> None:
    assert refused(evals, evals.wish(evals.suite(WEATHER)) | change, 400) == told


def test_a_suite_without_cases_is_400_and_none_is_404(evals: Evals) -> None:
    empty = evals.wish(evals.suite())
    assert refused(evals, empty, 400) == "The suite has no cases. Add one before you ask models."
    assert refused(evals, empty | {"suite_id": "f" * 32}, 404) == "There is no such suite."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"judge": {"enabled": True}}, "judge"),
        ({"auto_judge": True}, "auto_judge"),
        ({"experiment_id": "x"}, "there are no experiments yet"),
        ({"provider_params": {"tools": []}}, "may not set tools"),
        ({"provider_params": {"passthrough": {"tool_choice": "auto"}}}, "may not set tool_choice"),
        ({"system_prompt": {"gateway::gone": "Hi"}}, "gateway::gone is none of the models"),
        ({"profiles": {"gone": "x"}}, "gone is none of the models"),
        ({"repeats": 101}, "repeats"),
        ({"repeats": 0}, "repeats"),
        ({"concurrency": 33}, "concurrency"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"temperature": 2.1}, "temperature"),
        ({"profile": "lenient"}, "profile"),
        ({"streaming": "maybe"}, "streaming: must be auto, true or false."),
        ({"system_prompt": ["Hi"]}, "system_prompt: must be a text, or an object of texts"),
        ({"system_prompt": {"gateway::fast": 1}}, "system_prompt: must be a text, or an object of texts"),
        ({"system_prompt": "a" * 50_001}, "system_prompt: may have 50,000 characters at most."),
        ({"system_prompt": "\0"}, "system_prompt: must not have a character of code 0."),
        ({"case_ids": ["nope"]}, "case_ids"),
        ({"case_ids": ["f" * 32]}, f"case_ids: the suite has no case {'f' * 32}."),
        ({"unknown": 1}, "unknown"),
        ({"targets": []}, "name one model at least"),
    ],
)
def test_what_has_the_wrong_form_is_422_and_names_the_field(
    evals: Evals, change: dict[str, Any], told: str
) -> None:
    assert told in refused(evals, evals.wish(evals.suite(WEATHER)) | change, 422)


def test_what_earlier_clients_send_is_taken(evals: Evals) -> None:
    nothing = {"judge": {"enabled": False}, "auto_judge": False, "judge_concurrency": 4, "experiment_id": None}
    nothing |= {"profiles": None, "provider_params": None, "system_prompt": None, "auto_judge_threshold": None}
    wish = {"suite_id": evals.suite(WEATHER), "models": ["fast"], **nothing}
    run_id = evals.send("POST", "/api/tool-eval", wish)["job_id"]
    run = evals.get(f"{HISTORY}/{run_id}", results=False)
    assert (run["tool_choice"], run["temperature"], run["repeats"]) == ("required", 0.0, 1)


def test_models_that_are_not_there_are_named_and_the_others_are_asked(evals: Evals) -> None:
    run = evals.asked(evals.suite(WEATHER), "fast", "gone")
    assert [target["model_id"] for target in run["targets"]] == ["fast"]
    assert [(one["model_id"], one["reason"]) for one in run["skipped"]] == [("gone", "There is no such model.")]


def test_required_calls_make_irrelevance_meaningless_and_it_is_said(evals: Evals) -> None:
    run_id = evals.ask(evals.suite(WEATHER, CHAT), tool_choice="required")
    job = evals.carry_out(run_id)
    (sentence,) = [fields["detail"] for event, fields in job.events if event == "eval_warning"]
    assert sentence.startswith("1 case wants no call, which means nothing with tool_choice required")
    assert evals.get(f"{HISTORY}/{run_id}", results=False)["warnings"] == [sentence]


def test_some_cases_are_asked_by_their_ids_or_categories(evals: Evals) -> None:
    suite_id = evals.suite(WEATHER, MAIL, CHAT)
    cases = evals.get(f"/api/tool-suites/{suite_id}")["test_cases"]
    run = evals.asked(suite_id, case_ids=[cases[2]["id"], cases[0]["id"]])
    assert [result["test_case"] for result in run["results"]] == ["weather", "chat"]
    assert [case["index"] for case in evals.get(f"{HISTORY}/{run['id']}/matrix")["cases"]] == [0, 2]
    assert run["all_cases"] is False
    run = evals.asked(suite_id, categories=["mail"])
    assert [result["test_case"] for result in run["results"]] == ["mail"]
    assert evals.asked(suite_id)["all_cases"] is True


def test_what_is_sent_is_what_was_asked_for(evals: Evals, mock: LlmMock) -> None:
    suite_id = evals.suite(WEATHER, system_prompt="Of the suite.")
    prompts = {"gateway::tools-weak": "Of the model.", "_global": ""}
    wish = {"temperature": 0.5, "max_tokens": 99, "parallel_tool_calls": False, "streaming": False}
    evals.asked(suite_id, "fast", "tools-weak", system_prompt=prompts, provider_params={"top_p": 0.5}, **wish)
    fast, weak = sorted(mock.log(), key=lambda entry: entry["model"])
    assert fast["body"]["messages"][0] == {"role": "system", "content": "Of the suite."}
    assert weak["body"]["messages"][0] == {"role": "system", "content": "Of the model."}
    sent = {
        name: fast["body"].get(name) for name in ("temperature", "max_tokens", "top_p", "stream", "tool_choice")
    }
    assert sent == {"temperature": 0.5, "max_tokens": 99, "top_p": 0.5, "stream": False, "tool_choice": "auto"}
    assert fast["body"]["parallel_tool_calls"] is False
    assert fast["body"]["tools"] == TOOLS


def test_an_empty_prompt_of_a_model_is_none_whatever_else_there_is(evals: Evals, mock: LlmMock) -> None:
    profile = {"model_id": "fast", "name": "Careful", "system_prompt": "Of the profile."}
    profile_id = evals.send("POST", "/api/profiles", profile)["profile_id"]
    suite_id, prompts = (
        evals.suite(WEATHER, system_prompt="Of the suite."),
        {"gateway::fast": "", "_global": "All."},
    )
    run = evals.asked(suite_id, "fast", "tools-weak", system_prompt=prompts, profiles={"fast": profile_id})
    fast, weak = sorted(mock.log(), key=lambda entry: entry["model"])
    assert [message["role"] for message in fast["body"]["messages"]] == ["user"]
    assert weak["body"]["messages"][0] == {"role": "system", "content": "All."}
    assert [target["system_prompt"] for target in run["targets"]] == [None, "All."]


def test_a_profile_is_what_a_model_is_asked_with(evals: Evals, mock: LlmMock) -> None:
    profile = {
        "model_id": "fast",
        "name": "Careful",
        "system_prompt": "Of the profile.",
        "params_json": {"seed": 7},
    }
    profile_id = evals.send("POST", "/api/profiles", profile)["profile_id"]
    run = evals.asked(evals.suite(WEATHER, system_prompt="Of the suite."), profiles={"fast": profile_id})
    (entry,) = mock.log()
    assert (entry["body"]["messages"][0]["content"], entry["body"]["seed"]) == ("Of the profile.", 7)
    assert run["targets"][0]["profile"] == "Careful"


def test_an_estimate_tells_requests_tokens_and_what_it_rests_on(evals: Evals) -> None:
    turns = {"multi_turn": True, "turns": [{"prompt": "Thanks", "should_call_tool": False}]}
    wish = evals.wish(evals.suite(WEATHER, {**MAIL, **turns}, CHAT), "fast", "tools-weak", repeats=5)
    told = evals.send("POST", "/api/tool-eval/estimate", wish)
    assert told["requests"] == (1 + 3 + 1) * 5 * 2
    assert told["input_tokens"] > told["output_tokens"] > 0
    assert (told["cost"], told["minutes"]) == (None, None)  # the model server has no prices, and was not asked yet
    assert "The cost is not known: a model has no price." in told["assumptions"]
    evals.asked(wish["suite_id"], "fast", "tools-weak")
    assert evals.send("POST", "/api/tool-eval/estimate", wish)["minutes"] > 0
    assert evals.get(HISTORY)["runs"][0]["results_total"] == 6  # the estimates left no run


def test_what_is_estimated_or_refused_leaves_no_version(evals: Evals) -> None:
    suite_id = evals.suite(WEATHER)
    evals.send("POST", "/api/tool-eval/estimate", evals.wish(suite_id))
    refused(evals, evals.wish(suite_id, "gone"), 400)
    evals.send("PUT", f"/api/admin/users/{evals.user_id}/rate-limit", {"benchmarks_per_hour": 1})
    other = evals.ask(evals.suite(MAIL))
    refused(evals, evals.wish(suite_id), 429)
    assert evals.get(f"/api/tool-suites/{suite_id}/versions")["versions"] == []
    assert [run["id"] for run in evals.get(HISTORY)["runs"]] == [other]


def test_a_suite_that_is_deleted_before_its_run_is_kept_is_404(
    evals: Evals, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite_id = evals.suite(WEATHER)
    submit = evals.services.jobs.submit

    def too_late(*given: Any, **more: Any) -> Any:
        evals.send("DELETE", f"/api/tool-suites/{suite_id}")
        return submit(*given, **more)

    monkeypatch.setattr(evals.services.jobs, "submit", too_late)
    assert refused(evals, evals.wish(suite_id), 404) == "There is no such suite."
    assert evals.get("/api/jobs")["jobs"] == []


def test_too_many_answers_are_refused(evals: Evals) -> None:
    cases = [WEATHER | {"name": f"case {at}"} for at in range(501)]
    wish = evals.wish(evals.suite(*cases), "fast", "tools-weak", repeats=100)
    assert "these are 100,200 answers in all" in refused(evals, wish, 422)
    assert "these are 100,200 answers in all" in evals.send("POST", "/api/tool-eval/estimate", wish, 422)["detail"]


def test_a_run_is_cancelled_by_its_own_address(evals: Evals) -> None:
    run_id = evals.ask(evals.suite(WEATHER))
    evals.send("POST", "/api/tool-eval/cancel", {"job_id": "f" * 32})
    assert evals.get(f"/api/jobs/{run_id}")["status"] == "pending"
    evals.send("POST", "/api/tool-eval/cancel")
    assert evals.get(f"/api/jobs/{run_id}")["status"] == "cancelled"
    assert evals.get(f"{HISTORY}/{run_id}")["state"] == "cancelled"
