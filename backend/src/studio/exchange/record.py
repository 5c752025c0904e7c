"""What came of asking a case: each request with its answer, and the calls of each turn. Times are milliseconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from src.studio.exchange.secrecy import NONE, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from src.studio.llm.chunks import Usage
    from src.studio.llm.failures import Secrets
    from src.studio.scoring.score import TurnOutcome

Status = Literal["answered", "error", "timeout", "cancelled"]
Number = TypeVar("Number", int, float)

SAID_BACK = {"assistant", "tool"}
"""Roles of messages that have what a model said: a tool may answer with the arguments of its call."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A try that failed, and how long was waited before the next one."""

    error: str
    http_status: int | None
    waited_ms: float


@dataclass(frozen=True, slots=True)
class Round:
    """One request and its answer.

    `request` is the body as it was sent, by the tool names that were sent. `response` is OpenAI's completion, put
    together where it was streamed; None where none came. Both are as they went, whatever the model says in them.
    `latency_ms` is from sending to the end of the last try, `ttft_ms` to its first token, None without a stream.
    `turn` counts from 0.
    """

    turn: int
    request: dict[str, Any]
    response: dict[str, Any] | None
    streamed: bool
    latency_ms: float | None = None
    ttft_ms: float | None = None
    usage: Usage | None = None
    cost: float | None = None
    http_status: int | None = None
    error: str | None = None
    retries: tuple[Retry, ...] = ()

    def to_dict(self, *, with_tools: bool = True) -> dict[str, Any]:
        """Return it for JSON; without the tools of its request, which are the same in each, where that is said."""
        told = {name: getattr(self, name) for name in self.__slots__}
        told["usage"] = asdict(self.usage) if self.usage else None
        told["retries"] = [asdict(retry) for retry in self.retries]
        if not with_tools:
            told["request"] = {name: value for name, value in self.request.items() if name != "tools"}
        return told


@dataclass(slots=True)
class Exchange:
    """A case asked of a model, filled while it goes on, so that one that is cancelled leaves what there was of it.

    `status` stays `cancelled` until it has ended by itself. Whatever is not `answered` is a provider's error and
    says nothing about the model: it is not to be scored. `transient`: the error was of a kind that may be gone
    next time. `turns` are those that were gone through whole. `secrets` are in what it has here, so that it can be
    judged, and in nothing that is `told` of it.
    """

    status: Status = "cancelled"
    turns: list[TurnOutcome] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    error: str | None = None
    transient: bool = False
    secrets: Secrets = field(default=NONE, repr=False)

    @property
    def cost(self) -> float | None:
        """USD of all rounds; None where that of any is not known. What failed tries cost, nobody tells."""
        return _sum(answered.cost for answered in self._answered)

    @property
    def input_tokens(self) -> int | None:
        """Tokens that were sent, over all rounds."""
        return _sum(answered.usage.input_tokens if answered.usage else None for answered in self._answered)

    @property
    def output_tokens(self) -> int | None:
        """Tokens that were made, over all rounds."""
        return _sum(answered.usage.output_tokens if answered.usage else None for answered in self._answered)

    @property
    def latency_ms(self) -> float | None:
        """How long the model took over all rounds, without what was waited between tries."""
        return _sum(answered.latency_ms for answered in self._answered)

    @property
    def _answered(self) -> list[Round]:
        return [one for one in self.rounds if one.response is not None]

    def to_dict(self, *, with_tools: bool = True) -> dict[str, Any]:
        """Return it for JSON, without secrets, and without the tools of its requests where that is said.

        Requests have the messages that are new in them; `messages_before` says how many of the requests above went
        before these. `last_request` puts them together again.
        """
        return {
            "status": self.status,
            "error": self.error,
            "transient": self.transient,
            "cost": self.cost,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "latency_ms": self.latency_ms,
            "turns": self.told([asdict(turn) for turn in self.turns]),
            "rounds": list(self._rounds(with_tools=with_tools)),
        }

    def told(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """Return JSON that quotes what came, such as a verdict, without secrets."""
        return without(value, self.secrets)

    def _rounds(self, *, with_tools: bool) -> Iterator[dict[str, Any]]:
        before = 0
        for one in self.rounds:
            told, messages = one.to_dict(with_tools=with_tools), one.request["messages"]
            # what users say is their own
            new = [self.told(said) if said["role"] in SAID_BACK else said for said in messages[before:]]
            told["request"] = {**told["request"], "messages": new}
            yield {**told, "response": self.told(told["response"]), "messages_before": before}
            before = len(messages)


def last_request(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the last request of rounds, as `to_dict` has them, with all that it had of earlier ones."""
    if not rounds:
        return None
    *others, last = rounds
    earlier = [
        said if one["turn"] == last["turn"] else without_old_thoughts(said)
        for one in others
        for said in one["request"]["messages"]
    ]
    before = last.get("messages_before", 0)  # results of earlier versions have all in each request
    return {**last["request"], "messages": earlier[:before] + last["request"]["messages"]}


def without_old_thoughts(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message without what DeepSeek takes back within a turn alone."""
    return {name: value for name, value in message.items() if name != "reasoning_content"}


def _sum(values: Iterable[Number | None]) -> Number | None:
    """Return the sum; None of nothing, and where any is not known."""
    found = list(values)
    known = [value for value in found if value is not None]
    return sum(known) if found and len(known) == len(found) else None
