"""`--server`: has a Studio evaluate, follows it, and fetches what came of it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from src.studio.bench.errors import StudioError
from src.studio.eval.asked import AskedSuite, asked_of, asked_suite
from src.studio.eval.results import Result, record_of
from src.studio.eval.summary import FORMAT, cases_of, model_of, sentences_of, suite_of, summaries_of
from src.studio.scoring.summary import PERCENTAGES, CaseResult
from src.studio.suites.errors import SuiteError
from src.studio.suites.suite import read_suite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from src.studio.bench.files import Files
    from src.studio.bench.studio import Studio
    from src.studio.eval.live import Live
    from src.studio.eval.options import Options

TOOL = "studio"
SUITE_ID = re.compile(r"[0-9a-f]{32}")
FOR_ALL = "_global"
SCORES = {"tool_selection": "tool_selection_score", "param_accuracy": "param_accuracy", "overall": "overall_score"}
"""A verdict's scores by their names in a Studio's results."""
AS_THEY_ARE = ("repeat", "status", "disputed", "reason", "latency_ms", "cost", "input_tokens", "output_tokens")


class RemoteRun:
    """A run at a Studio: what is asked, and once it was followed, its results and its summary."""

    def __init__(self, options: Options, studio: Studio) -> None:
        self._options, self._studio = options, studio
        self._id = ""
        self.asked: AskedSuite
        self.models: list[str] = []
        self.results: list[Result] = []

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"{self._options.server}/studio/evals/{self._id}"

    async def start(self, live: Live) -> str:
        """Bring the suite where it is a file, and submit the run; return its id. Raises `FilesError`."""
        suite_id = await self._suite(live)
        answer = await self._studio.ask("POST", "/api/tool-eval", request_of(self._options, suite_id))
        self._id = quote(str(answer["run_id"]), safe="")
        live.say(f"Submitted: {self.address}")
        return self._id

    async def _suite(self, live: Live) -> str:
        """Return the id of the suite there: the one of the file's name, made as the file has it, or a new one."""
        given = self._options.suite
        if SUITE_ID.fullmatch(given):
            self.asked = await self._there(given)
            return given
        self.asked = asked_suite(self._options)
        for note in self.asked.notes:
            live.say(note)
        suite = self.asked.suite.to_dict()
        of_its_name = [one async for one in self._of_name(self.asked.suite.name)]
        for one in of_its_name:
            if one["test_case_count"] == len(suite["test_cases"]) and await self._is(one["id"], suite):
                return one["id"]
        if of_its_name:
            suite_id = of_its_name[0]["id"]
            await self._studio.ask("POST", f"/api/tool-eval/import?suite_id={suite_id}", suite)
            live.say(f"The suite there is as the file has it now: {self._address_of(suite_id)}")
            return suite_id
        answer = await self._studio.ask("POST", "/api/tool-eval/import", suite)
        live.say(f"The suite is kept there: {self._address_of(answer['suite_id'])}")
        return answer["suite_id"]

    async def _of_name(self, name: str) -> AsyncIterator[dict[str, Any]]:
        """Yield the suites there of this name, the newest first."""
        cursor: str | None = ""
        while cursor is not None:
            listed = await self._studio.get(
                f"/api/tool-suites?limit=200&q={quote(name[:200], safe='')}" + (cursor and f"&cursor={cursor}")
            )
            for one in listed["suites"]:
                if one["name"] == name:
                    yield one
            cursor = listed["next_cursor"]

    async def _is(self, suite_id: str, suite: dict[str, Any]) -> bool:
        try:
            there = read_suite(await self._studio.get(f"/api/tool-suites/{suite_id}/export"))
        except SuiteError:
            return False
        return there.suite.to_dict() == suite

    async def _there(self, suite_id: str) -> AskedSuite:
        document = await self._studio.get(f"/api/tool-suites/{suite_id}/export")
        try:
            return asked_of(read_suite(document), self._options)
        except SuiteError as error:
            raise StudioError(f"The Studio's suite cannot be read here: {error}") from None

    def _address_of(self, suite_id: str) -> str:
        return f"{self._options.server}/studio/suites/{suite_id}"

    async def fetch(self, files: Files | None, *, ended: bool) -> dict[str, Any]:
        """Fetch the results, and return the summary. Raises `FilesError` where results cannot be kept."""
        run = await self._studio.get(f"/api/tool-eval/history/{self._id}?results=false")
        self.models = names_of(run["targets"])
        names = self.asked.names
        self.results = []
        async for row in self._studio.lines(f"/api/export/eval/{self._id}?format=jsonl", "key"):
            name = names[row["case_index"]]
            result = result_of(row, self.models[row["target"]], name, self.asked.cases[name].optimal_hops)
            self.results.append(result)
            if files is not None:
                files.add({**record_of(result, None), "calls": row["calls"], **_raw(row)})
        return self._summary(run, ended=ended)

    def _summary(self, run: dict[str, Any], *, ended: bool) -> dict[str, Any]:
        state, error = run["state"], run["error"]
        if not ended:
            state, error = "interrupted", f"It was not watched to its end. The run goes on: {self.address}"
        elif state == "cancelled":
            state, error = "interrupted", "The run was cancelled at the Studio."
        elif state == "failed" and any(result.error is None for result in self.results):
            state = "interrupted"  # its time was over, say: there are answers, but not all
        summaries = summaries_of(self.results)
        targets = dict(zip(self.models, run["targets"], strict=True))
        return {
            "version": FORMAT,
            "tool": TOOL,
            "tool_version": None,
            "title": run["label"],
            **sentences_of(summaries),
            "state": state,
            "error": error,
            "started_at": run["started_at"] or run["timestamp"],
            "ended_at": run["completed_at"],
            "settings": run["settings"],
            "suite": {**suite_of(self.asked), "id": run["suite_id"], "version": run["version"]},
            "cases": cases_of(self.asked),
            "models": [
                model_of(summary, *(targets[summary.target][name] for name in ("provider_key", "system_prompt")))
                for summary in summaries
            ],
            "skipped": run["skipped"],
            "adjustments": run["adjustments"],
        }


def request_of(options: Options, suite_id: str) -> dict[str, Any]:
    """Return what is asked of `POST /api/tool-eval`."""
    params = dict(options.params)
    asked: dict[str, Any] = {
        "suite_id": suite_id,
        "tool_choice": options.tool_choice,
        "repeats": options.repeats,
        "profile": options.profile,
        "concurrency": options.concurrency,
        "streaming": options.streaming,
        "timeout": options.timeout_s,
    }
    if options.provider:
        asked["targets"] = [{"provider_key": options.provider, "model_id": model} for model in options.models]
    else:
        asked["models"] = list(options.models)
    if options.temperature is not None:
        asked["temperature"] = options.temperature
    if options.parallel_tool_calls is not None:
        asked["parallel_tool_calls"] = options.parallel_tool_calls
    if options.systems:
        asked["system_prompt"] = {
            FOR_ALL if model is None else f"{options.provider}::{model}": text
            for model, text in options.systems.items()
        }
    if options.categories:
        asked["categories"] = list(options.categories)
    if options.title:
        asked["label"] = options.title
    if "max_tokens" in params:
        asked["max_tokens"] = params.pop("max_tokens")
    return asked | ({"provider_params": params} if params else {})


def result_of(row: dict[str, Any], model: str, name: str, optimal_hops: int | None) -> Result:
    """Return a result as a Studio tells it."""
    scores = {score: row[shown] for score, shown in SCORES.items()}
    scores |= {score: row[score] for score in PERCENTAGES.values()}
    figures = CaseResult(
        target=model,
        case=name,
        category=row["category"],
        wants_call=row["should_call_tool"],
        rounds=row["rounds"],
        scores=scores,
        **{field: row[field] for field in AS_THEY_ARE},
    )
    if figures.status == "unscored":
        return Result(figures, row["problems"], row["error"] or "There was no answer.")
    return Result(figures, row["problems"], None, None if optimal_hops is None else row["rounds"] - optimal_hops)


def names_of(targets: list[dict[str, Any]]) -> list[str]:
    """Return what models are called here: by their ids, with the provider's where that is not enough."""
    counts = Counter(target["model_id"] for target in targets)
    return [
        target["model_id"]
        if counts[target["model_id"]] == 1
        else f"{target['provider_key']}::{target['model_id']}"
        for target in targets
    ]


def _raw(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("raw_request", "raw_response") if name in row}
