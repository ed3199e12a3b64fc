"""Finding and counting the processes of a stack, from outside."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil

PATIENCE_SECONDS = 30.0


def processes_under(folder: Path, word: str = "") -> list[psutil.Process]:
    """Every process that works in `folder` or names it on its command line, zombies left out; with `word`,
    only those that have it on their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            if process.status() == psutil.STATUS_ZOMBIE or word not in command:
                continue
            if str(folder) in f"{process.cwd()} {command}":
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
