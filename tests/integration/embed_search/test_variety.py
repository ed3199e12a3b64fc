"""Variety: no more than two of a brand while others are as good; packs and codes are copies of one thing."""

from collections import Counter

import pytest

from apparel.contracts import RetrievalReply
from tests.embed_search_fakes import row
from tests.integration.embed_search.conftest import Ask, ids

BRANDS = ("Orbit", "Zeta", "Tempo", "Nova")

SHIRTS = [
    # What all ask for: six of one brand, and two a brand with one word more, which makes them less near.
    *(
        row(100 + place, f"Acme Men Blue Checked Shirt {color}", price=500 + place)
        for place, color in enumerate(("Sky", "Ink", "Sea", "Ice", "Teal", "Navy"))
    ),
    *(
        row(
            200 + place,
            f"{brand} Men Blue Checked Shirt plus {fit} fit and more",
            brand=brand,
            price=700 + place,
        )
        for place, (brand, fit) in enumerate((brand, fit) for brand in BRANDS for fit in ("slim", "regular"))
    ),
]
BATMEN = [
    *(
        row(300 + place, f"Acme Men {color} Batman T-shirt")
        for place, color in enumerate(("Red", "Tan", "Grey"))
    ),
    row(310, "Orbit Men Red Batman T-shirt", brand="Orbit"),
    *(row(320 + place, f"{brand} Men Red T-shirt", brand=brand) for place, brand in enumerate(BRANDS)),
]
PACKS = [
    row(401, "Acme Men Pack of 2 Cotton Boxers WB43-WB54", price=300),
    row(402, "Acme Men Pack of 3 Cotton Boxers WB11", price=400),
    row(403, "Acme Men Set of 5 Cotton Boxers", price=500),
    row(404, "Orbit Men Printed Linen Boxers", brand="Orbit", price=600),
    row(501, "Acme Men Blue 501 Jeans"),
    row(502, "Acme Men Blue 511 Jeans"),
    row(503, "Orbit Men Black Jeans", brand="Orbit"),
]
ELSE = [
    row(601, "Casa White Ceramic Mug", "Unisex", 300, brand="Casa"),
    row(602, "Casa White Door Curtain", "Unisex", 600, brand="Casa"),
    row(603, "Acme Women White Cotton Dress", "Women"),
]


@pytest.fixture(scope="module")
def shelf() -> list[tuple[str, ...]]:
    return [*SHIRTS, *BATMEN, *PACKS, *ELSE]


def brands(reply: RetrievalReply) -> Counter[str]:
    return Counter(hit.product.brand for hit in reply.hits)


BLUE_SHIRT = "men blue checked shirt"


def test_two_of_a_brand_while_there_are_others(ask: Ask) -> None:
    reply = ask(text=BLUE_SHIRT, filters={"categories": ["shirt"]}, limit=5)
    assert [hit.product.brand for hit in reply.hits[:2]] == ["Acme", "Acme"], "the nearest still lead"
    assert max(brands(reply).values()) == 2


def test_the_others_of_the_brand_follow(ask: Ask) -> None:
    reply = ask(text=BLUE_SHIRT, filters={"categories": ["shirt"]}, limit=10)
    assert max(brands(reply).values()) == 2
    assert len(ask(text=BLUE_SHIRT, filters={"categories": ["shirt"]}, limit=14).hits) == len(SHIRTS)


def test_whoever_names_a_brand_gets_it(ask: Ask) -> None:
    reply = ask(text=BLUE_SHIRT, filters={"categories": ["shirt"], "brands": ["Acme", "Zeta"]}, limit=5)
    assert brands(reply) == {"Acme": 5}


def test_a_list_by_price_leaves_nothing_out(ask: Ask) -> None:
    reply = ask(filters={"categories": ["shirt"]}, order="price_asc", limit=5)
    assert ids(reply) == ["100", "101", "102", "103", "104"]


def test_variety_is_no_reason_to_miss_the_wish(ask: Ask) -> None:
    # Four products say "batman"; a fifth place is left for the nearest T-shirt.
    reply = ask(text="batman t-shirt", filters={"categories": ["tshirt"]}, limit=5)
    assert sum("Batman" in hit.product.name for hit in reply.hits) == 4
    assert all("Batman" in hit.product.name for hit in reply.hits[:4])


def test_similar_items_are_of_several_brands_too(ask: Ask) -> None:
    reply = ask(op="similar", product_ids=["100"], limit=5)
    assert max(brands(reply).values()) == 2


@pytest.mark.parametrize("known", ["401", "402"])
def test_another_pack_or_code_is_a_copy(ask: Ask, known: str) -> None:
    reply = ask(text="cotton boxers", filters={"categories": ["innerwear"]}, exclude_ids=[known])
    assert ids(reply)[0] == "404"


def test_a_number_in_a_name_is_no_code(ask: Ask) -> None:
    reply = ask(text="blue jeans", filters={"categories": ["jeans"]}, limit=2)
    assert set(ids(reply)) == {"501", "502"}


def test_no_mug_for_whoever_wants_to_wear_something(ask: Ask) -> None:
    wish = "something white"
    assert {"601", "602"} <= set(ids(ask(text=wish)))
    assert not {"601", "602"} & set(ids(ask(text=wish, filters={"apparel_only": True})))


def test_a_mug_for_whoever_asks_for_one(ask: Ask) -> None:
    assert ids(ask(text="white mug"))[0] == "601"
    assert ids(ask(text="white mug", filters={"categories": ["kitchen"]})) == ["601"]
