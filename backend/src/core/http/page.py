"""Serves the built page: its files, and `index.html` for the addresses that its router knows."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.responses import Response
    from starlette.types import Scope

NOT_FOUND = 404
# Vite puts a hash of the content into the names of what it writes to assets/
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"


class Page(StaticFiles):
    """The files of the built page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file; an address without a file extension is one of the page's own."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != NOT_FOUND or PurePosixPath(path).suffix or _is_api(path):
                raise
            response = await super().get_response("index.html", scope)
        response.headers["Cache-Control"] = IMMUTABLE if path.startswith("assets/") else REVALIDATE
        return response


def mount_page(app: FastAPI, dist: Path) -> None:
    """Serve the page from `dist`, or say how to build it."""
    if (dist / "index.html").is_file():
        app.mount("/", Page(directory=dist, html=True), name="page")
    else:
        app.add_api_route("/", _not_built, include_in_schema=False)


def _is_api(path: str) -> bool:
    return PurePosixPath(path).parts[:1] == ("tokens",)


async def _not_built() -> Response:
    return PlainTextResponse("The page is not built. Run: make build\n", status_code=NOT_FOUND)
