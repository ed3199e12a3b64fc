"""Brands written in Devanagari: "नाइकी" is Nike, and a name all the same."""

import re
from collections.abc import Collection, Iterable

from orchestrator.llm.guard_mentions import plain

_WORD = re.compile(r"[\u0900-\u097f]+")
_MIN_CONSONANTS, _MIN_OF_FAMOUS = 3, 4
"""Fewer are those of too many words; the catalogue's own brands are the likelier ones."""

# Famous ones whose consonants are too few, or written otherwise than they sound.
_FAMOUS = frozenset(
    """नाइकी नाइके नाइक एडिडास अडिडास ज़ारा जारा गुच्ची गुच्चि प्यूमा पूमा लिवाइस लेविस लीवाइस रेमंड रेमण्ड मान्यवर
    फैबइंडिया बाटा टाइटन मिंत्रा मिन्त्रा अमेज़न अमेज़ॉन फ्लिपकार्ट अजियो मीशो नायका रीबॉक रिबॉक ह्यूसन सोली फिलिप
    बीबा बिबा एचएंडएम एचआरएक्स रोडस्टर शनेल डिओर प्राडा अरमानी वर्साचे बरबेरी लाकोस्ट
    स्केचर्स वुडलैंड फॉसिल फास्ट्रैक कैसियो रोलेक्स तनिष्क सब्यसाची जॉकी ज़ुडियो जूडियो वेस्टसाइड पैंटालून्स मैंगो यूनिक्लो""".split()
)
_CONSONANTS = {
    **dict.fromkeys("कखक़ख़", "k"), **dict.fromkeys("गघग़", "g"), **dict.fromkeys("चछ", "c"),
    **dict.fromkeys("जझज़", "j"), **dict.fromkeys("टठतथ", "t"), **dict.fromkeys("डढदधड़ढ़", "d"),
    **dict.fromkeys("णनङञ\u0902\u0901", "n"), **dict.fromkeys("पफफ़", "p"), **dict.fromkeys("बभ", "b"),
    "म": "m", "र": "r", "ल": "l", "व": "v", **dict.fromkeys("शषस", "s"),
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
        known = set(famous)
        own_sounds = {_latin_sound(brand) for brand in own}
        self._own_famous = {_latin_sound(brand) for brand in own if plain(brand) in known}
        sounds = {sound for sound in map(_latin_sound, brands) if len(sound) >= _MIN_CONSONANTS}
        sounds |= {sound for sound in map(_latin_sound, known) if len(sound) >= _MIN_OF_FAMOUS}
        self._foreign = sounds - own_sounds

    def named_in(self, sentence: str) -> bool:
        """Is a brand named that was not retrieved?"""
        said = _WORD.findall(sentence)
        for word in said:
            sound = _sound(word)
            if word in _FAMOUS and sound not in self._own_famous:
                return True
            if sound in self._foreign and word not in _EVERYDAY:
                return True
        return False


def _sound(word: str) -> str:
    found = "".join(_CONSONANTS.get(char, "") for char in word)
    return re.sub(r"(.)\1+", r"\1", found)


def _latin_sound(brand: str) -> str:
    text = re.sub(r"[^a-z]", "", plain(brand.casefold()))
    for letters, sound in _LATIN:
        text = text.replace(letters, sound.upper())
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^bcdgjklmnprstv]", "", text.lower()))
