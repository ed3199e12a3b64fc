"""The words of this shop: its brands and the words its products use, and what a misspelt word means.

Built from the catalogue's own facets, so another shop's file needs no change here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from apparel.contracts import FacetsReply
from apparel.phrases import Match, Phrases, Word, singular, words
from orchestrator.understanding.brand_names import Brand, brand_entries, is_meant
from orchestrator.understanding.known_words import english, own_words, product_words, things
from orchestrator.understanding.makers import makers_not_sold
from orchestrator.understanding.spelling import MIN_LENGTH, Spelling, is_shortened, parted

_FREQUENT_WORDS = 4_000


def _with_plain_plural(word: Word) -> Word:
    """The word with a plural as schools teach it: "boyz" are boys."""
    form = singular(word.spelt[:-1])
    slang = word.spelt.endswith("z") and word.form not in product_words() and form in product_words()
    return replace(word, form=form) if slang else word


@dataclass(frozen=True)
class Lexicon:
    """What the words of a message may mean in this shop."""

    version: str
    brands: Phrases[Brand]
    catalogue_words: frozenset[str]
    brand_words: frozenset[str]
    spelling: Spelling
    makers: Phrases[str]
    """Makers of whom this shop sells nothing."""

    @cached_property
    def maker_words(self) -> set[str]:
        return self.makers.single_words()

    def correct(self, text: Sequence[Word], message: str) -> list[Word]:
        """The words with typing errors mended where one known word is clearly meant."""
        names = self._names(text, message)
        mended: list[Word] = []
        for at, word in enumerate(text):
            word = _with_plain_plural(word)
            halves = [] if at in names or self._is_word(word) else parted(word, product_words())
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
        return any(text[at].form in product_words() for at in places)

    def knows(self, word: Word) -> bool:
        """Whether the word is one that people here use, correctly spelt."""
        return (
            (len(word.spelt) < MIN_LENGTH and not is_shortened(word.spelt))
            or word.form[0].isdigit()
            or word.form in own_words()
            or word.form in self.catalogue_words
            or word.form in self.maker_words
            or word.spelt in english()
        )

    def _is_word(self, word: Word) -> bool:
        """Whether it is no two words written as one, whatever a shop's texts make of them ("slimfit")."""
        return word.form in own_words() or word.form in self.brand_words or word.spelt in english()

    def carries(self, form: str) -> bool:
        """Whether some product of this shop mentions the word."""
        return form in self.catalogue_words or form in product_words()

    def find_brands(self, message: str, text: Sequence[Word]) -> list[Match[Brand]]:
        """Brands that the message names. One whose name is a word of every wish counts only when it is
        announced ("by W", "brand AND") or written just as the brand writes itself ("ONLY jeans")."""
        return [match for match in self.brands.find(text) if is_meant(message, text, match)]


def build_lexicon(facets: FacetsReply) -> Lexicon:
    """The lexicon of a catalogue; worth keeping until the catalogue changes."""
    names = tuple(facet.value for facet in facets.brands)
    brand_words = {word.form for name in names for word in words(name)}
    known = [
        *sorted(product_words()),
        *sorted(own_words()),
        *sorted(brand_words),
        *(singular(word) for word in facets.words[:_FREQUENT_WORDS]),
    ]
    return Lexicon(
        version=facets.catalogue_version,
        brands=Phrases(brand_entries(names)),
        catalogue_words=frozenset(singular(word) for word in facets.words) | brand_words,
        brand_words=frozenset(brand_words),
        spelling=Spelling(known, product_words(), brand_words, things(), facets.words[:_FREQUENT_WORDS]),
        makers=makers_not_sold(names),
    )
