"""The vocabulary holds together: whatever it names is known to the taxonomy."""

from apparel.taxonomy import attribute_groups, categories
from orchestrator.understanding.occasions import occasions
from orchestrator.understanding.vocabulary import pairings


def test_pairings_name_categories_that_exist_and_are_worn() -> None:
    named = {*pairings(), *(partner for partners in pairings().values() for partner in partners)}
    assert named <= {key for key, category in categories().items() if category.wearable}


def test_nothing_goes_with_another_of_its_kind() -> None:
    assert [kind for kind, partners in pairings().items() if kind in partners] == []


def test_occasions_name_categories_and_attributes_that_exist() -> None:
    known = set(categories())
    for occasion in occasions():
        assert {
            name for group in (*occasion.worn.values(), *occasion.shoes.values()) for name in group
        } <= known
        assert set(occasion.shun) <= set(attribute_groups()), occasion.id
