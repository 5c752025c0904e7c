"""Signing in by Google, which is not there: its two addresses say so."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE_COOKIE = "oauth_state"
COOKIE_PATH = "/api/auth/google"
PAGE = "/oauth-callback"
NOT_CONFIGURED = "Signing in by Google is not configured here. Use your e-mail and password."

Failure = Literal["state_mismatch", "missing_code", "token_exchange_failed"]


def failure_of(query: Mapping[str, str], state: str | None) -> Failure:
    """Return why nobody is signed in by what came back; `state` is what the cookie says that was sent."""
    if not state or not secrets.compare_digest(query.get("state", "").encode(), state.encode()):
        return "state_mismatch"
    if not query.get("code"):
        return "missing_code"
    return "token_exchange_failed"  # there is nobody to exchange it with


def page_of(page_address: str, failure: Failure) -> str:
    """Return where the browser goes then: to the page, whatever was asked for."""
    return f"{page_address}{PAGE}?{urlencode({'error': failure})}"
