"""One child process of the local stack: started with a log file, waited for, stopped, never left behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.local.errors import ChildFailedError

POLL_SECONDS = 0.05
STOP_SECONDS = 30.0
LOG_TAIL_LINES = 25


def child_command(module: str, *arguments: str) -> list[str]:
    """The command line of a Python module that ends when this process ends."""
    return [sys.executable, "-m", "scripts.local.with_parent", str(os.getpid()), module, *arguments]


@dataclass
class ChildProcess:
    """A Python module that runs beside us. Its output goes to `log`.

    `is_ready` is given the child's process id and says whether the child can be used. `sockets` are file
    descriptors that the child inherits, under the same numbers.
    """

    name: str
    module: str
    arguments: Sequence[str]
    log: Path
    is_ready: Callable[[int], bool]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    sockets: Sequence[int] = ()
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it without waiting. A session of its own keeps the terminal's Ctrl-C away from it, so that
        the parent can stop its children in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                child_command(self.module, *self.arguments),
                env={"PYTHONUNBUFFERED": "1", **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=self.sockets,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_until_ready(self, seconds: float) -> None:
        """Raise ChildFailedError when the child ends or is not ready within `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            if not self.is_alive():
                raise ChildFailedError(f"{self.name} ended while it was starting.{self.log_tail()}")
            if self.is_ready(self.pid):
                return
            if time.monotonic() > deadline:
                raise ChildFailedError(f"{self.name} was not ready after {seconds:.0f} s.{self.log_tail()}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask it to stop (SIGTERM) and wait; kill it after STOP_SECONDS. Does nothing when it has ended."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return f" The end of {self.log}:\n" + "\n".join(f"    {line}" for line in lines)
