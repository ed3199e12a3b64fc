"""Simulated sessions: after every look, what a visitor is recommended."""

import pytest

from apparel.contracts import RetrievalReply
from tests.embed_search_fakes import row
from tests.integration.embed_search.conftest import Ask, ids

BRANDS = ("Acme", "Orbit", "Zeta", "Tempo")
LOOKS = ("Red", "Blue", "Green", "Black", "Striped", "Checked", "Printed", "Plain")


def department(first_id: int, gender: str, thing: str, price: int) -> list[tuple[str, ...]]:
    """Eight products of four brands, with the ids from `first_id` on."""
    return [
        row(first_id + place, f"{brand} {gender} {look} {thing}", gender, price + 50 * place, brand=brand)
        for place, (look, brand) in enumerate(zip(LOOKS, BRANDS * 2, strict=True))
    ]


@pytest.fixture(scope="module")
def shelf() -> list[tuple[str, ...]]:
    return [
        *department(100, "Men", "Shirt", 900),
        *department(200, "Men", "Sneakers", 2500),
        *department(300, "Women", "Saree", 3000),
        *department(400, "Women", "Shirt", 800),
        *department(500, "Men", "Pullover Sweater", 1500),
        *department(600, "Men", "Cardigan Sweater", 1500),
        row(700, "Acme Women Poncho", "Women", 1500),
        row(701, "Zeta Women Red Cardigan", "Women", 1500, brand="Zeta"),
    ]


def recommended(ask: Ask, *looks: int, **more: object) -> RetrievalReply:
    return ask(op="similar", product_ids=[str(look) for look in looks], limit=5, **more)


def departments(reply: RetrievalReply) -> list[int]:
    return [int(product_id) // 100 for product_id in ids(reply)]


def test_a_drift_from_shirts_to_sneakers(ask: Ask) -> None:
    shares = [
        departments(recommended(ask, *looks)).count(2) for looks in growing(100, 101, 102, 203, 204, 205)
    ]
    assert shares == [0, 0, 0, 3, 4, 4]


def growing(*looks: int) -> list[tuple[int, ...]]:
    return [looks[: number + 1] for number in range(len(looks))]


def test_a_drift_to_another_wearer(ask: Ask) -> None:
    # Shirts for him, then sarees for her: neither shirts for her nor anything else of his.
    for looks in growing(100, 101, 302, 303):
        assert set(departments(recommended(ask, *looks))) <= {1, 3}
    assert departments(recommended(ask, 100, 101, 302, 303)).count(3) >= 3


def test_a_session_that_wanders_gets_some_of_each(ask: Ask) -> None:
    assert set(departments(recommended(ask, 100, 300, 200))) == {1, 2, 3}
    assert set(departments(recommended(ask, 100, 200, 101, 201, 202, 203))) == {1, 2}


def test_what_was_viewed_is_left_out_however_long_ago(ask: Ask) -> None:
    looks = range(100, 107)
    assert not set(ids(recommended(ask, *looks))) & {str(look) for look in looks}
    assert ids(recommended(ask, *looks)) == ["107"]


def test_the_newest_look_of_a_kind_weighs_most(ask: Ask) -> None:
    striped_last, plain_last = recommended(ask, 107, 104), recommended(ask, 104, 107)
    assert striped_last.hits[0].product.name != plain_last.hits[0].product.name


def test_a_kind_that_has_run_out_gives_its_places_to_the_other(ask: Ask) -> None:
    reply = recommended(ask, 100, *range(200, 207))
    assert departments(reply).count(2) == 1
    assert len(reply.hits) == 1, "the shirt was seven looks ago"
    assert departments(recommended(ask, *range(201, 206), 100, 206)).count(1) == 3


def test_filters_hold_for_every_kind_in_view(ask: Ask) -> None:
    reply = recommended(ask, 200, 300, 100, filters={"max_price": 1000})
    assert {hit.product.category for hit in reply.hits} == {"shirt"}
    assert all(hit.product.price <= 1000 for hit in reply.hits)


def test_given_up_filters_are_given_up_for_all(ask: Ask) -> None:
    reply = recommended(ask, 200, 100, filters={"max_price": 10}, relax=["attributes", "price"])
    assert reply.dropped == ["price"]
    assert set(departments(reply)) == {1, 2}


def test_a_cardigan_is_more_like_cardigans(ask: Ask) -> None:
    assert departments(recommended(ask, 600)) == [6] * 5
    assert departments(recommended(ask, 500)) == [5] * 5


def test_other_sub_types_fill_the_list(ask: Ask) -> None:
    assert ids(recommended(ask, 701)) == ["700"]


def test_another_category_that_is_asked_for_has_sub_types_of_its_own(ask: Ask) -> None:
    assert set(departments(recommended(ask, 600, filters={"categories": ["sneakers"]}))) == {2}
