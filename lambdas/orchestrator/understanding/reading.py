"""Reading one message: what it states, by code, before any model is asked.

Nothing here looks at the conversation; `planning` puts the reading into its context.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from apparel.contracts import EITHER
from apparel.phrases import Match, Word, fold, words
from apparel.taxonomy import CategoryWord, attribute_phrases, denied_with, meant_by_word
from apparel.taxonomy import categories as known_categories
from orchestrator.understanding.beside import going_with, part
from orchestrator.understanding.brand_names import Brand
from orchestrator.understanding.counts import count_asked
from orchestrator.understanding.found import Found, find_phrases
from orchestrator.understanding.joined import kinds_of, together, with_alternatives
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.negation import negated_spans, released_spans
from orchestrator.understanding.occasions import Occasion, winning
from orchestrator.understanding.people import find_people, likely_people, speaker_of, with_speaker
from orchestrator.understanding.phrasing import (
    content_of,
    described_of,
    names_of,
    query_of,
    silent_places,
    spoken_of,
)
from orchestrator.understanding.pictured import spelt_out
from orchestrator.understanding.places import places_of, split_by
from orchestrator.understanding.prices import PriceRange, find_price_range
from orchestrator.understanding.references import ORDINAL_WORDS, References, find_references

T = TypeVar("T")
_FOR_SELF = re.compile(r"\b(?:for me|for myself|(?:mere|apne|khud ke) (?:liye|lie))\b")
_OF = frozenset({"wala", "wale", "wali", "ka", "ke", "ki", "coloured", "colored"})


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
    every_color: bool = False
    """One product shall have all the colours."""
    attributes: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    worn_with: tuple[str, ...] = ()
    """The categories of what it shall go with."""
    likely_people: tuple[str, ...] = ()
    """Whom it is for if nobody says, the likeliest first."""
    speaker: str = ""
    """The group of who writes, where the message tells."""
    for_self: bool = False
    """It shall be for who writes."""
    price: PriceRange | None = None
    not_categories: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    not_attributes: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    """Colours, attributes and brands that were wished and no longer matter: "never mind the linen"."""
    occasion: Occasion | None = None
    references: References = field(default_factory=References)
    beside: bool = False
    """The things named are there already; what goes with them is asked for."""
    limit: int | None = None
    elsewhere: str = ""
    """A thing that is named and that no such shop sells, in the shopper's words."""
    makers: tuple[str, ...] = ()
    """Of whom this shop sells nothing."""
    unknown: tuple[str, ...] = ()
    """Words that carry a wish but that no product of this shop mentions."""
    described: tuple[str, ...] = ()
    """Of these, as they were written, those that say what the thing shall have on it: "with cartoons"."""
    content: tuple[str, ...] = ()
    """Words that carry a wish and are in no vocabulary, known to the shop's products or not."""
    said: str = ""
    """The part of the message that these words stand in, as it was written: "not so heavy"."""

    @property
    def low(self) -> Decimal | None:
        return self.price.low if self.price else None

    @property
    def high(self) -> Decimal | None:
        return self.price.high if self.price else None

    @property
    def refines(self) -> bool:
        """Whether it states anything that can narrow or widen a wish, apart from what is worn and when."""
        stated = (self.colors, self.attributes, self.brands, self.people, self.not_categories, self.released)
        denied = (self.not_colors, self.not_attributes, self.not_brands)
        return any(stated) or any(denied) or self.price is not None

    @property
    def wishes(self) -> bool:
        """Whether it states anything about a product at all."""
        return bool(self.categories or self.occasion) or self.refines


def read(message: str, lexicon: Lexicon) -> Reading:
    """What the message states."""
    message = spelt_out(message)
    folded = fold(message)
    text = lexicon.correct(words(message), message)
    price = find_price_range(message)
    found = find_phrases(message, text, lexicon)
    released, found = _released(found, text, released_spans(folded))
    spans = negated_spans(folded)

    colors, not_colors = split_by(found.colors, text, spans)
    attributes, not_attributes = split_by(found.attributes, text, spans)
    brands, not_brands = split_by(found.brands, text, spans)
    denied = places_of([*not_colors, *not_attributes]) | places_of(not_brands)
    named, not_categories = _named(found, text, spans, denied)
    beside = part(named, text, folded, found.cues)
    categories = beside.wanted
    colors = [match for match in colors if match.first not in beside.places]
    attributes = with_alternatives([m for m in attributes if m.first not in beside.places], folded, text)
    attributes = _of_all_kinds(attributes, categories)
    found_groups, _ = find_people(message, text)
    speaker = speaker_of(text, found_groups)
    groups = with_speaker(message, text, found_groups, speaker)

    in_price = {n for n, word in enumerate(text) if price and price.start <= word.start < price.end}
    skipped = (
        in_price
        | silent_places(text, places_of(found.brands))
        | places_of(not_colors)
        | places_of(not_attributes)
        | places_of(found.brands)
    )
    skipped |= places_of(found.cues) | places_of(found.people) | places_of(found.categories)
    skipped |= places_of(found.elsewhere) | places_of(found.makers) | released.places | beside.places
    known = skipped | found.places
    rest = content_of(text, known)
    # Of "jeans or chinos" not everything has to be chinos.
    names = names_of(categories, text, lexicon)
    return Reading(
        message=message,
        query=query_of(text, [*attributes, *colors], names, groups, skipped),
        cues=_cues(found, text, spans, in_price),
        categories=going_with(
            () if beside.pairing else beside.worn_with, _categories(categories, text, groups)
        ),
        names=_values(names),
        colors=_values(colors),
        every_color=together(colors, folded, text),
        attributes=_distinct([*kinds_of(categories, named), *_values(attributes)]),
        brands=_names(brands),
        people=tuple(groups),
        worn_with=beside.worn_with,
        likely_people=likely_people(text, beside.worn_with),
        speaker=speaker,
        for_self=_FOR_SELF.search(folded) is not None and not groups,
        price=price,
        not_categories=_distinct(
            [name for match in not_categories if not match.value.kind for name in match.value.categories]
        ),
        not_colors=_values(not_colors),
        not_attributes=_denied(not_attributes, not_categories, text, wanted=_values(attributes)),
        not_brands=_names(not_brands),
        released=released.values,
        occasion=winning(found.occasions) if _may_be_worn(categories) else None,
        references=find_references(_without_counted(message, text, found.occasions)),
        beside=beside.pairing,
        limit=count_asked(folded, text, named, found.places | places_of(found.people)),
        elsewhere=" ".join(word.spelt for m in found.elsewhere[:1] for word in text[m.first : m.last]),
        makers=_values(split_by(found.makers, text, spans)[0]),
        unknown=tuple(form for form in rest if not lexicon.carries(form)),
        described=described_of(text, known, places_of(categories), lexicon),
        content=rest,
        said=spoken_of(text, known, message),
    )


def _may_be_worn(wanted: Sequence[Match[CategoryWord]]) -> bool:
    """Whether what is wanted goes to an occasion: no mug does."""
    named = [name for match in wanted for name in match.value.categories]
    return not named or any(known_categories()[name].wearable for name in named)


def _without_counted(message: str, text: Sequence[Word], occasions: Sequence[Match[Occasion]]) -> str:
    """The message without the ordinals of occasions: "my first Diwali" points at no product."""
    for match in occasions:
        before = text[match.first - 1] if match.first else None
        if before and before.spelt in ORDINAL_WORDS:
            message = f"{message[: before.start]}{' ' * (before.end - before.start)}{message[before.end :]}"
    return message


def _cues(
    found: Found, text: Sequence[Word], spans: Sequence[tuple[int, int]], in_price: set[int]
) -> frozenset[str]:
    """What else the message asks. "Not so costly" asks for what costs little; "not more than 2000" for no
    more."""
    asked = [match for match in found.cues if match.value != "more" or match.first not in in_price]
    cues, denied = split_by(asked, text, spans)
    others = ["budget" if match.value in {"premium", "pricier"} else match.value for match in denied]
    return frozenset([*(match.value for match in cues), *others])


def _of_all_kinds(
    attributes: Sequence[Match[str]], wanted: Sequence[Match[CategoryWord]]
) -> list[Match[str]]:
    """The attributes less those that one of several kinds has by its name: of "hoodies and track pants" the
    hood is no condition on the track pants."""
    kinds = [{*range(match.first, match.last)} for match in {match.first: match for match in wanted}.values()]

    def is_of_all(value: str) -> bool:
        said = {match.first for match in attributes if match.value == value}
        return all(said & places for places in kinds)

    named = set().union(*kinds)
    return [match for match in attributes if match.first not in named or is_of_all(match.value)]


@dataclass(frozen=True)
class _Released:
    values: tuple[str, ...]
    places: set[int]


def _released(
    found: Found, text: Sequence[Word], spans: Sequence[tuple[int, int]]
) -> tuple[_Released, Found]:
    """What no longer matters, and what is left without it."""
    colors, free_colors = split_by(found.colors, text, spans)
    attributes, free_attributes = split_by(found.attributes, text, spans)
    brands, free_brands = split_by(found.brands, text, spans)
    values = (*_values(free_colors), *_values(free_attributes), *_names(free_brands))
    places = places_of([*free_colors, *free_attributes]) | places_of(free_brands)
    return _Released(values, places), found.with_stated(colors, attributes, brands)


def _categories(
    wanted: Sequence[Match[CategoryWord]], text: Sequence[Word], groups: Sequence[str]
) -> tuple[str, ...]:
    return _distinct(
        [
            category
            for match in wanted
            for category in meant_by_word(text[match.first].form, groups) or match.value.categories
        ]
    )


def _named(
    found: Found, text: Sequence[Word], spans: Sequence[tuple[int, int]], denied: set[int]
) -> tuple[list[Match[CategoryWord]], list[Match[CategoryWord]]]:
    """(kinds that are named, kinds that are ruled out).

    "Anything but black shirts" is about black: the shirts are wanted.
    """
    _, unwanted = split_by(found.categories, text, spans)
    stated = found.places | denied
    ruled_out = [match for match in unwanted if _word_before(match.first, text) not in stated]
    named = [match for match in found.categories if match not in ruled_out]
    # Of "trousers, not formal" the trousers stay, though they are formal wear too.
    wished = [{*match.value.categories} for match in named]
    sub_types = [match.value for match in named if match.value.kind]
    return named, [
        match
        for match in ruled_out
        if match.value not in sub_types
        and (match.value.kind or not any(wanted <= {*match.value.categories} for wanted in wished))
    ]


def _word_before(place: int, text: Sequence[Word]) -> int:
    """The place of the word that this one has before it: "collar" in "collar wali tshirt"."""
    return next((at for at in range(place - 1, -1, -1) if text[at].form not in _OF), -1)


def _denied(
    attributes: Sequence[Match[str]],
    categories: Sequence[Match[Any]],
    text: Sequence[Word],
    wanted: Sequence[str],
) -> tuple[str, ...]:
    """The attributes and sub-types that are ruled out, but for those that are wanted in the same breath.

    "Not faux leather" leaves real leather in, and "earrings but no jhumkas" the earrings.
    """
    exact = {match.first for match in attributes if match.value == _phrase(match, text)}
    names = [
        name
        for match in attributes
        if match.first not in exact or match.value == _phrase(match, text)
        for name in match.value.split(EITHER)
    ]
    denied = [name for value in names for name in denied_with(value)]
    kinds = [match.value.kind for match in categories if match.value.kind]
    # "Without dupatta" is said of a set that may have one.
    parts = [f"with {_phrase(match, text)}" for match in categories]
    having = [found.value for part in parts for found in attribute_phrases().find(words(part))]
    denied += [name for name in having if name in parts]
    return tuple(name for name in _distinct([*denied, *kinds]) if name not in wanted)


def _phrase(match: Match[Any], text: Sequence[Word]) -> str:
    return " ".join(word.form for word in text[match.first : match.last])


def _names(brands: Sequence[Match[Brand]]) -> tuple[str, ...]:
    return _distinct([name for match in brands for name in match.value.names])


def _values(matches: Sequence[Match[str]]) -> tuple[str, ...]:
    return _distinct([match.value for match in matches])


def _distinct(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
