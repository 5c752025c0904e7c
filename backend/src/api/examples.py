"""Examples for the API's documentation. All are of the same two days and add up to the same totals."""

from __future__ import annotations

from typing import Any

Example = dict[str, Any]

_ENGINES: Example = {"team_id": "5b0f5d3e-2d0c-4f0a-9a35-6f7d0c1f2a10", "name": "Engines", "kind": "team"}
_NOBODY: Example = {"team_id": None, "name": "Unassigned", "kind": "unassigned"}
_GPT, _CLAUDE = "gpt-5", "claude-sonnet"
_GPT_LABEL, _CLAUDE_LABEL = "openai/gpt-5", "anthropic/claude-sonnet-4"
_KEY = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"


def _metrics(prompt: int, completion: int, spend: float, successful: int, failed: int = 0) -> Example:
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


def _usage(prompt: int, completion: int, spend: float, successful: int, failed: int) -> Example:
    figures = _metrics(prompt, completion, spend, successful, failed)
    return {"tokens": prompt + completion, **{name: figures[name] for name in figures if "cache" not in name}}


def _requests(successful: int, failed: int = 0) -> Example:
    return {
        "total_requests": successful + failed,
        "successful_requests": successful,
        "failed_requests": failed,
    }


def _tokens(prompt: int, completion: int) -> Example:
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

_MODELS_OF_KEY = [
    {"model_name": _GPT, "label": _GPT_LABEL, "total_tokens": 1500, **_metrics(1200, 300, 0.0065, 11, 1)},
    {"model_name": _CLAUDE, "label": _CLAUDE_LABEL, "total_tokens": 1000, **_metrics(800, 200, 0.0054, 4, 1)},
]
_KEYS = [
    {
        "api_key": _KEY,
        "key_alias": "laptop",
        "total_tokens": 2500,
        **_metrics(2000, 500, 0.0119, 15, 2),
        "models": _MODELS_OF_KEY,
    }
]
_KEYS_OF_NOBODY = [
    {
        "api_key": "",
        "key_alias": None,
        "total_tokens": 100,
        **_metrics(100, 0, 0.0012, 1),
        "models": [{"model_name": _GPT, "label": _GPT_LABEL, "total_tokens": 100, **_metrics(100, 0, 0.0012, 1)}],
    }
]

TEAMS: Example = {
    "meta": META,
    "teams": [
        {**_ENGINES, "tokens": 2500, **_metrics(2000, 500, 0.0119, 15, 2), "breakdown": {"api_keys": _KEYS}},
        {**_NOBODY, "tokens": 100, **_metrics(100, 0, 0.0012, 1), "breakdown": {"api_keys": _KEYS_OF_NOBODY}},
    ],
}
TIMESERIES: Example = {
    "meta": META,
    "timeseries": [
        {"date": "2026-11-19", "teams": [{**_ENGINES, **_tokens(800, 200), **_requests(4, 1), "spend": 0.0054}]},
        {
            "date": "2026-11-20",
            "teams": [
                {**_ENGINES, **_tokens(1200, 300), **_requests(11, 1), "spend": 0.0065},
                {**_NOBODY, **_tokens(100, 0), **_requests(1), "spend": 0.0012},
            ],
        },
    ],
}
MODELS: Example = {
    "meta": META,
    "models": [
        {"model": _GPT, "label": _GPT_LABEL, **_usage(1300, 300, 0.0077, 12, 1)},
        {"model": _CLAUDE, "label": _CLAUDE_LABEL, **_usage(800, 200, 0.0054, 4, 1)},
    ],
}
SUCCESS_RATE: Example = {
    "meta": META,
    "teams": [
        {**_ENGINES, **_requests(15, 2), "success_rate": 88.23529411764706},
        {**_NOBODY, **_requests(1), "success_rate": 100.0},
    ],
}


def _cell(team: Example, model: str, tokens: int, spend: float, per_1k: float) -> Example:
    who = {"team_id": team["team_id"], "team": team["name"], "kind": team["kind"], "model": model}
    return {**who, "cost_per_1k_tokens": per_1k, "total_cost": spend, "total_tokens": tokens}


COST_EFFICIENCY: Example = {
    "meta": META,
    "cells": [
        _cell(_ENGINES, _GPT, 1500, 0.0065, 0.004333333333333333),
        _cell(_ENGINES, _CLAUDE, 1000, 0.0054, 0.0054),
        _cell(_NOBODY, _GPT, 100, 0.0012, 0.012),
    ],
}
_TOKENS_BY_HOUR = {9: 1000, 13: 1500, 14: 100}
HOURLY: Example = {
    "meta": META,
    "timezone": "Europe/Berlin",
    "hours": [{"hour": hour, "tokens": _TOKENS_BY_HOUR.get(hour, 0)} for hour in range(24)],
    "coverage": {"requests": 18, "logged_requests": 18, "partial_days": []},
}

CONFIG: Example = {
    "title": "Tokens Leaderboard 🏆",
    "subtitle": "AI Bootcamp",
    "demo": False,
    "auth_required": True,
    "public_mode": False,
    "live_ttl_seconds": 30,
    "first_day": "2023-01-01",
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
    ("TeamsOut", 200): TEAMS,
    ("TimeSeriesOut", 200): TIMESERIES,
    ("ModelsOut", 200): MODELS,
    ("SuccessRateSummaryOut", 200): SUCCESS_RATE,
    ("CostEfficiencyOut", 200): COST_EFFICIENCY,
    ("HourlyBreakdownOut", 200): HOURLY,
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
