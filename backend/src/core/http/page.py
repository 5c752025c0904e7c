"""Serves the built page: its files, and `index.html` for the addresses that its router knows."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

NOT_FOUND = 404
API = "api"
# Vite puts a hash of the content into the names of what it writes to assets/
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


class Page(StaticFiles):
    """The files of the built page. What begins with one of `others` is no address of the page's own."""

    def __init__(self, dist: Path, others: Collection[str]) -> None:
        super().__init__(directory=dist, html=True)
        self._others = others

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file; an address without a file extension is one of the page's own."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != NOT_FOUND or PurePosixPath(path).suffix or self._is_other(path):
                raise
            response = await super().get_response("index.html", scope)
        response.headers["Cache-Control"] = IMMUTABLE if path.startswith("assets/") else REVALIDATE
        return response

    def _is_other(self, path: str) -> bool:
        return PurePosixPath(path).parts[:1] in {(name,) for name in self._others}


def mount_page(app: FastAPI, dist: Path, others: Collection[str] = ()) -> None:
    """Serve the page from `dist`, or say how to build it; after all routes, the first parts of which are `others`.

    Below `API` there is nothing but what has a route, whatever the method.
    """
    app.router.routes.append(Route(f"/{API}", _Nothing(), include_in_schema=False))
    app.mount(f"/{API}", _Nothing())
    if (dist / "index.html").is_file():
        app.mount("/", Page(dist, others), name="page")
    else:
        app.add_api_route("/", _not_built, include_in_schema=False)


class _Nothing:
    async def __call__(self, _scope: Scope, _receive: Receive, _send: Send) -> None:
        raise HTTPException(NOT_FOUND)


async def _not_built() -> Response:
    return PlainTextResponse("The page is not built. Run: make build\n", status_code=NOT_FOUND)
