"""The made-up requests of a team on a day: a function of the two and of nothing else."""

from datetime import date
from typing import NamedTuple

from src.demo import rhythm
from src.demo.draws import LANE_RANGE, lanes, quantile, slots
from src.demo.failures import Failure
from src.demo.plans import HOUR_MS, Call, TeamPlan, plan_for
from src.demo.teams import Team

LANES_PER_REQUEST = 8
LONGEST_MS = 300_000
"""No request takes longer: a day is complete so many milliseconds after its end."""

NO_DEPLOYMENT = -1
SMALLEST_CACHED_PROMPT = 1_024


class Request(NamedTuple):
    """One request; `start` and `end` are milliseconds since the UTC day began, `spend` is in nano-USD.

    `key` is the position among the team's keys; `deployment` and `endpoint` are positions in `DEPLOYMENTS`
    and `ENDPOINTS`. Tokens read from a cache and written to it are part of `prompt`.
    """

    start: int
    end: int
    number: int
    key: int
    deployment: int
    endpoint: int
    prompt: int
    completion: int
    cache_read: int
    cache_creation: int
    spend: int
    failure: Failure | None


class TrafficGenerator:
    """Makes up one team's requests."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._plan: TeamPlan = plan_for(team)
        self._failures = slots(team.failures, 256)
        self._usual_failing = team.failing * LANE_RANGE // 100

    def requests(self, day: date) -> list[Request]:
        """Every request that starts on this UTC day, oldest first."""
        count = rhythm.requests_on(self._team, day)
        chance = lanes(f"{self._team.slug} {day} requests", count * LANES_PER_REQUEST)
        made = [self._request(number, chance) for number in range(count)]
        made.sort()
        return made

    def _request(self, number: int, chance: tuple[int, ...]) -> Request:
        at = number * LANES_PER_REQUEST
        who, when, what, prompt, completion, repeated, fate, pace = chance[at : at + LANES_PER_REQUEST]
        key = self._plan.keys[who >> 8]
        tables = self._plan.key_plans[key]
        # The lanes' lower halves are spare chance: together they place the request within its hour.
        within = ((who & 255) << 8) | (what & 255)
        start = tables.hours[when >> 8] + within * HOUR_MS // LANE_RANGE
        call = tables.calls[what >> 8]
        if fate < self._failing(start):
            failure = self._failures[repeated >> 8]
            deployment = call.index if failure.known_model else NO_DEPLOYMENT
            end = start + failure.ms + failure.ms * pace // LANE_RANGE
            return Request(start, end, number, key, deployment, call.endpoint, 0, 0, 0, 0, 0, failure)
        return _answered(number, start, key, call, (prompt, completion, repeated, pace))

    def _failing(self, start: int) -> int:
        trouble = start // HOUR_MS in self._team.failing_hours
        return self._usual_failing * 2 if trouble else self._usual_failing


def _answered(number: int, start: int, key: int, call: Call, chance: tuple[int, int, int, int]) -> Request:
    length, answer, repeated, pace = chance
    deployment, sizes = call.deployment, call.sizes
    prompt = min(quantile(sizes.prompt, length), deployment.max_input_tokens)
    completion = quantile(sizes.completion, answer)
    read, creation = _cached(call, prompt, repeated)
    price = deployment.price
    spend = (
        (prompt - read - creation) * price.prompt
        + completion * price.completion
        + read * price.cache_read
        + creation * price.cache_creation
    )
    duration = 180 + prompt // 40 + completion * deployment.ms_per_token
    end = start + min(duration + duration * pace // LANE_RANGE, LONGEST_MS)
    return Request(
        start, end, number, key, call.index, call.endpoint, prompt, completion, read, creation, spend, None
    )


def _cached(call: Call, prompt: int, repeated: int) -> tuple[int, int]:
    """Tokens of the prompt that were read from the provider's cache, and written to it."""
    price = call.deployment.price
    if not price.cache_read or prompt < SMALLEST_CACHED_PROMPT:
        return 0, 0
    # Providers cache whole blocks; between 40 and 95 percent of a repeated prompt are old.
    block = prompt * (40 + (repeated & 255) * 55 // 255) // 100 // 128 * 128
    if repeated * 100 < call.sizes.repeated * LANE_RANGE:
        return block, 0
    return 0, block if price.cache_creation else 0
