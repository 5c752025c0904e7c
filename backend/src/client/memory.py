"""Memory: gives back to the system what large answers took, and keeps Python from looking through it too often."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

# What takes much memory for a moment is done by one thread at a time: it is work for one processor, too. Answers
# that wait for it stay with the gateway, but for a second one: the first may be long in coming.
HEAVY_WORK = threading.Lock()
LARGE_ANSWERS = threading.BoundedSemaphore(2)
# A large answer is made of some 50,000 objects. Python looks for circles after 700, now and then in all there is.
OBJECTS_BETWEEN_COLLECTIONS = 50_000


def give_back_memory() -> None:
    """Return what is free: with glibc, 90 days of a large gateway leave 260 MB in use then, in place of 450 MB.

    By itself, glibc does so at the ends of its heaps only, and something small always stays behind there. Other C
    libraries have no such call and are left alone.
    """
    if _malloc_trim is not None:
        _malloc_trim(0)


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


_malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
