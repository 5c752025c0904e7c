"""`ProviderService`: what can be measured here, how it is called, and prompts to measure it with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.errors import InvalidRequestError, NotFoundError, VaultError
from src.studio.providers.catalog import Connection, OfferedModel, Provider, Source, sent_params
from src.studio.providers.gateway import OPERATORS_KEY, OWN_KEY, GatewayOffers
from src.studio.providers.kept import KeptProvider, offered
from src.studio.providers.own import OwnProviders
from src.studio.providers.price_list import PriceList
from src.studio.providers.prompts import DEFAULT_PROMPT, SEEDED, PromptTemplate
from src.studio.providers.repository import add_prompt, change_prompt, count_prompts, delete_prompt, prompts_of
from src.studio.vault.service import KeyPlace, is_set, may_name, value_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from src.studio.accounts.service import AccountService
    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.providers.own import Owned
    from src.studio.settings import StudioSettings
    from src.studio.vault.service import VaultService

__all__ = [
    "DEFAULT_PROMPT",
    "SEEDED",
    "Connection",
    "KeptProvider",
    "OfferedModel",
    "PromptTemplate",
    "Provider",
    "ProviderService",
    "sent_params",
]

NAMES: dict[Source, str] = {"gateway": "Gateway", "demo": "Demo models"}
GATEWAY = "gateway"
NO_KEY = (
    "Its models need a key. Enter your own virtual key for 'gateway' under Keys, "
    "or let the operator set STUDIO_GATEWAY_API_KEY."
)
MOST_PROMPTS = 200
NO_PROMPT = "You have no such prompt."


class ProviderService:
    """The instance's providers, and users' own. Methods block; nobody is asked before it is needed."""

    def __init__(
        self,
        settings: StudioSettings,
        database: Database,
        clock: Callable[[], dt.datetime],
        accounts: AccountService,
        vault: VaultService,
    ) -> None:
        self._database, self._clock, self._accounts, self._vault = database, clock, accounts, vault
        self.own = OwnProviders(database, clock, vault)
        self._source: Source = "demo" if settings.leaderboard_demo else "gateway"
        self._base_url = str(settings.litellm_base_url or "").rstrip("/")
        # never the dashboard's own key: that one may see everybody's usage, and pays for everything
        key = settings.studio_gateway_api_key
        self._api_key = key.get_secret_value() if key is not None else ""
        self._prices = PriceList()
        self._offers = GatewayOffers(self._base_url, self._source, clock)

    def offered(self, owner: User) -> list[Provider]:
        """Return all that a user can measure: their own providers, then what the instance offers."""
        return [*map(self.offered_by, self.own.all(owner)), *self.shared(owner)]

    def offered_by(self, owned: Owned) -> Provider:
        """Return a user's own provider as one that can be measured."""
        return offered(owned.provider, owned.models, has_key=owned.has_key, prices=self._prices)

    def shared(self, owner: User) -> list[Provider]:
        """Return what the instance offers a user: its gateway or the demo, none where neither is there.

        A user's own virtual key for the gateway is used in the place of the operator's.
        """
        if not self._base_url:
            return []
        source, name = self._source, NAMES[self._source]
        try:
            key, whose = self._gateway_key(owner.id)
        except VaultError as error:
            return [Provider(source, name, source, "unavailable", str(error))]
        if not key:
            return [Provider(source, name, source, "unavailable", NO_KEY)]
        offer = self._offers.of(key, whose)
        return [
            Provider(source, name, source, "unavailable" if offer.detail else "ok", offer.detail, offer.models)
        ]

    def connection(self, owner_id: str, provider_key: str) -> Connection | None:
        """Return how a provider is called for a user at this moment, None where it is not there any more.

        Raises `VaultError` where their key cannot be read.
        """
        if provider_key == self._source:
            key, _ = self._gateway_key(owner_id)
            return Connection(f"{self._base_url}/v1", key, takes_tags=True) if self._base_url and key else None
        own = self.own.find(owner_id, provider_key)
        address = own.provider.call_address if own else None
        if own is None or address is None:
            return None
        kept = own.provider
        key = self.key_of(owner_id, kept)
        return Connection(address, key, guarded=True, route=kept.route, timeout_seconds=kept.timeout)

    def key_of(self, owner_id: str, provider: KeptProvider) -> str | None:
        """Return the key that a user's provider is called with: their own, else that of the variable it names.

        The variable counts as long as its owner administrates. Raises `VaultError`.
        """
        own = self._vault.reveal(owner_id, provider.provider_key)
        name = provider.api_key_env
        if own is not None or name is None:
            return own
        return value_of(name) if may_name(self._accounts.user(owner_id), name) else None

    def _gateway_key(self, owner_id: str) -> tuple[str, str]:
        """Return the key that the instance's models are called with for a user, and whose it is."""
        own = self._vault.reveal(owner_id, GATEWAY) if self._source == GATEWAY else None
        return (own, OWN_KEY) if own else (self._api_key, OPERATORS_KEY)

    def key_places(self, owner: User) -> list[KeyPlace]:
        """Return what takes a key of a user's own: their providers, then the instance's gateway."""
        own = [_key_place(owner, owned.provider) for owned in self.own.all(owner)]
        if not self._base_url or self._source == "demo":
            return own
        return [*own, KeyPlace(self._source, NAMES[self._source], OPERATORS_KEY, bool(self._api_key))]

    def prompts(self, owner: User) -> dict[str, PromptTemplate]:
        """Return the prompts to begin with, and a user's own, by key."""
        with self._database.reading() as connection:
            return SEEDED | prompts_of(connection, owner.id)

    def add_prompt(self, owner: User, key: str, template: PromptTemplate) -> None:
        """Keep a prompt of a user's own. Raises `InvalidRequestError`."""
        if key in SEEDED:
            raise InvalidRequestError(f"There is a prompt of the key '{key}' already. Choose another.")
        with self._database.writing() as connection:
            if count_prompts(connection, owner.id) >= MOST_PROMPTS:
                raise InvalidRequestError(f"More than {MOST_PROMPTS} prompts cannot be kept.")
            add_prompt(connection, owner.id, key, template, self._clock())

    def change_prompt(self, owner: User, key: str, values: dict[str, str]) -> None:
        """Change what is given of a prompt of a user's own. Raises `InvalidRequestError` and `NotFoundError`."""
        _refuse_seeded(key)
        with self._database.writing() as connection:
            if not change_prompt(connection, owner.id, key, values):
                raise NotFoundError(NO_PROMPT)

    def delete_prompt(self, owner: User, key: str) -> None:
        """Delete a prompt of a user's own. Raises `InvalidRequestError` and `NotFoundError`."""
        _refuse_seeded(key)
        with self._database.writing() as connection:
            if not delete_prompt(connection, owner.id, key):
                raise NotFoundError(NO_PROMPT)

    def close(self) -> None:
        """Close the connections."""
        self._offers.close()


def _refuse_seeded(key: str) -> None:
    if key in SEEDED:
        raise InvalidRequestError("A prompt to begin with stays as it is. Add one of your own in its place.")


def _key_place(owner: User, provider: KeptProvider) -> KeyPlace:
    """Return where a key of a user's own provider can be kept, and whether the server's is used without one."""
    name, preset = provider.api_key_env, provider.preset
    has_global_key = name is not None and may_name(owner, name) and is_set(name)
    shown = name or (preset.api_key_env if preset else None)
    return KeyPlace(provider.provider_key, provider.display_name, shown, has_global_key)
