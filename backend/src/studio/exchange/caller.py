"""`Caller`: one call of a model after another, a few at once to each provider, tried again where that may help."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import orjson

from src.studio.exchange.record import Retry
from src.studio.exchange.retrying import is_transient, wait_seconds
from src.studio.llm.answer import Answer
from src.studio.llm.client import ChatClient
from src.studio.llm.guarded import guarded_connector
from src.studio.llm.message import MessageCollector
from src.studio.llm.request import ChatRequest
from src.studio.llm.sdk import MissingSdk, sdk_available

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from src.studio.exchange.asked import AskedModel
    from src.studio.llm.egress import EgressPolicy
    from src.studio.llm.sdk import Asks

AT_ONCE = 4
TAGS = ("studio",)


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call: its last try's answer, what the model said in it, and the tries before."""

    request: dict[str, Any]
    answer: Answer
    said: MessageCollector
    retries: tuple[Retry, ...]

    @property
    def transient(self) -> bool:
        """Tell whether it failed in a way that may be gone next time."""
        return is_transient(self.answer)


class Caller:
    """Calls models for one run, for an `async with`: `at_once` calls at a time to each provider.

    A call keeps its place while it waits to be tried again, so that a provider at its limit is asked less.
    `policy` says which addresses may be called; the operator's own, which no user has named, always may.
    """

    def __init__(self, policy: EgressPolicy, *, at_once: int = AT_ONCE, rng: random.Random | None = None) -> None:
        self._policy = policy
        self._places: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))
        self._rng = rng or random.Random()  # noqa: S311 - jitter
        self._open = contextlib.AsyncExitStack()
        self._clients: dict[str, ChatClient] = {}
        self._sdks: dict[str, Asks] = {}
        self._loading = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def ask(
        self,
        model: AskedModel,
        messages: Sequence[Mapping[str, Any]],
        fields: Mapping[str, Any],
        *,
        streamed: bool = True,
    ) -> Called:
        """Send messages to a model with some fields beside its own, until there is an answer or no use in trying.

        Whatever comes of it is told, not raised, but for `asyncio.CancelledError`.
        """
        endpoint = model.endpoint(fields, TAGS, streamed=streamed)
        request = {**endpoint.fields(), "messages": list(messages)}
        body = [as_json(request)]
        retries: list[Retry] = []
        way = await self._way_of(model)
        async with self._places[model.provider_key]:
            while True:
                answer, said = Answer(), MessageCollector()
                call = ChatRequest(endpoint, uuid.uuid4().hex, body, model.timeout_seconds, collect=said)
                await way.ask(call, answer)
                wait = wait_seconds(answer, len(retries) + 1, self._rng)
                if wait is None:
                    return Called(request, answer, said, tuple(retries))
                sentence = answer.failure.sentence if answer.failure else ""
                retries.append(Retry(sentence, answer.http_status, wait * 1000))
                await asyncio.sleep(wait)

    async def _way_of(self, model: AskedModel) -> Asks:
        """Return what calls a model. Loading LiteLLM's SDK, where it is needed, takes seconds."""
        if model.route == "native":
            return await self._client_of(model)
        key = _key(model)
        async with self._loading:
            if key not in self._sdks:
                client = await self._client_of(model)
                self._sdks[key] = await asyncio.to_thread(_sdk, client)
        return self._sdks[key]

    async def _client_of(self, model: AskedModel) -> ChatClient:
        """Return a client that may call a model's address: one for all that users have named, else one for it."""
        key = _key(model)
        if key not in self._clients:
            policy = self._policy if model.guarded else _opened(self._policy, model)
            self._clients[key] = await self._open.enter_async_context(ChatClient(guarded_connector(policy)))
        return self._clients[key]


def as_json(value: object) -> bytes:
    """Return JSON, also of what orjson leaves to others: integers of any length, halves of characters."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


def _key(model: AskedModel) -> str:
    return "" if model.guarded else f"{model.route} {model.base_url}"


def _opened(policy: EgressPolicy, model: AskedModel) -> EgressPolicy:
    """Return a policy that lets an address be called; where LiteLLM's SDK sends its requests is its own to say."""
    if model.route == "sdk":
        return replace(policy, whole=(*policy.whole, model.base_url))
    return replace(policy, trusted=(*policy.trusted, model.base_url))


def _sdk(client: ChatClient) -> Asks:
    if not sdk_available():
        return MissingSdk()
    from src.studio.llm.sdk_client import SdkClient  # noqa: PLC0415 - it may not be installed, and takes seconds

    return SdkClient(client)
