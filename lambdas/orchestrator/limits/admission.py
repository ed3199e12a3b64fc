"""Is this message let in? Counted once, whoever sends how many at the same time."""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator import telemetry
from orchestrator.errors import LimitReached, OrchestratorError, TokensFull, TooManyAtOnce
from orchestrator.limits.callers import Caller, digest
from orchestrator.limits.counters import CounterStore, CountersUnavailable, Mark
from orchestrator.limits.rules import DAY, Ceiling, Rules, ceilings, end_of_day, place, token_keys

logger = logging.getLogger(__name__)

REPEAT_SECONDS = 10
MAX_REPEATS = 5
"""chat-ui and OpenAI's client send a request up to six times when it fails."""
_TRIES = 20
_PAUSE_S = (0.005, 0.05)


@dataclass(frozen=True)
class Allowance:
    """What the caller has left of the counter that is nearest to its ceiling."""

    limit: int
    remaining: int
    resets_in: int
    """Seconds."""
    reached: str = ""
    """The code of the limit that this message ran into."""


class Limits:
    """Safe to share between threads. When the counters can't be reached, everybody is let in: the gateway's
    throttle holds, and the log line is what an alarm rings on."""

    def __init__(self, store: CounterStore, rules: Rules, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def admit(self, caller: Caller, message: str) -> Allowance | None:
        """Count one message of the caller. `message` is what it says in full: the same again within
        seconds is a retry, and not counted. None where nothing is known.

        Raises LimitReached, and counts nothing then.
        """
        repeat = f"repeat#{digest(caller.id, message)}"
        try:
            for _ in range(_TRIES):
                done, allowance = self._try(caller, repeat)
                if done:
                    return allowance
                time.sleep(random.uniform(*_PAUSE_S))
        except LimitReached as error:
            telemetry.ran_into_limit(error.code)
            raise
        except CountersUnavailable as error:
            logger.error("Limits are off, the counters can't be reached: %s", error)
            telemetry.fell("limits", "counters_unavailable")
            return None
        raise TooManyAtOnce

    def state(self) -> Literal["on", "unavailable"]:
        """Whether the counters can be read."""
        try:
            self._store.read(["health"], int(self._clock()))
        except CountersUnavailable:
            return "unavailable"
        return "on"

    def spend(self, caller: Caller, tokens: int) -> None:
        """Note what an answer took; the next message is held against it."""
        if tokens <= 0:
            return
        now = int(self._clock())
        try:
            for key in token_keys(caller, now):
                self._store.add(key, tokens, end_of_day(now) + DAY)
        except CountersUnavailable as error:
            logger.error("%d tokens were not counted: %s", tokens, error)

    def _try(self, caller: Caller, repeat: str) -> tuple[bool, Allowance | None]:
        """Whether it is decided, and what is left. Raises LimitReached."""
        now = int(self._clock())
        counted = list(ceilings(caller, self._rules, now))
        seat = place(caller, self._rules, now)
        keys = [repeat, *token_keys(caller, now), *(ceiling.counter.key for ceiling in counted)]
        if seat:
            keys += [seat.mark.key, seat.ceiling.counter.key]
        stand = self._store.read(keys, now)
        if 0 < stand.get(repeat, 0) <= MAX_REPEATS:
            self._store.add(repeat, 1, now + REPEAT_SECONDS)
            return True, _allowance(counted, stand, now, taken=0)
        marks = [] if repeat in stand else [Mark(repeat, now + REPEAT_SECONDS)]
        if seat and seat.mark.key not in stand:
            counted.append(seat.ceiling)
            marks.append(seat.mark)
        self._refuse_what_is_full(caller, counted, stand, now)
        outcome = self._store.take([ceiling.counter for ceiling in counted], marks, now)
        # Anything else: somebody else was quicker. What is full then, the next try reads.
        return outcome == "taken", _allowance(counted, stand, now, taken=1)

    def _refuse_what_is_full(
        self, caller: Caller, counted: Sequence[Ceiling], stand: Mapping[str, int], now: int
    ) -> None:
        for ceiling in counted:
            if stand.get(ceiling.counter.key, 0) >= ceiling.counter.ceiling:
                raise ceiling.full(ceiling.counter.ceiling, ceiling.resets_at - now)
        own, everybody = token_keys(caller, now)
        if caller.kind != "tester" and stand.get(own, 0) >= self._rules.user_tokens_per_day:
            raise TokensFull(self._rules.user_tokens_per_day, end_of_day(now) - now)
        if stand.get(everybody, 0) >= self._rules.tokens_per_day:
            raise TokensFull(self._rules.tokens_per_day, end_of_day(now) - now)


def _allowance(counted: Sequence[Ceiling], stand: Mapping[str, int], now: int, taken: int) -> Allowance:
    def left(ceiling: Ceiling) -> int:
        return max(0, ceiling.counter.ceiling - stand.get(ceiling.counter.key, 0) - taken)

    nearest = min(counted, key=left)
    return Allowance(nearest.counter.ceiling, left(nearest), nearest.resets_at - now)


def allowance_of(error: OrchestratorError) -> Allowance | None:
    """What a refusal says of the caller's allowance."""
    if not isinstance(error, LimitReached):
        return None
    return Allowance(error.limit, 0, error.resets_in, error.code)
