"""Tools' names on the way to a provider and back: many take letters, digits, `_` and `-` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.suites.tools import name_of, send_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Message = dict[str, Any]


class Naming:
    """The names that the tools of one case are sent by, and which tool each of them means."""

    def __init__(self, tools: Sequence[Mapping[str, Any]]) -> None:
        self._sent: Mapping[str, str] = send_names([name_of(tool) for tool in tools])
        self._meant = {sent: name for name, sent in self._sent.items()}
        self.tools = [
            tool
            if self._sent[name_of(tool)] == name_of(tool)
            else {**tool, "function": {**tool["function"], "name": self._sent[name_of(tool)]}}
            for tool in tools
        ]
        """The tools as they are sent."""

    @property
    def names(self) -> list[str]:
        """The names of the tools, as the suite has them."""
        return list(self._sent)

    def meant(self, name: str) -> str:
        """Return the name of the tool that a model calls by `name`; one that nobody has sent stays as it is."""
        return self._meant.get(name, name)

    def message(self, message: Mapping[str, Any]) -> Message:
        """Return a message of a case as it is sent: calls in it, and the tools that answer, by the names sent."""
        told = dict(message)
        if message.get("role") == "tool" and isinstance(name := message.get("name"), str):
            told["name"] = self._sent.get(name, name)
        if isinstance(calls := message.get("tool_calls"), list):
            told["tool_calls"] = [self._call(call) for call in calls]
        return told

    def _call(self, call: Any) -> Any:  # noqa: ANN401 - whatever the case has there
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(name := function.get("name"), str):
            return call
        return {**call, "function": {**function, "name": self._sent.get(name, name)}}
