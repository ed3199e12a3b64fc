"""A question to the catalogue, and the parameters that it is to the statements of `sql/`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from apparel.contracts import EITHER, Filters, Order
from apparel.taxonomy import color_kin

Vector = npt.NDArray[np.float32]

RANKING_DEPTH = 200
"""How far down each ranking is read, of which five to twenty are shown: enough to pass over copies."""

CATEGORY_DEPTH = 60
"""The same for each category where they take turns."""

# Five digits tell any two numbers of 16 bits apart.
_HALF = "%.5g"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One retrieval: what products must be (`filters`), and what they should be near to."""

    embedding: Vector
    """Unit length, shape (768,)."""
    filters: Filters
    lexemes: Sequence[str] = ()
    """For the lexical ranking; without any, the dense ranking decides alone."""
    preferred_lexemes: Sequence[str] = ()
    """Products that mention more of these go before all others that pass the filters."""
    exclude_ids: Sequence[str] = ()
    limit: int
    count: bool = False
    order: Order = "relevance"
    spread: bool = False
    preferred_genders: Sequence[str] = ()
    """Products of these go before all others that pass the filters."""
    preferred_kinds: Sequence[str] = ()
    """Attributes; products with any of them go before all others that pass the filters."""
    anchor_price: Decimal | None = None
    """INR; of products that look alike, the one nearer to this price goes first."""


def halfvec_text(vector: Vector) -> str:
    """As Postgres reads a halfvec: half as long as pgvector's own text of the same numbers, and in a third
    of the time."""
    numbers = vector.astype(np.float16).tolist()
    return f"[{','.join([_HALF] * len(numbers)) % tuple(numbers)}]"


def filter_parameters(filters: Filters) -> dict[str, object]:
    colors = [color.lower() for color in filters.colors]
    return {
        **filters.model_dump(),
        "brands": [brand.lower() for brand in filters.brands],
        "not_brands": [brand.lower() for brand in filters.not_brands],
        "colors": colors,
        "colors_and_kin": _with_kin(colors),
        "color_groups": [EITHER.join(_with_kin([color])) for color in colors] if filters.every_color else [],
        "attributes": [name for name in filters.attributes if EITHER not in name],
        "either_attributes": [name for name in filters.attributes if EITHER in name],
        # Whoever wants no blue wants no navy either, unless they asked for it.
        "not_colors": [color for color in _with_kin(filters.not_colors) if color not in colors],
    }


def parameters(question: Question) -> dict[str, object]:
    return {
        **filter_parameters(question.filters),
        "embedding": halfvec_text(question.embedding),
        "lexemes": list(question.lexemes),
        "preferred_lexemes": list(question.preferred_lexemes),
        "exclude_ids": list(question.exclude_ids),
        "limit": question.limit,
        "category_depth": CATEGORY_DEPTH,
        # By price or in turns any product may come first; by relevance only these can.
        "depth": RANKING_DEPTH if question.order == "relevance" and not question.spread else None,
        "order": question.order,
        "spread": question.spread,
        # Whoever names a brand wants no other, and a list by price leaves nothing out.
        "vary_brands": question.order == "relevance" and not question.filters.brands,
        "preferred_genders": list(question.preferred_genders),
        "preferred_kinds": list(question.preferred_kinds),
        "anchor_price": question.anchor_price,
    }


def _with_kin(colors: Sequence[str]) -> list[str]:
    return [shade for color in colors for shade in (color.lower(), *color_kin(color.lower()))]
