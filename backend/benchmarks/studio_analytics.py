"""Rows about figures over many runs, and over many people: what they take to be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.asking import Peer
from benchmarks.processes import free_port
from benchmarks.statistics_of import median, percentile
from benchmarks.studio_history import write_large_runs, write_people, write_runs
from benchmarks.studio_server import behind, studio
from benchmarks.table import Row, duration
from src.studio.database.database import Database
from tests.studio.people import add_user

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.studio_server import Person

NAME = "studio"
COMPARED, OTHERS = 6, 4
POINTS_A_RUN = 9
ANALYTICS_SECONDS, FILE_SECONDS, COMPARE_SECONDS, ADMINISTRATION_SECONDS = 0.1, 1.0, 0.3, 0.1
LOADED = "load_mode=concurrency&load=4"


def analytics(bench: Bench) -> None:
    """Measure what is answered from runs of half a year, and about ten thousand people."""
    sizes = bench.sizes
    folder = bench.work / "analytics"
    unreachable = behind(Peer(f"http://127.0.0.1:{free_port()}", {}))
    with studio(folder, **unreachable, studio_workers="0") as server:
        person = server.sign_up("first")
        database = Database(f"sqlite:///{folder / 'studio.db'}")
        try:
            others = [add_user(database, f"other-{number}@example.com").id for number in range(OTHERS)]
            write_runs(database, [person.id, *others], sizes.analysed_runs)
            large = write_large_runs(database, person.id, COMPARED, sizes.compared_requests)
            write_people(database, sizes.users)
        finally:
            database.close()
        _over_runs(bench, person, large)
        _over_people(bench, person)


def _over_runs(bench: Bench, person: Person, large: list[str]) -> None:
    runs = bench.sizes.analysed_runs
    of = f"of {runs:,} runs, {POINTS_A_RUN * runs:,} results"
    board = "/api/analytics/leaderboard"
    _add(bench, person, f"leaderboard {of}", board, ANALYTICS_SECONDS)
    _add(bench, person, f"leaderboard {of}, 4 requests at once", f"{board}?{LOADED}", ANALYTICS_SECONDS)
    _add(bench, person, f"leaderboard {of}, as CSV", "/api/export/leaderboard", FILE_SECONDS)
    _add(bench, person, f"models {of}", "/api/analytics/models", None)
    _add(bench, person, f"trend of a model {of}", "/api/analytics/trends?models=model-0", None)
    what = f"comparison of {COMPARED} runs of {bench.sizes.compared_requests:,} requests"
    _add(bench, person, what, f"/api/analytics/compare?runs={','.join(large)}", COMPARE_SECONDS)


def _over_people(bench: Bench, person: Person) -> None:
    of = f"{bench.sizes.users:,} users"
    for what, path in {
        "list of users": "/api/admin/users?limit=50",
        "search for a user": "/api/admin/users?search=seeded-77",
        "audit": "/api/admin/audit?limit=100",
        "audit of an action": "/api/admin/audit?action=login&limit=100",
        "stats": "/api/admin/stats",
    }.items():
        _add(bench, person, f"administration, {of}: {what}", path, ADMINISTRATION_SECONDS)


def _add(bench: Bench, person: Person, what: str, path: str, most: float | None) -> None:
    """Ask again and again, and add the median, beside the slowest."""
    seconds = sorted(person.seconds(path) for _ in range(bench.sizes.analytics_requests))
    middle = median(seconds)
    bench.table.add(
        Row(
            NAME,
            what,
            duration(middle),
            f"{duration(percentile(seconds, 95))}, p95",
            limit="" if most is None else f"≤ {duration(most)}",
            reached=None if most is None else middle <= most,
        )
    )
