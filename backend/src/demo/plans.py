"""What is done with a key, laid out as tables, so that drawing a request is a handful of look-ups."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from src.demo.deployments import DEPLOYMENTS, EMBEDDING, Deployment, indices_by_name
from src.demo.draws import slots
from src.demo.teams import ROUND_THE_CLOCK, Key, Team

HOUR_MS = 3_600_000

Knots: TypeAlias = tuple[int, ...]
"""Nine evenly spaced quantiles of a number of tokens."""


class Sizes(NamedTuple):
    """Tokens of prompts and answers, and the percentage of requests that repeat an earlier prompt."""

    prompt: Knots
    completion: Knots
    repeated: int


CHAT = Sizes(
    (30, 90, 180, 320, 520, 850, 1_400, 2_600, 6_200),
    (8, 40, 90, 150, 230, 330, 480, 760, 1_900),
    repeated=25,
)
AGENT = Sizes(
    (900, 3_200, 6_500, 10_000, 15_000, 22_000, 31_000, 46_000, 92_000),
    (20, 70, 130, 210, 320, 470, 700, 1_200, 4_200),
    repeated=80,
)
CHECKS = Sizes(
    (300, 600, 800, 1_000, 1_200, 1_500, 1_900, 2_600, 4_000),
    (10, 30, 50, 80, 120, 180, 260, 400, 900),
    repeated=50,
)
DOCUMENTS = Sizes((12, 60, 140, 260, 420, 700, 1_200, 2_400, 7_600), (0,) * 9, repeated=0)

SIZES = {"notebook": CHAT, "laptop": CHAT, "agent": AGENT, "ci": CHECKS}


class Call(NamedTuple):
    """One way of using a key: a deployment (its position and itself) with the sizes usual there."""

    index: int
    deployment: Deployment
    sizes: Sizes
    endpoint: int


class Endpoint(NamedTuple):
    """A path of the gateway, and what its spend logs call it."""

    path: str
    call_type: str


CHAT_ENDPOINT, EMBEDDING_ENDPOINT, MESSAGES_ENDPOINT = range(3)
ENDPOINTS = (
    Endpoint("/chat/completions", "acompletion"),
    Endpoint("/embeddings", "aembedding"),
    Endpoint("/v1/messages", "anthropic_messages"),
)


@dataclass(frozen=True)
class KeyPlan:
    """A key's tables: the hour in which a request starts (ms after midnight) and the call that it makes."""

    hours: list[int]
    calls: list[Call]


@dataclass(frozen=True)
class TeamPlan:
    """A team's tables: position of the key that is used, and each key's own."""

    keys: list[int]
    key_plans: list[KeyPlan]


def plan_for(team: Team) -> TeamPlan:
    """Return the team's tables of 256 entries each, to be indexed with eight bits of chance."""
    weights = {position: key.weight for position, key in enumerate(team.key_list)}
    return TeamPlan(slots(weights, 256), [_key_plan(team, key) for key in team.key_list])


def _key_plan(team: Team, key: Key) -> KeyPlan:
    hours = ROUND_THE_CLOCK if key.kind == "ci" else team.hours
    weights = {hour * HOUR_MS: weight for hour, weight in enumerate(hours)}
    return KeyPlan(slots(weights, 256), slots(_calls(team, key), 256))


def _calls(team: Team, key: Key) -> dict[Call, int]:
    found: dict[Call, int] = {}
    by_name = indices_by_name()
    for name, weight in team.models.items():
        if name == EMBEDDING and key.kind != "notebook":
            continue
        for index in by_name[name]:
            # Twelve, so that the weight of a name divides evenly among its deployments.
            found[_call(index, key.kind)] = weight * 12 // len(by_name[name])
    return found


def _call(index: int, kind: str) -> Call:
    deployment = DEPLOYMENTS[index]
    if deployment.public_name == EMBEDDING:
        return Call(index, deployment, DOCUMENTS, EMBEDDING_ENDPOINT)
    messages = kind == "agent" and deployment.provider == "anthropic"
    return Call(index, deployment, SIZES[kind], MESSAGES_ENDPOINT if messages else CHAT_ENDPOINT)
