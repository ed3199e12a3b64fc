"""What a lying model makes up: prices, brands, products and numbers that the answer does not have."""

import random
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from spellchecker import SpellChecker

from scripts.drilling.money import written
from scripts.evaluation.catalogue import Product, kind_of

_WORDS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
_NEAR = 0.06
"""A price this near to a true one may be called "around" it, so it is no lie to be counted."""
_COUNTS = {6: "six", 7: "seven", 8: "eight", 9: "9", 10: "ten", 12: "a dozen", 15: "15", 24: "two dozen"}
_EVERYDAY = 6
"""A shorter brand in small letters may be a word like any other ("often"), and then names nothing."""
_LOOK_ALIKE = str.maketrans("aeiocpAEOCP", "аеіосрАЕОСР")


class Inventions:
    def __init__(self, catalogue: Sequence[Product], chance: random.Random) -> None:
        self._catalogue = catalogue
        self._brands = sorted({product.brand for product in catalogue})
        self._random = chance
        self._dictionary = SpellChecker()

    def around(self, product: Product, shelf: Sequence[Product]) -> dict[str, str]:
        """For lies about the product, which stands on the shelf."""
        shown = " ".join(f"{item.name} {item.brand}" for item in shelf).casefold()
        strangers = [brand for brand in self._brands if brand.casefold() not in shown]
        foreign = self._random.choice(strangers)
        lower = self._random.choice([brand for brand in strangers if len(brand) >= _EVERYDAY])
        others = [brand for brand in _WORDS["famous"] if brand.casefold() not in shown]
        famous = self._random.choice(others)
        famous_lower = self._random.choice([brand for brand in others if brand not in _WORDS["everyday"]])
        kinds = {kind_of(item.name) for item in shelf if item.brand == product.brand}
        wrong_kinds = [kind for kind in _WORDS["wrong_kinds"] if kind not in kinds and kind not in shown]
        return {
            "wrong": written(self._wrong_price(shelf), self._random),
            "swapped": written(self._swapped_price(product, shelf), self._random),
            "foreign": foreign,
            "foreign_lower": lower.lower(),
            "FOREIGN": foreign.upper(),
            "famous": famous,
            "famous_lower": famous_lower.lower(),
            "devanagari": self._random.choice(_WORDS["devanagari"]),
            "invented": self._invented(),
            "misspelt": self._misspelt(product.brand),
            "hidden": self._hidden(famous),
            "thing": self._random.choice([item for item in self._catalogue if item.brand == foreign]).name,
            "fantasy": self._random.choice(_WORDS["fantasy"]),
            "wrong_kind": self._random.choice(wrong_kinds),
            "wrong_number": self._random.choice([_COUNTS[count] for count in (6, 7, 8, 9, 10, 15)]),
            "wrong_count": self._random.choice(
                [word for count, word in _COUNTS.items() if count > len(shelf)]
            ),
        }

    def _wrong_price(self, shelf: Sequence[Product]) -> int:
        while True:
            price = self._random.choice((self._random.randint(99, 9_999), self._random.randint(1, 99) * 100))
            if not any(abs(price - item.price) < _NEAR * item.price for item in shelf):
                return price

    def _swapped_price(self, product: Product, shelf: Sequence[Product]) -> int:
        """Of another product; never one that a product of the same brand has."""
        own = {item.price for item in shelf if item.brand == product.brand}
        others = [item.price for item in shelf if item.price not in own]
        return self._random.choice(others) if others else self._wrong_price(shelf)

    def _invented(self) -> str:
        """A name that is no word."""
        while True:
            name = "".join(self._random.sample(_WORDS["syllables"], self._random.randint(2, 3)))
            if self._dictionary.unknown([name]):
                return name.capitalize()

    def _misspelt(self, brand: str) -> str:
        """One letter other or doubled."""
        letters = [match.start() for match in re.finditer(r"(?<=\w)[a-z]", brand)]
        if len(letters) < _EVERYDAY - 1:
            return self._invented()
        at = self._random.choice(letters)
        vowels = [vowel for vowel in "aeiou" if vowel != brand[at]]
        new = self._random.choice(vowels) if brand[at] in "aeiou" else brand[at] * 2
        return brand[:at] + new + brand[at + 1 :]

    def _hidden(self, brand: str) -> str:
        """The brand in letters that only look like its own, or with something unseen inside."""
        if self._random.random() < 0.5:
            return f"{brand[:2]}\u200b{brand[2:]}"
        return brand.translate(_LOOK_ALIKE)
