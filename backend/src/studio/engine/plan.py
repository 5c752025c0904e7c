"""What is to be sent: models, prompts, and the requests in their order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from src.studio.llm.egress import EgressPolicy

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


@dataclass(frozen=True, slots=True)
class Planned:
    """One request. `key` is unique in the plan, `point` names its cell of the matrix.

    `input_tokens` is the length of the synthetic context that is put before the prompt; 0: none. `send_at_ms` is
    when it is to be sent, after its block's start; None: as soon as there is a place.
    """

    key: str
    target: str
    prompt: str
    phase: Phase = "measure"
    point: str = ""
    run: int = 1
    input_tokens: int = 0
    send_at_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Requests that are sent in order, `concurrency` at a time at most.

    Without times it is a closed loop: the next one goes as soon as one has ended. With times, each goes at its
    own, whatever became of those before; one that has to wait for a place has been late since then.
    """

    concurrency: int
    requests: list[Planned]


@dataclass(frozen=True, slots=True)
class Lane:
    """Blocks, one after another. Lanes run beside each other."""

    name: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a generator needs. `prompts` are messages by the ids that requests name.

    `timeout_seconds` holds for each request as a whole. With `nonce`, each request begins with words of its own,
    so that no prefix of it is in the provider's cache. `egress` is what guarded targets may be called at. Raises
    `ValueError` where the plan contradicts itself.
    """

    targets: list[Target]
    prompts: dict[str, list[Message]]
    lanes: list[Lane]
    timeout_seconds: float = 120
    tags: tuple[str, ...] = ("studio",)
    nonce: bool = True
    egress: EgressPolicy = field(default_factory=EgressPolicy)

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
            if block.concurrency < 1:
                raise ValueError("the concurrency of a block is at least 1")
            times = [request.send_at_ms for request in block.requests]
            known = [at for at in times if at is not None]
            if (known and len(known) < len(times)) or known != sorted(known):
                raise ValueError("all requests of a block have times, in their order, or none has")
            for request in block.requests:
                if request.key in keys:
                    raise ValueError(f"two requests have the key {request.key!r}")
                keys.add(request.key)
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
    return Block(data["concurrency"], [Planned(**request) for request in data["requests"]])
