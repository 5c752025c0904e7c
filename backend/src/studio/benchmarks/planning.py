"""From a run to the plans of its requests, in an order that is fair to all models."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.course import most_at_a_point, rows_of
from src.studio.benchmarks.points import Cell, Load, Point
from src.studio.engine.dataset import messages_of
from src.studio.engine.modes import LoadPoint, blocks_of
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from src.studio.benchmarks.schemas import BenchmarkIn
    from src.studio.benchmarks.targets import RunTarget
    from src.studio.engine.plan import Message
    from src.studio.llm.egress import EgressPolicy
    from src.studio.providers.service import Connection

PROMPT = "prompt"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class RunToDo:
    """A run as the worker needs it. `items` are those of its dataset, if it has one: each has a prompt."""

    id: str
    owner_id: str
    request: BenchmarkIn
    prompt: str
    targets: Sequence[RunTarget]
    skipped: Sequence[Mapping[str, Any]]
    adjustments: Sequence[Mapping[str, Any]]
    started_at: dt.datetime
    items: Sequence[Mapping[str, Any]] = ()

    def load_of(self, point: Point) -> Load:
        """Return the load of one of its points."""
        return point.load or self.request.levels[0]


@dataclass(slots=True)
class _Draft:
    """Requests of a plan, and the prompts that they need, each once."""

    run: RunToDo
    prompts: dict[str, list[Message]] = field(default_factory=dict)

    def planned(self, cell: Cell, item: int | None = None) -> Planned:
        """Return a request: with the prompt of its number, or that of an item of the dataset."""
        at = cell.target
        number = max(cell.number - 1, 0) if item is None else item
        given = self.run.items[number % len(self.run.items)] if self.run.items else None
        return Planned(
            key=cell.key,
            target=str(at),
            prompt=self._prompt(at, given, number),
            phase="measure" if cell.number or item is not None else "warmup",
            point=cell.point.name(self.run.targets[at].model_id),
            run=cell.number,
            input_tokens=cell.tier,
            output_tokens=cell.output if given is None or cell.output else given.get("output_tokens"),
        )

    def templates(self, point: Point, most: int | None) -> list[Planned]:
        """Return what the requests of a point are made of by turns, `most` at most."""
        cell, count = point.cell(0), len(self.run.items) or 1
        made = [self.planned(cell, item) for item in range(min(count, most or count))]
        return [_with_key(planned, point.prefix) for planned in made]

    def _prompt(self, at: int, item: Mapping[str, Any] | None, number: int) -> str:
        """Return the id of a target's prompt: of its own only where it has a system prompt."""
        system = self.run.targets[at].system_prompt
        name = f"{PROMPT}-{at}" if system else PROMPT
        if item is not None:
            name = f"{name}.{number % len(self.run.items)}"
        if name not in self.prompts:
            asked = _asked(self.run.prompt) if item is None else messages_of(dict(item))
            has_own = any(message.get("role") == SYSTEM for message in asked)
            start = [{"role": SYSTEM, "content": system}] if system and not has_own else []
            self.prompts[name] = [*start, *asked]
        return name


def make_plan(
    run: RunToDo, connections: Mapping[str, Connection], recorded: Collection[str], egress: EgressPolicy
) -> Plan:
    """Plan what is not recorded yet of a run that goes request by request.

    It has a lane for each provider, warm-up first, models by turns.
    """
    positions = defaultdict(list)
    for position, target in enumerate(run.targets):
        positions[target.provider_key].append(position)
    draft = _Draft(run)
    lanes = [Lane(provider, _blocks(draft, mine, recorded)) for provider, mine in positions.items()]
    targets = [
        _target(run, position, connections[target.provider_key]) for position, target in enumerate(run.targets)
    ]
    return _plan(run, targets, draft, lanes, egress)


def plan_of_point(
    run: RunToDo,
    connections: Mapping[str, Connection],
    point: Point,
    recorded: Collection[str],
    egress: EgressPolicy,
) -> Plan:
    """Plan one point of a run that goes point by point, after a warm-up of its model if none is recorded."""
    most = most_at_a_point(run.request, run.targets)
    target = run.targets[point.target]
    draft, load = _Draft(run), run.load_of(point)
    warmup = warmup_of(point)
    blocks = []
    if run.request.warmup and warmup.key not in recorded:
        blocks.append(Block(1, [draft.planned(warmup)]))
    blocks += blocks_of(load_point(run.request, load, most), draft.templates(point, most))
    lane = Lane(target.provider_key, blocks)
    return _plan(run, [_target(run, point.target, connections[target.provider_key])], draft, [lane], egress)


def warmup_of(point: Point) -> Cell:
    """Return the warm-up of a point's target; which length it has, its first point says."""
    return Cell(point.target, point.tier, 0)


def load_point(request: BenchmarkIn, load: Load, most: int) -> LoadPoint:
    """Return what the engine puts on a point."""
    seconds = request.seconds
    return LoadPoint(
        mode=load.mode,
        value=load.value,
        requests=most if seconds is not None else request.requests_at(load),
        duration_s=seconds,
        ramp_s=request.ramp_seconds,
        grace_s=None if seconds is None else request.grace_seconds,
        arrival=request.arrival,
        burstiness=request.burstiness,
        cap=request.max_concurrency,
    )


def _plan(run: RunToDo, targets: list[Target], draft: _Draft, lanes: list[Lane], egress: EgressPolicy) -> Plan:
    return Plan(
        targets=targets,
        prompts=draft.prompts,
        lanes=lanes,
        timeout_seconds=run.request.timeout,
        nonce=run.request.cache == "avoid",
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


def _asked(prompt: str) -> list[Message]:
    return [{"role": "user", "content": prompt}]


def _with_key(planned: Planned, key: str) -> Planned:
    return replace(planned, key=key, run=1)


def _blocks(draft: _Draft, positions: Sequence[int], recorded: Collection[str]) -> list[Block]:
    run = draft.run
    warmup = [Cell(position, run.targets[position].tiers[0], 0) for position in positions]
    groups = [(1, warmup if run.request.warmup else [])]
    groups += [(int(run.request.levels[0].value or 1), cells) for cells in _measured(run, positions)]
    blocks = [
        Block(concurrency, [draft.planned(cell) for cell in cells if cell.key not in recorded])
        for concurrency, cells in groups
    ]
    return [block for block in blocks if block.requests]


def _measured(run: RunToDo, positions: Sequence[int]) -> Iterable[list[Cell]]:
    """Return groups of cells, each of which is sent as one closed loop.

    One after another, models take turns with every request; several at a time, with every point: load on one model
    should come from that model alone.
    """
    (load,) = run.request.levels
    numbers = range(1, (run.request.requests_at(load) or 0) + 1)
    rows = [row for row in rows_of(run.request, run.targets) if row.target in positions]
    if load.mode == "single":
        return [[row.cell(number) for number in numbers for row in rows]]
    return [[row.cell(number) for number in numbers] for row in rows]
