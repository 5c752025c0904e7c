"""Tells errors that were injected from those that were not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.soak_faults import Fault
    from benchmarks.soak_load import Sample

# An answer may still tell of a fault that is over: it was waited for, or the gateway had asked for a pause.
AFTERMATH_SECONDS = 12


@dataclass(frozen=True, slots=True)
class Window:
    """When (`time.monotonic`) a fault was on."""

    fault: Fault
    began: float
    ended: float

    def explains(self, sample: Sample) -> bool:
        """Tell whether it may be why an answer is not as it should be."""
        meets = sample.ended >= self.began and sample.began <= self.ended + AFTERMATH_SECONDS
        return meets and sample.code in self.fault.codes


def unexplained(samples: Iterable[Sample], windows: Sequence[Window]) -> Iterator[str]:
    """Yield what was answered wrongly although no fault explains it."""
    for sample in samples:
        if not sample.is_right and not any(window.explains(sample) for window in windows):
            asked = f"{sample.question.path} {dict(sample.question.params)}"
            yield f"{asked}: {sample.status} {sample.code} after {sample.ended - sample.began:.1f} s"
