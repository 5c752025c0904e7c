"""A database that goes away in the middle of what is done piece by piece."""

from typing import Any

import pytest

from src.studio.errors import StorageError


def lose_after_first(monkeypatch: pytest.MonkeyPatch, repository: object, name: str) -> None:
    """Let a function of a repository do its work once, and find no database from then on."""
    works, done = getattr(repository, name), list[Any]()

    def once(*given: Any) -> Any:
        if done:
            raise StorageError("Studio's database cannot be reached. Try again.")
        done.append(works(*given))
        return done[-1]

    monkeypatch.setattr(repository, name, once)
