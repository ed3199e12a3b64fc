"""Reading one message: what it states, by code, before any model is asked.

Nothing here looks at the conversation; `planning` puts the reading into its context.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from apparel.phrases import Match, Word, fold, words
from apparel.taxonomy import CategoryWord, attribute_phrases, category_phrases, color_phrases
from orchestrator.lexicon import Brand, Lexicon
from orchestrator.occasions import Occasion, occasion_phrases, winning
from orchestrator.people import find_people
from orchestrator.prices import PriceRange, find_price_range
from orchestrator.references import References, find_references
from orchestrator.vocabulary import cue_phrases, people_phrases, stop_words

T = TypeVar("T")

_NEGATION = re.compile(
    r"\b(?:anything but|nothing (?:in|with|from|by)|nothing|not|without|except(?: for)?|other than|excluding|"
    r"avoid|(?:do ?n['o]?t|dont) (?:want|like|show|need|give)(?: me)?(?: any)?|hates?|no(?! ?[,.!]|\s*$)|"
    r"minus|apart from|instead of|rather than|bina)\b\s*((?:[^\s,.;!?]+\s*){1,5})"
)
_NEGATION_ENDS = re.compile(
    r"[,.;!?]|\b(?:but|for|under|below|above|show|give|instead|please|with|in|only|just|want)\b"
)
_NAHI = re.compile(r"((?:[^\s,.;!?]+\s+){1,2})(?:nahi|nahin|mat|chhod)\b")

_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNT = rf"(\d{{1,2}}|{'|'.join(_COUNTS)})"
_LIMIT = re.compile(
    rf"\b(?:show|give|suggest|recommend|list|find|top|best|see)\s+(?:me\s+|us\s+)?(?:only\s+|just\s+|some\s+|top\s+|the\s+top\s+|best\s+)?{_COUNT}\b"
    rf"(?!\s*(?:k\b|rs|st\b|nd\b|rd\b|th\b|%|/-|years?|inch|thousand|hundred|[-,.:]\d))"
    rf"|\b{_COUNT}\s+(?:more\s+|other\s+|different\s+)?(?:options?|products?|items?|choices|suggestions?|ideas|results|alternatives)\b"
)
_PRICE_CUES = frozenset({"cheaper", "pricier", "cheapest", "dearest"})
_JOINED = frozenset({"and", "or", "aur", "ya", "plus", "also", "nor"})
_PARTED = frozenset({"with", "for", "to", "over", "under", "on", "against", "ke", "saath"})


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


def _negated_spans(message: str) -> list[tuple[int, int]]:
    spans = []
    for match in _NEGATION.finditer(message):
        end = _NEGATION_ENDS.search(message, match.start(1), match.end(1))
        stop = end.start() if end and end.start() > match.start(1) + 1 else match.end(1)
        spans.append((match.start(1), stop))
    spans += [(match.start(1), match.end(1)) for match in _NAHI.finditer(message)]
    return spans


def _split(
    matches: Sequence[Match[T]], text: Sequence[Word], spans: Sequence[tuple[int, int]]
) -> tuple[list[Match[T]], list[Match[T]]]:
    """(wanted, unwanted)."""
    unwanted = [m for m in matches if any(low <= text[m.first].start < high for low, high in spans)]
    return [match for match in matches if match not in unwanted], unwanted


def _wanted_categories(
    matches: Sequence[Match[CategoryWord]], text: Sequence[Word]
) -> list[Match[CategoryWord]]:
    """Of "denim shirt dress" the last, of "jeans or chinos" both, of "belt for jeans" the first."""
    kept: list[Match[CategoryWord]] = []
    previous: Match[CategoryWord] | None = None
    for match in matches:
        if previous is None or match.first == previous.first:
            kept.append(match)
        else:
            between = {word.form for word in text[previous.last : match.first]}
            gap = text[previous.last - 1].end, text[match.first].start
            if between & _JOINED or _is_listed(gap, text):
                kept.append(match)
            elif between & _PARTED:
                break
            else:
                kept = [*[k for k in kept if k.first != previous.first], match]
        previous = match
    return kept


def _is_listed(gap: tuple[int, int], text: Sequence[Word]) -> bool:
    """Nothing but a comma, slash, plus or ampersand may stand between: the words themselves touch."""
    return gap[1] - gap[0] > 1 and not any(gap[0] <= word.start < gap[1] for word in text)


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
    spans = _negated_spans(folded)
    price = find_price_range(message)
    found = _find(message, text, lexicon)
    in_price = {n for n, word in enumerate(text) if price and price.start <= word.start < price.end}

    colors, not_colors = _split(found.colors, text, spans)
    attributes, not_attributes = _split(found.attributes, text, spans)
    brands, not_brands = _split(found.brands, text, spans)
    denied = [text[first].start for first in _places([*not_colors, *not_attributes]) | _places(not_brands)]
    # "anything but black shirts" is about black: the shirts are wanted.
    whole = [span for span in spans if not any(span[0] <= place < span[1] for place in denied)]
    named, not_categories = _split(found.categories, text, whole)
    categories = _wanted_categories(named, text)
    groups, _ = find_people(message, text)

    skipped = in_price | _places(not_colors) | _places(not_attributes) | _places(found.brands)
    skipped |= _places(found.cues) | _places(found.people) | _places(found.categories)
    rest = _content(text, skipped | found.places)
    # Of "jeans or chinos" not everything has to be chinos: only a single kind is a condition.
    names = _names(categories, text, lexicon)
    kinds = [categories[0].value.kind] if len(categories) == 1 and categories[0].value.kind else []
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
        not_categories=_distinct([c for match in not_categories for c in match.value.categories]),
        not_colors=_values(not_colors),
        not_attributes=_values(not_attributes),
        not_brands=_distinct([name for match in not_brands for name in match.value.names]),
        occasion=winning(found.occasions),
        references=find_references(message),
        limit=_limit(folded),
        unknown=tuple(form for form in rest if not lexicon.carries(form)),
        content=rest,
    )


@dataclass(frozen=True)
class _Found:
    """Every known phrase of a message. What one kind of phrase takes, the later ones leave alone:
    brands before categories, these before occasions, and all before attributes and colours."""

    brands: list[Match[Brand]]
    categories: list[Match[CategoryWord]]
    occasions: list[Match[Occasion]]
    attributes: list[Match[str]]
    colors: list[Match[str]]
    cues: list[Match[str]]
    people: list[Match[str]]

    @property
    def places(self) -> set[int]:
        return _places(self.occasions) | _places(self.attributes) | _places(self.colors)


def _find(message: str, text: Sequence[Word], lexicon: Lexicon) -> _Found:
    brands = lexicon.find_brands(message, text)
    cues = cue_phrases().find(text)
    # "in a lower range" asks for no pair of lowers.
    taken = _places(brands) | _places([m for m in cues if m.last - m.first > 1 and m.value in _PRICE_CUES])
    categories = category_phrases().find(text, taken)
    occasions = occasion_phrases().find(text, taken | _places(categories))
    # A single category word may state something else too: a hoodie is hooded.
    inner = {at for m in categories if m.last - m.first > 1 for at in range(m.first, m.last)}
    taken |= inner | _places(occasions)
    return _Found(
        brands=brands,
        categories=categories,
        occasions=occasions,
        attributes=attribute_phrases().find(text, taken),
        colors=color_phrases().find(text, taken),
        cues=cues,
        people=people_phrases().find(text),
    )


def _places(matches: Iterable[Match[T]]) -> set[int]:
    return {at for match in matches for at in range(match.first, match.last)}


def _values(matches: Sequence[Match[str]]) -> tuple[str, ...]:
    return _distinct([match.value for match in matches])


def _distinct(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _says_nothing(form: str) -> bool:
    return form in stop_words() or form[0].isdigit() or len(form) == 1


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
    translated = _places(stated) | skipped
    parts = [
        said.get(number) or ("" if number in translated or _says_nothing(word.form) else word.form)
        for number, word in enumerate(text)
    ]
    return " ".join(part for part in (*parts, *groups) if part)
