"""The command `eval`: reads what is asked for, has models asked, and tells, writes and judges what came of it."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from src.core.clock import utc_now
from src.studio.bench.errors import FilesError, StudioError
from src.studio.bench.files import SUMMARY, TABLE, Files
from src.studio.bench.measuring import Interrupt
from src.studio.bench.options import USAGE
from src.studio.eval.asked import asked_suite
from src.studio.eval.baseline import Baseline, read_baseline
from src.studio.eval.judging import Finding, judge
from src.studio.eval.live import Live
from src.studio.eval.options import read_options
from src.studio.eval.running import Evaluation
from src.studio.eval.summary import summaries_of, summary_of
from src.studio.eval.tables import category_lines, csv_text, failure_lines, matrix_lines, plain, summary_lines
from src.studio.scoring.junit import junit_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from src.studio.eval.asked import AskedSuite
    from src.studio.eval.options import Options
    from src.studio.eval.results import Result
    from src.studio.scoring.junit import AnswerTest

FAILED_CONDITION, NOTHING_SCORED, INTERRUPTED = 1, 3, 130
RESULTS, JUNIT = "results.jsonl", "junit.xml"
NAMES = (RESULTS, SUMMARY, TABLE, JUNIT)
STOPPING = "Stopping: what was answered is kept."
NOT_WATCHING = "No longer watching: the run goes on at the Studio, where it can be cancelled."


def main(arguments: Sequence[str]) -> int:
    """Evaluate what was asked for, and return the exit code."""
    try:
        options = read_options(arguments)
        return asyncio.run(_eval(options))
    except (FilesError, StudioError) as error:
        _note(f"eval: {error}")
        return USAGE


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended: who was asked, its summary, its results, and what could not be written of it."""

    models: Sequence[str]
    summary: dict[str, Any]
    results: Sequence[Result]
    files_error: str | None = None


async def _eval(options: Options) -> int:
    """Ask, write and tell. Signals are taken until the end, so that no file is left half written."""
    baseline = None if options.baseline is None else read_baseline(options.baseline, options.baseline_model)
    asked = asked_suite(options) if options.server is None else None
    files = None if options.output is None else Files(options.output, NAMES)
    try:
        ended = await (_follow(options, files) if asked is None else _ask(options, asked, files))
    except (FilesError, StudioError):
        if files is not None:
            files.discard()
        raise
    return _finish(options, ended, baseline, files)


async def _ask(options: Options, asked: AskedSuite, files: Files | None) -> Ended:
    for note in asked.notes:
        _note(f"eval: {note}")

    def keep(record: dict[str, Any]) -> None:
        if files is not None:
            files.add(record)

    interrupt = Interrupt()
    evaluation = Evaluation(options, asked, keep, interrupt)
    started_at = utc_now()
    async with Live(sys.stderr, quiet=options.quiet, left=evaluation.seconds_left) as live:
        interrupt.listen(lambda: live.say(STOPPING))
        await evaluation.run(live)
    summary = summary_of(options, asked, evaluation, started_at, utc_now())
    return Ended(options.models, summary, evaluation.results, evaluation.files_error)


async def _follow(options: Options, files: Files | None) -> Ended:
    """Have a Studio evaluate. Raises `StudioError`, and `FilesError` where the suite cannot be read."""
    from src.studio.bench.studio import Studio  # noqa: PLC0415 - who asks from here needs no HTTP client
    from src.studio.eval.remote import RemoteRun  # noqa: PLC0415

    interrupt = Interrupt()
    async with (
        Studio(options.server or "", options.token or "") as studio,
        Live(sys.stderr, quiet=options.quiet, left=lambda: None) as live,
    ):
        interrupt.listen(lambda: live.say(NOT_WATCHING))
        run = RemoteRun(options, studio)
        run_id = await run.start(live)
        ended = await studio.follow(run_id, run.address, live, interrupt.asked)
        try:
            summary, wrong = await run.fetch(files, ended=ended), None
        except FilesError as error:
            summary, wrong = await run.fetch(None, ended=ended), str(error)
        return Ended(run.models, summary, run.results, wrong)


def _finish(options: Options, ended: Ended, baseline: Baseline | None, files: Files | None) -> int:
    """Judge, write and tell what came of it, and return the exit code."""
    summary, results, findings = ended.summary, ended.results, []
    if summary["state"] == "done":
        digests = {case["name"]: case["digest"] for case in summary["cases"]}
        figures = [result.figures for result in results]
        named = [*ended.models, *(skipped["model_id"] for skipped in summary.get("skipped", ()))]
        findings = judge(options.conditions, named, figures, baseline, digests)
    summary["checks"] = [asdict(finding) for finding in findings]
    files_error = ended.files_error
    if files is not None:
        files_error = _write(files, ended) or files_error
    _tell(options, ended, findings, baseline)
    if files_error is not None:
        _note(f"eval: {files_error}")
        return USAGE
    if files is not None:
        _note(f"Written: {files.folder / RESULTS}, with {SUMMARY}, {TABLE} and {JUNIT} beside it.")
    return _exit_code(summary["state"], findings)


def _exit_code(state: str, findings: Sequence[Finding]) -> int:
    if state != "done":
        return INTERRUPTED if state == "interrupted" else NOTHING_SCORED
    return FAILED_CONDITION if any(finding.fails for finding in findings) else 0


def _junit(summary: Mapping[str, Any], models: Sequence[str], results: Iterable[Result]) -> str:
    by_model: dict[str, list[AnswerTest]] = {model: [] for model in models}
    for result in results:
        by_model[result.model].append(result.as_test())
    return "".join(junit_pieces(summary["suite"]["name"], summary["started_at"], by_model.items()))


def _write(files: Files, ended: Ended) -> str | None:
    """Write all that is there at the end; return what went wrong, a sentence."""
    summary, results = ended.summary, ended.results
    writes = (
        lambda: files.put(SUMMARY, orjson.dumps(summary, option=orjson.OPT_INDENT_2)),
        lambda: files.put(TABLE, csv_text(summaries_of(results), summary["state"])),
        lambda: files.put(JUNIT, _junit(summary, ended.models, results)),
    )
    return files.end(summary, writes)


def _tell(options: Options, ended: Ended, findings: Sequence[Finding], baseline: Baseline | None) -> None:
    """Print the results as asked for; what is said about them goes where it does not disturb."""
    summary = ended.summary
    notes = list(map(plain, _notes(summary, findings, baseline)))
    if options.format == "json":
        _print(orjson.dumps(summary, option=orjson.OPT_INDENT_2).decode())
    elif options.format == "csv":
        _print(csv_text(summaries_of(ended.results), summary["state"]).rstrip("\r\n"))
    else:
        _print("\n".join([*_tables(ended, options.failures), *notes]))
        return
    for note in notes:
        _note(note)


def _tables(ended: Ended, failures: int) -> Iterator[str]:
    summaries = summaries_of(ended.results)
    if not summaries:
        return
    cases = [case["name"] for case in ended.summary["cases"]]
    for lines in (
        matrix_lines(cases, ended.models, ended.results),
        list(failure_lines(ended.results, failures)),
        category_lines(summaries),
        summary_lines(summaries),
    ):
        if lines:
            yield from lines
            yield ""


def _notes(summary: dict[str, Any], findings: Sequence[Finding], baseline: Baseline | None) -> Iterator[str]:
    if baseline is not None and findings:
        digests = {case["name"]: case["digest"] for case in summary["cases"]}
        if other := baseline.other_cases(digests):
            yield other
        if differing := baseline.differing(summary["settings"]):
            yield f"What was asked for differs from the baseline in: {', '.join(differing)}."
    for finding in findings:
        yield ("FAIL  " if finding.fails else "ok    ") + finding.sentence
    for skipped in summary.get("skipped", ()):
        yield f"{skipped['model_id']} was not asked: {skipped['reason']}"
    for part in ("error", "enough", "sentence"):
        if summary[part] and not (part == "sentence" and summary[part] in (summary["error"] or "")):
            yield summary[part]


def _print(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
