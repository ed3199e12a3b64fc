"""Run a module as `python -m` does, in a process that never outlives its parent.

    python -m scripts.local.with_parent PARENT_PID MODULE [ARGUMENT ...]

A parent killed by `kill -9` can't stop its children, so each child looks after itself: when it has been
handed to another parent it asks itself to stop (SIGTERM), and ends the hard way when that takes too long.
Looking at the parent's number works on Linux and macOS alike. A pipe that breaks would be told of sooner,
but any process that the parent forked meanwhile would hold it open.
"""

import os
import runpy
import signal
import sys
import threading
import time

POLL_SECONDS = 0.25
GRACE_SECONDS = 30.0


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def main() -> None:
    parent, module, *arguments = sys.argv[1:]
    threading.Thread(target=_follow, args=(int(parent),), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
