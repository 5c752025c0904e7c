"""Models at the model server whose log is the truth, and what is asked of them."""

import asyncio
import json
import random
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from src.studio.exchange.asked import AskedModel
from src.studio.exchange.caller import Called, Caller
from src.studio.llm.egress import EgressPolicy
from tests.studio.llm_mock import LlmMock

KEY = "sk-the-key-in-use-4711"
HELLO = [{"role": "user", "content": "Say hello."}]


def script(mock: LlmMock, *rules: Mapping[str, Any]) -> None:
    """Forget what was, and answer by these rules."""
    mock.reset()
    body = json.dumps(rules).encode()
    urllib.request.urlopen(f"{mock.base_url}/_script", data=body).close()  # noqa: S310 - our own


def model_at(mock: LlmMock, model: str = "fast", **more: Any) -> AskedModel:
    """Return a model of the server; one with a slash in its name is called by the SDK's route."""
    is_sdk = "/" in model
    address = mock.base_url if is_sdk else mock.api_url
    given: dict[str, Any] = {
        "provider_key": "own",
        "api_key": KEY,
        "route": "sdk" if is_sdk else "native",
        "timeout_seconds": 20.0,
    }
    return AskedModel(target_id="0", model=model, base_url=address, **{**given, **more})


def called(
    model: AskedModel,
    messages: Sequence[Mapping[str, Any]] = (),
    *,
    policy: EgressPolicy | None = None,
    streamed: bool = True,
    **fields: Any,
) -> Called:
    """Return what comes of one call."""

    async def ask() -> Called:
        async with Caller(policy or EgressPolicy(), rng=random.Random(1)) as caller:  # noqa: S311 - jitter
            return await caller.ask(model, messages or HELLO, fields, streamed=streamed)

    return asyncio.run(ask())
