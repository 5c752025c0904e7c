"""`ParameterService`: what is sent of parameters, by the registry and by what a user says in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.errors import InvalidRequestError
from src.studio.parameters import repository
from src.studio.parameters.check import Checked, check, flat
from src.studio.parameters.registry import Registry, load_registry, registry_data
from src.studio.parameters.support import why_not_support

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import Connection

    from src.studio.accounts.user import User
    from src.studio.database.database import Database

__all__ = ["Checked", "ParameterService", "Registry", "check", "flat", "load_registry"]

# Whence a figure comes is the registry's to say, not a user's.
OF_THE_REGISTRY = {"source", "as_of"}


class ParameterService:
    """Checks parameters. Only what a user says of them is in the database."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database, self._clock = database, clock

    def check(
        self,
        model_id: str,
        provider_key: str | None,
        params: Mapping[str, Any],
        *,
        owner: User | None = None,
        skip: Collection[str] = (),
    ) -> Checked:
        """Return what a model is sent of parameters, and what was done for it: see `check`."""
        registry = load_registry() if owner is None else self.registry_of(owner.id)
        return check(registry, model_id, provider_key, params, skip)

    def registry_of(self, owner_id: str) -> Registry:
        """Return the registry as it holds for a user."""
        with self._database.reading() as connection:
            return load_registry().with_support(repository.support_of(connection, owner_id))

    @staticmethod
    def registry() -> dict[str, Any]:
        """Return the whole registry, with the source and date of each figure."""
        return registry_data()

    @staticmethod
    def seed() -> dict[str, Any]:
        """Return the registry as a user may change it: a `param_support` to begin with, which is not kept."""
        data = registry_data()
        providers = {
            key: {
                "display_name": provider["display_name"],
                "params": {
                    param: {name: value for name, value in spec.items() if name not in OF_THE_REGISTRY}
                    for param, spec in provider["params"].items()
                },
            }
            for key, provider in data["providers"].items()
        }
        return {"provider_defaults": providers, "model_overrides": {}, "presets": data["presets"]}

    @staticmethod
    def support_of(connection: Connection, owner_id: str) -> dict[str, Any] | None:
        """Return what a user says of parameters, None where they say nothing."""
        return repository.support_of(connection, owner_id)

    def keep_support(self, connection: Connection, owner_id: str, support: dict[str, Any] | None) -> None:
        """Keep what a user says. Raises `InvalidRequestError` where it has not the form for it."""
        if fault := why_not_support(support):
            raise InvalidRequestError(f"param_support: {fault}")
        repository.keep_support(self._database, connection, owner_id, support, self._clock())
