"""What a visitor looked at in this session, and how the places of a list are shared among it.

Short-term interest only: the last LOOKS looks count, nothing is kept beyond the request. The look that is
`age` looks old (0: the newest) weighs DECAY ** age. Looks of one kind of thing (category and gender) make
one interest; its weight is the sum of theirs, and its embedding their weighted mean. The places of a list
go one by one to the interest with the greatest weight / (places it has + 1), the highest averages of
D'Hondt. From DECAY = 1/2 follows:

* the newest kind leads the list and, of five places, has three at least: a list follows a drift at once;
* a kind that was looked at in turn with it keeps a place or two;
* while another kind is among the looks that count, the last place goes to it, whatever the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import numpy as np

from apparel.product import Gender
from embed_search.product_store import Source
from embed_search.question import Vector

LOOKS = 6
INTERESTS = 3
"""A fourth would get no place of five, and each costs a statement."""
DECAY = 0.5
TILT = 0.3
"""How much a shopper's likings count against the words of the wish, whose embedding counts 1."""

T = TypeVar("T")


@dataclass(frozen=True)
class Interest:
    """Looks at one kind of thing, newest last, and what each weighs."""

    looks: Sequence[Source]
    weights: Sequence[float]

    @property
    def weight(self) -> float:
        return sum(self.weights)

    @property
    def categories(self) -> list[str]:
        return list(dict.fromkeys(look.category for look in self.looks))

    @property
    def genders(self) -> list[Gender]:
        return list(dict.fromkeys(look.gender for look in self.looks))

    @property
    def embedding(self) -> Vector:
        """Unit length."""
        mean: Vector = np.average([look.embedding for look in self.looks], axis=0, weights=self.weights)
        return (mean / np.linalg.norm(mean)).astype(np.float32)

    @property
    def price(self) -> Decimal:
        """The geometric mean, as twice as much is as far from a price as half of it."""
        logarithms = np.log([float(look.price) for look in self.looks])
        return Decimal(f"{np.exp(np.average(logarithms, weights=self.weights)):.2f}")


def interests(
    looks: Sequence[Source], *, one_category: bool = False, one_gender: bool = False
) -> list[Interest]:
    """The strongest interests behind some looks (newest last), INTERESTS at most, the strongest first.

    `one_category` and `one_gender`: who asks says what category or gender the products shall be of, so
    that the looks' own do not part them.
    """
    recent = looks[-LOOKS:]
    parted: dict[tuple[str, str], tuple[list[Source], list[float]]] = {}
    for age, look in zip(reversed(range(len(recent))), recent, strict=True):
        kind = ("" if one_category else look.category, "" if one_gender else look.gender)
        of_kind, weights = parted.setdefault(kind, ([], []))
        of_kind.append(look)
        weights.append(DECAY**age)
    found = [Interest(of_kind, weights) for of_kind, weights in parted.values()]
    return sorted(found, key=lambda interest: -interest.weight)[:INTERESTS]


def tilted(embedding: Vector, liked: Sequence[Source]) -> Vector:
    """The embedding of a wish (unit length), turned towards products that the shopper liked, newest last.
    With TILT = 0.3 a liking decides between products that meet the wish about equally well."""
    if not liked:
        return embedding
    recent = liked[-LOOKS:]
    weights = [DECAY**age for age in reversed(range(len(recent)))]
    whole: Vector = embedding + TILT * Interest(recent, weights).embedding
    return (whole / np.linalg.norm(whole)).astype(np.float32)


def shared_out(found: Sequence[tuple[float, Sequence[T]]], limit: int) -> list[T]:
    """`limit` of the things found for each interest (its weight, what was found, best first), by the
    rule above; an interest of which nothing is left gives its places to the others."""
    taken = [0] * len(found)
    chosen: list[T] = []
    while len(chosen) < limit:
        candidates = [index for index, (_, things) in enumerate(found) if taken[index] < len(things)]
        if not candidates:
            break
        if len(chosen) == limit - 1 and max(taken) == len(chosen) > 0:
            candidates = [index for index in candidates if not taken[index]] or candidates
        # Of equals, the one with fewer places: a list shows more kinds that way.
        index = max(candidates, key=lambda index: (found[index][0] / (taken[index] + 1), -taken[index]))
        chosen.append(found[index][1][taken[index]])
        taken[index] += 1
    return chosen
