"""Can a sentence be read at all? What is in a language that the other checks don't know could say anything,
and an unknown word in small letters may be somebody's brand."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from apparel.phrases import words as vocabulary_words
from apparel.taxonomy import attribute_phrases, category_phrases, color_phrases
from orchestrator.llm.guard_mentions import plain

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LATIN_OR_DEVANAGARI = re.compile(r"[\u0000-\u024f\u1e00-\u1eff\u2000-\u206f]+|[\u0900-\u097f]+")
_RARE = 50
"""How often the spelling dictionary has a word that is one, if a rare one: cinched 159, boxy 177. Words of
other languages are not in it at all."""
_UNREAD_SHARE = 0.34
"""Of a sentence with Hindi in Latin letters, whose spelling is anybody's own."""
_BETWEEN = frozenset({"ka", "ke", "ki", "wala", "wale", "wali"})


@cache
def dictionary() -> Any:
    """pyspellchecker's English."""
    from spellchecker import SpellChecker  # when the first sentence of an LLM is read, not at each cold start

    return SpellChecker()


@cache
def listed(name: str) -> frozenset[str]:
    """The words of `names/NAME.txt`."""
    text = (files("orchestrator.llm") / "names" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(plain(word) for line in lines for word in line.split())


@cache
def frequency(word: str) -> int:
    """Of an English word, in any of its common endings."""
    table = dictionary().word_frequency
    return max(int(table[word] or 0), int(table[plain(word)] or 0))


def problem_of_language(sentence: str, own_words: frozenset[str]) -> str | None:
    """What is wrong with the sentence, or None. `own_words`: of the retrieved products."""
    said = [match.group() for match in _WORD.finditer(sentence)]
    if any(not _LATIN_OR_DEVANAGARI.fullmatch(word) for word in said):
        return "letters of mixed or unexpected alphabets"
    # Words with capitals are names, which are looked at elsewhere.
    small = [word for word in said if word.isascii() or not _is_devanagari(word)]
    small = [word for word in small if word.islower() and len(word) > 1]
    unknown = {word for word in small if not _is_known(word, own_words)}
    if not unknown:
        return None
    hinglish = sum(plain(word) in listed("hinglish") for word in small)
    if not hinglish or len(unknown) > _UNREAD_SHARE * len(small) or _names_a_maker(sentence, unknown):
        return "words that nobody knows"
    return None


def _is_devanagari(word: str) -> bool:
    return "\u0900" <= word[0] <= "\u097f"


def _is_known(word: str, own_words: frozenset[str]) -> bool:
    bare = plain(word)
    return (
        frequency(word) >= _RARE
        or frequency(word.replace("our", "or").replace("is", "iz")) >= _RARE  # the dictionary is American
        or frequency(re.sub(r"['’].*", "", word)) >= _RARE
        or not {bare, word}.isdisjoint(own_words | listed("hinglish") | listed("plain_names"))
        or _in_vocabulary(word)
    )


@cache
def _in_vocabulary(word: str) -> bool:
    said = vocabulary_words(word)
    return any(phrases.find(said) for phrases in (category_phrases(), color_phrases(), attribute_phrases()))


def _names_a_maker(sentence: str, unknown: set[str]) -> bool:
    """Does an unknown word stand before a kind of product: "zenvogue ka kurta"?"""
    said = vocabulary_words(sentence)
    starts = {found.first for found in category_phrases().find(said)}
    for start in starts:
        before = start - 1
        while before >= 0 and said[before].spelt in _BETWEEN:
            before -= 1
        if before >= 0 and said[before].spelt in unknown:
            return True
    return False
