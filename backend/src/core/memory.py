"""Memory: gives back to the system what large answers took, and keeps Python from looking through it too often."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

# What takes much memory for a moment is done by one thread at a time: it is work for one processor, too. Answers
# that wait for it stay with the gateway, but for a second one: the first may be long in coming.
HEAVY_WORK = threading.Lock()
LARGE_ANSWERS = threading.BoundedSemaphore(2)
M_ARENA_MAX = -8  # malloc.h
# A large answer is made of some 50,000 objects. Python looks for circles after 700, now and then in all there is.
OBJECTS_BETWEEN_COLLECTIONS = 50_000


def give_back_memory() -> None:
    """Return what is free: with glibc, 90 days of a large gateway leave 260 MB in use then, in place of 450 MB.

    By itself, glibc does so at the ends of its heaps only, and something small always stays behind there. Other C
    libraries have no such call and are left alone.
    """
    if _malloc_trim is not None:
        _malloc_trim(0)


def share_one_heap() -> None:
    """Let all threads, and processes that are yet to start, take memory from one heap each.

    By itself, glibc gives each thread one of its own, and what one has left over is of no use to the others: four
    threads that read a large gateway take 420 MB at the most then, in place of 300 MB. How many there may be is
    settled with the first thread that takes memory, so this comes before all others.
    """
    if _mallopt is not None and "MALLOC_ARENA_MAX" not in os.environ:
        os.environ["MALLOC_ARENA_MAX"] = "1"
        _mallopt(M_ARENA_MAX, 1)


@contextlib.contextmanager
def rare_collections() -> Generator[None]:
    """Let Python collect garbage seldom meanwhile, and leave alone what is there already.

    A collection takes 0.1 s, all requests wait for it, and it finds next to nothing: what answers are made of is
    in no circles, and goes as soon as it is no longer needed.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


# glibc's; musl, for one, has neither
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_malloc_trim = getattr(_libc, "malloc_trim", None)
_mallopt = getattr(_libc, "mallopt", None)
