"""What was used of a model: figures that one domain has, and another asks for by a callable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """Usage of a model from `start` to `end` (UTC days, both included), by everybody whom the gateway's key sees.

    Tokens and requests are whole numbers; `cached_tokens` are part of `input_tokens`. `cost` is USD, not rounded,
    None where the gateway does not tell all of it. `missing_days` are in no figure; `as_of` is when (UTC) the part
    that may still change was fetched, `stale` that it should have been fetched again. `scope` is `own` where the
    key sees its own teams alone.
    """

    start: dt.date
    end: dt.date
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    requests: int
    cost: float | None
    source: Literal["gateway", "demo"]
    scope: Literal["all", "own"]
    missing_days: Sequence[dt.date]
    as_of: dt.datetime
    stale: bool


UsageOf = Callable[[str, int], Awaitable[ModelUsage]]
"""Returns the usage of a model, by its name at the gateway, in so many days, today included."""
