"""`Domain`: what a part of the product tells the app that it is installed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from src.core.errors import ErrorTable


@dataclass(frozen=True, slots=True)
class Domain:
    """What `install(app)` of a domain returns, when it has added its routes and the middleware that is its own.

    `errors` are the kinds that its routes raise. `running` is entered when the app starts, and left when it
    stops. `tags` group its routes in the documentation. Pages elsewhere may read its `headers`. `paths` are the
    first parts of its routes' paths below which there is no address of the page, which may call what is at
    `connect_to`, sources of a content security policy, beside its own server. Below `views` all addresses are the
    page's, also those that end like a file's: names of models have dots.
    """

    errors: ErrorTable
    running: Callable[[], AbstractAsyncContextManager[None]]
    tags: Sequence[Mapping[str, str]] = ()
    headers: Sequence[str] = ()
    paths: Sequence[str] = ()
    connect_to: Sequence[str] = ()
    views: Sequence[str] = ()
