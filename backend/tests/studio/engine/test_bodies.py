"""Bodies hold exactly the words that were asked for, begin differently each time, and share what is large."""

import tracemalloc
from typing import Any

import orjson
import pytest

from src.studio.engine import bodies
from src.studio.engine.bodies import Body
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target
from src.studio.engine.synthetic import NONCE_WORDS, WORDS

PROMPT = [{"role": "user", "content": "Say hello."}]


def maker(
    messages: list[dict[str, Any]], *, nonce: bool = True, models: int = 1, tokens: tuple[int, ...] = (0,)
) -> tuple[bodies.Bodies, list[Planned]]:
    targets = [Target(str(number), "p", f"m{number}", "http://host") for number in range(models)]
    requests = [
        Planned(f"{target.id}/{length}", target.id, "p", input_tokens=length)
        for length in tokens
        for target in targets
    ]
    plan = Plan(targets, {"p": messages}, [Lane("l", [Block(1, requests)])], nonce=nonce)
    return bodies.Bodies(plan), requests


def sent(body: Body) -> list[dict[str, Any]]:
    return orjson.loads(b"".join(body.pieces))["messages"]


def words(text: str) -> list[str]:
    return [f" {word}" for word in text.removeprefix(" ").split(" ")]


@pytest.mark.parametrize("tokens", [1, 7, 8, 9, 1000, 50_000])
@pytest.mark.parametrize("nonce", [True, False])
def test_the_context_has_exactly_so_many_words(tokens: int, *, nonce: bool) -> None:
    made, [request] = maker(PROMPT, nonce=nonce, tokens=(tokens,))
    body = made.body(request)
    [message] = sent(body)
    context, _, prompt = message["content"].partition("\n\n")
    assert (prompt, len(words(context)), set(words(context)) - set(WORDS)) == ("Say hello.", tokens, set())
    assert body.chars == len(message["content"])
    assert body.estimated_tokens == tokens + 2  # "Say hello." has ten bytes


def test_requests_begin_differently_and_only_there() -> None:
    made, [request] = maker(PROMPT, tokens=(100,))
    texts = [sent(made.body(request))[0]["content"] for _ in range(50)]
    starts = {tuple(words(text)[:NONCE_WORDS]) for text in texts}
    ends = {tuple(words(text)[NONCE_WORDS:]) for text in texts}
    assert (len(starts), len(ends)) == (50, 1)


def test_without_a_context_the_nonce_stands_before_the_prompt_and_a_system_message_stays_as_it_is() -> None:
    system = {"role": "system", "content": "Be kind."}
    made, [request] = maker([system, *PROMPT])
    first, second = sent(made.body(request))
    assert first == system
    assert second["content"].endswith("\n\nSay hello.")
    assert len(words(second["content"].partition("\n\n")[0])) == NONCE_WORDS


@pytest.mark.parametrize("content", ["", "nul \0nonce\0 nul", 'a "quote" \\ \n 🦙', "x" * 200_000])
def test_without_nonce_and_context_messages_go_as_they_are(content: str) -> None:
    messages = [{"role": "user", "content": content}]
    made, [request] = maker(messages, nonce=False)
    assert sent(made.body(request)) == messages
    made, [request] = maker(messages, tokens=(10,))
    assert sent(made.body(request))[0]["content"].partition("\n\n")[2] == content


def test_parts_and_empty_contents_get_their_words_too() -> None:
    parts = [{"type": "text", "text": "Look."}, {"type": "image_url", "image_url": {"url": "data:"}}]
    made, [request] = maker([{"role": "user", "content": parts}], tokens=(3,))
    [message] = sent(made.body(request))
    assert message["content"][1:] == parts
    assert len(words(message["content"][0]["text"].removesuffix("\n\n"))) == 3
    made, [request] = maker([{"role": "assistant", "content": None}], tokens=(3,))
    assert sent(made.body(request))[0]["content"].endswith("\n\n")
    made, [request] = maker([])
    assert sent(made.body(request)) == []


def test_a_hundred_models_and_a_hundred_requests_share_a_long_prompt() -> None:
    tracemalloc.start()
    try:
        made, requests = maker([{"role": "user", "content": "x" * 500_000}], models=100, tokens=(0, 100_000))
        for request in requests:
            made.prepare(request)
        held = [made.body(request) for request in requests]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(held) == 200
    assert most < 30_000_000  # 200 MB, were they not shared


def test_prompts_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST_CACHE", 10_000)
    made, requests = maker(PROMPT, tokens=tuple(range(100, 1100, 10)))
    for request in requests:
        made.prepare(request)
    assert sum(len(kept.after) for kept in made._messages.values()) <= 10_000
    assert len(sent(made.body(requests[0]))) == 1


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_request_s_own_limit_takes_the_place_of_its_target_s(name: str) -> None:
    targets = [Target("t", "p", "m", "http://host", params={name: 50, "temperature": 0})]
    requests = [Planned(str(limit), "t", "p", output_tokens=limit) for limit in (None, 7, 9)]
    made = bodies.Bodies(Plan(targets, {"p": PROMPT}, [Lane("l", [Block(1, requests)])]))
    for limit, request in zip((50, 7, 9), requests, strict=True):
        body = orjson.loads(b"".join(made.body(request).pieces))
        assert {key: body[key] for key in body if "max" in key or key == "temperature"} == {
            name: limit,
            "temperature": 0,
        }
