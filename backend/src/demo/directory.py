"""The demo gateway's teams with their keys, and its deployments, as LiteLLM lists them."""

from src.demo.activity import Json
from src.demo.deployments import DEPLOYMENTS, Deployment, indices_by_name
from src.demo.models import MODELS
from src.demo.teams import TEAMS, Key, Team

CREATED = "2025-01-06T08:00:00"
LISTED = 1677610602  # when LiteLLM says that any model was made

# What LiteLLM lists beside the rest, empty unless somebody sets limits, policies and the like.
LIMITS = (
    *("tpm_limit", "rpm_limit", "tpd_limit", "max_budget", "budget_duration", "budget_limits"),
    *("budget_reset_at", "max_parallel_requests", "object_permission_id"),
)
TEAM_LISTS = (
    *("admins", "members", "models", "team_member_permissions", "team_memberships"),
    *("access_group_ids", "default_team_member_models", "policies"),
)
TEAM_OBJECTS = ("metadata", "router_settings", "model_spend", "model_max_budget")
KEY_LISTS = ("models", "allowed_cache_controls", "allowed_routes", "policies", "access_group_ids")
KEY_OBJECTS = (
    *("aliases", "config", "permissions", "metadata", "model_spend", "model_max_budget"),
    *("router_settings", "budget_fallbacks"),
)
KEY_UNSET = (
    *("expires", "blocked", "budget_id", "created_by", "updated_by", "key_rotation_at", "last_rotation_at"),
    *("rotation_interval", "project_id", "last_active", "agent_id", "key_type", "settings_updated_at"),
)


def team_list() -> list[Json]:
    """Return all teams by alias, each with all its keys."""
    return [_team(team) for team in sorted(TEAMS, key=lambda team: team.alias)]


def model_info() -> Json:
    """Return all deployments with their prices in USD per token (null: without a price)."""
    return {"data": [_deployment(deployment) for deployment in DEPLOYMENTS]}


def model_list() -> Json:
    """Return each public name once, as OpenAI lists models."""
    return {
        "data": [
            {"id": name, "object": "model", "created": LISTED, "owned_by": "openai", **_limits(DEPLOYMENTS[first])}
            for name, (first, *_) in indices_by_name().items()
        ],
        "object": "list",
    }


def _team(team: Team) -> Json:
    return {
        "team_alias": team.alias,
        "team_id": team.team_id,
        "organization_id": None,
        "soft_budget": None,
        "object_permission": None,
        "members_with_roles": [{"user_id": "default_user_id", "user_email": None, "role": "admin"}],
        "blocked": False,
        "spend": 0.0,
        "model_id": None,
        "litellm_model_table": None,
        "allow_team_guardrail_config": False,
        **{name: [] for name in TEAM_LISTS},
        **{name: {} for name in TEAM_OBJECTS},
        **dict.fromkeys(LIMITS),
        "updated_at": CREATED,
        "created_at": CREATED,
        "keys": [_key(team, key) for key in team.key_list],
    }


def _key(team: Team, key: Key) -> Json:
    return {
        "token": key.token,
        "key_name": f"sk-...{key.token[-4:]}",
        "key_alias": key.alias,
        "spend": 0.0,
        "user_id": "default_user_id",
        "team_id": team.team_id,
        "organization_id": None,
        "created_at": CREATED,
        "updated_at": CREATED,
        "soft_budget_cooldown": False,
        "auto_rotate": False,
        "rotation_count": 0,
        "total_spend": 0.0,
        **{name: [] for name in KEY_LISTS},
        **{name: {} for name in KEY_OBJECTS},
        **dict.fromkeys(KEY_UNSET),
        **dict.fromkeys(LIMITS),
    }


def _deployment(deployment: Deployment) -> Json:
    price = deployment.price
    return {
        "model_name": deployment.public_name,
        "litellm_params": {
            "model": deployment.model,
            "use_in_pass_through": False,
        },
        "model_info": {
            "id": deployment.model_id,
            "db_model": False,
            "key": deployment.model.partition("/")[2],
            **_limits(deployment),
            "input_cost_per_token": _usd(price.prompt),
            "output_cost_per_token": _usd(price.completion),
            "cache_read_input_token_cost": _usd(price.cache_read),
            "cache_creation_input_token_cost": _usd(price.cache_creation),
            "litellm_provider": deployment.provider,
            **_skills(deployment),
        },
    }


def _limits(deployment: Deployment) -> Json:
    return {
        "mode": deployment.mode,
        "max_input_tokens": deployment.max_input_tokens,
        "max_output_tokens": deployment.max_output_tokens or None,
    }


def _skills(deployment: Deployment) -> Json:
    """Return what a chat model understands; of other models, LiteLLM does not know."""
    model = MODELS.get(deployment.public_name)
    return {
        "supports_function_calling": True if model else None,
        "supports_tool_choice": True if model else None,
        "supports_system_messages": True if model else None,
        "supports_reasoning": model.reasoning > 0 if model else None,
    }


def _usd(nano: int) -> float | None:
    return nano / 1_000_000_000 or None
