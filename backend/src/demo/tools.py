"""The demo models' skill with tools: which they call, with which arguments, and how they get it wrong."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from src.demo.draws import LANE_RANGE, lanes
from src.demo.questions import Question

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a an and are as at be by can could do for from get give has how i in is it its me my of on or please should
        show tell that the then there this to use used was what when where which who will with would you your
        """,
    )
)
MISTAKES = ("no call", "wrong tool", "missing argument", "wrong value", "malformed JSON")


class Call(NamedTuple):
    """A tool call; `arguments` is JSON, unless that is the mistake."""

    name: str
    arguments: str


def call_for(question: Question) -> Call | None:
    """Return the call of the tool that shares most words with the prompt; None where there is none.

    Which prompts are got wrong, and how, depends on the prompt alone, so that a model errs on all those that
    a more skilful one errs on, the same ones each time.
    """
    ranked = _ranked(question)
    if not ranked:
        return None
    lane, kind = lanes(f"tools {question.prompt}", 2)
    mistake = MISTAKES[kind % len(MISTAKES)] if lane * 100 < question.model.mistakes * LANE_RANGE else ""
    return _call(ranked, question, mistake)


def _call(ranked: list[dict[str, Any]], question: Question, mistake: str) -> Call | None:
    if mistake == "no call":
        return None
    tool = ranked[-1] if mistake == "wrong tool" else ranked[0]
    numbers = re.findall(r"-?\d+(?:\.\d+)?", question.prompt)
    arguments = _arguments(_schema(tool), _Prompt(question.prompt, _texts(question.prompt), iter(numbers)))
    if mistake == "missing argument" and arguments:
        arguments.popitem()
    if mistake == "wrong value":
        arguments = {name: _wrong(value) for name, value in arguments.items()}
    text = orjson.dumps(arguments).decode()
    return Call(tool["name"], text[:-1] if mistake == "malformed JSON" else text)


def _ranked(question: Question) -> list[dict[str, Any]]:
    """Return the tools that fit, the best first; with a forced one or `required`, any fits."""
    if question.forced:
        return [tool for tool in question.tools if tool["name"] == question.forced]
    asked = _words(question.prompt)
    shared = {tool["name"]: len(asked & _words_of(tool)) for tool in question.tools}
    ranked = sorted(question.tools, key=lambda tool: -shared[tool["name"]])
    return ranked if question.forced is not None or (ranked and shared[ranked[0]["name"]]) else []


def _words_of(tool: dict[str, Any]) -> set[str]:
    schema = _schema(tool)
    described = " ".join(str(_object(property_).get("description", "")) for property_ in schema.values())
    return _words(f"{tool['name']} {tool.get('description', '')} {' '.join(schema)} {described}")


def _words(text: str) -> set[str]:
    """Return the words that say something, without case and plural; names are taken apart."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    words = {word.lower() for word in re.findall(r"[^\W_]+", apart)}
    return {word.removesuffix("s") for word in words - STOP_WORDS}


def _schema(tool: dict[str, Any]) -> dict[str, Any]:
    return _object(_object(tool.get("parameters")).get("properties"))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _Prompt(NamedTuple):
    """A prompt, and what in it has not become an argument yet."""

    text: str
    texts: Iterator[str]
    numbers: Iterator[str]


def _arguments(properties: dict[str, Any], prompt: _Prompt) -> dict[str, Any]:
    return {name: _value(_object(schema), prompt) for name, schema in properties.items()}


def _texts(prompt: str) -> Iterator[str]:
    """Yield what is quoted, then names (capitalised words, but the first), then the last word."""
    yield from re.findall(r"[\"“']([^\"”']{2,80})[\"”']", prompt)
    yield from re.findall(r"(?<=[a-z0-9,;:] )[A-Z][\w-]*(?: [A-Z][\w-]*)*", prompt)
    words = re.findall(r"[\w-]+", prompt)
    yield words[-1] if words else "unknown"


def _value(schema: dict[str, Any], prompt: _Prompt) -> Any:  # noqa: ANN401 - as the schema says
    if isinstance(choices := schema.get("enum"), list) and choices:
        return next((choice for choice in choices if str(choice).lower() in prompt.text.lower()), choices[0])
    makers: dict[object, Callable[[], Any]] = {
        "integer": lambda: int(float(next(prompt.numbers, "1"))),
        "number": lambda: float(next(prompt.numbers, "1")),
        "boolean": lambda: not re.search(r"\b(?:no|not|without)\b", prompt.text.lower()),
        "array": lambda: [_value(_object(schema.get("items")), prompt)],
        "object": lambda: _arguments(_object(schema.get("properties")), prompt),
        "string": lambda: _string(schema, prompt),
    }
    kind = schema.get("type")
    return makers[kind if isinstance(kind, str) and kind in makers else "string"]()


def _string(schema: dict[str, Any], prompt: _Prompt) -> str:
    day = re.search(r"\b\d{4}-\d{2}-\d{2}\b", prompt.text) if schema.get("format") == "date" else None
    return day[0] if day else next(prompt.texts, "unknown")


def _wrong(value: object) -> object:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else "something else"
