"""What "and" and "or" between two words of one kind mean.

"A black and white T-shirt" is one garment of both colours, as shops name theirs; "black or white" is either.
"Checked or striped" is either too. What is joined by "and" otherwise ("red and green kurtas") may be meant
both ways: what has both comes first, and either fills the list up (`answers.retrieve`).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from apparel.contracts import EITHER
from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord, group_of_attribute

_BOTH = re.compile(r"and|&|n|aur|with|plus|\+|-")
_OR = re.compile(r"(?:(?:and ?)?/|,|,? ?(?:or|ya))(?: (?:an?|in|with|of))*")


def together(colors: Sequence[Match[str]], folded: str, text: Sequence[Word]) -> bool:
    """Whether one product shall have all the colours: nothing but "and" stands between them."""
    places = list({match.first: match for match in colors}.values())
    return len(places) > 1 and all(
        _BOTH.fullmatch(_gap(one, other, folded, text)) for one, other in pairwise(places)
    )


def with_alternatives(
    attributes: Sequence[Match[str]], folded: str, text: Sequence[Word]
) -> list[Match[str]]:
    """The attributes, those of one group that are joined by "or" as one: `checked|striped`."""
    chains: list[list[Match[str]]] = []
    for match in attributes:
        place = chains[-1][-1].first if chains else -1
        # The first that a place says is the more exact: "pure cotton", before "cotton".
        before = next((chain for chain in chains if chain[-1].first == place), [])
        if before and match.first > place and _is_other(before[-1], match, folded, text):
            before.append(match)
        elif not (len(before) > 1 and match.first == place):
            chains.append([match])
    return [
        Match(EITHER.join(match.value for match in chain), chain[0].first, chain[-1].last)
        for chain in chains
        # "Pure cotton" is cotton too, which "pure cotton or linen" is not meant to insist on.
        if len(chain) > 1 or not any(chain[0].first == other[0].first for other in chains if len(other) > 1)
    ]


def kinds_of(wanted: Sequence[Match[CategoryWord]], named: Sequence[Match[CategoryWord]]) -> list[str]:
    """The sub-type that everything wanted is of: of "bombers or biker jackets" either, of "a jacket with a
    puffy look" the one that is named elsewhere. A word may name two at once: a sports bra is a bra."""
    at_places: dict[int, list[str]] = {}
    for match in wanted:
        at_places.setdefault(match.first, []).extend([match.value.kind] if match.value.kind else [])
    places = list(at_places.values())
    if len(places) == 1 and places[0]:
        return list(dict.fromkeys(places[0]))
    if places and all(places):
        return [EITHER.join(dict.fromkeys(kinds[0] for kinds in places))]
    if len(wanted) != 1:
        return []
    same = [match.value.kind for match in named if match.value.categories == wanted[0].value.categories]
    return [kind for kind in same if kind][:1]


def eased(attributes: Sequence[str]) -> list[str]:
    """The attributes with those of one group as alternatives: nothing may be both checked and striped. Styles
    may well come together: padded and wireless."""
    groups: dict[str, list[str]] = {}
    for name in attributes:
        group = group_of_attribute(name)
        groups.setdefault(name if group == "style" else group, []).append(name)
    return [EITHER.join(names) for names in groups.values()]


def _is_other(one: Match[str], other: Match[str], folded: str, text: Sequence[Word]) -> bool:
    same_group = group_of_attribute(one.value) == group_of_attribute(other.value)
    return same_group and _OR.fullmatch(_gap(one, other, folded, text)) is not None


def _gap(one: Match[str], other: Match[str], folded: str, text: Sequence[Word]) -> str:
    return folded[text[one.last - 1].end : text[other.first].start].strip()
