"""The demo gateway's teams with their keys, and its deployments, as LiteLLM lists them."""

from src.demo.activity import Json
from src.demo.deployments import DEPLOYMENTS, Deployment
from src.demo.teams import TEAMS, Key, Team

CREATED = "2025-01-06T08:00:00"


def team_list() -> list[Json]:
    """Return all teams by alias, each with all its keys."""
    return [_team(team) for team in sorted(TEAMS, key=lambda team: team.alias)]


def model_info() -> Json:
    """Return all deployments with their prices in USD per token (null: without a price)."""
    return {"data": [_deployment(deployment) for deployment in DEPLOYMENTS]}


def _team(team: Team) -> Json:
    return {
        "team_alias": team.alias,
        "team_id": team.team_id,
        "organization_id": None,
        "admins": [],
        "members": [],
        "members_with_roles": [{"user_id": "default_user_id", "user_email": None, "role": "admin"}],
        "team_member_permissions": [],
        "metadata": {},
        "tpm_limit": None,
        "rpm_limit": None,
        "max_budget": None,
        "budget_duration": None,
        "models": [],
        "blocked": False,
        "spend": 0.0,
        "max_parallel_requests": None,
        "budget_reset_at": None,
        "model_id": None,
        "litellm_model_table": None,
        "updated_at": CREATED,
        "created_at": CREATED,
        "team_memberships": [],
        "keys": [_key(team, key) for key in team.key_list],
    }


def _key(team: Team, key: Key) -> Json:
    return {
        "token": key.token,
        "key_name": f"sk-...{key.token[-4:]}",
        "key_alias": key.alias,
        "spend": 0.0,
        "expires": None,
        "models": [],
        "aliases": {},
        "config": {},
        "user_id": "default_user_id",
        "team_id": team.team_id,
        "permissions": {},
        "max_parallel_requests": None,
        "metadata": {},
        "blocked": None,
        "max_budget": None,
        "organization_id": None,
        "created_at": CREATED,
        "updated_at": CREATED,
        "last_active": None,
    }


def _deployment(deployment: Deployment) -> Json:
    price = deployment.price
    return {
        "model_name": deployment.public_name,
        "litellm_params": {
            "model": deployment.model,
            "use_in_pass_through": False,
            "use_litellm_proxy": False,
        },
        "model_info": {
            "id": deployment.model_id,
            "db_model": False,
            "key": deployment.model.partition("/")[2],
            "max_input_tokens": deployment.max_input_tokens,
            "input_cost_per_token": _usd(price.prompt),
            "output_cost_per_token": _usd(price.completion),
            "cache_read_input_token_cost": _usd(price.cache_read),
            "cache_creation_input_token_cost": _usd(price.cache_creation),
            "litellm_provider": deployment.provider,
            "mode": deployment.mode,
        },
    }


def _usd(nano: int) -> float | None:
    return nano / 1_000_000_000 or None
