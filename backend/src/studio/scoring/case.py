"""What a model is asked and what it should call: a case of a suite, as files, HTTP and the scorer know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from src.studio.scoring.expected import check_expected
from src.studio.scoring.fields import (
    MOST_DEPTH,
    CaseError,
    Json,
    at,
    flag,
    given,
    is_same,
    items,
    mapping,
    maybe,
    number,
    one_of,
    plain,
    text,
    texts,
    whole,
)
from src.studio.scoring.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Mode = Literal["exact", "fuzzy", "contains"]
Order = Literal["any", "strict"]

DEFAULT_EPSILON = 1e-6
DEFAULT_ROUNDS = 8
MOST_ROUNDS = 20
MOST_PROMPT, MOST_NAME, MOST_CATEGORY, MOST_REASON = 50_000, 200, 100, 2000
MOST_CALLS, MOST_TURNS, MOST_MESSAGES, MOST_TOOLS, MOST_NAMED = 100, 50, 1000, 1000, 256
MOST_SET, MOST_POINTER = 100, 2000

ROLES = ("system", "developer", "user", "assistant", "tool")
TURN_FIELDS = frozenset(
    {"prompt", "messages", "should_call_tool", "expected_calls", "expected_state", "max_rounds"}
)
OLD_FIELDS = frozenset({"expected_tool", "expected_params", "param_scoring"})
# Of these the first turn is made; `expected_state` may be told of a case of one turn, too.
CASE_FIELDS = (
    TURN_FIELDS
    | OLD_FIELDS
    | frozenset(
        {
            *("id", "name", "category", "disputed", "disputed_reason", "tools", "scoring_config"),
            *("multi_turn", "turns", "state", "mock_responses", "valid_prerequisites", "optimal_hops"),
            "argument_source",
        }
    )
)
CALL_FIELDS = frozenset({"tool", "arguments", "optional"})
CONFIG_FIELDS = frozenset({"mode", "epsilon", "casefold", "multiset", "order", "extra", "dates"})
NO_JUDGE = "must be exact, fuzzy or contains: comparing by meaning needs a judge"


@dataclass(frozen=True)
class ScoringConfig:
    """How a case's calls are held against what is expected; the defaults are the strict ones."""

    mode: Mode = "exact"
    """`fuzzy`: case, spaces and punctuation of texts do not matter. `contains`: the expected text is within."""
    epsilon: float = DEFAULT_EPSILON
    """How far a number may be away; see `values.tolerance_of` for numbers that are smaller still."""
    casefold: bool = False
    multiset: bool = False
    """Arrays are the same in any order."""
    order: Order = "any"
    extra: tuple[str, ...] = ()
    """Tools that may be called beside what is expected."""
    dates: bool = True
    """A date may be spelled otherwise, a time told in another zone."""

    def to_dict(self) -> dict[str, Json]:
        """Return it as a suite file has it, without what is by default."""
        default = ScoringConfig()
        told = {name: getattr(self, name) for name in sorted(CONFIG_FIELDS)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in told.items()
            if value != getattr(default, name)
        }


@dataclass(frozen=True)
class ExpectedCall:
    """One call that is wanted: of any of `tools`, with these arguments.

    Each value of `arguments` is an Expected, as `expected.py` describes it. An argument in `optional` may be left
    out; where it has no value, any will do.
    """

    tools: tuple[str, ...]
    arguments: Mapping[str, Json] = field(default_factory=dict)
    optional: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Json]:
        """Return it as a suite file has it."""
        told: dict[str, Json] = {
            "tool": self.tools[0] if len(self.tools) == 1 else list(self.tools),
            "arguments": dict(self.arguments),
        }
        return told | ({"optional": list(self.optional)} if self.optional else {})


@dataclass(frozen=True)
class Turn:
    """What the user says, and what the model should have called before it answers in words.

    Where a call is wanted and none is expected by name, any valid one will do.
    """

    prompt: str | None = None
    messages: tuple[Mapping[str, Json], ...] = ()
    """OpenAI's messages, the last one a user's; either these or a prompt."""
    should_call_tool: bool = True
    expected_calls: tuple[ExpectedCall, ...] = ()
    expected_state: Mapping[str, Json] = field(default_factory=dict)
    """What the state has after the turn: an Expected by JSON pointer."""
    max_rounds: int | None = None

    @property
    def said(self) -> list[dict[str, Json]]:
        """Return the messages that are sent, as OpenAI's API takes them."""
        if self.prompt is not None:
            return [{"role": "user", "content": self.prompt}]
        return [dict(message) for message in self.messages]

    def to_dict(self) -> dict[str, Json]:
        """Return it as a suite file has it, without what is by default."""
        told: dict[str, Json] = {"messages": self.said} if self.prompt is None else {"prompt": self.prompt}
        if not self.should_call_tool:
            told["should_call_tool"] = False
        if self.expected_calls:
            told["expected_calls"] = [call.to_dict() for call in self.expected_calls]
        if self.expected_state:
            told["expected_state"] = dict(self.expected_state)
        if self.max_rounds is not None:
            told["max_rounds"] = self.max_rounds
        return told


@dataclass(frozen=True)
class Case:
    """One case: what is said in each turn, what should be called, and what the tools answer meanwhile."""

    turns: tuple[Turn, ...]
    """At least one."""
    name: str | None = None
    id: str | None = None
    category: str | None = None
    disputed: bool = False
    disputed_reason: str | None = None
    tools: tuple[str, ...] | None = None
    """The names of the suite's tools that are offered; None: all of them."""
    scoring_config: ScoringConfig = field(default_factory=ScoringConfig)
    multi_turn: bool = False
    """Whether tool results go back to the model; if not, its first answer is all that counts."""
    max_rounds: int = DEFAULT_ROUNDS
    """How many requests a turn may take, where the turn does not say."""
    state: Mapping[str, Json] = field(default_factory=dict)
    mock_responses: Mapping[str, Json] = field(default_factory=dict)
    """What tools answer, by their names; `mocks.py` describes it."""
    valid_prerequisites: tuple[str, ...] = ()
    optimal_hops: int | None = None
    argument_source: Mapping[str, str] = field(default_factory=dict)
    """The argument whose expected value is a field of what a tool answered: `tool.field`."""

    def rounds_of(self, turn: Turn) -> int:
        """Return how many requests a turn may take."""
        return (turn.max_rounds or self.max_rounds) if self.multi_turn else 1

    @property
    def expected_calls(self) -> tuple[ExpectedCall, ...]:
        """Return what is expected of the first turn."""
        return self.turns[0].expected_calls

    @property
    def should_call_tool(self) -> bool:
        """Tell whether a call is wanted in any turn."""
        return any(turn.should_call_tool for turn in self.turns)

    def to_dict(self, *, old_fields: bool = False) -> dict[str, Json]:
        """Return it as a suite file has it, without what is by default; `read_case` reads it back.

        With `old_fields` the first of the expected calls is told as `expected_tool` and `expected_params`, too.
        """
        first, *others = self.turns
        told: dict[str, Json] = {name: getattr(self, name) for name in ("id", "name", "category")}
        told = {name: value for name, value in told.items() if value is not None}
        if first.max_rounds is None and not (others and _is_told_twice(first, others[0])):
            told |= first.to_dict() | ({"turns": [turn.to_dict() for turn in others]} if others else {})
        else:
            told |= Turn(first.prompt, first.messages).to_dict() | {
                "turns": [turn.to_dict() for turn in self.turns]
            }
        default = Case(turns=self.turns)
        for name in ("disputed", "disputed_reason", "multi_turn", "max_rounds", "optimal_hops"):
            if getattr(self, name) != getattr(default, name):
                told[name] = getattr(self, name)
        return told | self._rest() | (old_fields_of(self) if old_fields else {})

    def _rest(self) -> dict[str, Json]:
        told: dict[str, Json] = {} if self.tools is None else {"tools": list(self.tools)}
        if config := self.scoring_config.to_dict():
            told["scoring_config"] = config
        if self.valid_prerequisites:
            told["valid_prerequisites"] = list(self.valid_prerequisites)
        return told | {
            name: dict(getattr(self, name))
            for name in ("state", "mock_responses", "argument_source")
            if getattr(self, name)
        }


def _is_told_twice(first: Turn, second: Turn) -> bool:
    """Tell whether reading might take the second turn for the first one, told again with all others."""
    return first.said == second.said and not first.expected_calls


def old_fields_of(case: Case) -> dict[str, Json]:
    """Return the first of the expected calls under the names that an earlier Studio gave it."""
    if not case.expected_calls:
        return {"expected_tool": None, "expected_params": None}
    first = case.expected_calls[0].to_dict()
    return {"expected_tool": first["tool"], "expected_params": first["arguments"]}


def read_case(document: Mapping[str, Json]) -> Case:
    """Return the case that a document describes; the older fields of one expected call are read, too.

    Raises `CaseError`, which names the field.
    """
    fields = mapping(document, "", CASE_FIELDS)
    multi_turn = flag(given(fields.get("multi_turn"), False), "multi_turn") or fields.get("turns") is not None
    get: Any = fields.get
    return Case(
        turns=_turns(fields),
        name=maybe(text, get("name"), "name", most=MOST_NAME, least=1),
        id=maybe(text, get("id"), "id", most=MOST_NAMED, least=1),
        category=_maybe_text(get("category"), "category", most=MOST_CATEGORY),
        disputed=flag(given(get("disputed"), False), "disputed"),
        disputed_reason=_maybe_text(get("disputed_reason"), "disputed_reason", most=MOST_REASON),
        tools=maybe(_names, get("tools"), "tools"),
        scoring_config=_config(get("scoring_config"), get("param_scoring")),
        multi_turn=multi_turn,
        max_rounds=maybe(whole, get("max_rounds"), "max_rounds", least=1, most=MOST_ROUNDS) or DEFAULT_ROUNDS,
        state=plain(mapping(given(get("state"), {}), "state"), "state"),
        mock_responses=_mocks(get("mock_responses")),
        valid_prerequisites=_names(given(get("valid_prerequisites"), []), "valid_prerequisites"),
        optimal_hops=maybe(whole, get("optimal_hops"), "optimal_hops", least=0, most=1000),
        argument_source=_sources(get("argument_source")),
    )


def _turns(fields: Mapping[str, Json]) -> tuple[Turn, ...]:
    """Return all turns: the case's own one first, unless `turns` has them all."""
    later = items(given(fields.get("turns"), []), "turns", most=MOST_TURNS)
    turns = tuple(_turn(turn, at("turns", index)) for index, turn in enumerate(later))
    own = {name: value for name, value in fields.items() if name in TURN_FIELDS - {"max_rounds"}}
    if turns and own.get("prompt") is None and not own.get("messages"):
        if name := _says_otherwise(fields, turns[0]):
            raise CaseError(name, "must be left out, or be what turns[0] says, where turns has all that is said")
        return turns
    first = _turn(own | _calls_of_old(fields), "")
    # Calls of its own are those of a turn of its own: it might be said twice, and be answered alike.
    is_told_twice = turns and first.said == turns[0].said and not own.get("expected_calls")
    return turns if is_told_twice and not _says_otherwise(fields, turns[0]) else (first, *turns)


def _says_otherwise(fields: Mapping[str, Json], turn: Turn) -> str | None:
    """Return the field of a case that says otherwise than a turn what is right; None where it repeats it at most.

    That a call is wanted may be said of any case, also where its first turn wants none.
    """
    wants_call, calls, state = _right(fields, "")
    if calls and not is_same(_told(calls), _told(turn.expected_calls)):
        return "expected_calls"
    if not wants_call and turn.should_call_tool:
        return "expected_calls" if fields.get("should_call_tool") is None else "should_call_tool"
    if state and not is_same(dict(state), dict(turn.expected_state)):
        return "expected_state"
    _calls_of_old(fields)
    return _old_field_beside(next(iter(turn.expected_calls), None), fields)


def _told(calls: tuple[ExpectedCall, ...]) -> list[Json]:
    return [call.to_dict() for call in calls]


def _turn(document: Json, path: str) -> Turn:
    fields = mapping(document, path, TURN_FIELDS)
    prompt = maybe(text, fields.get("prompt"), at(path, "prompt"), most=MOST_PROMPT, least=1)
    messages = _messages(given(fields.get("messages"), []), at(path, "messages"))
    if (prompt is None) == (not messages):
        raise CaseError(at(path, "prompt"), "must be given, or messages must: one of the two")
    wants_call, calls, state = _right(fields, path)
    rounds = maybe(whole, fields.get("max_rounds"), at(path, "max_rounds"), least=1, most=MOST_ROUNDS)
    return Turn(prompt, messages, wants_call, calls, state, rounds)


def _right(fields: Mapping[str, Json], path: str) -> tuple[bool, tuple[ExpectedCall, ...], Mapping[str, Json]]:
    """Return what is right in a turn: whether a call is wanted, which ones, and the state after it."""
    documents = items(given(fields.get("expected_calls"), []), at(path, "expected_calls"), most=MOST_CALLS)
    calls = tuple(_call(call, at(at(path, "expected_calls"), index)) for index, call in enumerate(documents))
    # Where nobody says, an empty list of calls says that none is wanted, and none at all that any will do.
    wanted = fields.get("should_call_tool")
    wanted = fields.get("expected_calls") != [] if wanted is None else flag(wanted, at(path, "should_call_tool"))
    if calls and not wanted:
        raise CaseError(at(path, "should_call_tool"), "must not be false where calls are expected")
    state = mapping(given(fields.get("expected_state"), {}), at(path, "expected_state"))
    for pointer, expected in state.items():
        _check_pointer(pointer or "/", at(at(path, "expected_state"), pointer))
        check_expected(expected, at(at(path, "expected_state"), pointer))
    return wanted, calls, state


def _messages(documents: Json, path: str) -> tuple[Mapping[str, Json], ...]:
    messages = tuple(items(documents, path, most=MOST_MESSAGES))
    for index, message in enumerate(messages):
        role = mapping(plain(message, at(path, index)), at(path, index)).get("role")
        one_of(role, at(at(path, index), "role"), ROLES)
    if messages and messages[-1]["role"] != "user":
        raise CaseError(path, "must end with a user's message")
    return messages


def _calls_of_old(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return the call that older fields expect; where `expected_calls` is given, too, they may only repeat it."""
    tool, arguments = fields.get("expected_tool"), fields.get("expected_params")
    if not tool:
        if arguments:
            raise CaseError("expected_params", "must be left out where there is no expected_tool")
        return {}
    calls = items(given(fields.get("expected_calls"), []), "expected_calls", most=MOST_CALLS)
    if not calls:
        return {"expected_calls": [{"tool": tool, "arguments": arguments or {}}]}
    if name := _old_field_beside(_call(calls[0], "expected_calls[0]"), fields):
        raise CaseError(name, "must be as in the first of expected_calls, or be left out")
    return {}


def _old_field_beside(call: ExpectedCall | None, fields: Mapping[str, Json]) -> str | None:
    """Return which of the older fields says otherwise than a call; None where they repeat it, or say nothing."""
    tool, arguments = fields.get("expected_tool"), fields.get("expected_params")
    if not tool:
        return None
    old = _call({"tool": tool, "arguments": given(arguments, {})}, "expected_tool")
    if call is None or old.tools != call.tools:
        return "expected_tool"
    return None if arguments is None or is_same(arguments, dict(call.arguments)) else "expected_params"


def _call(document: Json, path: str) -> ExpectedCall:
    fields = mapping(document, path, CALL_FIELDS)
    named = fields.get("tool")
    tools = _names([named] if isinstance(named, str) else named, at(path, "tool"))
    if not tools:
        raise CaseError(at(path, "tool"), "must name a tool")
    arguments = mapping(given(fields.get("arguments"), {}), at(path, "arguments"))
    for name, expected in arguments.items():
        check_expected(expected, at(at(path, "arguments"), name))
    return ExpectedCall(tools, arguments, _names(given(fields.get("optional"), []), at(path, "optional")))


def _config(document: Json, param_scoring: Json) -> ScoringConfig:
    path = "scoring_config"
    fields = mapping(given(document, {}), path, CONFIG_FIELDS)
    mode, where = fields.get("mode"), at(path, "mode")
    if mode is None:
        mode, where = given(param_scoring, "exact"), "param_scoring"
    if mode not in get_args(Mode):
        raise CaseError(where, NO_JUDGE)
    order = one_of(given(fields.get("order"), "any"), at(path, "order"), get_args(Order))
    epsilon = fields.get("epsilon")
    flags = {name: fields.get(name) for name in ("casefold", "multiset", "dates")}
    return ScoringConfig(
        mode=cast("Mode", mode),
        epsilon=DEFAULT_EPSILON if epsilon is None else number(epsilon, at(path, "epsilon"), least=0),
        order=cast("Order", order),
        extra=_names(given(fields.get("extra"), []), at(path, "extra")),
        **{name: flag(value, at(path, name)) for name, value in flags.items() if value is not None},
    )


def _mocks(documents: Json) -> Mapping[str, Json]:
    path = "mock_responses"
    mocks = mapping(given(documents, {}), path)
    for tool, document in mocks.items():
        plain(document, at(path, tool))
        for index, rule in enumerate(rules_of(document) or []):
            where = at(at(path, tool), index)
            when = mapping(given(rule.get("when"), {}), at(where, "when"))
            for name, expected in when.items():
                check_expected(expected, at(at(where, "when"), name))
            maybe(text, rule.get("error"), at(where, "error"), most=MOST_REASON)
            pointers = mapping(given(rule.get("set"), {}), at(where, "set"))
            if len(pointers) > MOST_SET:
                raise CaseError(at(where, "set"), f"must have at most {MOST_SET} pointers, not {len(pointers)}")
            for pointer in pointers:
                _check_pointer(pointer, at(at(where, "set"), pointer))
    return mocks


def _check_pointer(pointer: str, path: str) -> None:
    if not pointer.startswith("/"):
        raise CaseError(path, "must be a JSON pointer, which starts with /")
    if len(pointer) > MOST_POINTER or pointer.count("/") > MOST_DEPTH:
        raise CaseError(path[:MOST_NAMED], f"must have at most {MOST_POINTER} characters and {MOST_DEPTH} steps")


def _sources(documents: Json) -> Mapping[str, str]:
    path = "argument_source"
    sources = mapping(given(documents, {}), path)
    for argument, source in sources.items():
        if "." not in text(source, at(path, argument), most=MOST_NAMED, least=1):
            raise CaseError(at(path, argument), "must be a tool and a field of what it answers: tool.field")
    return sources


def _maybe_text(value: Json, path: str, most: int) -> str | None:
    """Return a text, None where it is empty: a field of a form that nobody filled in."""
    return maybe(text, value, path, most=most) or None


def _names(value: Json, path: str) -> tuple[str, ...]:
    return texts(value, path, most=MOST_TOOLS, longest=MOST_NAMED)
