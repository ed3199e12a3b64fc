"""Known words that mean something else where they stand: a verb, a part of something, somebody else's."""

from collections.abc import Sequence
from itertools import pairwise

from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord, attribute_phrases, category_phrases, color_phrases
from orchestrator.understanding.brand_names import Brand
from orchestrator.understanding.occasions import Occasion, occasion_phrases
from orchestrator.understanding.places import not_within, places_of
from orchestrator.understanding.vocabulary import cue_phrases, elsewhere_phrases, people_phrases
from orchestrator.understanding.wanted import PARTED

_COMPANIONS = frozenset({"friend", "colleague", "team", "gang", "people", "folk", "mate", "buddy", "buddies"})
_MET = frozenset("my our him her his them you some someone somebody friend old up".split())
# "I want to check" asks for no checks, and "what shall I pack" for no pack of two.
_VERBS = frozenset({"check", "pack", "print", "wrap", "lace", "stretch", "wash", "rip"})
_BEFORE_VERBS = frozenset({"i", "to", "we", "you", "should", "can", "could", "let", "shall"})
_FIGURE = frozenset({"slim", "skinny", "curvy"})
_LOOKING = frozenset({"look", "looking", "appear", "feel"})
_DRESSERS = frozenset({"i", "to", "we", "should", "properly"})
_DRESSED_HOW = frozenset("better well up down nicely properly smartly sharply myself himself herself".split())
_MANY = frozenset({"bahut", "bohot", "bhot", "itni", "kitni", "dher", "kaafi"})
_POINTING = frozenset({"it", "them", "this", "that", "these", "those"})
_PART = 3
"""Words after "with" that may say the colour of a part."""
_SUITED = frozenset({"me", "my", "him", "her", "us", "you", "your", "them", "a", "an", "the", "every", "all"})
_MODALS = frozenset({"would", "will", "can", "could", "to", "might", "may", "not", "doesnt", "wont"})


def no_things(text: Sequence[Word]) -> set[int]:
    """The places of words that name a product elsewhere and none here: "the cheapest overall"."""
    overall = {at for at, word in enumerate(text) if word.spelt == "overall"}
    # "Bahut saari jeb": many pockets.
    many = {at for at, word in enumerate(text) if word.spelt == "saari" and at and text[at - 1].form in _MANY}
    return overall | many | _suiting(text) | _dressing(text)


def _suiting(text: Sequence[Word]) -> set[int]:
    """The places of "suit" where it is a verb: "which dress suits me", "what jeans suit her", "what would
    suit my wife"."""
    return {
        at
        for at, (word, after) in enumerate(pairwise(text))
        if word.form == "suit" and after.form in _SUITED
        if word.spelt == "suits"
        or (at and (text[at - 1].form in _MODALS or text[at - 1].spelt.endswith("s")))
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


def no_properties(text: Sequence[Word], categories: Sequence[Match[CategoryWord]]) -> set[int]:
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


def of_the_whole(
    colors: Sequence[Match[str]], categories: Sequence[Match[CategoryWord]], text: Sequence[Word]
) -> list[Match[str]]:
    """The colours less those of a part: of "a navy blazer with gold buttons" the navy."""
    things = [match.last for match in categories if any(color.last <= match.first for color in colors)]
    after = range(min(things, default=len(text)), len(text) - 1)
    parts = [at for at in after if text[at].form == "with" and text[at + 1].form not in _POINTING]
    return [color for color in colors if not any(0 < color.first - at <= _PART for at in parts)]


def only_spoken_of(text: Sequence[Word], occasion: Match[Occasion]) -> bool:
    """Whether nobody goes there: "your office", "a trek with office friends", "meeting my uncle"."""
    before = [word.form for word in text[max(0, occasion.first - 2) : occasion.first]]
    after = text[occasion.last].form if occasion.last < len(text) else ""
    if text[occasion.first].form == "meeting" and after in _MET:
        return True
    with_people = after in _COMPANIONS or bool(people_phrases().find(text[occasion.last : occasion.last + 1]))
    return before[-1:] in (["your"], ["aapka"], ["aapke"]) or ("with" in before and with_people)


def meant_brands(brands: Sequence[Match[Brand]], text: Sequence[Word]) -> list[Match[Brand]]:
    """Those that are no part of an occasion ("campus placement") or of another phrase ("dress code", "cat
    eye"), and no thing of another shop ("sweets") where no product is named."""
    meant = not_within(not_within(brands, occasion_phrases().find(text)), cue_phrases().find(text))
    meant = not_within(meant, attribute_phrases().find(text))
    if category_phrases().find(text):
        return meant
    things = places_of(elsewhere_phrases().find(text))
    return [match for match in meant if match.value.clarity == "sure" or match.first not in things]


def sold_here(
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


def asked_for(
    things: Sequence[Match[str]], properties: Sequence[Match[str]], text: Sequence[Word]
) -> list[Match[str]]:
    """Those that are asked for themselves: "laptops", but not "with room for a laptop", "on the sofa", nor
    "apple green"."""
    stated = {match.first for match in properties}
    shades = {match.first for match in color_phrases().find(text)}
    return [
        thing
        for thing in things
        if thing.last not in shades
        if "on" not in {word.form for word in text[max(0, thing.first - 2) : thing.first]}
        if thing.first not in stated
        or not {word.form for word in text[max(0, thing.first - 3) : thing.first]} & PARTED
    ]
