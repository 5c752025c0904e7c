"""What options cannot mean together: the first sentence is told, and nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

LOADS = ("concurrency", "rate", "sweep")
MOST_CONCURRENCY = 2_000
MOST_SWEEP = 64


def contradictions(given: argparse.Namespace) -> Iterator[str]:
    """Yield what cannot be meant."""
    loads = [name for name in LOADS if getattr(given, name) is not None]
    if len(loads) > 1:
        yield f"--{loads[0]} and --{loads[1]} are two kinds of load: give one"
    if given.requests is not None and given.duration is not None:
        yield "--requests and --duration both say when to end: give one"
    if len(set(given.model)) < len(given.model):
        yield "--model names a model twice"
    rates = given.rate is not None or given.sweep == "rate"
    for name in ("arrival", "burstiness", "max_concurrency"):
        if getattr(given, name) is not None and not rates:
            yield f"--{name.replace('_', '-')} is about rates: it goes with --rate or --sweep rate"
    if given.arrival == "constant" and given.burstiness is not None:
        yield "--burstiness is about chance, and with --arrival constant there is none"
    yield from _contradictions_of_sweeps(given)
    if given.ramp and not loads:
        yield "--ramp opens places one after another: it goes with --concurrency, --rate or --sweep"
    if given.duration is not None and given.ramp >= given.duration:
        yield "--ramp takes as long as all of --duration, so that the whole load is never there"
    yield from _contradictions_of_prompts(given)
    yield from _contradictions_of_results(given)
    yield from _contradictions_of_places(given)


def _contradictions_of_sweeps(given: argparse.Namespace) -> Iterator[str]:
    for name in ("sweep_start", "sweep_most"):
        value = getattr(given, name)
        if value is None:
            continue
        if given.sweep is None:
            yield f"--{name.replace('_', '-')} goes with --sweep"
        elif given.sweep == "concurrency" and not (value.is_integer() and 1 <= value <= MOST_CONCURRENCY):
            yield f"--{name.replace('_', '-')}: people come in whole numbers, from 1 to {MOST_CONCURRENCY:,}"
    if given.sweep and (given.sweep_start or 1) > (given.sweep_most or MOST_SWEEP):
        yield "--sweep-start is above --sweep-most"


def _contradictions_of_prompts(given: argparse.Namespace) -> Iterator[str]:
    if given.prompt is not None and given.dataset is not None:
        yield "--prompt and --dataset both say what is asked: give one"
    if given.dataset is not None and given.input_tokens is not None:
        yield "--input-tokens and --dataset both say how long prompts are: give one"
    if given.dataset is not None and len(given.output_tokens or ()) > 1:
        yield "--output-tokens may have one value with --dataset, whose lines may have their own"
    if given.skip_broken and given.dataset is None:
        yield "--skip-broken goes with --dataset"
    if given.prompt is not None and not given.prompt.strip():
        yield "--prompt is empty"
    if stray := [name for name, _ in given.price if name is not None and name not in given.model]:
        yield f"--price names {stray[0]}, which is none of the models"
    said = [name for name, _ in given.param]
    if given.temperature is not None:
        said.append("temperature")
    if len(set(said)) < len(said):
        yield "--param gives a parameter twice"
    if "max_tokens" in said or "max_completion_tokens" in said:
        yield "--param: say how long answers may be by --output-tokens"


def _contradictions_of_results(given: argparse.Namespace) -> Iterator[str]:
    for condition in given.fail_if:
        if condition.relative and given.baseline is None:
            yield f"--fail-if: {condition.text} compares with a --baseline, and there is none"
        if condition.needs_slo and given.slo is None:
            yield f"--fail-if: {condition.text} counts answers within an --slo, and there is none"
        if condition.metric == "cost" and not given.price and given.server is None:
            yield f"--fail-if: {condition.text} needs a --price"


def _contradictions_of_places(given: argparse.Namespace) -> Iterator[str]:
    if (given.base_url is None) == (given.server is None):
        yield "give either --base-url, where models are called, or --server, a Studio that calls them"
    if given.server is None:
        if given.token_env is not None:
            yield "--token-env goes with --server; a model's key is named by --api-key-env"
        return
    if given.token_env is None:
        yield "--server needs --token-env: make a token on the page of your account"
    for name in ("api_key_env", "system", "price"):
        if getattr(given, name):
            yield f"--{name.replace('_', '-')} is the server's to say: it does not go with --server"
    if given.seed:
        yield "--seed does not go with --server"
    if given.warmup > 1:
        yield "--warmup is 0 or 1 with --server"
