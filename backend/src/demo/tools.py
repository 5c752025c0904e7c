"""The demo models' skill with tools: which they call, with which arguments, and how they get it wrong."""

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
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
WAVERS = 10
"""By how many percentage points a model's mistakes are more or fewer each time, at a temperature of 1."""


class Call(NamedTuple):
    """A tool call; `arguments` is JSON, unless that is the mistake."""

    name: str
    arguments: str


class _Meant(NamedTuple):
    """A call before it is put into words."""

    name: str
    arguments: dict[str, Any]


def calls_for(question: Question, number: int = 0) -> list[Call]:
    """Return the calls that a model makes next: those that it has learnt for this prompt, else its best guess.

    Without a lesson that is one call of the tool that shares most words with the prompt, and none where there is
    none, or once a tool has answered. Which prompts are got wrong, and how, depends on the prompt and the seed, if
    one is given: a model errs on all prompts that a more skilful one errs on, the same ones each time. With a
    temperature and no seed it wavers: `number`, which counts its requests, decides about those that it is not sure
    of.
    """
    right = _guessed(question) if question.learnt is None else _learnt(question)
    words = f"tools {question.prompt}" + ("" if question.seed is None else f" seed {question.seed}")
    lane, kind, which = lanes(words, 3)
    mistake = MISTAKES[kind % len(MISTAKES)] if lane * 100 < _mistakes(question, number) * LANE_RANGE else ""
    if not mistake or question.answered:
        return [_call(meant) for meant in right]
    if not right:
        return [] if question.learnt is None else [_call(meant) for meant in _needless(question)]
    at = which % len(right)
    return [*map(_call, right[:at]), *_spoiled(right[at], question, mistake), *map(_call, right[at + 1 :])]


def _mistakes(question: Question, number: int) -> float:
    """Return the percentage of prompts that are got wrong this time."""
    if question.seed is not None or not question.temperature:
        return question.model.mistakes
    drawn = lanes(f"tools {question.prompt} request {number}", 1)[0]
    return question.model.mistakes + WAVERS * min(question.temperature, 1) * (2 * drawn / LANE_RANGE - 1)


def _learnt(question: Question) -> list[_Meant]:
    """Return what comes next of what was learnt; where a call is demanded, there is one."""
    rounds = question.learnt or []
    if question.forced:
        return _guessed(question)
    meant = (
        [_Meant(name, arguments) for name, arguments in rounds[question.answered]] if _is_next(question) else []
    )
    return meant or (_guessed(question) if question.forced is not None and not question.answered else [])


def _is_next(question: Question) -> bool:
    return question.answered < len(question.learnt or [])


def _guessed(question: Question) -> list[_Meant]:
    if question.results:
        return []
    ranked = _ranked(question)
    return [_guess(ranked[0], question)] if ranked else []


def _needless(question: Question) -> list[_Meant]:
    """Return a call where none is right."""
    return [_guess(tool, question) for tool in _by_words(question)[:1]]


def _guess(tool: dict[str, Any], question: Question) -> _Meant:
    numbers = re.findall(r"-?\d+(?:\.\d+)?", question.prompt)
    prompt = _Prompt(question.prompt, _texts(question.prompt), iter(numbers))
    return _Meant(tool["name"], _arguments(_schema(tool), prompt))


def _call(meant: _Meant) -> Call:
    return Call(meant.name, orjson.dumps(meant.arguments).decode())


def _spoiled(meant: _Meant, question: Question, mistake: str) -> list[Call]:
    """Return a call as it is got wrong; where a mistake cannot be made, its JSON is cut off."""
    if mistake == "no call":
        return []
    others = [tool for tool in _by_words(question) if tool["name"] != meant.name]
    if mistake == "wrong tool" and others:
        return [_call(_guess(others[0], question))]
    arguments = dict(meant.arguments)
    if mistake == "missing argument" and arguments:
        arguments.popitem()
        return [_call(_Meant(meant.name, arguments))]
    if mistake == "wrong value" and arguments:
        name = next((name for name, value in arguments.items() if _day(value)), next(iter(arguments)))
        return [_call(_Meant(meant.name, {**arguments, name: _wrong(arguments[name])}))]
    name, text = _call(meant)
    return [Call(name, text[:-1])]


def _ranked(question: Question) -> list[dict[str, Any]]:
    """Return the tools that fit, the best first; with a forced one or `required`, any fits."""
    if question.forced:
        return [tool for tool in question.tools if tool["name"] == question.forced]
    ranked = _by_words(question)
    return ranked if question.forced is not None or (ranked and _shared(ranked[0], question)) else []


def _by_words(question: Question) -> list[dict[str, Any]]:
    return sorted(question.tools, key=lambda tool: -_shared(tool, question))


def _shared(tool: dict[str, Any], question: Question) -> int:
    return len(_words(question.prompt) & _words_of(tool))


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


def _day(value: object) -> re.Match[str] | None:
    return re.match(r"\d{4}-\d{2}-\d{2}", value) if isinstance(value, str) else None


def _wrong(value: object) -> object:
    """Return another value: of a day or a moment, that of the day after."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str) and (found := _day(value)):
        with contextlib.suppress(ValueError):
            return f"{date.fromisoformat(found[0]) + timedelta(days=1)}{value[found.end() :]}"
    return "something else"
