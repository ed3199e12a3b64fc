"""What every engine of the comparison can do, and the products that all of them hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from embed_search.question import Vector

DEPTH = 10
M, EF_CONSTRUCTION, EF_SEARCH = 16, 128, 100
"""Of every HNSW index, so that they do the same work."""
LISTS, PROBES = 112, 10
"""Of IVFFlat: the square root of 12,491, and a square root of that."""


@dataclass(frozen=True)
class Items:
    """The products, whose number is their place; vectors of unit length, shape (n, 768)."""

    vectors: npt.NDArray[np.float32]
    categories: Sequence[str]
    genders: Sequence[str]

    @cached_property
    def of_kind(self) -> Mapping[tuple[str, str], npt.NDArray[np.int64]]:
        """The places of each category and gender."""
        places: dict[tuple[str, str], list[int]] = {}
        for place, kind in enumerate(zip(self.categories, self.genders, strict=True)):
            places.setdefault(kind, []).append(place)
        return {kind: np.array(found, np.int64) for kind, found in places.items()}


@dataclass(frozen=True)
class Query:
    vector: Vector
    category: str
    gender: str


@dataclass(frozen=True)
class Facts:
    """What an engine offers beside nearness, in a few words each."""

    filters: str
    full_text: str
    transactions: str
    persistence: str


class Engine(Protocol):
    """Made from Items, in one thread. Its constructor raises ImportError where its package is missing."""

    name: str
    facts: Facts

    def nearest(self, query: Query) -> Sequence[int]:
        """The places of the DEPTH nearest products, nearest first."""

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        """Those of the query's category and gender alone."""
