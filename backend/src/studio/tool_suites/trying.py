"""A case tried by hand: what its verdict would be, if a model made these calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.errors import InvalidFieldError
from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox, ToolError
from src.studio.scoring.verdict import Call
from src.studio.scoring.work import TooLargeError
from src.studio.tool_suites.content import case_of, check_sendable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.scoring.score import Profile

MOST_CALLS = 1_000


def verdict_of(
    document: Mapping[str, Any],
    tools: Sequence[Mapping[str, Any]],
    turns: Sequence[Mapping[str, Any]],
    profile: Profile,
) -> dict[str, Any]:
    """Return the verdict, as it is told, of a case of which these turns were had: `{calls, state?, finished?}`.

    Raises `InvalidFieldError` for what is no case, no call, a tool that is not there, or too large to be judged.
    """
    check_sendable(case=document, turns=turns)
    case = case_of(document, "case")
    outcomes = [
        TurnOutcome(
            [_call(call, f"turns[{at}].calls[{number}]") for number, call in enumerate(turn["calls"])],
            turn.get("state"),
            turn.get("finished", True),
        )
        for at, turn in enumerate(turns)
    ]
    if len(outcomes) > len(case.turns):
        raise InvalidFieldError(f"turns: the case has {len(case.turns)}, and these are {len(outcomes)}.")
    if sum(len(outcome.calls) for outcome in outcomes) > MOST_CALLS:
        raise InvalidFieldError(f"turns: there can be {MOST_CALLS:,} calls.")
    try:
        return score_case(case, outcomes, Toolbox(tools), profile).to_dict()
    except ToolError as error:
        raise InvalidFieldError(f"case.tools: {error.sentence}.") from None
    except TooLargeError as error:
        raise InvalidFieldError(f"turns: {error}") from None


def _call(document: Mapping[str, Any], path: str) -> Call:
    """Return a call: `{name, arguments}`, or as OpenAI has it."""
    call = document.get("function", document)
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        raise InvalidFieldError(f"{path}.name: must be the name of a tool.")
    arguments = call.get("arguments")
    if not isinstance(arguments, str | dict | None):
        raise InvalidFieldError(f"{path}.arguments: must be an object, or its text.")
    return Call(call["name"], arguments)
