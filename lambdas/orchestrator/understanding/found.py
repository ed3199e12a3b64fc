"""The known phrases of a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from apparel.phrases import Match, Word
from apparel.taxonomy import (
    CategoryWord,
    attribute_phrases,
    category_phrases,
    color_phrases,
    is_attribute_name,
    tone_phrases,
)
from orchestrator.understanding.brand_names import Brand
from orchestrator.understanding.lengths import find_lengths
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.makers import find_makers
from orchestrator.understanding.occasions import Occasion, occasion_phrases, winning
from orchestrator.understanding.places import not_within, places_of
from orchestrator.understanding.senses import (
    asked_for,
    meant_brands,
    no_properties,
    no_things,
    of_the_whole,
    only_spoken_of,
    sold_here,
)
from orchestrator.understanding.vocabulary import cue_phrases, elsewhere_phrases, people_phrases

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
    """Every known phrase of a message; `text` are its words, with typing errors mended."""
    makers = find_makers(lexicon.makers, text)
    made = places_of(makers)
    named_brands = [match for match in lexicon.find_brands(message, text) if match.first not in made]
    brands = meant_brands(named_brands, text)
    cues = _cues(text)
    # "in a lower range" asks for no pair of lowers.
    taken = (
        made
        | places_of(brands)
        | places_of([m for m in cues if m.last - m.first > 1 and m.value in _PRICE_CUES])
    )
    categories, elsewhere = _things(text, taken)
    people = people_phrases().find(text)
    longer = attribute_phrases().find(text, made | places_of(brands))
    taken |= places_of(elsewhere)
    occasions = _occasions(text, taken | places_of(categories), longer, people)
    meant = winning(occasions)
    taken |= _inner(categories, text) | places_of([match for match in occasions if match.value == meant])
    attributes = attribute_phrases().find(text, taken | no_properties(text, categories))
    colors = of_the_whole(_colors(text, taken), categories, text)
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


def _cues(text: Sequence[Word]) -> list[Match[str]]:
    """What is asked: "his" is no "hi", nor "oks" an "ok", and a cricket match matches nothing."""
    plurals = {at for at, word in enumerate(text) if len(word.form) == _BRIEF < len(word.spelt)}
    return not_within(cue_phrases().find(text, plurals), occasion_phrases().find(text))


def _things(text: Sequence[Word], taken: set[int]) -> tuple[list[Match[CategoryWord]], list[Match[str]]]:
    """(kinds of product, things that no such shop sells)."""
    properties = attribute_phrases().find(text, taken)
    named = not_within(category_phrases().find(text, taken | no_things(text)), properties)
    known_occasions = occasion_phrases().find(text, taken)
    categories, elsewhere = sold_here(
        not_within(named, known_occasions),
        not_within(elsewhere_phrases().find(text, taken), known_occasions),
    )
    # A coat for my dog is no coat of ours.
    if any(text[thing.first].form == "for" for thing in elsewhere):
        categories = []
    # In "a bag for my laptop" nobody asks for the laptop.
    return categories, [] if categories else asked_for(elsewhere, properties, text)


def _occasions(
    text: Sequence[Word],
    taken: set[int],
    properties: Sequence[Match[str]],
    people: Sequence[Match[str]],
) -> list[Match[Occasion]]:
    """Where it shall be worn: the in-laws count, no mother-in-law does; a college girl goes to college."""
    heads = {match.first for match in people}
    named = not_within(occasion_phrases().find(text, taken), properties)
    named = [match for match in named if match.first in heads or not_within([match], people)]
    return [match for match in named if not only_spoken_of(text, match)]


def _inner(categories: Sequence[Match[CategoryWord]], text: Sequence[Word]) -> set[int]:
    """The places that state nothing but the thing. A single word may say more: a hoodie is hooded. So may
    several that stand right before the thing itself (slip-on sneakers are slip-ons), or that are the name of
    a property too (block heels)."""
    heads = {match.first for match in categories}
    longer = [m for m in categories if m.last - m.first > 1 and m.last not in heads]
    return places_of([m for m in longer if not is_attribute_name(text[m.first : m.last])])


def _colors(text: Sequence[Word], taken: set[int]) -> list[Match[str]]:
    """The colours and the tones: "dark colours", but of "dark green" the colour alone."""
    colors = color_phrases().find(text, taken)
    begun = {match.first for match in colors}
    tones = [tone for tone in tone_phrases().find(text, taken | places_of(colors)) if tone.last not in begun]
    return sorted([*colors, *tones], key=lambda match: match.first)
