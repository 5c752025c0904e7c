"""The parts of the dashboard's answers as flat lists, the way SQL has them."""

from typing import Any

Items = list[dict[str, Any]]

PART = (
    "total_tokens",
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "spend",
    "api_requests",
    "successful_requests",
    "failed_requests",
)


def keys_of(teams: Items) -> Items:
    """Return the keys of all teams, each with its team."""
    return [{"team_id": team["team_id"], **key} for team in teams for key in team["breakdown"]["api_keys"]]


def models_of(keys: Items) -> Items:
    """Return the models of all keys, each with its team and key."""
    return [
        {"team_id": key["team_id"], "api_key": key["api_key"], **model} for key in keys for model in key["models"]
    ]


def points_of(timeseries: Items) -> Items:
    """Return the teams of all days, each with its day."""
    return [{"date": day["date"], **team} for day in timeseries for team in day["teams"]]


def names_of(teams: Items) -> dict[str | None, str]:
    """Return the teams' names by id."""
    return {team["team_id"]: team["name"] for team in teams}
