"""Names for teams: unique, and the ones that people know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["team", "former", "unassigned"]
Scope = Literal["all", "own"]

UNASSIGNED = "Unassigned"
SHORT_ID_LENGTH = 8


class UnknownTeamError(Exception):
    """No team, or more than one, goes by what was asked for. The message is for a person."""


@dataclass(frozen=True, slots=True)
class TeamDirectory:
    """Every team of the gateway, and those that only usage tells of. The team id None means no team.

    `scope` is `own` when the dashboard's key may not list all teams.
    """

    scope: Scope
    listed: frozenset[str]
    names: Mapping[str, str]
    _by_alias: Mapping[str, tuple[str, ...]] = field(repr=False)

    def name(self, team_id: str | None) -> str:
        """Return the alias, the id where there is none; teams that share an alias carry a short id behind it."""
        return UNASSIGNED if team_id is None else self.names.get(team_id, team_id)

    def kind(self, team_id: str | None) -> Kind:
        """Tell teams from deleted ones and from usage without a team."""
        if team_id is None:
            return "unassigned"
        # a key that cannot list teams sees its own only, and those are there
        return "team" if team_id in self.listed or self.scope == "own" else "former"

    def resolve(self, text: str) -> str | None:
        """Return the id of the team that has the id or the unique name `text`, None for usage without a team.

        Raises `UnknownTeamError`.
        """
        if text in self.names:
            return text
        if text == UNASSIGNED:
            return None
        by_name = [team_id for team_id, name in self.names.items() if name == text]
        matches = by_name or self._by_alias.get(text, ())
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(sorted(self.names[team_id] for team_id in matches))
            raise UnknownTeamError(f"More than one team has this name. Ask for one of: {names}.")
        raise UnknownTeamError("No team has this id or name.")


def build_directory(
    listed: Mapping[str, str | None], from_usage: Mapping[str, str | None], scope: Scope
) -> TeamDirectory:
    """Name the `listed` teams and those that usage mentions (id to alias, None where there is none)."""
    aliases = {**from_usage, **listed}
    labels = {team_id: (alias or "").strip() or team_id for team_id, alias in aliases.items()}
    by_alias: dict[str, list[str]] = {}
    for team_id, label in labels.items():
        by_alias.setdefault(label, []).append(team_id)
    return TeamDirectory(
        scope=scope,
        listed=frozenset(listed),
        names=_unique_names(labels),
        _by_alias={label: tuple(ids) for label, ids in by_alias.items()},
    )


def _unique_names(labels: Mapping[str, str]) -> dict[str, str]:
    """Put as much of the id as it takes behind labels that several teams share, or that are another's id."""
    names = dict(labels)
    longest = max(map(len, labels), default=0)
    for length in range(SHORT_ID_LENGTH, longest + SHORT_ID_LENGTH, SHORT_ID_LENGTH):
        counts = Counter([UNASSIGNED, *names.values()])
        shared = [
            team_id for team_id, name in names.items() if counts[name] > 1 or (name in labels and name != team_id)
        ]
        if not shared:
            break
        names.update({team_id: f"{labels[team_id]} ({team_id[:length]})" for team_id in shared})
    return names
