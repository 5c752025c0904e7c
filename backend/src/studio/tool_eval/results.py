"""A result as it is kept: what was called, the verdict, and the whole exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.exchange.storable import storable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from src.studio.exchange.record import Exchange
    from src.studio.scoring.verdict import Verdict
    from src.studio.tool_eval.runs import AskedCase, Place

Values = dict[str, Any]

NOT_JUDGED: Values = {"scores": {}, "problems": [], "pairs": [], "extra_rounds": None}


def scored(verdict: Verdict | None) -> tuple[str, str | None]:
    """Return status and reason: a provider's error is unscored, and says nothing of the model."""
    if verdict is None:
        return "unscored", None
    return ("pass", None) if verdict.passed else ("fail", verdict.reason)


def result_row(run_id: str, place: Place, asked: AskedCase, exchange: Exchange, verdict: Verdict | None) -> Values:
    """Return the row of a result, but for its attempt.

    Requests are kept without their tools: these are the suite's, and the same in each.
    """
    status, reason = scored(verdict)
    kept = storable(exchange.to_dict(with_tools=False))
    judged = storable(exchange.told(verdict.to_dict())) if verdict else NOT_JUDGED
    return {
        "run_id": run_id,
        "key": place.key,
        "target": place.target,
        "case_index": place.case,
        "case_id": asked.id,
        "repeat": place.repeat,
        "category": asked.case.category,
        "disputed": asked.case.disputed,
        "status": status,
        "reason": reason,
        "latency_ms": exchange.latency_ms,
        "cost": exchange.cost,
        "input_tokens": exchange.input_tokens,
        "output_tokens": exchange.output_tokens,
        "rounds": sum(one.response is not None for one in exchange.rounds),
        "error": exchange.error,
        "scores": judged["scores"],
        "calls": [turn["calls"] for turn in kept["turns"]],
        "problems": judged["problems"],
        "exchange": {**kept, "pairs": judged["pairs"], "extra_rounds": judged["extra_rounds"]},
    }


def calls_made(exchange: Exchange) -> Iterator[str]:
    """Yield the outcome of each call of a model that was made, tries that failed included."""
    for one in exchange.rounds:
        yield from ("error" for _ in one.retries)
        if one.response is not None:
            yield "success"
        else:
            yield exchange.status if exchange.status in {"timeout", "cancelled"} else "error"
