"""Deleting a run of any kind with all of it, piece by piece: others write meanwhile, and none takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from src.studio.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, RowMapping, Table

    from src.studio.database.database import Database

HALF_DELETED = "Deleting it was broken off, and some of it is gone. Delete it again."
"""What a run says that was to be deleted, and of which something is left."""


def delete_in_pieces(
    database: Database,
    runs: Table,
    find: Callable[[Connection], RowMapping],
    delete_some: Callable[[Connection], bool],
    delete_run: Callable[[Connection, RowMapping], None],
) -> None:
    """Delete what a run has, as long as `delete_some` says that there was any, and then the run itself.

    `find` returns the run's row of `runs`, or raises. Raises `ConflictError` while the run is under way.
    """
    is_more = True
    while is_more:
        with database.writing() as connection:
            run = find(connection)
            if run["state"] == "running":
                raise ConflictError("The run is under way. Cancel it before you delete it.")
            is_more = delete_some(connection)
            if is_more:  # what is left counts nowhere, should it end here
                half = update(runs).where(runs.c.id == run["id"])
                connection.execute(half.values(state="failed", error=HALF_DELETED))
            else:
                delete_run(connection, run)
