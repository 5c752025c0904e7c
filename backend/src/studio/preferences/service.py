"""`PreferenceService`: what users set for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from src.studio.database.locks import Lock, take
from src.studio.errors import InvalidRequestError
from src.studio.preferences import repository
from src.studio.preferences.schemas import SECTIONS, BenchmarkSettings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from src.studio.accounts.user import User
    from src.studio.database.database import Database
    from src.studio.parameters.service import ParameterService

PARAM_SUPPORT, BENCHMARK, LEADERBOARD = "param_support", "benchmark", "leaderboard"

Values = dict[str, Any]


class PreferenceService:
    """Settings of users. What was never set is as the sections say."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime], parameters: ParameterService) -> None:
        self._database, self._clock, self._parameters = database, clock, parameters

    def all(self, owner: User) -> Values:
        """Return all sections."""
        with self._database.reading() as connection:
            kept = repository.sections_of(connection, owner.id)
            support = self._parameters.support_of(connection, owner.id)
        sections = {name: section(**kept.get(name, {})) for name, section in SECTIONS.items()}
        return {**sections, PARAM_SUPPORT: support}

    def benchmark(self, owner: User) -> BenchmarkSettings:
        """Return what holds for one's benchmarks before they start."""
        with self._database.reading() as connection:
            return BenchmarkSettings(**repository.sections_of(connection, owner.id).get(BENCHMARK, {}))

    def change_benchmark(self, owner: User, changes: Values) -> None:
        """Change fields of what `benchmark` returns, which were checked."""
        with self._database.writing() as connection:
            take(connection, Lock.PREFERENCES)  # what it was is read before it is written
            kept = repository.sections_of(connection, owner.id).get(BENCHMARK, {})
            section = BENCHMARK, kept | changes
            repository.keep_section(self._database, connection, owner.id, section, self._clock())

    def is_in_leaderboard(self, owner: User) -> bool:
        """Tell whether what one's runs of suites came to may be in what anybody can read."""
        with self._database.reading() as connection:
            return bool(repository.sections_of(connection, owner.id).get(LEADERBOARD, {}).get("opt_in"))

    def let_into_leaderboard(self, owner: User, *, opt_in: bool) -> None:
        """Let it be there, or no longer."""
        with self._database.writing() as connection:
            section = LEADERBOARD, {"opt_in": opt_in}
            repository.keep_section(self._database, connection, owner.id, section, self._clock())

    def change(self, owner: User, changes: Values) -> None:
        """Change fields of sections, all or none. Raises `InvalidRequestError` where one cannot be so."""
        with self._database.writing() as connection:
            take(connection, Lock.PREFERENCES)  # what a section was is read before it is written
            kept = repository.sections_of(connection, owner.id)
            for name in SECTIONS.keys() & changes.keys():
                section = name, _checked(name, kept.get(name, {}) | changes[name])
                repository.keep_section(self._database, connection, owner.id, section, self._clock())
            if PARAM_SUPPORT in changes:
                self._parameters.keep_support(connection, owner.id, changes[PARAM_SUPPORT])


def _checked(name: str, values: Values) -> Values:
    try:
        return SECTIONS[name](**values).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([name, *map(str, first["loc"])])
        said = first["msg"].removeprefix("Value error, ").removesuffix(".")
        raise InvalidRequestError(f"{place}: {said}.") from None
