"""Finding known phrases in free text: one mechanism for categories, colours, people and brands."""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

_WORD = re.compile(r"(?:(?<![a-z])[a-z]\.){2,}|[a-z0-9\u0900-\u097f]+")
_POSSESSIVE = re.compile(r"(?<=[a-z])['’]s?(?![a-z])")
# A plural with a meaning of its own: "shorts" are not "short", "flats" not "flat".
_PLURAL_ONLY = frozenset({"shorts", "tights", "flats", "glasses", "briefs", "denims", "shades", "specs"})


@dataclass(frozen=True)
class Word:
    """One word of a text: its comparable form, how it was spelt (in lower case), where it stands, and
    whether it was a possessive."""

    form: str
    spelt: str
    start: int
    end: int
    possessive: bool = False


def singular(word: str) -> str:
    """The word without a plural ending; crude, but the same for vocabulary and text."""
    if word in _PLURAL_ONLY or len(word) < 3 or not word.endswith("s"):
        return word
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word if word.endswith(("ss", "us")) else word[:-1]


def fold(text: str) -> str:
    """Lower case without accents, of the same length as the text, so that positions stay true."""
    if text.isascii():  # nearly all is, and there are millions of it in a catalogue
        return text.lower()
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else character


def words(text: str) -> list[Word]:
    """The words of a text in order. Hyphens and punctuation part them; "men's" is "men", "U.S." is "us"."""
    folded = fold(text)
    possessives = {match.start(): match.end() for match in _POSSESSIVE.finditer(folded)}
    found = []
    for match in _WORD.finditer(folded):
        if match.group() == "s" and match.start() and folded[match.start() - 1] in "'’":
            continue
        spelt = match.group().replace(".", "")
        found.append(Word(singular(spelt), spelt, match.start(), match.end(), match.end() in possessives))
    return found


@dataclass(frozen=True)
class Match(Generic[T]):
    """A known phrase in a text: words[first:last] mean `value`."""

    value: T
    first: int
    last: int


class Phrases(Generic[T]):
    """A set of phrases, each with a meaning; `find` gives the longest ones, from left to right."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in entries:
            key = tuple(word.form for word in words(phrase))
            if key:
                self._by_first.setdefault(key[0], []).append((key, value))
        for group in self._by_first.values():
            group.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: Sequence[Word], taken: Container[int] = ()) -> list[Match[T]]:
        """Matches that overlap neither each other nor the `taken` places of the text.

        A phrase with several meanings gives one match for each.
        """
        forms = [word.form for word in text]
        found: list[Match[T]] = []
        at = 0
        while at < len(forms):
            length = 0
            for key, value in self._by_first.get(forms[at], ()):
                if length and len(key) < length:
                    break
                if tuple(forms[at : at + len(key)]) == key and not any(
                    place in taken for place in range(at, at + len(key))
                ):
                    length = len(key)
                    found.append(Match(value, at, at + length))
            at += length or 1
        return found

    def single_words(self) -> set[str]:
        """The words of all phrases, for spelling correction."""
        return {word for group in self._by_first.values() for key, _ in group for word in key}
