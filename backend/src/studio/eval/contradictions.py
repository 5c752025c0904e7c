"""What options cannot mean together: the first sentence is told, and nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.scoring.summary import MOST_K

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

MOST_AT_A_STUDIO = 32


def contradictions(given: argparse.Namespace) -> Iterator[str]:
    """Yield what cannot be meant."""
    if len(set(given.model)) < len(given.model):
        yield "--model names a model twice"
    named = [name for name, _ in given.system_of]
    if len(set(named)) < len(named):
        yield "--system-of names a model twice"
    for option, names in (("--system-of", named), ("--price", [name for name, _ in given.price])):
        if stray := [name for name in names if name is not None and name not in given.model]:
            yield f"{option} names {stray[0]}, which is none of the models"
    params = [name for name, _ in given.param]
    if len(set(params)) < len(params):
        yield "--param gives a parameter twice"
    yield from _contradictions_of_results(given)
    yield from _contradictions_of_places(given)


def _contradictions_of_results(given: argparse.Namespace) -> Iterator[str]:
    for condition in given.fail_if:
        if condition.relative and given.baseline is None:
            yield f"--fail-if: {condition.text} compares with a --baseline, and there is none"
        if condition.is_money and not given.price and given.server is None:
            yield f"--fail-if: {condition.text} needs a --price"
        if condition.model is not None and condition.model not in given.model:
            yield f"--fail-if: {condition.text} is about {condition.model}, which is none of the models"
        if condition.repeats > MOST_K:
            yield f"--fail-if: {condition.text}: K is {MOST_K} at most, however large --repeats is"
        elif condition.repeats > given.repeats:
            yield f"--fail-if: {condition.text} needs --repeats {condition.repeats}"
    if given.baseline_model is not None and given.baseline is None:
        yield "--baseline-model goes with --baseline"


def _contradictions_of_places(given: argparse.Namespace) -> Iterator[str]:
    if (given.base_url is None) == (given.server is None):
        yield "give either --base-url, where models are called, or --server, a Studio that calls them"
    if given.server is None:
        if given.token_env is not None:
            yield "--token-env goes with --server; a model's key is named by --api-key-env"
        return
    if given.token_env is None:
        yield "--server needs --token-env: make a token on the page of your account"
    for name in ("api_key_env", "price", "case"):
        if getattr(given, name):
            yield f"--{name.replace('_', '-')} does not go with --server"
    if given.concurrency > MOST_AT_A_STUDIO:
        yield f"--concurrency is {MOST_AT_A_STUDIO} at most with --server"
    if given.system_of and given.provider is None:
        yield "--system-of needs --provider with --server, since models of several providers may have one name"
    if given.system == "":
        yield "--system cannot be empty with --server, but --system-of can: leave it out for each model"
