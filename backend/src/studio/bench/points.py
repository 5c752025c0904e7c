"""A point as it is measured: its records until they are summed up, and its row of the summary."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from src.studio.bench.samples import Samples
from src.studio.engine.statistics import summarise, summarise_records

if TYPE_CHECKING:
    from src.studio.bench.options import Options
    from src.studio.bench.planning import Cell
    from src.studio.engine.record import Record
    from src.studio.engine.statistics import PointSummary, Summary

MS_PER_SECOND = 1000
NO_ERRORS = {"success", "cancelled"}


class Point:
    """A cell and what came of it."""

    def __init__(self, cell: Cell, options: Options) -> None:
        self.cell, self._options = cell, options
        self.samples = Samples(options.slo)
        self._records: list[Record] = []
        self._summary: PointSummary | None = None
        self._end_to_end: Summary | None = None
        self._prefill: Summary | None = None

    def add(self, record: Record) -> None:
        """Take a request that has ended."""
        record.icl_ms = array("d", record.icl_ms)  # ty: ignore[invalid-assignment] - read alone, in an eighth of the memory
        self._records.append(record)
        self.samples.add(record)

    def close(self) -> None:
        """Sum up, once, and let go of the records."""
        if self._summary is not None:
            return
        successes = [record for record in self._records if record.status == "success"]
        self._summary = summarise_records(self._records, self._options.slo)
        self._end_to_end = summarise(tps for record in successes if (tps := record.tokens_per_second) is not None)
        self._prefill = summarise(
            tps for record in successes if (tps := record.input_tokens_per_second) is not None
        )
        self._records = []

    @property
    def name(self) -> str:
        """The model's name, as sentences have it."""
        return self.cell.place.model

    @property
    def context_tokens(self) -> int:
        """Synthetic words before the prompt."""
        return self.cell.place.input_tokens

    @property
    def summary(self) -> PointSummary:
        """Its figures, once it is closed."""
        if self._summary is None:
            self.close()
        assert self._summary is not None  # noqa: S101 - see above
        return self._summary

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
        """Requests that were not; what was cancelled by the end is none of them."""
        return sum(count for status, count in self.summary.statuses.items() if status not in NO_ERRORS)

    def row(self) -> dict[str, Any]:
        """Return its row of the summary: what Studio's results have, and the whole distribution."""
        summary, cell = self.summary, self.cell
        return {
            "model_id": cell.place.model,
            "model": cell.place.model,
            "provider": self._options.provider,
            "provider_key": self._options.provider,
            "display_name": cell.place.model,
            "point": cell.name,
            "context_tokens": cell.place.input_tokens,
            "output_tier": cell.place.out,
            "load_mode": cell.load.mode,
            "load": cell.load.value,
            "runs": summary.n,
            "avg_tokens_per_second": _mean(self._end_to_end),
            "avg_ttft_ms": _mean(summary.ttft_ms),
            "avg_total_time_s": _mean(summary.request_latency_ms, MS_PER_SECOND),
            "avg_input_tokens_per_second": _mean(self._prefill),
            "avg_output_speed_tps": _mean(summary.output_tps_user),
            "avg_itl_ms": _mean(summary.itl_ms),
            "std_dev_tps": None if self._end_to_end is None else self._end_to_end.std,
            "success_count": self.success_count,
            "error_count": self.error_count,
            "error": summary.errors[0].example if summary.errors else None,
            "confidence_level": summary.confidence,
            "input_tokens": summary.input_tokens,
            "output_tokens": summary.output_tokens,
            "cost": summary.cost,
            "request_rate": summary.request_rate,
            "output_tps": summary.output_tps,
            "goodput": summary.goodput,
            "goodput_share": summary.goodput_share,
            "offered_rate": summary.offered_rate,
            **_percentiles(summary),
            "statistics": summary.to_dict(),
        }


def _percentiles(summary: PointSummary) -> dict[str, float | None]:
    itl, latency = summary.itl_ms, summary.request_latency_ms
    return {
        "ttft_ms_p50": None if summary.ttft_ms is None else summary.ttft_ms.p50,
        "ttft_ms_p95": None if summary.ttft_ms is None else summary.ttft_ms.p95,
        "itl_ms_p50": None if itl is None else itl.p50,
        "request_latency_ms_p50": None if latency is None else latency.p50,
        "request_latency_ms_p95": None if latency is None else latency.p95,
    }


def _mean(summary: Summary | None, unit: float = 1) -> float | None:
    return None if summary is None else summary.mean / unit
