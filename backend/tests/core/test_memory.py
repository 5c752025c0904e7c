"""Python looks for garbage seldom while the dashboard runs, and its threads share what memory they have."""

import ctypes
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from src.core.memory import OBJECTS_BETWEEN_COLLECTIONS, rare_collections

BACKEND = Path(__file__).resolve().parents[2]


def test_collections_are_rare_meanwhile_and_as_before_afterwards() -> None:
    gc.unfreeze()  # what other tests' files left out of collections
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_threshold() == (OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_a_large_answer_is_made_without_a_look_through_all_there_is() -> None:
    collected: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        collected.append(info["generation"])

    with rare_collections():
        gc.callbacks.append(note)
        try:
            rows = [{"number": number} for number in range(OBJECTS_BETWEEN_COLLECTIONS * 3)]
        finally:
            gc.callbacks.remove(note)
    assert len(rows) == OBJECTS_BETWEEN_COLLECTIONS * 3
    assert set(collected) <= {0}


HEAPS = """
import ctypes, sys, threading
sys.path.insert(0, ".")
from src.core.memory import share_one_heap

if sys.argv[1] == "shared":
    share_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
started = threading.Barrier(5)


def take() -> None:
    libc.malloc(5000)
    started.wait()


threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
started.wait()
libc.malloc_stats()
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_stats"), reason="this C library has one heap anyway")
@pytest.mark.parametrize(("how", "has_one"), [("shared", True), ("each its own", False)])
def test_threads_take_memory_from_one_heap(how: str, *, has_one: bool) -> None:
    command = [sys.executable, "-c", HEAPS, how]
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    found = subprocess.run(  # noqa: S603 - this Python
        command, cwd=BACKEND, env=environment, capture_output=True, text=True, check=True
    )
    assert (found.stderr.count("Arena ") == 1) is has_one
