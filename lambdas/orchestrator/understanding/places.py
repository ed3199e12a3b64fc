"""Where phrases stand in a message: apart, within one another, or denied."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from apparel.phrases import Match, Word

T = TypeVar("T")


def places_of(matches: Iterable[Match[T]]) -> set[int]:
    return {at for match in matches for at in range(match.first, match.last)}


def split_by(
    matches: Sequence[Match[T]], text: Sequence[Word], spans: Sequence[tuple[int, int]]
) -> tuple[list[Match[T]], list[Match[T]]]:
    """(wanted, unwanted)."""
    unwanted = [m for m in matches if any(low <= text[m.first].start < high for low, high in spans)]
    return [match for match in matches if match not in unwanted], unwanted


def not_within(matches: Sequence[Match[T]], others: Sequence[Match[Any]]) -> list[Match[T]]:
    """Those that are no part of another thing's longer name: no tie in "tie and dye", nothing cold in "cold
    shoulder", no ring in "ring ceremony"."""
    return [
        match
        for match in matches
        if not any(
            longer.first <= match.first
            and match.last <= longer.last
            and longer.last - longer.first > match.last - match.first
            for longer in others
        )
    ]
