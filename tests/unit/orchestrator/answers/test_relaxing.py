"""In which order wishes are given up."""

from dataclasses import replace
from decimal import Decimal
from typing import cast

from apparel.contracts import Filters, Hit, RetrievalReply, SearchRequest
from orchestrator.answers.relaxing import easier_filters, steps_of_giving_up, with_fewer_properties
from orchestrator.answers.retrieve import recommend
from orchestrator.catalogue_client import Catalogue
from orchestrator.dialogue.plans import Recommend
from orchestrator.dialogue.wish import Wish
from tests.unit.orchestrator.shop import SHOWN


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
        (["leggings"], ["cotton"]),
        (["leggings"], []),
    ]


def test_each_property_alone_is_given_up_before_two() -> None:
    wish = Filters(categories=["belt"], attributes=["reversible", "formal"])
    left = [easier.attributes for _, easier in easier_filters(wish)]
    assert left == [["formal"], ["reversible"], []] or left == [["reversible"], ["formal"], []]


class PocketShop:
    """Everything meets every wish; of the shown shirts one tells of a pocket."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        pocket = SHOWN[3].model_copy(update={"description": "Has a patch pocket"})
        hits = [Hit(product=one, score=0.5) for one in (*SHOWN[:3], pocket)]
        return RetrievalReply(hits=hits[: request.limit], total=len(hits), dropped=[])


def test_what_tells_of_the_thing_described_comes_first() -> None:
    plan = Recommend(Wish(categories=("shirt",), people=("men",), described=("pockets",)), limit=4)
    found = recommend(plan, cast(Catalogue, PocketShop()))
    assert [hit.product.product_id for hit in found.hits] == ["14"]
    assert [hit.product.product_id for hit in found.near] == ["11", "12", "13"]
    assert found.missed == ("pockets",)
    without = replace(plan, wish=replace(plan.wish, described=("without pockets",)))
    rest = recommend(without, cast(Catalogue, PocketShop()))
    assert (len(rest.hits), rest.without) == (3, ("pockets",))
    strange = replace(plan, wish=replace(plan.wish, described=("dragon",)))
    assert len(recommend(strange, cast(Catalogue, PocketShop())).hits) == 4


def test_a_bound_that_cheaper_set_is_given_up_before_a_colour() -> None:
    wish = Wish(categories=("shirt",), colors=("blue",), people=("men",), high=Decimal("999.99"))
    found = recommend(Recommend(wish, limit=4), cast(Catalogue, CheapShop()))
    assert [hit.product.product_id for hit in found.near] == ["12", "15"]
    assert found.missed == ("under 1,000 rupees",)
    stated = Recommend(wish, limit=4, relax=("colors",))
    assert [hit.product.price for hit in recommend(stated, cast(Catalogue, CheapShop())).near] == []


class CheapShop:
    """Everything is in every colour."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        high = request.filters.max_price or Decimal("inf")
        fitting = [one for one in SHOWN if one.price <= high and one.product_id not in request.exclude_ids]
        hits = [Hit(product=one, score=0.5) for one in fitting if one.product_id != "11"]
        return RetrievalReply(hits=hits[: request.limit], total=len(hits), dropped=[])


class StripedShop:
    """Whatever is asked for, as long as it has no more than one property, is striped."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        found = [Hit(product=one, score=0.5) for one in SHOWN if request.filters.attributes == ["striped"]]
        return RetrievalReply(hits=found[: request.limit], total=len(found), dropped=[])


def test_what_was_not_given_up_is_not_said_to_be() -> None:
    plan = Recommend(Wish(categories=("shirt",), attributes=("striped", "linen"), people=("men",)))
    shop = cast(Catalogue, StripedShop())
    assert recommend(plan, shop).lost == ("linen",)


class ShadeShop:
    """Two purple shirts and two red ones; nothing is lavender."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        colors = {*request.filters.colors}
        purple, red = SHOWN[:2], SHOWN[2:4]
        fitting = purple if "purple" in colors else () if colors else (*purple, *red)
        hits = [Hit(product=one, score=0.5) for one in fitting if one.product_id not in request.exclude_ids]
        return RetrievalReply(hits=hits[: request.limit], total=len(hits), dropped=[])


def test_a_shade_that_is_given_up_is_told_once() -> None:
    wish = Wish(categories=("shirt",), colors=("lavender",), people=("men",))
    found = recommend(Recommend(wish, limit=4), cast(Catalogue, ShadeShop()))
    assert (found.dropped, found.missed) == (("colors",), ())
    assert [len(found.hits), len(found.near)] == [2, 2]
