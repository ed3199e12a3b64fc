"""In which order wishes are given up."""

from apparel.contracts import Filters
from orchestrator.answers.relaxing import easier_filters, steps_of_giving_up, with_fewer_properties


def fields(filters: Filters) -> list[str]:
    return [field for field, gone, _ in steps_of_giving_up(filters) if gone]


def test_the_fabric_is_missed_before_the_pattern() -> None:
    left = list(with_fewer_properties(["checked", "cotton", "short sleeves"]))
    assert left == [["checked", "short sleeves"], ["checked"]]


def test_a_sub_type_goes_before_the_color() -> None:
    wish = Filters(categories=["jacket"], attributes=["bomber"], colors=["blue"])
    assert fields(wish) == ["attributes", "colors"]


def test_the_color_goes_first_where_sub_types_are_things_apart() -> None:
    wish = Filters(categories=["innerwear"], attributes=["bra"], colors=["blue"])
    assert fields(wish) == ["colors", "attributes"]


def test_together_goes_before_anything_else() -> None:
    wish = Filters(colors=["black", "white"], every_color=True, attributes=["striped"])
    assert fields(wish)[0] == "every_color"


def test_both_patterns_become_either_before_a_pattern_is_given_up() -> None:
    wish = Filters(attributes=["checked", "striped"])
    assert next(easier_filters(wish))[1].attributes == ["checked|striped"]
