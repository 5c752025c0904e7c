"""BFCL's own checker and data, as far as they can be had without what its package depends on."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

Json = Any
Calls = list[tuple[str, dict[str, Json]]]

MODEL = "studio"
SINGLE_TURN = (
    *("simple_python", "multiple", "parallel", "parallel_multiple"),
    *("live_simple", "live_multiple", "live_parallel", "live_parallel_multiple"),
)
NO_CALL = ("irrelevance", "live_irrelevance")
ANY_CALL = "live_relevance"
LANGUAGES = {"simple_java": "java", "simple_javascript": "javascript"}


@dataclass(frozen=True)
class Entry:
    """One of BFCL's entries with its answer, which irrelevance has none of."""

    category: str
    question: dict[str, Json]
    truth: list[dict[str, dict[str, list[Json]]]] | None

    @property
    def id(self) -> str:
        return self.question["id"]

    @property
    def schemas(self) -> dict[str, dict[str, Json]]:
        return {function["name"]: function["parameters"] for function in self.question["function"]}


def data() -> Path:
    """Return the folder of BFCL's data; where it is not installed, the test that asks is skipped."""
    package = pytest.importorskip("bfcl_eval", reason="bfcl-eval, the oracle, is not installed (make install)")
    return Path(package.__path__[0]) / "data"


@cache
def entries(category: str) -> list[Entry]:
    """Return the entries of a category."""
    answers = data() / "possible_answer" / f"BFCL_v4_{category}.json"
    truths = {line["id"]: line["ground_truth"] for line in lines(answers)} if answers.exists() else {}
    questions = lines(data() / f"BFCL_v4_{category}.json")
    return [Entry(category, question, truths.get(question["id"])) for question in questions]


def lines(path: Path) -> list[Json]:
    """Return the values of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def texts(category: str) -> tuple[str, str | None]:
    """Return the question file and the answer file of a category."""
    answers = data() / "possible_answer" / f"BFCL_v4_{category}.json"
    return (data() / f"BFCL_v4_{category}.json").read_text(), answers.read_text() if answers.exists() else None


@cache
def _checker() -> Json:
    # It wants each model's settings, of which it reads one, and which import every provider's SDK.
    name = "bfcl_eval.constants.model_config"
    settings = ModuleType(name)
    settings.__dict__["MODEL_CONFIG_MAPPING"] = {MODEL: SimpleNamespace(underscore_to_dot=False)}
    before = sys.modules.get(name)
    sys.modules[name] = settings
    try:
        return importlib.import_module("bfcl_eval.eval_checker.ast_eval.ast_checker")
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before


def verdict(entry: Entry, calls: Calls) -> bool | None:
    """Return whether BFCL's checker takes calls for right; None where it breaks over them.

    In Java and JavaScript it wants the text of a program for each value, which is made of the value.
    """
    if entry.truth is None:  # its rule for both: calls that can be read are there, or not
        is_called = not importlib.import_module("bfcl_eval.utils").is_empty_output(
            [dict([call]) for call in calls]
        )
        return is_called == (entry.category == ANY_CALL)
    checker = _checker()
    language = checker.Language(LANGUAGES.get(entry.category, "python"))
    if entry.category in LANGUAGES:
        calls = [(name, _in_source(arguments, entry.schemas.get(name, {}))) for name, arguments in calls]
    made = [{name: dict(arguments)} for name, arguments in calls]
    try:
        found = checker.ast_checker(entry.question["function"], made, entry.truth, language, entry.category, MODEL)
    except (KeyError, TypeError, AttributeError, IndexError, NotImplementedError):
        return None
    return found["valid"]


def _in_source(arguments: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    properties = schema.get("properties", {})
    return {key: _source(value, properties.get(key, {})) for key, value in arguments.items()}


def _source(value: Json, schema: dict[str, Json]) -> str:
    kind, items = schema.get("type"), schema.get("items", {})
    if isinstance(value, str):
        return value
    if isinstance(value, list) and kind in {"Array", "ArrayList"}:
        parts = [
            f'"{item}"' if kind == "ArrayList" and isinstance(item, str) else _source(item, items)
            for item in value
        ]
        inner = ", ".join(parts)
        return f"new Object[]{{{inner}}}" if kind == "Array" else f"new ArrayList<>(Arrays.asList({inner}))"
    if isinstance(value, dict) and kind == "HashMap":
        puts = "".join(f'put("{key}", {json.dumps(item)}); ' for key, item in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts}}}}}"
    return json.dumps(value) + {"long": "L"}.get(str(kind), "")
