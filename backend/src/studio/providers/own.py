"""`OwnProviders`: providers and models that users keep for themselves. Nothing here is asked or called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from src.studio.accounts import audit
from src.studio.errors import ForbiddenError, InvalidFieldError, InvalidRequestError, NotFoundError
from src.studio.providers import own_repository as repository
from src.studio.vault.service import is_set, may_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from src.studio.accounts.service import Caller
    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.providers.kept import KeptModel, KeptProvider
    from src.studio.vault.service import VaultService

RESERVED = {"gateway", "demo"}
MOST_PROVIDERS = 100
MOST_MODELS = 5_000
"""Of one provider."""
LONGEST_ID = 512
PRICES = ("input_cost_per_mtok", "output_cost_per_mtok", "cached_cost_per_mtok")

NO_PROVIDER = "There is no such provider."
NO_MODEL = "There is no such model."
NOT_ADMIN = "Only administrators may name a variable of the server (api_key_env). Enter a key of your own."
# What clients know of ids; one of other characters is a model's that is there, or nobody's.
_USUAL_ID = re.compile(r"[a-zA-Z0-9._\-/:]+")

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Owned:
    """A provider and its models. `has_key`: one is kept for it, or a variable that it names is set."""

    provider: KeptProvider
    models: list[KeptModel] = field(default_factory=list)
    has_key: bool = False


class OwnProviders:
    """Providers and models by their owner: those of others are not there. Methods wait for the database."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], vault: VaultService) -> None:
        self._database, self._clock, self._vault = database, clock, vault

    def all(self, owner: User) -> list[Owned]:
        """Return a user's providers with their models, the oldest first."""
        with self._database.reading() as connection:
            kept = repository.providers_of(connection, owner.id)
            models = repository.models_of(connection, owner.id)
        keys = self._vault.keys_of(owner.id)
        return [
            Owned(
                provider,
                models.get(provider.provider_key, []),
                provider.provider_key in keys or _has_variable(owner, provider),
            )
            for provider in kept
        ]

    def find(self, owner_id: str, provider_key: str) -> Owned | None:
        """Return a user's provider with its models, None where there is none of that key."""
        with self._database.reading() as connection:
            provider = repository.find_provider(connection, owner_id, provider_key)
            if provider is None:
                return None
            models = repository.models_of(connection, owner_id, provider_key)
        return Owned(provider, models.get(provider_key, []))

    def add(self, owner: User, provider: KeptProvider, api_key: str | None, caller: Caller) -> None:
        """Keep a provider, and its key where one is given. Raises `InvalidRequestError` and `ForbiddenError`."""
        key = provider.provider_key
        self.check_variable(owner, provider.api_key_env)
        if key in RESERVED:
            raise InvalidRequestError(f"The key '{key}' is that of what this server offers. Choose another.")
        with self._database.reading() as connection:
            if repository.find_provider(connection, owner.id, key) is not None:
                raise InvalidRequestError(_key_taken(key))
            if repository.count_providers(connection, owner.id) >= MOST_PROVIDERS:
                raise InvalidRequestError(f"More than {MOST_PROVIDERS} providers cannot be kept.")
        self._keep_key(owner, key, api_key, caller)
        with self._database.writing() as connection:
            try:
                repository.add_provider(connection, owner.id, provider, self._clock())
            except IntegrityError:
                raise InvalidRequestError(_key_taken(key)) from None
            self._note(connection, "provider_added", owner, caller, subject=key)

    def change(self, owner: User, provider_key: str, values: Values, api_key: str | None, caller: Caller) -> None:
        """Change what is given of a provider. Raises `NotFoundError` and `ForbiddenError`."""
        found = self.find(owner.id, provider_key)
        if found is None:
            raise NotFoundError(NO_PROVIDER)
        if values.get("api_key_env") != found.provider.api_key_env:
            self.check_variable(owner, values.get("api_key_env"))
        self._keep_key(owner, provider_key, api_key, caller)
        with self._database.writing() as connection:
            repository.change_provider(connection, owner.id, provider_key, values, self._clock())
            detail = {"changed": sorted(values)}
            self._note(connection, "provider_changed", owner, caller, subject=provider_key, detail=detail)

    def _keep_key(self, owner: User, provider_key: str, api_key: str | None, caller: Caller) -> None:
        """Keep a key, before the provider that it is for: one that cannot be kept leaves all as it was."""
        if api_key:
            self._vault.put(owner, provider_key, api_key, caller=caller)

    def delete(self, owner: User, provider_key: str, caller: Caller) -> None:
        """Delete a provider with its models. Its key and what was measured stay. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            if not repository.delete_provider(connection, owner.id, provider_key):
                raise NotFoundError(NO_PROVIDER)
            self._note(connection, "provider_deleted", owner, caller, subject=provider_key)

    def add_model(self, owner: User, provider_key: str, model: KeptModel) -> str:
        """Keep a model and return its id. Raises `InvalidRequestError`."""
        with self._database.writing() as connection:
            provider = repository.find_provider(connection, owner.id, provider_key)
            if provider is None:
                raise InvalidRequestError(NO_PROVIDER)
            if repository.count_models(connection, owner.id, provider_key) >= MOST_MODELS:
                raise InvalidRequestError(f"More than {MOST_MODELS:,} models of a provider cannot be kept.")
            named = self._priced(_named(provider, model.name), model)
            try:
                repository.add_model(connection, owner.id, provider_key, named, self._clock())
            except IntegrityError:
                raise InvalidRequestError(_taken(provider, named.name)) from None
        return provider.public_id(named.name)

    def change_model(self, owner: User, provider_key: str, model_id: str, values: Values) -> str:
        """Change what is given of a model and return its id. `name` gives it another one.

        Raises `NotFoundError`, and `InvalidFieldError` where the other name is taken.
        """
        with self._database.writing() as connection:
            provider = repository.find_provider(connection, owner.id, provider_key)
            if provider is None:
                raise NotFoundError(NO_PROVIDER)
            name = provider.name_of(model_id)
            if repository.find_model(connection, owner.id, provider_key, name) is None:
                raise _no_model(model_id)
            new_name = _named(provider, values["name"]) if values.get("name") else name
            values = {**values, "name": new_name}
            if any(price in values for price in PRICES):
                values["price_at"] = self._clock()
            try:
                repository.change_model(connection, owner.id, provider_key, name, values)
            except IntegrityError:
                raise InvalidFieldError(_taken(provider, new_name)) from None
        return provider.public_id(new_name)

    def delete_model(self, owner: User, provider_key: str, model_id: str) -> None:
        """Delete a model. What was measured stays. Raises `NotFoundError`."""
        with self._database.writing() as connection:
            provider = repository.find_provider(connection, owner.id, provider_key)
            if provider is None:
                raise NotFoundError(NO_PROVIDER)
            if not repository.delete_model(connection, owner.id, provider_key, provider.name_of(model_id)):
                raise NotFoundError(NO_MODEL)

    @staticmethod
    def check_variable(owner: User, name: str | None) -> None:
        """Raise an error where somebody may not have a variable of the server sent to a provider."""
        if name is None:
            return
        if not owner.is_admin:
            raise ForbiddenError(NOT_ADMIN)
        if not may_name(owner, name):
            raise InvalidFieldError(
                f"api_key_env: {name} is not one of the variables that hold keys of providers."
            )

    def _note(  # noqa: PLR0913 - what is written down
        self,
        connection: Connection,
        action: audit.Action,
        owner: User,
        caller: Caller,
        *,
        subject: str,
        detail: Values | None = None,
    ) -> None:
        now = self._clock()
        audit.note(connection, action, now, user=owner, address=caller.address, subject=subject, detail=detail)

    def _priced(self, name: str, model: KeptModel) -> KeptModel:
        """Return a model under its name, its prices being of now."""
        has_price = any(getattr(model, price) is not None for price in PRICES)
        return replace(model, name=name, price_at=self._clock() if has_price else None)


def _has_variable(owner: User, provider: KeptProvider) -> bool:
    name = provider.api_key_env
    return name is not None and may_name(owner, name) and is_set(name)


def _named(provider: KeptProvider, given: str) -> str:
    """Return the provider's own name of a model that was given with or without the prefix."""
    name = provider.name_of(given)
    if not name or len(provider.public_id(name)) > LONGEST_ID:
        raise InvalidRequestError(f"A model's id has 1 to {LONGEST_ID} characters, with the prefix.")
    return name


def _taken(provider: KeptProvider, name: str) -> str:
    return f"{provider.display_name} has a model '{provider.public_id(name)}' already."


def _no_model(model_id: str) -> Exception:
    if _USUAL_ID.fullmatch(model_id):
        return NotFoundError(NO_MODEL)
    return InvalidFieldError(f"model_id: {NO_MODEL} Ids have letters, digits, '.', '_', '-', '/' and ':'.")


def _key_taken(key: str) -> str:
    return f"There is a provider of the key '{key}' already. Choose another."
