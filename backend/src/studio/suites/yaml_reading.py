"""YAML 1.2 to what JSON can say, by its core schema: dates and times of day are texts, other tags are refused.

Values are made of the parser's events, one after another: what aliases and merges (`<<`) stand for is counted
before it is there, and no constructor of anybody's is called.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import MOST_DEPTH, is_whole_text, too_deep
from src.studio.suites.tools import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Json = Any

MOST_SIZE = 20_000_000
"""Values and characters of texts, each as often as an alias stands for it."""
MERGE = "<<"
PREFIX = "tag:yaml.org,2002:"
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
WHOLE = re.compile(r"(?:[-+]?[0-9]{1,4000}|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
BASES = {"0o": 8, "0x": 16}
WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ("null", None)),
    **dict.fromkeys(("true", "True", "TRUE"), ("bool", True)),
    **dict.fromkeys(("false", "False", "FALSE"), ("bool", False)),
}
# What a scalar that is told to be of a kind may be spelled as
SPELLED = {"null": ("null",), "bool": ("bool",), "int": ("int",), "float": ("float", "int")}


def value_of(text: str) -> Json:
    """Return what a text of YAML says. Raises `SuiteError`, which names the line."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - a tenth of a second, needed seldom
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        return _Building().value_of(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        raise SuiteError(f"This is no YAML: {problem}.", line=mark.line + 1 if mark else None) from None
    except (YAMLError, ValueError) as error:
        if isinstance(error, SuiteError):
            raise
        raise SuiteError(f"This is no YAML: {' '.join(str(error).split())[:200]}.") from None


@dataclass(slots=True)
class _Open:
    """A list or an object that is not whole yet. `key`: that of the value that comes next, which may be merged."""

    value: Json
    anchor: str | None
    size: int = 1
    key: str | None = None
    is_merge: bool = False
    merged: list[Json] = field(default_factory=list)


class _Building:
    """What is made of a document's events."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._size = 0
        self._line = 0
        self._documents = 0
        self._value: Json = None
        self._steps: dict[str, Callable[[Any], None]] = {
            "DocumentStartEvent": self._begin_document,
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
            "SequenceStartEvent": lambda event: self._begin(event, [], "seq"),
            "MappingStartEvent": lambda event: self._begin(event, {}, "map"),
            "SequenceEndEvent": lambda _: self._end(),
            "MappingEndEvent": lambda _: self._end(),
        }

    def value_of(self, events: Iterable[Any]) -> Json:
        for event in events:
            self._line = event.start_mark.line + 1
            step = self._steps.get(type(event).__name__)
            if step is not None:
                step(event)
        return self._value

    def _begin_document(self, _event: object) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refused("there may be one document in a file")

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - one of the parser's
        if event.tag is None and event.implicit[0] and event.value == MERGE and self._takes_key():
            if self._open[-1].merged:
                raise self._refused("<< is there twice; one can have a list")
            self._open[-1].key, self._open[-1].is_merge = MERGE, True
        else:
            self._take(self._value_of(event), 1 + len(event.value), event.anchor)

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor not in self._anchors:
            within = any(part.anchor == event.anchor for part in self._open)
            raise self._refused(
                f"*{quoted(event.anchor)} {'stands within what it stands for' if within else 'stands for nothing'}"
            )
        value, size = self._anchors[event.anchor]
        self._take(value, size, None)

    def _begin(self, event: Any, value: Json, kind: str) -> None:  # noqa: ANN401
        if event.tag not in {None, "!", PREFIX + kind}:
            raise self._no_such(event.tag)
        if self._takes_key():
            raise self._refused("a key must be a text")
        if len(self._open) >= MOST_DEPTH:
            raise too_deep()
        self._anchors.pop(event.anchor, None)  # the same name may stand for something else from here on
        self._open.append(_Open(value, event.anchor))

    def _end(self) -> None:
        done = self._open.pop()
        if done.merged:
            written = done.value.copy()
            for other in (*reversed(done.merged), written):  # an earlier one counts for more
                done.value.update(other)
        self._take(done.value, done.size, done.anchor)

    def _take(self, value: Json, size: int, anchor: str | None) -> None:
        """Let a value be a part of what is open."""
        self._count(size)
        if anchor is not None:
            self._anchors[anchor] = value, size
        if not self._open:
            self._value = value
        elif self._takes_key():
            self._take_key(value)
        else:
            self._put(value)

    def _count(self, size: int) -> None:
        """Add to what is open, as much as it is; each value counts once more where an alias stands for it."""
        if self._open:
            self._open[-1].size += size
            size = self._open[-1].size
        if size > MOST_SIZE:
            raise SuiteError(f"Its aliases stand for more than {MOST_SIZE // 1_000_000} MB.", line=self._line)

    def _takes_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _take_key(self, key: Json) -> None:
        there = self._open[-1]
        if not isinstance(key, str):
            raise self._refused(f"the key {quoted(json.dumps(key))} must be a text: put it into quotes")
        if key in there.value:
            raise self._refused(f"the key {quoted(key)} is there twice")
        there.key, there.is_merge = key, False

    def _put(self, value: Json) -> None:
        there = self._open[-1]
        if isinstance(there.value, list):
            there.value.append(value)
            return
        key, there.key = there.key, None
        if not there.is_merge:
            there.value[key] = value
            return
        there.merged = value if isinstance(value, list) else [value]
        if not all(isinstance(other, dict) for other in there.merged):
            raise self._refused("<< must have an object, or a list of such")

    def _value_of(self, event: Any) -> Json:  # noqa: ANN401
        """Return what a scalar is."""
        text = _joined(event.value)
        kind = (event.tag or "").removeprefix(PREFIX)
        if kind in {"!", "str"} or (not kind and not event.implicit[0]):
            return text
        found, value = _plain(text)
        if not kind:
            return value
        if kind not in SPELLED:
            raise self._no_such(event.tag)
        if found not in SPELLED[kind]:
            raise self._refused(f"{quoted(repr(text))} is no {kind}")
        return float(value) if kind == "float" else value

    def _no_such(self, tag: str) -> SuiteError:
        return self._refused(f"there is no tag {quoted(tag)} here, only those of JSON")

    def _refused(self, problem: str) -> SuiteError:
        return SuiteError(f"This is no YAML: {problem}.", line=self._line)


def _plain(text: str) -> tuple[str, Json]:
    """Return the kind of a plain scalar, and what it says."""
    if text in WORDS:
        return WORDS[text]
    if WHOLE.match(text):
        base = BASES.get(text[:2])
        return "int", int(text) if base is None else int(text, base)
    if NUMBER.match(text) or NOT_FINITE.match(text):
        return "float", float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return "str", text


def _joined(text: str) -> str:
    """Return a text whose characters of two halves, as JSON escapes them, are whole."""
    if is_whole_text(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
