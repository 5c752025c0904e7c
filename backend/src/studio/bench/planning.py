"""From options to what is sent: points of the matrix, their loads, and the plan for each stage of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.engine.dataset import messages_of
from src.studio.engine.modes import LoadPoint, blocks_of
from src.studio.engine.plan import Block, Lane, Plan, Planned, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from src.studio.bench.options import Options
    from src.studio.engine.modes import LoadMode
    from src.studio.engine.plan import Message

FEWEST_REQUESTS = 30
"""From so many on, figures are sure enough to be called so."""
ROUNDS = 4
"""Requests in each place, where nobody says how many."""
RATE_SECONDS = 30.0
"""How long a rate is held where nobody says, as in Studio."""
PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class Place:
    """A model at an input and an output length: where loads are put on. `out` is None where all are alike."""

    target: int
    model: str
    input_tokens: int
    out: int | None

    @property
    def name(self) -> str:
        """What it is called in records, as far as its load is not a part of that."""
        return f"{self.model}@{self.input_tokens}" + (f">{self.out}" if self.out is not None else "")


@dataclass(frozen=True, slots=True)
class Cell:
    """A place under a load. `key` is what the keys of its requests begin with."""

    place: Place
    load: LoadPoint
    name: str
    key: str

    @property
    def expected(self) -> int | None:
        """How many requests there will be, None where time decides."""
        return self.load.requests if self.load.duration_s is None else None


def places_of(options: Options) -> list[Place]:
    """Return the matrix of models and lengths: models by turns, so that no slow hour falls on one of them."""
    outs = options.outputs if len(options.outputs) > 1 else (None,)
    return [
        Place(at, model, tokens, out)
        for tokens in options.inputs
        for out in outs
        for at, model in enumerate(options.models)
    ]


def cell_of(options: Options, place: Place, mode: LoadMode, value: float | None) -> Cell:
    """Return a place under a load."""
    held = options.duration_s or (RATE_SECONDS if mode == "rate" and options.requests is None else None)
    load = LoadPoint(
        mode=mode,
        value=value,
        requests=None if held is not None else options.requests or usual_requests(value),
        duration_s=held,
        ramp_s=options.ramp_s,
        grace_s=options.grace_s,
        arrival=options.arrival,
        burstiness=options.burstiness,
        cap=options.cap,
    )
    is_plain = options.mode == "concurrency" and len(options.levels) == 1
    mark = load.suffix.strip() + (f"o{place.out}" if place.out is not None else "")
    key = "-".join(filter(None, [str(place.target), str(place.input_tokens), mark])) + "-"
    return Cell(place, load, place.name if is_plain else place.name + load.suffix, key)


def stages_of(options: Options) -> Iterator[list[Cell]]:
    """Yield what is measured one after another, but for a sweep, where that depends on what was found.

    One request after another, all models take turns with every request, so they are one stage. Otherwise load on
    one model should come from that model alone.
    """
    places = places_of(options)
    if options.mode == "single":
        yield [cell_of(options, place, "single", None) for place in places]
        return
    mode: LoadMode = "rate" if options.mode == "rate" else "concurrency"
    for value in options.levels:
        for place in places:
            yield [cell_of(options, place, mode, value)]


def plan_of(options: Options, cells: Sequence[Cell], warm: set[int], overheads: Mapping[str, int]) -> Plan:
    """Return the plan of a stage. Models that are not `warm` yet get requests first that do not count.

    `overheads` are what servers count beside synthetic words, by target, as earlier stages have found.
    """
    warmups = _warmups(options, [cell for cell in cells if cell.place.target not in warm])
    blocks = [Block(1, warmups)] if warmups else []
    return Plan(
        targets=[
            _target(options, at, overheads.get(str(at))) for at in sorted({cell.place.target for cell in cells})
        ],
        prompts=_prompts(options),
        lanes=[Lane("bench", [*blocks, *_blocks(options, cells)])],
        timeout_seconds=options.timeout_s,
        tags=(),
        nonce=options.nonce,
    )


def _target(options: Options, at: int, overhead_tokens: int | None) -> Target:
    model = options.models[at]
    return Target(
        id=str(at),
        provider_key=options.provider,
        model=model,
        base_url=options.base_url or "",
        api_key=options.api_key,
        params={**options.params, "max_tokens": options.outputs[0]},
        price=options.price_of(model),
        overhead_tokens=overhead_tokens,
    )


def usual_requests(people: float | None) -> int:
    """Return how many requests a point has where nobody says."""
    return max(FEWEST_REQUESTS, math.ceil((people or 1) * ROUNDS))


def _blocks(options: Options, cells: Sequence[Cell]) -> list[Block]:
    if options.mode == "single" and options.duration_s is None:
        return [Block(1, list(_by_turns(options, cells)))]
    return [block for cell in cells for block in blocks_of(cell.load, _templates(options, cell), options.seed)]


def _by_turns(options: Options, cells: Sequence[Cell]) -> Iterator[Planned]:
    templates = [(cell, _templates(options, cell)) for cell in cells]
    for number in range(1, max(cell.load.requests or 0 for cell in cells) + 1):
        for cell, own in templates:
            template = own[(number - 1) % len(own)]
            yield _numbered(template, f"{cell.key}{number}", number)


def _numbered(template: Planned, key: str, number: int) -> Planned:
    return Planned(
        key=key,
        target=template.target,
        prompt=template.prompt,
        point=template.point,
        run=number,
        input_tokens=template.input_tokens,
        output_tokens=template.output_tokens,
    )


def _templates(options: Options, cell: Cell) -> list[Planned]:
    """Return a request for each prompt."""
    items: list[dict[str, Any]] = options.dataset.items if options.dataset is not None else [{}]
    return [
        Planned(
            key=cell.key,
            target=str(cell.place.target),
            prompt=f"{PROMPT}-{at}",
            point=cell.name,
            input_tokens=cell.place.input_tokens,
            output_tokens=item.get("output_tokens", cell.place.out),
        )
        for at, item in enumerate(items)
    ]


def _warmups(options: Options, cells: Sequence[Cell]) -> list[Planned]:
    """Return requests that do not count, each of the first place of its model."""
    first: dict[int, Cell] = {}
    for cell in cells:
        first.setdefault(cell.place.target, cell)
    return [
        Planned(
            key=f"{target}-w{number}",
            target=str(target),
            prompt=f"{PROMPT}-0",
            phase="warmup",
            point=cell.name,
            run=0,
            input_tokens=cell.place.input_tokens,
            output_tokens=cell.place.out,
        )
        for target, cell in first.items()
        for number in range(1, options.warmup + 1)
    ]


def _prompts(options: Options) -> dict[str, list[Message]]:
    """Return all that is asked, with the system message in front where it has none of its own."""
    asked = [messages_of(item) for item in options.dataset.items] if options.dataset is not None else []
    asked = asked or [[{"role": "user", "content": options.prompt}]]
    start: list[Message] = [] if options.system is None else [{"role": "system", "content": options.system}]
    return {
        f"{PROMPT}-{at}": messages if messages[0].get("role") == "system" else [*start, *messages]
        for at, messages in enumerate(asked)
    }
