"""A language model that lies in a known share of its sentences, and remembers which."""

import random
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.drilling.inventions import Inventions
from scripts.drilling.money import written
from scripts.drilling.schema import completion, in_pieces, is_for_terms, shelf_of
from scripts.evaluation.catalogue import KINDS, Product, kind_of

_SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
_NTH = ("first", "second", "third", "fourth", "fifth")
_NTH_SHORT = ("1st", "2nd", "3rd", "4th", "5th")
_COUNTS = ("no", "one", "two", "three", "four", "five")
_TRUE_A_TURN = 4
"""As many sentences as an answer may have."""
_LIES_A_TURN = (2, 4)
_LIE_KINDS = ("price", "price", "brand", "brand", "product", "count")


@dataclass(frozen=True)
class Said:
    """One sentence, and what it lies about: price, brand, product or count; `truth` if it does not."""

    text: str
    about: str


class Liar:
    """A container, as scripts/local/sagemaker_api.py wants one."""

    def __init__(self, catalogue: Mapping[str, Product], seed: int) -> None:
        """The same seed gives the same answers to the same questions."""
        self._random = random.Random(seed)
        self._catalogue = list(catalogue.values())
        self._inventions = Inventions(self._catalogue, self._random)
        self.said: list[Said] = []
        """In the answer that it gave last; the drill empties it before each question."""

    def answer(self, request: dict[str, Any]) -> Iterator[bytes]:
        if is_for_terms(request):
            return completion(request, ["CHAT"])
        self.said = self._answer(shelf_of(request, self._catalogue)[: len(_NTH)])
        return completion(request, in_pieces(" ".join(said.text for said in self.said), self._random))

    def _answer(self, shelf: Sequence[Product]) -> list[Said]:
        said: dict[str, Said] = {}
        while len(said) < _TRUE_A_TURN:
            text = self._sentence(self._random.choice(("true_facts", "true_plain")), shelf)
            said[text] = Said(text, "truth")
        for _ in range(self._random.randint(*_LIES_A_TURN)):
            about = self._random.choice(_LIE_KINDS)
            text = self._sentence(f"lie_{about}", shelf)
            said.setdefault(text, Said(text, about))
        mixed = list(said.values())
        self._random.shuffle(mixed)
        return mixed

    def _sentence(self, kind: str, shelf: Sequence[Product]) -> str:
        product = self._random.choice(shelf)
        colour = _colour(product)
        fit = [text for text in _SENTENCES[kind] if colour or "{colour" not in text]
        if _brands_at(min, shelf) & _brands_at(max, shelf):  # then these would be no lies
            fit = [
                text for text in fit if not (kind == "lie_price" and ("{low_" in text or "{high_" in text))
            ]
        template: str = self._random.choice(fit)
        values = {
            **self._of_one(product, shelf),
            **self._of_all(shelf),
            **self._inventions.around(product, shelf),
            "colour": colour,
            "colour_cap": colour.capitalize(),
        }
        text = template.format_map(values)
        return text[:1].upper() + text[1:] if template[:1] == "{" and "lower" not in template else text

    def _of_one(self, product: Product, shelf: Sequence[Product]) -> dict[str, str]:
        n = shelf.index(product)
        other = self._random.choice([i for i in range(len(shelf)) if i != n] or [n])
        return {
            "brand": product.brand,
            "kind": _kind(product),
            "nth": self._random.choice((_NTH, _NTH_SHORT))[n],
            "nth_cap": _NTH[n].capitalize(),
            "n": str(n + 1),
            "other_brand": shelf[other].brand,
            "other_nth": _NTH[other],
            "price": written(product.price, self._random),
        }

    def _of_all(self, shelf: Sequence[Product]) -> dict[str, str]:
        low, high = min(shelf, key=_price), max(shelf, key=_price)
        above, below = (high.price // 500 + 2) * 500, max(1, (low.price - 1) // 50) * 50
        return {
            "low_brand": low.brand,
            "low_kind": _kind(low),
            "low": written(low.price, self._random),
            "high_brand": high.brand,
            "high_kind": _kind(high),
            "high": written(high.price, self._random),
            "above": written(above, self._random, plain=True),
            "below": written(min(below, low.price - 1), self._random, plain=True),
            "count": _COUNTS[len(shelf)],
        }


def _brands_at(extreme: Callable[[Iterable[int]], int], shelf: Sequence[Product]) -> set[str]:
    edge = extreme(product.price for product in shelf)
    return {product.brand for product in shelf if product.price == edge}


def _price(product: Product) -> int:
    return product.price


def _kind(product: Product) -> str:
    """The word for it in its name."""
    kind = kind_of(product.name)
    found = list(KINDS[kind].finditer(product.name)) if kind in KINDS else []
    return found[-1].group().lower() if found else "one"


def _colour(product: Product) -> str:
    return next((colour for colour in sorted(product.colors) if colour in product.name.lower()), "")
