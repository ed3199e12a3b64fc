"""Conditions on words, as a tsquery has them."""

from collections.abc import Sequence
from itertools import combinations


def all_of(lexemes: Sequence[str]) -> str:
    return " & ".join(map(_quoted, lexemes))


def any_of(lexemes: Sequence[str]) -> str:
    return " | ".join(map(_quoted, lexemes))


def some_of(lexemes: Sequence[str], number: int) -> str:
    """At least so many of them, in any choice."""
    return " | ".join(f"({all_of(chosen)})" for chosen in combinations(lexemes, number))


def both(one: object, other: str) -> str:
    """`one` may be None."""
    return f"({one}) & ({other})" if one else other


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
