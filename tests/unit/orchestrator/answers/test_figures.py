"""Figures over the whole shop, in words."""

from decimal import Decimal

from apparel.contracts import Facet, SummaryReply
from orchestrator.answers.figures import summarise
from orchestrator.dialogue.plans import Summarise
from orchestrator.dialogue.wish import Wish

BLAZERS = Wish(categories=("blazer",))
FOUND = SummaryReply(
    total=1_083,
    min_price=Decimal(849),
    max_price=Decimal(63_090),
    brands=[Facet(value=f"Brand {number}", count=100 - number) for number in range(15)],
    categories=[Facet(value="shirt", count=9), Facet(value="other", count=5)],
    colors=[Facet(value="blue", count=7)],
)
NOTHING = SummaryReply(total=0, min_price=None, max_price=None, brands=[], categories=[], colors=[])


def test_brands_are_counted_and_the_long_tail_is_summed_up() -> None:
    said = summarise(Summarise(BLAZERS, "brands"), FOUND)
    assert said.startswith("There are 1,083 blazers, of 15 brands: Brand 0 (100), ")
    assert "and 3 more." in said


def test_one_color() -> None:
    assert "of one colour: blue (7)." in summarise(Summarise(BLAZERS, "colors"), FOUND)


def test_price_range() -> None:
    said = summarise(Summarise(BLAZERS, "price"), FOUND)
    assert "cost from ₹849 to ₹63,090" in said


def test_kinds_of_product_without_the_nameless() -> None:
    said = summarise(Summarise(Wish(), "categories"), FOUND)
    assert "shirts (9)" in said
    assert "other" not in said


def test_nothing() -> None:
    assert summarise(Summarise(BLAZERS, "brands"), NOTHING) == "I found no blazers in this shop."
