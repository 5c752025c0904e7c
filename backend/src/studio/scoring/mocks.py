"""What the tools of a case answer, and what becomes of its state: a function of the calls and the state alone.

In a mock's `result`, and in the values of `set`, `{"$arg": "name"}` stands for an argument of the call, and
`{"$state": "/pointer"}` for a part of the state as it was before; null, where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from src.studio.scoring.expected import has_operator, operator_of
from src.studio.scoring.mass import mass_of
from src.studio.scoring.pointers import NothingThere, look_up, put
from src.studio.scoring.rules import rules_of
from src.studio.scoring.values import mismatch
from src.studio.scoring.work import TooLargeError, Work

if TYPE_CHECKING:
    from src.studio.scoring.case import Case
    from src.studio.scoring.verdict import Call

Json = Any

DONE: dict[str, Json] = {"ok": True}
"""What a tool without a mock answers."""
MOST_ANSWERED = 4_000_000
"""Characters of all answers of one exchange: each goes back to the model with every request that follows."""


class Mocks:
    """The tools of a case, as far as it says what they answer, over the calls of one exchange.

    Where `names` are given, other tools are not there, and a call of one is answered so. What they do is taken
    from `work`.
    """

    def __init__(self, case: Case, names: Iterable[str] | None = None, work: Work | None = None) -> None:
        self._how = case.scoring_config
        self._answers = {tool: (document, rules_of(document)) for tool, document in case.mock_responses.items()}
        self._names = None if names is None else frozenset(names)
        self._work = Work() if work is None else work
        self._answered = 0

    def answer(self, call: Call, state: Mapping[str, Json]) -> tuple[Json, Mapping[str, Json]]:
        """Return what a tool answers, and the state afterwards; the one given is never changed.

        The first rule that fits answers. Where none does, for a call that cannot be read, and for a tool that is
        not there, the answer is `{"error": sentence}`. Raises `TooLargeError` where an answer, the state after it
        or all answers so far are larger than can be sent and kept.
        """
        arguments, why = call.read
        if self._names is not None and call.name not in self._names:
            return {"error": f"There is no tool named {call.name[:200]}."}, state
        if arguments is None:
            return {"error": why}, state
        if call.name not in self._answers:
            return dict(DONE), state
        mock, rules = self._answers[call.name]
        if rules is None:
            return self._bounded(call, _filled(mock, arguments, state)), state
        for rule in rules:
            if self._fits(rule.get("when") or {}, arguments):
                result, after = _applied(rule, arguments, state)
                return self._bounded(call, result), after if after is state else self._kept(call, after)
        return {"error": "Nothing is known for these arguments."}, state

    def _fits(self, when: Mapping[str, Json], arguments: Mapping[str, Json]) -> bool:
        self._work.spend(1 + len(when))
        return all(
            name in arguments and not mismatch(value, arguments[name], self._how, self._work)
            for name, value in when.items()
        )

    def _bounded(self, call: Call, result: Json) -> Json:
        mass = mass_of(result)
        if mass is None:
            raise TooLargeError(f"What the mock of {call.name[:200]} answers is too large to be sent.")
        self._work.spend(mass[0])
        self._answered += mass[1]
        if self._answered > MOST_ANSWERED:
            raise TooLargeError(
                f"What the case's mocks answer is too large: more than {MOST_ANSWERED:,} characters together."
            )
        return result

    def _kept(self, call: Call, state: Mapping[str, Json]) -> Mapping[str, Json]:
        mass = mass_of(state)
        if mass is None:
            raise TooLargeError(f"What the mock of {call.name[:200]} makes of the state is too large to be kept.")
        self._work.spend(mass[0])
        return state


def never_taken(case: Case) -> Iterator[tuple[str, int, int]]:
    """Yield rules of mocks that no call ever gets to: their tool, their place, and that of the rule before them.

    That one fits whatever they fit. As far as it can be told: rules are not looked at for longer than a verdict.
    """
    work = Work()
    for tool, document in case.mock_responses.items():
        conditions = [rule.get("when") or {} for rule in rules_of(document) or ()]
        for place, when in enumerate(conditions):
            try:
                before = next((at for at in range(place) if _covers(conditions[at], when, case, work)), None)
            except TooLargeError:
                return
            if before is not None:
                yield tool, place, before


def _covers(one: Mapping[str, Json], other: Mapping[str, Json], case: Case, work: Work) -> bool:
    """Tell whether a condition is met whenever another is."""
    work.spend(1 + len(one))
    return all(name in other and _takes(value, other[name], case, work) for name, value in one.items())


def _takes(one: Json, other: Json, case: Case, work: Work) -> bool:
    """Tell whether an Expected is met by whatever meets another."""
    if operator_of(one) == "$anything" or one == other:
        return True
    if operator_of(other) == "$any":
        return all(_takes(one, alternative, case, work) for alternative in other["$any"])
    return not has_operator(other) and mismatch(one, other, case.scoring_config, work) is None


def _applied(
    rule: Mapping[str, Json], arguments: Mapping[str, Json], state: Mapping[str, Json]
) -> tuple[Json, Mapping[str, Json]]:
    after = state
    for path, value in (rule.get("set") or {}).items():
        after = put(after, path, _filled(value, arguments, state))
    if rule.get("error") is not None:
        return {"error": rule["error"]}, after
    return _filled(rule["result"], arguments, state) if "result" in rule else dict(DONE), after


def _filled(value: Json, arguments: Mapping[str, Json], state: Mapping[str, Json]) -> Json:
    if isinstance(value, Mapping):
        if len(value) == 1 and isinstance(value.get("$arg"), str):
            return arguments.get(value["$arg"])
        if len(value) == 1 and isinstance(value.get("$state"), str):
            try:
                return look_up(state, value["$state"])
            except NothingThere:
                return None
        return {key: _filled(item, arguments, state) for key, item in value.items()}
    return [_filled(item, arguments, state) for item in value] if isinstance(value, list) else value
