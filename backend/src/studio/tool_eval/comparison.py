"""Two models, or one at two times, on the same cases: what differs, how surely, and where."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from src.core.clock import iso
from src.studio.scoring.fields import is_same
from src.studio.scoring.sentence import percent
from src.studio.scoring.statistics import accuracy, compare_paired, holm
from src.studio.tool_eval.told import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.benchmarks.targets import RunTarget
    from src.studio.scoring.statistics import Count, PairedDifference
    from src.studio.tool_eval.runs import AskedCase

Values = dict[str, Any]

MOST_LISTED = 500
"""Cases that are named of those that one won."""
OF_SETTINGS = ("max_tokens", "streaming", "parallel_tool_calls", "timeout")
OF_RUNS = ("suite_name", "version", "profile", "tool_choice", "temperature", "repeats", "cases_total")


@dataclass(frozen=True, slots=True)
class Side:
    """A model of a run: `counts` has how often each case passed, and of how many times that it was scored."""

    run: Mapping[str, Any]
    at: int
    target: RunTarget
    tools: Sequence[Mapping[str, Any]]
    cases: Mapping[int, AskedCase]
    counts: Mapping[int, Count]

    @property
    def when(self) -> str:
        """What tells its run from others of the same model."""
        return self.run["label"] or iso(self.run["created_at"])


def counts_of(cells: Iterable[tuple[Any, ...]], target: int) -> dict[int, Count]:
    """Return how often each case of a model passed, and of how many times; `cells` are the repository's."""
    passed, scored = Counter[int](), Counter[int]()
    for at, case, _, status, _ in cells:
        if at == target and status != "unscored":
            scored[case] += 1
            passed[case] += status == "pass"
    return {case: (passed[case], count) for case, count in scored.items()}


def compare(pairs: Sequence[tuple[Side, Side]]) -> list[Values]:
    """Compare the second of each pair with the first; differences are looked at together, by Holm's method."""
    matched = [_Matched.of(a, b) for a, b in pairs]
    found = [one.difference for one in matched]
    adjusted = holm([one.p for one in found])
    return [_told(one, p) for one, p in zip(matched, adjusted, strict=True)]


@dataclass(frozen=True, slots=True)
class _Matched:
    """A pair, and the cases that both have: positions in either, by a number of its own."""

    a: Side
    b: Side
    places: Mapping[int, tuple[int, int]]
    changed: int
    """Cases that both have, and that are not the same."""

    @classmethod
    def of(cls, a: Side, b: Side) -> _Matched:
        names_a, names_b = _by_name(a, b), _by_name(b, a)
        places, changed = {}, 0
        for name, at in names_a.items():
            other = names_b.get(name)
            if other is None:
                continue
            if _same(a.cases[at], b.cases[other]):
                places[len(places)] = (at, other)
            else:
                changed += 1
        return cls(a, b, places, changed)

    @property
    def difference(self) -> PairedDifference:
        counting = self.counting
        return compare_paired(self.counts(0, counting), self.counts(1, counting))

    @property
    def counting(self) -> list[int]:
        """The cases that count: those that are disputed in neither."""
        return [
            key
            for key, (at, other) in self.places.items()
            if not self.a.cases[at].case.disputed and not self.b.cases[other].case.disputed
        ]

    def counts(self, side: int, keys: Iterable[int]) -> dict[int, Count]:
        counts = (self.a, self.b)[side].counts
        return {key: counts.get(self.places[key][side], (0, 0)) for key in keys}


def _by_name(side: Side, other: Side) -> dict[str, int]:
    """Return a run's cases by what they are known by: their ids within a suite, their names across suites."""
    is_same = side.run["suite_id"] == other.run["suite_id"]
    return {(asked.id if is_same else asked.name): at for at, asked in side.cases.items()}


def _same(one: AskedCase, other: AskedCase) -> bool:
    def asks(asked: AskedCase) -> Any:  # noqa: ANN401 - a case
        return dataclasses.replace(
            asked.case, id=None, name=None, category=None, disputed=False, disputed_reason=None
        )

    return one.case is other.case or is_same(asks(one).to_dict(), asks(other).to_dict())


def _told(pair: _Matched, p_adjusted: float | None) -> Values:
    a, b, found = pair.a, pair.b, pair.difference.among_several(p_adjusted)
    counting = pair.counting
    wins, losses = _cases(pair, counting)
    told: Values = {
        "a": _side(pair, 0),
        "b": _side(pair, 1),
        "same_suite": a.run["suite_id"] == b.run["suite_id"],
        "same_version": a.run["version_id"] == b.run["version_id"],
        "same_tools": a.tools == b.tools,
        "common_cases": len(counting),
        "changed_cases": pair.changed,
        **found.to_dict(),
        "p_adjusted": p_adjusted,
        "wins": wins[:MOST_LISTED],
        "losses": losses[:MOST_LISTED],
        "by_category": _by_category(pair, counting),
        "settings": _settings(a, b),
    }
    told["wins_total"], told["losses_total"] = len(wins), len(losses)
    told["sentence"] = _sentence(told)
    return told


def _side(pair: _Matched, side: int) -> Values:
    own: Side = (pair.a, pair.b)[side]
    rate = accuracy(pair.counts(side, pair.counting).values())
    return {
        "run_id": own.run["id"],
        "target": own.at,
        "label": own.run["label"],
        "timestamp": iso(own.run["created_at"]),
        "suite_name": own.run["suite_name"],
        "version": own.run["version"],
        "name": _names(pair)[side],
        **{name: value for name, value in named(own.at, own.target).items() if name != "index"},
        "accuracy": rate and rate.to_dict(),
    }


def _names(pair: _Matched) -> tuple[str, str]:
    """Return what both are called: models by their names, the same one by its runs."""
    names = pair.a.target.display_name, pair.b.target.display_name
    if names[0] != names[1]:
        return names
    return f"{names[0]} ({pair.a.when})", f"{names[1]} ({pair.b.when})"


def _cases(pair: _Matched, counting: Iterable[int]) -> tuple[list[Values], list[Values]]:
    """Return the cases in which b is above a, and those in which it is below, with how often each passed."""
    wins: list[Values] = []
    losses: list[Values] = []
    for key in counting:
        at, other = pair.places[key]
        ours, theirs = pair.a.counts.get(at), pair.b.counts.get(other)
        if ours is None or theirs is None:
            continue
        difference = theirs[0] / theirs[1] - ours[0] / ours[1]
        asked = pair.b.cases[other]
        told = {
            "id": asked.id,
            "name": asked.name,
            "category": asked.case.category,
            "difference": difference,
            "a": {"case_index": at, "passed": ours[0], "scored": ours[1]},
            "b": {"case_index": other, "passed": theirs[0], "scored": theirs[1]},
        }
        if difference:
            (wins if difference > 0 else losses).append(told)
    return wins, losses


def _by_category(pair: _Matched, counting: Iterable[int]) -> list[Values]:
    """Return rates by category. Differences are not tested there: of many, some would be shown by chance."""
    keys: dict[str | None, list[int]] = {}
    for key in counting:
        keys.setdefault(pair.b.cases[pair.places[key][1]].case.category, []).append(key)
    told = []
    for category, own in keys.items():
        rates = [accuracy(pair.counts(side, own).values()) for side in (0, 1)]
        found = compare_paired(pair.counts(0, own), pair.counts(1, own))
        told.append(
            {
                "category": category,
                "cases": len(own),
                "a": rates[0] and rates[0].to_dict(),
                "b": rates[1] and rates[1].to_dict(),
                "difference": found.difference,
                "low": found.low,
                "high": found.high,
            }
        )
    return told


def _settings(a: Side, b: Side) -> list[Values]:
    """Return each setting with its value in both, and whether these differ."""
    told = [_settings_of(side) for side in (a, b)]
    return [
        {"name": name, "values": [one[name] for one in told], "differs": told[0][name] != told[1][name]}
        for name in told[0]
    ]


def _settings_of(side: Side) -> Values:
    run, settings, target = side.run, side.run["settings"], side.target
    return {
        "model": f"{target.provider_key}::{target.model_id}",
        **{name: run[name] for name in OF_RUNS},
        **{name: settings.get(name) for name in OF_SETTINGS},
        "system_prompt": target.system_prompt,
        "params": target.params,
        "through": target.through,
    }


def _sentence(told: Values) -> str:
    """Say what is shown to differ, no surer than it is."""
    a, b, cases = told["a"]["name"], told["b"]["name"], told["common_cases"]
    on = f"on the {cases:,} case{'' if cases == 1 else 's'} that both were asked"
    parts = [_difference(told, a, b, on)]
    if not told["same_suite"]:
        parts.append("They were asked different suites: cases are taken for the same by name and content.")
    elif not told["same_version"]:
        versions = f"{told['a']['version']} and {told['b']['version']}"
        changed = told["changed_cases"]
        left_out = f"; {changed:,} that changed {'is' if changed == 1 else 'are'} left out" if changed else ""
        parts.append(f"They ran on different versions of the suite, {versions}{left_out}.")
    if not told["same_tools"] and cases:
        parts.append("The tools were not the same.")
    return " ".join(parts)


def _difference(told: Values, a: str, b: str, on: str) -> str:
    if not told["common_cases"]:
        return f"{b} and {a} have no case in common."
    if told["difference"] is None:
        return f"Nothing can be said of {b} and {a}: nothing that both were asked could be scored."
    rates = f"{_rate(told['b'])} to {_rate(told['a'])} %"
    if told["verdict"] == "too_few":
        return f"Too few cases to tell {b} from {a} {on}: {rates}."
    if told["verdict"] == "none_shown":
        return f"No difference is shown between {b} and {a} {on}: {rates}."
    points = f"{abs(100 * told['difference']):.0f}"
    bounds = sorted((abs(100 * told["low"]), abs(100 * told["high"])))
    return (
        f"{b} calls rightly {'more' if told['verdict'] == 'better' else 'less'} often than {a} {on}, by {points} "
        f"percentage points ({bounds[0]:.0f}\N{EN DASH}{bounds[1]:.0f}): {rates}."
    )


def _rate(side: Values) -> str:
    return percent(side["accuracy"]["rate"]) if side["accuracy"] else "\N{EN DASH}"
