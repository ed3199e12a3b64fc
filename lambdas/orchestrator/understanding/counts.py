"""How many products a message asks for: "show me 3", "2 brown belts"."""

import re
from collections.abc import Sequence

from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord

_MOST = 20
_SEVERAL = 2
"""One alone is no number of products: "1 shirt" may be had in many ways."""
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_ONE = {"one": 1, "a": 1, "an": 1}
"""Which count beside other numbers: "two sarees and a lehenga"."""
_COUNT = rf"(\d{{1,2}}|{'|'.join(_COUNTS)})"
_LIMIT = re.compile(
    rf"\b(?:show|give|suggest|recommend|list|find|top|best|see)\s+(?:me\s+|us\s+)?(?:only\s+|just\s+|some\s+|top\s+|the\s+top\s+|best\s+)?{_COUNT}\b"
    rf"(?!\s*(?:k\b|rs|st\b|nd\b|rd\b|th\b|%|/-|years?|inch|thousand|hundred|[-,.:]\d))"
    rf"|\b{_COUNT}\s+more\W*$"
    rf"|\b{_COUNT}\s+(?:cheapest|costliest|most expensive|lowest)\b"
    rf"|\b{_COUNT}\s+(?:more\s+|other\s+|different\s+)?(?:options?|products?|items?|choices|suggestions?|ideas|results|alternatives)\b"
)
_NO_COUNT_AFTER = frozenset(
    {"size", "of", "number", "no", "age", "aged", "under", "below", "above", "waist", "is", "turn", "turning"}
)


def count_asked(
    folded: str, text: Sequence[Word], categories: Sequence[Match[CategoryWord]], properties: set[int]
) -> int | None:
    """How many products are asked for, at most twenty. "Show me 3 hoodies and 2 joggers" are five."""
    counts = _stated(folded), _before_kinds(text, categories, properties)
    return max(filter(None, counts), default=None)


def _stated(folded: str) -> int | None:
    """The number in "show me 3" or "ten ideas"."""
    found = _LIMIT.search(folded)
    if not found:
        return None
    number = found[found.lastindex or 0]
    count = _COUNTS[number] if number in _COUNTS else int(number)
    return min(count, _MOST) if count >= 1 else None


def _before_kinds(
    text: Sequence[Word], categories: Sequence[Match[CategoryWord]], properties: set[int]
) -> int | None:
    """The number in "2 brown belts": only properties of the product stand between it and the thing. Of
    several kinds with a number each ("3 hoodies and 2 joggers") the sum."""
    counts = {match.first: _count_before(match.first, text, properties) for match in categories}
    stated = [count for count in counts.values() if count]
    if len(stated) == len(counts) > 1 and max(stated) >= _SEVERAL:
        return min(sum(stated), _MOST)
    return next((count for count in stated if count >= _SEVERAL), None)


def _count_before(first: int, text: Sequence[Word], properties: set[int]) -> int | None:
    at = first - 1
    while at in properties:
        at -= 1
    before = text[at - 1].form if at > 0 else ""
    form = text[at].form if at >= 0 else ""
    number = _ONE.get(form) or _COUNTS.get(form) or (int(form) if form.isdigit() and len(form) < 3 else None)
    return number if number and 1 <= number <= _MOST and before not in _NO_COUNT_AFTER else None
