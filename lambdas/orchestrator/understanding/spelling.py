"""What a misspelt word means: the nearest of the words that are known, by edits and by sound."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from apparel.phrases import Word, singular

MIN_LENGTH = 4
"""Shorter words are taken as they are, but for those without a vowel."""
_LONG = 6
_SHORTEST_PART = 3
_SOUNDS = (
    (re.compile(r"ck|q|c(?![eiyh])"), "k"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"wh"), "w"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"(?<=.)[aeiouyw]|^[aeiou]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def sound(word: str) -> str:
    """The word as its consonants sound, doubles once: "chekd" and "checked" are both `chkd`."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def is_shortened(word: str) -> bool:
    """Whether the word was written without its vowels: "pnk", "blk"."""
    return len(word) >= MIN_LENGTH - 1 and re.fullmatch(r"[b-df-hj-np-tv-xz]+", word) is not None


def _shortened(word: str) -> str:
    """The word as people shorten it: "pink" to `pnk`, "black" to `blk`."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"(?<=.)[aeiou]", "", word.replace("ck", "k")))


def parted(word: Word, known: Collection[str]) -> list[Word]:
    """The two known words that were written as one: "croptop", "slimfit"; none if it is no such word."""
    for at in range(_SHORTEST_PART, len(word.spelt) - _SHORTEST_PART + 1):
        halves = word.spelt[:at], word.spelt[at:]
        if all(singular(half) in known for half in halves):
            middle = word.start + at
            return [
                Word(singular(halves[0]), halves[0], word.start, middle),
                Word(singular(halves[1]), halves[1], middle, word.end, word.possessive),
            ]
    return []


class Spelling:
    """The words that a misspelt one is compared with. `about_products` are likelier than the others, and next
    to them `names` that sound the same and are one edit away. `things` name products by themselves;
    `frequent` are the catalogue's own words, the commonest first."""

    def __init__(
        self,
        known: Iterable[str],
        about_products: Collection[str],
        names: Collection[str] = (),
        things: Collection[str] = (),
        frequent: Sequence[str] = (),
    ) -> None:
        self._known = tuple(dict.fromkeys(word for word in known if len(word) >= MIN_LENGTH))
        self._about_products = about_products
        self._names = names
        self._things = things
        self._rank = {word: place for place, word in reversed(list(enumerate(map(singular, frequent))))}
        self._by_sound: dict[str, list[str]] = {}
        for word in self._known:
            self._by_sound.setdefault(sound(word), []).append(word)

    def mended(self, word: Word) -> Word:
        """The word as the nearest known one; as it is where none is near."""
        near = [found for form in {word.form, word.spelt} for found in self._near(form)]
        return replace(word, form=min(near)[-1]) if near else word

    def _near(self, form: str) -> list[tuple[bool, bool, int, bool, bool, bool, int, float, str]]:
        """Known words that a misspelt one may be, each with what speaks against it: that it says nothing of
        products, that it begins otherwise, its edits, and that it sounds otherwise, as people err in vowels
        and doubles: "snikers" are sneakers, not stickers. Without vowels many words are equally near, and
        a thing is meant ("shrt" is a shirt, and not the "short" of short sleeves), the one that the shop has
        most of: "shrts" are shirts rather than shorts."""
        from rapidfuzz.distance import OSA, JaroWinkler

        heard, shortened = sound(form), is_shortened(form)
        found = []
        for word in dict.fromkeys([*self._alike(form, heard), *self._within_edits(form, heard)]):
            edits, alike = OSA.distance(form, word), sound(word) == heard
            named = word in self._names and word not in self._about_products and alike and edits == 1
            found.append(
                (
                    word not in self._about_products and not named,
                    word[0] != form[0],
                    edits,
                    not alike,
                    named,
                    shortened and word not in self._things,
                    self._rank.get(word, len(self._rank)) if shortened else 0,
                    -JaroWinkler.similarity(form, word),
                    word,
                )
            )
        return found

    def _alike(self, form: str, heard: str) -> list[str]:
        """Words that sound the same: two edits away, long ones up to four, shortened ones without vowels."""
        from rapidfuzz.distance import OSA

        found = [word for word in self._by_sound.get(heard, ()) if word[0] == form[0]]
        if is_shortened(form):
            return [
                word
                for word in found
                if word in self._about_products and _shortened(word) == form.replace("ck", "k")
            ]
        most = 2 if len(form) < _LONG else 3 if len(form) == _LONG else 4
        return [word for word in found if OSA.distance(form, word) <= most]

    def _within_edits(self, form: str, heard: str) -> list[str]:
        """Words one edit away; of long ones also those two away whose consonants only changed places."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if is_shortened(form) and len(form) < MIN_LENGTH:
            return []
        edits = 2 if len(form) >= _LONG else 1
        same_start = [word for word in self._known if word[0] == form[0]]
        found = process.extract(form, same_start, scorer=OSA.distance, score_cutoff=edits, limit=20)
        # Four letters of which a consonant differs are as good as another word: "haha" is not "hara".
        if len(form) == MIN_LENGTH:
            found = [entry for entry in found if sorted(sound(entry[0])) == sorted(heard)]
        near = [
            word
            for word, away, _ in found
            if away < 2 or len(form) > 8 or sorted(sound(word)) == sorted(heard)
        ]
        if near or len(form) < _LONG:
            return near
        return [
            word
            for word, _, _ in process.extract(
                form, self._known, scorer=OSA.distance, score_cutoff=1, limit=20
            )
        ]
