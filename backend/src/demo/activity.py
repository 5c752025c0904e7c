"""Daily rows in the nesting of LiteLLM's daily activity."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from src.demo.deployments import DEPLOYMENTS
from src.demo.history import DailyRow
from src.demo.plans import ENDPOINTS
from src.demo.teams import TEAMS
from src.demo.traffic import NO_DEPLOYMENT

Json: TypeAlias = dict[str, Any]

NANO = 1_000_000_000
PARTS = ("mcp_servers", "models", "model_groups", "providers", "endpoints", "api_keys", "entities")


class Metrics:
    """A sum of rows: tokens, requests and nano-USD."""

    __slots__ = ("sums",)

    def __init__(self) -> None:
        self.sums = [0, 0, 0, 0, 0, 0, 0]

    def add(self, row: DailyRow) -> None:
        """Add one row."""
        sums = self.sums
        sums[0] += row.prompt
        sums[1] += row.completion
        sums[2] += row.cache_read
        sums[3] += row.cache_creation
        sums[4] += row.spend
        sums[5] += row.successful
        sums[6] += row.failed

    def as_json(self) -> Json:
        """Return the sum as LiteLLM names it; `spend` is in USD."""
        prompt, completion, cache_read, cache_creation, spend, successful, failed = self.sums
        return {
            "spend": spend / NANO,
            "flat_cost": 0.0,
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "cache_read_input_tokens": cache_read,
            "cache_creation_input_tokens": cache_creation,
            "compression_saved_tokens": 0,
            "compression_savings_spend": 0.0,
            "prompt_caching_savings_spend": 0.0,
            "gateway_injected_caching_savings_spend": 0.0,
            "autorouter_savings_spend": 0.0,
            "total_tokens": prompt + completion,
            "successful_requests": successful,
            "failed_requests": failed,
            "api_requests": successful + failed,
            "total_response_time_ms": 0,
            "timed_requests": 0,
        }


class _Group:
    """One entry of a breakdown: what its rows add up to, in all and by key."""

    def __init__(self, metadata: Json) -> None:
        self.metadata = metadata
        self.metrics = Metrics()
        self.keys: dict[str, _Group] = {}

    def add(self, row: DailyRow, key: str, key_metadata: Json) -> None:
        self.metrics.add(row)
        if key not in self.keys:
            self.keys[key] = _Group(key_metadata)
        self.keys[key].metrics.add(row)

    def as_json(self) -> Json:
        by_key = {key: group.as_leaf() for key, group in self.keys.items()}
        return {**self.as_leaf(), "api_key_breakdown": by_key}

    def as_leaf(self) -> Json:
        return {"metrics": self.metrics.as_json(), "metadata": self.metadata}


class _Day:
    def __init__(self) -> None:
        self.metrics = Metrics()
        self.parts: dict[str, dict[str, _Group]] = {part: {} for part in PARTS}

    def add(self, row: DailyRow) -> None:
        team = TEAMS[row.team]
        key = team.key_list[row.key]
        key_metadata: Json = {
            "key_alias": key.alias,
            "team_id": team.team_id,
            "user_id": "default_user_id",
            "user_email": None,
            "key_exists": True,
        }
        self.metrics.add(row)
        for part, name in _groups(row):
            groups = self.parts[part]
            if name not in groups:
                groups[name] = _Group({"team_alias": team.alias} if part == "entities" else {})
            groups[name].add(row, key.token, key_metadata)
        by_key = self.parts["api_keys"]
        by_key.setdefault(key.token, _Group(key_metadata)).metrics.add(row)

    def as_json(self, day: date) -> Json:
        breakdown = {
            part: {
                name: group.as_leaf() if part == "api_keys" else group.as_json() for name, group in groups.items()
            }
            for part, groups in self.parts.items()
        }
        return {"date": day.isoformat(), "metrics": self.metrics.as_json(), "breakdown": breakdown}


def _groups(row: DailyRow) -> list[tuple[str, str]]:
    """Return part and name of each group that the row belongs to; without a deployment it has no model."""
    found = [("endpoints", ENDPOINTS[row.endpoint].path), ("entities", TEAMS[row.team].team_id)]
    if row.deployment == NO_DEPLOYMENT:
        return [*found, ("providers", "unknown")]
    deployment = DEPLOYMENTS[row.deployment]
    return [
        *found,
        ("models", deployment.model),
        ("model_groups", deployment.public_name),
        ("providers", deployment.provider),
    ]


def activity_page(rows: Sequence[DailyRow], page: int, page_size: int) -> Json:
    """Return one page of these rows (newest day first) as LiteLLM does: cut by rows, so perhaps within a day.

    `metadata.total_*` are sums over the page alone.
    """
    offset = (page - 1) * page_size
    totals, results = _nested(rows[offset : offset + page_size])
    metadata = {f"total_{name.removeprefix('total_')}": value for name, value in totals.as_json().items()}
    metadata |= {
        "page": page,
        "total_pages": -(-len(rows) // page_size),
        "has_more": page * page_size < len(rows),
        "api_key_limit": None,
        "total_api_keys": None,
        "entity_total_api_keys": None,
    }
    return {"results": results, "metadata": metadata}


def _nested(rows: Iterable[DailyRow]) -> tuple[Metrics, list[Json]]:
    totals = Metrics()
    days: dict[date, _Day] = {}
    for row in rows:
        totals.add(row)
        days.setdefault(row.day, _Day()).add(row)
    return totals, [day.as_json(name) for name, day in days.items()]
