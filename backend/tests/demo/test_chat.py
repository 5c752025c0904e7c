"""The demo gateway's chat completions: OpenAI's shapes, their times, failures, and who may ask."""

import asyncio
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.demo.completions import Completion, sent
from src.demo.deployments import DEPLOYMENTS
from src.demo.gateway import DEMO_API_KEY, DEMO_STUDIO_API_KEY, create_demo_gateway
from src.demo.models import MODELS, Model
from src.demo.questions import Question, read_question
from src.demo.server import DemoGateway

FAST = "gemini-3-flash"
REASONING = "gpt-5.2"
FAILING = "gpt-4.1-mini"
BEARER = {"Authorization": f"Bearer {DEMO_STUDIO_API_KEY}"}


@pytest.fixture
def gateway() -> FastAPI:
    """Return a gateway that nobody has asked anything yet: chances go by the number of requests."""
    return create_demo_gateway()


@pytest.fixture
def studio(gateway: FastAPI) -> TestClient:
    return TestClient(gateway, headers=BEARER)


def asked(model: str = FAST, prompt: str = "Explain what an index does", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": prompt}], **more}


def completion(model: str = FAST, number: int = 1, **more: Any) -> Completion:
    return Completion(question(asked(model, **more)), number, created=0)


def question(body: dict[str, Any]) -> Question:
    return read_question(json.dumps(body).encode())


def chunks(stream: bytes) -> list[Any]:
    """Return a stream's events; what is no JSON as it is."""
    events = stream.decode().removesuffix("\n\n").split("\n\n")
    assert all(event.startswith("data: ") for event in events)
    return [event if "[DONE]" in event else json.loads(event[6:]) for event in events]


def deltas(stream: bytes) -> list[dict[str, Any]]:
    return [event["choices"][0]["delta"] for event in chunks(stream)[:-1]]


def test_an_answer_in_one_piece_has_openais_shape(studio: TestClient) -> None:
    body = studio.post("/v1/chat/completions", json=asked()).json()
    (choice,) = body["choices"]
    assert (body["object"], body["model"], choice["finish_reason"]) == ("chat.completion", FAST, "stop")
    assert choice["message"]["role"] == "assistant"
    words = len(choice["message"]["content"].split())
    assert words >= MODELS[FAST].tokens
    assert body["usage"] == {
        "completion_tokens": words,
        "prompt_tokens": 5,
        "total_tokens": words + 5,
        "completion_tokens_details": {"reasoning_tokens": 0},
        "prompt_tokens_details": {"cached_tokens": 0},
    }


def test_a_stream_says_the_same_in_pieces(studio: TestClient) -> None:
    whole = studio.post("/chat/completions", json=asked()).json()
    body = asked(stream=True, stream_options={"include_usage": True})
    answer = studio.post("/v1/chat/completions", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *events, end, usage, done = chunks(answer.content)
    assert events[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert {event["object"] for event in [*events, end, usage]} == {"chat.completion.chunk"}
    text = "".join(event["choices"][0]["delta"]["content"] for event in events)
    assert text == whole["choices"][0]["message"]["content"]
    assert (end["choices"][0]["finish_reason"], done) == ("stop", "data: [DONE]")
    assert usage["usage"] == whole["usage"]


def test_usage_is_streamed_only_when_asked_for(studio: TestClient) -> None:
    answer = studio.post("/v1/chat/completions", json=asked(stream=True, max_tokens=1))
    assert not any("usage" in event for event in chunks(answer.content)[:-1])


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("model", [FAST, REASONING])
def test_the_limit_of_tokens_is_kept(name: str, model: str) -> None:
    body = json.loads(completion(model, **{name: 3}).body())
    assert body["usage"]["completion_tokens"] == 3
    assert body["choices"][0]["finish_reason"] == "length"


def test_reasoning_comes_first_and_is_counted_apart() -> None:
    planned = completion(REASONING)
    message = json.loads(planned.body())["choices"][0]["message"]
    thought = len(message["reasoning_content"].split())
    assert thought >= MODELS[REASONING].reasoning
    assert planned.usage["completion_tokens_details"]["reasoning_tokens"] == thought
    assert planned.usage["completion_tokens"] == thought + len(message["content"].split())
    kinds = [next(iter(delta)) for delta in deltas(b"".join(event for _, event in planned.events()))[1:-1]]
    assert kinds == sorted(kinds, reverse=True)
    assert set(kinds) == {"reasoning_content", "content"}


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_tokens_are_due_when_the_table_says(model: Model) -> None:
    planned = completion(model.name, number=2)
    dues = [due for due, _ in planned.events() if due][:-1] if not planned.breaks_off else []
    slack = model.jitter / 100
    allowed = model.first_token_ms * slack + 1
    assert dues == sorted(dues)
    for place, due in enumerate(dues):
        on_grid = model.first_token_ms + place * model.per_chunk * model.ms_per_token
        assert abs(due - on_grid) <= allowed + model.ms_per_token * (slack + model.per_chunk)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_a_request_takes_a_third_of_a_second_to_two_and_a_half(model: Model) -> None:
    assert 300 <= completion(model.name).end <= 2_500


def test_a_benchmark_of_all_models_is_soon_done() -> None:
    """With a warm-up and three runs of each, one after another."""
    seconds = sum(completion(name, number).end for name in MODELS for number in range(1, 5)) / 1000
    assert seconds < 32


def test_a_long_prompt_delays_the_first_token() -> None:
    short, long = (completion(FAST, prompt="word " * words).events()[1].due for words in (10, 50_000))
    assert long - short == pytest.approx(MODELS[FAST].prompt_ms * 49.99)


def test_the_same_request_has_the_same_times_after_each_start() -> None:
    once, again, next_one = (completion(FAST, number).events() for number in (1, 1, 2))
    assert once == again
    assert [due for due, _ in once] != [due for due, _ in next_one]


def test_events_are_sent_when_they_are_due() -> None:
    events = completion(FAST).events()

    async def lateness() -> list[float]:
        now = asyncio.get_running_loop().time
        start, late = now(), []
        async for event in sent(events, start):
            due = next(timed.due for timed in events if timed.event == event)
            late.append((now() - start) * 1000 - due)
        return late

    late = asyncio.run(lateness())
    assert len(late) == len(events)
    assert min(late) > -1
    assert sorted(late)[len(late) // 2] < 100


def test_many_streams_run_side_by_side() -> None:
    names = [name for name, model in MODELS.items() if name != FAILING for _ in range(model.at_once)]
    with DemoGateway() as gateway, ThreadPoolExecutor(len(names)) as pool:

        def ask(name: str) -> str:
            body = asked(name, stream=True)
            return requests.post(
                f"{gateway.base_url}/v1/chat/completions", json=body, headers=BEARER, timeout=60
            ).text

        start = time.monotonic()
        answers = list(pool.map(ask, names))
        seconds = time.monotonic() - start
    assert all(answer.endswith("data: [DONE]\n\n") for answer in answers)
    assert seconds < sum(completion(name).end for name in names) / 1000 / 3


def test_one_model_fails_as_often_as_documented_and_the_others_never() -> None:
    fates = Counter(fate(completion(FAILING, number)) for number in range(1, 2_001))
    shares = {name: count / 2_000 for name, count in fates.items()}
    assert shares.pop("answered") == pytest.approx(0.85, abs=0.03)
    assert shares == {
        "503": pytest.approx(0.06, abs=0.02),
        "429": pytest.approx(0.04, abs=0.02),
        "breaks off": pytest.approx(0.05, abs=0.02),
    }
    for name in MODELS.keys() - {FAILING}:
        assert {fate(completion(name, number)) for number in range(1, 200)} == {"answered"}


def fate(planned: Completion) -> str:
    if planned.failure:
        return planned.failure.code
    return "breaks off" if planned.breaks_off else "answered"


def number_of(wanted: str) -> int:
    return next(number for number in range(1, 500) if fate(completion(FAILING, number)) == wanted)


@pytest.mark.parametrize(("code", "kind"), [("503", "internal_server_error"), ("429", "throttling_error")])
def test_a_failure_says_when_to_try_again(gateway: FastAPI, studio: TestClient, code: str, kind: str) -> None:
    gateway.state.asked[FAILING] = number_of(code) - 1
    answer = studio.post("/v1/chat/completions", json=asked(FAILING, stream=True))
    assert (answer.status_code, answer.headers["retry-after"]) == (int(code), "1")
    error = answer.json()["error"]
    assert (error["type"], error["param"], error["code"]) == (kind, None, code)
    assert FAILING in error["message"]


def test_an_answer_that_breaks_off_ends_with_an_error(gateway: FastAPI, studio: TestClient) -> None:
    gateway.state.asked[FAILING] = number_of("breaks off") - 1
    answer = studio.post("/v1/chat/completions", json=asked(FAILING, stream=True))
    *events, error = chunks(answer.content)
    assert answer.status_code == 200
    assert error["error"]["code"] == "500"
    assert len(events) > 5
    assert not any(event["choices"][0]["finish_reason"] for event in events)
    gateway.state.asked[FAILING] -= 1
    assert studio.post("/v1/chat/completions", json=asked(FAILING)).status_code == 500


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"messages": [{"role": "user", "content": "x"}]}, "Invalid model name passed in model=None"),
        (asked("text-embedding-3-large"), "Invalid model name passed in model=text-embedding-3-large"),
        ({"model": ["x"], "messages": []}, "Invalid model name"),
        ({"model": FAST}, "Missing required parameter: 'messages'"),
        ({"model": FAST, "messages": []}, "at least one message"),
        ({"model": FAST, "messages": "x"}, "at least one message"),
        (asked(max_tokens=0), "'max_tokens' must be an integer of at least 1"),
        (asked(max_tokens="many"), "'max_tokens' must be an integer"),
        (asked(stream_options="x"), "'stream_options' has to be an object"),
        (asked(tools=[{"type": "function"}]), "a function with a name"),
        (asked(tools="x"), "a function with a name"),
        (asked(tool_choice={"function": {"name": "x"}}), "not among 'tools'"),
        (asked("claude-haiku-4-5", prompt="x " * 200_001), "ContextWindowExceededError"),
        ([], "has to be an object"),
    ],
)
def test_a_request_that_makes_no_sense_is_a_400(studio: TestClient, body: Any, what: str) -> None:
    answer = studio.post("/v1/chat/completions", json=body)
    assert answer.status_code == 400
    assert what in answer.json()["error"]["message"]
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_body_that_is_no_json_is_a_400(studio: TestClient) -> None:
    answer = studio.post("/v1/chat/completions", content=b'{"model":')
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "request_body")


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions", "/models", "/v1/models"])
def test_the_dashboards_key_calls_no_model(studio: TestClient, path: str) -> None:
    method = "GET" if path.endswith("models") else "POST"
    answer = studio.request(method, path, json=asked(), headers={"Authorization": f"Bearer {DEMO_API_KEY}"})
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Virtual key is not allowed to call this route.")
    assert answer.json()["detail"].endswith(f"Tried to call route: {path}")


@pytest.mark.parametrize("path", ["/team/list", "/team/daily/activity", "/spend/logs/v2"])
def test_studios_key_sees_no_team(studio: TestClient, path: str) -> None:
    assert studio.get(path).status_code == 403


@pytest.mark.parametrize("header", [None, "", "Bearer sk-other", f"Basic {DEMO_STUDIO_API_KEY}"])
def test_nobody_else_calls_a_model(studio: TestClient, header: str | None) -> None:
    studio.headers.pop("Authorization")
    answer = studio.post(
        "/v1/chat/completions", json=asked(), headers={} if header is None else {"Authorization": header}
    )
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "auth_error")


@pytest.mark.parametrize("path", ["/models", "/v1/models"])
def test_models_are_listed_once_by_the_names_that_they_are_called_by(studio: TestClient, path: str) -> None:
    listed = studio.get(path).json()
    names = [model["id"] for model in listed["data"]]
    assert listed["object"] == "list"
    assert sorted(names) == sorted({deployment.public_name for deployment in DEPLOYMENTS})
    assert {model["id"] for model in listed["data"] if model["mode"] == "chat"} == set(MODELS)


@pytest.mark.parametrize("path", ["/model/info", "/v1/model/info"])
def test_what_a_model_can_do_and_costs_is_told(studio: TestClient, path: str) -> None:
    told = {model["model_name"]: model["model_info"] for model in studio.get(path).json()["data"]}
    model = told[REASONING]
    assert (model["mode"], model["max_input_tokens"], model["max_output_tokens"]) == ("chat", 272_000, 128_000)
    assert model["output_cost_per_token"] == pytest.approx(14e-6)
    assert (model["supports_function_calling"], model["supports_reasoning"]) == (True, True)
    assert told[FAST]["supports_reasoning"] is False
    assert told["text-embedding-3-large"]["supports_function_calling"] is None


def test_the_made_up_usage_is_as_quick_as_the_models() -> None:
    chats = [deployment for deployment in DEPLOYMENTS if deployment.mode == "chat"]
    quickest = {
        name: min(each.ms_per_token for each in chats if each.public_name == name)
        for name in {deployment.public_name for deployment in chats}
    }
    assert quickest == {name: model.ms_per_token for name, model in MODELS.items()}


def test_a_model_answers_so_many_at_once_and_others_wait_for_their_turn() -> None:
    """Three times as many as it answers at once take three times as long; the first wait for none."""
    count = MODELS["qwen3-coder"].at_once
    with DemoGateway() as demo, ThreadPoolExecutor(3 * count) as pool:

        def ask(_: int) -> float:
            began = time.monotonic()
            body = asked("qwen3-coder", stream=True, max_tokens=1)
            url = f"{demo.base_url}/v1/chat/completions"
            with requests.post(url, json=body, headers=BEARER, stream=True, timeout=30) as answer:
                assert b"[DONE]" in answer.content
            return time.monotonic() - began

        took = sorted(pool.map(ask, range(3 * count)))
    single = MODELS["qwen3-coder"].first_token_ms / 1000
    assert took[count] > 1.5 * single
    assert took[-1] > 2.4 * single
