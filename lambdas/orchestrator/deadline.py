"""The one deadline of a request, handed down to every outside call."""

import math
import threading
import time


class Deadline:
    """A moment after which nobody waits for the result any more.

    `cancel` brings it forward to now: the edge does so when the client has gone, and whoever streams
    from an LLM sees it at the next piece.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._cancelled = threading.Event()

    def within(self, seconds: float) -> "Deadline":
        """At the latest in `seconds`, and never later than this one; cancelled together with it."""
        nearer = Deadline(min(seconds, self.remaining()))
        nearer._cancelled = self._cancelled
        return nearer

    @classmethod
    def never(cls) -> "Deadline":
        return cls(math.inf)

    def cancel(self) -> None:
        self._cancelled.set()

    def remaining(self) -> float:
        """Seconds left, never negative."""
        if self._cancelled.is_set():
            return 0.0
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining() == 0.0
