"""The order of the rows: what one leaves in the store, the next one finds there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.asking import BenchmarkError
from benchmarks.bench import say
from benchmarks.cold import crowd, fill, first_fetch
from benchmarks.command import command
from benchmarks.endurance import endurance
from benchmarks.engine import engine
from benchmarks.growth import growth
from benchmarks.hourly import hourly
from benchmarks.lifetime import memory, peak, restart
from benchmarks.peers import peers
from benchmarks.ranges import fresh, warm
from benchmarks.studio import studio
from benchmarks.table import Row
from benchmarks.throughput import throughput
from benchmarks.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.bench import Bench
    from benchmarks.choice import Choice
    from benchmarks.servers import Server


ON_LARGE = ("first-fetch", "crowd", "peak", "fresh", "warm", "memory", "restart", "hourly")
EXPECTED = (BenchmarkError, OSError, RuntimeError, ValueError, KeyError)
IN_STORE = ("peak", "fresh", "warm", "memory", "restart")


def measure(bench: Bench, choice: Choice) -> str:
    """Measure what is wanted, and return what the gateways were. A row that fails leaves the others alone."""
    gateways: list[str] = []
    with servers.bare(bench.work) as bare:
        attempt(bench, ON_LARGE, lambda: on_large(bench, choice, bare, gateways))
        attempt(bench, ["throughput"], lambda: on_workshop(bench, choice, bare, gateways))
    attempt(bench, ["growth"], lambda: growth(bench))
    attempt(bench, ["engine"], lambda: engine(bench))
    attempt(bench, ["engine"], lambda: command(bench))
    attempt(bench, ["engine"], lambda: endurance(bench))
    attempt(bench, ["peers"], lambda: peers(bench))
    attempt(bench, ["studio"], lambda: studio(bench))
    attempt(bench, ["eval"], lambda: verdicts(bench))
    return "; ".join(gateways) or "generated"


def attempt(bench: Bench, names: Sequence[str], call: Callable[[], None]) -> None:
    """Measure rows where one of them is wanted, and put it into the table when that cannot be done."""
    if not bench.wants(*names):
        return
    say(", ".join(names))
    try:
        call()
    except EXPECTED as error:
        wanted = ", ".join(name for name in names if bench.wants(name))
        say(f"{wanted}: {type(error).__name__}: {error}")
        bench.table.add(Row(wanted, "could not be measured", type(error).__name__, failed=True))


def on_large(bench: Bench, choice: Choice, bare: Server, gateways: list[str]) -> None:
    """Measure the rows that need a large gateway."""
    store = bench.work / "usage.db"
    with choice.large(bench) as source:
        gateways.append(source.title)
        with servers.dashboard(source, store, bench.encoding) as server:
            attempt(bench, ["first-fetch"], lambda: first_fetch(bench, source, server))
            attempt(bench, ["crowd"], lambda: crowd(bench, source, server))
            if bench.wants(*IN_STORE):
                seconds = fill(source, server)
                say(f"the store had all of {len(source.days)} days after {seconds:.1f} s")
            attempt(bench, ["peak"], lambda: peak(bench, source, server))
            attempt(bench, ["fresh"], lambda: fresh(bench, source, server))
            attempt(bench, ["warm"], lambda: warm(bench, source, server, bare))
            attempt(bench, ["memory"], lambda: memory(bench, source, server))
        attempt(bench, ["restart"], lambda: restart(bench, source, store))
        attempt(bench, ["hourly"], lambda: hourly(bench, source, store))


def on_workshop(bench: Bench, choice: Choice, bare: Server, gateways: list[str]) -> None:
    """Measure the row that needs a workshop's gateway."""
    with choice.workshop(bench) as source:
        gateways.append(source.title)
        throughput(bench, source, bare)
