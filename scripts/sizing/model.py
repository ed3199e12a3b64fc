"""The deploy, as a shopper's message passes through it."""

import random
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from orchestrator.catalogue_client import RETRY_DELAY_S
from scripts.sizing.fleet import Fleet, Gauge, TokenBucket

Steps = Generator[simpy.Event, Any, Any]
UNBOUNDED = 1_000_000


@dataclass(frozen=True)
class Message:
    """Seconds that one message takes where nobody else is there."""

    before: float
    """Until the search; where the LLM proposes terms, its time is in it."""
    search: float
    """In an environment of embed_search."""
    sql: float
    """Of that, in the database."""
    after: float
    """From the product lines to the last token."""
    asks_llm_first: bool = False
    asks_llm: bool = False


@dataclass(frozen=True)
class Ceilings:
    """What a deploy lets through at once; the names are those of its settings."""

    search_concurrency: int = UNBOUNDED
    orchestrator_concurrency: int = UNBOUNDED
    throttle_rate: float = UNBOUNDED
    throttle_burst: float = UNBOUNDED


@dataclass(frozen=True)
class Habits:
    """Seconds."""

    search_cold: float
    orchestrator_cold: float
    patience: float
    """How long the orchestrator asks again while all searches are busy."""
    kept: float
    """An environment that is not used."""
    connected: float
    """A connection that is not used."""


@dataclass
class Deploy:
    """One run of the simulation."""

    clock: simpy.Environment
    ceilings: Ceilings
    habits: Habits
    chance: random.Random
    answered: list[float] = field(default_factory=list)
    """Seconds from each message to its last token."""
    turned_away: int = 0
    """By the gateway or the orchestrator's ceiling: a 429."""
    busy: int = 0
    """Told that many shoppers are searching."""
    searched: list[float] = field(default_factory=list)
    """Seconds that each search held its environment, cold starts left out."""
    sql_seconds: float = 0.0

    def __post_init__(self) -> None:
        habits, ceilings = self.habits, self.ceilings
        self.orchestrators = Fleet(
            self.clock, cold_s=habits.orchestrator_cold, ceiling=ceilings.orchestrator_concurrency,
            kept_s=habits.kept,
        )  # fmt: skip
        self.searches = Fleet(
            self.clock, cold_s=habits.search_cold, ceiling=ceilings.search_concurrency,
            kept_s=habits.kept, connected_s=habits.connected,
        )  # fmt: skip
        self.gateway = TokenBucket(self.clock, ceilings.throttle_rate, ceilings.throttle_burst)
        self.llm_calls = Gauge(self.clock)

    @property
    def messages(self) -> int:
        return len(self.answered) + self.turned_away + self.busy

    def take(self, message: Message) -> Steps:
        """From the gateway to the last token."""
        came = self.clock.now
        starts = self.orchestrators.take() if self.gateway.takes() else None
        if starts is None:
            self.turned_away += 1
            return
        yield self.clock.timeout(starts)
        if (yield from self._answer(message, is_new=starts > 0)):
            self.answered.append(self.clock.now - came)
        else:
            self.busy += 1
        self.orchestrators.give_back()

    def _answer(self, message: Message, *, is_new: bool) -> Steps:
        """Whether there was room to search. A new orchestrator asks what the catalogue holds, too."""
        if is_new and not (yield from self._search(message)):
            return False
        yield from self._llm(message.asks_llm_first, message.before)
        if not (yield from self._search(message)):
            return False
        yield from self._llm(message.asks_llm, message.after)
        return True

    def _llm(self, asks: bool, seconds: float) -> Steps:
        self.llm_calls.add(int(asks))
        yield self.clock.timeout(seconds)
        self.llm_calls.add(-int(asks))

    def _search(self, message: Message) -> Steps:
        """Whether there was room."""
        began = self.clock.now
        while (starts := self.searches.take()) is None:
            delay = self.chance.uniform(*RETRY_DELAY_S)
            if self.clock.now - began + delay >= self.habits.patience:
                return False
            yield self.clock.timeout(delay)
        yield self.clock.timeout(starts + message.search)
        self.searches.give_back()
        self.searched.append(message.search)
        self.sql_seconds += message.sql
        return True


def talks(
    deploy: Deploy,
    messages: Sequence[Message],
    *,
    a_second: float,
    of: int,
    think_s: float,
    ramp_s: float,
    seconds: float,
) -> Steps:
    """Talks of `of` messages each, with pauses of about `think_s`. They begin at random, `a_second` of them
    once the ramp is over."""
    chance = deploy.chance
    while deploy.clock.now < seconds:
        if chance.random() * ramp_s <= deploy.clock.now:
            said = [chance.choice(messages) for _ in range(of)]
            deploy.clock.process(_talk(deploy, said, think_s))
        yield deploy.clock.timeout(chance.expovariate(a_second))


def _talk(deploy: Deploy, said: Iterable[Message], think_s: float) -> Steps:
    for message in said:
        yield from deploy.take(message)
        yield deploy.clock.timeout(deploy.chance.expovariate(1 / think_s))


def at_once(deploy: Deploy, messages: Sequence[Message], number: int) -> Steps:
    """So many messages in one moment."""
    for _ in range(number):
        deploy.clock.process(deploy.take(deploy.chance.choice(messages)))
    yield deploy.clock.timeout(0)
