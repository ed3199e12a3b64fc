"""How a session's looks become interests, and how these share the places of a list."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apparel.product import Gender
from embed_search.product_store import Source
from embed_search.session import LOOKS, Interest, interests, shared_out


def look(category: str, gender: Gender = "Men", price: int = 1000, axis: int = 0) -> Source:
    return Source(
        product_id=f"{category} {price}",
        category=category,
        gender=gender,
        price=Decimal(price),
        kinds=(),
        embedding=np.eye(1, 768, axis, dtype=np.float32)[0],
    )


def kinds(found: list[Interest]) -> list[tuple[list[str], list[Gender]]]:
    return [(interest.categories, interest.genders) for interest in found]


def places(*categories: str, limit: int = 5) -> list[str]:
    """The categories of a list after looks at products of these, with plenty of each on sale."""
    found = interests([look(category) for category in categories])
    return shared_out([(interest.weight, interest.categories * 20) for interest in found], limit)


def test_looks_of_one_category_and_gender_are_one_interest() -> None:
    found = interests([look("shirt"), look("saree", "Women"), look("shirt", "Women"), look("shirt")])
    assert kinds(found) == [(["shirt"], ["Men"]), (["shirt"], ["Women"]), (["saree"], ["Women"])]


def test_what_the_asker_says_does_not_part_the_looks() -> None:
    looks = [look("shirt"), look("saree", "Women"), look("shirt", "Women")]
    assert len(interests(looks, one_category=True)) == 2
    assert len(interests(looks, one_gender=True)) == 2
    assert len(interests(looks, one_category=True, one_gender=True)) == 1


def test_a_look_weighs_half_as_much_as_the_next() -> None:
    shirts, sarees = interests([look("saree"), look("shirt"), look("shirt")])
    assert (shirts.weights, sarees.weights) == ([0.5, 1], [0.25])


def test_more_kinds_than_can_get_a_place_are_left_out() -> None:
    found = interests([look("belt"), look("saree"), look("shirt"), look("jeans")])
    assert [interest.categories for interest in found] == [["jeans"], ["shirt"], ["saree"]]


def test_an_old_look_is_forgotten() -> None:
    assert kinds(interests([look("saree"), *[look("shirt")] * LOOKS])) == [(["shirt"], ["Men"])]


def test_embedding_and_price_lean_towards_the_newest_look() -> None:
    (interest,) = interests([look("shirt", price=1000, axis=1), look("shirt", price=4000, axis=2)])
    assert interest.embedding[2] == pytest.approx(2 * interest.embedding[1])
    assert np.linalg.norm(interest.embedding) == pytest.approx(1)
    assert interest.price == round(Decimal(1000 * 4 ** (2 / 3)), 2)


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        (["shirt"], {"shirt": 5}),
        (["shirt", "shirt", "shirt", "jeans"], {"jeans": 3, "shirt": 2}),
        (["shirt", "shirt", "shirt", "jeans", "jeans"], {"jeans": 4, "shirt": 1}),
        (["shirt", "jeans", "jeans", "jeans", "jeans"], {"jeans": 4, "shirt": 1}),
        (["shirt", "jeans", "shirt", "jeans"], {"jeans": 3, "shirt": 2}),
        (["shirt", "watch", "jeans"], {"jeans": 3, "watch": 1, "shirt": 1}),
    ],
)
def test_places_follow_the_looks(looks: list[str], expected: dict[str, int]) -> None:
    found = places(*looks)
    assert {category: found.count(category) for category in set(found)} == expected


@given(
    st.lists(st.sampled_from(["shirt", "jeans", "watch", "saree"]), min_size=1, max_size=12),
    st.sampled_from(["shirt", "belt"]),
)
def test_a_drift_leads_the_list_at_once_and_has_most_of_it(before: list[str], new: str) -> None:
    for looks in ([*before, new], [*before, new, new]):
        found = places(*looks)
        assert found[0] == new
        assert found.count(new) >= 3


@given(st.lists(st.sampled_from(["shirt", "jeans", "watch"]), min_size=2, max_size=LOOKS))
def test_a_wandering_session_never_gets_five_of_one_kind(looks: list[str]) -> None:
    assert (len(set(places(*looks))) == 1) == (len(set(looks)) == 1)


def test_an_interest_that_has_run_out_gives_its_places_away() -> None:
    assert shared_out([(3.0, ["a"]), (1.0, ["b", "c", "d"])], 4) == ["a", "b", "c", "d"]
    assert shared_out([(1.0, ["a"]), (0.5, [])], 4) == ["a"]


def test_the_only_place_goes_to_the_strongest() -> None:
    assert shared_out([(1.0, ["a", "b"]), (0.5, ["c"])], 1) == ["a"]
