"""Waiting for a blocking source with a time-out of one's own."""

import queue
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Generic, TypeVar

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmTimeout

T = TypeVar("T")

_AHEAD = 64
"""How many items may wait to be taken."""
_LOOK_SECONDS = 0.25
"""How soon both sides see that the other one has left."""


@dataclass(frozen=True)
class _End(Generic[T]):
    error: Exception | None = None


def watched(
    start: Callable[[], Generator[T, None, None]], deadline: Deadline, silence_seconds: float
) -> Generator[T, None, None]:
    """The items of a blocking generator, which runs in a thread of its own.

    Raises LlmTimeout when the deadline passes or is cancelled, or nothing comes for `silence_seconds`, and
    whatever the generator raises. boto3's time-outs are fixed when its client is made, and its streams can't
    be closed from outside while they are read; here nobody waits for them: the thread closes the generator
    at its next item or at the client's own time-out.
    """
    items: queue.Queue[T | _End[T]] = queue.Queue(maxsize=_AHEAD)
    left = threading.Event()
    reader = threading.Thread(target=_read, args=(start, items, left), name="llm-reader", daemon=True)
    reader.start()
    try:
        while True:
            item = _next(items, deadline, silence_seconds)
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        left.set()


def _next(items: "queue.Queue[T | _End[T]]", deadline: Deadline, silence_seconds: float) -> T | _End[T]:
    silent_at = time.monotonic() + silence_seconds
    while True:
        seconds = min(_LOOK_SECONDS, deadline.remaining(), max(0.0, silent_at - time.monotonic()))
        try:
            return items.get(timeout=seconds)
        except queue.Empty:
            if deadline.passed:
                raise LlmTimeout(detail="the deadline has passed") from None
            if time.monotonic() >= silent_at:
                raise LlmTimeout(detail=f"nothing came for {silence_seconds:g} s") from None


def _read(
    start: Callable[[], Generator[T, None, None]],
    items: "queue.Queue[T | _End[T]]",
    left: threading.Event,
) -> None:
    end: _End[T] = _End()
    try:
        source = start()
        try:
            for item in source:
                if not _put(items, item, left):
                    return
        finally:
            source.close()
    except Exception as error:  # handed over to whoever waits
        end = _End(error)
    _put(items, end, left)


def _put(items: "queue.Queue[T | _End[T]]", item: T | _End[T], left: threading.Event) -> bool:
    """Whether somebody still wants it."""
    while not left.is_set():
        try:
            items.put(item, timeout=_LOOK_SECONDS)
        except queue.Full:
            continue
        return True
    return False
