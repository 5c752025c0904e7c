"""Brings what the services have made into the form of the response models, without validating it again.

Validation would take most of the time of a long answer: 300 teams on 90 days are 27,000 rows. That answers are
valid is what the tests prove, for every endpoint and with the models themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, get_args, get_origin

import polars as pl
from pydantic import BaseModel

Row = dict[str, Any]
Shape = Callable[[Any], Any]


def shape_of(model: type[BaseModel]) -> Callable[[Mapping[str, Any]], Row]:
    """Return what picks the fields of `model` from a row, each by the name that it has there.

    Fields that hold models are shaped, too. A field with a default is left out where the row has none.
    """
    plain: list[tuple[str, str]] = []
    special: list[tuple[str, str, Shape]] = []
    for name, field in model.model_fields.items():
        source = field.validation_alias if isinstance(field.validation_alias, str) else name
        inner = _shape_within(field.annotation)
        if inner is None and field.is_required():
            plain.append((name, source))
        else:
            special.append((name, source, inner or _as_it_is))

    def shape(row: Mapping[str, Any]) -> Row:
        shaped = {name: row[source] for name, source in plain}
        for name, source, inner in special:
            if source in row:
                shaped[name] = inner(row[source])
        return shaped

    return shape


def _shape_within(annotation: Any) -> Shape | None:  # noqa: ANN401 - whatever a field is annotated with
    """Return how a field is shaped that holds a model or a list of one, None for any other."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape_of(annotation)
    for argument in get_args(annotation):
        inner = _shape_within(argument)
        if inner is not None:
            return partial(_each, inner) if get_origin(annotation) is list else inner
    return None


def _each(shape: Shape, rows: Iterable[Any] | pl.DataFrame) -> list[Any]:
    return [shape(row) for row in (rows.to_dicts() if isinstance(rows, pl.DataFrame) else rows)]


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - see above
    return value
