"""Products that have to do with others: like them, of their brand, to wear with them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orchestrator.dialogue.plans import Check, Recommend, Say, Similar
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import Wish
from tests.unit.orchestrator.shop import SHOWN
from tests.unit.orchestrator.talk import NOTHING_YET, SHIRTS_SHOWN, plan, wish


def test_partner_of_a_product_is_for_the_same_people() -> None:
    after = Situation(shown=SHOWN).after(plan("tell me about the 1st"), ())
    assert wish("what trousers would match it", after).people == ("men",)


def test_things_that_go_with_a_shown_one_are_what_is_asked_for() -> None:
    assert "earrings" in wish("the second looks good, what jewellery would go with it?").categories


@pytest.mark.parametrize(
    "message", ["show me similar to the 2nd", "more like the second", "2nd jaisa dikhao"]
)
def test_similar(message: str) -> None:
    found = plan(message)
    assert isinstance(found, Similar)
    assert [source.product_id for source in found.sources] == ["12"]
    assert set(found.exclude) >= {"11", "12", "13", "14", "15"}


def test_similar_with_changes() -> None:
    found = plan("like the 2nd one but cheaper, in red")
    assert isinstance(found, Similar)
    assert found.filters.colors == ["red"]
    assert found.filters.max_price is not None
    assert found.filters.max_price < 1200


@pytest.mark.parametrize("message", ["what goes with the 2nd one?", "what can I pair with number 2"])
def test_what_goes_with_a_product_is_of_other_kinds(message: str) -> None:
    found = plan(message)
    assert isinstance(found, Recommend)
    assert found.beside == SHOWN[1]
    assert "trousers" in found.wish.categories
    assert "shirt" not in found.wish.categories


def test_what_goes_with_a_kind_of_product() -> None:
    found = plan("what goes with black jeans?", NOTHING_YET)
    assert isinstance(found, Recommend)
    assert "jeans" not in found.wish.categories
    assert found.wish.colors == ()


def test_a_kind_that_shall_go_with_another() -> None:
    assert wish("shoes to go with a blue suit", NOTHING_YET).categories == ("formal_shoes",)


def test_same_brand_of_what_is_spoken_of() -> None:
    after = SHIRTS_SHOWN.after(plan("price of the 2nd"), ())
    assert wish("anything else from the same brand?", after).brands == ("Nike",)


def test_a_stated_budget_stays_for_similar_ones() -> None:
    budget = Situation(wish=Wish(categories=("shirt",), high=Decimal(1000)), shown=SHOWN)
    for message, high in (
        ("more like the first one", Decimal(1000)),
        ("more like the first one, up to 2000", Decimal(2000)),
        ("more like the first one, price doesn't matter", None),
    ):
        found = plan(message, budget)
        assert isinstance(found, Similar)
        assert found.filters.max_price == high
    found = plan("more like the first one", budget)
    assert budget.after(found, SHOWN).wish.high == Decimal(1000)  # type: ignore[union-attr]


def test_a_bound_of_our_own_is_no_budget() -> None:
    cheaper = SHIRTS_SHOWN.after(plan("anything cheaper?"), SHOWN)
    found = plan("more like the first one", cheaper)
    assert isinstance(found, Similar)
    assert found.filters.max_price is None


def test_matching_earrings_are_wanted() -> None:
    assert wish("do you have matching earrings").categories == ("earrings",)


def test_some_like_one_of_the_list() -> None:
    found = plan("show some like the 4th")
    assert isinstance(found, Similar)
    assert found.sources == (SHOWN[3],)


@pytest.mark.parametrize("message", ["ok the first, in navy?", "the first one in navy?", "the first in navy"])
def test_a_shown_product_in_another_color_is_wished_for(message: str) -> None:
    found = plan(message)
    assert isinstance(found, Similar)
    assert found.filters.colors == ["navy"]


def test_whether_a_shown_product_has_a_color_is_a_question() -> None:
    assert isinstance(plan("is the first in navy?"), Check)


def test_shoes_for_what_was_shown_are_of_the_kinds_that_go_with_it() -> None:
    sherwani = (SHOWN[0].model_copy(update={"category": "sherwani"}),)
    shown = Situation(wish=Wish(categories=("sherwani",), people=("men",)), shown=sherwani)
    assert wish("what shoes go with this", shown).categories == ("flats",)
    by_looks = wish("what shoes go with these", replace(shown, wish=Wish(categories=("sherwani",))))
    assert by_looks.people == ("men",)


def test_a_matching_thing_has_the_colour_of_before() -> None:
    kurtas = Situation(wish=Wish(categories=("kurta",), colors=("red",)), shown=SHOWN)
    assert wish("matching dupatta", kurtas).colors == ("red",)
    assert wish("matching green dupatta", kurtas).colors == ("green",)


def test_matching_outfits_point_at_nothing() -> None:
    assert wish("matching mother daughter outfits", NOTHING_YET).people == ("women", "girls")


def test_like_a_kind_that_was_not_shown_is_a_new_wish() -> None:
    assert wish("something like a saree").categories == ("saree",)
    assert isinstance(plan("similar shirts"), Similar)


def test_whose_brand_is_asked_back_where_there_are_several() -> None:
    assert plan("more from this brand") == Say("which_one")


def test_less_costly_of_the_same_brand() -> None:
    after = SHIRTS_SHOWN.after(plan("tell me about the 2nd"), ())
    found = wish("more of that brand but cheaper", after)
    assert (found.brands, found.high) == (("Nike",), Decimal("1199.99"))


def test_what_was_changed_of_a_similar_one_stays() -> None:
    found = plan("like the 2nd one but in red, striped")
    after = SHIRTS_SHOWN.after(found, ()).after(found, SHOWN)
    cheaper = wish("anything cheaper", after)
    assert cheaper.colors == ("red",)
    assert "striped" in cheaper.attributes
