"""The reference of Studio's answers: a FastAPI handler that authenticates, and returns bytes it has.

`bare_account.py PORT DATABASE KEY` reads, as Studio does with each request, the access token, and from Studio's
SQLite file whether its session goes on: by plain SQL, on a thread, with one connection a thread.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from typing import Annotated

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

WHO = """
SELECT users.id, users.role FROM users JOIN sessions ON sessions.user_id = users.id
WHERE users.id = ? AND sessions.id = ? AND sessions.revoked_at IS NULL AND sessions.expires_at > ?
"""

app = FastAPI()
kept: list[bytes] = []
here = threading.local()


def get_user(given: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """Return who asks."""
    claims = jwt.decode(given.credentials, app.state.key, ["HS256"])
    if not hasattr(here, "connection"):
        here.connection = sqlite3.connect(app.state.database)
    now = round(time.time() * 1000)
    found = here.connection.execute(WHO, (claims["sub"], claims["sid"], now)).fetchone()
    if found is None:
        raise HTTPException(401)
    return found[0]


@app.put("/_keep")
async def keep(request: Request) -> None:
    """Keep a body, and return it from then on."""
    kept[:] = [await request.body()]


@app.get("/kept")
def get_kept(_user: Annotated[str, Depends(get_user)]) -> Response:
    """Return what was kept to whoever has an account."""
    return Response(kept[0], media_type="application/json")


if __name__ == "__main__":
    port, app.state.database, app.state.key = int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", server_header=False)
