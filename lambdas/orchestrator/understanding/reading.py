"""Reading one message: what it states, by code, before any model is asked.

Nothing here looks at the conversation; `planning` puts the reading into its context.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from apparel.phrases import Match, Word, fold, words
from apparel.taxonomy import CategoryWord, denied_with
from orchestrator.understanding.found import (
    find_phrases,
    negated_spans,
    places_of,
    split_by,
    wanted_categories,
)
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.occasions import Occasion, winning
from orchestrator.understanding.people import find_people
from orchestrator.understanding.prices import PriceRange, find_price_range
from orchestrator.understanding.references import References, find_references
from orchestrator.understanding.vocabulary import stop_words

T = TypeVar("T")


_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNT = rf"(\d{{1,2}}|{'|'.join(_COUNTS)})"
_LIMIT = re.compile(
    rf"\b(?:show|give|suggest|recommend|list|find|top|best|see)\s+(?:me\s+|us\s+)?(?:only\s+|just\s+|some\s+|top\s+|the\s+top\s+|best\s+)?{_COUNT}\b"
    rf"(?!\s*(?:k\b|rs|st\b|nd\b|rd\b|th\b|%|/-|years?|inch|thousand|hundred|[-,.:]\d))"
    rf"|\b{_COUNT}\s+(?:more\s+|other\s+|different\s+)?(?:options?|products?|items?|choices|suggestions?|ideas|results|alternatives)\b"
)
_NO_COUNT_AFTER = frozenset({"size", "of", "number", "no", "age", "under", "below", "above", "waist"})


@dataclass(frozen=True)
class Reading:
    """What one message states. Tuples are in the order of the message."""

    message: str
    query: str
    """The message's own wish in plain words: typos mended, Hinglish translated, small words left out."""
    cues: frozenset[str]
    categories: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What the shop calls these categories, or the sub-types that were asked for; in the singular."""
    colors: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    price: PriceRange | None = None
    not_categories: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    not_attributes: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    occasion: Occasion | None = None
    references: References = field(default_factory=References)
    beside: bool = False
    """The things named are there already; what goes with them is asked for."""
    limit: int | None = None
    unknown: tuple[str, ...] = ()
    """Words that carry a wish but that no product of this shop mentions."""
    content: tuple[str, ...] = ()
    """Words that carry a wish and are in no vocabulary, known to the shop's products or not."""

    @property
    def low(self) -> Decimal | None:
        return self.price.low if self.price else None

    @property
    def high(self) -> Decimal | None:
        return self.price.high if self.price else None

    @property
    def refines(self) -> bool:
        """Whether it states anything that can narrow a wish, apart from what is worn and when."""
        stated = (self.colors, self.attributes, self.brands, self.people, self.not_categories)
        denied = (self.not_colors, self.not_attributes, self.not_brands)
        return any(stated) or any(denied) or self.price is not None

    @property
    def wishes(self) -> bool:
        """Whether it states anything about a product at all."""
        return bool(self.categories or self.occasion) or self.refines


def _limit(message: str) -> int | None:
    found = _LIMIT.search(message)
    if not found:
        return None
    number = found[1] or found[2]
    count = _COUNTS[number] if number in _COUNTS else int(number)
    return count if 1 <= count <= 20 else 20 if count > 20 else None


def read(message: str, lexicon: Lexicon) -> Reading:
    """What the message states."""
    folded = fold(message)
    text = lexicon.correct(words(message))
    spans = negated_spans(folded)
    price = find_price_range(message)
    found = find_phrases(message, text, lexicon)
    in_price = {n for n, word in enumerate(text) if price and price.start <= word.start < price.end}

    colors, not_colors = split_by(found.colors, text, spans)
    attributes, not_attributes = split_by(found.attributes, text, spans)
    brands, not_brands = split_by(found.brands, text, spans)
    denied = [
        text[first].start for first in places_of([*not_colors, *not_attributes]) | places_of(not_brands)
    ]
    # "anything but black shirts" is about black: the shirts are wanted.
    whole = [span for span in spans if not any(span[0] <= place < span[1] for place in denied)]
    named, not_categories = split_by(found.categories, text, whole)
    categories = wanted_categories(named, text)
    beside = _beside(categories, named)
    colors = [match for match in colors if match.first not in beside]
    attributes = [match for match in attributes if match.first not in beside]
    groups, _ = find_people(message, text)

    skipped = in_price | places_of(not_colors) | places_of(not_attributes) | places_of(found.brands)
    skipped |= places_of(found.cues) | places_of(found.people) | places_of(found.categories)
    rest = _content(text, skipped | found.places)
    # Of "jeans or chinos" not everything has to be chinos.
    names = _names(categories, text, lexicon)
    kinds = _kinds(categories, named)
    return Reading(
        message=message,
        query=_query(text, [*attributes, *colors], names, groups, skipped),
        cues=frozenset(match.value for match in found.cues),
        categories=_distinct([c for match in categories for c in match.value.categories]),
        names=_values(names),
        colors=_values(colors),
        attributes=_distinct([*kinds, *_values(attributes)]),
        brands=_distinct([name for match in brands for name in match.value.names]),
        people=tuple(groups),
        price=price,
        not_categories=_distinct(
            [name for match in not_categories if not match.value.kind for name in match.value.categories]
        ),
        not_colors=_values(not_colors),
        not_attributes=_distinct(
            [
                *(name for match in not_attributes for name in denied_with(match.value)),
                # "Earrings but no jhumkas" denies a sub-type, not the earrings.
                *(match.value.kind for match in not_categories if match.value.kind),
            ]
        ),
        not_brands=_distinct([name for match in not_brands for name in match.value.names]),
        occasion=winning(found.occasions),
        references=find_references(message),
        beside=any(
            cue.value == "pairing" and all(cue.last <= match.first for match in categories)
            for cue in found.cues
        ),
        limit=_limit(folded) or _leading_count(text, named, found.places | places_of(found.people)),
        unknown=tuple(form for form in rest if not lexicon.carries(form)),
        content=rest,
    )


def _values(matches: Sequence[Match[str]]) -> tuple[str, ...]:
    return _distinct([match.value for match in matches])


def _distinct(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _says_nothing(form: str) -> bool:
    return form in stop_words() or form[0].isdigit() or len(form) == 1


def _leading_count(
    text: Sequence[Word], categories: Sequence[Match[CategoryWord]], properties: set[int]
) -> int | None:
    """The number in "2 brown belts": only properties of the product stand between it and the thing."""
    for match in categories:
        at = match.first - 1
        while at in properties:
            at -= 1
        before = text[at - 1].form if at > 0 else ""
        form = text[at].form if at >= 0 else ""
        number = _COUNTS.get(form) or (int(form) if form.isdigit() and len(form) < 3 else None)
        if number and 2 <= number <= 20 and before not in _NO_COUNT_AFTER:
            return number
    return None


def _beside(wanted: Sequence[Match[CategoryWord]], named: Sequence[Match[CategoryWord]]) -> range:
    """The places that speak of another thing: "black" in "a clutch that goes with a black dress"."""
    last = max((match.last for match in wanted), default=0)
    others = [match for match in named if wanted and match.first >= last]
    other = others[0] if others else None
    if other is None or other.value.categories == wanted[-1].value.categories:
        return range(0)
    return range(last, other.last)


def _kinds(wanted: Sequence[Match[CategoryWord]], named: Sequence[Match[CategoryWord]]) -> list[str]:
    """The sub-type that everything wanted is of; "a jacket with a puffy look" is a puffer jacket too."""
    kinds = {match.value.kind for match in wanted}
    if len(kinds) == 1 and None not in kinds:
        return [kind for kind in kinds if kind]
    if len(wanted) != 1:
        return []
    same = [match.value.kind for match in named if match.value.categories == wanted[0].value.categories]
    return [kind for kind in same if kind][:1]


def _content(text: Sequence[Word], known: set[int]) -> tuple[str, ...]:
    """The words that carry a wish and are in no vocabulary."""
    return _distinct([w.form for n, w in enumerate(text) if n not in known and not _says_nothing(w.form)])


def _names(
    categories: Sequence[Match[CategoryWord]], text: Sequence[Word], lexicon: Lexicon
) -> list[Match[str]]:
    """What products call the categories: the shopper's own word where they use it too, else the plain one."""
    named = []
    for match in categories:
        forms = [word.form for word in text[match.first : match.last]]
        theirs = all(form in lexicon.catalogue_words for form in forms) or len(match.value.categories) > 1
        name = " ".join(forms) if theirs else (match.value.kind or match.value.categories[0])
        named.append(Match(name.replace("_", " "), match.first, match.last))
    return named


def _query(
    text: Sequence[Word],
    stated: Sequence[Match[str]],
    names: Sequence[Match[str]],
    groups: Sequence[str],
    skipped: set[int],
) -> str:
    """The wish in the words of product names, in the order of the message."""
    said = {match.first: match.value for match in (*stated, *names)}
    translated = places_of(stated) | skipped
    parts = [
        said.get(number) or ("" if number in translated or _says_nothing(word.form) else word.form)
        for number, word in enumerate(text)
    ]
    return " ".join(part for part in (*parts, *groups) if part)
