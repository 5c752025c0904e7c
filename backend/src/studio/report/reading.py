"""Results of ours and of other tools, told apart by what they hold: each becomes a summary like ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.report.aiperf import aiperf_summary, is_aiperf
from src.studio.report.foreign import UnreadableResultsError
from src.studio.report.guidellm import guidellm_summary, is_guidellm
from src.studio.report.own import is_own, own_records, own_summary
from src.studio.report.points import model_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.engine.record import Record
    from src.studio.report.values import Dict

MOST_POINTS = 2_000
MOST_MODELS = 100
MOST_RECORDS = 200_000
MOST_FILES = 100
LONGEST_MODEL = 512
LONGEST_PROVIDER = 64
KINDS = "a summary.json of ours, AIPerf's profile_export_aiperf.json, or GuideLLM's benchmarks.json"


@dataclass(frozen=True, slots=True)
class Results:
    """What was read: a summary, with `notes` on other definitions, and the records where there are any."""

    summary: Dict
    records: list[Record] = field(default_factory=list)


def read_results(files: Mapping[str, Any]) -> Results:
    """Return what files hold, by their names: each is JSON already, or its text; `.jsonl` are records of ours.

    Raises `UnreadableResultsError` with a sentence.
    """
    if len(files) > MOST_FILES:
        raise UnreadableResultsError(f"These are {len(files):,} files; {MOST_FILES} can be read at once.")
    lines = {name: given for name, given in files.items() if name.lower().endswith(".jsonl")}
    found = [_parsed(name, given) for name, given in files.items() if name not in lines]
    results = _results(found, lines)
    _check(results.summary)
    return results


def _results(found: list[Dict], lines: Mapping[str, Any]) -> Results:
    if found and all(is_aiperf(data) for data in found):
        return Results(aiperf_summary(found))
    if len(found) == 1 and is_guidellm(found[0]):
        return Results(guidellm_summary(found[0]))
    if len(found) == 1 and is_own(found[0]):
        return Results(own_summary(found[0]), _records(lines))
    if len(found) > 1:
        raise UnreadableResultsError(
            "Several files are of one run only where all are AIPerf's: send one at a time."
        )
    raise UnreadableResultsError(f"These are no results that can be read: there has to be {KINDS}.")


def _records(lines: Mapping[str, Any]) -> list[Record]:
    found: list[Record] = []
    for name, given in lines.items():
        if not isinstance(given, str):
            raise UnreadableResultsError(f"{_short(name)}: has to be its text.")
        for record in own_records(given):
            found.append(record)
            if len(found) > MOST_RECORDS:
                raise UnreadableResultsError(f"There are more than {MOST_RECORDS:,} records: leave them out.")
    return found


def _parsed(name: str, given: object) -> Dict:
    if isinstance(given, str):
        try:
            given = orjson.loads(given.encode("utf-8", "surrogatepass"))
        except orjson.JSONDecodeError:
            raise UnreadableResultsError(f"{_short(name)}: is no JSON.") from None
    if not isinstance(given, dict):
        raise UnreadableResultsError(f"{_short(name)}: is no object, as results are.")
    return given


def _check(summary: Dict) -> None:
    """Raise `UnreadableResultsError` where there is more than can be kept."""
    points = summary["points"]
    if len(points) > MOST_POINTS:
        raise UnreadableResultsError(f"There are {len(points):,} points; {MOST_POINTS:,} can be kept in a run.")
    models = {model_key(point["provider_key"], point["model_id"]) for point in points}
    if len(models) > MOST_MODELS:
        raise UnreadableResultsError(f"There are {len(models):,} models; {MOST_MODELS} can be kept in a run.")
    for point in points:
        if len(point["model_id"]) > LONGEST_MODEL or len(point["display_name"]) > LONGEST_MODEL:
            raise UnreadableResultsError(f"A model's name has more than {LONGEST_MODEL} characters.")
        if len(point["provider_key"]) > LONGEST_PROVIDER or len(point["provider"]) > LONGEST_PROVIDER:
            raise UnreadableResultsError(f"A provider's name has more than {LONGEST_PROVIDER} characters.")


def _short(name: str) -> str:
    shown = name.strip() or "A file"
    return shown if len(shown) <= LONGEST_PROVIDER else f"{shown[:LONGEST_PROVIDER]}…"
