"""The known phrases of a message, and which of them are wanted or denied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

from apparel.phrases import Match, Word
from apparel.taxonomy import (
    CategoryWord,
    attribute_phrases,
    category_phrases,
    color_phrases,
    general_word_for,
    tone_phrases,
)
from orchestrator.understanding.brand_names import Brand
from orchestrator.understanding.lengths import find_lengths
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.makers import find_makers
from orchestrator.understanding.occasions import Occasion, occasion_phrases, winning
from orchestrator.understanding.vocabulary import cue_phrases, elsewhere_phrases, people_phrases

T = TypeVar("T")

_JOINED = frozenset({"and", "or", "aur", "ya", "plus", "also", "nor"})
_INSIDE = frozenset({"in", "into", "inside"})
_CONTAINERS = frozenset({"handbag", "backpack", "luggage", "wallet"})
PARTED = frozenset({"with", "for", "to", "over", "under", "on", "against", "ke", "saath"})
_COMPANIONS = frozenset({"friend", "colleague", "team", "gang", "people", "folk", "mate", "buddy", "buddies"})
_MET = frozenset("my our him her his them you some someone somebody friend old up".split())
# "I want to check" asks for no checks, and "what shall I pack" for no pack of two.
_VERBS = frozenset({"check", "pack", "print", "wrap", "lace", "stretch", "wash", "rip"})
_BEFORE_VERBS = frozenset({"i", "to", "we", "you", "should", "can", "could", "let", "shall"})
_FIGURE = frozenset({"slim", "skinny", "curvy"})
_LOOKING = frozenset({"look", "looking", "appear", "feel"})
_DRESSERS = frozenset({"i", "to", "we", "should", "properly"})
_DRESSED_HOW = frozenset("better well up down nicely properly smartly sharply myself himself herself".split())
_POINTING = frozenset({"it", "them", "this", "that", "these", "those"})
_PART = 3
"""Words after "with" that may say the colour of a part."""
_SUITED = frozenset({"me", "my", "him", "her", "us", "you", "your", "them", "a", "an", "the", "every", "all"})
_MODALS = frozenset({"would", "will", "can", "could", "to", "might", "may", "not", "doesnt", "wont"})
_BRIEF = 2
"""Letters of a word that has no plural."""
_PRICE_CUES = frozenset({"cheaper", "pricier", "cheapest", "dearest"})


@dataclass(frozen=True)
class Found:
    """Every known phrase of a message. What one kind of phrase takes, the later ones leave alone:
    brands before categories, these before occasions, and all before attributes and colours."""

    brands: list[Match[Brand]]
    categories: list[Match[CategoryWord]]
    occasions: list[Match[Occasion]]
    attributes: list[Match[str]]
    colors: list[Match[str]]
    cues: list[Match[str]]
    people: list[Match[str]]
    elsewhere: list[Match[str]]
    """Things that no such shop sells."""
    makers: list[Match[str]]
    """Of whom this shop sells nothing."""

    @property
    def places(self) -> set[int]:
        return places_of(self.occasions) | places_of(self.attributes) | places_of(self.colors)

    def with_stated(
        self, colors: list[Match[str]], attributes: list[Match[str]], brands: list[Match[Brand]]
    ) -> "Found":
        """The same with these instead."""
        return replace(self, colors=colors, attributes=attributes, brands=brands)


def find_phrases(message: str, text: Sequence[Word], lexicon: Lexicon) -> Found:
    makers = find_makers(lexicon.makers, text)
    made = places_of(makers)
    named_brands = [match for match in lexicon.find_brands(message, text) if match.first not in made]
    brands = _meant_brands(named_brands, text)
    # "His" is no "hi", nor "oks" an "ok".
    plurals = {at for at, word in enumerate(text) if len(word.form) == _BRIEF < len(word.spelt)}
    # A cricket match matches nothing.
    cues = _not_within(cue_phrases().find(text, plurals), occasion_phrases().find(text))
    # "in a lower range" asks for no pair of lowers.
    taken = (
        made
        | places_of(brands)
        | places_of([m for m in cues if m.last - m.first > 1 and m.value in _PRICE_CUES])
    )
    properties = attribute_phrases().find(text, taken)
    named = _not_within(category_phrases().find(text, taken | _suiting(text) | _dressing(text)), properties)
    known_occasions = occasion_phrases().find(text, taken)
    categories, elsewhere = _sold_here(
        _not_within(named, known_occasions),
        _not_within(elsewhere_phrases().find(text, taken), known_occasions),
    )
    # In "a bag for my laptop" nobody asks for the laptop.
    # A coat for my dog is no coat of ours.
    beings = [thing for thing in elsewhere if text[thing.first].form == "for"]
    categories = [] if beings else categories
    elsewhere = [] if categories else _asked_for(elsewhere, properties, text)
    taken |= places_of(elsewhere)
    longer = attribute_phrases().find(text, made | places_of(brands))
    people = people_phrases().find(text)
    named_occasions = occasion_phrases().find(text, taken | places_of(categories))
    # Meeting the in-laws, but no mother-in-law.
    occasions = _not_within(_not_within(named_occasions, longer), people)
    occasions = [match for match in occasions if not _only_spoken_of(text, match)]
    # A single category word may state something else too: a hoodie is hooded.
    # So may several that stand right before the thing itself: slip-on sneakers are slip-ons.
    heads = {match.first for match in categories}
    inner = {
        at
        for m in categories
        if m.last - m.first > 1 and m.last not in heads
        for at in range(m.first, m.last)
    }
    meant = winning(occasions)
    taken |= inner | places_of([match for match in occasions if match.value == meant])
    attributes = attribute_phrases().find(text, taken | _otherwise_meant(text, categories))
    colors = _with_tones(color_phrases().find(text, taken), text, taken)
    colors = _of_the_whole(colors, categories, text)
    lengths = find_lengths(text, categories, places_of(attributes) | places_of(colors))
    return Found(
        brands=brands,
        categories=categories,
        occasions=occasions,
        attributes=sorted([*attributes, *lengths], key=lambda match: match.first),
        colors=colors,
        cues=cues,
        people=people,
        elsewhere=elsewhere,
        makers=makers,
    )


def _with_tones(colors: Sequence[Match[str]], text: Sequence[Word], taken: set[int]) -> list[Match[str]]:
    """The colours with the tones: "dark colours", but of "dark green" the colour alone."""
    begun = {match.first for match in colors}
    tones = [tone for tone in tone_phrases().find(text, taken | places_of(colors)) if tone.last not in begun]
    return sorted([*colors, *tones], key=lambda match: match.first)


def _of_the_whole(
    colors: Sequence[Match[str]], categories: Sequence[Match[CategoryWord]], text: Sequence[Word]
) -> list[Match[str]]:
    """The colours less those of a part: of "a navy blazer with gold buttons" the navy."""
    things = [match.last for match in categories if any(color.last <= match.first for color in colors)]
    after = range(min(things, default=len(text)), len(text) - 1)
    parts = [at for at in after if text[at].form == "with" and text[at + 1].form not in _POINTING]
    return [color for color in colors if not any(0 < color.first - at <= _PART for at in parts)]


def _suiting(text: Sequence[Word]) -> set[int]:
    """The places of "suit" where it is a verb: "which dress suits me", "what would suit my wife"."""
    return {
        at
        for at, (word, after) in enumerate(pairwise(text))
        if word.form == "suit" and after.form in _SUITED
        if word.spelt == "suits" or (at and text[at - 1].form in _MODALS)
    }


def _otherwise_meant(text: Sequence[Word], categories: Sequence[Match[CategoryWord]]) -> set[int]:
    """The places of words that would be properties if they were not verbs, or said of the wearer (who wants
    to look slim asks for no slim fit), or of several things together (a combo of shirt and trousers)."""
    several = len({match.first for match in categories}) > 1
    combos = {at for at, word in enumerate(text) if several and word.form == "combo"}
    return combos | {
        at
        for at, word in enumerate(text)
        if at
        if (word.form in _VERBS and text[at - 1].form in _BEFORE_VERBS)
        or (word.form in _FIGURE and text[at - 1].form in _LOOKING)
    }


def _dressing(text: Sequence[Word]) -> set[int]:
    """The places of "dress" where no dress is meant: "help me dress better", "the dress code"."""
    return {
        at
        for at, word in enumerate(text)
        if word.spelt == "dress"
        if (at and text[at - 1].form in _DRESSERS)
        or (at + 1 < len(text) and text[at + 1].form == "code")
        or (at + 1 < len(text) and text[at + 1].form in _DRESSED_HOW)
    }


def _meant_brands(brands: Sequence[Match[Brand]], text: Sequence[Word]) -> list[Match[Brand]]:
    """Those that are no part of an occasion ("campus placement") or of another phrase ("dress code"), and no
    thing of another shop
    ("sweets") where no product is named."""
    spoken = [*occasion_phrases().find(text), *cue_phrases().find(text)]
    meant = _not_within(brands, spoken)
    if category_phrases().find(text):
        return meant
    things = places_of(elsewhere_phrases().find(text))
    return [match for match in meant if match.value.clarity == "sure" or match.first not in things]


def _not_within(matches: Sequence[Match[T]], others: Sequence[Match[Any]]) -> list[Match[T]]:
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


def _only_spoken_of(text: Sequence[Word], occasion: Match[Occasion]) -> bool:
    """Whether nobody goes there: "your office", "a trek with office friends", "meeting my uncle"."""
    before = [word.form for word in text[max(0, occasion.first - 2) : occasion.first]]
    after = text[occasion.last].form if occasion.last < len(text) else ""
    if text[occasion.first].form == "meeting" and after in _MET:
        return True
    with_people = after in _COMPANIONS or bool(people_phrases().find(text[occasion.last : occasion.last + 1]))
    return before[-1:] in (["your"], ["aapka"], ["aapke"]) or ("with" in before and with_people)


def _sold_here(
    categories: Sequence[Match[CategoryWord]], elsewhere: Sequence[Match[str]]
) -> tuple[list[Match[CategoryWord]], list[Match[str]]]:
    """Of a phone case and an air conditioner the longer phrase says what it is."""
    foreign = [
        thing
        for thing in elsewhere
        if not any(
            match.first <= thing.first and thing.last <= match.last and match.last - match.first > 1
            for match in categories
        )
    ]
    return [match for match in categories if not {match.first} & places_of(foreign)], foreign


def _asked_for(
    things: Sequence[Match[str]], properties: Sequence[Match[str]], text: Sequence[Word]
) -> list[Match[str]]:
    """Those that are asked for themselves: "laptops", but not "with room for a laptop", nor "apple green"."""
    stated = {match.first for match in properties}
    shades = {match.first for match in color_phrases().find(text)}
    return [
        thing
        for thing in things
        if thing.last not in shades
        if thing.first not in stated
        or not {word.form for word in text[max(0, thing.first - 3) : thing.first]} & PARTED
    ]


def places_of(matches: Iterable[Match[T]]) -> set[int]:
    return {at for match in matches for at in range(match.first, match.last)}


def split_by(
    matches: Sequence[Match[T]], text: Sequence[Word], spans: Sequence[tuple[int, int]]
) -> tuple[list[Match[T]], list[Match[T]]]:
    """(wanted, unwanted)."""
    unwanted = [m for m in matches if any(low <= text[m.first].start < high for low, high in spans)]
    return [match for match in matches if match not in unwanted], unwanted


def wanted_categories(
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
            general = _is_general(previous, match, text)
            if general and _is_property(match, text) and not between & (_JOINED | PARTED):
                continue
            if between & _JOINED or _is_listed(gap, text) or _is_for_another(previous, match, text):
                kept.append(match)
            elif not between and general:
                continue
            elif between & PARTED or (between & _INSIDE and set(match.value.categories) <= _CONTAINERS):
                break
            else:
                kept = [*[k for k in kept if k.first != previous.first], match]
        previous = match
    return kept


def _is_property(match: Match[CategoryWord], text: Sequence[Word]) -> bool:
    """Whether the words say no more of the thing than what it is like: "a shirt, a white one, formal"."""
    return bool(attribute_phrases().find(text[match.first : match.last]))


def _is_general(one: Match[CategoryWord], after: Match[CategoryWord], text: Sequence[Word]) -> bool:
    """Whether the second word only says what sort of thing the first is: "jogger pants", "loafer shoes"."""
    first, second = set(one.value.categories), set(after.value.categories)
    return first < second or bool(first & set(general_word_for(text[after.first].form)))


def _is_for_another(one: Match[CategoryWord], after: Match[CategoryWord], text: Sequence[Word]) -> bool:
    """Whether the first is for somebody, and a comma leads to the second: "a saree for mom, a kurta"."""
    people = people_phrases().find(text[one.last : after.first])
    ends = [one.last + person.last for person in people]
    return any(text[end].start - text[end - 1].end > 1 and not text[end - 1].possessive for end in ends)


def _is_listed(gap: tuple[int, int], text: Sequence[Word]) -> bool:
    """Nothing but a comma, slash, plus or ampersand may stand between: the words themselves touch."""
    return gap[1] - gap[0] > 1 and not any(gap[0] <= word.start < gap[1] for word in text)
