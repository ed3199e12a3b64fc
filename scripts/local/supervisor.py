"""Starts child processes in order, starts one again when it dies, stops them in reverse order."""

import threading
import time
from collections import deque
from collections.abc import Callable

from scripts.local.child_process import ChildProcess
from scripts.local.errors import ChildFailedError

CHECK_SECONDS = 0.25
RESTARTS_ALLOWED = 5
RESTARTS_WINDOW_SECONDS = 60.0


class Supervisor:
    """Children die: a crash, too little memory, `kill -9`. Lambda and Aurora would replace them, so do we;
    but one that keeps dying is a fault to be seen, and then we give up."""

    def __init__(self, announce: Callable[[str], None]) -> None:
        self._announce = announce
        self._children: list[tuple[ChildProcess, float]] = []
        self._restarts: dict[str, deque[float]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._failure: ChildFailedError | None = None
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self, child: ChildProcess, seconds: float) -> None:
        """Start a child and wait until it is ready. Raises ChildFailedError."""
        self._children.append((child, seconds))
        child.start()
        child.wait_until_ready(seconds)

    def watch(self) -> None:
        """From now on start again whatever dies."""
        self._watcher.start()

    def wait(self) -> None:
        """Block until a child can't be kept alive, then raise its ChildFailedError.

        It looks time and again: a signal that arrives just before the main thread begins to wait for another
        one does not wake it, and Ctrl-C would be lost.
        """
        while self._failure is None:
            time.sleep(CHECK_SECONDS)
        raise self._failure

    def stop(self) -> None:
        """Stop all children, the last one started first. Safe at any time, also half-way through a start."""
        with self._lock:
            self._stopping.set()
        for child, _ in reversed(self._children):
            child.stop()
        if self._watcher.is_alive():
            self._watcher.join()

    def _watch(self) -> None:
        while not self._stopping.wait(CHECK_SECONDS) and self._failure is None:
            for child, seconds in self._children:
                if not child.is_alive():
                    self._restart(child, seconds)

    def _restart(self, child: ChildProcess, seconds: float) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            if self._dies_too_often(child):
                self._failure = ChildFailedError(f"{child.name} keeps ending.{child.log_tail()}")
                return
            self._announce(f"{child.name} ended unexpectedly; starting it again.")
            child.start()
        try:
            child.wait_until_ready(seconds)
        except ChildFailedError:
            child.stop()  # Dead or stuck: the next round counts it.
        else:
            self._announce(f"{child.name} is back.")

    def _dies_too_often(self, child: ChildProcess) -> bool:
        now = time.monotonic()
        times = self._restarts.setdefault(child.name, deque(maxlen=RESTARTS_ALLOWED))
        too_often = len(times) == RESTARTS_ALLOWED and now - times[0] < RESTARTS_WINDOW_SECONDS
        times.append(now)
        return too_often
