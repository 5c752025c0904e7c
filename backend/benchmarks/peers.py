"""Rows about other tools, where they are installed: the same loads on the same server, their error beside ours.

`BENCH_PEERS` names folders of virtual environments (separated as in `PATH`) in which AIPerf or GuideLLM is.
Nothing else needs them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asking import BenchmarkError
from benchmarks.bench import say
from benchmarks.processes import run_to_end
from benchmarks.statistics_of import median, percentile
from benchmarks.studio_server import LLM_MOCK, model_server
from benchmarks.table import Row, duration
from benchmarks.truth import log_of, measure, plan_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.asking import Peer
    from benchmarks.bench import Bench
    from benchmarks.truth import Measured

NAME = "peers"
VARIABLE = "BENCH_PEERS"
MOST_SECONDS = 300
PROMPT = "Say hello."
BURST_MODEL = "mock:ttft=200;itl=20;tokens=50"  # by commas, AIPerf takes it for several models
RATE_MODEL = "mock:ttft=50;itl=10;tokens=10"
BROKEN_MODEL, BROKEN = "truncated", 12
RATES_SECONDS = 4
# Their tokenizers would be fetched: this one is made on the spot, and counts nothing that is compared
TOKENIZER = """
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
made = Tokenizer(models.BPE(unk_token="<unk>"))
made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(), decoders.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
made.train_from_iterator(["hello"], trainers.BpeTrainer(special_tokens=["<unk>"], initial_alphabet=alphabet))
PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>", pad_token="<unk>").save_pretrained(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Load:
    """So many requests to a model: `places` of them at once, or `rate` of them a second."""

    name: str
    model: str
    requests: int
    places: int = 0
    rate: float = 0


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a tool measured of one request, in ms; `true` is what the server noted of it."""

    ttft: float
    gaps: Sequence[float]
    true: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """Another tool in its environment. `run` returns what it measured, and how many it calls successes."""

    name: str
    program: Path
    run: Callable[[Tool, Bench, Peer, Load], tuple[list[Theirs], int]]

    def prepare(self, bench: Bench) -> Path:
        """Return the folder of a tokenizer that nothing has to be fetched for."""
        folder = bench.work / f"tokenizer-{self.name}"
        python = str(self.program.with_name("python"))
        run_to_end([python, "-c", TOKENIZER, str(folder)], bench.work / "tokenizer.log", MOST_SECONDS)
        return folder


def peers(bench: Bench) -> None:
    """Measure those that are there."""
    found = _tools()
    if not found or not LLM_MOCK.is_file():
        say(f"{VARIABLE} names no environment with AIPerf or GuideLLM: no other tool is measured.")
        return
    with model_server(bench.work) as server:
        _peers(bench, server, found)


def _peers(bench: Bench, server: Peer, found: Sequence[Tool]) -> None:
    rounds = bench.sizes.rounds
    loads = [
        Load(f"burst of 16, {2 * rounds} times", BURST_MODEL, 32 * rounds, places=16),
        Load(f"burst of 64, {rounds} times", BURST_MODEL, 64 * rounds, places=64),
        Load("20 requests a second", RATE_MODEL, 20 * RATES_SECONDS * rounds, rate=20),
        Load("100 requests a second", RATE_MODEL, 100 * RATES_SECONDS * rounds, rate=100),
    ]
    for load in loads:
        ours = measure(server, _our_plan(server, load))
        for tool in found:
            _compare(bench, server, tool, load, ours)
    broken = Load("truncated streams", BROKEN_MODEL, BROKEN, places=4)
    right = sum(record.status == "success" for record in measure(server, _our_plan(server, broken)).records)
    for tool in found:
        _, successes = _run(tool, bench, server, broken)
        what = f"{BROKEN} truncated streams taken for a success, {tool.name}"
        bench.table.add(Row(NAME, what, f"{successes}", f"{right}, ours"))


def _compare(bench: Bench, server: Peer, tool: Tool, load: Load, ours: Measured) -> None:
    theirs, _ = _run(tool, bench, server, load)
    errors = [abs(one.ttft - (tokens_of(one.true)[0] - one.true["recv_ns"]) / 1e6) for one in theirs]
    if not errors:
        raise BenchmarkError(f"{tool.name} measured no request that the server knows")
    _add(bench, f"{load.name}: error of TTFT, p50 / p99, {tool.name}", errors, ours.ttft_errors_ms())
    gaps = [error for one in theirs for error in _gap_errors(one)]
    if load.places and gaps:
        _add(bench, f"{load.name}: error of the time between chunks, {tool.name}", gaps, ours.icl_errors_ms())


def _gap_errors(one: Theirs) -> list[float]:
    true = [(after - before) / 1e6 for before, after in pairwise(tokens_of(one.true))]
    return [abs(gap - right) for gap, right in zip(one.gaps, true, strict=False)]


def _add(bench: Bench, what: str, theirs: Sequence[float], ours: Sequence[float]) -> None:
    told, own = (
        " / ".join(duration(value / 1000) for value in (median(errors), percentile(errors, 99)))
        for errors in (theirs, ours)
    )
    bench.table.add(Row(NAME, what, told, f"{own}, ours"))


def _run(tool: Tool, bench: Bench, server: Peer, load: Load) -> tuple[list[Theirs], int]:
    say(f"{tool.name}: {load.name}")
    server.request("/_reset", method="POST", body=b"")
    return tool.run(tool, bench, server, load)


def _our_plan(server: Peer, load: Load) -> Any:  # noqa: ANN401 - a plan
    models = [load.model] * load.requests
    if load.rate:
        times = [1000 * number / load.rate for number in range(load.requests)]
        return plan_of(server, models, load.requests, times=times)
    return plan_of(server, models, load.places, blocks=1)


def _tools() -> list[Tool]:
    programs = {"aiperf": ("AIPerf", _aiperf), "guidellm": ("GuideLLM", _guidellm)}
    folders = [Path(folder) for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
    return [
        Tool(name, folder / "bin" / program, run)
        for folder in folders
        for program, (name, run) in programs.items()
        if (folder / "bin" / program).is_file()
    ]


def _aiperf(tool: Tool, bench: Bench, server: Peer, load: Load) -> tuple[list[Theirs], int]:
    out = bench.work / f"aiperf-{load.model.partition(':')[0]}-{load.places}-{load.rate:g}"
    pace = ["--request-rate", f"{load.rate:g}", "--arrival-pattern", "constant"] if load.rate else []
    pace = pace or ["--concurrency", str(load.places)]
    line = [
        *(
            str(tool.program),
            "profile",
            "--model",
            load.model,
            "--url",
            server.base_url,
            "--endpoint-type",
            "chat",
        ),
        *("--streaming", "--request-count", str(load.requests), *pace, "--use-server-token-count", "--ui", "none"),
        *("--synthetic-input-tokens-mean", "4", "--tokenizer", str(tool.prepare(bench))),
        *("--export-level", "records", "--output-artifact-dir", str(out)),
    ]
    run_to_end(line, bench.work / "aiperf.log", MOST_SECONDS, env=_environment(bench), cwd=bench.work)
    told = [json.loads(text) for text in (out / "profile_export.jsonl").read_text().splitlines()]
    entries = {entry["request_id"]: entry for entry in log_of(server)}
    theirs = []
    for record in told:
        true, metrics = entries.get(record["metadata"]["x_request_id"]), record["metrics"]
        if true is not None and "time_to_first_token" in metrics:
            gaps = metrics.get("inter_chunk_latency", {}).get("value", [])
            theirs.append(Theirs(metrics["time_to_first_token"]["value"], gaps, true))
    whole = json.loads((out / "profile_export_aiperf.json").read_text())
    return theirs, round(whole.get("request_count", {}).get("avg", 0))


def _guidellm(tool: Tool, bench: Bench, server: Peer, load: Load) -> tuple[list[Theirs], int]:
    data, out = bench.work / "guidellm.jsonl", bench.work / "guidellm.json"
    data.write_text("".join(json.dumps({"prompt": f"{PROMPT} {at}"}) + "\n" for at in range(load.requests)))
    rate = {"kind": "constant", "rate": [load.rate]}
    options = {
        "--backend": {"kind": "openai_http", "target": server.base_url, "model": load.model},
        "--profile": rate if load.rate else {"kind": "concurrent", "streams": [load.places]},
        "--constraint": {"kind": "max_requests", "count": load.requests},
        "--tokenizer": {"kind": "huggingface_auto", "model": str(tool.prepare(bench))},
        "--data": {"kind": "json_file", "path": str(data)},
        "--output": {"kind": "json", "path": str(out)},
    }
    given = [part for name, value in options.items() for part in (name, json.dumps(value))]
    line = [str(tool.program), "run", *given, "--disable-console"]
    environment = _environment(bench) | {"HF_HUB_OFFLINE": "1"}  # with which AIPerf takes no folder
    run_to_end(line, bench.work / "guidellm.log", MOST_SECONDS, env=environment, cwd=bench.work)
    (told,) = json.loads(out.read_text())["benchmarks"]
    entries = {entry["id"]: entry for entry in log_of(server)}
    successes = told["requests"]["successful"] or []
    theirs = [
        Theirs(one["time_to_first_token_ms"], [], entries[one["response_id"]])
        for one in successes
        if one["response_id"] in entries and one["time_to_first_token_ms"] is not None
    ]
    return theirs, len(successes)


def _environment(bench: Bench) -> dict[str, str]:
    """Return what such a tool is told of this machine: no proxy and no account."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"HOME": str(bench.work), "NO_PROXY": "*"}
