"""Reads and writes users' own prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from src.studio.errors import InvalidRequestError
from src.studio.providers.prompts import PromptTemplate
from src.studio.providers.tables import prompt_templates

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection


def prompts_of(connection: Connection, owner_id: str) -> dict[str, PromptTemplate]:
    """Return a user's own prompts by key, the oldest first."""
    found = connection.execute(
        select(prompt_templates)
        .where(prompt_templates.c.user_id == owner_id)
        .order_by(prompt_templates.c.created_at, prompt_templates.c.key)
    )
    return {row.key: PromptTemplate(row.category, row.label, row.prompt) for row in found}


def count_prompts(connection: Connection, owner_id: str) -> int:
    """Return how many prompts a user has."""
    asked = select(func.count()).where(prompt_templates.c.user_id == owner_id)
    return connection.execute(asked).scalar_one()


def add_prompt(
    connection: Connection, owner_id: str, key: str, template: PromptTemplate, now: dt.datetime
) -> None:
    """Keep a prompt. Raises `InvalidRequestError` where the user has one of that key."""
    values = {"label": template.label, "category": template.category, "prompt": template.prompt}
    try:
        connection.execute(insert(prompt_templates).values(user_id=owner_id, key=key, created_at=now, **values))
    except IntegrityError:
        raise InvalidRequestError(f"There is a prompt of the key '{key}' already. Choose another.") from None


def change_prompt(connection: Connection, owner_id: str, key: str, values: dict[str, str]) -> bool:
    """Change what is given of a user's prompt. Returns whether there is one of that key."""
    mine = (prompt_templates.c.user_id == owner_id, prompt_templates.c.key == key)
    if not values:
        return connection.execute(select(prompt_templates.c.key).where(*mine)).first() is not None
    return connection.execute(update(prompt_templates).where(*mine).values(**values)).rowcount > 0


def delete_prompt(connection: Connection, owner_id: str, key: str) -> bool:
    """Delete a user's prompt. Returns whether there was one of that key."""
    mine = (prompt_templates.c.user_id == owner_id, prompt_templates.c.key == key)
    return connection.execute(delete(prompt_templates).where(*mine)).rowcount > 0
