"""What came of asking one case once: what figures are made of, and what is told and kept of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.exchange.storable import storable
from src.studio.scoring.junit import AnswerTest
from src.studio.scoring.summary import CaseResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.exchange.record import Exchange
    from src.studio.scoring.case import Case
    from src.studio.scoring.verdict import Verdict

UNSCORED, PASS, FAIL = "unscored", "pass", "fail"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to ask: a case, by the name that it has in this run, of a model, and for the how manieth time."""

    model: str
    name: str
    case: Case
    repeat: int


@dataclass(frozen=True, slots=True)
class Result:
    """One answer of a model to a case, judged.

    `problems` are a verdict's, as its `to_dict` tells them, the gravest first. `error` says why there is no
    verdict, None where there is one. `extra_rounds` is how many more requests there were than the case's
    `optimal_hops`, None where it has none, or there is no verdict.
    """

    figures: CaseResult
    problems: Sequence[dict[str, Any]] = field(default_factory=tuple)
    error: str | None = None
    extra_rounds: int | None = None

    @property
    def model(self) -> str:
        """Who was asked."""
        return self.figures.target

    def as_test(self) -> AnswerTest:
        """Return what build servers are told of it."""
        names = ("case", "category", "repeat", "status", "disputed", "reason", "latency_ms")
        sentences = [problem["sentence"] for problem in self.problems]
        return AnswerTest(
            **{name: getattr(self.figures, name) for name in names}, error=self.error, sentences=sentences
        )


def result_of(item: Item, exchange: Exchange, verdict: Verdict | None) -> Result:
    """Return what came of an exchange; without a verdict, it is not scored."""
    case = item.case
    figures = CaseResult(
        target=item.model,
        case=item.name,
        category=case.category,
        repeat=item.repeat,
        status=UNSCORED if verdict is None else PASS if verdict.passed else FAIL,
        disputed=case.disputed,
        wants_call=case.should_call_tool,
        reason=None if verdict is None else verdict.reason,
        scores=asdict(verdict.scores) if verdict else {},
        latency_ms=exchange.latency_ms,
        cost=exchange.cost,
        input_tokens=exchange.input_tokens,
        output_tokens=exchange.output_tokens,
        rounds=len(exchange.rounds),
    )
    if verdict is None:
        return Result(figures, error=exchange.error or "There was no answer.")
    return Result(figures, exchange.told([one.to_dict() for one in verdict.problems]), None, verdict.extra_rounds)


def record_of(result: Result, exchange: Exchange | None) -> dict[str, Any]:
    """Return a line of `results.jsonl`: the verdict, the calls of each turn, and all that was sent and came."""
    figures = asdict(result.figures)
    told = None if exchange is None else storable(exchange.to_dict(with_tools=False))
    return {
        "model": figures.pop("target"),
        **figures,
        "extra_rounds": result.extra_rounds,
        "error": result.error,
        "problems": list(result.problems),
        "calls": [[_call(call) for call in turn["calls"]] for turn in told["turns"]] if told else [],
        "exchange": told and told["rounds"],
    }


def _call(call: dict[str, Any]) -> dict[str, Any]:
    return {name: call[name] for name in ("name", "arguments")}
