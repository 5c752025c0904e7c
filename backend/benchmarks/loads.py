"""Puts load on a server from another process, and says how long each answer took."""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.asking import BenchmarkError
from benchmarks.processes import GATEWAYS, script, wait_for_end

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Generator, Mapping, Sequence

GRACE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """`count` requests for the targets in turn, over `connections`, for `seconds` at most.

    Each connection waits for its answer and `pause` seconds more before it asks again.
    """

    port: int
    targets: Sequence[Target]
    count: int
    connections: int = 1
    seconds: float = 60
    pause: float = 0
    timeout: float = 60


@dataclass(slots=True)
class Outcome:
    """Samples of (target, seconds, status; 0 for none), the seconds in all, and the load generator's CPU time."""

    samples: list[tuple[int, float, int]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __iadd__(self, other: Outcome) -> Outcome:  # noqa: PYI034 - it is final
        """Add what came of another load of the same targets."""
        self.samples += other.samples
        self.seconds += other.seconds
        self.cpu_seconds += other.cpu_seconds
        return self

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.samples) / self.seconds

    @property
    def busy(self) -> float:
        """The share of one core that the load generator took, 0 to 1."""
        return self.cpu_seconds / self.seconds

    def latencies(self, targets: Sequence[int] | None = None) -> list[float]:
        """Return the seconds that answers took, those for some targets or all."""
        return [seconds for target, seconds, _ in self.samples if targets is None or target in targets]

    def errors(self, status: int = 200) -> int:
        """Return how many answers had another status, or did not come."""
        return sum(1 for *_, found in self.samples if found != status)

    def checked(self, status: int = 200) -> Outcome:
        """Return this. Raises `BenchmarkError` when an answer had another status than it should have."""
        found = sorted({other for *_, other in self.samples if other != status})
        if found or not self.samples:
            raise BenchmarkError(f"{self.errors(status)} of {len(self.samples)} answers had status {found}")
        return self


@dataclass(slots=True)
class Pending:
    """A load under way; its outcome is there once the block around it has ended."""

    process: subprocess.Popen[bytes]
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def is_over(self) -> bool:
        """Tell whether everything is answered."""
        return self.process.poll() is not None


@contextlib.contextmanager
def beside(load: Load) -> Generator[Pending]:
    """Put load on a server while the block runs, and wait for its end behind it."""
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        spec, result, log = (Path(folder) / name for name in ("spec.json", "result.json", "log"))
        spec.write_text(json.dumps(asdict(load)))
        with log.open("wb") as out:
            process = GATEWAYS.PROCESSES.start([*script("load.py"), str(spec), str(result)], out)
        pending = Pending(process)
        try:
            yield pending
            wait_for_end(process, log, load.seconds + load.timeout + GRACE_SECONDS)
        finally:
            GATEWAYS.PROCESSES.stop(process)
        pending.outcome = Outcome(**json.loads(result.read_text()))


def put(load: Load) -> Outcome:
    """Put load on a server and return what came of it."""
    with beside(load) as pending:
        pass
    return pending.outcome
