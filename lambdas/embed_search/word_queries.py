"""Conditions on words, as a tsquery has them."""

from collections.abc import Sequence


def all_of(lexemes: Sequence[str]) -> str:
    return " & ".join(map(_quoted, lexemes))


def any_of(lexemes: Sequence[str]) -> str:
    return " | ".join(map(_quoted, lexemes))


def some_of(lexemes: Sequence[str], number: int) -> str:
    """At least so many of them: the first one and one less of the rest, or as many of the rest. That is half
    as long as all choices in a row, and twice as fast to check."""
    if number in (1, len(lexemes)):
        return any_of(lexemes) if number == 1 else all_of(lexemes)
    first, rest = lexemes[0], lexemes[1:]
    return f"({_quoted(first)} & ({some_of(rest, number - 1)})) | ({some_of(rest, number)})"


def both(one: object, other: str) -> str:
    """`one` may be None."""
    return f"({one}) & ({other})" if one else other


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
