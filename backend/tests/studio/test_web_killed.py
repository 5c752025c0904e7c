"""The web process alone is killed in the middle of a run, and another one is started on its database."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.studio.llm_mock import LlmMock, running_mock
from tests.studio.test_supervisor import is_running, wait_for_end, wait_for_worker
from tests.studio.whole import Person, assert_whole, until
from tests.test_cli import top_level
from tests.test_serving import Serve, serve

__all__ = ["serve", "top_level"]


def descendants_of(pid: int) -> set[int]:
    """Return the processes that a process started, and those that these did."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "stat").read_text()
            except OSError:
                continue  # it has ended meanwhile
            parents[int(folder.name)] = int(told.rpartition(")")[2].split()[1])
    found, ahead = set[int](), {pid}
    while ahead:
        ahead = {child for child, parent in parents.items() if parent in ahead} - found
        found |= ahead
    return found


@pytest.fixture
def mock() -> Iterator[LlmMock]:
    with running_mock() as running:
        yield running


def test_a_run_outlives_the_process_that_was_asked_for_it(serve: Serve, tmp_path: Path, mock: LlmMock) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    told: list[dict[str, Any]] = []
    keys = {"LITELLM_API_KEY": "sk-of-a-test", "STUDIO_GATEWAY_API_KEY": "sk-of-a-test"}
    settings = {"STUDIO_DATABASE_URL": url, "LITELLM_BASE_URL": mock.base_url, **keys}
    with serve(**settings) as server:
        worker = wait_for_worker(url)
        ada = Person(server)
        run_id = ada.start("fast", "steady", "jittery")

        def listen() -> None:
            told.extend(ada.events(run_id, after=told[-1]["seq"] if told else 0))

        first = threading.Thread(target=listen)
        first.start()
        until(lambda: ada.get(f"/api/history/{run_id}")["requests_done"] >= 3)
        left_behind = descendants_of(server.process.pid)
        assert worker in left_behind
        server.process.kill()
        first.join(30)
        assert not first.is_alive()
        assert told
    with serve(**settings) as server:  # at once: the worker of the first one may be there still
        ada.server = server
        assert is_running(wait_for_worker(url, other_than=worker))
        listen()
        assert_whole(ada, run_id)
        assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
        assert told[-1]["type"] == "job_completed"
        outcomes = Counter(request["outcome"] for request in mock.log())
        assert outcomes.keys() <= {"complete", "client gone"}
        # what was under way is sent again: it had not come to its end, or that had not been written down
        assert 0 <= outcomes.total() - 3 * (5 + 1) <= 1
        for pid in left_behind:
            wait_for_end(pid)
    assert "Traceback" not in "".join(server.errors)
