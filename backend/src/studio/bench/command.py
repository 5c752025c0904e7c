"""The command `bench`: reads what is asked for, has it measured, and tells, writes and judges what came of it."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from src.core.clock import utc_now
from src.studio.bench.baseline import Baseline, read_baseline
from src.studio.bench.errors import FilesError, StudioError
from src.studio.bench.files import REPORT, SUMMARY, TABLE, Files
from src.studio.bench.judging import Finding, judge, of_skipped, skipped_sentence
from src.studio.bench.live import Live
from src.studio.bench.measuring import Interrupt, Measurement
from src.studio.bench.options import USAGE, read_options
from src.studio.bench.planning import stages_of
from src.studio.bench.summary import summary_of
from src.studio.bench.tables import csv_text, result_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from src.studio.bench.options import Options
    from src.studio.bench.samples import Samples
    from src.studio.engine.record import Record

FAILED_CONDITION, NOTHING_SUCCEEDED, INTERRUPTED = 1, 3, 130
STOPPING = "Stopping: what was measured is kept. Once more to stop at once."
NOT_WATCHING = "No longer watching: the run goes on at the Studio, where it can be cancelled."
LIMITED = (
    "The load generator itself was at its limit (its loop was late, or its core full), "
    "so this machine may have slowed down what it measured."
)


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for, and return the exit code."""
    try:
        options = read_options(arguments)
        return asyncio.run(_bench(options))
    except (FilesError, StudioError) as error:
        _note(f"bench: {error}")
        return USAGE


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended: its summary, samples of its points by name, and what could not be written of it."""

    summary: dict[str, Any]
    samples: Mapping[str, Samples]
    files_error: str | None = None


async def _bench(options: Options) -> int:
    """Measure, write and tell. Signals are taken until the end, so that no file is left half written."""
    baseline = _baseline(options)
    files = None if options.output is None else Files(options.output)
    try:
        ended = await (_measure if options.server is None else _follow)(options, files)
    except StudioError:
        if files is not None:
            files.discard()
        raise
    return _finish(options, ended, baseline, files)


async def _measure(options: Options, files: Files | None) -> Ended:
    def keep(record: Record) -> None:
        if files is not None:
            files.add(record.to_dict())

    interrupt = Interrupt()
    measured = Measurement(options, keep, interrupt)
    started_at = utc_now()
    async with Live(sys.stderr, quiet=options.quiet, left=measured.seconds_left) as live:
        interrupt.listen(lambda: live.say(STOPPING))
        await measured.run(live)
    samples = {point.cell.name: point.samples for point in measured.points}
    return Ended(summary_of(options, measured, started_at, utc_now()), samples, measured.files_error)


async def _follow(options: Options, files: Files | None) -> Ended:
    """Have a Studio measure. Raises `StudioError`."""
    from src.studio.bench.remote import RemoteRun  # noqa: PLC0415 - who measures here needs no HTTP client
    from src.studio.bench.studio import Studio  # noqa: PLC0415

    interrupt = Interrupt()
    async with (
        Studio(options.server or "", options.token or "") as studio,
        Live(sys.stderr, quiet=options.quiet, left=lambda: None) as live,
    ):
        interrupt.listen(lambda: live.say(NOT_WATCHING))
        run = RemoteRun(options, studio, interrupt)
        await run.start(live)
        ended = await run.follow(live)
        try:
            return Ended(await run.fetch(files, ended=ended), run.samples)
        except FilesError as error:
            return Ended(await run.fetch(None, ended=ended), run.samples, str(error))


def _finish(options: Options, ended: Ended, baseline: Baseline | None, files: Files | None) -> int:
    """Judge, write and tell what was measured, and return the exit code."""
    summary, files_error, findings = ended.summary, ended.files_error, []
    if summary["state"] == "done":
        findings = judge(options.conditions, summary["points"], ended.samples, baseline)
        findings += of_skipped(options.conditions, summary["skipped"])
    summary["checks"] = [asdict(finding) for finding in findings]
    if files is not None:
        wrong = _write(files, summary)
        files_error = files_error or wrong
    _tell(options, summary, findings, baseline)
    if files_error is not None:
        _note(f"bench: {files_error}")
        return USAGE
    if files is not None:
        _note(f"Written: {files.folder / REPORT}, with {SUMMARY}, {TABLE} and the records beside it.")
    return _exit_code(summary["state"], findings)


def _exit_code(state: str, findings: Sequence[Finding]) -> int:
    if state != "done":
        return INTERRUPTED if state == "interrupted" else NOTHING_SUCCEEDED
    return FAILED_CONDITION if any(finding.fails for finding in findings) else 0


def _baseline(options: Options) -> Baseline | None:
    """Return what is compared with. Raises `FilesError`, also where nothing could be compared."""
    if options.baseline is None:
        return None
    baseline = read_baseline(options.baseline, options.slo)
    if options.server is not None or options.mode == "sweep":
        return baseline  # what its points are is not known yet
    cells = [cell for stage in stages_of(options) for cell in stage]
    names = {cell.name for cell in cells}
    if not names & baseline.points.keys():
        raise FilesError(
            f"The baseline {options.baseline} has none of the points that are to be measured: it has "
            f"{', '.join(list(baseline.points)[:5])}; here there would be {', '.join(sorted(names)[:5])}."
        )
    if not any(baseline.is_alike(cell.name, cell.load.mode, cell.load.value) for cell in cells):
        raise FilesError(f"The baseline {options.baseline} was measured at another load than is to be measured.")
    return baseline


def _write(files: Files, summary: dict[str, Any]) -> str | None:
    """Write all that is there at the end; return what went wrong, a sentence."""
    from src.studio.report.html import report_html  # noqa: PLC0415 - needed once all is measured

    writes = (
        lambda: files.put(SUMMARY, orjson.dumps(summary, option=orjson.OPT_INDENT_2)),
        lambda: files.put(TABLE, csv_text(summary)),
        lambda: files.put(REPORT, report_html(summary, files.records())),
    )
    return files.end(summary, writes)


def _tell(
    options: Options, summary: Mapping[str, Any], findings: Sequence[Finding], baseline: Baseline | None
) -> None:
    """Print the results as asked for; what is said about them goes where it does not disturb."""
    notes = list(_notes(options, summary, findings, baseline))
    if options.format == "json":
        _print(orjson.dumps(summary, option=orjson.OPT_INDENT_2).decode())
    elif options.format == "csv":
        _print(csv_text(summary).rstrip("\r\n"))
    else:
        width = os.get_terminal_size(sys.stdout.fileno()).columns or None if sys.stdout.isatty() else None
        table = [*result_lines(summary["points"], width), ""] if summary["points"] else []
        _print("\n".join([*table, *notes]))
        return
    for note in notes:
        _note(note)


def _notes(
    options: Options, summary: Mapping[str, Any], findings: Sequence[Finding], baseline: Baseline | None
) -> list[str]:
    notes = []
    if baseline is not None and findings and (differing := baseline.differing(summary["settings"])):
        notes.append(f"What was asked for differs from the baseline in: {', '.join(differing)}.")
    notes += [("FAIL  " if finding.fails else "ok    ") + finding.sentence for finding in findings]
    if not options.conditions or summary["state"] != "done":  # else it is said of them above
        notes += [skipped_sentence(skipped) for skipped in summary["skipped"]]
    measured = summary["measured"] or {}
    notes += measured.get("notes", [])
    if measured.get("client_limited"):
        notes.append(LIMITED)
    if summary["error"]:
        notes.append(summary["error"])
    if summary["sentence"]:
        notes.append(summary["sentence"])
    return notes


def _print(text: str) -> None:
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")
