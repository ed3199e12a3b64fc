"""Which of the retrieved products a stretch of text speaks of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apparel.product import Product

_WORD = re.compile(r"[^\W_]+(?:[&'’.@-][^\W_]+)*")
_ORDINALS = (
    r"\b(?:the\s+)?(?:1st|first)\b(?!\s+(?:glance|of\s+all|impression))|(?:#|\b(?:no\.?|number|option|item|pick)\s*)1\b",
    r"\b(?:2nd|second)\b|(?:#|\b(?:no\.?|number|option|item|pick)\s*)2\b",
    r"\b(?:3rd|third)\b|(?:#|\b(?:no\.?|number|option|item|pick)\s*)3\b",
    r"\b(?:4th|fourth)\b|(?:#|\b(?:no\.?|number|option|item|pick)\s*)4\b",
    r"\b(?:5th|fifth)\b|(?:#|\b(?:no\.?|number|option|item|pick)\s*)5\b",
)
_ORDINAL = [re.compile(pattern, re.IGNORECASE) for pattern in _ORDINALS]


def words_of(text: str) -> list[str]:
    """Lower-case words; "women's" and "women" are the same, so are "shirts" and "shirt"."""
    return [plain(word) for word in _WORD.findall(text)]


def plain(word: str) -> str:
    bare = re.sub(r"['’]s?$", "", word.lower())
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare


@dataclass(frozen=True)
class Known:
    """A retrieved product, as the guard compares text with it."""

    index: int
    brand: str
    price: Decimal
    words: frozenset[str]
    """Of its name, brand, colour, category and gender."""


class Mentions:
    """Finds which products are meant, in the order in which the shopper sees them."""

    def __init__(self, products: Sequence[Product]) -> None:
        self.known = [
            Known(
                index,
                product.brand.casefold(),
                product.price,
                frozenset(
                    words_of(
                        f"{product.name} {product.brand} {product.color} {product.category} {product.gender}"
                    )
                ),
            )
            for index, product in enumerate(products)
        ]
        everywhere = (
            frozenset.intersection(*(product.words for product in self.known)) if products else frozenset()
        )
        self._telling = frozenset().union(*(product.words for product in self.known)) - everywhere
        brands = sorted({product.brand for product in self.known if product.brand}, key=len, reverse=True)
        self._brand = re.compile(
            r"(?<!\w)(?:" + "|".join(re.escape(brand) for brand in brands) + r")(?!\w)"
            if brands
            else r"(?!)",
            re.IGNORECASE,
        )

    def explicit(self, text: str) -> list[tuple[int, list[Known]]]:
        """Each brand or ordinal in the text, with its position and the products it can mean."""
        found = [
            (match.end(), [product for product in self.known if product.brand == match.group().casefold()])
            for match in self._brand.finditer(text)
        ]
        for index, pattern in enumerate(_ORDINAL[: len(self.known)]):
            found += [(match.end(), [self.known[index]]) for match in pattern.finditer(text)]
        return sorted(found, key=lambda item: item[0])

    def last_in(self, text: str) -> list[Known]:
        """The products that the last mention in the text can mean; empty if it mentions none."""
        explicit = self.explicit(text)
        if explicit:
            _, candidates = explicit[-1]
            previous = explicit[-2][0] if len(explicit) > 1 else 0
            return self._narrowed(candidates, text[previous:])
        return self._described(text)

    def _described(self, text: str) -> list[Known]:
        """Products by what tells them apart: "the pink kurta"."""
        telling = set(words_of(text)) & self._telling
        return self._narrowed(self.known, text) if telling else []

    def _narrowed(self, candidates: list[Known], text: str) -> list[Known]:
        said = set(words_of(text)) & self._telling
        if not candidates or not said:
            return candidates
        best = max(len(said & product.words) for product in candidates)
        return [product for product in candidates if len(said & product.words) == best]
