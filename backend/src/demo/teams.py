"""The twelve teams of the made-up bootcamp, their keys and their habits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias
from uuid import UUID

from src.demo.deployments import EMBEDDING
from src.demo.failures import EVERYDAY, HAMMERING, Failure

Hours: TypeAlias = tuple[int, ...]
"""Weights of the 24 hours of a UTC day."""

OFFICE: Hours = (1, 1, 0, 0, 0, 1, 3, 10, 34, 52, 58, 50, 24, 44, 58, 56, 48, 36, 20, 12, 9, 8, 6, 3)
EARLY: Hours = (1, 0, 0, 1, 3, 12, 32, 50, 58, 56, 46, 22, 36, 52, 50, 38, 22, 12, 7, 5, 4, 3, 2, 1)
LATE: Hours = (3, 1, 1, 0, 0, 0, 0, 1, 2, 8, 22, 34, 24, 44, 58, 62, 60, 54, 40, 26, 18, 14, 10, 5)
EVENING: Hours = (16, 8, 4, 2, 1, 0, 1, 3, 10, 18, 22, 22, 14, 18, 22, 24, 26, 28, 34, 46, 54, 52, 42, 28)
ROUND_THE_CLOCK: Hours = (6, 6, 6, 6, 6, 6, 7, 9, 14, 18, 20, 18, 14, 18, 20, 20, 18, 14, 10, 9, 8, 7, 7, 6)


def _hash(words: str) -> str:
    return hashlib.sha256(f"leaderboard demo: {words}".encode()).hexdigest()


@dataclass(frozen=True)
class Key:
    """A virtual key; its kind (the alias without the team and a number) decides what is done with it."""

    alias: str
    kind: str
    weight: int

    @cached_property
    def token(self) -> str:
        """What LiteLLM knows the key by: 64 hexadecimal digits."""
        return _hash(f"key {self.alias}")


@dataclass(frozen=True)
class Team:
    """A team and its habits: `requests` on an ordinary weekday, `weekend` and `failing` in percent of them.

    `models` weighs public model names; `eager` is the percentage of its traffic that a team shows on a
    sprint's first day. In its `failing_hours` (UTC) twice as much fails.
    """

    alias: str
    slug: str
    requests: int
    models: Mapping[str, int]
    keys: Mapping[str, int]
    hours: Hours = OFFICE
    weekend: int = 18
    eager: int = 100
    failing: int = 2
    failures: Mapping[Failure, int] = field(default_factory=lambda: EVERYDAY)
    failing_hours: range = range(0)

    @cached_property
    def team_id(self) -> str:
        """The team's id in the form of a UUID, as LiteLLM makes them."""
        return str(UUID(_hash(f"team {self.slug}")[:32]))

    @cached_property
    def key_list(self) -> tuple[Key, ...]:
        """The team's keys in the order in which they were made."""
        return tuple(Key(f"{self.slug}-{name}", name.split(" ")[0], weight) for name, weight in self.keys.items())


MODELS = {
    "gpt": "gpt-5.2",
    "mini": "gpt-4.1-mini",
    "opus": "claude-opus-4-6",
    "haiku": "claude-haiku-4-5",
    "gemini": "gemini-3-flash",
    "qwen": "qwen3-coder",
    "embedding": EMBEDDING,
}


def _mix(**weights: int) -> dict[str, int]:
    return {MODELS[name]: weight for name, weight in weights.items()}


TEAMS = (
    Team(
        "Prompt Foxes 🦊",
        "foxes",
        560,
        _mix(gpt=40, mini=25, opus=5, haiku=20, gemini=10, embedding=4),
        {"notebook": 5, "agent": 4, "ci": 1, "laptop 2": 2},
    ),
    Team(
        "Night Owls",
        "owls",
        500,
        _mix(gpt=30, mini=15, opus=10, haiku=25, gemini=20, embedding=4),
        {"notebook": 4, "agent": 5, "laptop": 3},
        hours=EVENING,
        weekend=46,
    ),
    Team(
        "Token Tamarins",
        "tamarins",
        460,
        _mix(gpt=25, mini=40, haiku=15, gemini=20, embedding=12),
        {"notebook": 6, "ci": 2, "agent": 2},
    ),
    Team(
        "Rocket Ravioli 🚀",
        "ravioli",
        600,
        _mix(gpt=45, mini=10, opus=5, haiku=15, gemini=25, embedding=4),
        {"notebook": 3, "agent": 6, "agent 2": 3, "ci": 1, "laptop": 2},
        weekend=30,
    ),
    Team(
        "Sloth Mode 🦥",
        "sloths",
        520,
        _mix(gpt=35, mini=30, opus=5, haiku=20, gemini=10, embedding=4),
        {"notebook": 6, "agent": 5, "laptop": 3},
        hours=LATE,
        weekend=24,
        eager=22,
    ),
    Team(
        "Rate Limit Raccoons",
        "raccoons",
        540,
        _mix(gpt=50, mini=20, haiku=10, gemini=20, embedding=4),
        {"notebook": 4, "agent": 7, "ci": 2},
        failing=11,
        failures=HAMMERING,
        failing_hours=range(13, 17),
    ),
    Team(
        "Opus Octopus 🐙",
        "octopus",
        400,
        _mix(gpt=5, mini=5, opus=74, haiku=12, gemini=4, embedding=4),
        {"notebook": 5, "agent": 3, "laptop": 2},
        weekend=14,
    ),
    Team(
        "Local Llamas",
        "llamas",
        580,
        _mix(qwen=96),
        {"notebook": 4, "agent": 5, "ci": 2},
        weekend=26,
        failing=4,
    ),
    Team(
        "Quantum Quokkas",
        "quokkas",
        430,
        _mix(gpt=20, mini=20, opus=10, haiku=30, gemini=20, embedding=4),
        {"notebook": 5, "agent": 3, "laptop 2": 2, "laptop": 3},
    ),
    Team(
        "Semicolon Pandas 🐼",
        "pandas",
        480,
        _mix(gpt=30, mini=30, opus=10, haiku=10, gemini=5, embedding=4, qwen=15),
        {"notebook": 5, "agent": 3, "ci": 4},
        hours=EARLY,
    ),
    Team(
        "Dumpling Nebula",
        "dumplings",
        410,
        _mix(gpt=10, mini=25, opus=5, haiku=20, gemini=40, embedding=10),
        {"notebook": 7, "agent": 3},
        weekend=12,
    ),
    Team(
        "Cosmic Croissants 🥐",
        "croissants",
        450,
        _mix(gpt=25, mini=10, opus=15, haiku=35, gemini=15, embedding=4),
        {"notebook": 4, "agent": 4, "laptop": 3, "ci": 1},
        hours=EARLY,
        weekend=16,
    ),
)
