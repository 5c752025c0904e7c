"""`ProviderService`: what can be measured here, how it is called, and prompts to measure it with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.errors import InvalidRequestError
from src.studio.providers.catalog import Connection, OfferedModel, Provider, Source
from src.studio.providers.gateway import GatewayModels
from src.studio.providers.prompts import DEFAULT_PROMPT, SEEDED, PromptTemplate
from src.studio.providers.repository import add_prompt, count_prompts, prompts_of
from src.studio.vault.service import KeyPlace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.settings import StudioSettings

__all__ = ["DEFAULT_PROMPT", "Connection", "OfferedModel", "PromptTemplate", "Provider", "ProviderService"]

NAMES: dict[Source, str] = {"gateway": "Gateway", "demo": "Demo models"}
NO_KEY = "Set STUDIO_GATEWAY_API_KEY to a key that the gateway's models may be called with."
GATEWAY_VARIABLE = "STUDIO_GATEWAY_API_KEY"
MOST_PROMPTS = 200


class ProviderService:
    """The instance's providers. Methods block; nothing is asked of the gateway before it is needed."""

    def __init__(self, settings: StudioSettings, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock
        self._source: Source = "demo" if settings.leaderboard_demo else "gateway"
        self._base_url = str(settings.litellm_base_url or "").rstrip("/")
        # never the dashboard's own key: that one may see everybody's usage, and pays for everything
        key = settings.studio_gateway_api_key
        self._api_key = key.get_secret_value() if key is not None else ""
        self._models = GatewayModels(self._base_url, self._api_key) if self._base_url and self._api_key else None

    def shared(self) -> list[Provider]:
        """Return what the instance offers to everybody: its gateway or the demo, none where neither is there."""
        if not self._base_url:
            return []
        if self._models is None:
            return [Provider(self._source, NAMES[self._source], self._source, "unavailable", NO_KEY)]
        offer = self._models.offer()
        status = "unavailable" if offer.detail else "ok"
        return [Provider(self._source, NAMES[self._source], self._source, status, offer.detail, offer.models)]

    def connection(self, provider_key: str) -> Connection | None:
        """Return how a provider is called at this moment, None where it is not there any more."""
        if provider_key != self._source or not self._base_url or not self._api_key:
            return None
        return Connection(f"{self._base_url}/v1", self._api_key)

    def key_places(self, owner: User) -> list[KeyPlace]:  # noqa: ARG002 - whose own ones come before it
        """Return the providers that take a key of a user's own: the instance's gateway."""
        if not self._base_url or self._source == "demo":
            return []
        return [KeyPlace(self._source, NAMES[self._source], GATEWAY_VARIABLE, bool(self._api_key))]

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

    def close(self) -> None:
        """Close the connections."""
        if self._models is not None:
            self._models.close()
