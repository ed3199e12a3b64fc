"""Figures of a ranked list against wants. All lie between 0 and 1.

A list may stop where the catalogue has no more that fits: telling so is better than filling up. So a list is
compared with the best one of its own length, or of as many as fit if these are more.
"""

import math
from collections.abc import Collection, Iterable, Sequence

from scripts.evaluation.catalogue import Product
from scripts.evaluation.judge import Want, fitting, grade, meets


def ndcg(ranked: Sequence[Product], want: Want, catalogue: Collection[Product], k: int = 10) -> float:
    """nDCG@k (Järvelin and Kekäläinen 2002), gain = share of wants met, discount log2(rank + 1)."""
    top = ranked[:k]
    ideal = _dcg(_best(want, catalogue, len(top), k))
    return _dcg([grade(product, want) for product in top]) / ideal if ideal else 0.0


def strict_precision(
    ranked: Sequence[Product], want: Want, catalogue: Collection[Product], k: int = 5
) -> float | None:
    """The share of the first k that meet every want, of as many as there can be; None if there are none."""
    possible = min(k, len(fitting(catalogue, want)))
    return sum(meets(product, want) for product in ranked[:k]) / possible if possible else None


def satisfaction(ranked: Sequence[Product], want: Want, catalogue: Collection[Product], k: int = 5) -> float:
    """The single wants met by the first k, as a share of those that the best list would meet.

    A product that is missing meets none.
    """
    top = ranked[:k]
    best = _best(want, catalogue, len(top), k)
    return sum(grade(product, want) for product in top) / sum(best) if any(best) else 0.0


def _best(want: Want, catalogue: Iterable[Product], length: int, k: int) -> list[float]:
    """The grades of the best list that is as long, or holds all that fit if these are more; at most k."""
    grades = sorted((grade(product, want) for product in catalogue), reverse=True)
    return grades[: min(k, max(length, grades.count(1.0)))]


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
