"""Where no product costs what was asked for, those whose price is nearest are shown."""

from decimal import Decimal
from typing import cast

import pytest

from apparel.contracts import Droppable, Filters, Hit, RetrievalReply, SearchRequest
from apparel.product import Product
from orchestrator.answers.retrieve import recommend
from orchestrator.catalogue_client import Catalogue
from orchestrator.dialogue.plans import Recommend
from orchestrator.dialogue.wish import Wish
from tests.unit.orchestrator.shop import SHOWN

_BLANK: dict[Droppable, dict[str, object]] = {
    "brands": {"brands": []},
    "price": {"min_price": None, "max_price": None},
}


class PricedShop:
    """Puma for 700 and 900, W for 700, Nike for 1200 and 2000 rupees: found by brand and price alone."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        filters, dropped = request.filters, list[Droppable]()
        for name in request.relax:
            if name in _BLANK and not _found(filters):
                dropped.append(name)
                filters = filters.model_copy(update=_BLANK[name])
        found = _found(filters)
        found.sort(key=lambda one: one.price, reverse=request.order == "price_desc")
        hits = [Hit(product=product, score=0.5) for product in found[: request.limit]]
        return RetrievalReply(hits=hits, total=len(found), dropped=dropped)


def _found(filters: Filters) -> list[Product]:
    low, high = filters.min_price or Decimal(0), filters.max_price or Decimal("inf")
    return [one for one in SHOWN if low <= one.price <= high and one.brand in (filters.brands or [one.brand])]


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


def test_only_the_brand_is_given_up_where_that_is_enough() -> None:
    wish = Wish(categories=("shirt",), colors=("pink",), brands=("Reebok",))
    plan = Recommend(wish, relax=("price", "brands"))
    assert recommend(plan, cast(Catalogue, PricedShop())).dropped == ("brands",)


def test_only_the_price_is_given_up_where_that_is_enough() -> None:
    plan = Recommend(Wish(categories=("shirt",), brands=("Puma",), low=Decimal(100), high=Decimal(150)))
    found = recommend(plan, cast(Catalogue, PricedShop()))
    assert found.dropped == ("price",)
    assert {hit.product.brand for hit in found.hits} == {"Puma"}
