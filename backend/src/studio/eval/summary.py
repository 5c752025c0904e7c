"""`summary.json`: what was asked for, and what came of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from src import VERSION
from src.core.clock import iso
from src.studio.scoring.sentence import eval_sentence, power_sentence
from src.studio.scoring.summary import summarise

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from src.studio.eval.asked import AskedSuite
    from src.studio.eval.options import Options
    from src.studio.eval.results import Result
    from src.studio.eval.running import Evaluation
    from src.studio.scoring.summary import EvalSummary

FORMAT = 1
TOOL = "eval"
INTERRUPTED = "The run was interrupted: its figures rest on what was answered until then."
NOTHING = "Nothing was asked."


def summary_of(
    options: Options, asked: AskedSuite, evaluation: Evaluation, started_at: dt.datetime, ended_at: dt.datetime
) -> dict[str, Any]:
    """Return the summary of a run that has ended, however it did."""
    state, error = _state(evaluation)
    summaries = summaries_of(evaluation.results)
    return {
        "version": FORMAT,
        "tool": TOOL,
        "tool_version": VERSION,
        "title": options.title,
        **sentences_of(summaries),
        "state": state,
        "error": error,
        "started_at": iso(started_at),
        "ended_at": iso(max(ended_at, started_at)),  # the clock may have been set back
        "settings": settings_of(options),
        "suite": suite_of(asked),
        "cases": cases_of(asked),
        "models": [
            model_of(summary, options.provider, options.system_of(summary.target, asked.suite.system_prompt))
            for summary in summaries
        ],
    }


def suite_of(asked: AskedSuite) -> dict[str, Any]:
    """Return what tells one version of a suite from another."""
    return {
        "name": asked.suite.name,
        "digest": asked.digest,
        "tools": len(asked.suite.tools),
        "cases": len(asked.cases),
        "notes": list(asked.notes),
    }


def cases_of(asked: AskedSuite) -> list[dict[str, Any]]:
    """Return the cases that were asked, with what tells whether they are the same in another run."""
    return [
        {
            "name": name,
            "category": case.category,
            "disputed": case.disputed,
            "wants_call": case.should_call_tool,
            "digest": asked.digests[name],
        }
        for name, case in asked.cases.items()
    ]


def summaries_of(results: Sequence[Result]) -> list[EvalSummary]:
    """Return the summary of each model."""
    return list(summarise(result.figures for result in results).values())


def sentences_of(summaries: Sequence[EvalSummary]) -> dict[str, str | None]:
    """Return the answer in words, and whether there were enough cases."""
    return {"sentence": eval_sentence(summaries), "enough": power_sentence(summaries)}


def model_of(summary: EvalSummary, provider: str | None, system_prompt: str | None) -> dict[str, Any]:
    """Return what is told of a model; `counts` has passed and scored of each case, for comparisons."""
    counts = {name: list(count) for name, count in summary.counts.items()}
    return {
        "model": summary.target,
        "provider_key": provider,
        "system_prompt": system_prompt,
        "summary": summary.to_dict(),
        "counts": counts,
    }


def settings_of(options: Options) -> dict[str, Any]:
    """Return what was asked for; addresses and keys are left out, so that the file can be handed on."""
    return {
        "repeats": options.repeats,
        "profile": options.profile,
        "tool_choice": options.tool_choice,
        "parallel_tool_calls": options.parallel_tool_calls,
        "streaming": options.streaming,
        "temperature": options.temperature,
        "params": options.params,
        "system": options.systems.get(None),
        "categories": list(options.categories),
        "cases": list(options.cases),
        "concurrency": options.concurrency,
        "timeout": options.timeout_s,
    }


def _state(evaluation: Evaluation) -> tuple[str, str | None]:
    """Return how it ended, and why where not as planned."""
    if evaluation.files_error is not None:
        return "failed", evaluation.files_error
    if evaluation.interrupted:
        return "interrupted", INTERRUPTED
    if any(result.error is None for result in evaluation.results):
        return "done", None
    return "failed", commonest_error(evaluation.results)


def commonest_error(results: Sequence[Result]) -> str:
    """Return why nothing could be scored."""
    errors = Counter(result.error for result in results if result.error is not None)
    if not errors:
        return NOTHING
    return f"No answer could be scored. Most often: {errors.most_common(1)[0][0]}"
