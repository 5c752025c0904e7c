"""Models: what each costs and came to, whether it is still offered, and what its usage would cost elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.engine.plan import Price

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import RowMapping

    from src.core.usage import ModelUsage
    from src.studio.analytics.repository import ModelKey
    from src.studio.providers.service import OfferedModel, Provider

Values = dict[str, Any]

GONE = {"status": "gone", "detail": "It was measured, and is not offered any more."}


def offered_models(providers: Iterable[Provider]) -> dict[ModelKey, Values]:
    """Return all models that are offered, as answers have them, without what was measured."""
    return {
        (provider.provider_key, model.model_id): _offered(provider, model)
        for provider in providers
        for model in provider.models.values()
    }


def gone_model(row: Mapping[str, Any]) -> Values:
    """Return a model that was measured and is not offered any more; `row` is one of its results."""
    names = {name: row[name] for name in ("provider_key", "provider", "model_id", "display_name")}
    return {**names, "price": None, "window": None, "max_output_tokens": None, "health": GONE}


def last_of(row: Mapping[str, Any]) -> Values:
    """Return what a model came to, of one of its results."""
    at = ("load_mode", "load", "context_tokens", "output_tier", "run_id")
    figures = ("ttft_ms_p50", "output_tps_p50", "output_tps")
    return {**{name: row[name] for name in (*at, *figures)}, "measured_at": iso(row["created_at"])}


def at_prices(usage: ModelUsage, providers: Iterable[Provider]) -> list[Values]:
    """Return what the same tokens would have cost with each model, the cheapest first; null without a price."""
    told = [
        {
            "provider_key": provider.provider_key,
            "provider": provider.display_name,
            "model_id": model.model_id,
            "display_name": model.name,
            "cost": _cost(usage, model),
            "price_source": model.price_source,
        }
        for provider in providers
        for model in provider.models.values()
    ]
    return sorted(told, key=lambda model: (model["cost"] is None, model["cost"] or 0, model["display_name"]))


def measured_point(row: RowMapping) -> Values:
    """Return a run's figures of a model at a point, with their intervals."""
    told = row["statistics"]
    return {
        "timestamp": iso(row["created_at"]),
        "run_id": row["run_id"],
        "n": (told.get("ttft_ms") or {}).get("n", 0),
        "success_count": row["success_count"],
        "error_count": row["error_count"],
        **_median(told, "ttft_ms"),
        "ttft_ms_p95": (told.get("ttft_ms") or {}).get("p95"),
        **_median(told, "output_tps_user"),
        **_median(told, "request_latency_ms"),
        "output_tps": row["output_tps"],
        "goodput": row["goodput"],
        "client_limited": bool(row["client_limited"]),
    }


def by_point(rows: Sequence[RowMapping]) -> list[Values]:
    """Return results, given newest first, as a series for each point, oldest first; the longest series first."""
    found: dict[tuple[Any, ...], Values] = {}
    at = ("load_mode", "load", "context_tokens", "output_tier")
    for row in reversed(rows):
        key = tuple(row[name] for name in at)
        series = found.setdefault(key, {**dict(zip(at, key, strict=True)), "points": []})
        series["points"].append(measured_point(row))
    return sorted(found.values(), key=lambda series: -len(series["points"]))


def _offered(provider: Provider, model: OfferedModel) -> Values:
    return {
        "provider_key": provider.provider_key,
        "provider": provider.display_name,
        "model_id": model.model_id,
        "display_name": model.name,
        "price": _price(model),
        "window": model.context_window,
        "max_output_tokens": model.max_output_tokens,
        "health": {"status": provider.status, "detail": provider.detail},
    }


def _price(model: OfferedModel) -> Values | None:
    if not model.has_price:
        return None
    return {
        "input_cost_per_mtok": model.input_cost_per_mtok,
        "output_cost_per_mtok": model.output_cost_per_mtok,
        "cached_cost_per_mtok": model.cached_cost_per_mtok,
        "source": model.price_source,
        "at": model.price_at and model.price_at.isoformat(),
    }


def _cost(usage: ModelUsage, model: OfferedModel) -> float | None:
    if model.input_cost_per_mtok is None or model.output_cost_per_mtok is None:
        return None
    price = Price(model.input_cost_per_mtok, model.output_cost_per_mtok, model.cached_cost_per_mtok)
    return price.cost(usage.input_tokens, usage.output_tokens, usage.cached_tokens)


def _median(statistics: Mapping[str, Any], name: str) -> Values:
    summary = statistics.get(name) or {}
    return {f"{name}_p50": summary.get("p50"), f"{name}_p50_interval": summary.get("p50_interval")}
