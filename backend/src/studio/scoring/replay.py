"""Following a case's calls with its mocks: the state that they lead to, and what the tools answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from src.studio.scoring.mocks import Mocks
from src.studio.scoring.pointers import NothingThere, look_up, pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from src.studio.scoring.case import Case, ExpectedCall
    from src.studio.scoring.toolbox import Toolbox
    from src.studio.scoring.verdict import Call
    from src.studio.scoring.work import Work

Json = Any


class Replay:
    """The course of one case, as far as it has been followed."""

    def __init__(self, case: Case, names: Iterable[str], work: Work) -> None:
        self._case, self._work = case, work
        self._mocks = Mocks(case, names, work)
        # Where nothing depends on what the tools answered, nothing is asked of them
        self._matters = bool(case.argument_source) or any(turn.expected_state for turn in case.turns)
        self._answers: dict[str, list[Json]] = {}
        self.state: Mapping[str, Json] = case.state

    def follow(self, calls: Iterable[Call]) -> None:
        """Make the calls of a turn. Raises `TooLargeError` where what the tools answer is too large."""
        if not self._matters:
            return
        for call in calls:
            self._work.spend(1)
            answer, self.state = self._mocks.answer(call, self.state)
            self._answers.setdefault(call.name, []).append(answer)

    def with_sources(self, wanted: ExpectedCall, toolbox: Toolbox) -> ExpectedCall:
        """Return a wanted call whose arguments that come from a tool's answer are what the tool answered.

        An argument is taken so wherever a wanted call names it, or is of a tool that has one of the name, but for
        the tool that it comes from. Any of the values that the tool answered will do. Where it answered none, the
        value stays that the call lists; where it lists none, nothing will do.
        """
        arguments = dict(wanted.arguments)
        for argument, source in self._case.argument_source.items():
            tool, path = self._source(source)
            if tool in wanted.tools or not (argument in arguments or _is_of(argument, wanted, toolbox)):
                continue
            values = self._values(tool, path)
            if values:
                arguments[argument] = {"$any": [{"$literal": value} for value in values]}
            elif argument not in arguments:
                arguments[argument] = {"$any": []}
        return replace(wanted, arguments=arguments) if arguments != wanted.arguments else wanted

    def _source(self, source: str) -> tuple[str, str]:
        """Return a source's tool, whose name may have points, and the pointer to a field of its answer."""
        parts = source.split(".")
        self._work.spend(len(parts))
        for end in range(len(parts) - 1, 0, -1):
            name = ".".join(parts[:end])
            if name in self._case.mock_responses or name in self._answers:
                return name, "".join(map(pointer, parts[end:]))
        return parts[0], "".join(map(pointer, parts[1:]))

    def _values(self, tool: str, path: str) -> list[Json]:
        found, answers = [], self._answers.get(tool, ())
        self._work.spend(len(answers))
        for answer in answers:
            try:
                found.append(look_up(answer, path))
            except NothingThere:
                continue
        return found


def _is_of(argument: str, wanted: ExpectedCall, toolbox: Toolbox) -> bool:
    tools = [toolbox.get(name) for name in wanted.tools]
    return any(tool is not None and argument in tool.properties for tool in tools)
