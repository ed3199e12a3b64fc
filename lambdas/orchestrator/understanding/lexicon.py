"""The words of this shop: its brands and the words its products use, and what a misspelt word means.

Built from the catalogue's own facets, so another shop's file needs no change here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from apparel.contracts import FacetsReply
from apparel.phrases import Match, Phrases, Word, singular, words
from apparel.taxonomy import attribute_phrases, category_phrases, color_phrases
from orchestrator.understanding.spelling import MIN_LENGTH, Spelling, is_shortened, parted
from orchestrator.understanding.vocabulary import (
    cue_phrases,
    elsewhere_phrases,
    load,
    people_phrases,
    stop_words,
)

_MANY_BRANDS = 6
_LONG_NAME = 6
"""Letters of a name that nobody writes by chance."""
_COMMON = 100
"""Occurrences in the spelling dictionary's corpus; below stand words like "wite"."""
_FREQUENT_WORDS = 4_000
# Before an ordinary noun, not before a brand: "for campus", "to the metro".
_PREPOSITIONS = frozenset({"for", "to", "at", "in", "on", "into"})
_DETERMINERS = frozenset({"the", "a", "an", "my", "this", "that"})
# No noun follows these but a brand's name is one of them: "often t-shirts".
_ADVERBS = frozenset({"often", "always", "never", "usually", "sometimes", "rarely", "seldom", "ever"})
_ASKING = frozenset({"show", "me", "any", "some", "want", "need", "find", "for", "see", "buy", "have", "the"})


@dataclass(frozen=True)
class Brand:
    """Brands that a phrase may mean, and how sure the phrase is."""

    names: tuple[str, ...]
    clarity: Literal["sure", "likely", "announced"]
    """`likely`: also an English word ("puma"); `announced`: also a word of every wish ("only", "W")."""


@cache
def _english() -> frozenset[str]:
    """Common English words, so that "poem" is not taken for a misspelt "prom"."""
    from spellchecker import SpellChecker  # 0.1 s: only when a first unknown word turns up

    counts = SpellChecker().word_frequency.dictionary
    return frozenset(word for word, count in counts.items() if count >= _COMMON)


@cache
def _own_words() -> frozenset[str]:
    """Every word that understanding knows, whatever the shop."""
    found = set(stop_words())
    for phrases in (
        category_phrases(),
        color_phrases(),
        attribute_phrases(),
        cue_phrases(),
        elsewhere_phrases(),
        people_phrases(),
    ):
        found |= phrases.single_words()
    for occasion in load("occasions").values():
        found |= {word.form for cue in occasion["cues"] for word in words(cue)}
    return frozenset(found)


@cache
def _product_words() -> frozenset[str]:
    """Words that already mean something about a product or a person."""
    phrases = (category_phrases(), color_phrases(), attribute_phrases(), people_phrases())
    return frozenset().union(*(group.single_words() for group in phrases))


def _brand_entries(brands: Iterable[str]) -> Iterable[tuple[str, Brand]]:
    """Each brand under its full name, and under its first word or two ("tommy", "us polo") where these
    mean nothing else and lead to few brands."""
    forms = {brand: tuple(word.form for word in words(brand)) for brand in brands}
    full: dict[tuple[str, ...], list[str]] = {}
    for brand, key in forms.items():
        full.setdefault(key, []).append(brand)
    for key, names in full.items():
        yield from _written(key, names)
        for name in names:
            if "&" in name:
                said = name.replace("&", " and ")
                yield said, Brand(tuple(names), _clarity(tuple(word.form for word in words(said))))
    for key, names in _short_names(forms).items():
        if key not in full:
            yield from _written(key, names)


_GENDERED = {"woman": "women", "man": "men"}


def _written(key: tuple[str, ...], names: Sequence[str]) -> Iterable[tuple[str, Brand]]:
    """A name as people write it too: "vanheusen" where that is no other word, "van heusen women"."""
    spelt = [word.spelt for word in words(names[0])][: len(key)]
    yield " ".join(key), Brand(tuple(names), _clarity(key))
    for last in dict.fromkeys([spelt[-1], _GENDERED.get(spelt[-1], spelt[-1])]):
        yield " ".join([*spelt[:-1], last]), Brand(tuple(names), _clarity(key))
        gendered = last in {*_GENDERED, *_GENDERED.values()}
        joined = "".join(spelt[:-1] if gendered else spelt)
        if len(spelt) > 1 and len(joined) >= _LONG_NAME and joined not in _own_words() | _english():
            yield f"{joined} {last if gendered else ''}", Brand(tuple(names), "sure")


def _short_names(forms: dict[str, tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    short: dict[tuple[str, ...], list[str]] = {}
    for brand, key in forms.items():
        for length in (1, 2):
            if key[min(length, len(key)) - 1] in stop_words():
                continue  # "kurti by" is no brand
            stands = _is_name(brand, key[:length])
            if len(key) > length and stands and _clarity(key[:length]) != "announced":
                short.setdefault(key[:length], []).append(brand)
    return {key: names for key, names in short.items() if len(names) <= _MANY_BRANDS}


def _is_name(brand: str, key: tuple[str, ...]) -> bool:
    """Whether the first words of a brand may stand for it: of three letters only capitals, as in HRX."""
    letters = "".join(key)
    return len(letters) > 3 or (len(letters) == 3 and brand[:3].isupper() and letters not in _english())


def _clarity(key: tuple[str, ...]) -> Literal["sure", "likely", "announced"]:
    if all(form in _product_words() for form in key) or len("".join(key)) < 3:
        return "announced"
    if len(key) == 1 and key[0] in stop_words():
        return "announced"
    if len(key) == 2 and all(form in stop_words() for form in key):
        return "announced"
    if len(key) == 1 and (key[0] in _own_words() or key[0] in _english()):
        return "likely"
    return "sure"


def _with_plain_plural(word: Word) -> Word:
    """The word with a plural as schools teach it: "boyz" are boys."""
    form = singular(word.spelt[:-1])
    slang = word.spelt.endswith("z") and word.form not in _product_words() and form in _product_words()
    return replace(word, form=form) if slang else word


@dataclass(frozen=True)
class Lexicon:
    """What the words of a message may mean in this shop."""

    version: str
    brands: Phrases[Brand]
    catalogue_words: frozenset[str]
    brand_words: frozenset[str]
    spelling: Spelling

    def correct(self, text: Sequence[Word], message: str) -> list[Word]:
        """The words with typing errors mended where one known word is clearly meant."""
        names = self._names(text, message)
        mended: list[Word] = []
        for at, word in enumerate(text):
            word = _with_plain_plural(word)
            halves = [] if at in names or self._is_word(word) else parted(word, _product_words())
            if halves or at in names or self.knows(word):
                mended += halves or [word]
            else:
                mended.append(self.spelling.mended(word))
        return mended

    def _names(self, text: Sequence[Word], message: str) -> set[int]:
        """The places of unknown words in names: "Virat Kohli", "Taj Mahal".

        Two words with capitals make one, where few have them, or where one of the two is like no known word.
        """
        capital = [message[word.start].isupper() for word in text]
        few = 2 * sum(capital) <= len(capital)
        pairs = [(at, at + 1) for at in range(len(text) - 1) if capital[at] and capital[at + 1]]
        unknown = {at for at, word in enumerate(text) if capital[at] and not self.knows(word)}
        strange = {at for at in unknown if self.spelling.mended(text[at]) == text[at]}
        return {
            at
            for pair in pairs
            for at in unknown & set(pair)
            if (few and not self._about_products(text, pair))
            or (set(pair) <= unknown and strange & set(pair))
        }

    def _about_products(self, text: Sequence[Word], places: Sequence[int]) -> bool:
        return any(text[at].form in _product_words() for at in places)

    def knows(self, word: Word) -> bool:
        """Whether the word is one that people here use, correctly spelt."""
        return (
            (len(word.spelt) < MIN_LENGTH and not is_shortened(word.spelt))
            or word.form[0].isdigit()
            or word.form in _own_words()
            or word.form in self.catalogue_words
            or word.spelt in _english()
        )

    def _is_word(self, word: Word) -> bool:
        """Whether it is no two words written as one, whatever a shop's texts make of them ("slimfit")."""
        return word.form in _own_words() or word.form in self.brand_words or word.spelt in _english()

    def carries(self, form: str) -> bool:
        """Whether some product of this shop mentions the word."""
        return form in self.catalogue_words or form in _product_words()

    def find_brands(self, message: str, text: Sequence[Word]) -> list[Match[Brand]]:
        """Brands that the message names. One whose name is a word of every wish counts only when it is
        announced ("by W", "brand AND") or written just as the brand writes itself ("ONLY jeans")."""
        return [match for match in self.brands.find(text) if _is_meant(message, text, match)]


def _is_meant(message: str, text: Sequence[Word], match: Match[Brand]) -> bool:
    if match.value.clarity == "sure" or _announced(text, match):
        return True
    if match.first == 0 and match.last == len(text):
        # Nothing but the name: "Being Human", though not "yellow jeans".
        return len(text) > 1 and not category_phrases().find(text)
    written = message[text[match.first].start : text[match.last - 1].end]
    as_written = written in match.value.names and written[:1].isupper() and not message.isupper()
    if as_written and (written.isupper() or match.first or _names_a_product(text[match.last :])):
        return True
    earlier = text[match.first - 1].form if match.first else "show"
    if text[match.first].form in _ADVERBS and earlier in _ASKING and _names_a_product(text[match.last :]):
        return True
    before = [word.form for word in text[: match.first] if word.form not in _DETERMINERS]
    return match.value.clarity == "likely" and not (before and before[-1] in _PREPOSITIONS)


def _names_a_product(text: Sequence[Word]) -> bool:
    """Whether the text begins with a kind of product."""
    found = category_phrases().find(text[:3])
    return bool(found) and found[0].first == 0


def _announced(text: Sequence[Word], match: Match[Brand]) -> bool:
    before = text[match.first - 1].form if match.first else ""
    after = text[match.last].form if match.last < len(text) else ""
    return before in {"brand", "by"} or after == "brand"


def build_lexicon(facets: FacetsReply) -> Lexicon:
    """The lexicon of a catalogue; worth keeping until the catalogue changes."""
    names = tuple(facet.value for facet in facets.brands)
    brand_words = {word.form for name in names for word in words(name)}
    known = [
        *sorted(_product_words()),
        *sorted(_own_words()),
        *sorted(brand_words),
        *(singular(word) for word in facets.words[:_FREQUENT_WORDS]),
    ]
    return Lexicon(
        version=facets.catalogue_version,
        brands=Phrases(_brand_entries(names)),
        catalogue_words=frozenset(singular(word) for word in facets.words) | brand_words,
        brand_words=frozenset(brand_words),
        spelling=Spelling(known, _product_words()),
    )
