"""A run as it is kept: made of a wish and a version, and read back for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.targets import RunTarget
from src.studio.errors import InvalidFieldError, InvalidRequestError
from src.studio.tool_eval.schemas import ToolEvalIn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from src.studio.benchmarks.targets import Resolved
    from src.studio.scoring.case import Case
    from src.studio.tool_suites.service import Draft, FrozenSuite, ToolSuiteService

Values = dict[str, Any]

MOST_RESULTS = 100_000
"""In one run: models by cases by repeats."""
NOT_SETTINGS = {"label", "suite_id", "targets", "models", "case_ids"}
"""What of a wish has a column of its own, or is told in others' words."""

NOT_READ = {"profiles", "system_prompt", "warnings"}
"""Settings that are in the targets, too, or were never asked for."""


@dataclass(frozen=True, slots=True)
class AskedCase:
    """A case of a run: `index` is its position in the version, `id` that of the suite's case."""

    index: int
    id: str
    case: Case

    @property
    def name(self) -> str:
        """How it is called: by its own name, or by its number."""
        return self.case.name or f"case-{self.index + 1}"


@dataclass(frozen=True, slots=True)
class Place:
    """One result of a run: a case, asked of a model for the `repeat`-th time, from 1."""

    target: int
    case: int
    repeat: int

    @property
    def key(self) -> str:
        """Its name within the run."""
        return f"{self.target}-{self.case}-{self.repeat}"


@dataclass(frozen=True, slots=True)
class RunToDo:
    """A run as the worker needs it."""

    id: str
    owner_id: str
    request: ToolEvalIn
    targets: Sequence[RunTarget]
    skipped: Sequence[Mapping[str, Any]]
    adjustments: Sequence[Mapping[str, Any]]
    suite_name: str
    tools: Sequence[Mapping[str, Any]]
    cases: Sequence[AskedCase]

    @property
    def total(self) -> int:
        """How many results it has in the end."""
        return len(self.targets) * len(self.cases) * self.request.repeats

    def places(self, targets: Sequence[int]) -> Iterator[Place]:
        """Yield the places of some models: all of a case before the next, models by turns, and then once more."""
        for repeat in range(1, self.request.repeats + 1):
            for case in self.cases:
                for target in targets:
                    yield Place(target, case.index, repeat)


def cases_asked(draft: Draft, request: ToolEvalIn) -> list[AskedCase]:
    """Return the cases of a suite that a wish is for.

    Raises `InvalidFieldError` for a case that the suite has not, `InvalidRequestError` where none is left.
    """
    all_cases = asked_of(draft, None)
    if not all_cases:
        raise InvalidRequestError("The suite has no cases. Add one before you ask models.")
    if request.case_ids is not None and (unknown := set(request.case_ids) - {case.id for case in all_cases}):
        raise InvalidFieldError(f"case_ids: the suite has no case {min(unknown)}.")
    found = [
        asked
        for asked in all_cases
        if (request.case_ids is None or asked.id in request.case_ids)
        and (request.categories is None or (asked.case.category or "") in request.categories)
    ]
    if not found:
        raise InvalidRequestError("None of the suite's cases is asked for: case_ids and categories leave none.")
    return found


def asked_of(frozen: FrozenSuite | Draft, positions: Sequence[int] | None) -> list[AskedCase]:
    """Return the cases of a version that a run has, which are all where it has no positions."""
    cases = frozen.suite.cases
    wanted = range(len(cases)) if positions is None else positions
    return [AskedCase(at, frozen.case_ids[at], cases[at]) for at in wanted]


def cases_of(connection: Connection, suites: ToolSuiteService, run: Mapping[str, Any]) -> list[AskedCase]:
    """Return the cases of a run, from its row."""
    return asked_of(suites.frozen(connection, run["user_id"], run["version_id"]), run["cases"])


def new_run(
    request: ToolEvalIn,
    draft: Draft,
    cases: Sequence[AskedCase],
    resolved: Resolved,
) -> Values:
    """Return the row of a run that was just asked for, but for its id, owner, time and version.

    Raises `InvalidFieldError` where it would be longer than one may be.
    """
    total = len(resolved.targets) * len(cases) * request.repeats
    if total > MOST_RESULTS:
        raise InvalidFieldError(
            f"repeats: these are {total:,} answers in all, cases by models by repeats, and a run may have "
            f"{MOST_RESULTS:,}. Ask for fewer repeats, models or cases."
        )
    names = [name for target in resolved.targets for name in (target.model_id, target.provider)]
    return {
        "suite_id": request.suite_id,
        "suite_name": draft.suite.name,
        "state": "running",
        "label": request.label or None,
        "settings": request.model_dump(exclude=NOT_SETTINGS) | {"warnings": warnings_of(request, cases)},
        "cases": None if len(cases) == len(draft.suite.cases) else [case.index for case in cases],
        "targets": [target.to_dict() for target in resolved.targets],
        "skipped": [item.to_dict() for item in resolved.skipped],
        "adjustments": resolved.adjustments,
        "profile": request.profile,
        "tool_choice": request.tool_choice,
        "temperature": request.temperature,
        "repeats": request.repeats,
        "cases_total": len(cases),
        "results_total": total,
        "results_done": 0,
        "passed": 0,
        "failed": 0,
        "unscored": 0,
        "search_text": search_text(request.label, draft.suite.name, names),
    }


def search_text(label: str | None, suite_name: str, names: Sequence[str]) -> str:
    """Return what a search looks at: lower case, and nothing that PostgreSQL cannot hold."""
    return "\n".join([label or "", suite_name, *dict.fromkeys(names)]).lower().replace("\0", "")


def targets_of(run: Mapping[str, Any]) -> list[RunTarget]:
    """Return a run's models, from its row."""
    return [RunTarget(**target) for target in run["targets"]]


def request_of(run: Mapping[str, Any]) -> ToolEvalIn:
    """Return what was asked for, from a run's row."""
    named = [{"provider_key": target["provider_key"], "model_id": target["model_id"]} for target in run["targets"]]
    settings = {name: value for name, value in run["settings"].items() if name not in NOT_READ}
    return ToolEvalIn(**settings, suite_id=run["suite_id"], targets=named)


def run_to_do(run: Mapping[str, Any], frozen: FrozenSuite) -> RunToDo:
    """Return a run for the worker, from its row and the version that it is on."""
    return RunToDo(
        id=run["id"],
        owner_id=run["user_id"],
        request=request_of(run),
        targets=targets_of(run),
        skipped=run["skipped"],
        adjustments=run["adjustments"],
        suite_name=run["suite_name"],
        tools=frozen.suite.tools,
        cases=asked_of(frozen, run["cases"]),
    )


def warnings_of(request: ToolEvalIn, cases: Sequence[AskedCase]) -> list[str]:
    """Return what somebody should know of the figures before they believe them, in sentences."""
    without = sum(not asked.case.should_call_tool for asked in cases)
    if not without or request.tool_choice != "required":
        return []
    are = "case wants" if without == 1 else "cases want"
    return [
        f"{without:,} {are} no call, which means nothing with tool_choice required: the model has to call. "
        "Ask with auto."
    ]
