"""What there is in a JSON Schema: the schemas that look at the same value, those for what is within, and how many.

A validator takes each part of a schema as often as it is referred to, and tells of each what it has against a
value. Both can be more than anybody waits for, of schemas that refer to one another; so it is counted before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

Json = Any

ALTERNATIVES, CONDITIONS = ("allOf", "anyOf", "oneOf"), ("if", "then", "else")
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
DEPENDENT = ("dependentSchemas", "dependencies")
OF_ANY_ITEM = ("items", "additionalItems", "contains", "unevaluatedItems")
OF_ANY_KEY = ("additionalProperties", "unevaluatedProperties", "propertyNames")
MOST_EXPANDED, DEEPEST, MOST_STRANGE = 50_000, 500, 30


class EntangledError(ValueError):
    """A schema of more parts than there may be, or nested deeper. Its text is what follows on "it"."""


def schemas_within(schema: Json, name: str) -> Iterator[Mapping[str, Json]]:
    """Yield the schemas that a schema has under a keyword, be it one, a list of them, or some by keys."""
    found = schema.get(name)
    if isinstance(found, list):
        yield from (part for part in found if isinstance(part, Mapping))
    elif isinstance(found, Mapping):
        yield found


def schemas_by_key(schema: Json, name: str) -> Mapping[str, Json]:
    """Return what a schema has under a keyword that holds schemas by keys."""
    found = schema.get(name)
    return found if isinstance(found, Mapping) else {}


def referred(root: Mapping[str, Json], reference: Json) -> Mapping[str, Json] | None:
    """Return the schema within the same document that a `$ref` leads to; None where it is none, or elsewhere."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    found: Json = root
    for part in reference[2:].split("/"):
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = found[int(key)] if key.isascii() and key.isdigit() and int(key) < len(found) else None
        else:
            found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


class _Names:
    """What a document has names for: its anchors, and whether it can be told where each reference leads.

    It cannot where schemas within have addresses of their own, from which references are read then, and where a
    reference is an address. Of such there may be `MOST_STRANGE` references in all.
    """

    def __init__(self, root: Mapping[str, Json]) -> None:
        self.anchors: dict[str, Mapping[str, Json]] = {"#": root}
        references: list[str] = []
        has_addresses, of_addresses = False, ("$id", "id") if "draft-04" in str(root.get("$schema")) else ("$id",)
        ahead: list[Json] = [root]
        while ahead:
            value = ahead.pop()
            if isinstance(value, list):
                ahead += value
            elif isinstance(value, Mapping):
                ahead += value.values()
                references += _texts(value, REFERENCES)
                self.anchors.update({f"#{name}": value for name in _texts(value, ("$anchor", "$dynamicAnchor"))})
                has_addresses |= value is not root and bool(_texts(value, of_addresses))
        if len(references) > MOST_STRANGE and (has_addresses or any(map(self._is_strange, references))):
            raise EntangledError(f"has more than {MOST_STRANGE} references, some by address: write them as #/…")

    def _is_strange(self, reference: str) -> bool:
        return not reference.startswith("#/") and reference not in self.anchors


def _texts(schema: Mapping[str, Json], keywords: Iterable[str]) -> list[str]:
    return [schema[keyword] for keyword in keywords if isinstance(schema.get(keyword), str)]


class Parts:
    """The parts of a schema. Raises `EntangledError` where there are too many.

    `expanded` counts them, each as often as it is referred to, `is_cyclic` tells whether any leads to itself.
    """

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = root
        self._spread: dict[int, list[tuple[Mapping[str, Json], int]]] = {}
        self._anchors = _Names(root).anchors
        self.is_cyclic = False
        self.expanded = self._count()

    def beside(self, schema: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
        """Yield the schemas within another that look at the same value as it does."""
        for name in (*ALTERNATIVES, *CONDITIONS, "not"):
            if name in schema:
                yield from schemas_within(schema, name)
        for name in DEPENDENT:
            if name in schema:
                yield from (part for part in schemas_by_key(schema, name).values() if isinstance(part, Mapping))
        for name in REFERENCES:
            if name in schema:
                yield self._target(schema[name])

    def _target(self, reference: Json) -> Mapping[str, Json]:
        """Return what a reference leads to; the whole schema, where that cannot be told."""
        if not isinstance(reference, str):
            return self._root
        return referred(self._root, reference) or self._anchors.get(reference, self._root)

    @staticmethod
    def inside(schema: Mapping[str, Json], key: str | int) -> Iterator[Mapping[str, Json]]:
        """Yield the schemas within another that look at what a value has under a key, or at a place."""
        if isinstance(key, int):
            yield from _of_item(schema, key)
            return
        found = schemas_by_key(schema, "properties").get(key)
        if isinstance(found, Mapping):
            yield found
        if "patternProperties" in schema:
            parts = schemas_by_key(schema, "patternProperties").values()
            yield from (part for part in parts if isinstance(part, Mapping))
        for name in OF_ANY_KEY:
            if name in schema:
                yield from schemas_within(schema, name)

    def _all(self, schema: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
        yield from self.beside(schema)
        for name in ("properties", "patternProperties"):
            yield from (part for part in schemas_by_key(schema, name).values() if isinstance(part, Mapping))
        for name in ("prefixItems", *OF_ANY_ITEM, *OF_ANY_KEY):
            if name in schema:
                yield from schemas_within(schema, name)

    def _count(self) -> int:
        """Count all parts, each as often as it is reached; those that lead to one another once (Tarjan)."""
        counts: dict[int, int] = {}
        own, order, lowest = {id(self._root): 1}, {id(self._root): 0}, {id(self._root): 0}
        group, ahead = [id(self._root)], [(id(self._root), self._all(self._root))]
        while ahead:
            at, within = ahead[-1]
            part = next(within, None)
            if part is None:
                ahead.pop()
                self._close(at, ahead[-1][0] if ahead else None, group, (counts, own, order, lowest))
            elif (key := id(part)) in counts:
                own[at] = _bounded(own[at] + counts[key])
            elif key in order:
                self.is_cyclic = True
                lowest[at] = min(lowest[at], order[key])
            elif len(ahead) >= DEEPEST:
                raise EntangledError("is nested too deep, by itself or by what it refers to")
            else:
                own[key], order[key], lowest[key] = 1, len(order), len(order)
                group.append(key)
                ahead.append((key, self._all(part)))
        return counts[id(self._root)]

    @staticmethod
    def _close(at: int, before: int | None, group: list[int], known: tuple[dict[int, int], ...]) -> None:
        """Note what a part comes to, all of whose parts are counted, and what it adds to the one before."""
        counts, own, order, lowest = known
        if lowest[at] < order[at]:
            assert before is not None  # noqa: S101 - it leads to one that was met before
            lowest[before] = min(lowest[before], lowest[at])
            return
        together = group[group.index(at) :]
        del group[-len(together) :]
        count = _bounded(sum(own[key] for key in together))
        counts.update(dict.fromkeys(together, count))
        if before is not None:
            own[before] = _bounded(own[before] + count)

    def looks(self, value: Json, most: int, most_characters: int) -> int | None:
        """Return how often parts of the schema look at parts of a value, at most; None beyond `most`.

        None, too, where what they look at has more than `most_characters`, each time that it is looked at.
        """
        sizes: dict[int, int] = {}
        _measure(value, sizes)
        looks, characters, ahead = 0, 0, [(value, [(self._root, 1)])]
        while ahead:
            value, schemas = ahead.pop()
            here, known = Counter[int](), dict[int, Mapping[str, Json]]()
            for schema, times in schemas:
                for part, of_each in self._looking(schema):
                    here[id(part)] += times * of_each
                    known[id(part)] = part
            looks += here.total()
            characters += here.total() * (sizes.get(id(value)) or _size(value))
            for key, item in _items(value):
                looks += 1
                if looks > most or characters > most_characters:
                    return None
                if inside := [(part, here[at]) for at, one in known.items() for part in self.inside(one, key)]:
                    ahead.append((item, inside))
            if looks > most or characters > most_characters:
                return None
        return looks

    def _looking(self, schema: Mapping[str, Json]) -> list[tuple[Mapping[str, Json], int]]:
        """Return a schema and all that look at the same value because of it, each with how often it does."""
        key = id(schema)
        if key not in self._spread:
            self._spread[key] = []  # what leads back here is looked at once
            counts, known = Counter({key: 1}), {key: schema}
            for part in self.beside(schema):
                for inner, times in self._looking(part):
                    counts[id(inner)] += times
                    known[id(inner)] = inner
            self._spread[key] = [(known[at], times) for at, times in counts.items()]
        return self._spread[key]


def _bounded(count: int) -> int:
    if count > MOST_EXPANDED:
        raise EntangledError(f"has more than {MOST_EXPANDED:,} parts, each as often as it is referred to")
    return count


def _of_item(schema: Mapping[str, Json], place: int) -> Iterator[Mapping[str, Json]]:
    for name in ("prefixItems", "items"):
        parts = schema.get(name)
        if isinstance(parts, list) and place < len(parts) and isinstance(parts[place], Mapping):
            yield parts[place]
    for name in OF_ANY_ITEM:
        if isinstance(schema.get(name), Mapping):
            yield schema[name]


def _items(value: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, list | tuple) else ()


def _measure(value: Json, sizes: dict[int, int]) -> int:
    """Return how many characters there are of a value, and keep it for each list and object within."""
    if not isinstance(value, Mapping | list | tuple):
        return _size(value)
    sizes[id(value)] = 2 + sum(_size(key) + _measure(item, sizes) for key, item in _items(value))
    return sizes[id(value)]


def _size(value: Json) -> int:
    return len(value) + 4 if isinstance(value, str) else 8
