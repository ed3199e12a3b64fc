"""What happens to one request: how long each stage took, what was counted, what went wrong.

The edge begins it (`begun`), whoever knows something notes it, and the edge writes it down at the end: one
line of log and one record of metrics. It travels beside the calls in a context variable, as a request id does
in logging, so that no function takes it as an argument; threads that anyio starts see the same one.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["limits", "understanding", "llm1", "catalogue", "embed", "sql"]
Mark = Literal["first_line", "first_token"]
Tally = Literal[
    "guard_kept",
    "guard_dropped",
    "llm_calls",
    "tokens_in",
    "tokens_out",
    "products",
    "feedback_up",
    "feedback_down",
]
Fallen = Literal["llm1", "llm2", "catalogue", "limits"]


@dataclass
class Telemetry:
    """Of one request. Holds no word of the shopper and nothing that tells who they are."""

    request_id: str
    began: float = field(default_factory=time.perf_counter)
    ms: dict[str, float] = field(default_factory=dict)
    """Of each stage, all its calls together; of each mark, since the request came."""
    tallies: Counter[str] = field(default_factory=Counter)
    fallen: dict[str, str] = field(default_factory=dict)
    """Parts that did not do their work (DESIGN §6), and the code of the reason."""
    limit_reached: str = ""
    """The code of the limit that the message ran into."""
    broken_by: str = ""
    """The code of the error that ended a streamed answer, whose status was 200 by then."""

    def since_it_began(self) -> float:
        """Milliseconds."""
        return 1_000 * (time.perf_counter() - self.began)


_current: ContextVar[Telemetry | None] = ContextVar("telemetry", default=None)


def begun(request_id: str) -> Telemetry:
    """From here on, this is the request that is spoken of."""
    telemetry = Telemetry(request_id)
    _current.set(telemetry)
    return telemetry


def request_id() -> str:
    """Of the current request; empty outside of one."""
    current = _current.get()
    return current.request_id if current else ""


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        took(name, 1_000 * (time.perf_counter() - began))


def took(name: Stage, ms: float) -> None:
    if current := _current.get():
        current.ms[name] = current.ms.get(name, 0.0) + ms


def mark(name: Mark) -> None:
    """The moment; the first of its name counts."""
    if current := _current.get():
        current.ms.setdefault(name, current.since_it_began())


def tally(name: Tally, amount: int) -> None:
    if current := _current.get():
        current.tallies[name] += amount


def fell(part: Fallen, reason: str) -> None:
    if current := _current.get():
        current.fallen.setdefault(part, reason)


def ran_into_limit(code: str) -> None:
    if current := _current.get():
        current.limit_reached = code


def broke(code: str) -> None:
    if current := _current.get():
        current.broken_by = code
