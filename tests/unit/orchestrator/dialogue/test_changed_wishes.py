"""A wish over several messages: what is taken back, which bounds stay, and which product is meant."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import Describe, Plan, Recommend, Say
from orchestrator.dialogue.situation import Listed, Situation
from orchestrator.dialogue.wish import Wish, wish_of
from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON, SHOWN

SHIRTS = Wish(
    query="blue linen striped shirt men",
    categories=("shirt",),
    colors=("blue",),
    attributes=("linen", "striped"),
    people=("men",),
    low=Decimal(1000),
    high=Decimal(2000),
)
SHIRTS_SHOWN = Situation(wish=SHIRTS, shown=SHOWN, seen=tuple(product.product_id for product in SHOWN))
THIRD_SPOKEN_OF = replace(SHIRTS_SHOWN, focus=(3,))


def plan(message: str, situation: Situation = SHIRTS_SHOWN) -> Plan:
    return plan_answer(read(message, LEXICON), situation)


def wish(message: str) -> Wish:
    found = plan(message)
    assert isinstance(found, Recommend), found
    return found.wish


def test_only_some_of_the_same_keeps_the_wish() -> None:
    found = wish("ok, only formal shirts")
    assert (found.colors, found.high) == (("blue",), Decimal(2000))
    assert {*found.attributes} >= {"formal", "linen"}


def test_a_new_sub_type_replaces_the_old_one() -> None:
    bombers = replace(SHIRTS, categories=("jacket",), attributes=("bomber", "linen"))
    found = plan("biker ones", replace(SHIRTS_SHOWN, wish=bombers))
    assert isinstance(found, Recommend)
    assert {*found.wish.attributes} == {"linen", "biker jacket"}


@pytest.mark.parametrize("message", ["never mind the linen", "any fabric is fine", "it need not be linen"])
def test_fabric_taken_back(message: str) -> None:
    assert wish(message).attributes == ("striped",)
    assert "linen" not in wish(message).query
    assert wish(message).not_attributes == ()


@pytest.mark.parametrize("message", ["stripes are not a must", "any pattern", "forget the stripes"])
def test_pattern_taken_back(message: str) -> None:
    assert wish(message).attributes == ("linen",)


@pytest.mark.parametrize("message", ["price is no bar", "no budget limit", "any price is fine"])
def test_price_taken_back(message: str) -> None:
    assert (wish(message).low, wish(message).high) == (None, None)


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("up to 3000", 1000, 3000),
        ("above 1500", 1500, 2000),
        ("under 800", None, 800),
        ("above 2500", 2500, None),
        ("my budget is 1800", 1000, 1800),
    ],
)
def test_a_bound_stays_where_it_leaves_anything(message: str, low: int | None, high: int | None) -> None:
    assert (wish(message).low, wish(message).high) == (low and Decimal(low), high and Decimal(high))


def test_an_amount_is_no_wish_for_the_cheapest() -> None:
    assert wish("bit more budget, up to 3000").order == "relevance"


def test_adjective_of_formal_wear_narrows_the_shirts() -> None:
    assert wish("it has to be formal").categories == ("shirt",)
    assert "formal" in wish("it has to be formal").attributes


@pytest.mark.parametrize(
    ("message", "number"),
    [("the middle one", 3), ("the one before that?", 2), ("and the next one", 4), ("the last one", 5)],
)
def test_products_meant_by_their_place(message: str, number: int) -> None:
    found = plan(message, THIRD_SPOKEN_OF)
    assert isinstance(found, Describe)
    assert [item.number for item in found.items] == [number]


def test_there_is_none_after_the_last() -> None:
    assert plan("the next one", replace(SHIRTS_SHOWN, focus=(5,))) == Say("no_such_number", "5")


def test_more_of_the_brand_of_an_item() -> None:
    found = plan("more of the second one's brand")
    assert isinstance(found, Recommend)
    assert found.wish.brands == ("Nike",)


@pytest.mark.parametrize(
    "message", ["who is the king of Spain", "do you sell refrigerators", "a kilo of rice"]
)
def test_what_no_clothes_shop_answers(message: str) -> None:
    assert isinstance(plan(message, Situation()), Say)


@pytest.mark.parametrize("message", ["ok black is fine too", "black bhi chalega", "any colour is fine"])
def test_a_no_taken_back_is_no_wish_for_it(message: str) -> None:
    before = replace(SHIRTS, colors=(), not_colors=("black",))
    found = plan(message, replace(SHIRTS_SHOWN, wish=before))
    assert isinstance(found, Recommend)
    assert (found.wish.colors, found.wish.not_colors) == ((), ())
    assert "black" not in found.wish.query


def test_a_colour_that_is_fine_and_was_never_turned_down_is_wished() -> None:
    assert wish("black is fine").colors == ("black",)


@pytest.mark.parametrize(
    ("before", "after"),
    [((None, 1000), (None, 1500)), ((1000, None), (1500, None)), ((None, None), (1200, 1800))],
)
def test_an_amount_alone_moves_the_bound(
    before: tuple[int | None, int | None], after: tuple[int | None, int | None]
) -> None:
    low, high = (None if bound is None else Decimal(bound) for bound in before)
    found = plan("make it 1500", replace(SHIRTS_SHOWN, wish=replace(SHIRTS, low=low, high=high)))
    assert isinstance(found, Recommend)
    assert (found.wish.low, found.wish.high) == after


def test_what_about_an_amount_is_no_amount_or_so() -> None:
    found = plan("what about 1500", replace(SHIRTS_SHOWN, wish=replace(SHIRTS, low=None)))
    assert isinstance(found, Recommend)
    assert (found.wish.low, found.wish.high) == (None, Decimal(1500))


def test_a_guess_that_found_nothing_leaves_the_wish_as_it_was() -> None:
    guessed = Recommend(Wish(query="longer"), guess=True)
    assert SHIRTS_SHOWN.after(guessed, ()).wish == SHIRTS
    assert SHIRTS_SHOWN.after(guessed, ()).after(guessed, SHOWN).wish == guessed.wish


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("with pockets", "pockets"),
        ("pockets?", "pockets"),
        ("i want pockets", "pockets"),
        ("less heavy", "less heavy"),
        ("anything lighter", "lighter"),
        ("it should be breathable", "breathable"),
        ("these are too heavy", "not too heavy"),
        ("34 waist", "34 waist"),
        ("uv protected?", "uv protected"),
    ],
)
def test_words_of_no_vocabulary_say_what_the_things_of_before_shall_be_like(message: str, said: str) -> None:
    found = wish(message)
    assert (found.categories, found.colors, found.described) == (("shirt",), ("blue",), (said,))


def test_what_no_text_has_changes_no_ranking() -> None:
    assert wish("anything frobnicated").text == SHIRTS.text


def test_what_they_shall_not_be_is_not_searched_for() -> None:
    assert "heavy" not in wish("not so heavy").text
    assert wish("not so heavy").words == ()
    assert wish("with pockets").preferred_words == ("pocket",)


@pytest.mark.parametrize("message", ["and a safa?", "do you sell helicopters", "I am bored"])
def test_things_and_talk_are_no_such_words(message: str) -> None:
    assert not isinstance(plan(message), Recommend)


def test_another_number_of_the_same() -> None:
    found = plan("show 10")
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.colors, found.limit) == (("shirt",), ("blue",), 10)


def test_a_bound_that_cheaper_set_is_given_up_first() -> None:
    found = plan("in white", replace(SHIRTS_SHOWN, wish=replace(SHIRTS, low=None, high=Decimal("699.99"))))
    assert isinstance(found, Recommend)
    assert found.relax[0] == "price"


WEDDING = wish_of(read("outfit for a wedding, under 5000, I'm a woman, in red", LEXICON))


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (WEDDING, "sarees"),
        (replace(WEDDING, people=()), "show me sarees"),
        (replace(WEDDING, categories=("saree", "lehenga")), "show me the sarees"),
        (replace(WEDDING, categories=("saree",), names=("saree",)), "silk sarees"),
    ],
)
def test_one_of_the_kinds_looked_for_keeps_the_rest_of_the_wish(before: Wish, message: str) -> None:
    found = plan(message, replace(SHIRTS_SHOWN, wish=before))
    assert isinstance(found, Recommend)
    now = found.wish
    assert (now.categories, now.colors, now.high) == (("saree",), ("red",), Decimal(5000))
    assert now.occasion == WEDDING.occasion


def test_a_kind_for_somebody_else_is_a_new_wish() -> None:
    found = plan("sarees for my mother", replace(SHIRTS_SHOWN, wish=replace(WEDDING, people=("girls",))))
    assert isinstance(found, Recommend)
    assert (found.wish.colors, found.wish.high) == ((), None)


def test_woollen_says_what_the_sweaters_shall_be() -> None:
    found = plan("woollen", replace(SHIRTS_SHOWN, wish=replace(SHIRTS, categories=("sweater",))))
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.attributes[-1]) == (("sweater",), "wool")


@pytest.mark.parametrize("message", ["same budget but sandals", "sandals in the same price range"])
def test_the_same_budget_for_another_kind(message: str) -> None:
    found = wish(message)
    assert (found.low, found.high, found.order) == (Decimal(1000), Decimal(2000), "relevance")


def test_dearer_and_cheaper_are_measured_by_what_was_spoken_of() -> None:
    assert wish("too costly").high == Decimal("699.99")
    spoken_of = replace(SHIRTS_SHOWN, focus=(5,))
    found = plan("too costly", spoken_of)
    assert isinstance(found, Recommend)
    assert found.wish.high == Decimal("1999.99")


def test_more_for_somebody_is_for_nobody_else() -> None:
    found = plan("none of these, show others")
    assert isinstance(found, Recommend)
    assert "genders" not in found.relax


@pytest.mark.parametrize(
    ("message", "order"),
    [("price low to high", "price_asc"), ("sort by price", "price_asc"), ("high to low", "price_desc")],
)
def test_an_order_by_price(message: str, order: str) -> None:
    assert (wish(message).categories, wish(message).order) == (("shirt",), order)


def test_how_many_there_are_is_asked_of_the_wish() -> None:
    found = plan("how many do you have")
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.counts) == (("shirt",), True)


def test_all_of_them() -> None:
    found = plan("show all")
    assert isinstance(found, Recommend)
    assert (found.wish.colors, found.limit) == (("blue",), 20)


@pytest.mark.parametrize("message", ["trousers in the same colour", "what about trousers, same color"])
def test_the_same_colour_for_another_kind(message: str) -> None:
    assert (wish(message).categories, wish(message).colors) == (("trousers",), ("blue",))


def test_the_same_colour_as_before_the_last_wish() -> None:
    jeans = replace(SHIRTS, categories=("jeans",), colors=())
    then = replace(SHIRTS_SHOWN, wish=jeans, lists=(Listed(SHIRTS, SHOWN), Listed(jeans, SHOWN)))
    found = plan("same colour", then)
    assert isinstance(found, Recommend)
    assert found.wish.colors == ("blue",)


def test_a_part_is_no_thing_of_its_own() -> None:
    dresses = replace(SHIRTS_SHOWN, wish=replace(SHIRTS, categories=("dress",)))
    found = plan("anything with a belt", dresses)
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.described) == (("dress",), ("belt",))
    assert wish("belts").categories == ("belt",)


def test_a_style_of_another_sort_is_added() -> None:
    bras = replace(SHIRTS, categories=("innerwear",), attributes=("padded", "pack of 2"))
    shown = replace(SHIRTS_SHOWN, wish=bras)
    for message, attributes in (
        ("wireless", ("padded", "pack of 2", "non-wired")),
        ("not padded", ("pack of 2", "non-padded")),
        ("pack of 3", ("padded", "pack of 3")),
    ):
        found = plan(message, shown)
        assert isinstance(found, Recommend)
        assert set(found.wish.attributes) == set(attributes)


BOYS = replace(SHIRTS_SHOWN, wish=replace(SHIRTS, people=("boys",)))


@pytest.mark.parametrize("message", ["he likes green", "12 years", "for a 12 year old, in green"])
def test_of_him_is_said_no_more_than_was_known(message: str) -> None:
    found = plan(message, BOYS)
    assert isinstance(found, Recommend)
    assert found.wish.people == ("boys",)


@pytest.mark.parametrize("message", ["for men", "for my husband"])
def test_another_person_is_another(message: str) -> None:
    found = plan(message, BOYS)
    assert isinstance(found, Recommend)
    assert found.wish.people == ("men",)


def test_who_writes_is_not_the_child_of_before() -> None:
    found = plan("something for me also, a kurta", BOYS)
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.people) == (("kurta",), ())


def test_the_occasion_stays_for_what_is_worn_there() -> None:
    sarees = replace(WEDDING, categories=("saree",), names=("saree",))
    for message, occasion in (("lehengas", WEDDING.occasion), ("jeans", None)):
        found = plan(message, replace(SHIRTS_SHOWN, wish=sarees))
        assert isinstance(found, Recommend)
        assert found.wish.occasion == occasion


def test_not_more_than_asks_for_no_more() -> None:
    found = plan("not more than 1500")
    assert isinstance(found, Recommend)
    assert (found.again, found.wish.high) == (False, Decimal(1500))


def test_formal_alone_says_what_the_things_of_before_shall_be() -> None:
    belts = replace(SHIRTS_SHOWN, wish=replace(SHIRTS, categories=("belt",)))
    found = plan("formal", belts)
    assert isinstance(found, Recommend)
    assert found.wish.categories == ("belt",)
    assert "formal" in found.wish.attributes
    bra = plan("sports bra", belts)
    assert isinstance(bra, Recommend)
    assert bra.wish.categories == ("innerwear",)


@pytest.mark.parametrize("message", ["for my son's wedding in Delhi", "mere dost ki shaadi ke liye"])
def test_an_occasion_alone_is_for_the_things_of_before(message: str) -> None:
    found = plan(message, replace(SHIRTS_SHOWN, wish=replace(SHIRTS, colors=())))
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.occasion) == (("shirt",), WEDDING.occasion)


def test_for_somebody_who_does_not_wear_it_the_occasion_and_budget_stay() -> None:
    sarees = replace(WEDDING, categories=("saree",), attributes=("silk",))
    found = plan("and something for dad too", replace(SHIRTS_SHOWN, wish=sarees))
    assert isinstance(found, Recommend)
    assert (found.wish.people, found.wish.categories, found.wish.attributes) == (("men",), (), ())
    assert (found.wish.occasion, found.wish.high) == (WEDDING.occasion, Decimal(5000))


def test_an_order_in_any_word() -> None:
    assert wish("price ascending").order == "price_asc"


def test_a_kind_that_is_not_worn_there_keeps_the_budget() -> None:
    found = plan("something in jeans", replace(SHIRTS_SHOWN, wish=WEDDING))
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.high, found.wish.occasion) == (("jeans",), Decimal(5000), None)


def test_an_occasion_told_is_for_what_is_worn_there() -> None:
    found = plan(
        "the wedding is next week", replace(SHIRTS_SHOWN, wish=replace(WEDDING, categories=("saree",)))
    )
    assert isinstance(found, Recommend)
    assert (found.wish.categories, found.wish.occasion) == (("saree",), WEDDING.occasion)


@pytest.mark.parametrize("message", ["1500", "1500 only", "1500 each"])
def test_an_amount_alone_is_a_budget(message: str) -> None:
    assert wish(message).high == Decimal(1500)
