"""Turns LiteLLM's refusals, which come in three shapes, into sentences without any key in them."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

from workshop.errors import GatewayError, NotFoundError

if TYPE_CHECKING:
    from email.message import Message

LONGEST_REASON = 300
REDIRECTIONS, NOT_FOUND, SERVER_ERRORS = range(300, 400), 404, 500
KEY = re.compile(r"sk-[\w.-]+")

SENTENCES = {
    401: "The gateway does not accept LITELLM_ADMIN_KEY (401): it is wrong, expired, or not an admin's.",
    403: "LITELLM_ADMIN_KEY is not allowed to do this (403): it takes the key of a proxy admin. {reason}",
    404: "There is no such thing there (404): is LITELLM_BASE_URL a LiteLLM gateway's address? {reason}",
    409: "It exists already, and differs (409). {reason}",
    422: "The gateway does not understand the request (422); its release may be too old or too new. {reason}",
    429: "The gateway asks for patience (429): try again {when}.",
}


def refusal(status: int, headers: Message, body: bytes, admin_key: str) -> GatewayError:
    """Return the error for an answer other than a 2xx."""
    error = parsed(body)
    reason = shown(error.get("message", ""), admin_key)
    if status in REDIRECTIONS:
        target = shown(headers.get("Location", "elsewhere"), admin_key)
        return GatewayError(f"The gateway redirects to {target} ({status}): set LITELLM_BASE_URL to it.", status)
    if status == NOT_FOUND and error:
        return NotFoundError(reason, status)
    if status >= SERVER_ERRORS:
        sentence = "The gateway has trouble ({status}); try again in a minute. {reason}"
    else:
        sentence = SENTENCES.get(status, "The gateway refuses this ({status}). {reason}")
    text = sentence.format(status=status, reason=reason, when=patience(headers))
    return GatewayError(text.strip(), status, str(error.get("type", "")))


def parsed(body: bytes) -> dict[str, Any]:
    """Return LiteLLM's `message` and `type`, as far as there are any."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(answer, dict):
        return {}
    error = answer.get("error")
    if isinstance(error, dict):
        return error
    detail = answer.get("detail", error)
    if isinstance(detail, list):
        return {"message": "; ".join(map(complaint, detail))}
    if isinstance(detail, dict):
        return {"message": str(detail.get("error", detail))}
    return {}


def complaint(item: object) -> str:
    """Return what one entry of a 422 says: `user_id: Input should be a valid string`."""
    if not isinstance(item, dict):
        return str(item)
    place = ".".join(str(part) for part in item.get("loc", ()) if part != "body")
    return f"{place}: {item.get('msg', '')}"


def shown(text: object, admin_key: str) -> str:
    """Return text for one line of a terminal, without keys and without control characters."""
    words = str(text)
    try:  # LiteLLM puts some of its messages into the representation of a dict
        inner = ast.literal_eval(words)
        words = str(next(iter(inner.values()))) if isinstance(inner, dict) and inner else words
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    words = KEY.sub("sk-…", words.replace(admin_key, "sk-…"))
    line = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    return line if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]}…"


def patience(headers: Message) -> str:
    """Return when to try again, in words."""
    seconds = headers.get("Retry-After", "")
    return f"in {seconds} seconds" if seconds.isdigit() else "in a minute"
