"""How much work something is, whatever else the machine does, and however much there was before it."""

import gc
import time


class CpuTime:
    """CPU time of this thread from now on, without what looking through other tests' objects takes."""

    def __init__(self) -> None:
        gc.freeze()
        self._began = time.thread_time()

    @property
    def seconds(self) -> float:
        """How much it is by now."""
        return time.thread_time() - self._began
