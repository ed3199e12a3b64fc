"""What the shopper reads."""

from decimal import Decimal
from typing import get_args

import pytest

from apparel.contracts import Hit
from orchestrator.answers.compose import closing, explain, opening, product_lines, remark
from orchestrator.answers.details import check, compare, describe, pick, sentences_of
from orchestrator.answers.retrieve import Result
from orchestrator.answers.wording import joined, rupees, wish_in_words
from orchestrator.dialogue.plans import Check, Compare, Describe, Explain, Numbered, Pick, Recommend, Remark
from orchestrator.dialogue.situation import listed_ids
from orchestrator.dialogue.wish import Wish
from orchestrator.settings import Settings
from orchestrator.understanding.occasions import occasions
from tests.unit.orchestrator.shop import SHOWN

SETTINGS = Settings()
HITS = tuple(Hit(product=product, score=0.5) for product in SHOWN)
ITEMS = tuple(Numbered(number, product) for number, product in enumerate(SHOWN, 1))
SHIRTS = Recommend(Wish(categories=("shirt",), colors=("blue",), people=("men",)))


@pytest.mark.parametrize("kind", get_args(Remark))
def test_every_remark_has_words(kind: Remark) -> None:
    assert remark(kind, "5")
    assert "{" not in remark(kind, "5")


def test_the_list_can_be_read_back_from_the_text() -> None:
    lines = product_lines(SHIRTS, Result(HITS[:3], near=HITS[3:], missed=("striped",)), SETTINGS)
    template = SETTINGS.product_url_template
    assert listed_ids(f"Here:\n\n{lines}", template) == [product.product_id for product in SHOWN]


def test_brackets_in_a_name_do_not_break_the_link() -> None:
    odd = SHOWN[0].model_copy(update={"name": "Shirt [new](x) one\nline"})
    lines = product_lines(SHIRTS, Result((Hit(product=odd, score=0.1),)), SETTINGS)
    assert listed_ids(lines, SETTINGS.product_url_template) == ["11"]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(categories=("shirt",), colors=("green",), people=("men",)), "green shirts for men"),
        (Wish(categories=("formal_shoes",), attributes=("loafers",)), "loafers"),
        (Wish(categories=("sweater",), attributes=("cardigan", "striped")), "striped cardigans"),
        (Wish(categories=("jeans", "trousers")), "jeans and trousers"),
        (Wish(categories=("saree",), high=Decimal(1500)), "sarees up to 1,500 rupees"),
        (Wish(categories=("saree",), high=Decimal("698.99")), "sarees under 699 rupees"),
        (Wish(brands=("Nike", "Puma"), categories=("sneakers",)), "Nike or Puma sneakers"),
        (Wish(people=("girls",)), "options for girls"),
        (
            Wish(categories=("shirt",), attributes=("pure cotton", "cotton", "striped")),
            "pure cotton striped shirts",
        ),
        (Wish(categories=("jeans",), attributes=("maxi", "ankle length")), "ankle length jeans"),
        (Wish(categories=("kurta",), attributes=("embroidered", "chikankari")), "chikankari kurtas"),
        (
            Wish(categories=("kurta",), colors=("purple",), attributes=("anarkali", "with dupatta")),
            "purple anarkalis with dupatta",
        ),
        (Wish(categories=("nightwear",), attributes=("nightdress",)), "nightdresses"),
        (Wish(categories=("dupatta",), attributes=("scarf",)), "scarves"),
        (Wish(categories=("heels",), colors=("black",), attributes=("block heel",)), "black block heels"),
        (
            Wish(categories=("handbag", "backpack"), not_categories=("handbag",), people=("women",)),
            "backpacks for women",
        ),
        (
            Wish(categories=("tshirt",), attributes=("long sleeves", "cotton")),
            "cotton T-shirts with long sleeves",
        ),
        (Wish(categories=("kurta",), attributes=("maxi|calf length|longline",)), "long kurtas"),
        (
            Wish(categories=("innerwear",), attributes=("panties", "briefs"), people=("men",)),
            "briefs for men",
        ),
    ],
)
def test_wish_in_words(wish: Wish, said: str) -> None:
    assert wish_in_words(wish) == said


def test_wish_that_was_given_up_is_named() -> None:
    said = opening(SHIRTS, Result(HITS, dropped=("colors",)))
    assert said == "I found no blue shirts for men. Leaving out the colour (blue), these come nearest:"


def test_only_what_was_given_up_is_named() -> None:
    plan = Recommend(Wish(categories=("dress",), attributes=("floral", "midi")))
    assert "Leaving out the details (floral)," in opening(
        plan, Result(HITS, ("attributes",), lost=("floral",))
    )


def test_nothing_found_is_said() -> None:
    assert "no blue shirts for men" in opening(SHIRTS, Result(()))


@pytest.mark.parametrize(
    ("number", "said"), [(1, "Here is one more idea for "), (2, "Here are two more ideas for ")]
)
def test_ideas_are_counted(number: int, said: str) -> None:
    plan = Recommend(Wish(occasion=occasions()[0]), again=True)
    assert opening(plan, Result(HITS[:number])).startswith(said)


def test_ideas_tell_the_whole_wish() -> None:
    wish = Wish(occasion=occasions()[0], people=("women",), colors=("pink",), high=Decimal(3000))
    label = occasions()[0].label
    assert opening(Recommend(wish), Result(HITS)) == (
        f"Here are five pink ideas for {label} for women up to 3,000 rupees:"
    )


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("luggage", "five pieces of luggage"),
        ("innerwear", "five pieces of innerwear"),
        ("ring", "five rings"),
        ("sandals", "five sandals"),
    ],
)
def test_what_is_not_counted_comes_in_pieces(category: str, said: str) -> None:
    assert opening(Recommend(Wish(categories=(category,))), Result(HITS)) == f"Here are {said}:"


def test_one_is_it() -> None:
    assert closing(SHIRTS, HITS[:1]).startswith("Ask me about it,")


def test_closing_names_the_true_cheapest() -> None:
    assert "Number 3 costs the least at ₹700" in closing(SHIRTS, HITS)


def test_prices_as_people_write_them() -> None:
    assert (rupees(Decimal("4599.00")), rupees(Decimal("99.5"))) == ("₹4,599", "₹99.50")


def test_joined() -> None:
    assert joined(["a", "b", "c"]) == "a, b and c"


def test_price_of_one() -> None:
    assert describe(Describe(ITEMS[1:2], ("price",)), SETTINGS).endswith("costs ₹1,200.")


def test_brands_of_all() -> None:
    said = describe(Describe(ITEMS, ("brand",)), SETTINGS)
    assert [line.rsplit(" ", 1)[1] for line in said.splitlines()] == ["Puma", "Nike", "Puma", "W", "Nike"]


def test_color_that_name_and_catalogue_tell_differently_is_told_as_both() -> None:
    said = describe(Describe(ITEMS[2:3], ("color",)), SETTINGS)
    assert "red by its name; the catalogue lists it under Blue" in said


def test_a_tie_for_the_cheapest_names_both() -> None:
    said = pick(Pick(ITEMS, "cheapest"), SETTINGS)
    assert "number 3" in said
    assert "number 4" in said
    assert "₹700" in said


def test_dearest() -> None:
    assert "number 5" in pick(Pick(ITEMS, "dearest"), SETTINGS)


def test_comparison_says_which_costs_less() -> None:
    assert "Number 1 costs less than number 2." in compare(Compare(ITEMS[:2]), SETTINGS)


def test_question_is_answered_with_the_catalogues_words() -> None:
    assert "“Cotton shirt, has a spread collar”" in check(Check(ITEMS[:1], ("cotton",)), SETTINGS)
    assert "says nothing about “pocket”" in check(Check(ITEMS[:1], ("pocket",)), SETTINGS)


def test_question_that_no_description_answers_is_answered_once() -> None:
    said = check(Check(ITEMS[:3], ("waterproof",)), SETTINGS)
    assert said.startswith("The descriptions of numbers 1, 2 and 3 say nothing about “waterproof”.")


def test_those_that_say_nothing_are_told_in_one_sentence() -> None:
    silk = SHOWN[0].model_copy(update={"description": "Soft silk", "brand": "Silk Mills"})
    mills = SHOWN[1].model_copy(update={"name": "Silk Mills Shirt", "brand": "Silk Mills", "description": ""})
    items = (Numbered(1, silk), Numbered(2, mills), *ITEMS[2:4])
    said = check(Check(items, ("silk|rayon",)), SETTINGS).splitlines()
    assert "“Soft silk”" in said[0]
    assert said[1].startswith("- The descriptions of numbers 2, 3 and 4 say nothing about “silk or rayon”.")


def test_sizes_of_several_are_told_once() -> None:
    assert describe(Describe(ITEMS, ("size",)), SETTINGS).count("sizes") == 1


def test_of_two_one_is_the_cheaper() -> None:
    assert pick(Pick(ITEMS[:2], "cheapest"), SETTINGS).startswith("The cheaper is number 1,")


@pytest.mark.parametrize(
    ("described", "said"),
    [
        (("cartoons",), "The catalogue says nothing about “cartoons”. Here are five blue shirts"),
        (("spread collar",), "Here are five blue shirts that mention “spread collar”"),
    ],
)
def test_what_no_product_text_tells_is_not_passed_over(described: tuple[str, ...], said: str) -> None:
    plan = Recommend(Wish(categories=("shirt",), colors=("blue",), described=described))
    assert opening(plan, Result(HITS, total=5)).startswith(said)


def test_what_the_texts_found_tell_of_is_said() -> None:
    plan = Recommend(Wish(categories=("shirt",), described=("spread collar",)))
    assert opening(plan, Result(HITS[:2], near=HITS[2:])).endswith("shirts that mention “spread collar”:")


def test_what_was_left_out_is_said() -> None:
    plan = Recommend(Wish(categories=("shirt",), described=("without pockets",)))
    assert opening(plan, Result(HITS[:4], without=("pockets",))) == (
        "I left out those that mention “pockets”. Here are four shirts:"
    )


def test_run_together_sentences_are_parted() -> None:
    assert sentences_of("has a zipCotton 100%Machine wash. Imported") == [
        "has a zip",
        "Cotton 100%",
        "Machine wash",
        "Imported",
    ]


def test_one_option_is_no_kind_that_fits() -> None:
    said = opening(Recommend(Wish(people=("women",))), Result(HITS[:1]))
    assert said == "There is only one option for women:"


def test_a_kind_that_the_shop_has_none_of() -> None:
    said = opening(Recommend(Wish(categories=("gloves",))), Result(()))
    assert said.startswith("I found no gloves in this shop.")
    assert "fewer" not in said


def test_why_a_list_was_shown_is_told_by_what_was_looked_for() -> None:
    said = explain(Explain(Wish(categories=("shirt",), colors=("blue",))))
    assert said.startswith("I looked for blue shirts, and showed what comes nearest.")


def test_a_product_without_a_description_is_said_to_have_none() -> None:
    silent = Numbered(1, SHOWN[0].model_copy(update={"description": ""}))
    assert describe(Describe((silent,), ("description",)), SETTINGS).endswith(
        "₹900. The catalogue has no description."
    )
