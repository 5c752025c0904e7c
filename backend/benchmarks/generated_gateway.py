"""A gateway with generated usage, as a process of its own: the tests' fake gateway with more teams and days.

It remembers its answers, so that one who asks the second time measures himself and not the gateway.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import signal
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from tests.fake_gateway.faults import Answer, Request, body_of  # noqa: E402 - found only now
from tests.fake_gateway.routes import Knowledge  # noqa: E402
from tests.fake_gateway.rows import LogRow, UsageRow  # noqa: E402
from tests.fake_gateway.server import FakeGateway  # noqa: E402
from tests.fake_gateway.spend_logs import logs_page  # noqa: E402

KEYS_PER_TEAM = 4
MODELS_PER_KEY = 3
MODELS = ("gpt-5.2", "gpt-4.1-mini", "claude-opus", "gemini-flash", "text-embedding-3-large")
USD_PER_TOKEN = 2e-6
SECONDS_PER_DAY = 24 * 60 * 60
SPREAD = 7919  # a prime, so that a team's requests are at all hours


@dataclass
class GeneratedKnowledge(Knowledge):
    """Answers from memory what was asked before, and `/_control` with the list of what was asked."""

    seen: list[str] = field(default_factory=list)
    known: dict[str, Answer] = field(default_factory=dict)

    def answer(self, request: Request) -> Answer:
        """Answer as LiteLLM does."""
        if request.path == "/_control":
            if request.method == "POST":
                self.seen.clear()
            return Answer(200, body_of({"requests": self.seen}))
        self.seen.append(request.target)
        if request.target not in self.known:
            self.known[request.target] = self._compute(request)
        return self.known[request.target]

    def _spend_logs(self, request: Request) -> Answer:
        """Answer with the logs of the one day that is asked for: those of all days would be millions."""
        query = request.query
        page, size = int(query["page"]), int(query["page_size"])
        logs = self._logs_of(query["start_date"][:10])
        return Answer(
            200, body_of(logs_page(logs, (query["start_date"], query["end_date"]), page, size, self.log_cap))
        )

    def _logs_of(self, date: str) -> list[LogRow]:
        """Return a log for each request of a day, over all of it; the first has all tokens of its row."""
        rows = [row for row in self.rows if row.date == date]
        numbers = [(place, row, n) for place, row in enumerate(rows) for n in range(row.requests)]
        step = SECONDS_PER_DAY / max(len(numbers), 1)
        midnight = dt.datetime.fromisoformat(date)
        return [
            LogRow(
                f"{date}-{place}-{n}",
                (midnight + dt.timedelta(seconds=int(step * (number * SPREAD % len(numbers))))).isoformat(),
                row.team_id,
                prompt=0 if n else row.prompt,
                completion=0 if n else row.completion,
                spend=0.0 if n else row.spend,
                status="failure" if n >= row.requests - row.failed else "success",
            )
            for number, (place, row, n) in enumerate(numbers)
        ]

    def _compute(self, request: Request) -> Answer:
        aggregated = "/team/daily/activity/aggregated"
        if request.path != aggregated:
            return super().answer(request)
        whole = {**request.query, "page_size": str(max(len(self.rows), 1))}
        return super().answer(replace(request, path="/team/daily/activity", query=whole))


def usage(teams: int, days: int, last: dt.date) -> GeneratedKnowledge:
    """Return the usage of each team on each day up to `last`: every key, some models, the same for a size."""
    draw = random.Random(teams * 1000 + days)  # noqa: S311 - made-up figures
    team_ids = [f"team-{number:04d}" for number in range(teams)]
    rows = [
        _row(draw, str(last - dt.timedelta(days=day)), team_id, f"{team_id}-key-{key}", model)
        for day in range(days)
        for team_id in team_ids
        for key in range(KEYS_PER_TEAM)
        for model in draw.sample(MODELS, MODELS_PER_KEY)
    ]
    return GeneratedKnowledge(
        rows=rows,
        teams={team_id: f"Team {number:03d}" for number, team_id in enumerate(team_ids)},
        deployments=[(model, f"provider/{model}") for model in MODELS],
    )


def _row(draw: random.Random, date: str, team_id: str, api_key: str, model: str) -> UsageRow:
    prompt, completion = draw.randrange(20_000), draw.randrange(5_000)
    return UsageRow(
        date=date,
        team_id=team_id,
        api_key=api_key,
        model=model,
        prompt=prompt,
        completion=completion,
        spend=(prompt + 4 * completion) * USD_PER_TOKEN,
        requests=draw.randrange(10, 50),
        failed=draw.randrange(3),
        provider_model=f"provider/{model}",
    )


def main() -> None:
    """Serve until stopped; the address goes to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--last", type=dt.date.fromisoformat, required=True)
    options = parser.parse_args()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with FakeGateway(usage(options.teams, options.days, options.last)) as gateway:
        sys.stdout.write(f"ready {gateway.base_url}\n")
        sys.stdout.flush()
        stopped.wait()


if __name__ == "__main__":
    main()
