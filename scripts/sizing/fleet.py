"""A Lambda function's execution environments."""

from bisect import bisect_right
from collections import deque

import simpy


class Gauge:
    """How many of something there are, over time."""

    def __init__(self, clock: simpy.Environment) -> None:
        self._clock = clock
        self._seconds: dict[int, float] = {}
        self._since = clock.now
        self.now = 0

    def add(self, change: int) -> None:
        self._note()
        self.now += change

    def mean(self) -> float:
        self._note()
        total = sum(self._seconds.values())
        return sum(level * seconds for level, seconds in self._seconds.items()) / total if total else 0.0

    def level(self, share: float) -> int:
        """Not exceeded for `share` of the time."""
        self._note()
        left = share * sum(self._seconds.values())
        for level, seconds in sorted(self._seconds.items()):
            left -= seconds
            if left <= 0:
                return level
        return max(self._seconds, default=0)

    def _note(self) -> None:
        passed = self._clock.now - self._since
        self._seconds[self.now] = self._seconds.get(self.now, 0.0) + passed
        self._since = self._clock.now


class Fleet:
    """Whoever comes takes the environment that was used last, or starts another one while fewer than
    `ceiling` are busy; else they are turned away, as Lambda does.

    An environment that nobody used for `kept_s` seconds is taken down. `connected_s` seconds after its last
    use, the database has closed its connection.
    """

    def __init__(
        self,
        clock: simpy.Environment,
        *,
        cold_s: float,
        ceiling: int,
        kept_s: float,
        connected_s: float = 0.0,
    ) -> None:
        self._clock = clock
        self._cold_s, self._ceiling = cold_s, ceiling
        self._kept_s, self._connected_s = kept_s, connected_s
        self._idle_since: deque[float] = deque()
        self.busy = Gauge(clock)
        self.cold_starts = 0
        self.most_connections = 0

    def take(self) -> float | None:
        """Seconds until the environment is ready; None: turned away."""
        self._take_down()
        if self._idle_since:
            self._idle_since.pop()
            seconds = 0.0
        elif self.busy.now < self._ceiling:
            self.cold_starts += 1
            seconds = self._cold_s
        else:
            return None
        self.busy.add(1)
        self.most_connections = max(self.most_connections, self._connections())
        return seconds

    def give_back(self) -> None:
        self.busy.add(-1)
        self._idle_since.append(self._clock.now)

    def _take_down(self) -> None:
        while self._idle_since and self._idle_since[0] < self._clock.now - self._kept_s:
            self._idle_since.popleft()

    def _connections(self) -> int:
        gone = bisect_right(self._idle_since, self._clock.now - self._connected_s)
        return self.busy.now + len(self._idle_since) - gone


class TokenBucket:
    """API Gateway's throttle: `rate` requests a second, and `burst` at once."""

    def __init__(self, clock: simpy.Environment, rate: float, burst: float) -> None:
        self._clock, self._rate, self._burst = clock, rate, burst
        self._tokens, self._at = burst, clock.now

    def takes(self) -> bool:
        self._tokens = min(self._burst, self._tokens + self._rate * (self._clock.now - self._at))
        self._at = self._clock.now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
