"""The verdict of a case: what was wanted of each turn held against what was called, and the state afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from src.studio.scoring.calls import Turned, judge_calls
from src.studio.scoring.case import Case, ExpectedCall, ScoringConfig
from src.studio.scoring.pointers import NothingThere, look_up
from src.studio.scoring.replay import Replay
from src.studio.scoring.values import mismatch
from src.studio.scoring.verdict import MOST_PROBLEMS, Call, Problem, Reason, Scores, Verdict, sayable, told
from src.studio.scoring.words import difference, wanted
from src.studio.scoring.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.scoring.toolbox import Toolbox

Json = Any
Profile = Literal["strict", "bfcl"]
GRAVITY: dict[Reason, int] = {reason: rank for rank, reason in enumerate(get_args(Reason))}


@dataclass(frozen=True)
class TurnOutcome:
    """What came of a turn: its calls in the order they were made, over all of its rounds.

    `state` is what it was after the turn, or None where nobody kept it: it is found again then from the case's
    mocks. `finished` is false where the model still called tools when the turn's rounds were used up.
    """

    calls: Sequence[Call] = ()
    state: Mapping[str, Json] | None = None
    finished: bool = True


def score_calls(  # noqa: PLR0913, PLR0917 - what a turn is judged by
    expected: Sequence[ExpectedCall],
    wants_call: bool,
    actual: Sequence[Call],
    toolbox: Toolbox,
    config: ScoringConfig | None = None,
    profile: Profile = "strict",
) -> Verdict:
    """Return the verdict of one turn's calls.

    Where a call is wanted and none is expected by name, any valid one will do. Raises `TooLargeError` for what is
    too large to be judged.
    """
    calls = _meant(actual, toolbox)
    config = config or ScoringConfig()
    return _verdict([judge_calls(expected, wants_call, calls, toolbox, config, profile, Work())])


def score_case(
    case: Case,
    turns: Sequence[TurnOutcome],
    toolbox: Toolbox,
    profile: Profile = "strict",
    rounds: int | None = None,
) -> Verdict:
    """Return the verdict of a case of which these turns were had; turns that were not had made no calls.

    `toolbox` has all tools of the suite, of which the case may offer some. `rounds` is how many requests were
    made, for `Verdict.extra_rounds`. Raises `ToolError` where the case offers a tool that the suite does not have,
    and `TooLargeError` for what is too large to be judged: it is unscored, then.
    """
    work = Work()
    offered = toolbox.subset(case.tools)
    config = case.scoring_config
    if case.valid_prerequisites:
        config = replace(config, extra=(*config.extra, *case.valid_prerequisites))
    replay = Replay(case, offered.names, work)
    judged = []
    for position, turn in enumerate(case.turns):
        outcome = turns[position] if position < len(turns) else TurnOutcome()
        calls = _meant(outcome.calls, offered)
        replay.follow(calls)
        expected = [replay.with_sources(call, offered) for call in turn.expected_calls]
        found = judge_calls(expected, turn.should_call_tool, calls, offered, config, profile, work)
        state = replay.state if outcome.state is None else outcome.state
        found.problems += [
            *_unfinished(case.rounds_of(turn), outcome),
            *_wrong_state(turn.expected_state, state, config, work),
        ]
        judged.append(found)
    verdict = _verdict(judged)
    if case.optimal_hops is None or rounds is None:
        return verdict
    return replace(verdict, extra_rounds=rounds - case.optimal_hops)


def _meant(calls: Sequence[Call], toolbox: Toolbox) -> Sequence[Call]:
    if not toolbox.has_variants:
        return calls
    return [replace(call, name=toolbox.meant(call.name)) for call in calls]


def _unfinished(rounds: int, outcome: TurnOutcome) -> list[Problem]:
    if outcome.finished:
        return []
    sentence = f"Tools were still called when {rounds} rounds were used up."
    return [Problem("unfinished", sentence)]


def _wrong_state(
    expected: Mapping[str, Json], state: Mapping[str, Json], config: ScoringConfig, work: Work
) -> list[Problem]:
    found = []
    for path, value in expected.items():
        work.spend(1 + len(path) // 10)
        try:
            differs = mismatch(value, look_up(state, path), config, work)
        except NothingThere:
            sentence = f"The state has nothing at {path}; expected is {wanted(value)}."
            found.append(Problem("wrong_state", sentence, path, told(value)))
            continue
        if differs is not None:
            sentence = "The state's " + difference(path, differs)
            where = path + differs.path
            found.append(Problem("wrong_state", sentence, where, told(differs.expected), told(differs.actual)))
    return found


def _verdict(judged: Sequence[Turned]) -> Verdict:
    """Put the turns together: what is wrong with an earlier one comes first, and within one the gravest."""
    problems = tuple(
        _told(problem, turn)
        for turn, found in enumerate(judged)
        for problem in sorted(found.problems, key=lambda problem: GRAVITY[problem.reason])[:MOST_PROBLEMS]
    )[:MOST_PROBLEMS]
    pairs = tuple((turn, *pair) for turn, found in enumerate(judged) for pair in found.pairs)
    reason = problems[0].reason if problems else None
    return Verdict(not problems, reason, problems, pairs, _mean([found.scores for found in judged]))


def _told(problem: Problem, turn: int) -> Problem:
    """Return a problem with its turn, as JSON can say it: names may have been anything."""
    sentence, path = sayable(problem.sentence), sayable(problem.path)
    is_told = not turn and sentence is problem.sentence and path is problem.path
    return problem if is_told else replace(problem, turn=turn, sentence=sentence, path=path)


def _mean(scores: Sequence[Scores]) -> Scores:
    if len(scores) == 1:
        return scores[0]
    means = {}
    for name in Scores.__dataclass_fields__:
        values = [value for one in scores if (value := getattr(one, name)) is not None]
        means[name] = sum(values) / len(values) if values else None
    return Scores(**means)
