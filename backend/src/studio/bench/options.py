"""The options of `bench`, and what they come to; what cannot be carried out is refused before anything is sent."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from src.studio.bench import values
from src.studio.bench.conditions import Condition, ConditionError, read_conditions
from src.studio.bench.contradictions import LOADS, MOST_CONCURRENCY, MOST_SWEEP, contradictions
from src.studio.engine.dataset import Dataset, DatasetError, read_dataset
from src.studio.engine.slo import Slo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.engine.plan import Price

Mode = Literal["single", "concurrency", "rate", "sweep"]

USAGE = 2
MOST_RATE = 10_000
MOST_REQUESTS = 1_000_000
MOST_SECONDS = 24 * 3600
MOST_TOKENS = 2_000_000
DEFAULT_PROMPT = "Explain recursion to a programmer who has never heard of it, with an example."
DESCRIPTION = """\
Measures models at load, through any OpenAI-compatible address: time to first token, speed, throughput, goodput.
It needs no server and no account. docs/bench.md has examples, and says what the figures mean.
"""
EXIT_CODES = """\
exit codes: 0 measured; 1 a condition of --fail-if holds; 2 it cannot be carried out as asked;
3 no request succeeded; 130 interrupted: what was measured is written
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be measured, and what is to be done with it. Times are seconds, prices USD per million tokens.

    `base_url` is where models are called, None where `server` is to do it. `levels` are the loads of the modes
    concurrency and rate. `prices` has models by name, and None for all others.
    """

    models: tuple[str, ...]
    base_url: str | None
    api_key: str | None
    provider: str
    mode: Mode
    levels: tuple[float, ...]
    sweep_over: Literal["concurrency", "rate"]
    sweep_start: float
    sweep_most: float
    arrival: Literal["poisson", "constant"]
    burstiness: float
    cap: int | None
    requests: int | None
    duration_s: float | None
    warmup: int
    ramp_s: float
    grace_s: float
    timeout_s: float
    prompt: str
    system: str | None
    dataset: Dataset | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    nonce: bool
    seed: int
    params: dict[str, Any]
    prices: dict[str | None, Price]
    slo: Slo | None
    conditions: tuple[Condition, ...]
    baseline: Path | None
    server: str | None
    token: str | None
    title: str | None
    output: Path | None
    format: Literal["table", "json", "csv"]
    processes: int | None
    quiet: bool

    def price_of(self, model: str) -> Price | None:
        """Return what a model costs, None where that is not known."""
        return self.prices.get(model) or self.prices.get(None)


class Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line; `--help` has the rest."""

    def error(self, message: str) -> NoReturn:
        """End with a sentence."""
        command = self.prog.rpartition(" ")[2]
        said = message.removeprefix("argument ").rstrip(".")
        self.exit(USAGE, f"{command}: {said}. See {command} --help.\n")


def read_options(arguments: Sequence[str]) -> Options:
    """Return what was asked for. Ends the program with a sentence and exit code 2 where it cannot be done."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    wrong = next(contradictions(given), None)
    if wrong is not None:
        parser.error(wrong)
    return _options(parser, given)


def make_parser() -> Parser:
    """Return what reads the command line."""
    parser = Parser(
        prog="app.py bench",
        usage="app.py bench --base-url URL --model NAME [--model NAME …] [option …]",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_target(
        parser.add_argument_group("what is called"),
        provider="what the address is called; a Studio's provider_key",
        server="let this Studio measure, and follow it",
    )
    _add_load(parser.add_argument_group("how it is loaded (by default, one request after another)"))
    _add_requests(parser.add_argument_group("what is sent"))
    _add_results(parser.add_argument_group("what becomes of it"))
    return parser


Group = argparse._ArgumentGroup  # noqa: SLF001 - argparse has no other name for it


def add_target(group: Group, *, provider: str, server: str) -> None:
    """Add the options that say who is asked, and with which key; `provider` and `server` are the help of these."""
    add = group.add_argument
    add("--base-url", metavar="URL", type=values.address, help="where /chat/completions follows")
    add("--api-key-env", metavar="NAME", type=values.secret, help="environment variable that holds the key")
    add("--model", metavar="NAME", action="append", type=values.model, required=True, help="may be given again")
    add("--provider", metavar="NAME", type=values.model, help=provider)
    add("--server", metavar="URL", type=values.address, help=server)
    add("--token-env", metavar="NAME", type=values.secret, help="environment variable with a token of that Studio")


def _add_load(group: Group) -> None:
    add = group.add_argument
    people = values.several(values.whole(1, MOST_CONCURRENCY))
    rates = values.several(values.number(0.01, MOST_RATE))
    add("--concurrency", metavar="N[,N…]", type=people, help="so many requests at a time")
    add(
        "--rate", metavar="R[,R…]", type=rates, help="so many requests per second, whatever became of those before"
    )
    add(
        "--sweep",
        nargs="?",
        const="concurrency",
        choices=("concurrency", "rate"),
        help="find what is kept up with",
    )
    add("--sweep-start", metavar="N", type=values.number(0.01, MOST_RATE), help="its first load (1)")
    add("--sweep-most", metavar="N", type=values.number(0.01, MOST_RATE), help=f"its highest load ({MOST_SWEEP})")
    add("--arrival", choices=("poisson", "constant"), help="how requests of a rate come (poisson)")
    add(
        "--burstiness",
        metavar="X",
        type=values.number(0.01, 100),
        help="1: Poisson; less: in bursts; more: evenly",
    )
    add(
        "--max-concurrency", metavar="N", type=values.whole(1, MOST_CONCURRENCY),
        help="at most so many at a time at a rate; the others wait, and their times count from the schedule",
    )  # fmt: skip
    add("--requests", metavar="N", type=values.whole(1, MOST_REQUESTS), help="so many for each point")
    add("--duration", metavar="S", type=values.number(0.1, MOST_SECONDS), help="seconds for each point")
    add("--warmup", metavar="N", type=values.whole(0, 1000), default=1, help="requests before, for each model (1)")
    add("--ramp", metavar="S", type=values.number(0, 3600), default=0.0, help="seconds until all places are open")
    add(
        "--grace", metavar="S", type=values.number(0, 3600), default=30.0,
        help="seconds for what is under way when the duration is over (30)",
    )  # fmt: skip
    add("--timeout", metavar="S", type=values.number(0.1, 3600), default=120.0, help="seconds for a request (120)")


def _add_requests(group: Group) -> None:
    add = group.add_argument
    lengths = values.several(values.whole(0, MOST_TOKENS))
    answers = values.several(values.whole(1, MOST_TOKENS))
    add("--prompt", metavar="TEXT", help="what is asked")
    add("--dataset", metavar="FILE", type=Path, help='JSON lines: {"prompt"|"messages", "output_tokens"}')
    add("--skip-broken", action="store_true", help="leave out lines of the dataset that cannot be read")
    add("--system", metavar="TEXT", help="a system message before it")
    add("--input-tokens", metavar="N[,N…]", type=lengths, help="synthetic words before the prompt; 0: none")
    add("--output-tokens", metavar="N[,N…]", type=answers, help="max_tokens (256)")
    add("--cache", choices=("avoid", "reuse"), default="avoid", help="whether prompts may begin alike (avoid)")
    add("--seed", metavar="N", type=values.whole(0, 2**31 - 1), default=0, help="another schedule of a rate (0)")
    add("--temperature", metavar="X", type=values.number(0, 2), help="not sent, unless given")
    add("--param", metavar="NAME=JSON", action="append", type=values.param, default=[], help="further parameters")
    add(
        "--price", metavar="[MODEL=]IN/OUT", action="append", type=values.price, default=[],
        help="USD per million tokens; /CACHED may follow",
    )  # fmt: skip


def _add_results(group: Group) -> None:
    add = group.add_argument
    add("--slo", metavar="LIMITS", type=_slo, help="'ttft<800,itl<50': goodput counts answers within these")
    add(
        "--fail-if",
        metavar="CONDITIONS",
        type=_conditions,
        default=(),
        help="'ttft_p95>800,error_rate>1%%': exit 1",
    )
    add("--baseline", metavar="FILE", type=Path, help="summary.json of another run, for 'ttft_p95>+20%%'")
    add("--output", metavar="DIR", type=Path, help="records.jsonl, summary.json, summary.csv and report.html")
    add("--format", choices=("table", "json", "csv"), default="table", help="what is printed at the end (table)")
    add("--title", metavar="TEXT", type=values.model, help="of the report")
    add("--processes", metavar="N", type=values.whole(1, 64), help="load generators (as many as the load needs)")
    add("--quiet", action="store_true", help="tell nothing while it runs")


def _slo(text: str) -> Slo:
    try:
        return Slo.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def _conditions(text: str) -> tuple[Condition, ...]:
    try:
        return read_conditions(text)
    except ConditionError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _options(parser: Parser, given: argparse.Namespace) -> Options:
    mode: Mode = next((name for name in LOADS if getattr(given, name) is not None), "single")
    params: dict[str, Any] = dict(given.param)
    if given.temperature is not None:
        params["temperature"] = given.temperature
    return Options(
        models=tuple(given.model),
        base_url=given.base_url,
        api_key=given.api_key_env,
        provider=given.provider or ("" if given.server else "bench"),
        mode=mode,
        levels=tuple(map(float, getattr(given, mode))) if mode in {"concurrency", "rate"} else (),
        sweep_over=given.sweep or "concurrency",
        sweep_start=given.sweep_start or 1.0,
        sweep_most=given.sweep_most or float(MOST_SWEEP),
        arrival=given.arrival or "poisson",
        burstiness=given.burstiness or 1.0,
        cap=given.max_concurrency,
        requests=given.requests,
        duration_s=given.duration,
        warmup=given.warmup,
        ramp_s=given.ramp,
        grace_s=given.grace,
        timeout_s=given.timeout,
        prompt=given.prompt or ("" if given.server else DEFAULT_PROMPT),
        system=given.system,
        dataset=_dataset(parser, given.dataset, skip_broken=given.skip_broken),
        inputs=tuple(sorted(given.input_tokens or (0,))),
        outputs=tuple(sorted(given.output_tokens or (256,))),
        nonce=given.cache == "avoid",
        seed=given.seed,
        params=params,
        prices=dict(given.price),
        slo=given.slo,
        conditions=given.fail_if,
        baseline=given.baseline,
        server=given.server,
        token=given.token_env,
        title=given.title,
        output=given.output,
        format=given.format,
        processes=given.processes,
        quiet=given.quiet,
    )


def _dataset(parser: Parser, path: Path | None, *, skip_broken: bool) -> Dataset | None:
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8") as lines:
            dataset = read_dataset(lines, skip_broken=skip_broken)
    except OSError as error:
        parser.error(f"--dataset: {path} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        parser.error(f"--dataset: {path} is not text in UTF-8")
    except DatasetError as error:
        parser.error(f"--dataset: {path}: {error}")
    if dataset.broken:
        count, first = len(dataset.broken), dataset.broken[0][1]
        told = f"one line. {first}" if count == 1 else f"{count:,} lines. The first: {first}"
        sys.stderr.write(f"bench: {path} goes without {told}\n")
    return dataset
