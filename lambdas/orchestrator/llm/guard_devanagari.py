"""Brands written in Devanagari: "नाइकी" is Nike, and a name all the same."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files

from orchestrator.llm.guard_mentions import plain

_WORD = re.compile(r"[\u0900-\u097f]+")
_MIN_CONSONANTS, _MIN_OF_FAMOUS = 3, 4
"""Fewer are those of too many words; the catalogue's own brands are the likelier ones."""

_CONSONANTS = {
    char: sound
    for sound, chars in {
        "k": "कख", "g": "गघ", "c": "चछ", "j": "जझ", "t": "टठतथ", "d": "डढदध", "n": "णनङञ\u0902\u0901",
        "p": "पफ", "b": "बभ", "m": "म", "r": "र", "l": "ल", "v": "व", "s": "शषस",
    }.items()
    for char in chars
}  # fmt: skip
_LATIN = (
    ("tion", "sn"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("ph", "p"), ("ck", "k"), ("th", "t"),
    ("dh", "d"), ("kh", "k"), ("gh", "g"), ("bh", "b"), ("jh", "j"), ("x", "ks"), ("q", "k"), ("w", "v"),
    ("z", "j"), ("f", "p"), ("ce", "s"), ("ci", "s"), ("c", "k"),
)  # fmt: skip
_EVERYDAY = frozenset("समय सुंदर सुन्दर सुंदरता शर्ट कपड़ा कपड़े कपड़ों सामान रंगीन मौसम किनारी सफेद सफ़ेद गुलाबी".split())


class DevanagariBrands:
    def __init__(self, brands: Iterable[str], famous: Iterable[str], own: Collection[str]) -> None:
        """`brands` of the catalogue; `own`: of the retrieved products, which may be named."""
        own_sounds = {_latin_sound(brand) for brand in own}
        sounds = {sound for sound in map(_latin_sound, brands) if len(sound) >= _MIN_CONSONANTS}
        sounds |= {sound for sound in map(_latin_sound, famous) if len(sound) >= _MIN_OF_FAMOUS}
        self._foreign = sounds - own_sounds
        self._own = " ".join(own)

    def named_in(self, sentence: str) -> bool:
        """Is a brand named that was not retrieved?"""
        said = _WORD.findall(sentence)
        for word in said:
            famous = _famous().get(word)
            if famous and famous not in self._own:
                return True
            if not famous and _sound(word) in self._foreign and word not in _EVERYDAY:
                return True
        return False


@cache
def _famous() -> Mapping[str, str]:
    """The brand by the word in Devanagari."""
    text = (files("orchestrator.llm") / "names" / "famous_devanagari.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {word: brand for brand, *words in lines for word in words}


def _sound(word: str) -> str:
    found = "".join(_CONSONANTS.get(char, "") for char in word)
    return re.sub(r"(.)\1+", r"\1", found)


def _latin_sound(brand: str) -> str:
    text = re.sub(r"[^a-z]", "", plain(brand.casefold()))
    for letters, sound in _LATIN:
        text = text.replace(letters, sound.upper())
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^bcdgjklmnprstv]", "", text.lower()))
