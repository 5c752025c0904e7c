"""Brings what the services have made into the form of the response models, without validating it again.

Validation would take most of the time of a long answer: 300 teams on 90 days are 27,000 rows. That answers are
valid is what the tests prove, for every endpoint and with the models themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, get_args, get_origin

import polars as pl
from pydantic import BaseModel

if TYPE_CHECKING:
    from src.api.pseudonyms import Disguise

Row = dict[str, Any]
Shape = Callable[[Any], Any]


NOTHING: frozenset[str] = frozenset()


def shape_of(
    model: type[BaseModel], hidden: frozenset[str] = NOTHING, disguise: Disguise | None = None
) -> Callable[[Mapping[str, Any]], Row]:
    """Return what picks the fields of `model` from a row, each by the name that it has there.

    Fields that hold models are shaped, too. A field with a default is left out where the row has none, a `hidden`
    one always. Teams are told under the names that `disguise` gives them.
    """
    plain: list[tuple[str, str]] = []
    special: list[tuple[str, str, Shape]] = []
    for name, field in model.model_fields.items():
        if name in hidden:
            continue
        source = field.validation_alias if isinstance(field.validation_alias, str) else name
        inner = _shape_within(field.annotation, hidden, disguise)
        if inner is None and field.is_required():
            plain.append((name, source))
        else:
            special.append((name, source, inner or _as_it_is))
    of_team = disguise if "team_id" in model.model_fields else None

    def shape(row: Mapping[str, Any]) -> Row:
        told = row if of_team is None else of_team.worn_by(row)
        shaped = {name: told[source] for name, source in plain}
        for name, source, inner in special:
            if source in told:
                shaped[name] = inner(told[source])
        return shaped

    return shape


def _shape_within(
    annotation: Any,  # noqa: ANN401 - whatever a field is annotated with
    hidden: frozenset[str],
    disguise: Disguise | None,
) -> Shape | None:
    """Return how a field is shaped that holds a model or a list of one, None for any other."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape_of(annotation, hidden, disguise)
    for argument in get_args(annotation):
        inner = _shape_within(argument, hidden, disguise)
        if inner is not None:
            if get_origin(annotation) is not list:
                return inner
            return partial(_each, shape=inner, shape_columns=columns_of(argument, hidden, disguise))
    return None


def columns_of(
    model: type[BaseModel], hidden: frozenset[str] = NOTHING, disguise: Disguise | None = None
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what does for a data frame what `shape_of` does for a row, where all fields are plain."""
    columns = [
        pl.col(field.validation_alias if isinstance(field.validation_alias, str) else name).alias(name)
        for name, field in model.model_fields.items()
        if name not in hidden
    ]

    def shape(frame: pl.DataFrame) -> pl.DataFrame:
        return (frame if disguise is None else disguise.worn_by_all(frame)).select(columns)

    return shape


def _each(rows: Iterable[Any] | pl.DataFrame, shape: Shape, shape_columns: Shape) -> list[Any] | pl.DataFrame:
    return shape_columns(rows) if isinstance(rows, pl.DataFrame) else [shape(row) for row in rows]


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - see above
    return value
