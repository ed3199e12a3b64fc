"""What a cold start begins before it is needed, beside the imports: reading the weights, and connecting."""

import os
import select
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

from embed_search.bundle import WEIGHTS
from embed_search.postgres import Connection

_CHUNK = 128 * 1024
"""The kernel reads no more ahead at one call, unless a file system was mounted otherwise."""
_FRESH_S = 60


def read_ahead(bundle: Path) -> None:
    """Asks the kernel for the weights, many pieces at a time: from EFS, one piece after the other
    as the model's loading touches them takes several times as long. Says nothing where there are none."""
    if hasattr(os, "posix_fadvise"):  # not on macOS
        Thread(target=_ask_for, args=(bundle / WEIGHTS,), daemon=True).start()


def _ask_for(file: Path) -> None:
    try:
        opened = os.open(file, os.O_RDONLY)
    except OSError:
        return  # the embedder will say it better
    try:
        for start in range(0, os.fstat(opened).st_size, _CHUNK):
            os.posix_fadvise(opened, start, _CHUNK, os.POSIX_FADV_WILLNEED)
    finally:
        os.close(opened)


class EarlyConnect:
    """Connects once at once, in a thread of its own, and gives that connection to whoever asks first; then
    connects as it is asked."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._early: Future[tuple[Connection, float]] | None = Future()
        Thread(target=_fill, args=(self._early, connect), daemon=True).start()

    def __call__(self) -> Connection:
        """Raises what `connect` raises."""
        early, self._early = self._early, None
        if early is None:
            return self._connect()
        connection, opened_at = early.result()
        # Lambda may start a function long before it is asked, and stop its clock in between.
        if time.time() - opened_at < _FRESH_S and not select.select([connection], [], [], 0)[0]:
            return connection
        connection.close()
        return self._connect()


def _fill(early: "Future[tuple[Connection, float]]", connect: Callable[[], Connection]) -> None:
    try:
        early.set_result((connect(), time.time()))
    except Exception as error:  # handed to whoever asks first
        early.set_exception(error)
