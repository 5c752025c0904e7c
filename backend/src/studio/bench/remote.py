"""`--server`: has a Studio measure, follows it, and fetches what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from src.studio.bench.planning import RATE_SECONDS, usual_requests
from src.studio.bench.samples import Samples
from src.studio.engine.record import Record

if TYPE_CHECKING:
    from src.studio.bench.files import Files
    from src.studio.bench.live import Live
    from src.studio.bench.measuring import Interrupt
    from src.studio.bench.options import Options
    from src.studio.bench.studio import Studio

FORMAT, TOOL = 1, "studio"


def request_of(options: Options) -> dict[str, Any]:
    """Return what is asked of `POST /api/benchmark`."""
    params = dict(options.params)
    asked: dict[str, Any] = {
        "prompt": options.prompt,
        "max_tokens": options.outputs[0],
        "context_tiers": list(options.inputs),
        "timeout": options.timeout_s,
        "warmup": bool(options.warmup),
        "grace_seconds": options.grace_s,
        **_load(options),
    }
    if len(options.outputs) > 1:
        asked["output_tiers"] = list(options.outputs)
    if options.ramp_s:
        asked["ramp_seconds"] = options.ramp_s
    if options.slo is not None:
        asked["slo"] = str(options.slo)
    if not options.nonce:
        asked["cache"] = "reuse"
    if options.title:
        asked["label"] = options.title
    if options.provider:
        asked["targets"] = [{"provider_key": options.provider, "model_id": model} for model in options.models]
    else:
        asked["models"] = list(options.models)
    if "temperature" in params:
        asked["temperature"] = params.pop("temperature")
    if options.dataset is not None:
        asked["dataset"] = "\n".join(orjson.dumps(item).decode() for item in options.dataset.items)
    return asked | ({"provider_params": params} if params else {})


def _load(options: Options) -> dict[str, Any]:
    asked: dict[str, Any] = {"mode": options.mode}
    over = options.sweep_over if options.mode == "sweep" else options.mode
    if options.mode == "concurrency":
        asked["concurrencies"] = [int(level) for level in options.levels]
    if options.mode == "rate":
        asked["rates"] = list(options.levels)
    if options.mode == "sweep":
        asked["sweep"] = {"over": options.sweep_over, "start": options.sweep_start, "most": options.sweep_most}
    if over == "rate":
        asked |= {"arrival": options.arrival, "max_concurrency": options.cap}
        asked |= {} if options.arrival == "constant" else {"burstiness": options.burstiness}
    if options.duration_s is not None:
        return asked | {"duration_seconds": options.duration_s}
    if options.requests is None and (over == "rate" or options.mode == "sweep"):
        return asked | {"duration_seconds": RATE_SECONDS}
    return asked | {"requests": options.requests or usual_requests(max(options.levels, default=1))}


class RemoteRun:
    """A run at a Studio: its summary, and what comparisons need of its requests, once it was followed."""

    def __init__(self, options: Options, studio: Studio, interrupt: Interrupt) -> None:
        self._options, self._studio, self._interrupt = options, studio, interrupt
        self._id = ""
        self.samples: dict[str, Samples] = {}

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"{self._options.server}/studio/runs/{self._id}"

    async def start(self, live: Live) -> None:
        """Submit it."""
        answer = await self._studio.ask("POST", "/api/benchmark", request_of(self._options))
        self._id = quote(str(answer["run_id"]), safe="")
        live.say(f"Submitted: {self.address}")

    async def follow(self, live: Live) -> bool:
        """Tell how it goes until it has ended; return whether it has, or whoever watched went away."""
        return await self._studio.follow(self._id, self.address, live, self._interrupt.asked)

    async def fetch(self, files: Files | None, *, ended: bool) -> dict[str, Any]:
        """Fetch records and results, and return the summary. Raises `FilesError` where records cannot be kept."""
        run = await self._studio.get(f"/api/history/{self._id}")
        records = (await self._studio.get(f"/api/history/{self._id}/records"))["records"]
        self.samples = {row["point"]: Samples(self._options.slo) for row in run["results"]}
        for data in records:
            if files is not None:
                files.add(data)
            record = Record.from_dict(data)
            if record.point in self.samples:
                self.samples[record.point].add(record)
        return self._summary(run, ended=ended)

    def _summary(self, run: dict[str, Any], *, ended: bool) -> dict[str, Any]:
        state, error = run["state"], run["error"]
        if not ended:
            state, error = "interrupted", f"It was not watched to its end. The run goes on: {self.address}"
        elif state == "cancelled":
            state, error = "interrupted", "The run was cancelled at the Studio."
        elif state == "failed" and any(row["success_count"] for row in run["results"]):
            state = "interrupted"  # its time was over, say: something was measured, but not all
        return {
            "version": FORMAT,
            "tool": TOOL,
            "tool_version": None,
            "title": run["label"],
            "sentence": run["sentence"],
            "state": state,
            "error": error,
            "started_at": run["started_at"] or run["timestamp"],
            "ended_at": run["completed_at"],
            "settings": run["config"],
            "targets": [_target(target, run["through"]) for target in run["targets"]],
            "points": run["results"],
            "knees": run.get("knees") or [],
            "skipped": run["skipped"],
            "adjustments": run["adjustments"],
            "measured": run["measured"],
        }


def _target(target: dict[str, Any], through: str) -> dict[str, Any]:
    told = {name: target[name] for name in ("model_id", "provider", "provider_key", "route")}
    return {**told, "model": target["display_name"], "through": through}
