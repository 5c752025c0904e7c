"""What the tools of a case answer, and what becomes of its state: a function of the call and the state alone.

In a mock's `result`, and in the values of `set`, `{"$arg": "name"}` stands for an argument of the call, and
`{"$state": "/pointer"}` for a part of the state as it was before; null, where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from src.studio.scoring.pointers import NothingThere, look_up, put
from src.studio.scoring.rules import rules_of
from src.studio.scoring.values import mismatch

if TYPE_CHECKING:
    from src.studio.scoring.case import Case
    from src.studio.scoring.verdict import Call

Json = Any

DONE: dict[str, Json] = {"ok": True}
"""What a tool without a mock answers."""


class Mocks:
    """The tools of a case, as far as it says what they answer.

    Where `names` are given, other tools are not there, and a call of one is answered so.
    """

    def __init__(self, case: Case, names: Iterable[str] | None = None) -> None:
        self._case = case
        self._names = None if names is None else frozenset(names)

    def answer(self, call: Call, state: Mapping[str, Json]) -> tuple[Json, Mapping[str, Json]]:
        """Return what a tool answers, and the state afterwards; the one given is never changed.

        The first rule that fits answers. Where none does, for a call that cannot be read, and for a tool that is
        not there, the answer is `{"error": sentence}`.
        """
        arguments, why = call.read
        if self._names is not None and call.name not in self._names:
            return {"error": f"There is no tool named {call.name[:200]}."}, state
        if arguments is None:
            return {"error": why}, state
        if call.name not in self._case.mock_responses:
            return dict(DONE), state
        mock = self._case.mock_responses[call.name]
        rules = rules_of(mock)
        if rules is None:
            return _filled(mock, arguments, state), state
        for rule in rules:
            if self._fits(rule.get("when") or {}, arguments):
                return _applied(rule, arguments, state)
        return {"error": "Nothing is known for these arguments."}, state

    def _fits(self, when: Mapping[str, Json], arguments: Mapping[str, Json]) -> bool:
        how = self._case.scoring_config
        return all(name in arguments and not mismatch(value, arguments[name], how) for name, value in when.items())


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
