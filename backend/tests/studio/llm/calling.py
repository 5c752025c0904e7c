"""One call of a model, as tests make it."""

import asyncio
from typing import Any

import orjson

from src.studio.llm.answer import Answer
from src.studio.llm.client import ChatClient
from src.studio.llm.request import ChatRequest, Endpoint
from src.studio.llm.stamping import StampingConnector

KEY = "sk-the-key-in-use-4711"
MESSAGES = [{"role": "user", "content": "Say hello."}]


def call(base_url: str, *, model: str = "m", timeout: float = 20, times: int = 1, **options: Any) -> Answer:
    """Ask a model `times` times, one after another, and return what came of the last."""

    async def ask() -> Answer:
        endpoint = Endpoint(base_url, model, options.pop("api_key", KEY), **options)
        body = [endpoint.head() + orjson.dumps(MESSAGES) + b"}"]
        async with ChatClient(StampingConnector()) as client:
            for number in range(times):
                answer = Answer()
                await client.ask(ChatRequest(endpoint, f"request-{number}", body, timeout), answer)
        return answer

    return asyncio.run(ask())


def sentence_of(answer: Answer) -> str:
    """Return why a call failed."""
    assert answer.failure is not None
    return answer.failure.sentence
