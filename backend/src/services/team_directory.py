"""Names for teams: unique, and the ones that people know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from src.core.errors import InvalidParameterError
from src.core.visible import look, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["team", "former", "unassigned"]
Scope = Literal["all", "own"]

UNASSIGNED = "Unassigned"
SHORT_ID_LENGTH = 8


class UnknownTeamError(InvalidParameterError):
    """No team, or more than one, goes by what was asked for. The message is for a person."""


@dataclass(frozen=True, slots=True)
class TeamDirectory:
    """Every team of the gateway, and those that only usage tells of. The team id None means no team.

    `scope` is `own` when the dashboard's key may not list all teams. `undecided` teams are in usage, and no list
    tells yet whether they are still there; without `is_complete`, there may be teams that are not in it at all.
    """

    scope: Scope
    listed: frozenset[str]
    names: Mapping[str, str]
    _by_alias: Mapping[str, tuple[str, ...]] = field(repr=False)
    undecided: frozenset[str] = frozenset()
    is_complete: bool = True

    def name(self, team_id: str | None) -> str:
        """Return the alias, the id where there is none; teams that share an alias carry a short id behind it."""
        return UNASSIGNED if team_id is None else self.names.get(team_id, team_id)

    def kind(self, team_id: str | None) -> Kind:
        """Tell teams from deleted ones and from usage without a team."""
        if team_id is None:
            return "unassigned"
        # a key that cannot list teams sees its own only, and those are there
        is_team = team_id in self.listed or team_id in self.undecided or self.scope == "own"
        return "team" if is_team else "former"

    def resolve(self, text: str) -> str | None:
        """Return the id of the team that has the id or the unique name `text`, None for usage without a team.

        Raises `UnknownTeamError`.
        """
        if text in self.names:
            return text
        if text == UNASSIGNED:
            return None
        by_name = [team_id for team_id, name in self.names.items() if name == text]
        matches = by_name or self._by_alias.get(visible(text) or text, ())
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(sorted(self.names[team_id] for team_id in matches))
            raise UnknownTeamError(f"More than one team has this name. Ask for one of: {names}.")
        if not self.is_complete:
            raise UnknownTeamError("The gateway has not told all its teams yet. Try again in a moment.")
        raise UnknownTeamError("No team has this id or name.")


def build_directory(
    listed: Mapping[str, str | None] | None,
    from_usage: Mapping[str, str | None],
    scope: Scope,
    undecided: Iterable[str] = (),
) -> TeamDirectory:
    """Name the `listed` teams and those that usage mentions (id to alias, None where there is none).

    `listed` None means that no list is known: then all that usage mentions are undecided.
    """
    aliases = {**from_usage, **(listed or {})}
    labels = {team_id: visible(alias) or team_id for team_id, alias in aliases.items()}
    by_alias: dict[str, list[str]] = {}
    for team_id, label in labels.items():
        by_alias.setdefault(label, []).append(team_id)
    return TeamDirectory(
        scope=scope,
        listed=frozenset(listed or ()),
        names=_unique_names(labels),
        _by_alias={label: tuple(ids) for label, ids in by_alias.items()},
        undecided=frozenset(from_usage if listed is None else undecided),
        is_complete=listed is not None,
    )


def _unique_names(labels: Mapping[str, str]) -> dict[str, str]:
    """Put as much of the id as it takes behind labels that look like another's, or like another's id."""
    names, looks = dict(labels), {team_id: look(label) for team_id, label in labels.items()}
    owners = {look(team_id): team_id for team_id in labels}
    longest = max(map(len, labels), default=0)
    for length in range(SHORT_ID_LENGTH, longest + SHORT_ID_LENGTH, SHORT_ID_LENGTH):
        counts = Counter([UNASSIGNED, *looks.values()])
        shared = [
            team_id for team_id, seen in looks.items() if counts[seen] > 1 or owners.get(seen, team_id) != team_id
        ]
        if not shared:
            break
        names.update({team_id: f"{labels[team_id]} ({team_id[:length]})" for team_id in shared})
        looks.update({team_id: look(names[team_id]) for team_id in shared})
    return names
