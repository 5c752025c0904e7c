"""Calls made from BFCL's answers: right ones, and ones that are spoiled in one way each, with a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.studio.suites.oracle import Calls, Entry

Json = Any


def right(entry: Entry, chance: random.Random | None = None) -> Calls:
    """Return the calls of an answer: of each argument the first alternative, or one by chance."""
    calls: Calls = []
    for call in entry.truth or []:
        for name, arguments in call.items():
            chosen = {key: _chosen(alternatives, chance) for key, alternatives in arguments.items()}
            calls.append((name, {key: value for key, value in chosen.items() if value is not LEFT_OUT}))
    return calls


LEFT_OUT = object()


def _chosen(alternatives: Json, chance: random.Random | None) -> Json:
    if not isinstance(alternatives, list):
        return alternatives
    values = [value for value in alternatives if value != ""]
    if not values:
        return LEFT_OUT
    if chance and "" in alternatives and chance.random() < 0.5:
        return LEFT_OUT
    return _plain(chance.choice(values) if chance else values[0], chance)


def _plain(value: Json, chance: random.Random | None) -> Json:
    """Return a value with one alternative in each place of an object, as far as BFCL has alternatives there."""
    if isinstance(value, dict):
        chosen = {key: _chosen(inner, chance) for key, inner in value.items()}
        return {key: inner for key, inner in chosen.items() if inner is not LEFT_OUT}
    if isinstance(value, list):
        return [_plain(item, chance) if isinstance(item, dict) else item for item in value]
    return value


def variants(entry: Entry, seed: int) -> dict[str, Calls]:
    """Return the seven variants of an entry, or fewer: what an answer has none of cannot be spoiled."""
    chance = random.Random(f"{seed} {entry.id}")  # noqa: S311 - the same calls each time
    found = {"right": right(entry), "none": []}
    for name, spoil in SPOILED.items():
        calls = [(tool, dict(arguments)) for tool, arguments in right(entry)]
        if calls:
            found[name] = spoil(calls, entry, chance)
    return found


def more_variants(entry: Entry, seed: int) -> dict[str, Calls]:
    """Return variants beyond the seven: other alternatives, other calls, other spellings."""
    chance = random.Random(f"{seed} {entry.id}")  # noqa: S311 - the same calls each time
    found = {"other alternatives": right(entry, chance), "by chance": _mixed(right(entry, chance), entry, chance)}
    for name, spoil in MORE.items():
        calls = [(tool, dict(arguments)) for tool, arguments in right(entry, chance)]
        if calls:
            found[name] = spoil(calls, entry, chance)
    return found


def _one(calls: Calls, chance: random.Random) -> tuple[dict[str, Json], str | None]:
    """Return the arguments of one of the calls, and one of their names."""
    _, arguments = chance.choice([call for call in calls if call[1]] or calls)
    return arguments, chance.choice(sorted(arguments)) if arguments else None


def _wrong_value(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    arguments, name = _one(calls, chance)
    if name is not None:
        arguments[name] = another(arguments[name])
    return calls


def another(value: Json) -> Json:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 7
    if isinstance(value, str):
        return value + " else"
    if isinstance(value, list):
        return [*value[:-1], another(value[-1])] if value else ["one more"]
    if isinstance(value, dict) and value:
        key = next(iter(value))
        return value | {key: another(value[key])}
    return {"one": "more"} if value is not None else "something"


def _missing(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    arguments, name = _one(calls, chance)
    if name is not None:
        del arguments[name]
    return calls


def _extra(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    arguments, _ = _one(calls, chance)
    arguments["one_more_argument"] = "value"
    return calls


def _reordered(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    return [(tool, dict(reversed(arguments.items()))) for tool, arguments in reversed(calls)]


def _other_type(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    arguments, name = _one(calls, chance)
    if name is not None:
        arguments[name] = of_another_type(arguments[name], chance)
    return calls


def of_another_type(value: Json, chance: random.Random) -> Json:
    """Return a value of another type that looks like it."""
    if isinstance(value, bool):
        return chance.choice([str(value).lower(), int(value)])
    if isinstance(value, int | float):
        return chance.choice([str(value), [value], value > 0])
    if isinstance(value, str):
        return chance.choice([[value], 5, {"value": value}, None])
    if isinstance(value, list):
        return chance.choice([str(value), value[0] if value else "", {"items": value}])
    return chance.choice([str(value), [value]])


def _extra_call(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    return [*calls, chance.choice(calls)]


def _missing_call(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    calls.pop(chance.randrange(len(calls)))
    return calls


def _twice(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    """Return the first call in the place of the last."""
    return [*calls[:-1], calls[0]]


def _other_tool(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    index = chance.randrange(len(calls))
    names = [name for name in entry.schemas if name != calls[index][0]] or ["no_such_tool"]
    calls[index] = chance.choice(names), calls[index][1]
    return calls


def _respelled(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    return [
        (tool, {key: respelled(value, chance) for key, value in arguments.items()}) for tool, arguments in calls
    ]


def respelled(value: Json, chance: random.Random) -> Json:
    """Return a value that BFCL's string rule makes the same, or nearly."""
    if isinstance(value, str):
        return chance.choice(
            [value.upper(), value.replace(" ", "_"), f" {value}.", value.replace('"', "'"), f"{value}!"]
        )
    if isinstance(value, list):
        return [respelled(item, chance) for item in value]
    if isinstance(value, dict):
        return {key: respelled(item, chance) for key, item in value.items()}
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _shuffled_items(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    return [
        (tool, {key: value[::-1] if isinstance(value, list) else value for key, value in arguments.items()})
        for tool, arguments in calls
    ]


def _unlisted(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    """Return calls of which one has an argument that the tool has and the answer does not list."""
    for tool, arguments in calls:
        for name in entry.schemas.get(tool, {}).get("properties", {}):
            if name not in arguments:
                arguments[name] = chance.choice(["value", 1, True, ["value"]])
                return calls
    return calls


def _empty_text(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    arguments, name = _one(calls, chance)
    if name is not None:
        arguments[name] = chance.choice(["", None, 0, [], {}])
    return calls


def _mixed(calls: Calls, entry: Entry, chance: random.Random) -> Calls:
    calls = [(tool, dict(arguments)) for tool, arguments in calls]
    chance.shuffle(calls)
    for spoil in chance.sample([*SPOILED.values(), *MORE.values()], 2):
        if calls:
            calls = spoil(calls, entry, chance)
    return calls


SPOILED: dict[str, Callable[[Calls, Entry, random.Random], Calls]] = {
    "wrong value": _wrong_value,
    "missing": _missing,
    "extra": _extra,
    "reordered": _reordered,
    "other type": _other_type,
}
MORE: dict[str, Callable[[Calls, Entry, random.Random], Calls]] = {
    "extra call": _extra_call,
    "missing call": _missing_call,
    "one twice": _twice,
    "other tool": _other_tool,
    "respelled": _respelled,
    "items reversed": _shuffled_items,
    "an argument not listed": _unlisted,
    "nothing for something": _empty_text,
}
