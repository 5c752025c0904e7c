"""What runs come to while they go on, and how those are summed up that end without their worker."""

from typing import Any

import pytest

from src.studio.benchmarks import live, repository, runs
from src.studio.benchmarks.live import LiveResults
from tests.studio.benchmarks.conftest import Studio
from tests.studio.benchmarks.made import record


class Watched:
    """Live results behind a settable clock."""

    def __init__(self, own: Studio, run_id: str) -> None:
        self.now = 100.0
        self._own, self._run_id = own, run_id
        self._live = LiveResults(lambda: self.now)

    @property
    def results(self) -> Any:
        with self._own.database.reading() as connection:
            run = repository.own_run(connection, self._own.user_id, self._run_id)
            assert run is not None
            return self._live.of(connection, self._own.user_id, run)

    @property
    def counts(self) -> list[int]:
        return [result.success_count for result in self.results]


@pytest.fixture
def watched(own: Studio) -> Watched:
    return Watched(own, own.start("fast", "slow", runs=3))


def test_a_run_of_few_requests_is_always_as_it_is_now(own: Studio, watched: Watched) -> None:
    own.keep(watched._run_id, [record(0, 0, 0), record(0, 0, 1)])
    assert watched.counts == [1]
    own.keep(watched._run_id, [record(0, 0, 2), record(1, 0, 1, "slow")])
    assert watched.counts == [2, 1]
    assert watched.results == own.results(watched._run_id)


def test_a_run_of_many_is_summed_up_once_a_second(
    own: Studio, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MANY", 2)
    own.keep(watched._run_id, [record(0, 0, number) for number in (1, 2, 3)])
    assert watched.counts == [3]
    own.keep(watched._run_id, [record(1, 0, 1, "slow")])
    watched.now += 0.9
    assert watched.counts == [3]
    watched.now += 0.2
    assert watched.counts == [3, 1]


def test_each_request_is_read_once_and_again_when_a_later_attempt_sent_it(
    own: Studio, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    records_of = repository.records_of

    def noted(*arguments: Any) -> Any:
        read.extend(arguments[3])
        return records_of(*arguments)

    monkeypatch.setattr(repository, "records_of", noted)
    own.keep(watched._run_id, [record(0, 0, 1), record(0, 0, 2, status="cancelled")])
    assert watched.counts == [1]
    again = runs.record_row(watched._run_id, record(0, 0, 2), 2)
    with own.database.writing() as connection:
        repository.keep_records(own.database, connection, [again])
    assert watched.counts == [2]
    assert sorted(read) == ["0-0-1", "0-0-2", "0-0-2"]


def test_figures_of_chunks_rest_on_so_many_gaps_at_most_evenly_taken(
    own: Studio, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_GAPS", 60)  # of 6 requests
    gaps = [float(n) for n in range(95)]
    own.keep(watched._run_id, [record(0, 0, 1, icl_ms=gaps), record(0, 0, 2, icl_ms=[7.0])])
    (result,) = watched.results
    found = result.summary.icl_ms
    assert (found.n, found.min, found.max) == (11, 0, 90)
    own.end(watched._run_id)
    run = own.get(f"/api/history/{watched._run_id}")
    assert run["results"][0]["statistics"]["icl_ms"]["n"] == 96


def test_runs_that_nobody_looks_at_any_more_are_forgotten(own: Studio, watched: Watched) -> None:
    for number in range(live.KEPT + 1):
        watched._live._seen_of(f"run {number}")
    assert list(watched._live._runs) == [f"run {number}" for number in range(1, live.KEPT + 1)]


def test_the_end_of_a_job_holds_up_nobody_and_its_figures_come_after_it(
    own: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = own.start("fast", runs=3)
    own.keep(run_id, [record(0, 0, 1)])
    with monkeypatch.context() as patched, own.database.writing() as connection:
        patched.setattr(runs, "results_so_far", None)  # nothing is summed up while others wait
        own.handler.ended(connection, run_id, "interrupted", "The worker died.")
    assert own.get("/api/history")["runs"][0]["results"] == []
    run = own.get(f"/api/history/{run_id}")  # whoever looks at once need not wait for a worker
    assert (run["state"], run["results"][0]["runs"], run["cost"]) == ("interrupted", 1, pytest.approx(0.00005))
    assert own.get("/api/history")["runs"][0]["results"] != []


def test_a_worker_sums_up_what_others_left(own: Studio) -> None:
    left, empty, deleted = (own.start("fast", runs=3) for _ in range(3))
    own.keep(left, [record(0, 0, 1)])
    own.keep(deleted, [record(0, 0, 1)])
    with own.database.writing() as connection:
        for run_id in (left, empty, deleted):
            own.handler.ended(connection, run_id, "interrupted", "The worker died.")
    with own.database.reading() as connection:
        assert {run_id for _, run_id in repository.unsettled_runs(connection)} == {left, deleted}
    run = own.get(f"/api/history/{empty}")
    assert (run["state"], run["results"]) == ("interrupted", [])
    own.send("DELETE", f"/api/history/{deleted}")
    own.handler.settle()
    listed = {run["id"]: run["results"] for run in own.get("/api/history")["runs"]}
    assert listed.keys() == {left, empty}
    assert [row["runs"] for row in listed[left]] == [1]
    with own.database.reading() as connection:
        assert repository.unsettled_runs(connection) == []
