"""A wish in the words of product names, and the words of a message that no vocabulary knows."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from apparel.phrases import Match, Word, singular
from apparel.taxonomy import CategoryWord, spoken
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.places import places_of
from orchestrator.understanding.vocabulary import stop_words

_MODEL = re.compile(r"\d+[a-z]+\d\w*")
_MODEL_DIGITS = 3


def silent_places(text: Sequence[Word], brands: set[int]) -> set[int]:
    """The places of words that carry no wish: small words, and numbers. A maker's models are no such: "levis
    511", "1802WL01"."""
    return {
        at
        for at, word in enumerate(text)
        if word.form in stop_words()
        or len(word.form) == 1
        or (word.form[0].isdigit() and not _is_model(word.form, at - 1 in brands))
    }


def _is_model(form: str, after_brand: bool) -> bool:
    digits = form.isdigit() and len(form) >= _MODEL_DIGITS
    return _MODEL.fullmatch(form) is not None or (digits and after_brand)


def content_of(text: Sequence[Word], known: set[int]) -> tuple[str, ...]:
    """The words that carry a wish and are in no vocabulary."""
    return tuple(dict.fromkeys(word.form for at, word in enumerate(text) if at not in known))


_DEGREES = frozenset({"not", "no", "without", "less", "more", "too", "so"})


def spoken_of(text: Sequence[Word], known: set[int], message: str) -> str:
    """From the first word that carries a wish and is in no vocabulary to the last one, as it was written,
    with what says how much of it: "not so heavy", "3 inches"."""
    places = [at for at in range(len(text)) if at not in known]
    if not places:
        return ""
    first = places[0]
    while first and (text[first - 1].form in _DEGREES or text[first - 1].form.isdigit()):
        first -= 1
    return message[text[first].start : text[places[-1]].end]


_HAVING = frozenset({"with", "having", "featuring"})
_PICTURED = frozenset({"print", "printed", "motif", "graphic", "theme", "themed"})
_SOME = frozenset({"a", "an", "some", "the", "any", "little", "big", "small", "nice", "good"})
_ANYTHING = frozenset({"something", "anything", "one", "ones"})


def described_of(
    text: Sequence[Word], known: set[int], things: set[int], lexicon: Lexicon
) -> tuple[str, ...]:
    """What a thing shall have on it, in words of no vocabulary and as they were written: "a T-shirt with cute
    cartoons", "dinosaur print". `things` are the places of what is wanted."""
    free = [at not in known for at in range(len(text))]
    found = []
    for first, last in _runs(free):
        pictured = last < len(text) and text[last].form in _PICTURED
        strange = not any(lexicon.carries(word.form) for word in text[first:last])
        if (pictured and strange) or _belongs_to_thing(text, first, things):
            found.append(" ".join(_as_written(word) for word in text[first:last]))
    return tuple(dict.fromkeys(found))


def _runs(free: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The bounds of each run of words that are free."""
    at = 0
    for is_free, run in groupby(free):
        length = len(list(run))
        if is_free:
            yield at, at + length
        at += length


def _belongs_to_thing(text: Sequence[Word], first: int, things: set[int]) -> bool:
    """Whether a "with" leads from a thing to these words: "something with a dragon"."""
    having = next((at for at in (first - 1, first - 2) if at > 0 and text[at].form in _HAVING), 0)
    between = {word.form for word in text[having + 1 : first]}
    return having > 0 and between <= _SOME and (having - 1 in things or text[having - 1].form in _ANYTHING)


def _as_written(word: Word) -> str:
    return word.spelt if singular(word.spelt) == word.form else word.form


def names_of(
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


def query_of(
    text: Sequence[Word],
    stated: Sequence[Match[str]],
    names: Sequence[Match[str]],
    groups: Sequence[str],
    skipped: set[int],
) -> str:
    """The wish in the words of product names, in the order of the message."""
    said = {match.first: spoken(match.value, " ") for match in (*stated, *names)}
    translated = places_of(stated) | skipped
    parts = [said.get(at) or ("" if at in translated else word.form) for at, word in enumerate(text)]
    return " ".join(part for part in (*parts, *groups) if part)
