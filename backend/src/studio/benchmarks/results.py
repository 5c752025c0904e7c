"""From records to results: a row for each point."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.points import ONE_AFTER_ANOTHER, Load, Point, cell_of
from src.studio.engine.statistics import PointSummary, Summary, summarise, summarise_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.benchmarks.targets import RunTarget
    from src.studio.engine.record import Record
    from src.studio.engine.slo import Limit, Slo

MS_PER_SECOND = 1000
# Whoever cancelled knows why: these are no errors.
NO_ERRORS = {"success", "cancelled"}


@dataclass(frozen=True, slots=True)
class Result:
    """A model at one point. `name` tells it from the others of the run."""

    target: RunTarget
    name: str
    at: Point
    load: Load
    summary: PointSummary
    end_to_end: Summary | None
    """Output tokens by the time of the whole answer, per second, of successes."""
    prefill: Summary | None
    """Input tokens by the time to the first one, per second, of successes."""
    missed: Mapping[Limit, int]
    """How many requests did not keep a limit; those cancelled by the end left out."""

    @property
    def point(self) -> str:
        """The name of the point, as records have it."""
        return self.at.name(self.target.model_id)

    @property
    def context_tokens(self) -> int:
        """The length of the context."""
        return self.at.tier

    @property
    def ttft(self) -> Summary | None:
        """Time to first token, milliseconds."""
        return self.summary.ttft_ms

    @property
    def success_count(self) -> int:
        """Requests that were answered in full."""
        return self.summary.statuses.get("success", 0)

    @property
    def error_count(self) -> int:
        """Requests that were not; cancelled ones left out."""
        return sum(count for status, count in self.summary.statuses.items() if status not in NO_ERRORS)

    @property
    def cost(self) -> float | None:
        """USD of all requests, None where the model has no price."""
        return 0.0 if self.summary.cost is None and self.target.has_price else self.summary.cost

    def measures(self) -> dict[str, Any]:
        """Return what the database sorts and groups by, which is part of the row, too; null where not known."""
        summary = self.summary
        return {
            "output_tier": self.at.output,
            "load_mode": self.load.mode,
            "load": self.load.value,
            "request_rate": summary.request_rate,
            "output_tps": summary.output_tps,
            "goodput": summary.goodput,
            "goodput_share": summary.goodput_share,
            "ttft_ms_p50": summary.ttft_ms and summary.ttft_ms.p50,
            "ttft_ms_p95": summary.ttft_ms and summary.ttft_ms.p95,
            "itl_ms_p50": summary.itl_ms and summary.itl_ms.p50,
            "request_latency_ms_p50": summary.request_latency_ms and summary.request_latency_ms.p50,
            "request_latency_ms_p95": summary.request_latency_ms and summary.request_latency_ms.p95,
        }

    def figures(self) -> dict[str, Any]:
        """Return the row as the API has it, without the whole distribution."""
        summary, target = self.summary, self.target
        return {
            "model_id": target.model_id,
            "model": target.display_name,
            "provider": target.provider,
            "provider_key": target.provider_key,
            "display_name": target.display_name,
            "point": self.point,
            "context_tokens": self.context_tokens,
            "runs": summary.n,
            "avg_tokens_per_second": _mean(self.end_to_end),
            "avg_ttft_ms": _mean(summary.ttft_ms),
            "avg_total_time_s": _mean(summary.request_latency_ms, MS_PER_SECOND),
            "avg_input_tokens_per_second": _mean(self.prefill),
            "avg_output_speed_tps": _mean(summary.output_tps_user),
            "avg_itl_ms": _mean(summary.itl_ms),
            "std_dev_tps": None if self.end_to_end is None else self.end_to_end.std,
            "success_count": self.success_count,
            "error_count": self.error_count,
            "error": summary.errors[0].example if summary.errors else None,
            "confidence_level": summary.confidence,
            "input_tokens": summary.input_tokens,
            "output_tokens": summary.output_tokens,
            "cost": self.cost,
            "offered_rate": summary.offered_rate,
            **self.measures(),
        }


def results_of(
    targets: Sequence[RunTarget],
    records: Iterable[Record],
    load: Load = ONE_AFTER_ANOTHER,
    slo: Slo | None = None,
) -> list[Result]:
    """Return results in the order of the targets, the smallest context first; warm-ups are left out.

    `load` is that of points that do not name one.
    """
    points: defaultdict[Point, list[Record]] = defaultdict(list)
    for record in records:
        if record.phase == "measure":
            points[cell_of(record.key).point].append(record)
    summing = _Summing(targets, load, slo)
    return [summing.up(at, points[at]) for at in sorted(points, key=lambda point: point.order)]


def empty_result(targets: Sequence[RunTarget], at: Point, load: Load, slo: Slo | None) -> Result:
    """Return the result of a point of which nothing is recorded."""
    return _Summing(targets, load, slo).up(at, [])


def commonest_error(results: Iterable[Result]) -> str | None:
    """Return the sentence of the kind of error that there is most of, None where there is none."""
    counts, examples = Counter[str](), dict[str, str]()
    for result in results:
        for error in result.summary.errors:
            counts[error.kind] += error.count
            examples.setdefault(error.kind, error.example)
    return examples[counts.most_common(1)[0][0]] if counts else None


def total_cost(results: Iterable[Result]) -> float | None:
    """Return USD of a whole run, None where one of its models has no price."""
    return sum_if_known(result.cost for result in results)


def sum_if_known(costs: Iterable[float | None]) -> float | None:
    """Return a sum of money, None where a part of it is not known, or there is none."""
    known = list(costs)
    return math.fsum(cost for cost in known if cost is not None) if known and None not in known else None


@dataclass(frozen=True, slots=True)
class _Summing:
    """How points of a run are summed up; `load` is that of points that do not name one."""

    targets: Sequence[RunTarget]
    load: Load
    slo: Slo | None

    def up(self, at: Point, records: Sequence[Record]) -> Result:
        successes = [record for record in records if record.status == "success"]
        ended = [record for record in records if record.status != "cancelled"]
        return Result(
            self.targets[at.target],
            _names(self.targets)[at.target],
            at,
            at.load or self.load,
            summarise_records(records, self.slo),
            end_to_end=summarise(tps for record in successes if (tps := record.tokens_per_second) is not None),
            prefill=summarise(tps for record in successes if (tps := record.input_tokens_per_second) is not None),
            missed={
                limit: sum(record.status != "success" or not limit.met(record) for record in ended)
                for limit in (self.slo.limits if self.slo else ())
            },
        )


def _names(targets: Sequence[RunTarget]) -> list[str]:
    """Return what each is called: with its provider where two are called alike."""
    counts = Counter(target.display_name for target in targets)
    return [
        target.display_name if counts[target.display_name] == 1 else f"{target.display_name} ({target.provider})"
        for target in targets
    ]


def _mean(summary: Summary | None, unit: float = 1) -> float | None:
    return None if summary is None else summary.mean / unit
