"""How much a database keeps."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from src.store.database import days
from src.store.records import Size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

logger = logging.getLogger(__name__)


def stored_sizes(engine: Engine) -> Mapping[str, Size]:
    """Return the size of each kind of days, of all gateways; nothing where the database does not answer."""
    query = select(days.c.kind, func.count(), func.sum(func.length(days.c.frame))).group_by(days.c.kind)
    try:
        with engine.connect() as connection:
            return {kind: Size(count, int(size)) for kind, count, size in connection.execute(query)}
    except SQLAlchemyError as error:
        logger.warning("the store cannot be read (%s)", type(error).__name__)
        return {}
