"""Made-up functions, answers and calls, beyond what BFCL has itself: types that do not fit, and odd values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.studio.suites.oracle import Entry

if TYPE_CHECKING:
    import random

    from tests.studio.suites.oracle import Calls

Json = Any

TEXTS = ["Paris", "New York", "new-york", "a/b", "x", "1.5", "15", "", "it's", 'it"s', "April 1, 2024", "ÄÖ", "  "]
SIMPLE = ["string", "integer", "float", "boolean", "any"]
LISTS = {"array", "tuple"}


class MadeUp:
    """What chance makes: entries whose answers mostly fit their schema, and calls that are mostly right."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def entry(self, number: int) -> Entry:
        category = self._chance.choice(["simple", "multiple", "parallel"])
        names = self._chance.sample(["f", "g.h", "i"], 1 if category == "simple" else self._chance.randint(1, 3))
        functions = [self._function(name) for name in names]
        count = self._chance.randint(1, 3) if category == "parallel" else 1
        truth = [self._answer(self._chance.choice(functions)) for _ in range(count)]
        question = [[{"role": "user", "content": "Do it."}]]
        return Entry(category, {"id": f"{category}_{number}", "question": question, "function": functions}, truth)

    def calls(self, entry: Entry) -> Calls:
        """Return calls of an answer, with up to two things changed."""
        calls = [
            (name, {key: self._picked(values) for key, values in arguments.items() if not self._left_out(values)})
            for call in entry.truth or []
            for name, arguments in call.items()
        ]
        for _ in range(self._chance.choice([0, 1, 1, 2])):
            if calls:
                self._change(calls)
        return calls

    def _function(self, name: str) -> dict[str, Json]:
        properties = {key: self._schema() for key in self._chance.sample("abcd", self._chance.randint(0, 4))}
        required = [key for key in properties if self._chance.random() < 0.5]
        schema = {"type": "dict", "properties": properties, "required": required}
        return {"name": name, "description": "Does it.", "parameters": schema}

    def _schema(self, depth: int = 0) -> dict[str, Json]:
        kind = self._chance.choice(SIMPLE if depth > 1 else [*SIMPLE, "array", "tuple", "dict"])
        if kind in LISTS:
            return {"type": kind, "items": self._schema(depth + 1)}
        if kind == "dict" and self._chance.random() < 0.8:
            keys = self._chance.sample("klm", self._chance.randint(1, 3))
            return {"type": kind, "properties": {key: self._schema(2) for key in keys}}
        return {"type": kind}

    def _answer(self, function: dict[str, Json]) -> dict[str, Json]:
        properties = function["parameters"]["properties"]
        listed = {key: schema for key, schema in properties.items() if self._chance.random() < 0.9}
        return {function["name"]: {key: self._alternatives(schema) for key, schema in listed.items()}}

    def _alternatives(self, schema: dict[str, Json]) -> list[Json]:
        values = [self._alternative(schema) for _ in range(self._chance.choice([1, 1, 1, 2, 3]))]
        if self._chance.random() < 0.3:
            values.insert(self._chance.randint(0, len(values)), "")
        return values

    def _alternative(self, schema: dict[str, Json]) -> Json:
        if schema["type"] == "dict":
            properties = schema.get("properties", {"k": {"type": "string"}})
            there = {key: inner for key, inner in properties.items() if self._chance.random() < 0.85}
            return {key: self._alternatives(inner) for key, inner in there.items()}
        if schema["type"] in LISTS and schema["items"]["type"] == "dict":
            return [self._alternative(schema["items"]) for _ in range(self._chance.randint(0, 2))]
        return self._value(schema)

    def _value(self, schema: dict[str, Json]) -> Json:
        kind = schema["type"]
        if self._chance.random() < 0.08:
            kind = self._chance.choice([*SIMPLE, "null", "list", "object"])
        if kind in LISTS and "items" in schema:
            return [self._value(schema["items"]) for _ in range(self._chance.randint(0, 3))]
        return self._chance.choice(
            {
                "integer": [0, 1, 5, -3, 15],
                "float": [0.0, 1.0, 1.5, 2.25, -3.0, 5],
                "boolean": [True, False],
                "null": [None],
                "list": [[], ["x"], [1, 2.5]],
                "dict": [{}, {"k": 1}],
                "object": [{}, {"k": "x"}],
            }.get(kind, TEXTS)
        )

    def _left_out(self, alternatives: list[Json]) -> bool:
        return "" in alternatives and self._chance.random() < 0.5

    def _picked(self, alternatives: Json) -> Json:
        if not isinstance(alternatives, list):
            return alternatives
        value = self._chance.choice([value for value in alternatives if value != ""] or [""])
        if isinstance(value, list):
            return [self._plain(item) for item in value]
        return self._plain(value)

    def _plain(self, value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        there = {
            key: inner for key, inner in value.items() if not (isinstance(inner, list) and self._left_out(inner))
        }
        return {key: self._picked(inner) for key, inner in there.items()}

    def _change(self, calls: Calls) -> None:
        chance, index = self._chance, self._chance.randrange(len(calls))
        name, arguments = calls[index][0], dict(calls[index][1])
        what = chance.choice(["value"] * 6 + ["missing", "extra", "tool", "order", "twice", "gone"])
        if what == "value" and arguments:
            key = chance.choice(list(arguments))
            arguments[key] = self._changed(arguments[key])
        elif what == "missing" and arguments:
            del arguments[chance.choice(list(arguments))]
        elif what == "extra":
            arguments["z"] = 1
        calls[index] = (chance.choice(["f", "g.h", "i", "F"]) if what == "tool" else name), arguments
        if what == "order":
            chance.shuffle(calls)
        elif what == "twice":
            calls.append(calls[index])
        elif what == "gone":
            calls.pop(index)

    def _changed(self, value: Json) -> Json:
        if isinstance(value, str):
            same = [value.upper(), value.replace(" ", ""), value + ".", value.replace("'", '"')]
            return self._chance.choice([*same, value + "z", 5, None, [value], True, ""])
        if isinstance(value, bool):
            return self._chance.choice([not value, int(value), str(value)])
        if isinstance(value, int | float):
            return self._chance.choice([float(value), int(value), value + 1, str(value), bool(value), None])
        if isinstance(value, list):
            inner = [self._changed(item) for item in value]
            return self._chance.choice([value[::-1], [*value, 1], value[:-1], inner, "x", None, {"k": value}])
        if isinstance(value, dict):
            inner = {key: self._changed(item) for key, item in value.items()}
            return self._chance.choice([{**value, "z": 1}, inner, dict([*value.items()][:-1]), [value], "x", None])
        return self._chance.choice(["x", 0, []])
