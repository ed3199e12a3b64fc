"""What is wanted, and what it shall go with.

"A clutch for my black dress", "I have a black skirt and want a top".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord, widened
from orchestrator.understanding.places import split_by
from orchestrator.understanding.vocabulary import pairings
from orchestrator.understanding.wanted import PARTED, wanted_categories

_OWNED = re.compile(
    r"\b(?:i|we)(?: ?['’]ve| have| own| bought| got| am wearing| ?['’]m wearing)(?: got| already| just)*"
    r"(?! to\b| been\b)\s+((?:(?!and\b|but\b|what\b|want\b|need\b)[^\s,.;!?]+\s*){1,6})"
)

_OWNED_BY = frozenset({"a", "an", "the", "my", "this", "that", "these", "it"})


@dataclass(frozen=True)
class Beside:
    """The kinds that a message names, parted."""

    wanted: list[Match[CategoryWord]]
    others: list[Match[CategoryWord]]
    """What the wanted shall go with."""
    places: set[int]
    """Where the message speaks of the others."""
    pairing: bool
    """The things named are there already; what goes with them is asked for."""

    @property
    def worn_with(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for match in self.others for name in match.value.categories))


def part(
    named: Sequence[Match[CategoryWord]], text: Sequence[Word], folded: str, cues: Sequence[Match[str]]
) -> Beside:
    """What is wanted of the kinds named. `folded` is the message as `apparel.phrases.fold` has it."""
    spans = [(match.start(1), match.end(1)) for match in _OWNED.finditer(folded)]
    free, owned = split_by(named, text, spans)
    pairs = [cue for cue in cues if cue.value == "pairing"]
    if owned and free:
        places = {at for at, word in enumerate(text) if any(low <= word.start < high for low, high in spans)}
        return Beside(wanted_categories(free, text), owned, places, pairing=False)
    wanted = wanted_categories(named, text)
    if (owned and pairs) or any(_asks_for_partners(cue, wanted, text) for cue in pairs):
        return Beside(wanted, wanted, set(), pairing=True)
    places = {*_places_of_another(wanted, named, text)}
    return Beside(wanted, [match for match in named if match.first in places], places, pairing=False)


def _asks_for_partners(cue: Match[str], wanted: Sequence[Match[CategoryWord]], text: Sequence[Word]) -> bool:
    """Whether what follows is there already: "what goes with a kurta". "Matching red bags" are wanted."""
    adjective = text[cue.first].form == "matching" and any(
        {word.form for word in text[cue.last : match.first]}.isdisjoint(_OWNED_BY | PARTED)
        for match in wanted
        if cue.last <= match.first
    )
    return not adjective and all(cue.last <= match.first for match in wanted)


def going_with(others: Sequence[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Of what a wide word ("shoes") may mean the categories that go with the others; all if none does."""
    partners = {name for other in others for name in pairings().get(other, ())}
    fitting = tuple(name for name in widened(wanted) if name in partners) if len(wanted) > 1 else ()
    return fitting or wanted


def _places_of_another(
    wanted: Sequence[Match[CategoryWord]], named: Sequence[Match[CategoryWord]], text: Sequence[Word]
) -> range:
    """The places of "with a black dress" in "a clutch, red, that goes with a black dress"."""
    last = max((match.last for match in wanted), default=0)
    other = next((match for match in named if wanted and match.first >= last), None)
    # "Trousers, formal" are no other thing than formal trousers.
    if other is None or {*wanted[-1].value.categories} <= {*other.value.categories}:
        return range(0)
    between = range(last, other.first)
    return range(next((at for at in between if text[at].form in PARTED), other.first), other.last)
