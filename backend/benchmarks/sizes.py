"""How much is measured: in full, and quickly, to see that every row can be measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts; each is a bound. `teams` and `days` are the generated gateway's, where it stands in for LiteLLM."""

    teams: int
    days: int
    workshop_teams: int
    ranges_per_endpoint: int
    aggregated: int
    warm_requests: int
    rounds: int
    cold_days: int
    clients: int
    throughput_requests: int
    restarts: int
    hourly_days: int
    growth_days: tuple[int, ...]
    growth_teams: tuple[int, ...]
    growth_ranges: int
    growth_runs: int
    jobs_each: int
    analysed_runs: int
    compared_requests: int
    users: int
    analytics_requests: int
    stream_seconds: int
    short_requests: int
    verdicts: int


FULL = Sizes(
    teams=60,
    days=90,
    workshop_teams=10,
    ranges_per_endpoint=24,
    aggregated=3,
    warm_requests=200,
    rounds=5,
    cold_days=7,
    clients=200,
    throughput_requests=1500,
    restarts=3,
    hourly_days=2,
    growth_days=(15, 30, 60, 120),
    growth_teams=(25, 50, 100, 200),
    growth_ranges=8,
    growth_runs=2,
    jobs_each=20,
    analysed_runs=2000,
    compared_requests=5000,
    users=10_000,
    analytics_requests=20,
    stream_seconds=60,
    short_requests=100_000,
    verdicts=20_000,
)

QUICK = Sizes(
    teams=5,
    days=16,
    workshop_teams=3,
    ranges_per_endpoint=3,
    aggregated=2,
    warm_requests=10,
    rounds=2,
    cold_days=3,
    clients=200,
    throughput_requests=200,
    restarts=1,
    hourly_days=1,
    growth_days=(4, 8),
    growth_teams=(4, 8),
    growth_ranges=2,
    growth_runs=1,
    jobs_each=2,
    analysed_runs=60,
    compared_requests=50,
    users=100,
    analytics_requests=3,
    stream_seconds=6,
    short_requests=2_000,
    verdicts=500,
)
