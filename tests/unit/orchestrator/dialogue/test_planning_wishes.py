"""What is searched for, given the wish before."""

from decimal import Decimal

import pytest

from orchestrator.dialogue.plans import Recommend, Summarise
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import Wish
from tests.unit.orchestrator.shop import SHOWN
from tests.unit.orchestrator.talk import NOTHING_YET, SHIRTS_SHOWN, plan, wish


def test_occasion_alone_narrows_the_things_of_before() -> None:
    shoes = Situation(wish=Wish(categories=("sneakers", "sports_shoes", "formal_shoes")))
    assert wish("running", shoes).offered_categories == ("sports_shoes",)


def test_new_kind_of_product_keeps_for_whom() -> None:
    found = wish("show me some trousers")
    assert found.categories == ("trousers",)
    assert found.people == ("men",)
    assert found.colors == ()


def test_new_kind_of_product_that_they_do_not_wear_is_for_others() -> None:
    assert wish("show me some sarees").people == ()


def test_what_the_shop_has_no_word_for_is_looked_for_among_prints() -> None:
    found = wish("something with cartoons on it", NOTHING_YET)
    assert (found.attributes, found.described) == (("printed",), ("cartoons",))


def test_her_son_asks_for_her() -> None:
    before = Situation(wish=Wish(people=("women",)))
    told = wish("I am her son", before)
    assert (told.people, told.speaker) == (("women",), "men")


def test_color_changes_the_wish() -> None:
    found = wish("in green")
    assert (found.categories, found.colors, found.people) == (("shirt",), ("green",), ("men",))


def test_the_same_in_another_color() -> None:
    assert wish("the same in green").colors == ("green",)


def test_budget_changes_the_wish() -> None:
    assert wish("under 800").high == Decimal(800)


def test_less_costly_is_below_everything_shown() -> None:
    found = plan("something less costly")
    assert isinstance(found, Recommend)
    assert found.wish.high is not None
    assert found.wish.high < 700
    assert "price" not in found.relax


@pytest.mark.parametrize("text", ["any other brand?", "not that brand, show others", "not this brand please"])
def test_other_brand_leaves_out_the_brands_shown(text: str) -> None:
    found = plan(text)
    assert isinstance(found, Recommend)
    assert set(found.wish.not_brands) == {"Puma", "Nike", "W"}
    assert "brands" not in found.relax


@pytest.mark.parametrize("message", ["show me more", "something else", "I don't like these, show me others"])
def test_more_leaves_out_what_was_shown(message: str) -> None:
    found = plan(message)
    assert isinstance(found, Recommend)
    assert found.wish.categories == ("shirt",)
    assert set(found.exclude) == {"11", "12", "13", "14", "15"}


def test_do_you_have_these_in_another_color_is_a_wish() -> None:
    assert wish("do you have these in brown?").colors == ("brown",)


def test_pattern_replaces_pattern_and_leaves_the_fabric() -> None:
    striped = Situation(wish=Wish(categories=("shirt",), attributes=("striped", "cotton")))
    assert wish("checked ones", striped).attributes == ("cotton", "checked")


def test_denial_takes_a_color_out() -> None:
    found = wish("not blue")
    assert (found.colors, found.not_colors) == ((), ("blue",))


def test_occasion_offers_what_these_people_wear() -> None:
    found = wish("what should I wear to a wedding, I am a man", NOTHING_YET)
    assert "sherwani" in found.offered_categories
    assert "saree" not in found.offered_categories


def test_shoes_for_an_occasion_are_the_fitting_ones() -> None:
    assert wish("wedding shoes for men", NOTHING_YET).offered_categories == ("formal_shoes", "flats")


def test_no_wish_in_particular_gets_everyday_ideas() -> None:
    found = wish("suggest some clothes", NOTHING_YET)
    assert found.occasion is not None
    assert found.occasion.id == "everyday"


@pytest.mark.parametrize(
    ("message", "aspect", "categories"),
    [
        ("which brands of blazers do you carry?", "brands", ("blazer",)),
        ("what colours do your sarees come in", "colors", ("saree",)),
        ("price range of watches", "price", ("watch",)),
        ("which colours do you have?", "colors", ("shirt",)),
        ("what do you sell?", "categories", ()),
    ],
)
def test_figures_over_the_whole_shop(message: str, aspect: str, categories: tuple[str, ...]) -> None:
    found = plan(message)
    assert isinstance(found, Summarise)
    assert (found.aspect, found.wish.categories) == (aspect, categories)


def test_after_figures_the_wish_goes_on() -> None:
    after = NOTHING_YET.after(plan("which brands of shirts do you have?", NOTHING_YET), ())
    found = wish("show me the Puma ones", after)
    assert (found.categories, found.brands) == (("shirt",), ("Puma",))


def test_so_many_more() -> None:
    found = plan("2 more")
    assert isinstance(found, Recommend)
    assert (found.limit, found.again) == (2, True)


def test_what_jeans_suit_somebody_are_no_suits() -> None:
    assert wish("what jeans suit me", NOTHING_YET).categories == ("jeans",)


def test_count_is_asked_for() -> None:
    found = plan("how many green kurtas do you have", NOTHING_YET)
    assert isinstance(found, Recommend)
    assert found.counts


def test_what_was_asked_about_tilts_the_next_list_until_it_is_turned_down() -> None:
    asked = SHIRTS_SHOWN.after(plan("price of the 2nd"), ())
    liked = plan("show me some trousers", asked)
    assert isinstance(liked, Recommend)
    assert liked.liked == ("12",)
    turned_down = plan("I don't like the 2nd, show me others", asked)
    assert isinstance(turned_down, Recommend)
    assert turned_down.liked == ()


def test_a_kind_for_other_people_than_before() -> None:
    for_women = Situation(wish=Wish(categories=("kurta",), people=("women",)))
    assert wish("shoes that go with a sherwani", for_women).people == ("men",)
    for_boys = Situation(wish=Wish(categories=("kurta",), people=("boys",)))
    assert wish("shoes that go with a sherwani", for_boys).people == ("boys",)


def test_other_brands_than_all_that_were_shown() -> None:
    after = SHIRTS_SHOWN.after(plan("price of the 2nd"), ())
    assert set(wish("show other brands", after).not_brands) == {"Puma", "Nike", "W"}


def test_dearer_than_the_dearest_is_given_up() -> None:
    found = plan("something more premium")
    assert isinstance(found, Recommend)
    assert found.relax[0] == "price"


def test_another_kind_in_the_same_budget() -> None:
    budget = Situation(wish=Wish(categories=("shirt",), high=Decimal(1000)), shown=SHOWN)
    assert wish("what about jeans", budget).high == Decimal(1000)
    assert wish("show me jeans", budget).high is None


def test_one_for_who_writes() -> None:
    for_husband = Situation(wish=wish("watch for my husband", NOTHING_YET), shown=SHOWN)
    assert wish("ok and one for me", for_husband).people == ("women",)
    told = Situation(wish=wish("a kurta, I'm a man", NOTHING_YET), shown=SHOWN)
    sister = Situation(wish=wish("a saree for my sister", told), shown=SHOWN)
    assert wish("shoes for me", sister).people == ("men",)


def test_others_than_those_that_are_not_liked() -> None:
    found = plan("don't like these")
    assert isinstance(found, Recommend)
    assert set(found.exclude) == {product.product_id for product in SHOWN}


def test_many_denials_are_all_asked_of_the_catalogue() -> None:
    found = wish("tshirt without collar and without print, men", NOTHING_YET)
    assert {"polo collar", "printed", "floral"} <= set(found.filters().not_attributes)
    assert set(found.filters().not_attributes) == set(found.not_attributes)


def test_of_more_colors_than_can_be_asked_for_the_newest_count() -> None:
    shades = tuple(f"shade {number}" for number in range(30))
    filters = Wish(colors=shades, not_colors=shades).filters()
    assert filters.colors[-1] == filters.not_colors[-1] == "shade 29"
