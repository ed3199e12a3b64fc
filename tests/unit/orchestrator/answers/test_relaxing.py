"""In which order wishes are given up."""

from apparel.contracts import Filters
from orchestrator.answers.relaxing import easier_filters, steps_of_giving_up, with_fewer_properties


def fields(filters: Filters) -> list[str]:
    return [field for field, gone, _ in steps_of_giving_up(filters) if gone]


def test_the_fabric_is_missed_before_the_pattern() -> None:
    left = list(with_fewer_properties(["checked", "cotton", "short sleeves"]))
    assert left == [["checked", "short sleeves"], ["checked"], []]


def test_a_sub_type_goes_before_the_color() -> None:
    wish = Filters(categories=["jacket"], attributes=["bomber"], colors=["blue"])
    assert fields(wish) == ["attributes", "colors"]


def test_the_color_goes_first_where_sub_types_are_things_apart() -> None:
    wish = Filters(categories=["innerwear"], attributes=["bra"], colors=["blue"])
    assert fields(wish) == ["colors", "attributes"]


def test_together_goes_before_anything_else() -> None:
    wish = Filters(colors=["black", "white"], every_color=True, attributes=["striped"])
    assert fields(wish)[0] == "every_color"


def test_a_shade_stays_when_only_the_fabric_is_missing() -> None:
    wish = Filters(categories=["trousers"], colors=["khaki"], attributes=["cotton"])
    given_up, easier = next(easier_filters(wish))
    assert (given_up, easier.colors, easier.attributes) == ("attributes", ["khaki"], [])


def test_a_pattern_stays_when_only_the_shade_is_missing() -> None:
    wish = Filters(categories=["saree"], colors=["maroon"], attributes=["striped"])
    given_up, easier = next(easier_filters(wish))
    assert (given_up, easier.attributes) == ("colors", ["striped"])
    assert "red" in easier.colors


def test_kindred_kinds_stand_in_before_another_color() -> None:
    wish = Filters(categories=["leggings"], colors=["black"])
    assert fields(wish) == ["categories", "colors"]
    assert any(easier.categories == ["leggings", "tights"] for _, easier in easier_filters(wish))


def test_both_patterns_become_either_before_a_pattern_is_given_up() -> None:
    wish = Filters(attributes=["checked", "striped"])
    assert next(easier_filters(wish))[1].attributes == ["checked|striped"]


def test_kindred_kinds_stand_in_before_a_pattern_is_given_up_but_not_before_a_fabric() -> None:
    wish = Filters(categories=["leggings"], attributes=["printed", "cotton"])
    steps = [(easier.categories, easier.attributes) for _, easier in easier_filters(wish)]
    assert steps == [
        (["leggings"], ["printed"]),
        (["leggings", "tights"], ["printed", "cotton"]),
        (["leggings"], []),
    ]
