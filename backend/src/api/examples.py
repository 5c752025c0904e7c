"""Examples for the API's documentation, and what those of reports are made of.

All are of the same two days and add up to the same totals.
"""

from __future__ import annotations

from typing import Any

Example = dict[str, Any]

ENGINES: Example = {"team_id": "5b0f5d3e-2d0c-4f0a-9a35-6f7d0c1f2a10", "name": "Engines", "kind": "team"}
NOBODY: Example = {"team_id": None, "name": "Unassigned", "kind": "unassigned"}
GPT: Example = {"model": "gpt-5", "label": "openai/gpt-5"}
CLAUDE: Example = {"model": "claude-sonnet", "label": "anthropic/claude-sonnet-4"}
KEY = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"


def metrics(prompt: int, completion: int, spend: float, successful: int, failed: int = 0) -> Example:
    """Return all figures."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "cache_read_input_tokens": prompt // 10,
        "cache_creation_input_tokens": 0,
        "spend": spend,
        "api_requests": successful + failed,
        "successful_requests": successful,
        "failed_requests": failed,
    }


def usage(prompt: int, completion: int, spend: float, successful: int, failed: int) -> Example:
    """Return tokens, and the figures without those of caches."""
    figures = metrics(prompt, completion, spend, successful, failed)
    return {"tokens": prompt + completion, **{name: figures[name] for name in figures if "cache" not in name}}


def requests(successful: int, failed: int = 0) -> Example:
    """Return requests by outcome."""
    return {
        "total_requests": successful + failed,
        "successful_requests": successful,
        "failed_requests": failed,
    }


def tokens(prompt: int, completion: int) -> Example:
    """Return tokens by kind."""
    return {"tokens": prompt + completion, "prompt_tokens": prompt, "completion_tokens": completion}


META: Example = {
    "as_of": "2026-11-20T14:03:16.408936Z",
    "stale": False,
    "complete": True,
    "missing_days": [],
    "source": "gateway",
    "scope": "all",
    "totals": {
        "tokens": 2600,
        "prompt_tokens": 2100,
        "completion_tokens": 500,
        "spend": 0.0131,
        "api_requests": 18,
        "successful_requests": 16,
        "failed_requests": 2,
    },
}

CONFIG: Example = {
    "title": "Tokens Leaderboard 🏆",
    "subtitle": "AI Bootcamp",
    "demo": False,
    "auth_required": True,
    "public_mode": False,
    "live_ttl_seconds": 30,
    "first_day": "2023-01-01",
    "studio": True,
}
HEALTH: Example = {"status": "ok"}
READY: Example = {
    "status": "ready",
    "gateway": {"state": "reachable", "checked_at": "2026-11-20T14:03:16.408936Z"},
    "data_as_of": "2026-11-20T14:03:16.408936Z",
    "data_age_seconds": 4.2,
    "history": {"loaded": 30, "wanted": 30},
}
NOT_READY: Example = {
    "status": "unavailable",
    "gateway": {"state": "gateway_unavailable", "checked_at": "2026-11-20T14:03:16.408936Z"},
    "data_as_of": None,
    "data_age_seconds": None,
    "history": None,
}
# By response model and status.
OF_MODELS: dict[tuple[str, int], Example] = {
    ("ConfigOut", 200): CONFIG,
    ("HealthOut", 200): HEALTH,
    ("ReadyOut", 200): READY,
    ("ReadyOut", 503): NOT_READY,
}
METRICS = (
    "# HELP leaderboard_answers_total Reports by where they came from.\n"
    "# TYPE leaderboard_answers_total counter\n"
    'leaderboard_answers_total{cache="kept"} 1284.0\n'
)

# A sentence for each code of the error table.
SENTENCES = {
    "invalid_range": "start_date 2026-11-21 is after end_date 2026-11-20. Swap them.",
    "invalid_parameter": "format: Input should be 'json' or 'csv'.",
    "misdirected": (
        "The dashboard does not go by the host name of this address. "
        "Use one that it goes by, or add this one to ALLOWED_HOSTS."
    ),
    "unauthorized": "This dashboard asks for a token. Send it as 'Authorization: Bearer' followed by the token.",
    "not_found": "There is nothing at this address.",
    "address_too_long": "The address is longer than 8,192 bytes. Ask for less at once.",
    "headers_too_long": "The headers are longer than 16,384 bytes. Send fewer cookies.",
    "internal_error": "Something went wrong in the dashboard. Quote the request id when you report it.",
    "gateway_rejected_key": "The gateway does not know the key in LITELLM_API_KEY.",
    "gateway_forbidden": "The key in LITELLM_API_KEY may not read this. An admin viewer's key sees everything.",
    "gateway_invalid_response": "The gateway's answer is not one of LiteLLM's.",
    "gateway_rate_limited": "The gateway asks for a pause. Try again later.",
    "gateway_unavailable": "The gateway could not be read. Try again.",
    "spend_logs_unavailable": "This gateway has no spend logs, which figures by hour are made of.",
    "busy": "The dashboard is reading other days. Try again in a few seconds.",
    "gateway_timeout": "The gateway did not answer in time. Try again.",
}
REQUEST_ID = "0af1e0b92e2b4c3f8f5d1c7a6b9e4d20"
