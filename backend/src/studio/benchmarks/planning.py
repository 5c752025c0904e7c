"""From a run to the plan of its requests, in an order that is fair to all models."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from src.studio.engine.plan import Block, Lane, Plan, Planned, Target

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.targets import RunTarget
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.service import Connection

PROMPT = "prompt"
LoadMode = Literal["single", "concurrency", "rate"]
MOST_REQUESTS = 10_000
"""In one run: what a page can show, and a person wait for."""


@dataclass(frozen=True, slots=True)
class RunToDo:
    """A run as the worker needs it."""

    id: str
    owner_id: str
    request: BenchmarkIn
    prompt: str
    targets: Sequence[RunTarget]
    skipped: Sequence[Mapping[str, Any]]
    adjustments: Sequence[Mapping[str, Any]]
    started_at: dt.datetime


class Load(NamedTuple):
    """How much at once: `value` people, or requests per second; none of them one after another."""

    mode: LoadMode
    value: float | None


ONE_AFTER_ANOTHER = Load("single", None)


def load_of(request: BenchmarkIn) -> Load:
    """Return the load that a run puts on its models."""
    return Load("concurrency", request.concurrency) if request.mode == "concurrency" else ONE_AFTER_ANOTHER


class Cell(NamedTuple):
    """Which request it is: the target's position, its context in tokens, and its number from 1; 0: a warm-up."""

    target: int
    tier: int
    number: int

    @property
    def key(self) -> str:
        """The request's key in plan and table."""
        return "-".join(map(str, self))


def cell_of(key: str) -> Cell:
    """Return the cell of a key."""
    target, tier, number = map(int, key.split("-"))
    return Cell(target, tier, number)


def count_requests(request: BenchmarkIn, targets: Iterable[RunTarget]) -> int:
    """Return how many requests are measured."""
    return sum(len(target.tiers) for target in targets) * request.requests_per_point


def make_plan(
    run: RunToDo, connections: Mapping[str, Connection], recorded: Collection[str], egress: EgressPolicy
) -> Plan:
    """Plan what is not recorded yet: a lane for each provider, warm-up first, models by turns."""
    positions = defaultdict(list)
    for position, target in enumerate(run.targets):
        positions[target.provider_key].append(position)
    return Plan(
        targets=[
            _target(run, position, connections[target.provider_key]) for position, target in enumerate(run.targets)
        ],
        prompts={_prompt_of(run, at): _messages(run, at) for at in range(len(run.targets))},
        lanes=[Lane(provider, _blocks(run, mine, recorded)) for provider, mine in positions.items()],
        timeout_seconds=run.request.timeout,
        egress=egress,
    )


def _target(run: RunToDo, position: int, connection: Connection) -> Target:
    target = run.targets[position]
    return Target(
        id=str(position),
        provider_key=target.provider_key,
        model=target.sent_as or target.model_id,
        base_url=connection.base_url,
        api_key=connection.api_key,
        params=target.params,
        price=target.price,
        send_tags=connection.takes_tags,
        guarded=connection.guarded,
        route=connection.route,
        timeout_seconds=connection.timeout_seconds,
    )


def _prompt_of(run: RunToDo, position: int) -> str:
    """Return the id of a target's prompt: of its own only where it has a system prompt."""
    return f"{PROMPT}-{position}" if run.targets[position].system_prompt else PROMPT


def _messages(run: RunToDo, position: int) -> list[dict[str, Any]]:
    system = run.targets[position].system_prompt
    start = [{"role": "system", "content": system}] if system else []
    return [*start, {"role": "user", "content": run.prompt}]


def _blocks(run: RunToDo, positions: Sequence[int], recorded: Collection[str]) -> list[Block]:
    warmup = [Cell(position, run.targets[position].tiers[0], 0) for position in positions]
    groups = [(1, warmup if run.request.warmup else [])]
    groups += [(run.request.concurrency, cells) for cells in _measured(run, positions)]
    blocks = [
        Block(concurrency, [_planned(run, cell) for cell in cells if cell.key not in recorded])
        for concurrency, cells in groups
    ]
    return [block for block in blocks if block.requests]


def _measured(run: RunToDo, positions: Sequence[int]) -> Iterable[list[Cell]]:
    """Return groups of cells, each of which is sent as one closed loop.

    One after another, models take turns with every request; several at a time, with every context size: load on
    one model should come from that model alone.
    """
    numbers = range(1, run.request.requests_per_point + 1)
    tiers = run.request.context_tiers
    points = [(tier, at) for tier in tiers for at in positions if tier in run.targets[at].tiers]
    if run.request.mode == "single":
        return [[Cell(at, tier, number) for number in numbers for tier, at in points]]
    return [[Cell(at, tier, number) for number in numbers] for tier, at in points]


def _planned(run: RunToDo, cell: Cell) -> Planned:
    return Planned(
        key=cell.key,
        target=str(cell.target),
        prompt=_prompt_of(run, cell.target),
        phase="measure" if cell.number else "warmup",
        point=f"{run.targets[cell.target].model_id}@{cell.tier}",
        run=cell.number,
        input_tokens=cell.tier,
    )
