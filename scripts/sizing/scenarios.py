"""Loads, and what they would need."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import simpy

from scripts.sizing.model import Ceilings, Deploy, Habits, Message, Steps, at_once, talks

USERS_A_DAY = 1_000
MESSAGES_IN_A_TALK = 4
BUSIEST_HOUR = 0.15
"""Of a day's talks; assumed."""
THINK_S = 25.0
"""Between an answer and the next message, on average; assumed."""
VCPU_OF_AN_ACU = 0.25
"""AWS gives no figure; db.r6g.large has 2 processors to 16 GB, and an ACU about 2 GB."""
BUSY_AT_MOST = 0.7
"""Of the database's processors."""
CALLS_OF_AN_INSTANCE = 8
"""Of the LLM at once, as infra/constructs/scale_to_zero.py scales it."""
SPARE = 1.25
"""What is set over what was needed."""
AT_LEAST = 2
"""Environments of either function: while one starts, the other answers."""


@dataclass(frozen=True)
class Load:
    name: str
    seconds: float
    """What is under way at the end is not counted."""
    talks_a_second: float = 0.0
    messages_in_a_talk: int = 1
    ramp_s: float = 0.0
    """In which the load rises from nothing."""
    at_once: int = 0

    @property
    def messages_a_second(self) -> float:
        return self.talks_a_second * self.messages_in_a_talk

    def steps(self, deploy: Deploy, messages: Sequence[Message]) -> Steps:
        if self.at_once:
            return at_once(deploy, messages, self.at_once)
        return talks(
            deploy, messages, a_second=self.talks_a_second, of=self.messages_in_a_talk,
            think_s=THINK_S, ramp_s=self.ramp_s, seconds=self.seconds,
        )  # fmt: skip


LOADS = (
    Load(
        f"{USERS_A_DAY:,} users a day, the busiest hour",
        seconds=10 * 3600,  # ten such hours in a row: one would show little of what is rare
        talks_a_second=USERS_A_DAY * BUSIEST_HOUR / 3600,
        messages_in_a_talk=MESSAGES_IN_A_TALK,
    ),
    Load("50 messages in one moment, all cold", seconds=30, at_once=50),
    Load("100 messages a second", seconds=600, talks_a_second=100, ramp_s=60),
)


@dataclass(frozen=True)
class Outcome:
    load: Load
    ceilings: Ceilings
    messages: int
    answered: int
    turned_away: int
    busy: int
    median_s: float
    p99_s: float
    searches: tuple[float, int, int]
    """At once: on average, for 99 % of the time, at most."""
    orchestrators: tuple[float, int, int]
    llm_calls: int
    """At once, for 99 % of the time."""
    connections: int
    """At most; a deploy, which starts all environments anew, doubles them for some minutes."""
    search_s: float
    """A search holds its environment so long, on average."""
    sql_busy: float
    """Statements at once, on average, if all are let in: so many processors of the database are busy."""

    @property
    def acu(self) -> float:
        return max(0.5, math.ceil(2 * self.sql_busy / VCPU_OF_AN_ACU / BUSY_AT_MOST) / 2)

    @property
    def llm_instances(self) -> int:
        return math.ceil(self.llm_calls / CALLS_OF_AN_INSTANCE)

    @property
    def enough(self) -> Ceilings:
        """Settings under which this would have gone well."""
        rate = self.load.messages_a_second
        return Ceilings(
            search_concurrency=max(AT_LEAST, math.ceil(SPARE * self.searches[1])),
            orchestrator_concurrency=max(AT_LEAST, math.ceil(SPARE * self.orchestrators[2])),
            throttle_rate=max(20, math.ceil(SPARE * rate)),
            throttle_burst=max(40, math.ceil(SPARE * max(rate, self.load.at_once))),
        )


def simulate(
    load: Load, messages: Sequence[Message], ceilings: Ceilings, habits: Habits, seed: int = 6
) -> Outcome:
    clock = simpy.Environment()
    deploy = Deploy(clock, ceilings, habits, random.Random(seed))
    clock.process(load.steps(deploy, messages))
    clock.run(until=load.seconds)
    took = sorted(deploy.answered)
    return Outcome(
        load=load,
        ceilings=ceilings,
        messages=deploy.messages,
        answered=len(took),
        turned_away=deploy.turned_away,
        busy=deploy.busy,
        median_s=_share(took, 0.5),
        p99_s=_share(took, 0.99),
        searches=_levels(deploy, "searches"),
        orchestrators=_levels(deploy, "orchestrators"),
        llm_calls=deploy.llm_calls.level(0.99),
        connections=deploy.searches.most_connections,
        search_s=sum(deploy.searched) / max(1, len(deploy.searched)),
        sql_busy=load.messages_a_second * deploy.sql_seconds / max(1, len(deploy.searched)),
    )


def _levels(deploy: Deploy, fleet: str) -> tuple[float, int, int]:
    busy = getattr(deploy, fleet).busy
    return (round(busy.mean(), 3), busy.level(0.99), busy.level(1.0))


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else math.nan
