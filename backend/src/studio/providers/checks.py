"""`ProviderChecks`: asks providers whether they are there, take a key, and what they offer."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, TypeVar

import orjson

from src.core.errors import KnownError
from src.core.turns import Turns
from src.studio.errors import InvalidRequestError, NotFoundError, ProviderAnswerError, TooManyRequestsError
from src.studio.llm.answer import Answer
from src.studio.llm.client import ChatClient
from src.studio.llm.egress import EgressRefusedError
from src.studio.llm.guarded import guarded_connector
from src.studio.llm.request import ChatRequest, Endpoint
from src.studio.providers.asking import Asked, Asker, Told
from src.studio.providers.catalog import sent_params
from src.studio.providers.kept import NO_ADDRESS, KeptProvider
from src.studio.providers.listings import LocalModel, read_lm_studio
from src.studio.providers.own import NO_PROVIDER, RESERVED
from src.studio.providers.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from src.studio.accounts.user import User
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.catalog import Connection, Provider
    from src.studio.providers.service import ProviderService

T = TypeVar("T")

AT_ONCE_OF_ONE = 4
RETRY_SECONDS = 5.0
HEALTH_SECONDS = 10.0
HEALTH_TOKENS = 5
HEALTH_PROMPT = [{"role": "user", "content": "Say hi."}]
TAGS = ("studio",)
LM_STUDIO_LIST = "/api/v0/models"
# What LM Studio's MLX engine leaves undone, by its documentation of the two engines (2025-11)
NOT_OF_MLX = ("frequency_penalty", "presence_penalty", "logit_bias", "mirostat", "mirostat_eta", "mirostat_tau")
REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
NO_KEY = "There is no key for {}. Enter one."

Backend = Literal["gguf", "mlx", "mixed", "unknown"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A provider to be tested: one that is kept, with what is given in the place of what it has."""

    provider_key: str
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_key_env: str | None = None
    model_id_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test. `key_accepted` None: there was no key, or the provider did not look at it."""

    reachable: bool
    key_accepted: bool | None
    models: int | None
    latency_ms: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a provider answers a short call, after how long, and why it does not, a sentence."""

    name: str
    status: Literal["ok", "error"]
    latency_ms: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    """What LM Studio has loaded, and which parameters what runs it leaves undone."""

    available: bool
    models: Sequence[LocalModel] = ()
    detail: str | None = None

    @property
    def backend_type(self) -> Backend:
        """What runs the models."""
        kinds = {model.compatibility_type for model in self.models}
        if kinds == {"gguf"}:
            return "gguf"
        if kinds == {"mlx"}:
            return "mlx"
        return "mixed" if kinds >= {"gguf", "mlx"} else "unknown"

    @property
    def mlx_unsupported_params(self) -> list[str]:
        """Parameters that some of the models take no notice of."""
        return list(NOT_OF_MLX) if self.backend_type in {"mlx", "mixed"} else []


class ProviderChecks:
    """Questions to providers. Methods block for ten seconds at most; a user has a few of them at once."""

    def __init__(self, providers: ProviderService, policy: EgressPolicy) -> None:
        self._providers, self._policy = providers, policy
        self._turns = Turns(AT_ONCE_OF_ONE, _refusal)

    def discover(self, owner: User, provider_key: str) -> Told:
        """Return the models that a provider offers.

        Raises `NotFoundError`, `InvalidRequestError` where it has no key, `ProviderAnswerError` where it does not
        tell them, and `EgressRefusedError`.
        """
        shared = self._shared(owner, provider_key)
        if shared is not None:
            if shared.detail:
                raise ProviderAnswerError(shared.detail)
            return Told(shared.models, len(shared.models), 0)
        asked = self._asked_own(owner, provider_key)
        return self._run(owner, lambda asker: asker.models(asked))

    def test(self, owner: User, draft: Draft) -> Tested:
        """Ask a provider for its models, and say how that went. Raises `NotFoundError`."""
        shared = self._shared(owner, draft.provider_key)
        if shared is not None:
            return _tested_shared(shared)
        kept = self._drafted(owner, draft)
        try:
            asked = self._asked(owner, kept, draft)
        except InvalidRequestError as error:
            return Tested(False, None, None, None, str(error))
        return self._run(owner, lambda asker: _test(asker, asked))

    def health(self, owner: User) -> list[Health]:
        """Send one short call to a model of each provider, to all at once."""
        offered = self._providers.offered(owner)

        async def ask_all() -> list[Health]:
            async with ChatClient(guarded_connector(self._policy)) as client, Asker(self._policy) as asker:
                return await asyncio.gather(*(self._health(owner, found, client, asker) for found in offered))

        with self._turns.taken_by(owner.id):
            return asyncio.run(ask_all())

    async def _health(self, owner: User, found: Provider, client: ChatClient, asker: Asker) -> Health:
        """Call a provider's first model; by the SDK's route ask for its models, so that nobody loads the SDK."""
        try:
            if found.route == "sdk" and found.can_be_called:
                asked = await asyncio.to_thread(self._asked_own, owner, found.provider_key)
                latency_ms = (await asker.models(asked)).latency_ms
            else:
                latency_ms = await _called(client, found, await asyncio.to_thread(self._connection, owner, found))
        except KnownError as error:
            return Health(found.display_name, "error", error=str(error))
        return Health(found.display_name, "ok", round(latency_ms))

    def _connection(self, owner: User, found: Provider) -> Connection | None:
        return self._providers.connection(owner.id, found.provider_key) if found.can_be_called else None

    def detect_lm_studio(self, owner: User, provider_key: str) -> Detected:
        """Return what LM Studio has. Raises `NotFoundError`."""
        own = self._providers.own.find(owner.id, provider_key)
        if own is None and provider_key not in PRESETS:
            raise NotFoundError(NO_PROVIDER)
        kept = own.provider if own else KeptProvider(provider_key, PRESETS[provider_key].display_name)
        if kept.address is None:
            return Detected(False, detail=NO_ADDRESS)
        asked = Asked(kept.address, "lm_studio", self._providers.key_of(owner.id, kept))

        async def ask(asker: Asker) -> Detected:
            try:
                return Detected(True, read_lm_studio(await asker.json(asked, asked.root + LM_STUDIO_LIST)))
            except ValueError:
                return Detected(False, detail="What answers there is not LM Studio.")
            except (ProviderAnswerError, EgressRefusedError) as error:
                return Detected(False, detail=str(error))

        return self._run(owner, ask)

    def _shared(self, owner: User, provider_key: str) -> Provider | None:
        """Return what the instance offers by a key; its gateway is not asked for the sake of others."""
        if provider_key not in RESERVED:
            return None
        return next((found for found in self._providers.shared(owner) if found.provider_key == provider_key), None)

    def _asked_own(self, owner: User, provider_key: str) -> Asked:
        own = self._providers.own.find(owner.id, provider_key)
        if own is None:
            raise NotFoundError(NO_PROVIDER)
        return self._asked(owner, own.provider)

    def _drafted(self, owner: User, draft: Draft) -> KeptProvider:
        """Return what a draft comes to: the provider that is kept, or the preset, with what is given."""
        own = self._providers.own.find(owner.id, draft.provider_key)
        kept = own.provider if own else KeptProvider(draft.provider_key, draft.provider_key)
        kept = replace(
            kept,
            api_base=draft.api_base or kept.api_base,
            api_key_env=draft.api_key_env or kept.api_key_env,
            model_id_prefix=draft.model_id_prefix or kept.model_id_prefix,
        )
        if own is None and kept.address is None:
            raise NotFoundError(NO_PROVIDER)
        self._providers.own.check_variable(owner, draft.api_key_env)
        return kept

    def _asked(self, owner: User, kept: KeptProvider, draft: Draft | None = None) -> Asked:
        preset = kept.preset
        given = draft.api_key if draft else None
        key = given or self._providers.key_of(owner.id, kept)
        if key is None and preset is not None and preset.needs_key:
            raise InvalidRequestError(NO_KEY.format(kept.display_name))
        if kept.address is None:
            raise InvalidRequestError(NO_ADDRESS)
        return Asked(kept.address, preset.dialect if preset else "openai", key)

    def _run(self, owner: User, ask: Callable[[Asker], Awaitable[T]]) -> T:
        async def asked() -> T:
            async with Asker(self._policy) as asker:
                return await ask(asker)

        with self._turns.taken_by(owner.id):
            return asyncio.run(asked())


async def _test(asker: Asker, asked: Asked) -> Tested:
    try:
        told = await asker.models(asked)
    except EgressRefusedError as error:
        return Tested(False, None, None, None, str(error))
    except ProviderAnswerError as error:
        answered = error.status is not None
        accepted = False if error.status in REFUSED and asked.api_key else None
        return Tested(answered, accepted, None, None, str(error))
    accepted = await _looks_at_keys(asker, asked)
    latency = round(told.latency_ms)
    said = {True: "key accepted, ", None: "", False: ""}[accepted]
    detail = f"Reachable, {said}{_models(told.total)}, {latency:,} ms."
    if asked.api_key and accepted is None:
        detail += " Its list is told without a key, too, so the key was not tried."
    return Tested(True, accepted, told.total, latency, detail)


async def _looks_at_keys(asker: Asker, asked: Asked) -> bool | None:
    """Tell whether a list was told for its key: some providers tell it to everybody."""
    if not asked.api_key:
        return None
    try:
        await asker.models(replace(asked, api_key=None))
    except ProviderAnswerError as error:
        return True if error.status is not None else None
    except EgressRefusedError:
        return None
    return None


def _tested_shared(shared: Provider) -> Tested:
    if shared.detail:
        return Tested(False, None, None, None, shared.detail)
    count = len(shared.models)
    return Tested(True, True, count, None, f"Reachable, key accepted, {_models(count)}.")


def _models(count: int) -> str:
    return "1 model" if count == 1 else f"{count:,} models"


async def _called(client: ChatClient, provider: Provider, connection: Connection | None) -> float:
    """Call the first model of a provider, and return after how many milliseconds its answer had ended."""
    model = next(iter(provider.models.values()), None)
    if connection is None or model is None:
        raise ProviderAnswerError(provider.detail or "It has no model to be called.")
    endpoint = Endpoint(
        connection.base_url,
        model.sent_as or model.model_id,
        connection.api_key,
        sent_params({"max_tokens": HEALTH_TOKENS}, model.skip_params, model.custom_fields),
        TAGS if connection.takes_tags else (),
    )
    body = endpoint.head() + orjson.dumps(HEALTH_PROMPT) + b"}"
    answer = Answer()
    await client.ask(ChatRequest(endpoint, uuid.uuid4().hex, [body], HEALTH_SECONDS), answer)
    if answer.failure is not None:
        raise ProviderAnswerError(answer.failure.sentence)
    return ((answer.end_ns or 0) - (answer.sent_ns or 0)) / 1e6


def _refusal() -> TooManyRequestsError:
    return TooManyRequestsError(
        f"{AT_ONCE_OF_ONE} of your questions to providers are under way. Wait for their answers.", RETRY_SECONDS
    )
