"""Serves the built page: its files, and `index.html` for the addresses that its router knows."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

NOT_FOUND, NOT_ALLOWED = 404, 405
API = "api"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Vite puts a hash of the content into the names of what it writes to assets/
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache, must-revalidate"


class Page(StaticFiles):
    """The files of the built page. What begins with one of `others` is no address of the page's own.

    What begins with one of `views` always is.
    """

    def __init__(self, dist: Path, others: Collection[str], views: Collection[str]) -> None:
        super().__init__(directory=dist, html=True)
        self._others, self._views = others, views

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file; an address without a file extension is one of the page's own."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != NOT_FOUND or not self._is_view(PurePosixPath(path)):
                raise
            response = await super().get_response("index.html", scope)
        response.headers["Cache-Control"] = IMMUTABLE if path.startswith("assets/") else REVALIDATE
        return response

    def _is_view(self, path: PurePosixPath) -> bool:
        first = next(iter(path.parts), "")
        return first in self._views or not (path.suffix or first in self._others)


def mount_page(app: FastAPI, dist: Path, others: Collection[str] = (), views: Collection[str] = ()) -> None:
    """Serve the page from `dist`, or say how to build it; after all routes, the first parts of which are `others`.

    Below `API` there is nothing but what has a route, and that takes no methods but its own.
    """
    nothing = _Nothing(list(app.router.routes))
    app.router.routes.append(Route(f"/{API}", nothing, include_in_schema=False))
    app.mount(f"/{API}", nothing)
    if (dist / "index.html").is_file():
        app.mount("/", Page(dist, others, views), name="page")
    else:
        app.add_api_route("/", _not_built, include_in_schema=False)


class _Nothing:
    """Says whether there is nothing at an address, or something that `routes` take by other methods."""

    def __init__(self, routes: Collection[BaseRoute]) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        asked = {**scope, "root_path": scope.get("app_root_path", "")}
        if methods := [method for method in METHODS if self._takes({**asked, "method": method})]:
            raise HTTPException(NOT_ALLOWED, headers={"Allow": ", ".join(methods)})
        raise HTTPException(NOT_FOUND)

    def _takes(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._routes)


async def _not_built() -> Response:
    return PlainTextResponse("The page is not built. Run: make build\n", status_code=NOT_FOUND)
