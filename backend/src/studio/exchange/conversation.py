"""`converse`: a case asked of a model, its tools answered by the case's mocks, turn by turn to its end."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.exchange.asked import Asking
from src.studio.exchange.caller import as_json
from src.studio.exchange.naming import Naming
from src.studio.exchange.record import Exchange, Round, without_old_thoughts
from src.studio.exchange.secrecy import secrets_of
from src.studio.exchange.streaming import reason_not_to_stream
from src.studio.scoring.mocks import Mocks
from src.studio.scoring.score import TurnOutcome
from src.studio.scoring.verdict import Call
from src.studio.scoring.work import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.exchange.asked import AskedModel
    from src.studio.exchange.caller import Called, Caller
    from src.studio.llm.chunks import Usage
    from src.studio.scoring.case import Case, Turn

Message = dict[str, Any]

# Mistral takes ids of nine letters and digits alone
MADE_ID = "call{:05d}"
NO_ARGUMENTS = "{}"


async def converse(  # noqa: PLR0913 - who, what and how
    caller: Caller,
    model: AskedModel,
    case: Case,
    tools: Sequence[Mapping[str, Any]],
    asking: Asking | None = None,
    *,
    exchange: Exchange | None = None,
) -> Exchange:
    """Ask a model a case, and return what came of it. `tools` are the suite's: the case says which it is offered.

    A case of one turn whose tool results do not go back is one request. Else each turn goes on until the model
    answers without a call, or its rounds are used up. Tools answer as the case's mocks say, and a call that no
    tool can take is answered with an error. Where a request fails, the exchange ends there and says why.

    `exchange` is filled while it goes on: whoever cancels has there what there was until then.
    """
    exchange = Exchange() if exchange is None else exchange
    exchange.secrets = secrets_of(model)
    offered = None if case.tools is None else frozenset(case.tools)
    naming = Naming([tool for tool in tools if offered is None or tool["function"]["name"] in offered])
    mocks = Mocks(case, naming.names)
    await _Conversation(caller, model, case, naming, asking or Asking(), exchange, mocks, case.state).hold()
    return exchange


@dataclass(slots=True)
class _Conversation:
    """One that is under way."""

    caller: Caller
    model: AskedModel
    case: Case
    naming: Naming
    asking: Asking
    exchange: Exchange
    mocks: Mocks
    state: Mapping[str, Any]
    messages: list[Message] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    async def hold(self) -> None:
        """Go through all turns."""
        for number, turn in enumerate(self.case.turns):
            self._say(turn)
            outcome = await self._turn(number, turn)
            if outcome is None:
                return
            self.exchange.turns.append(outcome)
        self.exchange.status = "answered"

    def _say(self, turn: Turn) -> None:
        """Add what the user says; a system prompt goes before it, in one message with the case's own."""
        said = [self.naming.message(message) for message in turn.said]
        if not self.messages and self.model.system_prompt:
            said = _with_system_prompt(said, self.model.system_prompt)
        self.ids.update(_ids_in(said))
        self.messages = [*map(without_old_thoughts, self.messages), *said]

    async def _turn(self, number: int, turn: Turn) -> TurnOutcome | None:
        """Return what came of a turn, None where a request of it failed, or what tools answer is too large."""
        calls: list[Call] = []
        for nth in range(self.case.rounds_of(turn)):
            message = await self._round(number, self._fields(is_first=nth == 0))
            if message is None:
                return None
            made = self._take(message)
            if not made:
                return TurnOutcome(calls, self.state, finished=True)
            calls += made
            if not await self._answer(made):
                return None
        return TurnOutcome(calls, self.state, finished=not self.case.multi_turn)

    def _fields(self, *, is_first: bool) -> dict[str, Any]:
        if not self.naming.tools:
            return {}
        choice = self.asking.tool_choice
        fields: dict[str, Any] = {"tools": self.naming.tools, "tool_choice": choice}
        if choice == "required" and not is_first:
            fields["tool_choice"] = "auto"
        if self.asking.parallel_tool_calls is not None:
            fields["parallel_tool_calls"] = self.asking.parallel_tool_calls
        return fields

    async def _round(self, turn: int, fields: dict[str, Any]) -> Message | None:
        """Send all that was said, and return the model's message, None where there is none."""
        called = await self.caller.ask(
            self.model, self.messages, fields, streamed=_is_streamed(self.asking, self.model)
        )
        failure = called.answer.failure
        response = None if failure else called.said.document()
        self.exchange.rounds.append(_round_of(turn, called, response, self.model))
        if failure is None:
            return called.said.message()
        self.exchange.status = "timeout" if called.answer.status == "timeout" else "error"
        self.exchange.error, self.exchange.transient = failure.sentence, called.transient
        return None

    def _take(self, message: Message) -> list[Call]:
        """Add the model's message to what was said, and return its calls, by the suite's names of tools."""
        made = []
        for call in message.get("tool_calls", ()):
            call["id"] = self._id_of(call)
            function = call["function"]
            made.append(Call(self.naming.meant(function["name"]), function["arguments"], call["id"]))
            if made[-1].is_malformed or not function["arguments"].strip():
                # sent back, it is read by servers that fail at it; the record has it as it came
                function["arguments"] = NO_ARGUMENTS
        if not made and message.get("content") is None:
            message["content"] = ""  # null is for calls alone
        self.messages.append(message)
        return made

    def _id_of(self, call: Message) -> str:
        """Return a call's id; one of ours where it has none, or that of a call before, which results would get."""
        given = call.get("id")
        if not given or given in self.ids:
            made = map(MADE_ID.format, itertools.count(len(self.ids) + 1))
            given = next(name for name in made if name not in self.ids)
        self.ids.add(given)
        return given

    async def _answer(self, calls: Sequence[Call]) -> bool:
        """Add what the tools answer, and tell whether it could be said; if not, no model is to blame."""
        try:
            # mocks may have very much to look at: not on the loop, which stamps the others' times
            results, self.state = await asyncio.to_thread(self._results, calls)
        except TooLargeError as error:
            self.exchange.status, self.exchange.error = "error", str(error)
            return False
        self.messages += results
        return True

    def _results(self, calls: Sequence[Call]) -> tuple[list[Message], Mapping[str, Any]]:
        """Return what the tools answer, and the state afterwards."""
        results, state = [], self.state
        for call in calls:
            result, state = self.mocks.answer(call, state)
            content = result if isinstance(result, str) else as_json(result).decode()
            results.append({"role": "tool", "tool_call_id": call.id, "content": content})
        return results, state


def _is_streamed(asking: Asking, model: AskedModel) -> bool:
    if asking.streaming == "auto":
        return reason_not_to_stream(model.provider_key, model.model) is None
    return asking.streaming


def _with_system_prompt(said: list[Message], prompt: str) -> list[Message]:
    """Put a system prompt in front; two system messages are one too many for some chat templates."""
    first = said[0]
    if first.get("role") == "system" and isinstance(first.get("content"), str):
        return [{**first, "content": f"{prompt}\n\n{first['content']}"}, *said[1:]]
    return [{"role": "system", "content": prompt}, *said]


def _ids_in(messages: Sequence[Message]) -> set[str]:
    """Return the ids of calls that a case's own messages have."""
    made = [calls for message in messages if isinstance(calls := message.get("tool_calls"), list)]
    ids = [call.get("id") for calls in made for call in calls if isinstance(call, dict)]
    return {given for given in ids if isinstance(given, str)}


def _round_of(turn: int, called: Called, response: dict[str, Any] | None, model: AskedModel) -> Round:
    answer = called.answer
    sent, end = answer.sent_ns, answer.end_ns
    first = answer.token_ns[0] if answer.token_ns and answer.streamed else None
    return Round(
        turn=turn,
        request=called.request,
        response=response,
        streamed=bool(called.request["stream"]),
        latency_ms=None if sent is None or end is None else (end - sent) / 1e6,
        ttft_ms=None if sent is None or first is None else (first - sent) / 1e6,
        usage=answer.usage,
        cost=_cost(answer.usage, model),
        http_status=answer.http_status,
        error=answer.failure.sentence if answer.failure else None,
        retries=called.retries,
    )


def _cost(usage: Usage | None, model: AskedModel) -> float | None:
    if model.price is None or usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    return model.price.cost(usage.input_tokens, usage.output_tokens, usage.cached_tokens or 0)
