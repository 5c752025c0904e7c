"""LiteLLM's answer of daily activity: pages of database rows, each page nested on its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fake_gateway.rows import UsageRow

Json = dict[str, Any]


def activity_page(
    rows: Sequence[UsageRow], aliases: Mapping[str, str | None], page: int, page_size: int, *, old: bool
) -> Json:
    """Return one page: newest day first, then in the order of `rows`; a page can end in the middle of a day.

    `old`: like LiteLLM 1.95, which has only public names in `model_groups`.
    """
    ordered = sorted(rows, key=lambda row: row.date, reverse=True)
    chunk = ordered[(page - 1) * page_size : page * page_size]
    days: dict[str, Json] = {}
    for row in chunk:
        _add_to_day(days.setdefault(row.date, _empty_day(row.date)), row, aliases, old=old)
    pages = -(-len(ordered) // page_size)
    total = _metrics({})
    for row in chunk:
        _add(total, row)
    metadata = {f"total_{name}": value for name, value in total.items()}
    return {
        "results": list(days.values()),
        "metadata": {**metadata, "page": page, "total_pages": pages, "has_more": page < pages},
    }


def _empty_day(date: str) -> Json:
    parts = ("mcp_servers", "models", "model_groups", "providers", "endpoints", "api_keys", "entities")
    return {"date": date, "metrics": _metrics({}), "breakdown": {part: {} for part in parts}}


def _add_to_day(day: Json, row: UsageRow, aliases: Mapping[str, str | None], *, old: bool) -> None:
    _add(day["metrics"], row)
    breakdown = day["breakdown"]
    entity = row.team_id or "Unassigned"
    _add_to_part(breakdown["entities"], entity, row, _team_metadata(row.team_id, aliases))
    group = row.model if old else row.group
    if group:
        _add_to_part(breakdown["model_groups"], group, row, {})
    provider_model = row.group if row.is_flat else row.provider_model or row.model
    if provider_model:
        _add_to_part(breakdown["models"], provider_model, row, {})
    if row.tool:
        _add_to_part(breakdown["mcp_servers"], row.tool, row, {})
    if not row.is_flat:
        _add(breakdown["api_keys"].setdefault(row.api_key, _key(row))["metrics"], row)


def _add_to_part(parts: Json, name: str, row: UsageRow, metadata: Json) -> None:
    part = parts.setdefault(name, {"metrics": _metrics({}), "metadata": metadata, "api_key_breakdown": {}})
    _add(part["metrics"], row)
    if not row.is_flat:
        _add(part["api_key_breakdown"].setdefault(row.api_key, _key(row))["metrics"], row)


def _team_metadata(team_id: str | None, aliases: Mapping[str, str | None]) -> Json:
    return {"team_alias": aliases[team_id]} if team_id is not None and team_id in aliases else {}


def _key(row: UsageRow) -> Json:
    return {"metrics": _metrics({}), "metadata": {"key_alias": row.key_alias, "team_id": row.team_id}}


def _metrics(values: Json) -> Json:
    return {name: values.get(name, 0) for name in UsageRow("", None, "").metrics}


def _add(metrics: Json, row: UsageRow) -> None:
    for name, value in row.metrics.items():
        metrics[name] += value
