"""Asks a provider for its models, by the egress guard, within bounds of time and size. Failures are sentences."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import orjson

from src.studio.errors import ProviderAnswerError
from src.studio.llm import failures
from src.studio.llm.client import ANY_ERROR
from src.studio.llm.egress import EgressRefusedError
from src.studio.llm.failures import Secrets
from src.studio.llm.guarded import guarded_connector
from src.studio.llm.request import USER_AGENT
from src.studio.llm.session import PlainSession
from src.studio.providers.listings import LISTINGS, OLLAMA, headers_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.catalog import OfferedModel
    from src.studio.providers.listings import Listing
    from src.studio.providers.presets import Dialect

WHOLE_SECONDS = 10.0
MAX_BYTES = 10 * 1024 * 1024
MAX_MODELS = 5_000
MAX_PAGES = 20
HTML = "text/html"
# Compressed, ten megabytes may be ten gigabytes
PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": USER_AGENT}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to ask, and how."""

    address: str
    dialect: Dialect
    api_key: str | None = field(default=None, repr=False)

    @property
    def secrets(self) -> Secrets:
        """What must not be told of it."""
        return Secrets(self.api_key, self.address)

    @property
    def root(self) -> str:
        """The address without a path."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider told: its models by name, at most `MAX_MODELS` of `total`, and after how long."""

    models: Mapping[str, OfferedModel]
    total: int
    latency_ms: float

    @property
    def note(self) -> str | None:
        """What is to be said of the list, a sentence."""
        if self.total <= MAX_MODELS:
            return None
        return f"The provider lists more than {MAX_MODELS:,} models; these are the first {MAX_MODELS:,}."


class Asker(PlainSession):
    """Asks providers. It follows no redirects, reads no proxy settings, keeps no cookies and retries nothing."""

    def __init__(self, policy: EgressPolicy) -> None:
        super().__init__(guarded_connector(policy), auto_decompress=False)

    async def models(self, asked: Asked) -> Told:
        """Return a provider's models. Raises `ProviderAnswerError` and `EgressRefusedError`."""
        async with _bounded(asked):
            began = time.monotonic()
            found = await self._models(asked)
            latency = (time.monotonic() - began) * 1000
        first = dict(list(found.items())[:MAX_MODELS])
        return Told(first, len(found), latency)

    async def json(self, asked: Asked, url: str) -> Any:  # noqa: ANN401 - whatever JSON it is
        """Return what an address answers. Raises `ProviderAnswerError` and `EgressRefusedError`."""
        async with _bounded(asked):
            return await self._json(asked, url)

    async def _models(self, asked: Asked) -> Mapping[str, OfferedModel]:
        try:
            return await self._listed(asked, asked.address, LISTINGS[asked.dialect])
        except ProviderAnswerError as error:
            if error.status != HTTPStatus.NOT_FOUND or asked.dialect != "openai":
                raise
            missing = error
        try:  # older ones of Ollama, and its address without the version
            return await self._listed(asked, asked.root, OLLAMA)
        except (ProviderAnswerError, EgressRefusedError):
            raise missing from None

    async def _listed(self, asked: Asked, address: str, listing: Listing) -> Mapping[str, OfferedModel]:
        found: dict[str, OfferedModel] = {}
        query: Mapping[str, str] | None = listing.query
        for _ in range(MAX_PAGES):
            if query is None or len(found) > MAX_MODELS:
                break
            url = address + listing.path + (f"?{urlencode(query)}" if query else "")
            answer = await self._json(asked, url)
            try:
                page = listing.read(answer)
            except (ValueError, TypeError, AttributeError):
                raise ProviderAnswerError("What the provider answered is no list of models.") from None
            found.update((name, model) for name, model in page.models.items() if name not in found)
            query = None if page.following is None else {**listing.query, **page.following}
        return found

    async def _json(self, asked: Asked, url: str) -> Any:  # noqa: ANN401
        headers = PLAIN | headers_of(asked.dialect, asked.api_key)
        response = await self.session.get(url, headers=headers, allow_redirects=False)
        try:
            body = await _body(response)
        finally:
            response.close()
        if response.status != HTTPStatus.OK:
            failure = failures.of_status(response.status, response.headers, body, asked.secrets)
            raise ProviderAnswerError(failure.sentence, response.status)
        if response.content_type == HTML or body.lstrip()[:1] == b"<":
            raise ProviderAnswerError("The address answered with a web page. Is it the one of the API?")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ProviderAnswerError("The provider answered compressed, although it was asked not to.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ProviderAnswerError("What the provider answered is not JSON.") from None


@contextlib.asynccontextmanager
async def _bounded(asked: Asked) -> AsyncGenerator[None]:
    """Give what is asked its time, and say in a sentence what went wrong."""
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            yield
    except TimeoutError:
        raise ProviderAnswerError(f"The provider did not answer within {WHOLE_SECONDS:.0f} seconds.") from None
    except ANY_ERROR as error:
        began = isinstance(error, aiohttp.ClientPayloadError)
        raise ProviderAnswerError(failures.of_exception(error, asked.secrets, began=began).sentence) from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > MAX_BYTES:
            raise ProviderAnswerError(f"The provider answered with more than {MAX_BYTES // 1024 // 1024} MB.")
    return bytes(body)
