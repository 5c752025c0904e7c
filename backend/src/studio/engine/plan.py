"""What is to be sent: models, prompts, and the requests in their order."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from src.studio.llm.egress import EgressPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

Message = dict[str, Any]
Phase = Literal["warmup", "measure"]
Route = Literal["native", "sdk"]


@dataclass(frozen=True, slots=True)
class Price:
    """What tokens cost, in USD per million. Cached input counts as input where it has no price of its own."""

    input_per_mtok: float
    output_per_mtok: float
    cached_per_mtok: float | None = None

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Return USD. `cached_tokens` are part of `input_tokens`."""
        cached_price = self.input_per_mtok if self.cached_per_mtok is None else self.cached_per_mtok
        cached = min(cached_tokens, input_tokens)
        spent = (input_tokens - cached) * self.input_per_mtok + cached * cached_price
        return (spent + output_tokens * self.output_per_mtok) / 1e6


@dataclass(frozen=True, slots=True)
class Target:
    """A model at an address. `base_url` ends where `/chat/completions` follows.

    `params` (max_tokens, temperature, …) go into the request as they are. `send_tags` says that the address is a
    LiteLLM gateway's, which takes the plan's tags as `metadata.tags`; others refuse fields that they don't know.
    `timeout_seconds` holds for each of its requests where it is shorter than the plan's.
    `guarded` says that a user has named the address, so that the plan's policy holds for it.
    By the route `sdk`, LiteLLM's SDK makes the calls: `model` is named as there, `base_url` may be empty.
    `overhead_tokens` is what the server counts beside synthetic words, where an earlier plan has found it.
    """

    id: str
    provider_key: str
    model: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    params: dict[str, Any] = field(default_factory=dict)
    price: Price | None = None
    send_tags: bool = False
    timeout_seconds: float | None = None
    guarded: bool = False
    route: Route = "native"
    overhead_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One request. `key` is unique in the plan, `point` names its cell of the matrix.

    `input_tokens` is the length of the synthetic context that is put before the prompt; 0: none. `output_tokens`
    takes the place of its target's `max_tokens`. `send_at_ms` is when it is to be sent, after its block's start;
    None: as soon as there is a place.
    """

    key: str
    target: str
    prompt: str
    phase: Phase = "measure"
    point: str = ""
    run: int = 1
    input_tokens: int = 0
    send_at_ms: float | None = None
    output_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Requests that are sent in order, `concurrency` at a time at most.

    Without times it is a closed loop: the next one goes as soon as one has ended. With times, each goes at its
    own, whatever became of those before; one that has to wait for a place has been late since then.

    With `repeat`, requests are templates that are taken by turns: number n (from `first_number` on, in steps of
    `step`, without those of `skip`) has the key `key_prefix` and n, and goes at its own of `times_ms` where there
    are any. They end with these times, or with `most`, or with the block's time.

    A block's time is over after `duration_ms`, or with its last time of sending: nothing is sent any more that was
    not due before. What is under way then, or waits for a place, may go on for `grace_ms` (None: to its end), and
    is `cancelled` after that. Over `ramp_ms`, the places of a closed loop open one after another.
    """

    concurrency: int
    requests: list[Planned]
    duration_ms: float | None = None
    grace_ms: float | None = None
    ramp_ms: float = 0
    repeat: bool = False
    most: int | None = None
    key_prefix: str = ""
    first_number: int = 1
    step: int = 1
    skip: list[int] = field(default_factory=list)
    times_ms: list[float] | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether its requests have times of their own."""
        return self.times_ms is not None or bool(self.requests and self.requests[0].send_at_ms is not None)

    @property
    def over_ms(self) -> float | None:
        """When its time is over, counted from its start; None: when all is done."""
        if self.duration_ms is not None or not self.is_open:
            return self.duration_ms
        last = self.times_ms[-1] if self.repeat and self.times_ms else self.requests[-1].send_at_ms
        return last or 0

    @property
    def count(self) -> int | None:
        """How many requests there are at most; None: as many as its time allows."""
        if not self.repeat:
            return len(self.requests)
        counts = [self.most, None if self.times_ms is None else len(self.times_ms)]
        return min((count for count in counts if count is not None), default=None)

    @property
    def places(self) -> int:
        """How many requests may be under way at once."""
        return self.concurrency if self.count is None else min(self.concurrency, self.count)

    def planned(self) -> Iterator[Planned]:
        """Give the requests in order, as they are sent."""
        if not self.repeat:
            yield from self.requests
            return
        skip = frozenset(self.skip)
        numbers = (n for n in itertools.count(self.first_number, self.step) if n not in skip)
        times = itertools.repeat(None) if self.times_ms is None else iter(self.times_ms)
        turns = zip(itertools.cycle(self.requests), numbers, times, strict=False)
        for template, number, at in itertools.islice(turns, self.most):
            yield replace(template, key=f"{self.key_prefix}{number}", run=number, send_at_ms=at)

    def check(self) -> None:
        """Raise `ValueError` where it contradicts itself."""
        if self.concurrency < 1:
            raise ValueError("the concurrency of a block is at least 1")
        times = self.times_ms if self.repeat else [request.send_at_ms for request in self.requests]
        known = [at for at in times or () if at is not None]
        if (known and len(known) < len(times or ())) or known != sorted(known):
            raise ValueError("all requests of a block have times, in their order, or none has")
        if min(self.duration_ms or 0, self.grace_ms or 0, self.ramp_ms) < 0:
            raise ValueError("no time of a block is below 0")
        if not self.repeat:
            return
        if not self.requests:
            raise ValueError("a block that repeats its requests has some")
        if any(request.send_at_ms is not None for request in self.requests):
            raise ValueError("requests that are repeated have no times: their block has them")
        if self.step < 1 or (self.most is not None and self.most < 0):
            raise ValueError("numbers of requests rise, and there are 0 or more")
        if self.count is None and self.duration_ms is None:
            raise ValueError("a block that repeats its requests ends after a number or a time")


@dataclass(frozen=True, slots=True)
class Lane:
    """Blocks, one after another. Lanes run beside each other."""

    name: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a generator needs. `prompts` are messages by the ids that requests name.

    `timeout_seconds` holds for each request as a whole. With `nonce`, each request begins with words of its own,
    so that no prefix of it is in the provider's cache. `egress` is what guarded targets may be called at.

    With `exact_input`, `input_tokens` is what the server is to count for all of a request: there are fewer
    synthetic words by what it counted beside them in the target's last warm-up (chat template, prompt). `held`:
    each block waits until it is told when to begin, so that several processes begin together.

    Raises `ValueError` where the plan contradicts itself.
    """

    targets: list[Target]
    prompts: dict[str, list[Message]]
    lanes: list[Lane]
    timeout_seconds: float = 120
    tags: tuple[str, ...] = ("studio",)
    nonce: bool = True
    egress: EgressPolicy = field(default_factory=EgressPolicy)
    exact_input: bool = False
    held: bool = False

    @property
    def open_to(self) -> EgressPolicy:
        """What may be called at all: what is open to guarded targets, and the addresses of the others."""
        native, sdk = (
            tuple(target.base_url for target in self.targets if not target.guarded and target.route == route)
            for route in ("native", "sdk")
        )
        # where LiteLLM's SDK sends its requests is its own to say
        return replace(self.egress, trusted=(*self.egress.trusted, *native), whole=(*self.egress.whole, *sdk))

    def __post_init__(self) -> None:
        targets = {target.id for target in self.targets}
        keys = set[str]()
        if len(targets) < len(self.targets):
            raise ValueError("two targets have the same id")
        for block in (block for lane in self.lanes for block in lane.blocks):
            block.check()
            for key in [block.key_prefix] if block.repeat else [request.key for request in block.requests]:
                if key in keys:
                    raise ValueError(f"two requests have the key {key!r}")
                keys.add(key)
            for request in block.requests:
                if request.target not in targets or request.prompt not in self.prompts:
                    raise ValueError(f"the request {request.key!r} names a target or prompt that is not there")

    def to_dict(self) -> dict[str, Any]:
        """Return the plan for JSON. It holds keys: it goes to the generator's stdin and nowhere else."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Plan:
        """Return the plan that `to_dict` gave."""
        changed: dict[str, Any] = {
            "targets": [_target(target) for target in data["targets"]],
            "lanes": [Lane(lane["name"], [_block(block) for block in lane["blocks"]]) for lane in data["lanes"]],
            "tags": tuple(data["tags"]),
            "egress": EgressPolicy.from_dict(data["egress"]),
        }
        return cls(**{**data, **changed})


def _target(data: dict[str, Any]) -> Target:
    price: Any = Price(**data["price"]) if data["price"] else None
    return Target(**{**data, "price": price})


def _block(data: dict[str, Any]) -> Block:
    changed: dict[str, Any] = {"requests": [Planned(**request) for request in data["requests"]]}
    return Block(**{**data, **changed})
