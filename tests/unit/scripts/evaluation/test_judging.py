"""The judge is judged: on lists made by hand, over a few products."""

from math import log2

import pytest

from scripts.evaluation.catalogue import Product, kind_of
from scripts.evaluation.grounding import ungrounded
from scripts.evaluation.judge import checks, meets, want_from
from scripts.evaluation.measures import ndcg, satisfaction, strict_precision


def product(
    product_id: str, name: str, price: int = 999, gender: str = "Men", color: str = "blue"
) -> Product:
    return Product(product_id, name, "Q", gender, price, "In pure cotton.", kind_of(name), frozenset({color}))


BLUE = product("1", "Q Men Blue Shirt")
NAVY = product("2", "Q Men Navy Shirt", color="navy")
RED = product("3", "Q Men Red Shirt", color="red")
MUG = product("4", "Q Red Mug", gender="Unisex", color="red")
CATALOGUE = {item.product_id: item for item in (BLUE, NAVY, RED, MUG)}
BLUE_SHIRT = want_from({"kind": "shirt", "color": "blue"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Q Men White Solid T-shirt", "tshirt"),
        ("Q Women Shirt Collar Shirt Dress", "dress"),
        ("Q Women Striped T-shirt Bra", "bra"),
        ("Q Women Blue Kurta Set with Palazzos & Dupatta", "kurta_set"),
        ("Q Men Maroon Sherwani with Churidar & Stole", "sherwani"),
        ("Q Men Black Bandhgala Suit", "bandhgala_suit"),
        ("Q Unisex Black D-Frame Sunglasses", "sunglasses"),
        ("Q Something", "other"),
    ],
)
def test_kind_is_the_last_words(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_each_want_is_checked() -> None:
    want = want_from({"kind": "shirt", "color": "blue", "max": 500, "has": ["cotton", "striped|checked"]})
    assert checks(BLUE, want) == [True, True, True, False, False]


def test_color_has_its_family_and_not_another() -> None:
    assert meets(NAVY, BLUE_SHIRT)
    assert not meets(BLUE, want_from({"color": "navy"}))
    assert not meets(NAVY, want_from({"not_color": "blue"}))


def test_words_of_a_question_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown wants: colour"):
        want_from({"colour": "red"})
    with pytest.raises(ValueError, match="trouser is not in kinds"):
        want_from({"kind": "trouser"})


def test_short_list_is_perfect_where_no_more_fit() -> None:
    for measure in (ndcg, strict_precision, satisfaction):
        assert measure([BLUE, NAVY], BLUE_SHIRT, CATALOGUE.values()) == pytest.approx(1)


def test_a_better_order_ranks_higher() -> None:
    good = ndcg([BLUE, NAVY, RED, MUG], BLUE_SHIRT, CATALOGUE.values())
    bad = ndcg([MUG, RED, NAVY, BLUE], BLUE_SHIRT, CATALOGUE.values())
    assert good == pytest.approx(1)
    dcg = 0 / log2(2) + 0.5 / log2(3) + 1 / log2(4) + 1 / log2(5)
    best = 1 / log2(2) + 1 / log2(3) + 0.5 / log2(4)
    assert bad == pytest.approx(dcg / best)


def test_what_is_missing_or_wrong_costs() -> None:
    assert strict_precision([BLUE], BLUE_SHIRT, CATALOGUE.values()) == 0.5
    assert strict_precision([RED, BLUE], BLUE_SHIRT, CATALOGUE.values()) == 0.5
    assert satisfaction([RED, BLUE], BLUE_SHIRT, CATALOGUE.values()) == 0.75
    assert strict_precision([RED], want_from({"kind": "saree"}), CATALOGUE.values()) is None


LINE = "1. **[Q Men Blue Shirt](https://shop.example/products/1)** by Q, ₹999"


@pytest.mark.parametrize(
    "text", [LINE, LINE + "\n\nNumber 1 costs ₹999.", "Nothing costs less than ₹150.", "Hello"]
)
def test_what_is_in_the_file_is_grounded(text: str) -> None:
    assert ungrounded(text, [], CATALOGUE, said="is there anything under 150?") == []


@pytest.mark.parametrize(
    "text",
    [
        LINE.replace("999", "899"),
        LINE.replace("Blue Shirt", "Golden Shirt"),
        LINE.replace("by Q", "by Nobody"),
        "1. **Q Men Blue Shirt**, ₹999",
        "It costs only ₹1.",
        "Number 1, [Q Men Blue Shirt](https://shop.example/products/2) costs ₹999",
        "[Q Men Blue Shirt](https://shop.example/products/1) costs ₹1,500 (you said 1500)",
    ],
)
def test_what_is_not_in_the_file_is_ungrounded(text: str) -> None:
    assert ungrounded(text, [], CATALOGUE, said="1500") != []


def test_recommendation_must_be_the_row() -> None:
    item = {field: getattr(BLUE, field) for field in ("product_id", "name", "brand", "gender", "price")}
    item["description"] = BLUE.description
    assert ungrounded("", [item], CATALOGUE) == []
    assert len(ungrounded("", [{**item, "price": 1, "product_id": "2"}], CATALOGUE)) == 2
    assert len(ungrounded("", [{**item, "product_id": "77"}], CATALOGUE)) == 1
