"""The soak finds what it is there for: errors that nobody injected, and what grows."""

import os
import threading
import time

import pytest

from benchmarks.soak_faults import FAULTS
from benchmarks.soak_judge import AFTERMATH_SECONDS, Window, unexplained
from benchmarks.soak_load import Question, Sample
from benchmarks.soak_weight import Weight, Weights, weigh

FAULT = next(fault for fault in FAULTS if fault.name == "503")
WINDOW = Window(FAULT, began=100, ended=110)


def sample(began: float, code: str = "gateway_unavailable", status: int = 502) -> Sample:
    return Sample(Question("/tokens"), began, began + 1, status, code)


@pytest.mark.parametrize("began", [99.5, 105, 110 + AFTERMATH_SECONDS])
def test_an_error_while_a_fault_is_on_or_just_over_is_explained(began: float) -> None:
    assert list(unexplained([sample(began)], [WINDOW])) == []


@pytest.mark.parametrize(
    "wrong",
    [
        sample(98),
        sample(111 + AFTERMATH_SECONDS),
        sample(105, "internal_error", 500),
        sample(105, "gateway_timeout", 504),
        sample(105, "", 404),
        sample(105, "ConnectionResetError", 0),
    ],
)
def test_an_error_that_no_fault_causes_is_told(wrong: Sample) -> None:
    (told,) = unexplained([sample(50, "", 200), wrong], [WINDOW])
    assert f"{wrong.status} {wrong.code}" in told


def weights(loaded: list[float], before: tuple[int, int] = (20, 10), after: tuple[int, int] = (20, 10)) -> Weights:
    taken = Weights(os.getpid())
    taken._at_rest = [Weight(100, *before), Weight(100, *after)]
    taken._loaded = [Weight(megabytes, 30, 20) for megabytes in loaded]
    return taken


def test_what_stays_as_it_is_is_no_leak() -> None:
    assert weights([150, 180, 182, 181, 183, 180, 182, 181]).grown() == []


def test_memory_descriptors_and_threads_that_grow_are_told() -> None:
    assert "memory grew under load from 160 to 250 MB" in weights([100 + 15 * n for n in range(12)]).grown()[0]
    assert weights([100] * 8, after=(40, 10)).grown() == ["descriptors grew from 20 to 40"]
    assert weights([100] * 8, after=(20, 30)).grown() == ["threads grew from 10 to 30"]


def test_without_weights_nothing_is_taken_for_granted() -> None:
    assert weights([]).grown() == ["there is nothing to weigh a process with"]


def test_a_process_is_weighed() -> None:
    before = weigh(os.getpid())
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    reader, writer = os.pipe()
    time.sleep(0.05)
    after = weigh(os.getpid())
    done.set()
    thread.join()
    os.close(reader)
    os.close(writer)
    if before is None or after is None:
        pytest.skip("this system does not tell")
    assert after.megabytes > 1
    assert (after.descriptors, after.threads) >= (before.descriptors + 2, before.threads + 1)
