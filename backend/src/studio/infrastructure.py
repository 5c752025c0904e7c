"""What others than people ask of a site: whether it answers, and what of it may be read by search engines."""

from __future__ import annotations

import os
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

router = APIRouter(tags=["studio"])

# Addresses of the page that are the same for everybody.
PUBLIC_PAGES = ("/", "/leaderboard", "/chart", "/studio")


def base_url_of(request: Request) -> str:
    """Return the address that the site was asked at, without a slash at its end."""
    return str(request.base_url).rstrip("/")


def version() -> str:
    """Return what this server calls itself: `APP_VERSION` of the environment, else `dev`."""
    return os.environ.get("APP_VERSION") or "dev"


BaseUrl = Annotated[str, Depends(base_url_of)]


class HealthzOut(BaseModel):
    """`GET /healthz`."""

    status: str = Field(description="`ok`: the process answers.")
    version: str = Field(description="`APP_VERSION` of the environment, else `dev`.")


@router.get("/healthz", summary="Liveness of Studio")
async def get_healthz() -> HealthzOut:
    """Tell that the process answers."""
    return HealthzOut(status="ok", version=version())


@router.get("/robots.txt", response_class=PlainTextResponse, summary="What robots may read")
async def get_robots(base_url: BaseUrl) -> str:
    """Tell robots that the API is not for them."""
    return f"User-agent: *\nDisallow: /api/\nDisallow: /tokens\nSitemap: {base_url}/sitemap.xml\n"


@router.get("/sitemap.xml", response_class=Response, summary="The site's pages")
async def get_sitemap(base_url: BaseUrl) -> Response:
    """List the pages that are the same for everybody."""
    entries = "".join(f"<url><loc>{escape(base_url + path)}</loc></url>" for path in PUBLIC_PAGES)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    )
    return Response(body, media_type="application/xml")
