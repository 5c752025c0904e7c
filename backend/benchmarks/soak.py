"""Runs the dashboard under mixed load while its gateway fails now and then, and finds errors and leaks.

backend/.venv/bin/python backend/benchmarks/soak.py [--seconds 600] [--fake]

Exit status: 0 when every error is one that was injected, and memory, descriptors and threads stay as they are;
1 otherwise. LiteLLM's own gateway is started where its harness lies beside the repository.
"""

from __future__ import annotations

import argparse
import itertools
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.asking import Peer  # noqa: E402 - found only now
from benchmarks.processes import BACKEND, GATEWAYS, free_port, listens, running  # noqa: E402
from benchmarks.servers import TOKEN, environment  # noqa: E402
from benchmarks.soak_faults import FAULTS, Faulty, faulty_gateway  # noqa: E402
from benchmarks.soak_judge import Window, unexplained  # noqa: E402
from benchmarks.soak_load import Load, Sample  # noqa: E402
from benchmarks.soak_weight import Weights  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WARM_UP_SECONDS = 10
SHORTEST_SECONDS = 30
# The last week is fetched again all the time, so that there is always something that a fault can hit.
SETTINGS = {
    "LIVE_TTL_SECONDS": "1",
    "TEAM_TTL_SECONDS": "2",
    "SETTLE_HOURS": "168",
    "LITELLM_READ_TIMEOUT_SECONDS": "2",
    "SYNC_DAYS": "10",
    "LOG_LEVEL": "warning",
}
SHOWN = 20
TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run for a while and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600, help="how long faults come and go")
    parser.add_argument("--fake", action="store_true", help="a fake gateway, also where the harness is there")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        with tempfile.TemporaryDirectory(prefix="leaderboard-soak-") as folder:
            work = Path(folder)
            with faulty_gateway(work, fake=options.fake) as gateway:
                return soak(gateway, work, max(options.seconds, SHORTEST_SECONDS))
    finally:
        GATEWAYS.PROCESSES.stop_all()


def soak(gateway: Faulty, work: Path, seconds: int) -> int:
    """Put load on a dashboard in front of `gateway`, tell what came of it, and return the exit status."""
    port, log = free_port(), work / "dashboard.log"
    peer = Peer(f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {TOKEN}"}, 60)
    variables = environment(gateway.source, port, work / "usage.db") | SETTINGS
    with running([sys.executable, str(BACKEND / "app.py")], log, lambda: listens(port), variables) as process:
        load, weights = Load(peer, gateway.source), Weights(process.pid)
        with load.running():
            time.sleep(WARM_UP_SECONDS)
        weights.rest()
        with load.running(), weights.watched():
            windows = list(inject(gateway, seconds))
        weights.rest()
        ended = process.poll()
    found = [
        *([] if ended is None else [f"the dashboard ended with {ended}"]),
        *unexplained(load.samples, windows),
        *weights.grown(),
        *(f"in the log: {line}" for line in log.read_text().splitlines() if "Traceback" in line),
    ]
    show(gateway.source.name, load.samples, windows)
    say(weights.told())
    say("\n".join(found[:SHOWN]) or "Every error was injected; memory, descriptors and threads are as they were.")
    return 1 if found else 0


def inject(gateway: Faulty, seconds: int) -> Iterator[Window]:
    """Switch faults on and off, one after the other, and yield when each was on."""
    on = min(10, max(4, seconds / len(FAULTS) / 2 - 0.5))
    until = time.monotonic() + seconds
    for fault in itertools.cycle(FAULTS):
        time.sleep(on)
        if time.monotonic() + on > until:
            return
        began = time.monotonic()
        gateway.switch(fault)
        time.sleep(on)
        gateway.switch(None)
        yield Window(fault, began, time.monotonic())


def show(name: str, samples: Sequence[Sample], windows: Sequence[Window]) -> None:
    """Tell what was answered, and which faults were injected how often."""
    statuses = sorted(Counter(sample.status for sample in samples).items())
    errors = sorted(Counter(sample.code for sample in samples if not sample.is_right).items())
    faults = Counter(window.fault.name for window in windows)
    slowest = max(sample.ended - sample.began for sample in samples)
    say(f"Gateway: {name}. {len(samples)} answers, the slowest after {slowest:.1f} s")
    say("answers:  " + ", ".join(f"{count} × {status}" for status, count in statuses))
    say("injected: " + ", ".join(f"{count} × {fault}" for fault, count in faults.items()))
    say("errors:   " + (", ".join(f"{count} × {code}" for code, count in errors) or "none"))


def say(line: str) -> None:
    """Tell it at once."""
    print(line, flush=True)  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    sys.exit(main())
