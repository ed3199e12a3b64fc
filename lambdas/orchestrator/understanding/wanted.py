"""Which of the things that a message names are wanted, and which only say more of another."""

from collections.abc import Sequence

from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord, attribute_phrases, general_word_for
from orchestrator.understanding.vocabulary import people_phrases

_JOINED = frozenset({"and", "or", "aur", "ya", "plus", "also", "nor"})
_INSIDE = frozenset({"in", "into", "inside"})
_CONTAINERS = frozenset({"handbag", "backpack", "luggage", "wallet"})
PARTED = frozenset({"with", "for", "to", "over", "under", "on", "against", "ke", "saath"})


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
            elif (not between and general) or _is_container(match, text):
                continue
            elif between & PARTED:
                break
            else:
                kept = [*[k for k in kept if k.first != previous.first], match]
        previous = match
    return kept


def _is_container(thing: Match[CategoryWord], text: Sequence[Word]) -> bool:
    """ "In my bag" is where the thing goes."""
    before = {word.form for word in text[max(0, thing.first - 2) : thing.first]}
    return bool(before & _INSIDE) and set(thing.value.categories) <= _CONTAINERS


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
