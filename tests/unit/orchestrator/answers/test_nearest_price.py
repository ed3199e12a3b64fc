"""Where no product costs what was asked for, those whose price is nearest are shown."""

from decimal import Decimal
from typing import cast

import pytest

from apparel.contracts import Hit, RetrievalReply, SearchRequest
from orchestrator.answers.retrieve import recommend
from orchestrator.catalogue_client import Catalogue
from orchestrator.dialogue.plans import Recommend
from orchestrator.dialogue.wish import Wish
from tests.unit.orchestrator.shop import SHOWN


class PricedShop:
    """Products for 700, 700, 900, 1200 and 2000 rupees, found by price alone."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        low, high = request.filters.min_price, request.filters.max_price
        found = [
            product
            for product in SHOWN
            if (low is None or product.price >= low) and (high is None or product.price <= high)
        ]
        dropped = not found and "price" in request.relax
        ordered = sorted(
            SHOWN if dropped else found,
            key=lambda product: product.price,
            reverse=request.order == "price_desc",
        )
        hits = [Hit(product=product, score=0.5) for product in ordered[: request.limit]]
        return RetrievalReply(hits=hits, total=len(found), dropped=["price"] if dropped else [])


@pytest.mark.parametrize(
    ("low", "high", "prices"),
    [
        (16_000, 24_000, [2000, 1200]),
        (1_500, 1_600, [1200, 2000]),
        (None, 500, [700, 700]),
        (3_000, None, [2000, 1200]),
    ],
)
def test_nearest_price_first(low: int | None, high: int | None, prices: list[int]) -> None:
    wish = Wish(
        categories=("shirt",),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
    )
    plan = Recommend(wish, limit=2)
    found = recommend(plan, cast(Catalogue, PricedShop()))
    assert [int(hit.product.price) for hit in found.hits] == prices
    assert found.dropped == ("price",)
