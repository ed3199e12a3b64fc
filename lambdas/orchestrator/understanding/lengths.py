"""How long a garment shall be: "a long skirt", "kurtis that are short", and of what was shown "too short"."""

from collections.abc import Sequence

from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord, garments, length_words
from orchestrator.understanding.vocabulary import stop_words

_FORMS = {"long": "long", "longer": "long", "lambi": "long", "lambe": "long", "lamba": "long"} | {
    "short": "short",
    "shorter": "short",
}
_TURNED = {"long": "short", "short": "long"}
_EXCESS = frozenset({"too", "so"})
_NOT = frozenset({"not", "t", "nothing"})
# "How long does it take", "as long as".
_NO_LENGTH_BEFORE = frozenset({"how", "as", "all"})
_OF = frozenset({"and", "wala", "wale", "wali", "vala", "vale"})


def find_lengths(
    text: Sequence[Word], kinds: Sequence[Match[CategoryWord]], properties: set[int]
) -> list[Match[str]]:
    """The lengths that the text asks for: of a garment that it names, or else of what was shown before.

    `properties` are the places of other properties, which may stand between: "a long black skirt".
    """
    named = {
        at
        for kind in kinds
        if set(kind.value.categories) & set(garments())
        for at in range(kind.first, kind.last)
    }
    return [
        Match(length_words()[_meant(at, text)], at, at + 1)
        for at, word in enumerate(text)
        if word.form in _FORMS
        and at not in properties
        and _is_length(at, text, named, properties, alone=not kinds)
    ]


def _meant(at: int, text: Sequence[Word]) -> str:
    """ "These are too short" asks for longer ones, and "nothing too short" for no short ones."""
    length = _FORMS[text[at].form]
    before = [word.form for word in text[max(0, at - 2) : at]]
    return _TURNED[length] if {*before[-1:]} & _EXCESS and not {*before[:-1]} & _NOT else length


def _is_length(at: int, text: Sequence[Word], named: set[int], properties: set[int], *, alone: bool) -> bool:
    if at and text[at - 1].form in _NO_LENGTH_BEFORE:
        return False
    if alone:
        return all(word.form in stop_words() for word in (*text[:at], *text[at + 1 :]))
    after = at + 1
    while after in properties or (after < len(text) and text[after].form in _OF):
        after += 1
    # "A skirt that is long", "kurti long".
    last = after == len(text) and bool(named & {*range(at - 3, at)})
    return after in named or last
