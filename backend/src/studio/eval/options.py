"""The options of `eval`, and what they come to; what cannot be carried out is refused before anything is sent."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from src.studio.bench import values
from src.studio.bench.options import Group, Parser, add_target
from src.studio.eval import reading
from src.studio.eval.contradictions import contradictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.engine.plan import Price
    from src.studio.eval.conditions import Condition

MOST_REPEATS = 100
MOST_CONCURRENCY = 200
MOST_FAILURES = 10_000
USUAL_CONCURRENCY = 4
USUAL_FAILURES = 20
DESCRIPTION = """\
Asks models the cases of a suite, and judges whether they call its tools rightly: how often, how sure that is, and
on what they fail. It needs no server and no account. docs/eval.md has examples, and says what the figures mean.
"""
EXIT_CODES = """\
exit codes: 0 evaluated; 1 a condition of --fail-if holds; 2 it cannot be carried out as asked;
3 no answer could be scored; 130 interrupted: what was answered is written
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What is to be evaluated, and what is to be done with it. Times are seconds, prices USD per million tokens.

    `suite` is a file, or with `server` also the id of a suite there. `base_url` is where models are called, None
    where `server` is to do it. `systems` and `prices` have models by name, and None for all others.
    """

    suite: str
    answers: Path | None
    categories: tuple[str, ...]
    cases: tuple[str, ...]
    models: tuple[str, ...]
    base_url: str | None
    api_key: str | None
    provider: str
    server: str | None
    token: str | None
    repeats: int
    profile: Literal["strict", "bfcl"]
    tool_choice: Literal["auto", "required", "none"]
    parallel_tool_calls: bool | None
    streaming: Literal["auto"] | bool
    temperature: float | None
    params: dict[str, Any]
    systems: dict[str | None, str]
    concurrency: int
    timeout_s: float
    prices: dict[str | None, Price]
    conditions: tuple[Condition, ...]
    baseline: Path | None
    baseline_model: str | None
    title: str | None
    output: Path | None
    format: Literal["table", "json", "csv"]
    failures: int
    quiet: bool

    def price_of(self, model: str) -> Price | None:
        """Return what a model costs, None where that is not known."""
        return self.prices.get(model) or self.prices.get(None)

    def system_of(self, model: str, of_suite: str | None) -> str | None:
        """Return what a model is told before each case: its own, that of all, or the suite's; None: nothing."""
        told = self.systems.get(model, self.systems.get(None, of_suite))
        return told or None


def read_options(arguments: Sequence[str]) -> Options:
    """Return what was asked for. Ends the program with a sentence and exit code 2 where it cannot be done."""
    parser = make_parser()
    given = parser.parse_args(arguments)
    wrong = next(contradictions(given), None)
    if wrong is not None:
        parser.error(wrong)
    return _options(given)


def make_parser() -> Parser:
    """Return what reads the command line."""
    parser = Parser(
        prog="app.py eval",
        usage="app.py eval SUITE --base-url URL --model NAME [--model NAME …] [option …]",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_suite(parser.add_argument_group("what is asked"))
    add_target(
        parser.add_argument_group("who is asked"),
        provider="which provider it is, such as vllm; a provider_key",
        server="let this Studio evaluate, and follow it",
    )
    _add_asking(parser.add_argument_group("how it is asked"))
    _add_results(parser.add_argument_group("what becomes of it"))
    return parser


def _add_suite(group: Group) -> None:
    add = group.add_argument
    add("suite", metavar="SUITE", help="a file of tools and cases: YAML, JSON, or BFCL's questions")
    add("--answers", metavar="FILE", type=Path, help="BFCL's answers, which are in a file of their own")
    add("--category", metavar="NAME", action="append", default=[], help="these cases alone; may be given again")
    add("--case", metavar="NAME", action="append", default=[], help="this case alone; may be given again")
    add("--repeats", metavar="N", type=values.whole(1, MOST_REPEATS), default=1, help="ask each case so often (1)")
    add("--profile", choices=("strict", "bfcl"), default="strict", help="how answers are judged (strict)")


def _add_asking(group: Group) -> None:
    add = group.add_argument
    add(
        "--tool-choice",
        choices=("auto", "required", "none"),
        default="auto",
        help="whether a call is a must (auto)",
    )
    add("--parallel-tool-calls", choices=("on", "off"), help="not said, unless given")
    add(
        "--streaming",
        choices=("auto", "on", "off"),
        default="auto",
        help="auto: but where tool calls suffer (auto)",
    )
    add("--temperature", metavar="X", type=values.number(0, 2), help="not sent, unless given")
    add("--param", metavar="NAME=JSON", action="append", type=reading.param, default=[], help="further parameters")
    add(
        "--system",
        metavar="TEXT",
        type=reading.text,
        help="system prompt in place of the suite's; @FILE reads one",
    )
    add(
        "--system-of", metavar="MODEL=TEXT", action="append", type=reading.text_of_model, default=[],
        help="system prompt of one model; @FILE reads one",
    )  # fmt: skip
    add(
        "--concurrency", metavar="N", type=values.whole(1, MOST_CONCURRENCY), default=USUAL_CONCURRENCY,
        help=f"so many at a time ({USUAL_CONCURRENCY})",
    )  # fmt: skip
    add("--timeout", metavar="S", type=values.number(0.1, 3600), default=120.0, help="for one request (120)")
    add(
        "--price", metavar="[MODEL=]IN/OUT", action="append", type=values.price, default=[],
        help="USD per million tokens; /CACHED may follow",
    )  # fmt: skip


def _add_results(group: Group) -> None:
    add = group.add_argument
    add(
        "--fail-if", metavar="CONDITIONS", type=reading.conditions, default=(),
        help="'accuracy<0.9,unscored>5%%': exit 1",
    )  # fmt: skip
    add("--baseline", metavar="FILE", type=Path, help="summary.json of another run, for 'accuracy<baseline'")
    add("--baseline-model", metavar="NAME", help="the baseline's model to compare with, whatever is asked now")
    add("--output", metavar="DIR", type=Path, help="results.jsonl, summary.json, summary.csv and junit.xml")
    add("--format", choices=("table", "json", "csv"), default="table", help="what is printed at the end (table)")
    add(
        "--failures", metavar="N", type=values.whole(0, MOST_FAILURES), default=USUAL_FAILURES,
        help=f"print so many, each with what differs ({USUAL_FAILURES})",
    )  # fmt: skip
    add("--title", metavar="TEXT", type=values.model, help="of the run")
    add("--quiet", action="store_true", help="tell nothing while it runs")


def _options(given: argparse.Namespace) -> Options:
    return Options(
        suite=given.suite,
        answers=given.answers,
        categories=tuple(given.category),
        cases=tuple(given.case),
        models=tuple(given.model),
        base_url=given.base_url,
        api_key=given.api_key_env,
        provider=given.provider or ("" if given.server else "eval"),
        server=given.server,
        token=given.token_env,
        repeats=given.repeats,
        profile=given.profile,
        tool_choice=given.tool_choice,
        parallel_tool_calls=_switch(given.parallel_tool_calls),
        streaming="auto" if given.streaming == "auto" else given.streaming == "on",
        temperature=given.temperature,
        params=dict(given.param),
        systems={None: given.system, **dict(given.system_of)}
        if given.system is not None
        else dict(given.system_of),
        concurrency=given.concurrency,
        timeout_s=given.timeout,
        prices=dict(given.price),
        conditions=given.fail_if,
        baseline=given.baseline,
        baseline_model=given.baseline_model,
        title=given.title,
        output=given.output,
        format=given.format,
        failures=given.failures,
        quiet=given.quiet,
    )


def _switch(said: str | None) -> bool | None:
    return None if said is None else said == "on"
