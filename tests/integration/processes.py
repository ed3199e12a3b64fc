"""Finding and counting the processes of a stack, from outside."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil

PATIENCE_SECONDS = 30.0


def processes_under(folder: Path) -> list[psutil.Process]:
    """Every process that works in `folder` or names it on its command line, zombies left out."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [process.cwd(), *process.cmdline()]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(folder) in word for word in words):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something becomes true. Generous: a slow machine is no failure."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def nothing_is_left(folder: Path) -> bool:
    return eventually(lambda: not processes_under(folder))
