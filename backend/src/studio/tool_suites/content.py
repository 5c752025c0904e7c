"""Suites and cases as they are kept, and as they are told: rows in, documents out, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.errors import InvalidFieldError
from src.studio.schemas import can_be_sent
from src.studio.scoring.case import TURN_FIELDS, CaseError, read_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.scoring.case import Case

Document = dict[str, Any]

SEARCHED_OF_PROMPT = 2_000
# Said of every case, also where it is as by default
ALWAYS: Document = {
    "name": None,
    "category": None,
    "disputed": False,
    "should_call_tool": True,
    "multi_turn": False,
}
OLD_CALL = ("expected_tool", "expected_params")
# What a case says of its first turn; `max_rounds` is all turns'
FIRST_TURN = (*sorted(TURN_FIELDS - {"max_rounds"}), *OLD_CALL)


def searched(texts: Iterable[str | None]) -> str:
    """Return what a search looks at: lower case, and nothing that PostgreSQL cannot hold."""
    return "\n".join(text for text in texts if text).lower().replace("\0", "")


def words_of(asked: str) -> list[str]:
    """Return the words that a search is for."""
    return asked.lower().replace("\0", "").split()


def names_of(tools: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of tools that were looked at already."""
    return [tool["function"]["name"] for tool in tools]


def case_of(document: Mapping[str, Any], path: str = "") -> Case:
    """Return a case that somebody gave. Raises `InvalidFieldError`, which names the field, below `path`."""
    try:
        return read_case(document)
    except CaseError as error:
        where = ".".join(part for part in (path, error.path) if part)
        raise InvalidFieldError(whole(f"{where or 'The case'}: {error.sentence}.")) from None


def whole(sentence: str) -> str:
    """Return a sentence that can be told, whatever it quotes."""
    return sentence.encode(errors="replace").decode()


def is_kept(text: str) -> bool:
    """Tell whether a text can be kept on every database."""
    return "\0" not in text and can_be_sent(text)


def check_sendable(**given: Any) -> None:  # noqa: ANN401 - whatever JSON it is
    """Raise `InvalidFieldError` for what Python reads as JSON, and nobody could be told again."""
    for name, value in given.items():
        if not can_be_sent(value):
            raise InvalidFieldError(
                f"{name}: must be what JSON can say in UTF-8: no NaN, no half of a character, no whole number of "
                "more than 64 bits, and nothing nested too deep."
            )


def case_row(case: Case) -> Document:
    """Return what is kept of a case's own, in columns."""
    content = case.to_dict()
    content.pop("id", None)
    said = [message.get("content") for turn in case.turns for message in turn.said]
    prompt = " ".join(text for text in said if isinstance(text, str))[:SEARCHED_OF_PROMPT]
    called = [name for turn in case.turns for call in turn.expected_calls for name in call.tools]
    return {
        "name": case.name,
        "category": case.category,
        "disputed": case.disputed,
        "search_text": searched([case.name, case.category, *dict.fromkeys(called), prompt]),
        "content": content,
    }


def told_case(row: Mapping[str, Any]) -> Document:
    """Return a case as it is told: its fields, and under older names the first call that is expected."""
    content = row["content"]
    return {
        "id": row["id"],
        "suite_id": row["suite_id"],
        "position": row["position"],
        **ALWAYS,
        **content,
        **_old_fields(content),
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }


def _old_fields(content: Mapping[str, Any]) -> Document:
    first = next(iter(content.get("turns") or ()), {}) if "expected_calls" not in content else content
    call = next(iter(first.get("expected_calls") or ()), {})
    return {
        "expected_tool": call.get("tool"),
        "expected_params": call.get("arguments"),
        "param_scoring": content.get("scoring_config", {}).get("mode", "exact"),
    }


def changed_case(content: Document, change: Mapping[str, Any]) -> Document:
    """Return a case with some of its fields written anew; null takes a field away.

    The older fields write the first call that is expected, and the mode; the other calls stay as they are. What is
    told of the first turn is written into it, also where `turns` has all of them.
    """
    base, change = dict(content), dict(change)
    if "param_scoring" in change and "scoring_config" not in change:
        change["scoring_config"] = {**base.get("scoring_config", {}), "mode": change.pop("param_scoring")}
    of_first = {name: change.pop(name) for name in FIRST_TURN if name in change}
    if of_first and "turns" not in change and _has_all_turns(base):
        first, *others = base.pop("turns")
        change["turns"] = [_turn_changed(first, of_first), *others]
        base = {name: value for name, value in base.items() if name not in FIRST_TURN}
    else:
        base = _turn_changed(base, of_first)
    return {name: value for name, value in {**base, **change}.items() if value is not None}


def _has_all_turns(content: Document) -> bool:
    """Tell whether a case that is kept has its first turn among `turns`, too."""
    turns = content.get("turns")
    return bool(turns) and len(read_case(content).turns) == len(turns)


def _turn_changed(turn: Document, change: Document) -> Document:
    """Return a turn, or a case with its first one, with some of its fields written anew."""
    turn, change = dict(turn), dict(change)
    if any(name in change for name in OLD_CALL) and "expected_calls" not in change:
        change["expected_calls"] = _first_call_changed(turn.get("expected_calls") or [{}], change)
    if change.get("expected_calls"):
        turn.pop("should_call_tool", None)
    if change.get("should_call_tool") is False:
        turn.pop("expected_calls", None)
    for given, other in (("prompt", "messages"), ("messages", "prompt")):
        if change.get(given) is not None:
            turn.pop(other, None)
    return {name: value for name, value in {**turn, **change}.items() if value is not None}


def _first_call_changed(calls: Sequence[Document], change: Document) -> list[Document] | None:
    """Return calls of which the first has the tool and the arguments that a change has, which loses both."""
    first, *others = calls
    tool = change.pop("expected_tool", first.get("tool"))
    arguments = change.pop("expected_params", first.get("arguments"))
    return [{**first, "tool": tool, "arguments": arguments or {}}, *others] if tool else None


def told_suite(row: Mapping[str, Any]) -> Document:
    """Return a suite as lists tell it."""
    as_it_is = ("id", "user_id", "name", "description", "system_prompt", "tool_count", "version")
    return {
        **{name: row[name] for name in as_it_is},
        "test_case_count": row["case_count"],
        "changed": row["digest"] is not None and not row["is_frozen"],
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }
