"""The reference: FastAPI handlers that return bytes they have, served as the dashboard is: `bare.py PORT`.

`PUT /_keep/NAME` keeps a body, which `GET /NAME` returns from then on with the same type and encoding.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, Request, Response

KEPT_HEADERS = ("content-type", "content-encoding")

app = FastAPI()


@app.get("/empty")
async def get_empty() -> Response:
    """Return nothing."""
    return Response()


@app.put("/_keep/{name}")
async def keep(name: str, request: Request) -> Response:
    """Keep a body, and return it from then on."""
    body = await request.body()
    headers = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}

    async def get_kept() -> Response:
        return Response(body, headers=headers)

    app.add_api_route(f"/{name}", get_kept)
    return Response()


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", server_header=False)
