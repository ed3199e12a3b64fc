"""Run an answer, which is plain blocking code, beside the event loop, and see that it always ends well."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from anyio import to_thread

from orchestrator import telemetry
from orchestrator.deadline import Deadline
from orchestrator.errors import DeadlinePassed, OrchestratorError
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.services import Services

logger = logging.getLogger(__name__)

Event = Recommended | Text
Answer = Callable[[Sequence[Message], Services], Iterator[Event]]
T = TypeVar("T")

_NOTHING_SAID = "I have nothing to add to that. What would you like to wear?"
_STOPPED = "\n\nI have to stop here. "


@dataclass(frozen=True)
class Waiting:
    """Nothing has come for a while; whoever streams tells the client that somebody is still there."""


async def in_thread(call: Callable[[], T], deadline: Deadline) -> T:
    """The result of a blocking call. Raises DeadlinePassed; the call itself then runs on until its own
    time-outs end it."""
    try:
        return await asyncio.wait_for(
            to_thread.run_sync(call, abandon_on_cancel=True), timeout=deadline.remaining()
        )
    except TimeoutError:
        raise DeadlinePassed from None


class _Steps:
    """One answer, computed a step at a time, each in some worker thread."""

    def __init__(self, start: Callable[[], Iterator[Event]]) -> None:
        self._start = start
        self._events: Iterator[Event] | None = None
        self._lock = threading.Lock()
        self._left = False

    def next(self) -> Event | None:
        with self._lock:
            if self._left:
                return None
            if self._events is None:
                self._events = self._start()
            event = next(self._events, None)
        if self._left:
            self._close()
        return event

    def leave(self) -> None:
        """Nobody wants another step: end the answer now, or when the step that is running ends."""
        self._left = True
        if self._lock.acquire(blocking=False):
            self._lock.release()
            self._close()

    def _close(self) -> None:
        with self._lock:
            if isinstance(self._events, Generator):
                self._events.close()


async def steps(
    start: Callable[[], Iterator[Event]], deadline: Deadline, heartbeat_s: float
) -> AsyncGenerator[Event | Waiting]:
    """The events of an answer, each computed in a worker thread, with a `Waiting` for each `heartbeat_s`
    of silence. Raises DeadlinePassed and whatever the answer raises.

    When the client goes, this generator is cancelled: the deadline is brought forward to now, the step
    that is running ends by it or by its own time-outs, and no other one is begun.
    """
    answer = _Steps(start)
    try:
        while True:
            running = asyncio.ensure_future(to_thread.run_sync(answer.next, abandon_on_cancel=True))
            try:
                while not (await asyncio.wait({running}, timeout=min(heartbeat_s, deadline.remaining())))[0]:
                    if deadline.passed:
                        raise DeadlinePassed
                    yield Waiting()
            finally:
                running.cancel()  # does nothing to one that is done
            event = running.result()
            if event is None:
                return
            yield event
    finally:
        deadline.cancel()
        answer.leave()


async def ending_well(
    source: AsyncGenerator[Event | Waiting], *, request_id: str, may_raise: bool
) -> AsyncGenerator[Event | Waiting]:
    """The same events, brought into their promised order and always with an end fit to be read.

    A failure becomes an honest sentence. With `may_raise` one that comes before anything was recommended
    is raised as an OrchestratorError instead, for a caller that can still send an error status.
    """
    recommended = spoke = False
    try:
        async with aclosing(source):
            async for event in source:
                if isinstance(event, Recommended):
                    recommended = True
                elif isinstance(event, Text):
                    if not event.text:
                        continue
                    if not recommended:
                        recommended = True
                        yield Recommended(())
                    spoke = True
                yield event
        ending = "" if spoke else _NOTHING_SAID
    # The outermost edge of a stream: after its first byte no error can be told in any other way.
    except Exception as error:
        known = error if isinstance(error, OrchestratorError) else OrchestratorError()
        logger.warning(
            "The answer ended early: %s", error, exc_info=known is not error,
            extra={"request_id": request_id},
        )  # fmt: skip
        if may_raise and not recommended:
            raise known from error
        if known.status >= 500:  # a limit that is reached is told in the same way, and is no error
            telemetry.broke(known.code)
        ending = (_STOPPED if spoke else "") + known.message
    if not recommended:
        yield Recommended(())
    if ending:
        yield Text(ending)
