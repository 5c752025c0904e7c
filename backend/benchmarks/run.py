"""Measures the back end and prints one table: every figure beside its reference from the same run.

backend/.venv/bin/python backend/benchmarks/run.py [--quick] [--only NAME] [--markdown]

Without `--gateway` it starts LiteLLM's own gateway where its harness lies beside the repository. Exit status: 0
when every limit is reached, 1 when one is missed, 2 when a row could not be measured. `--quick` judges nothing.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.bench import NAMES, Bench, say  # noqa: E402 - found only now
from benchmarks.choice import Choice  # noqa: E402
from benchmarks.machine import header  # noqa: E402
from benchmarks.processes import GATEWAYS  # noqa: E402
from benchmarks.rows import measure  # noqa: E402
from benchmarks.sizes import FULL, QUICK  # noqa: E402
from benchmarks.sources import has_harness  # noqa: E402
from benchmarks.table import Table  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

ENCODINGS = ("gzip", "identity")
MISSED, FAILED, INTERRUPTED, TERMINATED = 1, 2, 130, 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is wanted, print the table, and return the exit status."""
    options = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell runs it in the background
    table = Table(judged=not options.quick, on_row=say)
    try:
        with tempfile.TemporaryDirectory(prefix="leaderboard-bench-") as folder:
            wanted = frozenset(options.only or NAMES)
            sizes = QUICK if options.quick else FULL
            bench = Bench(sizes, table, wanted, Path(folder), options.encoding)
            gateway = measure(bench, choose(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # whoever is impatient would leave processes behind
        GATEWAYS.PROCESSES.stop_all()
    show(table, header(gateway), markdown=options.markdown)
    if table.failed:
        return FAILED
    return MISSED if table.missed else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes and no LiteLLM, to see that all works")
    parser.add_argument("--only", action="append", choices=NAMES, help="measure these rows (may be repeated)")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--encoding", choices=ENCODINGS, default="gzip", help="what clients of the server accept")
    parser.add_argument("--gateway", metavar="URL", help="a gateway to read from, in place of the large one")
    parser.add_argument("--key", help="its key")
    parser.add_argument("--database", metavar="URL", help="its database, which tells the days that have usage")
    options = parser.parse_args(arguments)
    if bool(options.gateway) != bool(options.key):
        parser.error("--gateway and --key belong together")
    return options


def choose(options: argparse.Namespace) -> Choice:
    """Return which gateways are read."""
    given = (options.gateway, options.key, options.database) if options.gateway else None
    if options.quick:
        return Choice(has_harness=False, given=given)
    if not has_harness():
        say(
            "There is no ../shared/litellm-gateway beside the repository: "
            "a generated gateway stands in for LiteLLM, and what is compared with LiteLLM is not judged."
        )
    return Choice(has_harness=has_harness(), given=given)


def show(table: Table, lines: Sequence[str], *, markdown: bool) -> None:
    """Print the header and the table."""
    text = ["  \n".join(lines), "", table.markdown()] if markdown else [*lines, "", table.text()]
    print("\n".join(text))  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    sys.exit(main())
