"""What a load test has to hold, and whether it did."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from scripts import results
from scripts.load.talks import Refused, WrongReply

NAME = "load"
LOCAL = "the local stack"
"""As a target is called that is not a URL."""
MAX_ERROR_SHARE = 0.01
P95_FIRST_BYTE_MS = 2_000
P95_WHOLE_MS = 6_000
PERCENTILES = (50, 95, 99)


@dataclass
class Tally:
    """Of the chats' replies."""

    asked: int = 0
    answered: int = 0
    """Whole, and by all that the talk can tell its own."""
    refused: int = 0
    """Told honestly to try again."""
    problems: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> int:
        """Lost, broken, or another talk's."""
        return self.asked - self.answered - self.refused

    def note(self, error: Exception) -> None:
        self.refused += isinstance(error, Refused)
        kind = str(error) if isinstance(error, Refused | WrongReply) else type(error).__name__
        self.problems[kind[:120]] += 1


@dataclass(frozen=True)
class Measured:
    """By Locust, of all requests; the milliseconds are those of the chats' replies, by percentile."""

    requests: int
    failures: int
    requests_per_second: float
    first_byte_ms: Mapping[int, float]
    whole_reply_ms: Mapping[int, float]


def judged(measured: Measured, tally: Tally) -> tuple[int, dict[str, object]]:
    """Print the objectives; the exit status, and the figures."""
    share = measured.failures / measured.requests if measured.requests else 1.0
    first, whole = measured.first_byte_ms, measured.whole_reply_ms
    limits = (
        ("error share", share, _limit("MAX_ERROR_SHARE", MAX_ERROR_SHARE)),
        ("p95 of the first byte, ms", first[95], _limit("P95_FIRST_MS", P95_FIRST_BYTE_MS)),
        ("p95 of the whole reply, ms", whole[95], _limit("P95_WHOLE_MS", P95_WHOLE_MS)),
        ("replies lost or mixed up", float(tally.wrong), 0.0),
    )
    rows = [(name, f"{seen:.4g}", f"{limit:.4g}", _word(seen, limit)) for name, seen, limit in limits]
    print(results.table([("objective", "seen", "at most", ""), *rows]))
    print(f"{tally.answered} of {tally.asked} replies whole and their own talk's, {tally.refused} refused")
    for problem, count in tally.problems.most_common(10):
        print(f"  {count} x {problem}")
    figures: dict[str, object] = {
        "scenario": os.environ.get("SCENARIO", "ramp"),
        "users": int(os.environ.get("USERS", "10")),
        "seconds": float(os.environ.get("SECONDS", "60")),
        "think_seconds": float(os.environ.get("THINK", "1")),
        "target": os.environ.get("TARGET", "a URL"),
        "requests": measured.requests,
        "requests_per_second": round(measured.requests_per_second, 1),
        "failures": measured.failures,
        "replies_asked": tally.asked,
        "replies_answered": tally.answered,
        "replies_refused": tally.refused,
        "replies_lost_or_mixed_up": tally.wrong,
        "problems": dict(tally.problems),
        "first_byte_ms": {f"p{q}": first[q] for q in PERCENTILES},
        "whole_reply_ms": {f"p{q}": whole[q] for q in PERCENTILES},
        "objectives": {name: {"seen": seen, "at_most": limit} for name, seen, limit in limits},
    }
    return int(any(seen > limit for _, seen, limit in limits)), figures


def _limit(variable: str, default: float) -> float:
    return float(os.environ.get(variable) or default)


def _word(seen: float, limit: float) -> str:
    return "met" if seen <= limit else "MISSED"
