"""How much work something is, whatever else the machine does, and however much there was before it."""

import gc
import time


class CpuTime:
    """CPU time of this thread from now on, without what is spent on the garbage of other tests."""

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()
        self._began = time.thread_time()

    @property
    def seconds(self) -> float:
        """How much it is by now."""
        found = time.thread_time() - self._began
        gc.unfreeze()
        return found
