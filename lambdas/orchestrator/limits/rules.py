"""Which counters a message moves, in windows of UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestrator.errors import GuestsFull, LimitReached, MinuteFull, SignInNeeded, UsersFull
from orchestrator.limits.callers import Caller
from orchestrator.limits.counters import Counter, Mark

MINUTE = 60
DAY = 86_400
_KEPT = DAY
"""Rows outlive their window by so long, for people who look into the table."""


@dataclass(frozen=True)
class Rules:
    """The article's limits, and what keeps bills from running away. All of them count messages, but the
    last two."""

    messages_per_minute: int = 8
    """Of one user."""
    guest_messages_per_day: int = 2
    """Without login, of one guest: a conversation of chat-ui, or an address."""
    chat_ui_guest_messages_per_day: int = 2_000
    """Of all guests of chat-ui together: a new conversation makes a new guest, so that one of them alone
    bounds nothing."""
    users_per_day: int = 1_000
    tester_messages_per_minute: int = 600
    user_tokens_per_day: int = 100_000
    """Of the language model, in and out."""
    tokens_per_day: int = 5_000_000


@dataclass(frozen=True)
class Ceiling:
    """A counter, and what to say when it is full."""

    counter: Counter
    full: type[LimitReached]
    resets_at: int
    """Seconds since 1970."""


@dataclass(frozen=True)
class Place:
    """One of the day's users: taken with somebody's first message of the day."""

    mark: Mark
    ceiling: Ceiling


def ceilings(caller: Caller, rules: Rules, now: int) -> Sequence[Ceiling]:
    """What one message of the caller counts towards, the strictest first."""
    if caller.kind == "tester":
        return [_per_minute(caller, rules.tester_messages_per_minute, now)]
    counted = [_per_minute(caller, rules.messages_per_minute, now)]
    if caller.kind == "guest":
        counted.insert(0, _per_day(f"guest#{caller.id}", rules.guest_messages_per_day, SignInNeeded, now))
    if caller.through_chat_ui:
        counted.append(_per_day("chat_ui_guests", rules.chat_ui_guest_messages_per_day, GuestsFull, now))
    return counted


def place(caller: Caller, rules: Rules, now: int) -> Place | None:
    """The caller's place among the day's users; load testers take none."""
    if caller.kind == "tester":
        return None
    ceiling = _per_day("users", rules.users_per_day, UsersFull, now)
    return Place(Mark(f"user#{_day(now)}#{caller.id}", ceiling.counter.expires_at), ceiling)


def token_keys(caller: Caller, now: int) -> tuple[str, str]:
    """The counters of tokens: the caller's, and everybody's."""
    return f"tokens#{_day(now)}#{caller.id}", f"tokens#{_day(now)}"


def end_of_day(now: int) -> int:
    return now - now % DAY + DAY


def _per_minute(caller: Caller, most: int, now: int) -> Ceiling:
    end = now - now % MINUTE + MINUTE
    return Ceiling(Counter(f"minute#{end - MINUTE}#{caller.id}", most, end + _KEPT), MinuteFull, end)


def _per_day(name: str, most: int, full: type[LimitReached], now: int) -> Ceiling:
    end = end_of_day(now)
    return Ceiling(Counter(f"day#{_day(now)}#{name}", most, end + _KEPT), full, end)


def _day(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
