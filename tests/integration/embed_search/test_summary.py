"""Figures over all products that pass the filters."""

from collections.abc import Callable
from decimal import Decimal

from apparel.contracts import Reply, SummaryReply

Send = Callable[[object], Reply]


def summary(send: Send, **filters: object) -> SummaryReply:
    reply = send({"op": "summary", "filters": filters})
    assert isinstance(reply, SummaryReply), reply
    return reply


def test_counts_prices_brands_and_colors_of_what_passes(send: Send) -> None:
    found = summary(send, categories=["shirt"], genders=["Men"])
    assert found.total == 3
    assert [found.min_price, found.max_price] == [Decimal(700), Decimal(1500)]
    assert {facet.value: facet.count for facet in found.brands} == {"Acme": 2, "Orbit": 1}
    assert {facet.value: facet.count for facet in found.colors} == {"blue": 1, "navy": 1, "green": 1}


def test_nothing_passes(send: Send) -> None:
    found = summary(send, categories=["sherwani"])
    assert (found.total, found.min_price, found.brands) == (0, None, [])
